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

from gridgis.planning.contraction import contract
from gridgis.planning.covering import as_bits, cover_with
from gridgis.planning.enumeration import connected_cells, costs_of_cells
from gridgis.planning.layout import lay_out
from gridgis.planning.measures import measure, worth
from gridgis.planning.problem import Problem
from gridgis.planning.stopping import Stop
from gridgis.planning.todays import named_as_today

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_CELLS = 1_500_000
MOST_VISITS = 60_000_000
_ROUNDS = 200
_ADDED = 4_000
_MOST_WHOLE = 20_000
_MOST_JOINED = 4_000
_MOST_COVERED = 60_000
_COMPARISONS, _COMPARISONS_A_SECOND = 300_000_000, 20_000_000
_STEP = 1.0 - 1e-6
_TAKEN = 0.5
_INFEASIBLE = 2
_NEGATIVE = -1e-9
_LONGEST_S = 1e6
_SCATTER = 7_919
_OWN_CELLS = 8
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

    def only(self, kept: NDArray[np.integer]) -> CellList:
        """Some of the cells, by number, in the order given."""
        size = np.diff(self.begins)[kept]
        ends = np.concatenate([[0], np.cumsum(size)])
        places = np.arange(ends[-1]) - np.repeat(ends[:-1], size) + np.repeat(self.begins[kept], size)
        return CellList(ends.astype(np.int64), self.held[places], self.cost[kept], self.units)

    def keeping_pairs(self, problem: Problem) -> CellList:
        """The cells that can be in a plan which keeps pairs apart and together, and locked units in their own cells."""
        if not len(problem.apart) and not len(problem.together) and problem.locked is None:
            return self
        return self.only(np.flatnonzero(_keeps_pairs(problem, self)))


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
    """All connected cells within limits that part no pair and no lock; None where there are too many to list."""
    contracted = contract(problem)
    complete, begins, held, cost = connected_cells(lay_out(contracted.problem), most_cells, most_visits)
    if not complete:
        return None
    if contracted.problem is not problem:
        begins, held = _expanded(begins, held, contracted.unit_of)
        cost = costs_of_cells(lay_out(problem), begins, held)
    return CellList(begins, held, cost, problem.units).keeping_pairs(problem)


def _expanded(begins: Longs, held: Ints, unit_of: Ints) -> tuple[Longs, Ints]:
    """Cells of groups as cells of the groups' units."""
    order = np.argsort(unit_of, kind="stable").astype(np.int32)
    size = np.bincount(unit_of)
    first = np.cumsum(size) - size
    sizes = size[held]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    places = np.arange(ends[-1]) - np.repeat(ends[:-1], sizes) + np.repeat(first[held], sizes)
    return ends[begins].astype(np.int64), order[places]


def _keeps_pairs(problem: Problem, cells: CellList) -> NDArray[np.bool_]:
    """Which cells can be in a plan that keeps pairs apart and together, and locked units in their own cells."""
    kept = np.ones(len(cells.cost), dtype=np.bool_)
    cover = cells.cover.tocsc()

    def holds(unit: int) -> NDArray[np.bool_]:
        mine = np.zeros(len(cells.cost), dtype=np.bool_)
        mine[cover.indices[cover.indptr[unit] : cover.indptr[unit + 1]]] = True
        return mine

    for one, two in problem.apart.tolist():
        kept &= ~(holds(one) & holds(two))
    for one, two in problem.together.tolist():
        kept &= holds(one) == holds(two)
    if problem.locked is None or problem.today is None:
        return kept
    locked = np.flatnonzero(problem.locked)
    homes = np.unique(problem.today[locked])
    owners = np.zeros(len(cells.cost), dtype=np.int32)
    for home in homes.tolist():
        held = [holds(unit) for unit in locked[problem.today[locked] == home].tolist()]
        for one in held[1:]:
            kept &= held[0] == one
        owners += held[0]
    return np.asarray(kept & (owners <= 1))


