"""Check that the codes of cells nest, and find the cells that others name and the plan lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import shapely

from gridgis.cells.cell import Cell, Unit
from gridgis.checks.finding import Finding, error
from gridgis.checks.scope import Scope, joined, named
from gridgis.errors import InvalidValue


@dataclass(frozen=True)
class Orphans:
    """Cells and units that name a cell which the plan lacks.

    Attributes:
        cells: Cells whose parent it would be.
        units: Units that would belong to it.
        ground: Their union in lon/lat.
    """

    cells: tuple[Cell, ...]
    units: tuple[Unit, ...]
    ground: shapely.Geometry | None


@dataclass(frozen=True)
class CodeReport:
    """What the codes of cells and units show.

    Attributes:
        findings: What is wrong with codes and parents.
        parent_of: Code of the cell in which each cell, by code, and each unit, by code, should lie; those whose parent
            is missing are left out.
        orphans: By code of each missing cell, who names it.
        suspect: Codes of cells whose geometry or code says nothing sure about the tiling.
    """

    findings: tuple[Finding, ...]
    parent_of: Mapping[str, str]
    orphans: Mapping[str, Orphans]
    suspect: frozenset[str]


def check_codes(scope: Scope) -> CodeReport:
    """Codes, levels, parents and shapes of the plan's cells and units."""
    plan = scope.plan
    findings: list[Finding] = []
    doubled = _doubled(cell.code for cell in plan.cells)
    findings.extend(
        error("cell.code_doubled", "cell", code, plan.cell(code).geometry, code=code, count=count)
        for code, count in doubled.items()
    )
    findings.extend(
        error("unit.code_doubled", "unit", code, code=code, count=count)
        for code, count in _doubled(unit.code for unit in plan.units).items()
    )
    findings.extend(_check_form(scope))
    invalid = [cell for cell in plan.cells if not cell.geometry.is_valid]
    findings.extend(
        error(
            "cell.shape",
            "cell",
            cell.code,
            cell.geometry,
            cell=named(cell),
            reason=shapely.is_valid_reason(cell.geometry),
        )
        for cell in invalid
    )
    nesting, parent_of = _parents(scope)
    orphans = _orphans(scope, parent_of)
    strays, strayed = _stray_units(scope, orphans)
    suspect = {*doubled, *(cell.code for cell in invalid)}
    return CodeReport(
        (*findings, *nesting, *strays), parent_of | strayed, _without_strays(orphans, strayed), frozenset(suspect)
    )


def _doubled(codes: Iterable[str]) -> dict[str, int]:
    return {code: count for code, count in Counter(codes).items() if count > 1}


def _check_form(scope: Scope) -> Iterator[Finding]:
    """Codes of another length than their level's, or of another district."""
    district = scope.state.district
    for cell in scope.plan.cells:
        try:
            level = district.scheme.level(cell.code)
        except InvalidValue:
            level = 0
        if level != cell.level or not cell.code.isdigit():
            digits = district.scheme.lengths[cell.level - 1] if cell.level <= len(district.scheme.lengths) else 0
            yield error(
                "cell.code_form",
                "cell",
                cell.code,
                cell.geometry,
                cell=named(cell),
                cell_level=cell.level,
                digits=digits,
            )
        elif not cell.code.startswith(district.code):
            yield error(
                "cell.code_district", "cell", cell.code, cell.geometry, cell=named(cell), district=district.code
            )


def _parents(scope: Scope) -> tuple[list[Finding], dict[str, str]]:
    """Where each cell and unit belongs; a parent that the code contradicts is reported."""
    plan, district = scope.plan, scope.state.district
    findings: list[Finding] = []
    parent_of: dict[str, str] = {unit.code: unit.cell_code for unit in plan.units}
    for cell in plan.cells:
        by_code = district.code if cell.level == 1 else scope.code_above(cell.code)
        parent_of[cell.code] = cell.parent_code
        if cell.parent_code == by_code or not by_code:
            continue
        if cell.level > 1 and cell.parent_code not in plan.cell_by_code and by_code not in plan.cell_by_code:
            continue
        findings.append(
            error(
                "cell.code_not_nested",
                "cell",
                cell.code,
                cell.geometry,
                cell=named(cell),
                parent=cell.parent_code,
                by_code=by_code,
            )
        )
        parent_of[cell.code] = _lies_in(scope, cell, cell.parent_code, by_code)
    return findings, parent_of


def _lies_in(scope: Scope, cell: Cell, *codes: str) -> str:
    """The first of some parents in which a cell lies; the first known one where it lies in none."""
    known = [code for code in codes if code in scope.plan.cell_by_code or code == scope.state.district.code]
    middle = shapely.point_on_surface(cell.geometry)
    for code in known:
        parent = scope.plan.cell_by_code.get(code)
        if parent is not None and parent.geometry.intersects(middle):
            return code
    return known[0] if known else codes[0]


def _orphans(scope: Scope, parent_of: dict[str, str]) -> dict[str, Orphans]:
    """Cells and units whose parent the plan lacks, by the code of the parent; they leave ``parent_of``."""
    plan = scope.plan
    cells: dict[str, list[Cell]] = {}
    units: dict[str, list[Unit]] = {}
    for cell in plan.cells:
        above = parent_of.get(cell.code, "")
        if cell.level > 1 and above not in plan.cell_by_code:
            cells.setdefault(above, []).append(cell)
    for unit in plan.units:
        if unit.cell_code not in plan.cell_by_code:
            units.setdefault(unit.cell_code, []).append(unit)
    orphans: dict[str, Orphans] = {}
    for code in sorted({*cells, *units}):
        members: list[Cell | Unit] = [*cells.get(code, ()), *units.get(code, ())]
        for member in members:
            parent_of.pop(member.code, None)
        ground = joined([member.geometry for member in members])
        orphans[code] = Orphans(tuple(cells.get(code, ())), tuple(units.get(code, ())), ground)
    return orphans


def _stray_units(scope: Scope, orphans: Mapping[str, Orphans]) -> tuple[list[Finding], dict[str, str]]:
    """Units that name a cell which the plan lacks and lie in one that it has: the name is wrong, no cell is missing."""
    findings: list[Finding] = []
    lies_in: dict[str, str] = {}
    for code, named_by in orphans.items():
        if named_by.cells or not named_by.units:
            continue
        middles = shapely.get_coordinates(shapely.point_on_surface([unit.geometry for unit in named_by.units]))
        found = scope.plan.locate(middles).codes()
        for unit, codes in zip(named_by.units, found, strict=True):
            holder = next((one for one in reversed(codes.tolist()) if one), "")
            if holder and not scope.plan.children(holder) and scope.plan.cell(holder).level > 2:  # noqa: PLR2004
                lies_in[unit.code] = holder
                findings.append(
                    error(
                        "unit.cell_unknown",
                        "unit",
                        unit.code,
                        unit.geometry,
                        unit=named(unit),
                        value=code,
                        lies_in=scope.name_of(holder),
                    )
                )
    return findings, lies_in


def _without_strays(orphans: Mapping[str, Orphans], strays: Mapping[str, str]) -> dict[str, Orphans]:
    kept = {}
    for code, named_by in orphans.items():
        units = tuple(unit for unit in named_by.units if unit.code not in strays)
        if named_by.cells or units:
            members: list[Cell | Unit] = [*named_by.cells, *units]
            kept[code] = Orphans(named_by.cells, units, joined([member.geometry for member in members]))
    return kept
