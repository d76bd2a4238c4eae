"""Move one unit to a neighbouring cell: what it would cost, whether the cell left stays whole, and doing it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.board import (
    BORDERS,
    BROKEN,
    BY_HOME,
    BY_MOMENT,
    BY_PAIR,
    BY_ROUND,
    CELLS,
    HOMES,
    NOBODY,
    OUTSIDE,
    Board,
    between,
    outside,
    shape_cost,
)

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

# places in the change that `weigh_step` fills
NEW_FROM, NEW_TO, BORDER_CHANGE, HOME_CHANGE, PAIR_CHANGE, PERIMETER_FROM, PERIMETER_TO = 0, 1, 2, 3, 4, 5, 6


@njit(cache=True, nogil=True)
def weigh_step(board: Board, unit: int, goes_to: int, change: Floats, sums: Floats) -> float:
    """What it costs, penalties included, to give a unit to another cell; fills ``change`` for `take_step`."""
    comes_from = board.label[unit]
    centred = len(board.far) == 0
    borders = 0.0
    longer_from = -board.outer[unit]
    longer_to = board.outer[unit]
    for place in range(board.start[unit], board.start[unit + 1]):
        cell = board.label[board.other[place]]
        if cell == comes_from:
            borders += board.edge_cost[place]
            longer_from += board.border[place]
            longer_to += board.border[place]
        elif cell == goes_to:
            borders -= board.edge_cost[place]
            longer_from -= board.border[place]
            longer_to -= board.border[place]
        else:
            longer_from -= board.border[place]
            longer_to += board.border[place]
    homes = 0.0
    if board.home[unit] == comes_from:
        homes = board.home_cost[unit]
    elif board.home[unit] == goes_to:
        homes = -board.home_cost[unit]
    pairs = 0.0
    for place in range(board.pair_start[unit], board.pair_start[unit + 1]):
        cell = board.label[board.pair[place]]
        if cell == goes_to:
            pairs += board.pair_sign[place]
        elif cell == comes_from:
            pairs -= board.pair_sign[place]
    load = board.load[unit]
    load_from = board.cell_load[comes_from] - load
    load_to = board.cell_load[goes_to] + load
    weight = board.moment_load[unit]
    x = board.x[unit]
    y = board.y[unit]
    for sign, cell, longer in ((-1.0, comes_from, longer_from), (1.0, goes_to, longer_to)):
        sums[0] = board.sums[cell, 0] + sign * weight
        sums[1] = board.sums[cell, 1] + sign * weight * x
        sums[2] = board.sums[cell, 2] + sign * weight * y
        sums[3] = board.sums[cell, 3] + sign * weight * (x * x + y * y)
        sums[4] = board.sums[cell, 4] + sign * board.area[unit]
        sums[5] = board.sums[cell, 5] + longer
        if sign < 0.0:
            change[NEW_FROM] = shape_cost(sums, load_from, board.weights, board.limits, centred)
        else:
            change[NEW_TO] = shape_cost(sums, load_to, board.weights, board.limits, centred)
    if not centred:
        least = np.inf
        one = board.head[comes_from]
        while one != NOBODY:
            if one != unit:
                least = min(least, board.centre_cost[one] - weight * between(board, unit, one))
            one = board.after[one]
        change[NEW_FROM] += board.weights[BY_MOMENT] * least
        least = np.inf
        as_centre = weight * between(board, unit, unit)
        one = board.head[goes_to]
        while one != NOBODY:
            least = min(least, board.centre_cost[one] + weight * between(board, unit, one))
            as_centre += board.moment_load[one] * between(board, unit, one)
            one = board.after[one]
        change[NEW_TO] += board.weights[BY_MOMENT] * min(least, as_centre)
    change[BORDER_CHANGE] = borders
    change[HOME_CHANGE] = homes
    change[PAIR_CHANGE] = pairs
    change[PERIMETER_FROM] = longer_from
    change[PERIMETER_TO] = longer_to
    limits = board.limits
    return float(
        borders
        + board.weights[BY_HOME] * homes
        + board.weights[BY_PAIR] * pairs
        + change[NEW_FROM]
        + change[NEW_TO]
        - board.cost[comes_from]
        - board.cost[goes_to]
        + board.price[comes_from] * (outside(load_from, limits) - outside(board.cell_load[comes_from], limits))
        + board.price[goes_to] * (outside(load_to, limits) - outside(board.cell_load[goes_to], limits))
    )


@njit(cache=True, nogil=True)
def stays_whole(board: Board, unit: int, seen: Ints, queue: Ints, stamp: int) -> bool:
    """Whether the unit's cell is in one part, and not empty, without it. ``seen`` holds no ``stamp`` yet."""
    cell = board.label[unit]
    wanted = 0
    first = NOBODY
    for place in range(board.start[unit], board.start[unit + 1]):
        one = board.other[place]
        if board.label[one] == cell:
            wanted += 1
            first = one
    if wanted == 0:
        return False
    if wanted == 1:
        return True
    seen[unit] = stamp
    seen[first] = stamp
    queue[0] = first
    taken = 0
    found = 1
    filled = 1
    while taken < filled:
        one = queue[taken]
        taken += 1
        for place in range(board.start[one], board.start[one + 1]):
            near = board.other[place]
            if board.label[near] == cell and seen[near] != stamp:
                seen[near] = stamp
                queue[filled] = near
                filled += 1
                for again in range(board.start[unit], board.start[unit + 1]):
                    if board.other[again] == near:
                        found += 1
                        break
                if found == wanted:
                    return True
    return False


