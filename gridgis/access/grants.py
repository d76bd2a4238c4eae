"""Record who holds which role, where, for which department and how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

from gridgis.access.actions import Action
from gridgis.access.roles import ADMINISTRATORS, NEEDS_AREA, NEEDS_DEPARTMENT, Role
from gridgis.errors import Conflict, InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role for an area, a department and a span of time.

    Attributes:
        role: The role.
        area: Code of the cell whose whole subtree it covers; '' for the district with all that lies in no cell.
        department: The department it covers, '' for all.
        since: From when, aware.
        until: Up to when, that moment not included; None while open.

    Raises:
        InvalidValue: ``cell_code.form``; ``time.offset``; ``access.span`` when it ends before it begins;
            ``access.area_needed`` and ``access.department_needed`` for a role that is never given for all;
            ``access.whole_district`` for an administrator of a part.
    """

    role: Role
    area: str = ""
    department: str = ""
    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.area and not (self.area.isascii() and self.area.isdigit()):
            raise InvalidValue("cell_code.form", value=self.area)
        for moment in (self.since, self.until):
            if moment is not None and moment.tzinfo is None:
                raise InvalidValue("time.offset", value=moment.isoformat())
        if self.until is not None and self.until <= self.since:
            raise InvalidValue("access.span", since=self.since.isoformat(), until=self.until.isoformat())
        if self.role in NEEDS_AREA and not self.area:
            raise InvalidValue("access.area_needed", role=self.role.value)
        if self.role in NEEDS_DEPARTMENT and not self.department:
            raise InvalidValue("access.department_needed", role=self.role.value)
        if self.role in ADMINISTRATORS and (self.area or self.department):
            raise InvalidValue("access.whole_district", role=self.role.value)

    def holds_at(self, moment: datetime) -> bool:
        """Whether it holds at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def overlaps(self, other: Grant) -> bool:
        """Whether there is a moment at which both hold."""
        return (other.until is None or self.since < other.until) and (self.until is None or other.since < self.until)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an account with what it was given.

    Attributes:
        account_id: The account.
        name: Name as shown and written into the trail.
        grants: What it was given, past and future grants too.
        scopes: What the API token is limited to; None for a person who signed in.

    Raises:
        Conflict: ``access.roles_conflict`` when two of the administrators' roles would be one person's at a time.
    """

    account_id: UUID
    name: str
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[Action] | None = None

    def __post_init__(self) -> None:
        watched = [grant for grant in self.grants if grant.role in ADMINISTRATORS]
        for first, second in combinations(watched, 2):
            if first.role is not second.role and first.overlaps(second):
                raise Conflict(
                    "access.roles_conflict", name=self.name, first=first.role.value, second=second.role.value
                )
