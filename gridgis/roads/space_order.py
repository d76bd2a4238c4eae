"""Order points along a Hilbert curve, so that neighbours on the ground are neighbours in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ORDER = 16  # the curve has 2**16 cells on each side


def hilbert_order(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices that sort points (n,) along a Hilbert curve over their bounding box; equal places keep their order."""
    column, row = _grid(x), _grid(y)
    place = np.zeros(len(column), dtype=np.int64)
    for level in range(_ORDER - 1, -1, -1):
        side = np.int64(1) << level
        right, up = (column & side) > 0, (row & side) > 0
        place += side * side * ((3 * right.astype(np.int64)) ^ up.astype(np.int64))
        flip = ~up & right
        column[flip], row[flip] = side - 1 - (column[flip] & (side - 1)), side - 1 - (row[flip] & (side - 1))
        swap = ~up
        column[swap], row[swap] = row[swap], column[swap].copy()
    return np.argsort(place, kind="stable")


def _grid(values: NDArray[np.float64]) -> NDArray[np.int64]:
    low, high = (values.min(), values.max()) if len(values) else (0.0, 0.0)
    span = high - low or 1.0
    return np.minimum((values - low) / span * (1 << _ORDER), (1 << _ORDER) - 1).astype(np.int64)
