"""Compile the kernels of the search ahead of their first use; they stay on disk."""

from __future__ import annotations

import numpy as np

from gridgis.errors import GridGISError
from gridgis.planning.arrays import rebalance_arrays


def compile_kernels() -> None:
    """Plan a toy district once by every kernel; what is compiled already is only read."""
    side = 4
    number = np.arange(side * side).reshape(side, side)
    edges = np.concatenate(
        [
            np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel())),
            np.column_stack((number[:-1].ravel(), number[1:].ravel())),
        ]
    )
    xy = np.column_stack(np.divmod(number.ravel(), side)).astype(np.float64)
    for objective in ("moment", "inertia"):
        try:
            rebalance_arrays(
                workload=np.ones(side * side),
                edges=edges,
                xy=xy,
                cells=4,
                least=4,
                most=4,
                objective=objective,
                attempts=1,
                today=number.ravel() % 4,
                prove=True,
            )
        except GridGISError:
            continue


if __name__ == "__main__":
    compile_kernels()
