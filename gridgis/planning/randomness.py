"""Draw random numbers inside compiled loops from a state that is passed in, so that a seed decides everything.

SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): one word of state, passes BigCrush, and any seed will do.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 1.0 / 9007199254740992.0


def seeded(seed: int, stream: int = 0) -> Words:
    """The state for a seed; streams of one seed are independent of each other."""
    mixed = np.random.SeedSequence([seed, stream]).generate_state(1, dtype=np.uint64)
    return np.asarray(mixed, dtype=np.uint64)


@njit(cache=True, nogil=True)
def random_unit(state: Words) -> float:
    """A number from 0 up to, not including, 1."""
    state[0] += _STEP
    word = state[0]
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    word ^= word >> np.uint64(31)
    return np.float64(word >> np.uint64(11)) * _TO_UNIT


@njit(cache=True, nogil=True)
def random_below(state: Words, count: int) -> int:
    """A whole number from 0 up to, not including, ``count``."""
    return int(random_unit(state) * count)
