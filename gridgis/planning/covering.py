"""Choose cells that cover every unit once, by trying them all, cut short by what they cost at least."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]


def as_bits(begins: Longs, held: Ints, units: int) -> Words:
    """uint64 (s, w), the units of each cell as bits."""
    words = (units + 63) // 64
    bits = np.zeros((len(begins) - 1, words), dtype=np.uint64)
    row = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    np.bitwise_or.at(bits, (row, held // 64), np.uint64(1) << (held % 64).astype(np.uint64))
    return bits


@njit(cache=True, nogil=True)
def cover_with(
    bits: Words, excess: Floats, cells: int, order: Ints, gap: float, budget: int
) -> tuple[Ints, float, int]:
    """The cells of least excess in all that cover every unit once.

    Args:
        bits: uint64 (s, w), the units of each cell.
        excess: (s) what each cell costs above the prices of its units, at least 0, in order.
        cells: How many cells to choose.
        order: int32 (n), the units in the order in which they are covered.
        gap: Only choices of less excess count.
        budget: How many comparisons to make at most.

    Returns:
        int32 (cells), the cells chosen, -1 without a choice; their excess; what is left of the budget.
    """
    count, words = bits.shape
    best = np.full(cells, -1, dtype=np.int32)
    open_cells = np.empty((cells + 1, count), dtype=np.int32)
    open_count = np.zeros(cells + 1, dtype=np.int64)
    place = np.zeros(cells + 1, dtype=np.int64)
    wanted = np.zeros(cells + 1, dtype=np.int32)
    chosen = np.full(cells + 1, -1, dtype=np.int32)
    spent = np.zeros(cells + 1)
    taken = np.zeros((cells + 1, words), dtype=np.uint64)
    for cell in range(count):
        open_cells[0, cell] = cell
    open_count[0] = count
    wanted[0] = order[0]
    level = 0
    while level >= 0 and budget > 0:
        found = -1
        word = wanted[level] // 64
        bit = np.uint64(1) << np.uint64(wanted[level] % 64)
        while place[level] < open_count[level]:
            cell = open_cells[level, place[level]]
            place[level] += 1
            budget -= 1
            if spent[level] + excess[cell] >= gap:
                place[level] = open_count[level]
                break
            if bits[cell, word] & bit:
                found = cell
                break
        if found < 0:
            level -= 1
            continue
        chosen[level] = found
        total = spent[level] + excess[found]
        below = level + 1
        for at in range(words):
            taken[below, at] = taken[level, at] | bits[found, at]
        next_unit = -1
        for at in range(len(order)):
            unit = order[at]
            if not (taken[below, unit // 64] >> np.uint64(unit % 64)) & np.uint64(1):
                next_unit = unit
                break
        if next_unit < 0 or below == cells:
            if next_unit < 0 and below == cells:
                gap = total
                best[:] = chosen[:cells]
            continue
        kept = 0
        for at in range(open_count[level]):
            cell = open_cells[level, at]
            if total + excess[cell] >= gap:
                break
            budget -= 1
            free = True
            for part in range(words):
                if bits[cell, part] & bits[found, part]:
                    free = False
                    break
            if free:
                open_cells[below, kept] = cell
                kept += 1
        open_count[below] = kept
        place[below] = 0
        spent[below] = total
        wanted[below] = next_unit
        level = below
    return best, gap, budget
