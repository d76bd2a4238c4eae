"""List every connected cell within limits, each once (ESU: Wernicke, IEEE/ACM TCBB 3, 2006), with what it costs."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.board import BY_MOMENT, BY_ROUND, Board, between, shape_cost

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def cost_of_set(board: Board, members: Ints, count: int, inside: NDArray[np.bool_], sums: Floats) -> float:
    """What a set of units costs as a cell, half of each border on its rim included."""
    borders = 0.0
    load = 0.0
    sums[:] = 0.0
    for place in range(count):
        unit = members[place]
        weight = board.moment_load[unit]
        load += board.load[unit]
        sums[0] += weight
        sums[1] += weight * board.x[unit]
        sums[2] += weight * board.y[unit]
        sums[3] += weight * (board.x[unit] * board.x[unit] + board.y[unit] * board.y[unit])
        sums[4] += board.area[unit]
        sums[5] += board.outer[unit]
        for edge in range(board.start[unit], board.start[unit + 1]):
            if not inside[board.other[edge]]:
                borders += board.edge_cost[edge]
                sums[5] += board.border[edge]
    centred = len(board.far) == 0
    if board.weights[BY_ROUND] <= 0.0:
        sums[5] = 0.0
    cost = borders / 2 + shape_cost(sums, load, board.weights, board.limits, centred)
    if not centred:
        least = np.inf
        for place in range(count):
            centre = 0.0
            for again in range(count):
                centre += board.moment_load[members[again]] * between(board, members[again], members[place])
            least = min(least, centre)
        cost += board.weights[BY_MOMENT] * least
    return cost


@njit(cache=True, nogil=True)
def costs_of_cells(board: Board, begins: Longs, held: Ints) -> Floats:
    """What each of some cells costs, as `cost_of_set`; cell s is ``held[begins[s]:begins[s + 1]]``."""
    costs = np.empty(len(begins) - 1)
    inside = np.zeros(len(board.load), dtype=np.bool_)
    sums = np.empty(6)
    for cell in range(len(costs)):
        members = held[begins[cell] : begins[cell + 1]]
        for unit in members:
            inside[unit] = True
        costs[cell] = cost_of_set(board, members, len(members), inside, sums)
        for unit in members:
            inside[unit] = False
    return costs


@njit(cache=True, nogil=True)
def connected_cells(board: Board, most_cells: int, most_visits: int) -> tuple[bool, Longs, Ints, Floats]:
    """Every connected set of units whose load is within limits.

    Args:
        board: The problem; its labels are not read.
        most_cells: Give up past so many cells.
        most_visits: Give up past so many sets looked at.

    Returns:
        Whether all were listed; int64 (s + 1), where each cell begins in the next; int32, units of the cells; float64
        (s), costs.
    """
    units = len(board.load)
    low = board.limits[0] * (1 - 1e-9)
    high = board.limits[1] * (1 + 1e-9)
    begins = np.zeros(1024, dtype=np.int64)
    costs = np.zeros(1024)
    held = np.zeros(16_384, dtype=np.int32)
    listed = 0
    filled = 0
    visits = 0
    members = np.empty(units, dtype=np.int32)
    inside = np.zeros(units, dtype=np.bool_)
    touched = np.zeros(units, dtype=np.int32)
    waiting = np.empty(4 * units + 64, dtype=np.int32)
    base = np.zeros(units + 2, dtype=np.int64)
    end = np.zeros(units + 2, dtype=np.int64)
    sums = np.empty(6)
    for root in range(units):
        if board.load[root] > high:
            continue
        members[0] = root
        inside[root] = True
        touched[root] += 1
        load = board.load[root]
        top = 0
        for edge in range(board.start[root], board.start[root + 1]):
            near = board.other[edge]
            touched[near] += 1
            if near > root:
                waiting[top] = near
                top += 1
        base[0] = 0
        end[0] = top
        depth = 0
        entered = True
        while depth >= 0:
            if entered:
                visits += 1
                entered = False
                if load >= low:
                    count = depth + 1
                    if listed >= most_cells or visits > most_visits:
                        return False, begins[: listed + 1], held[:filled], costs[:listed]
                    if listed + 2 > len(begins):
                        begins = np.append(begins, np.zeros(len(begins), dtype=np.int64))
                        costs = np.append(costs, np.zeros(len(costs)))
                    if filled + count > len(held):
                        held = np.append(held, np.zeros(len(held) + count, dtype=np.int32))
                    held[filled : filled + count] = members[:count]
                    costs[listed] = cost_of_set(board, members, count, inside, sums)
                    filled += count
                    listed += 1
                    begins[listed] = filled
                elif visits > most_visits:
                    return False, begins[: listed + 1], held[:filled], costs[:listed]
            if end[depth] > base[depth]:
                end[depth] -= 1
                unit = waiting[end[depth]]
                if load + board.load[unit] > high:
                    continue
                # the new set waits for what waits already and for the unit's own new neighbours
                first = end[depth]
                needed = first + (first - base[depth]) + board.start[unit + 1] - board.start[unit] + 1
                if needed > len(waiting):
                    waiting = np.append(waiting, np.zeros(needed, dtype=np.int32))
                begin_next = first + 1
                last = begin_next
                for place in range(base[depth], first):
                    waiting[last] = waiting[place]
                    last += 1
                for edge in range(board.start[unit], board.start[unit + 1]):
                    near = board.other[edge]
                    if touched[near] == 0 and near > root:
                        waiting[last] = near
                        last += 1
                    touched[near] += 1
                touched[unit] += 1
                inside[unit] = True
                load += board.load[unit]
                depth += 1
                members[depth] = unit
                base[depth] = begin_next
                end[depth] = last
                entered = True
            else:
                unit = members[depth]
                inside[unit] = False
                touched[unit] -= 1
                for edge in range(board.start[unit], board.start[unit + 1]):
                    touched[board.other[edge]] -= 1
                load -= board.load[unit]
                depth -= 1
    return True, begins[: listed + 1].copy(), held[:filled].copy(), costs[:listed].copy()
