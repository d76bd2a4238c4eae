"""Lay out a first plan without any plan of today: halve the area again and again, across its longer side.

Each half is grown from one end, so it is in one part; what it cuts off from the rest is given to it. Loads come out
near the share, not within limits: annealing mends them.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.randomness import Words, random_unit

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def halved_plan(
    start: Ints, other: Ints, load: Floats, x: Floats, y: Floats, cells: int, slant: float, rng: Words
) -> Ints:
    """A plan in which every cell is in one part and has a unit.

    Args:
        start: int32 (n + 1), neighbours of unit i are ``other[start[i]:start[i + 1]]``; the graph is in one part.
        other: int32 (2m).
        load: What each unit weighs.
        x: Where it lies.
        y: Where it lies.
        cells: How many cells, at most n.
        slant: How far, in radians, halving lines may be turned at random.
        rng: State of the random numbers.

    Returns:
        int32 (n), the cell of each unit.
    """
    units = len(load)
    label = np.zeros(units, dtype=np.int32)
    region = np.zeros(units, dtype=np.int32)
    order = np.arange(units).astype(np.int32)
    spare = np.empty(units, dtype=np.int32)
    grown = np.zeros(units, dtype=np.bool_)
    queued = np.full(units, -1, dtype=np.int32)
    piece = np.full(units, -1, dtype=np.int32)
    stack_from = [0]
    stack_to = [units]
    stack_cells = [cells]
    next_cell = 0
    rounds = 0
    while len(stack_from) > 0:
        low = stack_from.pop()
        high = stack_to.pop()
        wanted = stack_cells.pop()
        if wanted == 1:
            for place in range(low, high):
                label[order[place]] = next_cell
            next_cell += 1
            continue
        rounds += 1
        total = 0.0
        mean_x = 0.0
        mean_y = 0.0
        for place in range(low, high):
            unit = order[place]
            region[unit] = rounds
            grown[unit] = False
            piece[unit] = -1
            total += load[unit]
            mean_x += x[unit]
            mean_y += y[unit]
        mean_x /= high - low
        mean_y /= high - low
        xx = 0.0
        xy = 0.0
        yy = 0.0
        for place in range(low, high):
            unit = order[place]
            xx += (x[unit] - mean_x) ** 2
            xy += (x[unit] - mean_x) * (y[unit] - mean_y)
            yy += (y[unit] - mean_y) ** 2
        angle = 0.5 * np.arctan2(2.0 * xy, xx - yy) + slant * (2.0 * random_unit(rng) - 1.0)
        if random_unit(rng) < 0.5:  # even odds
            angle += np.pi
        along_x = np.cos(angle)
        along_y = np.sin(angle)
        first_cells = wanted // 2
        share = total * first_cells / wanted
        begin = order[low]
        for place in range(low, high):
            unit = order[place]
            if x[unit] * along_x + y[unit] * along_y < x[begin] * along_x + y[begin] * along_y:
                begin = unit
        heap = [(x[begin] * along_x + y[begin] * along_y, begin)]
        queued[begin] = rounds
        taken_load = 0.0
        taken = 0
        while len(heap) > 0 and taken < high - low - 1:
            _, unit = heapq.heappop(heap)
            if taken > 0 and taken_load + load[unit] / 2 > share:
                break
            grown[unit] = True
            taken_load += load[unit]
            taken += 1
            for place in range(start[unit], start[unit + 1]):
                near = other[place]
                if region[near] == rounds and queued[near] != rounds:
                    queued[near] = rounds
                    heapq.heappush(heap, (x[near] * along_x + y[near] * along_y, near))
        # the rest keeps its heaviest piece; the others join the half that cut them off
        pieces = 0
        heaviest = -1
        heaviest_load = -1.0
        for place in range(low, high):
            unit = order[place]
            if grown[unit] or piece[unit] >= 0:
                continue
            spare[0] = unit
            piece[unit] = pieces
            filled = 1
            at = 0
            piece_load = 0.0
            while at < filled:
                one = spare[at]
                at += 1
                piece_load += load[one]
                for edge in range(start[one], start[one + 1]):
                    near = other[edge]
                    if region[near] == rounds and not grown[near] and piece[near] < 0:
                        piece[near] = pieces
                        spare[filled] = near
                        filled += 1
            if piece_load > heaviest_load:
                heaviest_load = piece_load
                heaviest = pieces
            pieces += 1
        middle = low
        behind = 0
        first_load = 0.0
        for place in range(low, high):
            unit = order[place]
            if grown[unit] or piece[unit] != heaviest:
                order[middle] = unit
                middle += 1
                first_load += load[unit]
            else:
                spare[behind] = unit
                behind += 1
        for place in range(behind):
            order[middle + place] = spare[place]
        first_cells = round(wanted * first_load / total) if total > 0 else first_cells
        first_cells = max(1, wanted - (high - middle), min(first_cells, wanted - 1, middle - low))
        stack_from.append(low)
        stack_to.append(middle)
        stack_cells.append(first_cells)
        stack_from.append(middle)
        stack_to.append(high)
        stack_cells.append(wanted - first_cells)
    return label


@njit(cache=True, nogil=True)
def mended_plan(start: Ints, other: Ints, load: Floats, locked: NDArray[np.bool_], label: Ints) -> int:
    """Give pieces that are cut off from the heaviest of their cell to a neighbour, in place; how many units moved.

    Locked units stay, so a cell whose locked units lie apart stays in pieces.
    """
    units = len(load)
    cells = label.max() + 1
    moved = 0
    queue = np.empty(units, dtype=np.int32)
    for _ in range(units):
        piece = np.full(units, -1, dtype=np.int32)
        heaviest = np.full(cells, -1.0)
        main = np.full(cells, -1, dtype=np.int32)
        pieces = 0
        for unit in range(units):
            if piece[unit] >= 0:
                continue
            queue[0] = unit
            piece[unit] = pieces
            filled = 1
            at = 0
            weight = 0.0
            while at < filled:
                one = queue[at]
                at += 1
                weight += load[one] + (1e12 if locked[one] else 0.0)
                for place in range(start[one], start[one + 1]):
                    near = other[place]
                    if piece[near] < 0 and label[near] == label[unit]:
                        piece[near] = pieces
                        queue[filled] = near
                        filled += 1
            if weight > heaviest[label[unit]]:
                heaviest[label[unit]] = weight
                main[label[unit]] = pieces
            pieces += 1
        changed = 0
        for unit in range(units):
            cell = label[unit]
            if piece[unit] == main[cell] or locked[unit]:
                continue
            for place in range(start[unit], start[unit + 1]):
                near = other[place]
                if piece[near] == main[label[near]] and label[near] != cell:
                    label[unit] = label[near]
                    piece[unit] = piece[near]
                    changed += 1
                    break
        moved += changed
        if changed == 0:
            break
    return moved