def bound_by_cells(
    problem: Problem, cells: CellList, stop: Stop, known: tuple[float, Ints] | None = None, *, whole: bool = True
) -> Bounded | None:
    """The bound of a problem by its cells, and a better plan than the known one where one is found.

    Args:
        problem: The problem.
        cells: All its cells, by `list_cells`.
        stop: When to stop; the bound reached by then is valid.
        known: A plan's value and labels.
        whole: Whether to go on to the whole-number problem.

    Returns:
        None where no bound was reached in time, or no plan exists at all.
    """
    scale = _scale(problem, cells)
    scaled = replace(cells, cost=cells.cost * scale)
    mine = None if known is None else (known[0] * scale, known[1])
    found = _bound_scaled(problem, scaled, stop, mine, whole=whole)
    if found is None:
        return None
    labels = found.labels if found.labels is None else named_as_today(problem, found.labels)
    return replace(found, bound=found.bound / scale, labels=labels)


def best_of_cells(
    problem: Problem, cells: CellList, stop: Stop, known: tuple[float, Ints] | None
) -> tuple[float, Ints] | None:
    """The best plan made of some cells, which need not be all; None where none better than the known one is found."""
    scale = _scale(problem, cells)
    scaled = replace(cells, cost=cells.cost * scale)
    cover = scaled.cover
    relaxed = _relax(scaled, cover, problem.cells, stop)
    if relaxed is None or stop.reached():
        return None
    relaxation, reduced = relaxed
    mine = None if known is None else (known[0] * scale, known[1])
    integral = _whole_costs(problem)
    gap = np.inf if mine is None else mine[0] - relaxation - (_STEP if integral else 0.0)
    kept = np.flatnonzero(reduced <= gap)
    kept = kept[np.argsort(reduced[kept], kind="stable")]
    labels, complete = _covered(
        scaled.only(kept[:_MOST_COVERED]), reduced[kept[:_MOST_COVERED]], problem.cells, gap, stop
    )
    if labels is None and not complete:
        few = kept[:_MOST_JOINED]
        labels = _choose(scaled, few, stop, count=problem.cells, bound=relaxation, known=mine, complete=False).labels
    if labels is None:
        return None
    labels = named_as_today(problem, labels)
    measures = measure(problem, labels)
    return (worth(problem, measures), labels) if measures.feasible else None


def _covered(cells: CellList, reduced: Floats, count: int, gap: float, stop: Stop) -> tuple[Ints | None, bool]:
    """Labels of the choice of least reduced cost below the gap, by trying all; whether all could be tried."""
    if not len(cells.cost):
        return None, True
    order = np.argsort(np.bincount(cells.held, minlength=cells.units), kind="stable").astype(np.int32)
    bits = as_bits(cells.begins, cells.held, cells.units)
    budget = stop.budget(_COMPARISONS_A_SECOND, _COMPARISONS)
    chosen, _, left = cover_with(bits, np.maximum(reduced, 0.0), count, order, gap, budget)
    return (None if chosen[0] < 0 else _labels(cells, chosen)), left > 0


def _labels(cells: CellList, chosen: NDArray[np.integer]) -> Ints:
    labels = np.zeros(cells.units, dtype=np.int32)
    for number, cell in enumerate(chosen.tolist()):
        labels[cells.held[cells.begins[cell] : cells.begins[cell + 1]]] = number
    return labels


def _scale(problem: Problem, cells: CellList) -> float:
    """By what costs are multiplied so that the solver's absolute tolerances do no harm."""
    return _SCALE / max(float(cells.cost.mean()), 1e-300) if len(cells.cost) and not _whole_costs(problem) else 1.0


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
    if not whole or problem.objective.stability or stop.reached():
        return Bounded(bound, None, proven=False)
    most = np.inf if known is None else known[0] - step
    kept = np.flatnonzero(reduced <= (most - relaxation) + 1e-6 * max(abs(bound), 1.0))
    complete = len(kept) <= _MOST_WHOLE
    if not complete:
        kept = kept[np.argsort(reduced[kept], kind="stable")[:_MOST_WHOLE]]
    return _choose(
        cells, kept, stop, count=problem.cells, bound=bound, known=known, complete=complete, integral=integral
    )


def _whole_costs(problem: Problem) -> bool:
    objective = problem.objective
    others = (objective.border, objective.moment, objective.inertia, objective.travel, objective.roundness,
              objective.stability, objective.evenness)  # fmt: skip
    return objective.cut_edges == 1.0 and not any(others)


