"""Check that the cells of each level, and the units, tile what lies above them; tell each fault of the ground once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridgis.cells.cell import LEVELS, Cell, Unit
from gridgis.cells.tiling import TilingFault, TilingKind, tiling_faults_by_parent
from gridgis.checks.codes import CodeReport
from gridgis.checks.finding import Finding, Severity
from gridgis.checks.scope import Scope, joined, share_inside

_SAME_GROUND = 0.9
UNITS = max(LEVELS) + 1


@dataclass(frozen=True)
class GroundFault:
    """A fault of the tiling, and where it is.

    Attributes:
        level: Level of the cells that should tile; one below the deepest for units.
        parent_code: Code of the cell, or district, that they should tile.
        fault: The fault.
    """

    level: int
    parent_code: str
    fault: TilingFault


def find_ground_faults(scope: Scope, codes: CodeReport) -> list[GroundFault]:
    """Faults of the tiling from level 1 down to the units, each told once.

    Left out is what an upper level's fault explains (a village drawn too large overlaps its neighbour; that its basic
    cells leave the same ground open is the same fault), a gap that a cell which strays outside its parent covers, and a
    gap that the cells or units of a missing cell fill.
    """
    told: list[GroundFault] = []
    for level in (*LEVELS, UNITS):
        above = joined([one.fault.geometry for one in told if one.fault.kind is not TilingKind.DISCONNECTED])
        found = [
            GroundFault(level, parent_code, fault)
            for parent_code, faults in sorted(_level_faults(scope, codes, level).items())
            for fault in faults
            if not codes.suspect & {parent_code, *fault.cell_codes}
        ]
        strayed = [one.fault.geometry for one in found if one.fault.kind is TilingKind.OUTSIDE_PARENT]
        filling = joined([*strayed, *_filled_by_orphans(codes)])
        told.extend(one for one in found if not _explained(one.fault, above, filling))
    return told


def _explained(fault: TilingFault, above: shapely.Geometry | None, filling: shapely.Geometry | None) -> bool:
    if fault.kind is TilingKind.DISCONNECTED:
        return False
    if share_inside(fault.geometry, above) >= _SAME_GROUND:
        return True
    return fault.kind in {TilingKind.GAP, TilingKind.SLIVER} and share_inside(fault.geometry, filling) >= _SAME_GROUND


def _filled_by_orphans(codes: CodeReport) -> list[shapely.Geometry]:
    return [one.ground for one in codes.orphans.values() if one.ground is not None]


def _level_faults(scope: Scope, codes: CodeReport, level: int) -> dict[str, list[TilingFault]]:
    plan, district = scope.plan, scope.state.district
    members: Sequence[Cell] | Sequence[Unit]
    members = plan.units if level == UNITS else [cell for cell in plan.cells if cell.level == level]
    wanted = {codes.parent_of.get(member.code, "") for member in members}
    parents = {cell.code: cell.geometry for cell in plan.cells if cell.code in wanted}
    outlines = {district.code: district.outline} if level == 1 else {}
    return tiling_faults_by_parent(
        members,
        {**parents, **outlines},
        lambda member: codes.parent_of.get(member.code, ""),
        district.border_tolerance_m,
        district.metric_epsg,
    )


def tell(scope: Scope, faults: Sequence[GroundFault]) -> Iterator[Finding]:
    """The faults as findings, with how many sites lie on that ground."""
    sites = _sites_on(scope, faults)
    for one in faults:
        fault, kind = one.fault, one.fault.kind
        code = f"tiling.{kind.value}" if one.level < UNITS else f"unit_tiling.{kind.value}"
        single = kind in {TilingKind.OUTSIDE_PARENT, TilingKind.DISCONNECTED}
        width = {} if fault.width_m is None else {"width_m": round(fault.width_m, 1)}
        yield Finding(
            code,
            Severity.WARNING if kind is TilingKind.SLIVER else Severity.ERROR,
            {
                "parent": scope.name_of(one.parent_code),
                "cells": tuple(scope.name_of(cell) for cell in fault.cell_codes),
                "area_m2": round(fault.area_m2, 1) if fault.area_m2 < 10 else round(fault.area_m2),  # noqa: PLR2004
                "sites": sites[id(one)],
                **width,
            },
            fault.geometry,
            "unit" if one.level == UNITS and single else "cell",
            fault.cell_codes[0] if single else one.parent_code,
        )


def _sites_on(scope: Scope, faults: Sequence[GroundFault]) -> Mapping[int, int]:
    xy = scope.site_points
    counts = dict.fromkeys(map(id, faults), 0)
    if len(xy) and faults:
        tree = shapely.STRtree(np.asarray(shapely.points(xy), dtype=object))
        asked, _ = tree.query([one.fault.geometry for one in faults], predicate="intersects")
        for place, count in zip(*np.unique(asked, return_counts=True), strict=True):
            counts[id(faults[int(place)])] = int(count)
    return counts
