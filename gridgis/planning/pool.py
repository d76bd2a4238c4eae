"""Remember every cell within limits that a search passes through, so that the best of many plans can be joined."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.board import NOBODY, Board, outside

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

# places in `Pool.counts`
CELLS, FILLED = 0, 1


class Pool(NamedTuple):
    """Cells within limits, each once.

    Attributes:
        sign: int64 (n), a random number for each unit; a cell's is the exclusive or of its units'. Empty: keep nothing.
        table: int64, open table of the signs met; 0 is free.
        begins: int64, where each cell begins in ``held``.
        held: int32, units of the cells.
        counts: Cells, and units filled.
    """

    sign: Longs
    table: Longs
    begins: Longs
    held: Ints
    counts: Longs


def make_pool(units: int, most_cells: int, typical: int) -> Pool:
    """A pool for so many cells of about so many units; of 0 cells, one that keeps nothing.

    Pools of as many units sign alike.
    """
    if most_cells == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return Pool(nothing, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32),
                    np.zeros(2, dtype=np.int64))  # fmt: skip
    chance = np.random.default_rng(units)
    size = 1 << int(2 * most_cells - 1).bit_length()
    return Pool(
        chance.integers(1, 2**62, units, dtype=np.int64),
        np.zeros(size, dtype=np.int64),
        np.zeros(most_cells + 1, dtype=np.int64),
        np.zeros(most_cells * typical, dtype=np.int32),
        np.zeros(2, dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def remember(pool: Pool, board: Board, cell: int) -> None:
    """Keep a cell of the board where it is within limits, new, and there is room."""
    if outside(board.cell_load[cell], board.limits) > 0.0 or board.size[cell] == 0:
        return
    count = pool.counts[CELLS]
    filled = pool.counts[FILLED]
    if count + 1 >= len(pool.begins) or filled + board.size[cell] > len(pool.held):
        return
    sign = np.int64(0)
    unit = board.head[cell]
    while unit != NOBODY:
        sign ^= pool.sign[unit]
        unit = board.after[unit]
    if sign == 0:
        return
    mask = len(pool.table) - 1
    place = sign & mask
    while pool.table[place] != 0:
        if pool.table[place] == sign:
            return
        place = (place + 1) & mask
    pool.table[place] = sign
    unit = board.head[cell]
    while unit != NOBODY:
        pool.held[filled] = unit
        filled += 1
        unit = board.after[unit]
    pool.counts[CELLS] = count + 1
    pool.counts[FILLED] = filled
    pool.begins[count + 1] = filled