def _relax(cells: CellList, cover: sparse.csr_array, count: int, stop: Stop) -> tuple[float, Floats] | None:
    """The bound of the relaxation and the reduced cost of every cell."""
    if not len(cells.cost):
        return None
    chosen = np.zeros(len(cells.cost), dtype=np.bool_)
    chosen[np.argsort(cells.cost / np.maximum(np.diff(cells.begins), 1), kind="stable")[: 5 * cells.units]] = True
    chosen[np.arange(min(cells.units, len(cells.cost))) * _SCATTER % len(cells.cost)] = True
    best: tuple[float, Floats] | None = None
    by_unit = cover.T.tocsr()
    for _ in range(_ROUNDS):
        if stop.reached():
            break
        prices, multiplier = _prices(cells, cover, chosen, count, stop.left_s())
        reduced = cells.cost - cover @ prices - multiplier
        least = float(reduced.min(initial=0.0))
        bound = float(prices.sum()) + multiplier * count + count * min(least, 0.0)
        if best is None or bound > best[0]:
            best = (bound, reduced - min(least, 0.0))
        wanted = np.flatnonzero((reduced < _NEGATIVE) & ~chosen)
        if least >= -_TOLERANCE * max(abs(bound), 1.0) or not len(wanted):
            break
        wanted = wanted[np.argsort(reduced[wanted], kind="stable")]
        chosen[wanted[: _ADDED // 2]] = True
        for unit in range(cells.units):  # every unit gets its own best cells, or duals swing from one corner to another
            mine = by_unit.indices[by_unit.indptr[unit] : by_unit.indptr[unit + 1]]
            mine = mine[reduced[mine] < _NEGATIVE]
            few = min(_OWN_CELLS, len(mine))
            if few:
                chosen[mine[np.argpartition(reduced[mine], few - 1)[:few]]] = True
    return best


def _prices(
    cells: CellList, cover: sparse.csr_array, chosen: NDArray[np.bool_], count: int, left_s: float
) -> tuple[Floats, float]:
    """What the relaxation over the chosen cells pays for each unit, and for a cell at all."""
    from scipy.optimize import linprog

    columns = np.flatnonzero(chosen)
    dear = 10.0 * float(cells.cost.max(initial=1.0)) + 1.0
    # covering at least once: the relaxation is no larger and its duals are tamer
    covered: Any = sparse.hstack([cover[columns].T, sparse.eye_array(cells.units)], format="csc")
    counted: Any = sparse.csr_array(np.concatenate([np.ones(len(columns)), np.zeros(cells.units)])[None, :])
    answer = linprog(
        np.concatenate([cells.cost[columns], np.full(cells.units, dear)]),
        A_ub=-covered,
        b_ub=-np.ones(cells.units),
        A_eq=counted,
        b_eq=[count],
        method="highs",
        options={"time_limit": max(min(left_s, _LONGEST_S), 0.1)},
    )
    if answer.x is None or answer.status != 0:
        return np.full(cells.units, dear), 0.0
    return np.maximum(-answer.ineqlin.marginals, 0.0), float(answer.eqlin.marginals[0])


def _choose(
    cells: CellList,
    kept: NDArray[np.intp],
    stop: Stop,
    *,
    count: int,
    bound: float,
    known: tuple[float, Ints] | None,
    complete: bool,
    integral: bool = False,
) -> Bounded:
    """The best plan of some cells, by HiGHS; ``complete`` says whether no other cell can be in a better plan."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not len(kept):
        return Bounded(known[0] if known and complete else bound, None, proven=complete and known is not None)
    rows = sparse.vstack([cells.only(kept).cover.T, sparse.csr_array(np.ones((1, len(kept))))], format="csc")
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
    best = np.inf if known is None else known[0]
    labels, value = None, best
    if answer.x is not None and answer.fun is not None and answer.fun < best:
        labels, value = _labels(cells, kept[answer.x > _TAKEN]), float(answer.fun)
    if not complete:
        return Bounded(bound, labels, proven=value <= bound + 1e-9 * abs(bound))
    if answer.status == _INFEASIBLE:  # nothing better than the known plan
        return Bounded(bound if known is None else value, None, proven=known is not None, impossible=known is None)
    dual = answer.mip_dual_bound
    if dual is not None and np.isfinite(dual):
        bound = max(bound, min(float(np.ceil(dual - 1e-6)) if integral else float(dual), value))
    if answer.status == 0:
        return Bounded(max(bound, value) if integral else bound, labels, proven=True)
    return Bounded(bound, labels, proven=value <= bound + 1e-9 * abs(bound))
