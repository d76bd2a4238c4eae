"""Chessboards of units for tests of the planner."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.graph import UnitGraph
from gridgis.planning.problem import Objective, Problem


def grid_edges(rows: int, columns: int) -> NDArray[np.int64]:
    """Borders of a chessboard of units, numbered row by row."""
    number = np.arange(rows * columns).reshape(rows, columns)
    return np.concatenate(
        [
            np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel())),
            np.column_stack((number[:-1].ravel(), number[1:].ravel())),
        ]
    )


def grid_xy(rows: int, columns: int) -> NDArray[np.float64]:
    """Where they lie."""
    return np.column_stack(np.divmod(np.arange(rows * columns), columns)).astype(np.float64)


def grid_problem(
    rows: int,
    columns: int,
    cells: int,
    load: NDArray[np.float64],
    tolerance: float,
    *,
    objective: str = "cut_edges",
) -> Problem:
    """A problem of such units with limits around the mean."""
    mean = float(load.sum()) / cells
    return Problem(
        load=load,
        graph=UnitGraph.of_edges(rows * columns, grid_edges(rows, columns)),
        xy=grid_xy(rows, columns),
        cells=cells,
        least=mean * (1 - tolerance),
        most=mean * (1 + tolerance),
        objective=Objective.named(objective),
    )


def all_plans(problem: Problem) -> list[NDArray[np.int32]]:
    """Every plan of a small problem within all its limits; without a plan today, each once whatever its numbers."""
    units, cells = problem.units, problem.cells
    labels = (np.arange(cells**units)[:, None] // cells ** np.arange(units)) % cells
    if problem.today is None:
        labels = labels[labels[:, 0] == 0]
    if problem.locked is not None and problem.today is not None:
        labels = labels[(labels[:, problem.locked] == problem.today[problem.locked]).all(axis=1)]
    for pairs, same in ((problem.apart, False), (problem.together, True)):
        for one, two in pairs.tolist():
            labels = labels[(labels[:, one] == labels[:, two]) == same]
    fits = _connected_sets(problem)
    slack = 1e-9 * problem.most
    load = np.array([problem.load[np.arange(units)[_members(at, units)]].sum() for at in range(1 << units)])
    fits &= (load >= problem.least - slack) & (load <= problem.most + slack)
    for cell in range(cells):
        labels = labels[fits[(labels == cell) @ (1 << np.arange(units))]]
    if problem.today is None:
        first = np.stack([(labels == cell).argmax(axis=1) for cell in range(cells)], axis=1)
        labels = labels[(np.diff(first, axis=1) > 0).all(axis=1)]
    return list(labels.astype(np.int32))


def _members(bits: int, units: int) -> NDArray[np.bool_]:
    return np.asarray((bits >> np.arange(units)) & 1, dtype=np.bool_)


def _connected_sets(problem: Problem) -> NDArray[np.bool_]:
    """Whether each set of units, as bits, is not empty and in one part."""
    graph = problem.graph
    near = [sum(1 << int(one) for one in graph.other[a:b]) for a, b in pairwise(graph.start.tolist())]
    found = np.zeros(1 << problem.units, dtype=np.bool_)
    waiting = [1 << unit for unit in range(problem.units)]
    while waiting:
        bits = waiting.pop()
        if found[bits]:
            continue
        found[bits] = True
        rim = 0
        for unit in range(problem.units):
            if bits >> unit & 1:
                rim |= near[unit]
        waiting.extend(bits | 1 << unit for unit in range(problem.units) if (rim & ~bits) >> unit & 1)
    return found
