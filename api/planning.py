"""Answer what the planner asks of a stored district: proposals, drafts, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gridgis.cells import CellKind, GridPlan, Unit
from gridgis.errors import InvalidValue, NotKnown
from gridgis.planning.comparison import lineages, moved_units
from gridgis.planning.drafting import draft_plan, next_draft_code
from gridgis.planning.problem import Objective, Term
from gridgis.planning.proposal import Limits, Proposal, Way, rebalance
from gridgis.planning.units import UnitSet
from gridgis.planning.workload import workload

if TYPE_CHECKING:
    from geodata.store.reading import Reads

WAYS = ("repair", "redraw")


@dataclass(frozen=True, eq=False)
class Proposed:
    """A proposal with what it was made from."""

    today: GridPlan
    units: tuple[Unit, ...]
    proposal: Proposal
    codes: tuple[str, ...]

    def draft(self, name: str, effective_from: datetime) -> GridPlan:
        """The proposal as a draft plan under the next free code."""
        code = next_draft_code(self.codes)
        return draft_plan(
            self.today, self.units, self.proposal.labels, code=code, name=name, effective_from=effective_from
        )


def propose_cells(
    store: Reads,
    when: datetime,
    *,
    cells: int | None,
    tolerance: float,
    way: str | None,
    objective: str,
    seconds: float,
    seed: int,
) -> Proposed:
    """The best plan of basic cells inside their villages; dedicated cells stay as they are.

    Raises:
        NotKnown: ``planning.no_plan`` without a plan in force then.
        InvalidValue: ``planning.way``, ``planning.objective``, ``planning.no_stored_units``.
    """
    if way is not None and way not in WAYS:
        raise InvalidValue("planning.way", value=way, known=", ".join(WAYS))
    plans = store.plans()
    today = next(
        (plan for plan in reversed(plans) if plan.status.value != "draft" and plan.effective_from <= when),
        None,
    )
    if today is None:
        raise NotKnown("planning.no_plan", value=when.isoformat())
    dedicated = {cell.code for cell in today.cells if cell.kind is CellKind.DEDICATED}
    units = tuple(unit for unit in today.units if unit.cell_code not in dedicated)
    if not units:
        raise InvalidValue("planning.no_stored_units", value=today.code)
    parents = [today.cell(unit.cell_code).parent_code for unit in units]
    laid = UnitSet.of_units(
        units,
        unit_hours(store, units),
        parents,
        tolerance_m=today.district.border_tolerance_m,
        metric_epsg=today.district.metric_epsg,
    )
    wanted = len({unit.cell_code for unit in units}) if cells is None else cells
    if objective not in {term.value for term in Term}:
        raise InvalidValue("planning.objective", value=objective)
    counted: dict[str, int] = {}
    if cells is None:
        held: dict[str, set[str]] = {}
        for unit, parent in zip(units, parents, strict=True):
            held.setdefault(parent, set()).add(unit.cell_code)
        counted = {parent: len(codes) for parent, codes in held.items()}
    found = rebalance(
        laid,
        cells=wanted,
        limits=Limits(tolerance=tolerance, cells_of_parent=counted),
        objective=Objective.named(objective),
        way=cast("Way | None", way),
        seconds=seconds,
        seed=seed,
    )
    return Proposed(today, units, found[0], tuple(plan.code for plan in plans))


def unit_hours(store: Reads, units: Sequence[Unit]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Hours a year of each unit, as imported or else worked out from its sites and people."""
    import shapely

    from gridgis.geometry import DEFAULT_METRIC_EPSG, to_metric

    shapes = np.asarray([unit.geometry for unit in units], dtype=object)
    sites = store.sites()
    risk = {enterprise.id: enterprise for enterprise in store.enterprises()}
    points = shapely.points(
        [(0.0, 0.0) if site.lon is None or site.lat is None else (site.lon, site.lat) for site in sites]
    )
    at = np.full(len(sites), -1, dtype=np.int64)
    point, unit = shapely.STRtree(shapes).query(points, predicate="intersects")
    at[point[::-1]] = unit[::-1]
    owners = [risk.get(site.enterprise_id) for site in sites]
    hours = workload(
        site_unit=at,
        site_risk=[None if owner is None else owner.risk for owner in owners],
        site_industry=["" if owner is None else owner.industry for owner in owners],
        hazards=np.zeros(len(units)),
        population=[unit.population for unit in units],
        area_m2=shapely.area(to_metric(shapes, DEFAULT_METRIC_EPSG)),
    ).total_h
    given = np.array([np.nan if unit.workload is None else unit.workload for unit in units], dtype=np.float64)
    return np.where(np.isnan(given), hours, given)


def compared(before: GridPlan, after: GridPlan) -> dict[str, Any]:
    """Two plans side by side, as JSON can say it."""
    cells = [{unit.code: unit.cell_code for unit in plan.units} for plan in (before, after)]
    names = [{cell.code: cell.name for cell in plan.of_level(3)} for plan in (before, after)]
    lines = lineages(cells[0], cells[1], (names[0], names[1]))
    about = {unit.code: (unit.workload or 0.0, unit.population, unit.enterprises) for unit in after.units}
    moved = moved_units(cells[0], cells[1], about)
    return {
        "before": before.code,
        "after": after.code,
        "cells": [
            {"lineage": line.lineage.value, "before": list(line.before), "after": list(line.after), "units": line.units}
            for line in lines
        ],
        "moved": [{"unit": one.unit, "before": one.before, "after": one.after} for one in moved],
        "moved_units": len(moved),
        "moved_people": sum(one.population for one in moved),
        "moved_enterprises": sum(one.enterprises for one in moved),
    }
