"""Say how good any plan can be at most, and find the best plan where that can be proven.

Where cells are small, all connected cells within limits are listed; choosing some that cover every unit once is a set
partition, whose linear relaxation, solved by generating columns, bounds every plan from below. Only columns whose
reduced cost is less than the gap can be in a better plan, so those alone go into the whole-number problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gridgis.planning.enumeration import connected_cells
from gridgis.planning.problem import Problem
from gridgis.planning.search import lay_out
from gridgis.planning.stopping import Stop

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_CELLS = 1_500_000
MOST_VISITS = 60_000_000
_ROUNDS = 200
_ADDED = 4_000
_MOST_WHOLE = 20_000
_TOLERANCE = 1e-7
_SCALE = 1e3


@dataclass(frozen=True, eq=False)
class CellList:
    """All connected cells of a problem within limits.

    Attributes:
        begins: int64 (s + 1), where each cell begins in ``held``.
        held: int32, the units of the cells.
        cost: float64 (s), what each costs, half of its rim included.
        units: How many units there are.
    """

    begins: Longs
    held: Ints
    cost: Floats
    units: int

    @property
    def cover(self) -> sparse.csr_array:
        """(s, n) which units each cell holds."""
        ones = np.ones(len(self.held))
        return sparse.csr_array((ones, self.held, self.begins), shape=(len(self.cost), self.units))


@dataclass(frozen=True, eq=False)
class Bounded:
    """What was proven about a problem.

    Attributes:
        bound: No plan is worth less; stability is left aside, so with it the bound is weaker, never wrong.
        labels: The best plan found on the way, None where none better than the one known was.
        proven: Whether the best known plan is proven best.
        impossible: Whether it is proven that no plan is within limits.
    """

    bound: float
    labels: Ints | None
    proven: bool
    impossible: bool = False


def list_cells(problem: Problem, most_cells: int = MOST_CELLS, most_visits: int = MOST_VISITS) -> CellList | None:
    """All connected cells within limits; None where there are too many to list."""
    complete, begins, held, cost = connected_cells(lay_out(problem), most_cells, most_visits)
    return CellList(begins, held, cost, problem.units) if complete else None


def bound_by_cells(
    problem: Problem, cells: CellList, stop: Stop, known: tuple[float, Ints] | None = None, *, whole: bool = True
) -> Bounded | None:
    """The bound of a problem by its cells, and a better plan than the known one where one is found.

    Args:
        problem: The problem, without locks and pairs apart (with them the bound still holds).
        cells: All its cells.
        stop: When to stop; the bound reached by then is valid.
        known: A plan's value and labels.
        whole: Whether to go on to the whole-number problem.

    Returns:
        None where no bound was reached in time, or no plan exists at all.
    """
    scale = _SCALE / max(float(cells.cost.mean()), 1e-300) if len(cells.cost) and not _whole_costs(problem) else 1.0
    scaled = replace(cells, cost=cells.cost * scale)
    mine = None if known is None else (known[0] * scale, known[1])
    found = _bound_scaled(problem, scaled, stop, mine, whole=whole)
    return None if found is None else replace(found, bound=found.bound / scale)


def _bound_scaled(
    problem: Problem, cells: CellList, stop: Stop, known: tuple[float, Ints] | None, *, whole: bool
) -> Bounded | None:
    """As `bound_by_cells`, with costs of a size at which the solver's absolute tolerances do no harm."""
    cover = cells.cover
    relaxed = _relax(cells, cover, problem.cells, stop)
    if relaxed is None:
        return Bounded(np.inf, None, proven=False, impossible=True) if not len(cells.cost) else None
    relaxation, reduced = relaxed
    bound = relaxation
    integral = _whole_costs(problem)
    step = 1.0 if integral else 0.0
    if integral:
        bound = float(np.ceil(bound - 1e-6))
    if known is not None and known[0] - bound <= max(1e-9 * abs(known[0]), step - 1e-6 if integral else 0.0):
        return Bounded(min(bound, known[0]), None, proven=True)
    free = problem.locked is None or not problem.locked.any()
    if not whole or not free or len(problem.apart) or problem.objective.stability or stop.reached():
        return Bounded(bound, None, proven=False)
    most = np.inf if known is None else known[0] - step
    kept = np.flatnonzero(reduced <= (most - relaxation) + 1e-6 * max(abs(bound), 1.0))
    complete = len(kept) <= _MOST_WHOLE
    if not complete:
        kept = kept[np.argsort(reduced[kept], kind="stable")[:_MOST_WHOLE]]
    return _choose(cells, cover, problem.cells, kept, stop, bound, known, complete=complete, integral=integral)


def _whole_costs(problem: Problem) -> bool:
    objective = problem.objective
    others = (objective.border, objective.moment, objective.inertia, objective.travel, objective.roundness,
              objective.stability, objective.evenness)  # fmt: skip
    return objective.cut_edges == 1.0 and not any(others)


