"""Part two neighbouring cells anew in the best of all possible ways.

Every connected set of units that holds the first unit is visited once (branching on one unit of its rim at a time:
taken, or left for good), cut short where the loads can no longer come within limits.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.board import BY_HOME, BY_PAIR, Board
from gridgis.planning.pool import Pool, remember
from gridgis.planning.recombination import cost_inside, members_of_two, relabel_two

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

MOST_UNITS = 62


@njit(cache=True, nogil=True)
def lowest(bits: int) -> int:
    """Place of the lowest bit that is set."""
    place = 0
    while not (bits >> place) & 255:
        place += 8
    while not (bits >> place) & 1:
        place += 1
    return place


@njit(cache=True, nogil=True)
def in_one_part(bits: int, near: Longs) -> bool:
    """Whether a set of units is connected; the empty set is not."""
    if bits == 0:
        return False
    reached = np.int64(1) << lowest(bits)
    rim = reached
    while rim != 0:
        unit = lowest(rim)  # type: ignore[arg-type]
        rim &= rim - 1
        fresh = near[unit] & bits & ~reached
        reached |= fresh
        rim |= fresh
    return bool(reached == bits)


@njit(cache=True, nogil=True)
def priced(board: Board, parts: Floats) -> float:
    """What two cells cost, from what `cost_inside` filled."""
    return float(parts[0] + parts[1] + board.weights[BY_HOME] * parts[2] + board.weights[BY_PAIR] * parts[4] + parts[5])


@njit(cache=True, nogil=True)
def resplit_two(board: Board, one: int, two: int, budget: int, place_of: Ints, pool: Pool) -> tuple[bool, int]:
    """Part two cells in the best way found within a budget of sets visited; whether that is better, and sets visited.

    ``place_of``, int32 (n), is scratch; ``pool`` remembers the cells of every parting.
    """
    count = board.size[one] + board.size[two]
    if count > MOST_UNITS or count < 3:  # two units part in one way
        return False, 0
    given = budget
    members = np.empty(count, dtype=np.int32)
    members_of_two(board, one, two, members)
    near = np.zeros(count, dtype=np.int64)
    was = np.empty(count, dtype=np.int32)
    best = np.empty(count, dtype=np.int32)
    side = np.empty(count, dtype=np.int32)
    total = 0.0
    locks = False
    for place in range(count):
        unit = members[place]
        place_of[unit] = place
        was[place] = board.label[unit]
        total += board.load[unit]
        locks |= board.locked[unit]
    for place in range(count):
        unit = members[place]
        for edge in range(board.start[unit], board.start[unit + 1]):
            one_near = board.other[edge]
            if board.label[one_near] == one or board.label[one_near] == two:
                near[place] |= np.int64(1) << place_of[one_near]
    everything = (np.int64(1) << count) - 1
    parts = np.empty(6)
    cost_inside(board, one, two, members, count, parts)
    begun = priced(board, parts)
    least = begun - 1e-9 * abs(begun)
    slack = parts[3]
    low = max(board.limits[0], total - board.limits[1]) - slack
    high = min(board.limits[1], total - board.limits[0]) + slack
    inside = np.zeros(count + 2, dtype=np.int64)
    shut = np.zeros(count + 2, dtype=np.int64)
    rim = np.zeros(count + 2, dtype=np.int64)
    load = np.zeros(count + 2)
    left = np.zeros(count + 2)
    chosen = np.zeros(count + 2, dtype=np.int32)
    stage = np.zeros(count + 2, dtype=np.int32)
    inside[0] = 1
    rim[0] = near[0]
    load[0] = board.load[members[0]]
    depth = 0
    found = False
    while depth >= 0:
        if stage[depth] == 0:
            budget -= 1
            if budget < 0:
                break
            if load[depth] > high or total - left[depth] < low:
                depth -= 1
                continue
            open_rim = rim[depth] & ~inside[depth] & ~shut[depth]
            if open_rim == 0:
                rest = everything & ~inside[depth]
                if load[depth] >= low and in_one_part(rest, near):
                    overlap = 0
                    fits_one = True
                    fits_two = True
                    for place in range(count):
                        mine = (inside[depth] >> place) & 1 == 1
                        overlap += 1 if mine == (was[place] == one) else -1
                        if locks and board.locked[members[place]]:
                            fits_one &= mine == (was[place] == one)
                            fits_two &= mine == (was[place] == two)
                    if fits_one or fits_two:
                        inner = one if (fits_one and (overlap >= 0 or not fits_two)) else two
                        outer = two if inner == one else one
                        for place in range(count):
                            side[place] = inner if (inside[depth] >> place) & 1 == 1 else outer
                        relabel_two(board, one, two, members, count, side)
                        cost_inside(board, one, two, members, count, parts)
                        cost = priced(board, parts)
                        if len(pool.sign) > 0:
                            remember(pool, board, one)
                            remember(pool, board, two)
                        if cost < least:
                            least = cost
                            best[:] = side
                            found = True
                depth -= 1
                continue
            unit = lowest(open_rim)
            chosen[depth] = unit
            stage[depth] = 1
            inside[depth + 1] = inside[depth] | (np.int64(1) << unit)
            shut[depth + 1] = shut[depth]
            rim[depth + 1] = rim[depth] | near[unit]
            load[depth + 1] = load[depth] + board.load[members[unit]]
            left[depth + 1] = left[depth]
            depth += 1
            stage[depth] = 0
        elif stage[depth] == 1:
            unit = chosen[depth]
            stage[depth] = 2
            inside[depth + 1] = inside[depth]
            shut[depth + 1] = shut[depth] | (np.int64(1) << unit)
            rim[depth + 1] = rim[depth]
            load[depth + 1] = load[depth]
            left[depth + 1] = left[depth] + board.load[members[unit]]
            depth += 1
            stage[depth] = 0
        else:
            depth -= 1
    relabel_two(board, one, two, members, count, best if found else was)
    return found, given - budget


@njit(cache=True, nogil=True)
def resplit_all(board: Board, budget: int, dirty: NDArray[np.bool_], most: int, pool: Pool) -> int:
    """Part pairs of neighbouring cells anew while any gets better, the ``dirty`` cells with all their neighbours.

    Args:
        board: The plan, changed in place.
        budget: Sets visited for one pair at most.
        dirty: bool (k), cells to look at; what is left when ``most`` is spent stays marked.
        most: Sets visited in all.
        pool: Remembers cells within limits.

    Returns:
        How many pairs got better.
    """
    cells = len(board.head)
    place_of = np.zeros(len(board.label), dtype=np.int32)
    near = np.empty(cells, dtype=np.int64)
    asked = np.full(cells, -1, dtype=np.int32)
    better = 0
    again = True
    while again:
        again = False
        for one in range(cells):
            if not dirty[one]:
                continue
            if most <= 0:
                return better
            dirty[one] = False
            count = 0
            unit = board.head[one]
            while unit >= 0:
                for edge in range(board.start[unit], board.start[unit + 1]):
                    two = board.label[board.other[edge]]
                    if two != one and asked[two] != one:
                        asked[two] = one
                        near[count] = two
                        count += 1
                unit = board.after[unit]
            for place in range(count):
                asked[near[place]] = -1
            for place in range(count):
                found, spent = resplit_two(board, one, near[place], budget, place_of, pool)
                most -= spent + 50
                if found:
                    better += 1
                    dirty[one] = True
                    dirty[near[place]] = True
                    again = True
    return better
