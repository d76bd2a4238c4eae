"""Suggest the best single moves and swaps for a plan drawn by hand, and list its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.graph import UnitGraph
from gridgis.planning.problem import NO_CELL, Problem

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
FaultKind = Literal["empty", "in_pieces", "too_heavy", "too_light", "no_cell", "apart_together", "together_apart"]

_MOST_SWAP_MOVES = 60
_LOAD_ROUNDING = 1e-9
_SPREAD_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A move, or two that are made together.

    Attributes:
        moves: Pairs of a unit and the cell to give it to.
        outside: How much load outside limits changes; less is better.
        spread: How much the sum of squared relative deviations of load changes.
        cut_edges: How many more borders between units of different cells there would be.
    """

    moves: tuple[tuple[int, int], ...]
    outside: float
    spread: float
    cut_edges: int


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing wrong with a plan.

    Attributes:
        kind: What.
        cell: The cell, `NO_CELL` where it concerns units without one.
        units: The units at fault: pieces cut off, the pair together.
        load: Load of the cell, or of the units at fault.
    """

    kind: FaultKind
    cell: int
    units: tuple[int, ...]
    load: float


def plan_faults(problem: Problem, labels: Ints) -> list[PlanFault]:
    """Pieces cut off, cells over or under load or empty, units without a cell, pairs that must be apart; by cell."""
    faults: list[PlanFault] = []
    homeless = np.flatnonzero(labels == NO_CELL)
    if len(homeless):
        faults.append(PlanFault("no_cell", NO_CELL, tuple(homeless.tolist()), float(problem.load[homeless].sum())))
    known = labels != NO_CELL
    load = np.bincount(labels[known], weights=problem.load[known], minlength=problem.cells)
    size = np.bincount(labels[known], minlength=problem.cells)
    piece = problem.graph.pieces(labels)
    weight = np.bincount(piece, weights=problem.load)
    slack = 1e-9 * problem.most
    for cell in range(problem.cells):
        if not size[cell]:
            faults.append(PlanFault("empty", cell, (), 0.0))
            continue
        members = np.flatnonzero(labels == cell)
        mine = np.unique(piece[members])
        if len(mine) > 1:
            main = mine[int(np.argmax(weight[mine]))]
            cut_off = members[piece[members] != main]
            faults.append(PlanFault("in_pieces", cell, tuple(cut_off.tolist()), float(problem.load[cut_off].sum())))
        if load[cell] > problem.most + slack:
            faults.append(PlanFault("too_heavy", cell, (), float(load[cell])))
        elif load[cell] < problem.least - slack:
            faults.append(PlanFault("too_light", cell, (), float(load[cell])))
    faults.extend(
        PlanFault("apart_together", int(labels[one]), (int(one), int(two)), float(problem.load[[one, two]].sum()))
        for one, two in problem.apart
        if labels[one] == labels[two]
    )
    faults.extend(
        PlanFault("together_apart", int(labels[one]), (int(one), int(two)), float(problem.load[[one, two]].sum()))
        for one, two in problem.together
        if labels[one] != labels[two]
    )
    return faults


@njit(cache=True, nogil=True)
def whole_without(start: Ints, other: Ints, labels: Ints, units: Ints) -> NDArray[np.bool_]:
    """Whether the cell of each unit stays in one part, and not empty, without it."""
    seen = np.full(len(labels), -1, dtype=np.int64)
    queue = np.empty(len(labels), dtype=np.int32)
    answer = np.zeros(len(units), dtype=np.bool_)
    for place in range(len(units)):
        unit = units[place]
        cell = labels[unit]
        wanted = 0
        first = -1
        for edge in range(start[unit], start[unit + 1]):
            if labels[other[edge]] == cell:
                wanted += 1
                first = other[edge]
        if wanted == 0:
            continue
        seen[unit] = place
        seen[first] = place
        queue[0] = first
        taken = 0
        filled = 1
        while taken < filled:
            one = queue[taken]
            taken += 1
            for edge in range(start[one], start[one + 1]):
                near = other[edge]
                if labels[near] == cell and seen[near] != place:
                    seen[near] = place
                    queue[filled] = near
                    filled += 1
        reached = 0
        for edge in range(start[unit], start[unit + 1]):
            near = other[edge]
            if labels[near] == cell and seen[near] == place:
                reached += 1
        answer[place] = reached == wanted
    return answer


def suggest(problem: Problem, labels: Ints, *, count: int = 10, cell: int | None = None) -> list[Suggestion]:
    """The best moves and swaps, those first that bring most load within limits, then those that even loads most.

    Each keeps every cell in one part; locked units stay. Only what makes loads better is suggested.

    Args:
        problem: Units and limits.
        labels: int32 (n), a plan in which every unit has a cell.
        count: How many at most.
        cell: Only what changes this cell.
    """
    graph = problem.graph
    unit, goes_to = _border_moves(graph, labels)
    if problem.locked is not None:
        free = ~problem.locked[unit]
        unit, goes_to = unit[free], goes_to[free]
    whole = whole_without(graph.start, graph.other, labels, unit.astype(np.int32))
    unit, goes_to = unit[whole], goes_to[whole]
    load = np.bincount(labels, weights=problem.load, minlength=problem.cells).astype(np.float64)
    comes_from = labels[unit]
    singles = _changes(problem, load, comes_from, goes_to, problem.load[unit])
    cut = _cut_change(graph, labels, unit, goes_to)
    found: list[Suggestion] = []
    for at in range(len(unit)):
        if cell is None or cell in (comes_from[at], goes_to[at]):
            one = ((int(unit[at]), int(goes_to[at])),)
            found.append(Suggestion(one, float(singles[0][at]), float(singles[1][at]), int(cut[at])))
    found = _best(found, count)
    found.extend(_swaps(problem, labels, load, unit=unit, goes_to=goes_to, cut=cut, cell=cell))
    return _best(found, count)


def _is_better(outside: float, spread: float) -> bool:
    """Whether such a change brings load within limits, or evens loads and brings none outside."""
    return outside < -_LOAD_ROUNDING or (outside <= _LOAD_ROUNDING and spread < -_SPREAD_ROUNDING)


def _best(found: list[Suggestion], count: int) -> list[Suggestion]:
    better = [one for one in found if _is_better(one.outside, one.spread)]
    better.sort(key=lambda one: (round(one.outside, 9), round(one.spread, 12), one.cut_edges, one.moves))
    return better[:count]


def _border_moves(graph: UnitGraph, labels: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each unit with each other cell that it touches."""
    tail, near = graph.tail, labels[graph.other]
    across = labels[tail] != near
    cells = int(labels.max(initial=0)) + 1
    keys = np.unique(tail[across].astype(np.int64) * cells + near[across])
    return keys // cells, keys % cells


