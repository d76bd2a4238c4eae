"""Answer what the planner asks of a stored district: proposals, drafts, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gridgis.cells import CellKind, GridPlan, Unit
from gridgis.errors import InvalidValue, NotKnown
from gridgis.planning.comparison import lineages, moved_units
from gridgis.planning.drafting import draft_plan, next_draft_code
from gridgis.planning.parents import Limits
from gridgis.planning.problem import Objective, Term
from gridgis.planning.proposal import Proposal, Way, rebalance
from gridgis.planning.units import UnitSet
from gridgis.planning.workload import officers_needed, workload

if TYPE_CHECKING:
    from geodata.store.reading import Reads

WAYS = ("repair", "redraw")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a proposal is to be.

    Attributes:
        cells: Basic cells in all; None: each village keeps as many as it has.
        beats: Beats in all, each inside one town, instead of cells.
        tolerance: How far a cell may be from the mean of its parent, as a share of it.
        way: ``repair`` or ``redraw``; None: repair where there is a plan today.
        objective: A `Term` by name; None: inertia, for beats moment.
        locked: Codes of units that keep today's cell.
        apart: Pairs of codes of units.
        together: Groups of codes of units.
    """

    cells: int | None = None
    beats: int | None = None
    tolerance: float = 0.1
    way: str | None = None
    objective: str | None = None
    locked: frozenset[str] = frozenset()
    apart: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Proposed:
    """A proposal with what it was made from."""

    asked: Asked
    today: GridPlan
    units: tuple[Unit, ...]
    laid: UnitSet
    proposal: Proposal
    codes: tuple[str, ...]

    def draft(self, name: str, effective_from: datetime) -> GridPlan:
        """The proposal as a draft plan under the next free code.

        Raises:
            InvalidValue: ``planning.beats_not_kept``.
        """
        if self.asked.beats is not None:
            raise InvalidValue("planning.beats_not_kept", value=self.asked.beats)
        code = next_draft_code(self.codes)
        return draft_plan(
            self.today, self.units, self.proposal.labels, code=code, name=name, effective_from=effective_from
        )

    def features(self) -> dict[str, Any]:
        """The cells or beats as a GeoJSON collection, by number, with hours a year, people, enterprises and units."""
        import shapely

        laid, made = self.laid, []
        for number in range(int(self.proposal.labels.max()) + 1):
            mine = np.flatnonzero(self.proposal.labels == number)
            ground = shapely.coverage_union_all(np.asarray([self.units[one].geometry for one in mine], dtype=object))
            about = {
                "number": number + 1,
                "parent": laid.parent[mine[0]],
                "hours": round(float(laid.load[mine].sum()), 1),
                "people": int(laid.population[mine].sum()),
                "enterprises": int(laid.enterprises[mine].sum()),
                "units": [laid.codes[one] for one in mine],
            }
            made.append({"type": "Feature", "geometry": shapely.geometry.mapping(ground), "properties": about})
        return {"type": "FeatureCollection", "features": made}


def propose_cells(store: Reads, when: datetime, asked: Asked, *, seconds: float, seed: int) -> Proposed:
    """The best plan of basic cells inside their villages, dedicated cells as they are, or of beats inside towns.

    Raises:
        NotKnown: ``planning.no_plan`` without a plan in force then.
        InvalidValue: ``planning.way``, ``planning.objective``, ``planning.no_stored_units``.
    """
    if asked.way is not None and asked.way not in WAYS:
        raise InvalidValue("planning.way", value=asked.way, known=", ".join(WAYS))
    objective = asked.objective or ("inertia" if asked.beats is None else "moment")
    if objective not in {term.value for term in Term}:
        raise InvalidValue("planning.objective", value=objective)
    plans = store.plans()
    today = next(
        (plan for plan in reversed(plans) if plan.status.value != "draft" and plan.effective_from <= when),
        None,
    )
    if today is None:
        raise NotKnown("planning.no_plan", value=when.isoformat())
    units = _planned_units(today, asked)
    laid = _laid_out(store, today, units, asked)
    found = rebalance(
        laid,
        cells=asked.beats or asked.cells or len(set(laid.today)),
        limits=Limits(
            tolerance=asked.tolerance,
            cells_of_parent=_todays_counts(laid) if asked.beats is None and asked.cells is None else {},
            locked=asked.locked,
            apart=asked.apart,
            together=asked.together,
        ),
        objective=Objective.named(objective),
        way=cast("Way | None", asked.way),
        seconds=seconds,
        seed=seed,
    )
    return Proposed(asked, today, units, laid, found[0], tuple(plan.code for plan in plans))


def _planned_units(today: GridPlan, asked: Asked) -> tuple[Unit, ...]:
    """The units that may change cells: all for beats, else those outside dedicated cells."""
    dedicated = {cell.code for cell in today.cells if cell.kind is CellKind.DEDICATED}
    units = tuple(unit for unit in today.units if asked.beats is not None or unit.cell_code not in dedicated)
    if not units:
        raise InvalidValue("planning.no_stored_units", value=today.code)
    return units


def _laid_out(store: Reads, today: GridPlan, units: tuple[Unit, ...], asked: Asked) -> UnitSet:
    """Units with their hours inside their villages, or inside their towns and without a cell today for beats."""
    parents = [today.cell(unit.cell_code).parent_code for unit in units]
    if asked.beats is not None:
        parents = [today.cell(village).parent_code for village in parents]
    laid = UnitSet.of_units(
        units,
        unit_hours(store, units),
        parents,
        tolerance_m=today.district.border_tolerance_m,
        metric_epsg=today.district.metric_epsg,
    )
    return laid if asked.beats is None else replace(laid, today=("",) * len(units))


def _todays_counts(laid: UnitSet) -> dict[str, int]:
    """How many cells each parent has today."""
    held: dict[str, set[str]] = {}
    for parent, cell in zip(laid.parent, laid.today, strict=True):
        held.setdefault(parent, set()).add(cell)
    return {parent: len(codes) for parent, codes in held.items()}


def officers_of_parents(made: Proposed, hours_a_year: float) -> dict[str, int]:
    """How many officers each village or town of a proposal needs, when each works so many hours a year."""
    hours: dict[str, float] = {}
    for parent, load in zip(made.laid.parent, made.laid.load.tolist(), strict=True):
        hours[parent] = hours.get(parent, 0.0) + load
    return {parent: officers_needed(load, hours_a_year) for parent, load in sorted(hours.items())}


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
