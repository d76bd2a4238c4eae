"""Bring cells and units into a grid plan: complete the one in force, or make the next one from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from geodata.registers.areas import same_area
from geodata.store import Changes, UnitOfWork
from geodata.store.reading import Reads
from gridgis.cells import Cell, District, GridPlan, PlanStatus, Unit
from gridgis.codes import record_id
from gridgis.errors import InvalidValue

Part = TypeVar("Part", Cell, Unit)
FIRST_CODE = "1"


def published_plans(store: Reads) -> tuple[GridPlan, ...]:
    """The plans that are or were in force, or will be, in order of taking effect. Drafts are not meant."""
    published = [plan for plan in store.plans() if plan.status is not PlanStatus.DRAFT]
    return tuple(sorted(published, key=lambda plan: (plan.effective_from, plan.code)))


def latest_plan(store: Reads) -> GridPlan | None:
    """The plan in force last, None before the first one."""
    return next(reversed(published_plans(store)), None)


def known_cells(store: Reads) -> frozenset[str]:
    """Codes of the cells of every plan that is or was in force."""
    return frozenset(cell.code for plan in published_plans(store) for cell in plan.cells)


def put_into_plan(
    work: UnitOfWork,
    *,
    cells: Sequence[Cell] = (),
    units: Sequence[Unit] = (),
    effective: datetime | None,
    now: datetime,
) -> Changes:
    """Bring cells and units into the plan.

    Without a plan they make the first one, in force from ``effective`` or now. What is new completes the plan in force.
    What differs, or anything that is to hold from a later moment, makes the next plan: all cells and units of the one
    before with these in place of theirs, while that one ends.

    Raises:
        InvalidValue: ``plan.effective_before`` when they are to hold from before the plan in force does.
        Conflict: ``plan.in_force`` when something of the plan in force would change and no later moment is named.
    """
    district, held = work.district(), latest_plan(work)
    if held is None:
        changes = Changes(added=len(cells) + len(units))
        if changes:
            work.put_plan(_plan(district, FIRST_CODE, effective or now, cells, units))
        return changes
    merged_cells, cell_changes = _merge(held.cells, cells)
    merged_units, unit_changes = _merge(held.units, units)
    changes = cell_changes + unit_changes
    if not changes:
        return changes
    if effective is not None and effective < held.effective_from:
        raise InvalidValue(
            "plan.effective_before",
            value=effective.isoformat(),
            plan=held.code,
            since=held.effective_from.astimezone(effective.tzinfo).isoformat(),
        )
    if effective is None or effective == held.effective_from:
        work.put_plan(replace(held, cells=merged_cells, units=merged_units))
    else:
        code = _next_code(plan.code for plan in work.plans())
        work.put_plan(replace(held, status=PlanStatus.SUPERSEDED, effective_to=effective))
        work.put_plan(_plan(district, code, effective, merged_cells, merged_units))
    return changes


def _plan(district: District, code: str, effective: datetime, cells: Iterable[Cell], units: Iterable[Unit]) -> GridPlan:
    return GridPlan(
        id=record_id(district.code, "plan", code),
        code=code,
        name=f"网格方案 {code}",
        district=district,
        status=PlanStatus.PUBLISHED,
        effective_from=effective,
        cells=tuple(replace(cell, id=record_id(district.code, "cell", f"{code}/{cell.code}")) for cell in cells),
        units=tuple(replace(unit, id=record_id(district.code, "unit", f"{code}/{unit.code}")) for unit in units),
    )


def _next_code(codes: Iterable[str]) -> str:
    return str(max((int(code) for code in codes if code.isdecimal()), default=0) + 1)


def _merge(held: Sequence[Part], brought: Sequence[Part]) -> tuple[tuple[Part, ...], Changes]:
    """What a plan holds with what a file brings in its place, and how much of that is new or differs."""
    merged: dict[str, Part] = {part.code: part for part in held}
    added = updated = 0
    for part in brought:
        old = merged.get(part.code)
        if old is None:
            added += 1
            merged[part.code] = part
        elif not _same(old, part):
            updated += 1
            merged[part.code] = replace(part, id=old.id)
    return tuple(merged.values()), Changes(added, updated, len(brought) - added - updated)


def _same(old: Part, new: Part) -> bool:
    """Whether two records say the same; a border that was only written anew is the same."""
    return replace(new, id=old.id, geometry=old.geometry) == old and same_area(old.geometry, new.geometry)