def _relax(cells: CellList, cover: sparse.csr_array, count: int, stop: Stop) -> tuple[float, Floats] | None:  # noqa: C901
    """The bound of the relaxation and the reduced cost of every cell."""
    from scipy.optimize import linprog

    if not len(cells.cost):
        return None
    dear = 10.0 * float(cells.cost.max(initial=1.0)) + 1.0
    size = np.diff(cells.begins)
    chosen = np.zeros(len(cells.cost), dtype=np.bool_)
    chosen[np.argsort(cells.cost / np.maximum(size, 1), kind="stable")[: 5 * cells.units]] = True
    for unit_rows in range(min(cells.units, len(cells.cost))):
        chosen[(unit_rows * 7919) % len(cells.cost)] = True
    best: tuple[float, Floats] | None = None
    by_unit = cover.T.tocsr()
    for _ in range(_ROUNDS):
        if stop.reached():
            break
        columns = np.flatnonzero(chosen)
        matrix = sparse.vstack(
            [
                sparse.hstack([cover[columns].T, sparse.eye_array(cells.units)]),
                sparse.csr_array(np.concatenate([np.ones(len(columns)), np.zeros(cells.units)])[None, :]),
            ],
            format="csc",
        )
        costs = np.concatenate([cells.cost[columns], np.full(cells.units, dear)])
        # covering at least once: the relaxation is no larger and its duals are tamer
        answer = linprog(
            costs,
            A_ub=-matrix[: cells.units],
            b_ub=-np.ones(cells.units),
            A_eq=matrix[cells.units :],
            b_eq=[count],
            method="highs",
        )
        if answer.x is None:
            equal = np.full(cells.units, dear)
            multiplier = 0.0
        else:
            equal = -answer.ineqlin.marginals
            multiplier = float(answer.eqlin.marginals[0])
        reduced = cells.cost - cover @ equal - multiplier
        least = float(reduced.min(initial=0.0))
        bound = float(equal.sum()) + multiplier * count + count * min(least, 0.0)
        if best is None or bound > best[0]:
            best = (bound, reduced - min(least, 0.0))
        if least >= -_TOLERANCE * max(abs(bound), 1.0):
            break
        wanted = np.flatnonzero((reduced < -1e-9) & ~chosen)  # noqa: PLR2004
        if not len(wanted):
            break
        wanted = wanted[np.argsort(reduced[wanted], kind="stable")]
        chosen[wanted[: _ADDED // 2]] = True
        for unit in range(cells.units):  # every unit gets its own best cells, or duals swing from one corner to another
            mine = by_unit.indices[by_unit.indptr[unit] : by_unit.indptr[unit + 1]]
            mine = mine[reduced[mine] < -1e-9]  # noqa: PLR2004
            if len(mine):
                few = min(8, len(mine) - 1)
                chosen[mine[np.argpartition(reduced[mine], few)[:8]]] = True
    return best


def _choose(  # noqa: PLR0917
    cells: CellList,
    cover: sparse.csr_array,
    count: int,
    kept: NDArray[np.intp],
    stop: Stop,
    bound: float,
    known: tuple[float, Ints] | None,
    *,
    complete: bool,
    integral: bool,
) -> Bounded:
    """The best plan of some cells, by HiGHS."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not len(kept):
        return Bounded(known[0] if known and complete else bound, None, proven=complete and known is not None)
    rows = sparse.vstack([cover[kept].T, sparse.csr_array(np.ones((1, len(kept))))], format="csc")
    wanted = np.concatenate([np.ones(cells.units), [count]])
    left = stop.left_s()
    options: Any = {"mip_rel_gap": 1e-7}
    if np.isfinite(left):
        options["time_limit"] = max(left, 0.1)
    answer = milp(
        cells.cost[kept],
        constraints=LinearConstraint(rows, wanted, wanted),
        integrality=np.ones(len(kept), dtype=np.int64),
        bounds=Bounds(0, 1),
        options=options,
    )
    labels = None
    found = np.inf
    if answer.x is not None:
        labels = np.empty(cells.units, dtype=np.int32)
        for number, column in enumerate(kept[answer.x > 0.5]):  # noqa: PLR2004 (whole numbers up to rounding)
            labels[cells.held[cells.begins[column] : cells.begins[column + 1]]] = number
        found = float(answer.fun)
        if known is not None and found >= known[0]:
            labels = None
    value = min(found, np.inf if known is None else known[0])
    if complete:
        if answer.status == 0:
            dual = value if integral else min(float(answer.mip_dual_bound), value)
            return Bounded(max(bound, dual), labels, proven=True)
        if answer.status == 2:  # noqa: PLR2004 (infeasible: nothing better than the known plan)
            return Bounded(
                value if known is not None else bound, None, proven=known is not None, impossible=known is None
            )
        if answer.mip_dual_bound is not None and np.isfinite(answer.mip_dual_bound):
            dual = float(answer.mip_dual_bound)
            bound = max(bound, min(float(np.ceil(dual - 1e-6)) if integral else dual, value))
    return Bounded(bound, labels, proven=value <= bound + 1e-9 * abs(bound))
