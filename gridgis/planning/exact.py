"""Settle small problems for good: the best plan with its proof, or the proof that there is none and the nearest one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gridgis.planning.bounds import CellList, bound_by_cells, list_cells
from gridgis.planning.covering import as_bits, cover_with
from gridgis.planning.measures import measure, worth
from gridgis.planning.problem import Problem
from gridgis.planning.stopping import Stop
from gridgis.planning.todays import named_as_today

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

MOST_UNITS = 40
_MOST_CELLS = 60_000
_MOST_VISITS = 1_000_000
_WIDER = 1.3
_WIDEN_BY = 0.05
_SAME = 1e-9
_TAKEN = 0.5
_COMPARISONS, _COMPARISONS_A_SECOND = 200_000_000, 20_000_000
_OPTIMAL, _INFEASIBLE = 0, 2


@dataclass(frozen=True, eq=False)
class Settled:
    """What is proven about a small problem.

    Attributes:
        labels: The best plan within limits, or where there is none the nearest one.
        value: The objective's value of it.
        within: Whether it is within limits; where it is not, no plan is.
        deviation: For a nearest plan: no plan has every cell this near to the mean or nearer, but this one does; as a
            share of the mean.
    """

    labels: Ints
    value: float
    within: bool
    deviation: float | None = None


def settle(problem: Problem, stop: Stop) -> Settled | None:
    """The best plan of a problem, or the nearest; None where it is too large or time is up before it is proven.

    The nearest plan has the least greatest deviation from the mean; among those, the least load outside the limits, and
    then the least value.
    """
    if problem.units > MOST_UNITS or problem.objective.stability > 0 or stop.reached():
        return None
    listed = list_cells(problem, _MOST_CELLS, _MOST_VISITS)
    if listed is None or stop.reached():
        return None
    bounded = bound_by_cells(problem, listed, stop)
    if bounded is None or not (bounded.impossible or bounded.proven):
        return None
    if bounded.impossible:
        return nearest_plan(problem, stop)
    if bounded.labels is None:
        return None
    return Settled(bounded.labels, worth(problem, measure(problem, bounded.labels)), within=True)


def nearest_plan(problem: Problem, stop: Stop) -> Settled | None:
    """The plan whose greatest deviation from the mean is proven least; None as for `settle`, or where there is none."""
    mean = float(problem.load.sum()) / problem.cells
    if mean <= 0 or problem.units > MOST_UNITS:
        return None
    widest = max(problem.cells - 1.0, 1.0)
    reach = max(float(problem.load.max()) / mean - 1.0, 1.0 - problem.least / mean, problem.most / mean - 1.0)
    while not stop.reached():
        reach = min(reach * _WIDER + _WIDEN_BY, widest)
        opened = replace(problem, least=max(mean * (1 - reach), 0.0), most=mean * (1 + reach))
        listed = list_cells(opened, _MOST_CELLS, _MOST_VISITS)
        if listed is None:
            return None
        choice = _Choice.of(problem, listed, mean)
        made = choice.some(choice.deviation <= reach * (1 + _SAME), stop)
        if made is None:
            return None
        if len(made):
            return choice.narrowed(made, stop)
        if reach >= widest:
            return None
    return None


@dataclass(frozen=True, eq=False)
class _Choice:
    """Cells among which a plan is chosen.

    Attributes:
        problem: What is asked.
        cells: The cells.
        deviation: float64 (s), how far the load of each is from the mean, as a share of it.
        cost: float64 (s), load outside the limits, then the objective.
    """

    problem: Problem
    cells: CellList
    deviation: Floats
    cost: Floats

    @classmethod
    def of(cls, problem: Problem, cells: CellList, mean: float) -> _Choice:
        load = np.add.reduceat(problem.load[cells.held], cells.begins[:-1]) if len(cells.cost) else np.zeros(0)
        outside = np.maximum(np.maximum(load - problem.most, problem.least - load), 0.0) / mean
        least = outside[outside > _SAME].min(initial=1.0)
        scale = float(cells.cost.max(initial=0.0)) * problem.cells
        small = cells.cost * (0.1 * least / scale) if scale > 0 else cells.cost
        return cls(problem, cells, np.abs(load - mean) / mean, (outside + small) / least)

    def some(self, allowed: NDArray[np.bool_], stop: Stop) -> NDArray[np.intp] | None:
        """Numbers of allowed cells that make any plan; none where no plan is; None where that is not known in time."""
        kept = np.flatnonzero(allowed)
        if not len(kept):
            return kept
        cells = self.cells.only(kept)
        order = np.argsort(np.bincount(cells.held, minlength=cells.units), kind="stable").astype(np.int32)
        bits = as_bits(cells.begins, cells.held, cells.units)
        budget = stop.budget(_COMPARISONS_A_SECOND, _COMPARISONS)
        chosen, _, left = cover_with(bits, np.zeros(len(kept)), self.problem.cells, order, np.inf, budget)
        if chosen[0] >= 0:
            return kept[chosen]
        return kept[:0] if left > 0 else self.best(allowed, stop)

    def best(self, allowed: NDArray[np.bool_], stop: Stop) -> NDArray[np.intp] | None:
        """Numbers of the allowed cells that make the cheapest plan; none where no plan is; None out of time."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        kept = np.flatnonzero(allowed)
        count = len(kept)
        if not count:
            return kept
        rows = sparse.vstack([self.cells.cover[kept].T, sparse.csr_array(np.ones((1, count)))], format="csc")
        wanted = np.concatenate([np.ones(self.cells.units), [self.problem.cells]])
        answer = milp(
            self.cost[kept],
            constraints=LinearConstraint(rows, wanted, wanted),
            integrality=np.ones(count, dtype=np.int64),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 1e-7, "time_limit": max(min(stop.left_s(), 1e6), 0.1)},
        )
        if answer.status == _INFEASIBLE:
            return kept[:0]
        if answer.status != _OPTIMAL or answer.x is None:
            return None
        return kept[answer.x > _TAKEN]

    def narrowed(self, chosen: NDArray[np.intp], stop: Stop) -> Settled | None:
        """The plan of least greatest deviation, found by halving the deviations that could be it."""
        steps = np.unique(np.round(self.deviation, 12))
        high = int(np.searchsorted(steps, self.deviation[chosen].max() - _SAME))
        low = -1
        while high - low > 1:
            middle = (low + high) // 2
            answer = self.some(self.deviation <= steps[middle] + _SAME, stop)
            if answer is None:
                return None
            if len(answer):
                chosen = answer
                high = min(middle, int(np.searchsorted(steps, self.deviation[chosen].max() - _SAME)))
            else:
                low = middle
        cheapest = self.best(self.deviation <= steps[high] + _SAME, stop)
        chosen = chosen if cheapest is None or not len(cheapest) else cheapest
        labels = np.zeros(self.cells.units, dtype=np.int32)
        for number, cell in enumerate(chosen.tolist()):
            labels[self.cells.held[self.cells.begins[cell] : self.cells.begins[cell + 1]]] = number
        labels = named_as_today(self.problem, labels)
        value = worth(self.problem, measure(self.problem, labels))
        return Settled(labels, value, within=False, deviation=float(self.deviation[chosen].max()))