def _changes(
    problem: Problem, load: Floats, comes_from: NDArray[np.integer], goes_to: NDArray[np.integer], moved: Floats
) -> tuple[Floats, Floats]:
    """How load outside limits and spread change when so much load goes from one cell to another."""
    mean = max(float(problem.load.sum()) / problem.cells, 1e-300)

    def beyond(loads: Floats) -> Floats:
        return np.maximum(np.maximum(loads - problem.most, problem.least - loads), 0)

    before = np.stack([load[comes_from], load[goes_to]])
    after = np.stack([before[0] - moved, before[1] + moved])
    outside = (beyond(after) - beyond(before)).sum(axis=0)
    spread = (((after - mean) / mean) ** 2 - ((before - mean) / mean) ** 2).sum(axis=0)
    return outside, spread


def _cut_change(
    graph: UnitGraph, labels: Ints, unit: NDArray[np.integer], goes_to: NDArray[np.integer]
) -> NDArray[np.int64]:
    """How many more borders are cut by each move."""
    degree = np.diff(graph.start)[unit]
    row = np.repeat(np.arange(len(unit)), degree)
    at = np.arange(degree.sum()) - np.repeat(np.cumsum(degree) - degree, degree) + np.repeat(graph.start[unit], degree)
    near = labels[graph.other[at]]
    lost = np.bincount(row, weights=near == labels[unit][row], minlength=len(unit))
    gained = np.bincount(row, weights=near == goes_to[row], minlength=len(unit))
    return (lost - gained).astype(np.int64)


def _swaps(
    problem: Problem,
    labels: Ints,
    load: Floats,
    *,
    unit: NDArray[np.integer],
    goes_to: NDArray[np.integer],
    cut: NDArray[np.int64],
    cell: int | None,
) -> list[Suggestion]:
    """Pairs of opposite moves between two cells, among cells whose load is furthest off."""
    mean = float(problem.load.sum()) / problem.cells
    off = np.abs(load - mean)
    pair: dict[tuple[int, int], list[int]] = {}
    for at in range(len(unit)):
        pair.setdefault((int(labels[unit[at]]), int(goes_to[at])), []).append(at)
    order = sorted(
        (key for key in pair if key[0] < key[1] and (key[1], key[0]) in pair), key=lambda key: -max(off[list(key)])
    )
    if cell is not None:
        order = [key for key in order if cell in key]
    found: list[Suggestion] = []
    for one, two in order[:_MOST_SWAP_MOVES]:
        first, second = np.array(pair[one, two]), np.array(pair[two, one])
        give, take = np.repeat(first, len(second)), np.tile(second, len(first))
        moved = problem.load[unit[give]] - problem.load[unit[take]]
        size = np.full(len(give), one), np.full(len(give), two)
        outside, spread = _changes(problem, load, *size, moved)
        for at in np.lexsort((spread, outside))[:3]:
            if not _is_better(float(outside[at]), float(spread[at])):
                continue
            a, b = int(unit[give[at]]), int(unit[take[at]])
            swapped = labels.copy()
            swapped[a], swapped[b] = two, one
            if _both_whole(problem.graph, swapped, one, two):
                beside = b in problem.graph.other[problem.graph.start[a] : problem.graph.start[a + 1]]
                change = int(cut[give[at]] + cut[take[at]]) + (2 if beside else 0)
                found.append(Suggestion(((a, two), (b, one)), float(outside[at]), float(spread[at]), change))
                break
    return found


def _both_whole(graph: UnitGraph, labels: Ints, one: int, two: int) -> bool:
    """Whether two cells are each in one part."""
    for cell in (one, two):
        members = set(np.flatnonzero(labels == cell).tolist())
        reached = [next(iter(members))]
        left = members - set(reached)
        while reached and left:
            at = reached.pop()
            near = left.intersection(graph.other[graph.start[at] : graph.start[at + 1]].tolist())
            left -= near
            reached.extend(near)
        if left:
            return False
    return True
