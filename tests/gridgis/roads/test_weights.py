"""Weights: time first, then length; sums never overflow and never reach from one into the other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridgis.roads.weights import MOST_MS, NEVER, metres, milliseconds, seconds, weigh

times = st.integers(0, MOST_MS // 4)
lengths = st.integers(0, 10_000_000).map(lambda centimetres: centimetres / 100)


def one(ms: int, length_m: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return weigh(np.array([ms]), np.array([length_m]))


@given(ms=times, other_ms=times, length_m=lengths, other_m=lengths)
def test_weights_add_up_and_compare_by_time_and_then_length(
    ms: int, other_ms: int, length_m: float, other_m: float
) -> None:
    first, second = one(ms, length_m), one(other_ms, other_m)
    both = first + second
    assert milliseconds(both) == ms + other_ms
    assert np.isclose(metres(both)[0], length_m + other_m)
    assert seconds(both)[0] == (ms + other_ms) / 1000
    assert (first < second) == ((ms, round(length_m * 100)) < (other_ms, round(other_m * 100)))


def test_no_way_is_no_time_and_no_length() -> None:
    shut = one(-1, 5.0)
    assert milliseconds(shut) == -1
    assert np.isinf([metres(shut)[0], seconds(shut)[0]]).all()


def test_what_takes_longer_than_weeks_or_is_endlessly_long_does_not_overflow() -> None:
    assert one(MOST_MS + 1, 1.0) == NEVER
    assert one(2**62, 1.0) == NEVER
    longest = one(MOST_MS, 1e300)
    assert 0 < longest < NEVER
    assert longest + NEVER > 0
    assert milliseconds(longest + NEVER) == -1
