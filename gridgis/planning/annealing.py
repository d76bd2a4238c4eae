"""Anneal a plan by steps of one unit, chains of steps, and recombination of two cells.

Loads outside the limits are paid for, not forbidden, so that the walk can pass where units are too coarse to go within
limits all the way; contiguity and locks hold at every step. The best plan within limits is kept.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.board import (
    BROKEN,
    BY_HOME,
    BY_PAIR,
    NOBODY,
    OUTSIDE,
    Board,
    add_up_totals,
    value,
)
from gridgis.planning.pool import Pool, remember
from gridgis.planning.randomness import Words, random_below, random_unit
from gridgis.planning.recombination import choose_cut, cost_inside, grow_tree, members_of_two, relabel_two
from gridgis.planning.steps import stays_whole, take_step, weigh_step

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

LONGEST_CHAIN = 4
_TRIES = 64
_ADD_UP_EVERY = 65_536
# places in what `anneal` counts
TAKEN, WITHIN, CHANGES, CHANGE_SUM, RECOMBINED = 0, 1, 2, 3, 4


@njit(cache=True, nogil=True)
def border_place(board: Board, rng: Words) -> int:
    """A random place in ``other`` whose two units are in different cells; -1 where none was found soon."""
    for _ in range(_TRIES):
        unit = random_below(rng, len(board.label))
        degree = board.start[unit + 1] - board.start[unit]
        if degree == 0 or board.locked[unit]:
            continue
        place = board.start[unit] + random_below(rng, degree)
        if board.label[board.other[place]] != board.label[unit]:
            return int(unit * 65_536 + (place - board.start[unit]))
    return -1


@njit(cache=True, nogil=True)
def leaving(board: Board, cell: int, rng: Words) -> int:
    """As `border_place`, of a unit that could leave the given cell."""
    size = board.size[cell]
    for _ in range(_TRIES // 8):
        skip = random_below(rng, min(size, 48))
        unit = board.head[cell]
        for _ in range(skip):
            unit = board.after[unit]
        degree = board.start[unit + 1] - board.start[unit]
        if degree == 0 or board.locked[unit]:
            continue
        place = board.start[unit] + random_below(rng, degree)
        if board.label[board.other[place]] != cell:
            return int(unit * 65_536 + (place - board.start[unit]))
    return -1


@njit(cache=True, nogil=True)
def anneal(
    board: Board,
    best: Ints,
    best_value: float,
    steps: int,
    hot: float,
    cold: float,
    chains: float,
    trees: float,
    keep: bool,
    rng: Words,
    seen: Ints,
    stamp: int,
    counts: Floats,
    pool: Pool,
) -> tuple[float, int]:
    """Walk a number of steps from one temperature to another.

    Args:
        board: The plan, changed in place.
        best: The best plan within limits, renewed in place where ``keep`` and a better one is met.
        best_value: Its value, infinite where there is none.
        steps: How many moves to try.
        hot: Temperature at the start, in the units of cost.
        cold: Temperature at the end.
        chains: Share of tries that go on to a chain of steps when the first alone is not taken.
        trees: Share of tries that recombine two cells.
        keep: Whether to renew ``best``; worth its copying where plans are small.
        rng: State of the random numbers.
        seen: int32 (n), stamps up to ``stamp``.
        stamp: The last stamp used.
        counts: Filled with tries taken, tries that ended within limits, costs weighed and the sum of their sizes.
        pool: Remembers cells within limits that the walk passes through.

    Returns:
        The best value and the last stamp used.
    """
    units = len(board.label)
    queue = np.empty(units, dtype=np.int32)
    change = np.empty(8)
    sums = np.empty(6)
    members = np.empty(units, dtype=np.int32)
    onward = np.empty(units, dtype=np.int32)
    order = np.empty(units, dtype=np.int32)
    held = np.zeros(units, dtype=np.int32)
    side = np.empty(units, dtype=np.int32)
    was = np.empty(units, dtype=np.int32)
    below = np.empty(units)
    cost_before = np.empty(6)
    cost_after = np.empty(6)
    chain_unit = np.empty(LONGEST_CHAIN, dtype=np.int32)
    chain_from = np.empty(LONGEST_CHAIN, dtype=np.int32)
    counts[:] = 0.0
    cooling = (cold / hot) ** (1.0 / max(steps, 1))
    temperature = hot
    unsure = 1e-9 * board.limits[1]
    for step in range(steps):
        temperature *= cooling
        if step % _ADD_UP_EVERY == _ADD_UP_EVERY - 1:
            add_up_totals(board)
        found = border_place(board, rng)
        if found < 0:
            continue
        unit = found >> 16
        goes_to = board.label[board.other[board.start[unit] + (found & 65_535)]]
        taken = False
        other_cell = goes_to
        if trees > 0.0 and random_unit(rng) < trees:
            one = board.label[unit]
            two = goes_to
            count = members_of_two(board, one, two, members)
            if not grow_tree(board, one, two, members, count, rng, onward, order, held):
                continue
            cut = choose_cut(board, count, order, onward, below, rng)
            if cut == NOBODY:
                continue
            held[cut] = 1
            overlap = 0
            for place in range(1, count):
                one_unit = order[place]
                if held[onward[one_unit]] == 1:
                    held[one_unit] = 1
            for place in range(count):
                if held[members[place]] == 1:
                    overlap += 1 if board.label[members[place]] == one else -1
                else:
                    overlap += 1 if board.label[members[place]] == two else -1
            inner = one if overlap >= 0 else two
            outer = two if overlap >= 0 else one
            allowed = True
            for place in range(count):
                one_unit = members[place]
                side[place] = inner if held[one_unit] == 1 else outer
                was[place] = board.label[one_unit]
                if board.locked[one_unit] and side[place] != was[place]:
                    allowed = False
            for place in range(count):
                held[members[place]] = 0
            if not allowed:
                continue
            cost_inside(board, one, two, members, count, cost_before)
            relabel_two(board, one, two, members, count, side)
            cost_inside(board, one, two, members, count, cost_after)
            delta = (
                cost_after[0]
                - cost_before[0]
                + cost_after[1]
                - cost_before[1]
                + board.weights[BY_HOME] * (cost_after[2] - cost_before[2])
                + board.weights[BY_PAIR] * (cost_after[4] - cost_before[4])
                + cost_after[5]
                - cost_before[5]
            )
            if delta <= 0.0 or random_unit(rng) < np.exp(-delta / temperature):
                for place in range(5):
                    board.totals[place] += cost_after[place] - cost_before[place]
                taken = True
                other_cell = one
                counts[RECOMBINED] += 1
            else:
                relabel_two(board, one, two, members, count, was)
        else:
            longest = 1
            if chains > 0.0 and random_unit(rng) < chains:
                longest = 2 + random_below(rng, LONGEST_CHAIN - 1)
            total = 0.0
            length = 0
            while True:
                comes_from = board.label[unit]
                if board.size[comes_from] == 1:
                    break
                delta = weigh_step(board, unit, goes_to, change, sums)
                if length == 0:
                    counts[CHANGES] += 1
                    counts[CHANGE_SUM] += abs(delta)
                total += delta
                accept = total <= 0.0 or random_unit(rng) < np.exp(-total / temperature)
                if not accept and length + 1 >= longest:
                    break
                stamp += 1
                if not stays_whole(board, unit, seen, queue, stamp):
                    break
                take_step(board, unit, goes_to, change)
                chain_unit[length] = unit
                chain_from[length] = comes_from
                length += 1
                if accept:
                    taken = True
                    other_cell = comes_from
                    break
                found = leaving(board, goes_to, rng)
                if found < 0:
                    break
                again = found >> 16
                if again == unit:
                    break
                unit = again
                goes_to = board.label[board.other[board.start[unit] + (found & 65_535)]]
            if not taken:
                for place in range(length - 1, -1, -1):
                    weigh_step(board, chain_unit[place], chain_from[place], change, sums)
                    take_step(board, chain_unit[place], chain_from[place], change)
        if taken:
            counts[TAKEN] += 1
            if len(pool.sign) > 0:
                remember(pool, board, goes_to)
                remember(pool, board, other_cell)
        if board.totals[OUTSIDE] <= unsure:
            counts[WITHIN] += 1
            if keep and taken and board.totals[BROKEN] < 0.5:  # a count kept as a float
                now = value(board)
                if now + 1e-9 * abs(now) < best_value:
                    best_value = now
                    best[:] = board.label
    add_up_totals(board)
    return best_value, stamp
