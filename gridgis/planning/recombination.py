"""Join two neighbouring cells and part them anew along a random spanning tree.

Trees are uniform (Wilson, STOC 1996), so compact partings, which have many trees, come up most often; the cut is one
that keeps both sides within the limits, or the one nearest to them (ReCom: DeFord, Duchin and Solomon, HDSR 2021).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.board import NOBODY, Board, add_up_cell, outside
from gridgis.planning.randomness import Words, random_below

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def members_of_two(board: Board, one: int, two: int, units: Ints) -> int:
    """Write the units of two cells into ``units``; how many."""
    count = 0
    for cell in (one, two):
        unit = board.head[cell]
        while unit != NOBODY:
            units[count] = unit
            count += 1
            unit = board.after[unit]
    return count


@njit(cache=True, nogil=True)
def grow_tree(
    board: Board, one: int, two: int, units: Ints, count: int, rng: Words, onward: Ints, order: Ints, held: Ints
) -> bool:
    """A uniform spanning tree of two cells' units: ``order`` from the root outward, ``onward`` towards the root.

    ``held`` marks units in the tree and is 0 before and after. False where the walk was given up: the cells do not
    touch, or a walk was unreasonably long.
    """
    root = units[random_below(rng, count)]
    held[root] = 1
    onward[root] = NOBODY
    order[0] = root
    filled = 1
    steps_left = 200 * count + 20_000
    for place in range(count):
        unit = units[place]
        while held[unit] == 0:
            first = board.start[unit]
            degree = board.start[unit + 1] - first
            near = board.other[first + random_below(rng, degree)] if degree > 0 else NOBODY
            steps_left -= 1
            if steps_left < 0:
                for again in range(filled):
                    held[order[again]] = 0
                return False
            if near == NOBODY or (board.label[near] != one and board.label[near] != two):
                continue
            onward[unit] = near
            unit = near
        unit = units[place]
        begun = filled
        while held[unit] == 0:
            held[unit] = 1
            order[filled] = unit
            filled += 1
            unit = onward[unit]
        last = filled - 1
        while begun < last:
            order[begun], order[last] = order[last], order[begun]
            begun += 1
            last -= 1
    for place in range(count):
        held[order[place]] = 0
    return True


@njit(cache=True, nogil=True)
def choose_cut(board: Board, count: int, order: Ints, onward: Ints, below: Floats, rng: Words) -> int:
    """The unit below which to cut: a random one of those within limits, or else the nearest to them."""
    total = 0.0
    for place in range(count):
        below[order[place]] = board.load[order[place]]
    for place in range(count - 1, 0, -1):
        below[onward[order[place]]] += below[order[place]]
    total = below[order[0]]
    chosen = NOBODY
    within = 0
    nearest = np.inf
    for place in range(1, count):
        unit = order[place]
        far = outside(below[unit], board.limits) + outside(total - below[unit], board.limits)
        if far <= 0.0:
            within += 1
            nearest = 0.0
            if random_below(rng, within) == 0:
                chosen = unit
        elif far < nearest:
            nearest = far
            chosen = unit
    return chosen


@njit(cache=True, nogil=True)
def relabel_two(board: Board, one: int, two: int, units: Ints, count: int, side: Ints) -> None:
    """Give each of the units to the cell that ``side`` names by place, and add up both cells."""
    board.head[one] = NOBODY
    board.head[two] = NOBODY
    for place in range(count):
        unit = units[place]
        cell = side[place]
        board.label[unit] = cell
        first = board.head[cell]
        board.after[unit] = first
        board.before[unit] = NOBODY
        if first != NOBODY:
            board.before[first] = unit
        board.head[cell] = unit
    add_up_cell(board, one)
    add_up_cell(board, two)


@njit(cache=True, nogil=True)
def cost_inside(board: Board, one: int, two: int, units: Ints, count: int, parts: Floats) -> None:
    """Fill ``parts`` with what two cells cost: cells, borders between them, homes, outside, pairs, penalty."""
    borders = 0.0
    homes = 0.0
    pairs = 0.0
    for place in range(count):
        unit = units[place]
        cell = board.label[unit]
        for at in range(board.start[unit], board.start[unit + 1]):
            near = board.label[board.other[at]]
            if near != cell and (near == one or near == two):
                borders += board.edge_cost[at]
        if board.home[unit] != NOBODY and board.home[unit] != cell:
            homes += board.home_cost[unit]
        for at in range(board.pair_start[unit], board.pair_start[unit + 1]):
            if board.label[board.pair[at]] == cell:
                pairs += board.pair_sign[at]
    beyond_one = outside(board.cell_load[one], board.limits)
    beyond_two = outside(board.cell_load[two], board.limits)
    parts[0] = board.cost[one] + board.cost[two]
    parts[1] = borders / 2
    parts[2] = homes
    parts[3] = beyond_one + beyond_two
    parts[4] = pairs / 2
    parts[5] = board.price[one] * beyond_one + board.price[two] * beyond_two
