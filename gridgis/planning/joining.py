"""Join cells that several searches passed through into one plan that is better than any of theirs.

The cells are columns of a set partition; its relaxation tells which can be in a better plan at all, and the few
most likely to be go into a whole-number problem (as a pool of solutions: Gurnee and Shmoys, ACDA 2021).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.bounds import CellList, best_of_cells
from gridgis.planning.enumeration import costs_of_cells
from gridgis.planning.layout import lay_out
from gridgis.planning.pool import CELLS, Pool, make_pool
from gridgis.planning.problem import Problem
from gridgis.planning.stopping import Stop

Ints = NDArray[np.int32]

FEWEST, MOST = 3, 60
_MOST_UNITS = 2_500
_MOST_CELLS = 300_000
_MOST_HELD = 20_000_000


def pool_for(problem: Problem) -> Pool:
    """A pool for the cells of a problem; one that keeps nothing where joining would not serve."""
    if not FEWEST <= problem.cells <= MOST or problem.units > _MOST_UNITS or problem.objective.stability > 0:
        return make_pool(0, 0, 0)
    typical = 2 * problem.units // problem.cells + 1
    return make_pool(problem.units, min(_MOST_CELLS, _MOST_HELD // typical), typical)


def join_cells(
    problem: Problem, pools: Sequence[Pool], known: tuple[float, Ints] | None, stop: Stop
) -> tuple[float, Ints] | None:
    """The best plan of the cells in some pools, with its value; None where it is no better than the known one."""
    cells = pooled_cells(problem, pools)
    return best_of_cells(problem, cells, stop, known) if len(cells.cost) else None


def pooled_cells(problem: Problem, pools: Sequence[Pool]) -> CellList:
    """The cells of some pools of a problem, each once."""
    parts = [np.diff(pool.begins[: int(pool.counts[CELLS]) + 1]) for pool in pools]
    size = np.concatenate(parts)
    held = np.concatenate([pool.held[: int(part.sum())] for pool, part in zip(pools, parts, strict=True)])
    begins = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    if not len(size):
        return CellList(begins, held, np.zeros(0), problem.units)
    sign = np.bitwise_xor.reduceat(pools[0].sign[held], begins[:-1])
    _, first = np.unique(sign, return_index=True)
    whole = CellList(begins, held, np.zeros(len(size)), problem.units).only(np.sort(first))
    cost = costs_of_cells(lay_out(problem), whole.begins, whole.held)
    return CellList(whole.begins, whole.held, cost, problem.units).keeping_pairs(problem)
