"""Weigh arcs by whole milliseconds and then by whole centimetres, both in one number, so that ways add up and compare.

Of two ways that take equally long the shorter one counts, on every machine and for every kind of search.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LENGTH_BITS = 30
NEVER = 1 << 61  # no way; twice this still fits, so sums can't overflow
MOST_MS = (1 << 31) - 1  # a way that takes longer, 24 days, is none
_MOST_CM = (1 << LENGTH_BITS) - 1  # ten thousand kilometres for one arc
_CM_PER_M = 100
_MS_PER_S = 1000

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


def weigh(ms: Longs, metres: Floats) -> Longs:
    """Weights of arcs that take so many milliseconds over so many metres, `NEVER` where ms is below 0 or too long."""
    centimetres = np.rint(np.minimum(metres * _CM_PER_M, _MOST_CM)).astype(np.int64)
    return np.where((ms < 0) | (ms > MOST_MS), NEVER, (ms << LENGTH_BITS) + centimetres)


def milliseconds(weights: Longs) -> Longs:
    """Whole milliseconds of ways, -1 for no way."""
    return np.where(weights >= NEVER, -1, weights >> LENGTH_BITS)


def seconds(weights: Longs) -> Floats:
    """Seconds of ways, infinity for no way."""
    return np.where(weights >= NEVER, np.inf, (weights >> LENGTH_BITS) / _MS_PER_S)


def metres(weights: Longs) -> Floats:
    """Metres of ways to the centimetre, infinity for no way."""
    return np.where(weights >= NEVER, np.inf, (weights & _MOST_CM) / _CM_PER_M)
