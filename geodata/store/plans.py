"""Write and read grid plans: a plan's own row, its cells, its units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from geodata.store import schema
from geodata.store.changes import Difference, stored_rows
from geodata.store.codec import Codec, Row, area_blobs, areas, columns_of
from geodata.store.columns import moment, moment_or_none, moment_text
from gridgis.cells import Cell, CellKind, District, GridPlan, PlanStatus, Unit
from gridgis.errors import Conflict

CODES_SHOWN = 5
CELL_COLUMNS = columns_of(schema.CELLS)
UNIT_COLUMNS = columns_of(schema.UNITS)


def plan_row(plan: GridPlan) -> Row:
    """The plan's own row."""
    return (
        str(plan.id),
        plan.code,
        plan.name,
        plan.status.value,
        moment_text(plan.effective_from),
        moment_text(plan.effective_to),
        plan.reason,
        plan.paper,
    )


def cell_rows(plan_id: str, cells: Sequence[Cell]) -> list[Row]:
    """Rows of a plan's cells."""
    return [
        (
            str(cell.id),
            cell.code,
            plan_id,
            cell.name,
            cell.level,
            cell.kind.value,
            cell.parent_code,
            cell.governed,
            cell.key_town,
            cell.site_group,
            cell.parts_joined,
            *(cell.seat or (None, None)),
            blob,
        )
        for cell, blob in zip(cells, area_blobs(cell.geometry for cell in cells), strict=True)
    ]


def unit_rows(plan_id: str, units: Sequence[Unit]) -> list[Row]:
    """Rows of a plan's units."""
    return [
        (
            str(unit.id),
            unit.code,
            plan_id,
            unit.name,
            unit.cell_code,
            unit.population,
            unit.enterprises,
            unit.workload,
            blob,
        )
        for unit, blob in zip(units, area_blobs(unit.geometry for unit in units), strict=True)
    ]


def _cells(found: Sequence[Row]) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            UUID(id_),
            code,
            name,
            level,
            CellKind(kind),
            parent,
            shape,
            bool(governed),
            bool(key_town),
            group,
            bool(joined),
            None if lon is None else (lon, lat),
        )
        for (id_, code, _, name, level, kind, parent, governed, key_town, group, joined, lon, lat, _), shape in zip(
            found, areas([row[-1] for row in found]), strict=True
        )
    )


def _units(found: Sequence[Row]) -> tuple[Unit, ...]:
    return tuple(
        Unit(UUID(id_), code, name, cell, shape, population, enterprises, workload)
        for (id_, code, _, name, cell, population, enterprises, workload, _), shape in zip(
            found, areas([row[-1] for row in found]), strict=True
        )
    )


def _never(_: Any) -> Any:
    raise NotImplementedError


PLANS: Codec[GridPlan] = Codec(
    "plan", schema.PLANS, columns_of(schema.PLANS), lambda plans: list(map(plan_row, plans)), _never
)
CELLS: Codec[Cell] = Codec("cell", schema.CELLS, CELL_COLUMNS, _never, _cells)
UNITS: Codec[Unit] = Codec("unit", schema.UNITS, UNIT_COLUMNS, _never, _units)


def refuse_edits(plan: GridPlan, old: Mapping[str, Any], differences: Iterable[Difference]) -> None:
    """See to it that a plan that was published is only completed or superseded.

    Args:
        plan: What it would become.
        old: Its stored row by column.
        differences: Of its cells and of its units.

    Raises:
        Conflict: ``plan.published`` or ``plan.in_force``.
    """
    order = list(PlanStatus)
    back = order.index(plan.status) < order.index(PlanStatus(old["status"]))
    if back or moment_text(plan.effective_from) != old["effective_from"]:
        raise Conflict("plan.published", plan=plan.code)
    edited = [
        code for one in differences for code in (*(new[1] for _, new in one.updated), *(row[2] for row in one.left))
    ]
    if edited:
        raise Conflict("plan.in_force", plan=plan.code, count=len(edited), value=", ".join(edited[:CODES_SHOWN]))


def read_plans(connection: Connection, district: District) -> tuple[GridPlan, ...]:
    """Every plan of the district, in order of taking effect."""
    found = [row[1:] for row in stored_rows(connection, schema.PLANS, PLANS.columns)]
    return tuple(
        _plan(connection, row, district)
        for row in sorted(found, key=itemgetter(PLANS.columns.index("effective_from"), 1))
    )


def _plan(connection: Connection, row: Row, district: District) -> GridPlan:
    where = {"plan_id": row[0]}
    cells = [found[1:] for found in stored_rows(connection, schema.CELLS, CELL_COLUMNS, where)]
    units = [found[1:] for found in stored_rows(connection, schema.UNITS, UNIT_COLUMNS, where)]
    return plan_of(row, district, cells, units)


def plan_of(row: Row, district: District, cells: Sequence[Row], units: Sequence[Row]) -> GridPlan:
    """The plan of its own row and those of its cells and units."""
    id_, code, name, status, effective_from, effective_to, reason, paper = row
    level, code_at = CELL_COLUMNS.index("level"), 1
    return GridPlan(
        id=UUID(id_),
        code=code,
        name=name,
        district=district,
        status=PlanStatus(status),
        effective_from=moment(effective_from),
        effective_to=moment_or_none(effective_to),
        cells=_cells(sorted(cells, key=itemgetter(level, code_at))),
        units=_units(sorted(units, key=itemgetter(code_at))),
        reason=reason,
        paper=paper,
    )
