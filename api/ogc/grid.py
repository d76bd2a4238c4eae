"""Tell the grid: the district, its cells of each level and its units, in every plan that was or will be in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.ogc.collection import Collection, objects
from api.ogc.features import Records
from api.ogc.fields import Field, choice, moments, text
from api.ogc.spans import FOR_EVER, micros, moment_text
from gridgis.access import Action
from gridgis.cells import Cell, CellKind, District, GridPlan, PlanStatus, Unit
from gridgis.cells.cell import LEVELS
from gridgis.dispatch.state import DistrictState

VALIDITY = (*text("plan"), *moments("valid_from", "valid_until"))
CELL_FIELDS = (
    *text("code", "name"),
    Field("level", "integer"),
    choice("kind", CellKind),
    *text("parent_code", "site_group"),
    Field("governed", "boolean"),
    Field("key_town", "boolean"),
    *VALIDITY,
)
UNIT_FIELDS = (
    *text("code", "name", "cell_code"),
    Field("population", "integer"),
    Field("enterprises", "integer"),
    Field("workload", "number", nullable=True),
    *VALIDITY,
)


class InForce(NamedTuple):
    """A plan and a span for which it is in force.

    Attributes:
        plan: The plan.
        since: First microsecond.
        until: Last microsecond, `FOR_EVER` while open.
        again: How often it had been in force before.
    """

    plan: GridPlan
    since: int
    until: int
    again: int

    def identifier(self, record: Cell | Unit) -> str:
        """Identifier of a record of the plan for this span."""
        return f"{record.id}.{self.again + 1}" if self.again else str(record.id)

    def validity(self) -> dict[str, Any]:
        """Properties that say which plan, and for how long."""
        return {
            "plan": self.plan.code,
            "valid_from": moment_text(self.since),
            "valid_until": None if self.until == FOR_EVER else moment_text(self.until + 1),
        }


def plans_in_force(district: District, plans: Sequence[GridPlan]) -> tuple[InForce, ...]:
    """Which plan is in force when, from the first to the last; at each moment the one that `plan_at` gives."""
    state = DistrictState(district, plans=tuple(plans))
    published = [plan for plan in plans if plan.status is not PlanStatus.DRAFT]
    changes = sorted({when for plan in published for when in (plan.effective_from, plan.effective_to) if when})
    found: list[InForce] = []
    for when, following in zip_longest(changes, changes[1:]):
        plan = state.plan_at(when)
        if plan is None:
            continue
        until = _last(following)
        if found and found[-1].plan is plan and found[-1].until + 1 == micros(when):
            found[-1] = found[-1]._replace(until=until)
        else:
            found.append(InForce(plan, micros(when), until, sum(one.plan is plan for one in found)))
    return tuple(found)


def _last(following: datetime | None) -> int:
    return FOR_EVER if following is None else micros(following) - 1


def times_of(spans: Iterator[tuple[int, int]] | Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Spans as an array (n, 2)."""
    return np.array(list(spans), dtype=np.int64).reshape(-1, 2)


def district_records(district: District) -> Records:
    """The district's outline, as far as it is known."""
    properties = {"code": district.code, "name": district.name, "map_approval": district.map_approval}
    return Records([str(district.id)], objects([district.outline]), [properties])


def cell_records(level: int, district: District, plans: Sequence[GridPlan]) -> Records:
    """Cells of a level in every plan, plan by plan, by code."""
    found = [(one, cell) for one in plans_in_force(district, plans) for cell in one.plan.of_level(level)]
    return Records(
        [one.identifier(cell) for one, cell in found],
        objects(cell.geometry for _, cell in found),
        [
            {
                "code": cell.code,
                "name": cell.name,
                "level": cell.level,
                "kind": cell.kind.value,
                "parent_code": cell.parent_code,
                "site_group": cell.site_group,
                "governed": cell.governed,
                "key_town": cell.key_town,
                **one.validity(),
            }
            for one, cell in found
        ],
        times_of([(one.since, one.until) for one, _ in found]),
    )


def unit_records(district: District, plans: Sequence[GridPlan]) -> Records:
    """Units in every plan, plan by plan, by code."""
    found = [
        (one, unit)
        for one in plans_in_force(district, plans)
        for unit in sorted(one.plan.units, key=lambda unit: unit.code)
    ]
    return Records(
        [one.identifier(unit) for one, unit in found],
        objects(unit.geometry for _, unit in found),
        [
            {
                "code": unit.code,
                "name": unit.name,
                "cell_code": unit.cell_code,
                "population": unit.population,
                "enterprises": unit.enterprises,
                "workload": unit.workload,
                **one.validity(),
            }
            for one, unit in found
        ],
        times_of([(one.since, one.until) for one, _ in found]),
    )


DISTRICT = Collection(
    "district",
    Action.CELLS_READ,
    "geometry-polygon-or-multipolygon",
    text("code", "name", "map_approval"),
    lambda snapshot, _: (snapshot.state.district,),
    district_records,
)
CELLS = tuple(
    Collection(
        f"cells{level}",
        Action.CELLS_READ,
        "geometry-polygon-or-multipolygon",
        CELL_FIELDS,
        lambda snapshot, _: (snapshot.state.district, snapshot.state.plans),
        partial(cell_records, level),
        timed=True,
        now_only=Action.PLANS_READ,
        tiles="cells",
        layer=f"cells{level}",
    )
    for level in LEVELS
)
UNITS = Collection(
    "units",
    Action.CELLS_READ,
    "geometry-polygon-or-multipolygon",
    UNIT_FIELDS,
    lambda snapshot, _: (snapshot.state.district, snapshot.state.plans),
    unit_records,
    timed=True,
    now_only=Action.PLANS_READ,
)
