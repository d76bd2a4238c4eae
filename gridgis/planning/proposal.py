"""Propose cells for units inside their villages or towns: near today's plan or drawn anew, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import Fault, InvalidValue
from gridgis.planning.compiling import make_ready
from gridgis.planning.exact import Settled, nearest_plan, settle
from gridgis.planning.measures import Measures, measure, worth
from gridgis.planning.parents import NO_LIMITS, Limits, Parent, cells_of_parents, check_names, parent_of
from gridgis.planning.problem import NO_CELL, Objective, Problem
from gridgis.planning.regions import Region, impossible, split
from gridgis.planning.repair import repair
from gridgis.planning.searching import CHAINS, Outcome, joined_labels, search_regions
from gridgis.planning.stopping import Stop
from gridgis.planning.todays import named_as_today, todays_labels
from gridgis.planning.units import UnitSet

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Told = Callable[[float], None] | None
Way = Literal["repair", "redraw"]

DEFAULT_OBJECTIVE = Objective(inertia=1.0)
_MOST_PROPOSALS = 3
_SETTLING_S = 3.0
_SETTLING = 0.7
_HARDER = 4
_LEAST_REPAIR_S = 1.0
_ROUNDING = 1e-9
_NO_PAIRS: Ints = np.zeros((0, 2), dtype=np.int32)


@dataclass(frozen=True, eq=False)
class ParentOutcome:
    """What came of one parent.

    Attributes:
        parent: Its code.
        cells: How many cells it has.
        mean: Mean load of its cells.
        most_deviation: Greatest deviation of its cells from their mean, as a share of it.
        within: Whether all are within the tolerance.
        faults: What makes it impossible, where that is proven.
        proven: Whether its plan is proven best.
        nearest: Where it is impossible: no plan has a lesser greatest deviation than this, and the proposed one has it;
            None where the nearest is not proven.
    """

    parent: str
    cells: int
    mean: float
    most_deviation: float
    within: bool
    faults: tuple[Fault, ...]
    proven: bool
    nearest: float | None = None


@dataclass(frozen=True, eq=False)
class Proposal:
    """One proposed plan.

    Attributes:
        labels: int32 (n), number of the cell of each unit.
        way: ``repair`` by fewest moves from today's plan, or ``redraw``.
        value: The objective's value.
        bound: No plan is worth less, parents without a plan within limits counted as they are; None where it was not
            worked out.
        measures: Every term over the whole.
        parents: What came of each parent, in order of code.
        moves_proven: For a repair, whether no fewer moves do, with units going no further than their neighbours.
    """

    labels: Ints
    way: Way
    value: float
    bound: float | None
    measures: Measures
    parents: tuple[ParentOutcome, ...]
    moves_proven: bool | None = None

    @property
    def not_within(self) -> tuple[ParentOutcome, ...]:
        """Parents with a cell outside the tolerance."""
        return tuple(one for one in self.parents if not one.within)


def rebalance(
    units: UnitSet,
    *,
    cells: int,
    limits: Limits = NO_LIMITS,
    objective: Objective = DEFAULT_OBJECTIVE,
    way: Way | None = None,
    seconds: float | None = None,
    attempts: int | None = None,
    seed: int = 0,
    told: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    clock: Callable[[], float] = monotonic,
) -> list[Proposal]:
    """Plans for units inside their parents, best first.

    Parents for which no plan is within limits keep the plan that comes nearest, and are named with what clashes.

    Args:
        units: The units, each with its parent.
        cells: How many cells in all; parents share them by largest remainder of their load.
        limits: What a plan must keep to.
        objective: What counts as better in a redraw.
        way: ``repair`` where there is a plan today with so many cells, else ``redraw``.
        seconds: When to stop, reading compiled kernels at first use aside; 30 where neither this nor ``attempts`` is
            given.
        attempts: Annealing runs after which to stop.
        seed: Seed of the random numbers.
        told: Called with the best value so far.
        cancelled: Asked now and then; True stops with the best so far.
        clock: Seconds that only go forward.

    Raises:
        InvalidValue: ``planning.cells``, ``planning.tolerance``.
        InputRejected: ``planning.unit_unknown`` for limits that name no unit or parent; ``planning.impossible`` where
            there are more parents than cells or cells than units, or units of different parents must be together.
    """
    if not 0 <= limits.tolerance < 1:
        raise InvalidValue("planning.tolerance", value=limits.tolerance)
    if seconds is None and attempts is None:
        seconds = 30.0
    make_ready()
    stop = Stop(
        attempts=attempts,
        deadline_s=None if seconds is None else clock() + seconds,
        cancelled=cancelled,
        clock=clock,
    )
    check_names(units, limits)
    counts = cells_of_parents(units, cells, limits)
    wholes = [parent_of(units, parent, count, limits, objective) for parent, count in sorted(counts.items())]
    chosen: Way = way or ("repair" if all(one.problem.today is not None for one in wholes) else "redraw")
    if chosen == "repair":
        return [_repaired(units, wholes, objective, stop)]
    return _redrawn(units, wholes, objective, stop, (seed, told))


@dataclass(frozen=True, eq=False)
class _Part:
    """A region of a parent, where its cells are counted in the whole, and what came of it."""

    parent: int
    region: Region
    outcome: Outcome | None = None


def _redrawn(
    units: UnitSet, wholes: Sequence[Parent], objective: Objective, stop: Stop, search_from: tuple[int, Told]
) -> list[Proposal]:
    """Plans drawn anew: small parents settled for good, the others searched region by region."""
    seed, told = search_from
    firsts = np.cumsum([0, *(whole.problem.cells for whole in wholes)]).tolist()
    smallest = sorted(range(len(wholes)), key=lambda number: wholes[number].problem.units)
    with ThreadPoolExecutor(CHAINS) as pool:
        settling = stop
        if stop.deadline_s is not None:
            settling = replace(stop, deadline_s=stop.clock() + _SETTLING * max(stop.left_s(), 0.0))
        made_of = pool.map(lambda number: _parts(number, wholes[number], firsts[number], settling), smallest)
        by_number = dict(zip(smallest, made_of, strict=True))
    parts = [part for number in range(len(wholes)) for part in by_number[number][0]]
    faults = {number: said for number, (_, said) in by_number.items()}
    open_ones = [part.region for part in parts if part.outcome is None]
    found = iter(search_regions(open_ones, stop, seed=seed, prove=True, told=told) if open_ones else ())
    made = [replace(part, outcome=part.outcome or next(found)) for part in parts]
    regions, outcomes = [part.region for part in made], [part.outcome for part in made if part.outcome is not None]
    bound = _bound(regions, outcomes) if objective.stability == 0 else None
    proven: dict[int, list[Outcome]] = {}
    for part in made:
        if part.outcome is not None:
            proven.setdefault(part.parent, []).append(part.outcome)
    proposals = []
    for rank in range(max(min(_MOST_PROPOSALS, max(len(one.found) for one in outcomes)), 1)):
        labels = joined_labels(len(units.load), regions, outcomes, rank)
        proposals.append(
            replace(
                _proposal(units, wholes, labels, "redraw", objective=objective, faults=faults, outcomes=proven),
                bound=bound,
            )
        )
    return sorted(proposals, key=lambda one: (len(one.not_within), one.value))


def _parts(number: int, whole: Parent, first: int, stop: Stop) -> tuple[list[_Part], tuple[Fault, ...]]:
    """The regions of a parent, settled where it is small, with what makes it impossible."""
    problem = whole.problem
    faults = tuple(impossible(problem, name=whole.parent))
    everything = Region(whole.units, problem, np.arange(first, first + problem.cells, dtype=np.int32))
    mine = stop
    if stop.deadline_s is not None:
        mine = replace(stop, deadline_s=min(stop.deadline_s, stop.clock() + _SETTLING_S))
    settled = nearest_plan(problem, mine) if faults else settle(problem, mine)
    if settled is not None:
        if not settled.within and not faults:
            faults = (_none_within(whole, settled),)
        return [_Part(number, everything, Outcome.of_settled(settled))], faults
    found = _nearest_regions(problem) if faults else split(problem)
    return [
        _Part(number, Region(whole.units[one.units], one.problem, one.cell_numbers + np.int32(first))) for one in found
    ], faults


def _nearest_regions(problem: Problem) -> list[Region]:
    """Regions of a problem with no plan within limits: its pieces, or the whole with links where there are too many."""
    if problem.graph.pieces().max() == 0:
        return [Region(np.arange(problem.units), problem, np.arange(problem.cells, dtype=np.int32))]
    bare = replace(problem, least=0.0, most=float(problem.load.sum()), apart=_NO_PAIRS, together=_NO_PAIRS, locked=None)
    if int(problem.graph.pieces().max()) + 1 > problem.cells:
        return _nearest_regions(replace(problem, graph=problem.graph.bridged(problem.xy)))
    return [
        replace(
            one,
            problem=problem.among(
                one.units, cells=one.problem.cells, today=one.problem.today, locked=None, together=_NO_PAIRS
            ),
        )
        for one in split(bare)
    ]


def _repaired(units: UnitSet, wholes: Sequence[Parent], objective: Objective, stop: Stop) -> Proposal:
    """Each parent brought within limits by least moves, or as near to them as any plan can be."""
    labels = np.full(len(units.load), NO_CELL, dtype=np.int32)
    first = 0
    faults: dict[int, tuple[Fault, ...]] = {}
    nearest: dict[int, float] = {}
    proven = True
    for number, whole in enumerate(wholes):
        problem = whole.problem
        if problem.today is None:
            raise InvalidValue("planning.repair_without_plan", value=whole.parent, cells=problem.cells)
        mine = stop
        if stop.deadline_s is not None:
            share_s = max(stop.left_s() / (len(wholes) - number) * _HARDER, _LEAST_REPAIR_S)
            mine = replace(stop, deadline_s=min(stop.clock() + share_s, stop.deadline_s))
        faults[number] = tuple(impossible(problem, name=whole.parent))
        repaired = None if faults[number] else repair(problem, mine)
        if repaired is None or repaired.labels is None:
            settled = nearest_plan(problem, mine) if faults[number] else settle(problem, mine)
            if settled is not None and not settled.within and settled.deviation is not None:
                nearest[number] = settled.deviation
                faults[number] = faults[number] or (_none_within(whole, settled),)
                mean = float(problem.load.sum()) / problem.cells
                reach = settled.deviation + _ROUNDING
                repaired = repair(replace(problem, least=mean * (1 - reach), most=mean * (1 + reach)), mine)
        proven &= repaired is not None and repaired.proven
        found = None if repaired is None else repaired.labels
        labels[whole.units] = (todays_labels(problem) if found is None else found) + np.int32(first)
        first += problem.cells
    made = _proposal(units, wholes, labels, "repair", objective=objective, faults=faults)
    parents = tuple(replace(one, nearest=nearest.get(number)) for number, one in enumerate(made.parents))
    return replace(made, parents=parents, moves_proven=proven)


def _none_within(whole: Parent, settled: Settled) -> Fault:
    """That a parent is proven to have no plan within limits."""
    about = {"region": whole.parent, "cells": whole.problem.cells, "nearest": settled.deviation or 0.0}
    return Fault("planning.no_plan_within", about)


def _proposal(
    units: UnitSet,
    wholes: Sequence[Parent],
    labels: Ints,
    way: Way,
    *,
    objective: Objective,
    faults: Mapping[int, tuple[Fault, ...]],
    outcomes: Mapping[int, Sequence[Outcome]] = MappingProxyType({}),
) -> Proposal:
    parents: list[ParentOutcome] = []
    first = 0
    labels = labels.copy()
    today = np.full(len(labels), NO_CELL, dtype=np.int32)
    for number, whole in enumerate(wholes):
        problem = whole.problem
        mine = labels[whole.units] - first
        if problem.today is not None:
            if way == "redraw":
                mine = named_as_today(problem, mine)
                labels[whole.units] = mine + first
            today[whole.units] = np.where(problem.today == NO_CELL, NO_CELL, problem.today + first)
        about = measure(problem, mine)
        came = outcomes.get(number, ())
        parents.append(
            ParentOutcome(
                parent=whole.parent,
                cells=problem.cells,
                mean=float(problem.load.sum()) / problem.cells,
                most_deviation=about.most_deviation,
                within=about.feasible,
                faults=faults.get(number, ()),
                proven=bool(came) and all(one.proven for one in came),
                nearest=_nearest_of(problem, about, came, faults.get(number, ())),
            )
        )
        first += problem.cells
    whole_problem = Problem(
        load=units.load,
        graph=units.graph,
        xy=units.xy,
        cells=first,
        least=0.0,
        most=float(units.load.sum()),
        objective=objective,
        area=units.area_m2,
        outer=units.outer_m,
        today=today if (today != NO_CELL).any() else None,
        whole_distances=False,
    )
    measures = measure(whole_problem, labels)
    return Proposal(labels, way, worth(whole_problem, measures), None, measures, tuple(parents))


def _nearest_of(problem: Problem, about: Measures, came: Sequence[Outcome], faults: Sequence[Fault]) -> float | None:
    """The least greatest deviation of any plan, where known: settled, or what the heaviest unit alone asks for."""
    if len(came) == 1 and came[0].deviation is not None:
        return came[0].deviation
    heaviest = float(problem.load.max()) * problem.cells / max(float(problem.load.sum()), 1e-300) - 1.0
    return about.most_deviation if faults and about.most_deviation <= heaviest + _ROUNDING else None


def _bound(regions: Sequence[Region], outcomes: Sequence[Outcome]) -> float | None:
    """The sum of the regions' bounds; None where one is missing.

    Regions without a plan within limits count as they are.
    """
    total = 0.0
    for region, outcome in zip(regions, outcomes, strict=True):
        if outcome.found and outcome.bound is not None:
            total += outcome.bound
        elif not outcome.found and outcome.nearest is not None:
            total += worth(region.problem, measure(region.problem, outcome.nearest))
        else:
            return None
    return total if regions else None
