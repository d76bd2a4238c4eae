"""The tiny district with something in every collection: three plans, alarms, dispatches, land, a site unplaced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from shapely import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from gridgis.cells import GridPlan, PlanStatus
from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.state import DistrictState
from gridgis.people.officers import Post, PostRole
from tests.fakes.tiny_district import LOCAL, NOON, RIVER, VILLAGE_1, identify, tiny_alarm, tiny_district

PLAN_0, PLAN_1, PLAN_2 = (datetime(year, 1, 1, tzinfo=LOCAL).astimezone(UTC) for year in (2019, 2020, 2021))
ALARMS = 6


@dataclass(frozen=True)
class Land:
    """A feature of the base map."""

    layer: str
    kind: str
    name: str
    geometry: BaseGeometry


LAND = (
    Land("water", "lake", "小湖", box(120.141, 32.511, 120.143, 32.513)),
    Land("waterways", "river", "界河", RIVER),
    Land("railways", "rail", "", LineString([(120.10, 32.519), (120.16, 32.519)])),
    Land("places", "village", "一村", Point(120.11, 32.51)),
    Land("places", "village", "一村", Point(120.11, 32.51)),
)


def _plan(plan: GridPlan, code: str, since: datetime, until: datetime | None, status: PlanStatus) -> GridPlan:
    """A plan with the same cells under identifiers of its own."""
    cells = tuple(replace(cell, id=identify("cell", f"{code}/{cell.code}")) for cell in plan.cells)
    units = tuple(replace(unit, id=identify("unit", f"{code}/{unit.code}")) for unit in plan.units)
    return replace(
        plan,
        id=identify("plan", code),
        code=code,
        status=status,
        effective_from=since,
        effective_to=until,
        cells=cells,
        units=units,
    )


def alarms() -> tuple[Alarm, ...]:
    """One alarm each 20 days up to noon, west to east."""
    return tuple(
        tiny_alarm(
            120.105 + 0.01 * number,
            32.505,
            alarm_type="fire" if number % 2 else "flood",
            when=NOON - timedelta(days=20 * (ALARMS - 1 - number)),
            code=f"J{number:03d}",
        )
        for number in range(ALARMS)
    )


def dispatches(state: DistrictState) -> tuple[Dispatch, ...]:
    """A team to each alarm, home after two hours; the last one is out still."""
    made = []
    for number, alarm in enumerate(alarms()):
        team = state.teams[number]
        sent = alarm.reported_at + timedelta(minutes=1)
        made.append(
            Dispatch(
                identify("dispatch", f"D{number}"),
                f"D{number}",
                alarm.id,
                team.id,
                team.people,
                "rescue",
                sent,
                acknowledged_at=sent + timedelta(minutes=1),
                home_at=None if number == ALARMS - 1 else sent + timedelta(hours=2),
            )
        )
    return tuple(made)


@cache
def ogc_district() -> DistrictState:
    """The whole district; a plan ended, one is in force at noon, one will be, one is drafted."""
    tiny = tiny_district()
    (plan,) = tiny.plans
    ended = Post(
        identify("post", "ended"),
        tiny.officers[0].id,
        VILLAGE_1,
        PostRole.SAFETY_OFFICER,
        date(2019, 3, 1),
        date(2019, 3, 31),
    )
    return replace(
        tiny,
        plans=(
            _plan(plan, "0", PLAN_0, PLAN_1, PlanStatus.SUPERSEDED),
            replace(plan, effective_to=PLAN_2),
            _plan(plan, "2", PLAN_2, None, PlanStatus.PUBLISHED),
            _plan(plan, "3", PLAN_1, None, PlanStatus.DRAFT),
        ),
        posts=(*tiny.posts, ended),
        alarms=alarms(),
        dispatches=dispatches(tiny),
    )
