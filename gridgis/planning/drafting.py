"""Make a draft plan of cells out of proposed labels: cells that stay keep code and name, new ones are numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from gridgis.cells import Cell, CellKind, GridPlan, PlanStatus, Unit
from gridgis.codes import record_id
from gridgis.geometry import to_metric

_NORTH_ROWS_M = 200.0


def draft_plan(
    today: GridPlan,
    units: Sequence[Unit],
    labels: NDArray[np.integer],
    *,
    code: str,
    name: str,
    effective_from: datetime,
    reason: str = "",
) -> GridPlan:
    """Today's plan with the basic cells of some units made anew, as a draft.

    A new cell that keeps half or more of an old cell's units, and more of them than any other, keeps its code and
    name; the others take the next free numbers of their village, from west to east, then north to south.

    Args:
        today: The plan from which the draft comes.
        units: The units that were planned; cells of other units stay as they are.
        labels: int (n), number of the cell of each unit.
        code: Code of the draft.
        name: Its name.
        effective_from: When it is meant to take effect.
        reason: Why it was made.
    """
    planned = {unit.code for unit in units}
    replaced = {unit.cell_code for unit in units}
    staying = {unit.cell_code for unit in today.units if unit.code not in planned}
    kept = [cell for cell in today.cells if cell.code not in replaced or cell.code in staying]
    groups: dict[int, list[Unit]] = {}
    for unit, label in zip(units, labels.tolist(), strict=True):
        groups.setdefault(label, []).append(unit)
    heirs = _heirs(groups, {cell.code for cell in kept})
    made: list[Cell] = []
    code_of: dict[str, str] = {}
    fresh: dict[str, list[tuple[int, Polygon | MultiPolygon]]] = {}
    parents = today.cell_by_code
    for label, mine in groups.items():
        shape = _joined(mine)
        if label in heirs:
            old = parents[heirs[label]]
            made.append(replace(old, id=record_id(today.district.code, "cell", f"{code}/{old.code}"), geometry=shape))
            code_of.update(dict.fromkeys((unit.code for unit in mine), old.code))
        else:
            fresh.setdefault(parents[mine[0].cell_code].parent_code, []).append((label, shape))
    used = {cell.code for cell in today.cells}
    for parent, waiting in sorted(fresh.items()):
        numbers = (number for number in range(1, 1000) if f"{parent}{number:03d}" not in used)
        for label, shape in sorted(waiting, key=lambda one: _west_then_north(one[1], today.district.metric_epsg)):
            number = next(numbers)
            cell_code = f"{parent}{number:03d}"
            made.append(
                Cell(
                    id=record_id(today.district.code, "cell", f"{code}/{cell_code}"),
                    code=cell_code,
                    name=f"{parents[parent].name}第{number}网格",
                    level=3,
                    kind=CellKind.BASIC,
                    parent_code=parent,
                    geometry=shape,
                )
            )
            code_of.update(dict.fromkeys((unit.code for unit in groups[label]), cell_code))
    cells = [replace(cell, id=record_id(today.district.code, "cell", f"{code}/{cell.code}")) for cell in kept] + made
    drawn = tuple(
        replace(
            unit,
            id=record_id(today.district.code, "unit", f"{code}/{unit.code}"),
            cell_code=code_of.get(unit.code, unit.cell_code),
        )
        for unit in today.units
    )
    return GridPlan(
        id=record_id(today.district.code, "plan", code),
        code=code,
        name=name,
        district=today.district,
        status=PlanStatus.DRAFT,
        effective_from=effective_from,
        cells=tuple(sorted(cells, key=lambda cell: (cell.level, cell.code))),
        units=drawn,
        reason=reason,
    )


def next_draft_code(codes: Sequence[str]) -> str:
    """The next free whole number as a code."""
    return str(max((int(code) for code in codes if code.isdecimal()), default=0) + 1)


def _heirs(groups: Mapping[int, Sequence[Unit]], taken: set[str]) -> dict[int, str]:
    """Which new cell keeps which old cell's code."""
    shared: dict[tuple[str, int], int] = {}
    old_size: dict[str, int] = {}
    for label, mine in groups.items():
        for unit in mine:
            shared[unit.cell_code, label] = shared.get((unit.cell_code, label), 0) + 1
            old_size[unit.cell_code] = old_size.get(unit.cell_code, 0) + 1
    heirs: dict[int, str] = {}
    used = set(taken)
    for (old, label), count in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if label not in heirs and old not in used and 2 * count >= old_size[old]:
            heirs[label] = old
            used.add(old)
    return heirs


def _west_then_north(shape: Polygon | MultiPolygon, metric_epsg: int) -> tuple[float, float]:
    """Order of numbering: from west to east in steps, in each from north to south."""
    middle = to_metric(shapely.centroid(shape), metric_epsg)
    return (round(middle.x / _NORTH_ROWS_M), -middle.y)


def _joined(units: Sequence[Unit]) -> Polygon | MultiPolygon:
    """The ground of some units as one area."""
    joined = shapely.coverage_union_all(np.asarray([unit.geometry for unit in units], dtype=object))
    return joined if isinstance(joined, Polygon) else MultiPolygon(shapely.get_parts(joined).tolist())
