"""Propose better cells: the one call that takes units and limits and gives plans, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridgis.errors import Conflict, InvalidValue
from gridgis.planning.compiling import make_ready
from gridgis.planning.graph import UnitGraph
from gridgis.planning.measures import Measures, measure, worth
from gridgis.planning.problem import NO_CELL, Objective, Problem
from gridgis.planning.regions import split
from gridgis.planning.searching import joined_labels, search_regions
from gridgis.planning.stopping import Stop

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Plan:
    """One way to put the units into cells.

    Attributes:
        labels: int32 (n), the cell of each unit, from 0.
        value: The objective's value; less is better.
        measures: Every term.
        way: How it was made: ``redraw`` from the whole, ``repair`` by fewest moves from today's plan.
        bound: No plan can be worth less than this, where it was worked out.
    """

    labels: Ints
    value: float
    measures: Measures
    way: Literal["redraw", "repair"] = "redraw"
    bound: float | None = None

    @property
    def gap(self) -> float | None:
        """How far above the bound the plan is, as a share of its value."""
        if self.bound is None:
            return None
        return max(self.value - self.bound, 0.0) / self.value if self.value else 0.0


class NoPlanFound(Conflict):
    """No plan within limits was met in the time given; ``nearest`` is the plan least far outside them."""

    def __init__(self, nearest: Ints | None, **fields: Any) -> None:
        super().__init__("planning.none_found", **fields)
        self.nearest = nearest


def rebalance_arrays(
    *,
    workload: ArrayLike,
    edges: ArrayLike,
    xy: ArrayLike,
    cells: int,
    least: float,
    most: float,
    objective: str | Mapping[str, float] | Objective = "cut_edges",
    seconds: float | None = None,
    attempts: int | None = None,
    seed: int = 0,
    border: ArrayLike | None = None,
    area: ArrayLike | None = None,
    outer: ArrayLike | None = None,
    today: ArrayLike | None = None,
    moving_cost: ArrayLike | None = None,
    locked: ArrayLike | None = None,
    apart: ArrayLike | None = None,
    together: ArrayLike | None = None,
    travel: ArrayLike | None = None,
    plans: int = 5,
    prove: bool = False,
    told: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Plan]:
    """Plans of contiguous cells within limits, best first.

    Args:
        workload: (n) what each unit weighs, not negative.
        edges: (m, 2) pairs of units that share a border over which a cell may hold together.
        xy: (n, 2) where each unit lies, in a plane.
        cells: How many cells.
        least: Least load of a cell.
        most: Most load of a cell.
        objective: A `Term` by name, weights by name, or an `Objective`.
        seconds: When to stop, reading compiled kernels at first use aside; 10 where neither this nor ``attempts`` is
            given.
        attempts: Annealing runs of each chain after which to stop; then the same seed gives the same plans.
        seed: Seed of the random numbers.
        border: (m) length of each shared border.
        area: (n) area of each unit.
        outer: (n) length of each unit's border with no other unit.
        today: (n) cell of each unit today, -1 for none.
        moving_cost: (n) what it costs in stability to move a unit; 1 each where it is not given.
        locked: (n) units that keep the cell of today.
        apart: (p, 2) units that may not be in one cell.
        together: (q, 2) units that must be in one cell.
        travel: (n, n) cost of travel between units.
        plans: How many different plans to return at most.
        prove: Whether to spend a part of the time on a bound, where cells are small enough to list.
        told: Called with the best value so far.
        cancelled: Asked now and then; True stops with the best so far.

    Raises:
        InvalidValue, InputRejected: What is asked makes no sense; see `Problem` and `UnitGraph`.
        InputRejected: ``planning.impossible`` with what clashes with what.
        NoPlanFound: ``planning.none_found``; the nearest plan is with it.
    """
    load = np.asarray(workload, dtype=np.float64)
    places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if len(places) != len(load):
        raise InvalidValue("planning.lengths", value=f"{len(places)} xy, {len(load)} workload")
    problem = Problem(
        load=load,
        graph=UnitGraph.of_edges(len(load), np.asarray(edges), _floats(border)),
        xy=places,
        cells=int(cells),
        least=float(least),
        most=float(most),
        objective=_objective(objective),
        area=_floats(area),
        outer=_floats(outer),
        today=None if today is None else np.maximum(np.asarray(today, dtype=np.int32), NO_CELL),
        moving_cost=_floats(moving_cost),
        locked=None if locked is None else np.asarray(locked, dtype=np.bool_),
        apart=_pairs(apart),
        together=_pairs(together),
        travel=_floats(travel),
    )
    if seconds is None and attempts is None:
        seconds = 10.0
    make_ready()
    deadline = None if seconds is None else monotonic() + seconds
    stop = Stop(attempts=attempts, deadline_s=deadline, cancelled=cancelled)
    return redraw(problem, stop, seed=seed, plans=plans, prove=prove, told=told)


def redraw(
    problem: Problem,
    stop: Stop,
    *,
    seed: int = 0,
    plans: int = 5,
    prove: bool = False,
    told: Callable[[float], None] | None = None,
) -> list[Plan]:
    """Plans of a problem by search over the whole, best first.

    Raises:
        InputRejected: ``planning.impossible``.
        NoPlanFound: ``planning.none_found``.
    """
    regions = split(problem)
    outcomes = search_regions(regions, stop, seed=seed, prove=prove, told=told)
    missing = [number for number, one in enumerate(outcomes) if not one.found]
    if missing:
        nearest = joined_labels(problem.units, regions, outcomes)
        known = nearest != NO_CELL
        loads = np.bincount(nearest[known], weights=problem.load[known], minlength=problem.cells)
        raise NoPlanFound(
            nearest,
            regions=len(missing),
            least=problem.least,
            most=problem.most,
            nearest_least=float(loads.min()),
            nearest_most=float(loads.max()),
        )
    bounds = [one.bound for one in outcomes]
    bound = None if any(one is None for one in bounds) else float(sum(one for one in bounds if one is not None))
    made = []
    for rank in range(min(plans, max(len(one.found) for one in outcomes))):
        labels = joined_labels(problem.units, regions, outcomes, rank)
        measures = measure(problem, labels)
        made.append(Plan(labels, worth(problem, measures), measures, bound=bound))
    return sorted(made, key=lambda plan: plan.value)


def _floats(values: ArrayLike | None) -> Floats | None:
    return None if values is None else np.ascontiguousarray(values, dtype=np.float64)


def _pairs(pairs: ArrayLike | None) -> Ints:
    return np.asarray([] if pairs is None else pairs, dtype=np.int32).reshape(-1, 2)


def _objective(objective: str | Mapping[str, float] | Objective) -> Objective:
    if isinstance(objective, Objective):
        return objective
    if isinstance(objective, str):
        return Objective.named(objective)
    try:
        return Objective(**{str(name): float(weight) for name, weight in objective.items()})
    except TypeError as error:
        raise InvalidValue("planning.objective", value=str(dict(objective))) from error