@njit(cache=True, nogil=True)
def take_step(board: Board, unit: int, goes_to: int, change: Floats) -> None:
    """Give a unit to another cell, as `weigh_step` has just weighed it."""
    comes_from = board.label[unit]
    limits = board.limits
    load = board.load[unit]
    weight = board.moment_load[unit]
    totals = board.totals
    totals[CELLS] += change[NEW_FROM] + change[NEW_TO] - board.cost[comes_from] - board.cost[goes_to]
    totals[BORDERS] += change[BORDER_CHANGE]
    totals[HOMES] += change[HOME_CHANGE]
    totals[BROKEN] += change[PAIR_CHANGE]
    totals[OUTSIDE] -= outside(board.cell_load[comes_from], limits) + outside(board.cell_load[goes_to], limits)
    board.cost[comes_from] = change[NEW_FROM]
    board.cost[goes_to] = change[NEW_TO]
    board.cell_load[comes_from] -= load
    board.cell_load[goes_to] += load
    totals[OUTSIDE] += outside(board.cell_load[comes_from], limits) + outside(board.cell_load[goes_to], limits)
    board.size[comes_from] -= 1
    board.size[goes_to] += 1
    for sign, cell in ((-1.0, comes_from), (1.0, goes_to)):
        board.sums[cell, 0] += sign * weight
        board.sums[cell, 1] += sign * weight * board.x[unit]
        board.sums[cell, 2] += sign * weight * board.y[unit]
        board.sums[cell, 3] += sign * weight * (board.x[unit] * board.x[unit] + board.y[unit] * board.y[unit])
        board.sums[cell, 4] += sign * board.area[unit]
    if board.weights[BY_ROUND] > 0.0:
        board.sums[comes_from, 5] += change[PERIMETER_FROM]
        board.sums[goes_to, 5] += change[PERIMETER_TO]
    ahead = board.before[unit]
    behind = board.after[unit]
    if ahead == NOBODY:
        board.head[comes_from] = behind
    else:
        board.after[ahead] = behind
    if behind != NOBODY:
        board.before[behind] = ahead
    if len(board.far) > 0:
        one = board.head[comes_from]
        while one != NOBODY:
            board.centre_cost[one] -= weight * between(board, unit, one)
            one = board.after[one]
        as_centre = weight * between(board, unit, unit)
        one = board.head[goes_to]
        while one != NOBODY:
            board.centre_cost[one] += weight * between(board, unit, one)
            as_centre += board.moment_load[one] * between(board, unit, one)
            one = board.after[one]
        board.centre_cost[unit] = as_centre
    first = board.head[goes_to]
    board.after[unit] = first
    board.before[unit] = NOBODY
    if first != NOBODY:
        board.before[first] = unit
    board.head[goes_to] = unit
    board.label[unit] = goes_to
