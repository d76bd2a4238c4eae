"""The tiny district with its enforcement officers: a district whose check finds nothing wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TypeVar

from gridgis.cells import Cell, GridPlan, Unit
from gridgis.dispatch.state import DistrictState
from gridgis.people.officers import Officer, Post, PostRole
from tests.fakes.tiny_district import TOWN_1, TOWN_2, identify, tiny_district

Record = TypeVar("Record")


def enforcement_officer(number: int) -> Officer:
    """A licensed professional with long service."""
    code = f"E{number:02d}"
    return Officer(
        identify("officer", code),
        code,
        f"执法{number:02d}",
        professional=True,
        licence=f"苏M{number:04d}",
        licence_until=date(2024, 12, 31),
        in_service_since=date(2010, 7, 1),
    )


def a_post(officer: Officer, cell_code: str, role: PostRole, *, since: date = date(2020, 1, 1)) -> Post:
    """An open-ended post."""
    key = f"{officer.code}|{cell_code}|{role.value}|{since}"
    return Post(identify("post", key), officer.id, cell_code, role, since)


@cache
def clean_district() -> DistrictState:
    """Five enforcement officers in the key town, three in the other; 11 squads are more than it needs."""
    tiny = tiny_district()
    officers = tuple(enforcement_officer(number) for number in range(1, 9))
    posts = tuple(
        a_post(officer, TOWN_1 if place < 5 else TOWN_2, PostRole.ENFORCEMENT_OFFICER)
        for place, officer in enumerate(officers)
    )
    return replace(tiny, officers=(*tiny.officers, *officers), posts=(*tiny.posts, *posts))


def with_plan(state: DistrictState, change: Callable[[GridPlan], GridPlan]) -> DistrictState:
    """The district with its one plan changed."""
    (plan,) = state.plans
    return replace(state, plans=(change(plan),))


def with_cells(
    state: DistrictState,
    change: Callable[[Cell], Cell | None],
    units: Callable[[Unit], Unit | None] = lambda unit: unit,
) -> DistrictState:
    """The district with its cells and units changed; None takes one away."""
    return with_plan(
        state,
        lambda plan: replace(plan, cells=_changed(plan.cells, change), units=_changed(plan.units, units)),
    )


def _changed(records: Iterable[Record], change: Callable[[Record], Record | None]) -> tuple[Record, ...]:
    made = (change(record) for record in records)
    return tuple(record for record in made if record is not None)
