"""Answer what command line and HTTP both ask: in which cells a place lies, and which teams go to an alarm there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from api.moments import LOCAL_TIME, local_day
from gridgis.dispatch.alarms import ALARM_TYPES, Alarm, ResponseLevel
from gridgis.errors import Conflict, InvalidValue

if TYPE_CHECKING:
    from gridgis.cells import Cell, GridPlan
    from gridgis.cells.plan import NoCell
    from gridgis.dispatch import Response
    from gridgis.dispatch.state import DistrictState
    from gridgis.people.officers import Officer, Post

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ServedCell:
    """A cell and the people who serve it on a day, own posts before acting ones."""

    cell: Cell
    people: Sequence[tuple[Officer, Post]]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a place lies.

    Attributes:
        cells: Its cells from level 1 downwards, none outside the district.
        reason: Why it has no cell of the deepest level.
        on_border: Whether the border rule decided.
    """

    cells: Sequence[ServedCell]
    reason: NoCell
    on_border: bool


def plan_in_force(state: DistrictState, when: datetime) -> GridPlan:
    """The plan in force at a moment.

    Raises:
        Conflict: ``plan.none``.
    """
    plan = state.plan_at(when)
    if plan is None:
        raise Conflict("plan.none", when=when.astimezone(LOCAL_TIME).isoformat(timespec="minutes"))
    return plan


def serving(state: DistrictState, cell: Cell, when: datetime) -> ServedCell:
    """A cell with the people who serve it on the local day of a moment."""
    posts = state.posts_in(cell.code, local_day(when))
    return ServedCell(cell, [(state.officer_by_id[post.officer_id], post) for post in posts])


def whereabouts(state: DistrictState, place: Place, when: datetime) -> Whereabouts:
    """The cells of a place, lon/lat, in the plan in force, with their people.

    Raises:
        Conflict: ``plan.none``.
    """
    from gridgis.cells.plan import NoCell

    located = plan_in_force(state, when).locate(place)
    cells = [serving(state, cell, when) for cell in located.cells(0) if cell is not None]
    return Whereabouts(cells, NoCell(int(located.reason[0])), bool(located.on_border[0]))


def alarm_types(state: DistrictState) -> tuple[str, ...]:
    """Known alarm types, those that only a run card names last."""
    return (*ALARM_TYPES, *sorted(state.run_cards.types - set(ALARM_TYPES)))


def propose(state: DistrictState, place: Place, alarm_type: str, level: ResponseLevel, when: datetime) -> Response:
    """Which teams go to an alarm that is tried out; nothing is written and nobody is sent.

    Raises:
        InvalidValue: ``alarm.type_unknown`` with the ``known`` ones, and what `choose_response` raises.
        NotKnown: What `choose_response` raises.
    """
    from gridgis.dispatch import choose_response

    known = alarm_types(state)
    if alarm_type not in known:
        raise InvalidValue("alarm.type_unknown", value=alarm_type, known=", ".join(known))
    lon, lat = place
    alarm = Alarm(id=uuid4(), code="", type=alarm_type, level=level, lon=lon, lat=lat, reported_at=when)
    return choose_response(state, alarm, when=when)
