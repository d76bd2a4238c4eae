"""Chessboards of units for tests of the planner."""

from __future__ import annotations

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
