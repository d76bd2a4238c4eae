"""Decide from the table and the grants what an account may do, and say why not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gridgis.access.actions import ACTION_OF_NOUN, Action, Binding
from gridgis.access.areas import EVERYTHING, AreaFilter, Part
from gridgis.access.grants import Grant, Principal
from gridgis.access.roles import TABLE
from gridgis.errors import NotAllowed


class Reason(StrEnum):
    """Why something is allowed or not; all but the first are error codes with words."""

    GRANTED = "access.granted"
    SIGN_IN = "access.sign_in"  # nobody is signed in
    SCOPE = "access.scope"  # the token is not for this
    ROLE = "access.role"  # no role that was ever granted may do it
    SPAN = "access.span_over"  # a role that may do it is not held at this moment
    DISTRICT = "access.district"  # the role is held for a part, the act is the district's
    AREA = "access.area"  # the record lies outside the area
    DEPARTMENT = "access.department"  # the record lies in the area, and belongs to another department


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed.

    Attributes:
        allowed: Whether it is.
        reason: Why.
    """

    allowed: bool
    reason: Reason


_GRANTED = Decision(allowed=True, reason=Reason.GRANTED)


def areas_for(principal: Principal | None, action: Action, at: datetime) -> AreaFilter:
    """Where somebody may do something at a moment: everything for an act that no area binds, once a role allows it.

    Args:
        principal: Who asks; None for somebody who has not signed in.
        action: What is to be done or seen.
        at: When, aware.
    """
    if action.binding is Binding.ANYONE:
        return EVERYTHING
    if principal is None or not _in_scope(principal, action):
        return AreaFilter()
    if action.binding is Binding.ACCOUNT:
        return EVERYTHING
    held = [grant for grant in principal.grants if action in TABLE[grant.role] and grant.holds_at(at)]
    return AreaFilter.of(part for grant in held for part in _parts(grant, action.binding))


def _in_scope(principal: Principal, action: Action) -> bool:
    return principal.scopes is None or action in principal.scopes


def _parts(grant: Grant, binding: Binding) -> tuple[Part, ...]:
    """What a grant covers of acts with a binding."""
    if binding is Binding.AREA_AND_DEPARTMENT:
        return (Part(grant.area, grant.department),)
    if binding is Binding.AREA:
        return (Part(grant.area, ""),)
    if binding is Binding.DISTRICT and (grant.area or grant.department):
        return ()
    return (Part("", ""),)


def decide(
    principal: Principal | None,
    action: Action,
    *,
    cell_codes: Collection[str] = (),
    departments: Collection[str] = (),
    at: datetime,
) -> Decision:
    """Whether somebody may do something to one record at a moment.

    Args:
        principal: Who asks; None for somebody who has not signed in.
        action: What is to be done or seen.
        cell_codes: Codes of the cells that the record concerns, any of which will do; none when it lies in no cell.
        departments: The departments that it concerns, any of which will do.
        at: When, aware.
    """
    where = areas_for(principal, action, at)
    if where.covers(cell_codes, departments):
        return _GRANTED
    if not where:
        return Decision(allowed=False, reason=_why_nowhere(principal, action, at))
    in_area = AreaFilter(tuple(Part(part.area, "") for part in where.parts)).covers(cell_codes)
    return Decision(allowed=False, reason=Reason.DEPARTMENT if in_area else Reason.AREA)


def decide_anywhere(principal: Principal | None, action: Action, *, at: datetime) -> Decision:
    """Whether there is any place and department for which somebody may do something at a moment.

    This is what opens a page or a collection, whose records `areas_for` then chooses.
    """
    if areas_for(principal, action, at):
        return _GRANTED
    return Decision(allowed=False, reason=_why_nowhere(principal, action, at))


def _why_nowhere(principal: Principal | None, action: Action, at: datetime) -> Reason:
    """Why somebody may do something in no place at all."""
    if principal is None:
        return Reason.SIGN_IN
    if not _in_scope(principal, action):
        return Reason.SCOPE
    held = [grant for grant in principal.grants if action in TABLE[grant.role]]
    if not held:
        return Reason.ROLE
    return Reason.DISTRICT if any(grant.holds_at(at) for grant in held) else Reason.SPAN


def demand(
    principal: Principal | None,
    action: Action,
    *,
    cell_codes: Collection[str] = (),
    departments: Collection[str] = (),
    at: datetime,
) -> None:
    """Refuse what `decide` does not allow.

    Raises:
        NotAllowed: The reason's code, with the ``action``.
    """
    decision = decide(principal, action, cell_codes=cell_codes, departments=departments, at=at)
    if not decision.allowed:
        raise NotAllowed(decision.reason.value, action=action.value)


def visible_nouns(principal: Principal | None, at: datetime) -> frozenset[str]:
    """Nouns of which somebody may see some record at a moment."""
    return frozenset(noun for noun, action in ACTION_OF_NOUN.items() if areas_for(principal, action, at))
