"""Begin from the plan of today, and number new cells so that they keep today's numbers."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import InvalidValue
from gridgis.planning.problem import NO_CELL, Problem
from gridgis.planning.start import mended_plan

Ints = NDArray[np.int32]


def todays_labels(problem: Problem) -> Ints:
    """Today's plan, each cell in one part, every unit in a cell and every cell with a unit."""
    today, graph = problem.today, problem.graph
    if today is None:
        raise InvalidValue("planning.locks_without_plan", value="today")
    labels = np.where(today < problem.cells, today, NO_CELL).astype(np.int32)
    locked = np.zeros(problem.units, dtype=np.bool_) if problem.locked is None else problem.locked
    if (labels == NO_CELL).all():
        labels[:] = 0
    homeless = np.flatnonzero(labels == NO_CELL)
    while len(homeless):
        for unit in homeless:
            near = labels[graph.other[graph.start[unit] : graph.start[unit + 1]]]
            near = near[near != NO_CELL]
            if len(near):
                labels[unit] = near[0]
        left = np.flatnonzero(labels == NO_CELL)
        if len(left) == len(homeless):
            labels[left] = 0
        homeless = np.flatnonzero(labels == NO_CELL)
    mended_plan(graph.start, graph.other, problem.load, locked, labels)
    if locked.any():
        _join_locked(problem, labels, locked)
        mended_plan(graph.start, graph.other, problem.load, locked, labels)
    for empty in np.setdiff1d(np.arange(problem.cells), labels):
        _fill(problem, labels, int(empty), locked)
    return labels


def _join_locked(problem: Problem, labels: Ints, locked: NDArray[np.bool_]) -> None:
    """Give a cell whose locked units lie apart the free units of the shortest ways between them, in place."""
    for cell in np.unique(labels[locked]).tolist():
        for _ in range(int(locked.sum())):
            mine = np.flatnonzero(labels == cell)
            piece = problem.graph.among(mine).pieces()
            held = np.unique(piece[locked[mine]])
            if len(held) <= 1:
                break
            way = _way(problem, mine[piece == held[0]], mine[np.isin(piece, held[1:])], ~locked | (labels == cell))
            if not way:
                break
            labels[way] = cell


def _way(problem: Problem, begin: NDArray[np.intp], ends: NDArray[np.intp], allowed: NDArray[np.bool_]) -> list[int]:
    """The units on a shortest way from some units to others over those allowed; none where there is no way."""
    graph = problem.graph
    before = {int(unit): NO_CELL for unit in begin}
    wanted = set(ends.tolist())
    waiting = deque(before)
    while waiting:
        unit = waiting.popleft()
        if unit in wanted:
            way = []
            while unit != NO_CELL:
                way.append(unit)
                unit = before[unit]
            return way
        for near in graph.other[graph.start[unit] : graph.start[unit + 1]].tolist():
            if near not in before and allowed[near]:
                before[near] = unit
                waiting.append(near)
    return []


def _fill(problem: Problem, labels: Ints, empty: int, locked: NDArray[np.bool_]) -> None:
    """Give an empty cell one unit of the largest cell that keeps in one part without it."""
    size = np.bincount(labels, minlength=problem.cells)
    free = np.bincount(labels, weights=~locked, minlength=problem.cells)
    for largest in np.argsort(-np.where((free > 0) & (size > 1), size, 0), kind="stable").tolist():
        members = np.flatnonzero(labels == largest)
        for unit in members[~locked[members]]:
            rest = members[members != unit]
            if len(rest) and len(np.unique(problem.graph.among(rest).pieces())) == 1:
                labels[unit] = empty
                return


def named_as_today(problem: Problem, labels: NDArray[np.integer]) -> Ints:
    """The same cells, numbered so that locked units, then as much load as can be, keep today's number (Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    today = problem.today
    if today is None:
        return np.asarray(labels, dtype=np.int32)
    size = max(problem.cells, int(today.max()) + 1)
    kept = np.zeros((problem.cells, size))
    known = today != NO_CELL
    weight = problem.load + 1e-9
    if problem.locked is not None:
        weight = np.where(problem.locked, weight + 1e3 * float(weight.sum()), weight)
    np.add.at(kept, (labels[known], today[known]), weight[known])
    rows, columns = linear_sum_assignment(kept, maximize=True)
    number = np.full(problem.cells, NO_CELL, dtype=np.int32)
    number[rows] = columns
    spare = iter(np.setdiff1d(np.arange(problem.cells), number[number < problem.cells]))
    for cell in np.flatnonzero((number == NO_CELL) | (number >= problem.cells)):
        number[cell] = next(spare)
    return np.asarray(number[labels], dtype=np.int32)
