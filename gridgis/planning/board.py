"""Hold a plan in flat arrays whose costs follow each unit that moves.

A `Board` is one plan of one problem: who belongs to which cell, and for each cell the sums from which its cost is known
without looking at its units again. Everything here is compiled; `gridgis.planning.measures` says the same in plain
numpy and is what the tests compare it with.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

NOBODY = -1
PI4 = 4.0 * np.pi
# places in `Board.weights`
BY_MOMENT, BY_HOME, BY_ROUND, BY_EVEN, BY_PAIR = 0, 1, 2, 3, 4


class Board(NamedTuple):
    """A plan of n units in k cells; everything that does not change comes first.

    Attributes:
        start, other, edge_cost: Neighbours of unit i are ``other[start[i]:start[i + 1]]``, each with what it costs to
            part them.
        border: Length of each shared border, as ``other``; only read where roundness counts.
        load, moment_load: What a unit weighs against the limits, and in the moment.
        x, y: Where it lies.
        far: (n, n) what one moment load of unit i costs at centre c; (1, 1) where that is their squared distance;
            empty (0, 0) where the centroid is the centre.
        area, outer: Area of each unit, and length of its border with nobody.
        home, home_cost: The cell that a unit has today (`NOBODY`: none), and what it costs to leave it.
        locked: Units that stay where they are.
        pair_start, pair, pair_sign: Units paired with unit i: 1 where the two must be apart, -1 where together.
        weights: What each term weighs: moment, home, roundness, evenness, a pair that is not as it must be.
        limits: Least and most load of a cell, and the load to be even with.
        label: Cell of each unit.
        head, after, before: The units of each cell as a linked list.
        cell_load, size: Sum and count of each cell's units.
        sums: (k, 6) moment load, its first moments in x and y, its second moment; area; perimeter.
        centre_cost: Cost of each unit as the centre of its own cell, where ``far`` is given.
        cost: (k) what each cell costs without the penalty.
        price: (k) what a unit of load outside the limits costs in this cell.
        totals: Cost of all cells, of borders, of homes; load outside limits; pairs not as they must be.
    """

    start: Ints
    other: Ints
    edge_cost: Floats
    border: Floats
    load: Floats
    moment_load: Floats
    x: Floats
    y: Floats
    far: NDArray[np.float64]
    area: Floats
    outer: Floats
    home: Ints
    home_cost: Floats
    locked: NDArray[np.bool_]
    pair_start: Ints
    pair: Ints
    pair_sign: Floats
    weights: Floats
    limits: Floats
    label: Ints
    head: Ints
    after: Ints
    before: Ints
    cell_load: Floats
    size: Ints
    sums: Floats
    centre_cost: Floats
    cost: Floats
    price: Floats
    totals: Floats


CELLS, BORDERS, HOMES, OUTSIDE, BROKEN = 0, 1, 2, 3, 4


@njit(cache=True, nogil=True)
def outside(load: float, limits: Floats) -> float:
    """Load above the most or below the least."""
    return float(max(load - limits[1], limits[0] - load, 0.0))


@njit(cache=True, nogil=True)
def shape_cost(sums: Floats, load: float, weights: Floats, limits: Floats, centred: bool) -> float:
    """What a cell costs by its sums alone: moment about the centroid, roundness, evenness."""
    cost = 0.0
    if centred and weights[BY_MOMENT] > 0.0 and sums[0] > 0.0:
        cost += weights[BY_MOMENT] * max(sums[3] - (sums[1] * sums[1] + sums[2] * sums[2]) / sums[0], 0.0)
    if weights[BY_ROUND] > 0.0 and sums[5] > 0.0:
        cost += weights[BY_ROUND] * (1.0 - min(PI4 * sums[4] / (sums[5] * sums[5]), 1.0))
    if weights[BY_EVEN] > 0.0:
        difference = (load - limits[2]) / limits[2]
        cost += weights[BY_EVEN] * difference * difference
    return cost


@njit(cache=True, nogil=True)
def between(board: Board, unit: int, centre: int) -> float:
    """What one moment load of a unit costs at a centre."""
    if len(board.far) > 1:
        return float(board.far[unit, centre])
    across = board.x[unit] - board.x[centre]
    along = board.y[unit] - board.y[centre]
    return float(across * across + along * along)


@njit(cache=True, nogil=True)
def best_centre(board: Board, cell: int) -> float:
    """Least cost of a unit of the cell as its centre."""
    least = np.inf
    unit = board.head[cell]
    while unit != NOBODY:
        least = min(least, board.centre_cost[unit])
        unit = board.after[unit]
    return least if least < np.inf else 0.0


@njit(cache=True, nogil=True)
def add_up_cell(board: Board, cell: int) -> None:
    """Work out a cell's sums and cost afresh from its units."""
    centred = len(board.far) == 0
    rounded = board.weights[BY_ROUND] > 0.0
    sums = board.sums[cell]
    sums[:] = 0.0
    load = 0.0
    size = 0
    unit = board.head[cell]
    while unit != NOBODY:
        weight = board.moment_load[unit]
        load += board.load[unit]
        size += 1
        sums[0] += weight
        sums[1] += weight * board.x[unit]
        sums[2] += weight * board.y[unit]
        sums[3] += weight * (board.x[unit] * board.x[unit] + board.y[unit] * board.y[unit])
        if rounded:
            sums[4] += board.area[unit]
            sums[5] += board.outer[unit]
            for place in range(board.start[unit], board.start[unit + 1]):
                if board.label[board.other[place]] != cell:
                    sums[5] += board.border[place]
        if not centred:
            centre = 0.0
            one = board.head[cell]
            while one != NOBODY:
                centre += board.moment_load[one] * between(board, unit, one)
                one = board.after[one]
            board.centre_cost[unit] = centre
        unit = board.after[unit]
    board.cell_load[cell] = load
    board.size[cell] = size
    cost = shape_cost(sums, load, board.weights, board.limits, centred)
    if not centred:
        cost += board.weights[BY_MOMENT] * best_centre(board, cell)
    board.cost[cell] = cost


