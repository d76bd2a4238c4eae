"""Bring today's plan within limits by the fewest and lightest moves, and prove that fewer would not do.

A whole-number problem over units and cells near them (HiGHS through scipy), in which contiguity is asked for only where
an answer broke it: for a piece cut off from its cell, one of the units around the piece must be in the cell too if any
unit of the piece is (Fischetti and others, Math. Prog. Computation 9, 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gridgis.planning.contraction import together_groups
from gridgis.planning.problem import NO_CELL, Problem
from gridgis.planning.stopping import Stop
from gridgis.planning.todays import todays_labels

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

REACHES = (1, 2, 3)
_MOST_ROUNDS = 200
_TAKEN = 0.5


@dataclass(frozen=True, eq=False)
class Repaired:
    """Today's plan brought within limits.

    Attributes:
        labels: int32 (n), the cell of each unit; None where none was found in time.
        cost: What the moves cost.
        bound: No plan within limits, with units going no further than ``reach`` rings, costs less.
        reach: How many rings of cells around its own a unit could join.
        proven: Whether the moves are proven fewest among those.
    """

    labels: Ints | None
    cost: float
    bound: float
    reach: int
    proven: bool


def repair(problem: Problem, stop: Stop) -> Repaired:
    """The least moves that bring a plan within limits, with every cell in one part.

    Units may join the cells they touch or, where no plan is found so, those one ring further on. What a move costs is
    ``problem.moving_cost``, 1 each where it is not given; among equals the lighter moves win.
    """
    begin = todays_labels(problem)
    price = np.ones(problem.units) if problem.moving_cost is None else problem.moving_cost
    answer = Repaired(None, float("inf"), 0.0, REACHES[0], proven=False)
    for reach in REACHES:
        answer = _repair_within(problem, begin, price, reach, stop)
        if answer.labels is not None or stop.reached():
            return answer
    return answer


def _reachable(problem: Problem, labels: Ints, reach: int) -> sparse.csr_array:
    """(n, k) cells that each unit may join."""
    units, cells = problem.units, problem.cells
    tail, other = problem.graph.tail, problem.graph.other
    member = sparse.csr_array((np.ones(units), (np.arange(units), labels)), shape=(units, cells))
    touches = sparse.csr_array((np.ones(len(tail)), (tail, other)), shape=(units, units))
    joined = (member + touches @ member).tocsr()
    for _ in range(reach - 1):
        joined = (joined + touches @ joined).tocsr()
    if len(problem.together):
        group = together_groups(problem)
        of_group = sparse.csr_array((np.ones(units), (np.arange(units), group)))
        joined = (of_group @ (of_group.T @ joined)).tocsr()
    if problem.locked is not None and problem.today is not None:
        keep = sparse.diags_array((~problem.locked).astype(float))
        home = sparse.csr_array(
            (problem.locked.astype(float), (np.arange(units), np.maximum(problem.today, 0))), shape=(units, cells)
        )
        joined = (keep @ joined + home).tocsr()
    joined.sum_duplicates()
    joined.eliminate_zeros()
    joined.sort_indices()
    return joined


@dataclass(frozen=True, eq=False)
class _Moves:
    """The whole-number problem: a column for each unit and each cell that it may join.

    Attributes:
        unit, cell: int32 (q), unit and cell of each column.
        number: (n, k), 1 + the column of a unit and a cell, 0 where there is none.
        cost: float64 (q).
        rows, low, high: What holds of the columns.
    """

    unit: NDArray[np.intp]
    cell: Ints
    number: sparse.csr_array
    cost: Floats
    rows: list[sparse.csr_array]
    low: list[Floats]
    high: list[Floats]

    @classmethod
    def of(cls, problem: Problem, labels: Ints, price: Floats, reach: int) -> _Moves:
        """Every unit in one cell, every cell within limits and not empty, pairs as they must be."""
        units, cells = problem.units, problem.cells
        joined = _reachable(problem, labels, reach)
        unit = np.repeat(np.arange(units), np.diff(joined.indptr))
        cell = joined.indices
        columns = len(unit)
        at = np.arange(columns)
        home = labels if problem.today is None else np.where(problem.today == NO_CELL, labels, problem.today)
        lighter = (
            problem.load / max(float(problem.load.sum()), 1e-300) * 1e-3 * float(price[price > 0].min(initial=1.0))
        )
        made = cls(
            unit=unit,
            cell=cell,
            number=sparse.csr_array((at + 1, (unit, cell)), shape=(units, cells)),
            cost=np.where(cell == home[unit], 0.0, price[unit] + lighter[unit]),
            rows=[],
            low=[],
            high=[],
        )
        made.demand(sparse.csr_array((np.ones(columns), (unit, at)), shape=(units, columns)), 1.0, 1.0)
        load = sparse.csr_array((problem.load[unit], (cell, at)), shape=(cells, columns))
        made.demand(load, problem.least, problem.most)
        made.demand(sparse.csr_array((np.ones(columns), (cell, at)), shape=(cells, columns)), 1.0, np.inf)
        for first, second in problem.apart.tolist():
            made.demand_of_pair(first, second, 1.0, -np.inf, 1.0)
        for first, second in problem.together.tolist():
            made.demand_of_pair(first, second, -1.0, 0.0, 0.0)
        return made

    def demand(self, rows: sparse.csr_array, low: float, high: float) -> None:
        """Ask that each of some rows comes to no less and no more."""
        self.rows.append(rows)
        self.low.append(np.full(rows.shape[0], low))
        self.high.append(np.full(rows.shape[0], high))

    def demand_of_pair(self, first: int, second: int, sign: float, low: float, high: float) -> None:
        """Ask of each cell that the first unit in it, plus or less the second, comes to no less and no more."""
        mine = self.cell[(self.unit == first) | (self.unit == second)]
        for one in np.unique(mine).tolist():
            at = np.array([self.number[first, one] - 1, self.number[second, one] - 1])
            known = at >= 0
            values = np.array([1.0, sign])[known]
            where = np.zeros(len(values), dtype=np.int64), at[known]
            self.demand(sparse.csr_array((values, where), shape=(1, len(self.unit))), low, high)

    def demand_contiguity(self, broken: list[tuple[int, int, list[int]]]) -> None:
        """Ask what `_cuts` found to be broken."""
        added = sparse.lil_array((len(broken), len(self.unit)))
        for row, (inner, anchor, ring) in enumerate(broken):
            added[row, ring] = 1.0
            added[row, [inner, anchor]] = -1.0
        self.demand(added.tocsr(), -1.0, np.inf)

    def solved(self, left_s: float) -> Any:
        """The answer of HiGHS in so many seconds."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        options: Any = {"mip_rel_gap": 1e-6}
        if np.isfinite(left_s):
            options["time_limit"] = max(left_s, 0.1)
        low, high = np.concatenate(self.low), np.concatenate(self.high)
        return milp(
            self.cost,
            constraints=LinearConstraint(sparse.vstack(self.rows, format="csc"), low, high),
            integrality=np.ones(len(self.unit), dtype=np.int64),
            bounds=Bounds(0, 1),
            options=options,
        )