@njit(cache=True, nogil=True)
def set_up(board: Board) -> None:
    """Work out everything from the labels."""
    board.head[:] = NOBODY
    for unit in range(len(board.label) - 1, -1, -1):
        cell = board.label[unit]
        first = board.head[cell]
        board.after[unit] = first
        board.before[unit] = NOBODY
        if first != NOBODY:
            board.before[first] = unit
        board.head[cell] = unit
    for cell in range(len(board.head)):
        add_up_cell(board, cell)
    add_up_totals(board)


@njit(cache=True, nogil=True)
def add_up_totals(board: Board) -> None:
    """Work out the totals from cells and labels."""
    board.totals[:] = 0.0
    for cell in range(len(board.head)):
        board.totals[CELLS] += board.cost[cell]
        board.totals[OUTSIDE] += outside(board.cell_load[cell], board.limits)
    for unit in range(len(board.label)):
        cell = board.label[unit]
        for place in range(board.start[unit], board.start[unit + 1]):
            if board.other[place] > unit and board.label[board.other[place]] != cell:
                board.totals[BORDERS] += board.edge_cost[place]
        if board.home[unit] not in {NOBODY, cell}:
            board.totals[HOMES] += board.home_cost[unit]
        for place in range(board.pair_start[unit], board.pair_start[unit + 1]):
            if board.pair[place] > unit and (board.label[board.pair[place]] == cell) == (board.pair_sign[place] > 0.0):
                board.totals[BROKEN] += 1.0


@njit(cache=True, nogil=True)
def value(board: Board) -> float:
    """What the plan costs, limits left aside."""
    return float(board.totals[CELLS] + board.totals[BORDERS] + board.weights[BY_HOME] * board.totals[HOMES])