def _repair_within(problem: Problem, labels: Ints, price: Floats, reach: int, stop: Stop) -> Repaired:
    moves = _Moves.of(problem, labels, price, reach)
    bound = 0.0
    for _ in range(_MOST_ROUNDS):
        if stop.reached():
            break
        answer = moves.solved(stop.left_s())
        if answer.mip_dual_bound is not None and np.isfinite(answer.mip_dual_bound):
            bound = max(bound, float(answer.mip_dual_bound))
        if answer.x is None:
            break
        made = np.empty(problem.units, dtype=np.int32)
        taken = answer.x > _TAKEN
        made[moves.unit[taken]] = moves.cell[taken]
        broken = _cuts(problem, made, moves.number)
        if not broken:
            value = float(moves.cost[taken].sum())
            return Repaired(made, value, min(bound, value), reach, proven=answer.status == 0)
        moves.demand_contiguity(broken)
    return Repaired(None, float("inf"), bound, reach, proven=False)


def _cuts(problem: Problem, labels: Ints, number: sparse.csr_array) -> list[tuple[int, int, list[int]]]:
    """For each unit of each piece cut off: with a unit of the cell's main piece, one of those around it is in too.

    Each is a unit of the piece, a unit of the main piece, and the ring, as columns; the first two are in the cell
    together only where one of the ring is. That holds for every plan whose cells are in one part.
    """
    graph = problem.graph
    piece = graph.pieces(labels)
    weight = np.bincount(piece, weights=problem.load)
    number_of_units = np.bincount(piece)
    cuts: list[tuple[int, int, list[int]]] = []
    cell_of = np.zeros(len(weight), dtype=np.int32)
    cell_of[piece] = labels
    for cell in range(problem.cells):
        mine = np.flatnonzero(cell_of == cell)
        if len(mine) <= 1:
            continue
        main = mine[int(np.argmax(weight[mine] + 1e-12 * number_of_units[mine]))]
        rest = np.flatnonzero(piece == main)
        for other in mine[mine != main]:
            members = np.flatnonzero(piece == other)
            ring: set[int] = set()
            for one in members:
                ring.update(graph.other[graph.start[one] : graph.start[one + 1]].tolist())
            ring -= set(members.tolist())
            ways = [int(number[one, cell]) - 1 for one in sorted(ring)]
            anchor = int(rest[np.argmax(problem.load[rest])])
            held = problem.locked if problem.locked is not None else np.zeros(problem.units, dtype=np.bool_)
            if held[rest].any():
                anchor = int(rest[np.argmax(held[rest])])
            cuts.extend(
                (int(number[inner, cell]) - 1, int(number[anchor, cell]) - 1, [way for way in ways if way >= 0])
                for inner in members.tolist()
            )
    return cuts
