"""Rounds are due by colour, and their order is the best of all where that can be known."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from gridgis.errors import InvalidValue
from gridgis.norms import Norms
from gridgis.supervision import rounds
from gridgis.supervision.enterprises import RiskColour
from gridgis.supervision.rounds import Cost, Stop, due_on, order_stops, travel_of, urgency

DAY = date(2020, 6, 1)


def times(seed: int, count: int) -> NDArray[np.float64]:
    """Seconds between places on a plane, not the same both ways."""
    chance = np.random.default_rng(seed)
    xy = chance.uniform(0, 3000, (count + 1, 2))
    way = np.linalg.norm(xy[:, None] - xy[None], axis=2) * chance.uniform(1.0, 1.3, (count + 1, count + 1))
    np.fill_diagonal(way, 0)
    return np.asarray(way, np.float64)


def windows(seed: int, count: int) -> list[Stop]:
    chance = np.random.default_rng(seed + 1)
    return [
        Stop(300.0, float(opens), float(opens + chance.uniform(600, 5000))) for opens in chance.uniform(0, 4000, count)
    ]


def cost_of(way: NDArray[np.float64], stops: list[Stop], order: tuple[int, ...], *, back: bool) -> Cost:
    """What an order costs, worked out another way."""
    now = late = 0.0
    at = 0
    for place in order:
        begin = max(now + way[at, place + 1], stops[place].opens_s)
        late += max(0.0, begin - stops[place].closes_s)
        now, at = begin + stops[place].service_s, place + 1
    return Cost(late, now + (way[at, 0] if back else 0.0))


def test_visits_are_due_by_colour_and_those_never_made_come_first() -> None:
    norms = Norms()
    assert due_on(RiskColour.RED, DAY, norms) == date(2020, 6, 8)
    assert due_on(RiskColour.BLUE, DAY, norms) == date(2020, 8, 30)
    assert due_on(RiskColour.RED, None, norms) is None
    queue: list[tuple[RiskColour, date | None]] = [
        (RiskColour.BLUE, date(2020, 1, 1)),
        (RiskColour.RED, DAY),
        (RiskColour.YELLOW, None),
        (RiskColour.RED, None),
    ]
    assert sorted(queue, key=lambda one: urgency(one[0], one[1], norms)) == [queue[3], queue[2], queue[0], queue[1]]


@settings(max_examples=60, deadline=None)
@given(seed=some.integers(0, 10_000), count=some.integers(0, 6), back=some.booleans(), late=some.booleans())
def test_up_to_twelve_stops_no_order_is_better(seed: int, count: int, *, back: bool, late: bool) -> None:
    way = times(seed, count)
    stops = windows(seed, count) if late else [Stop()] * count
    found = order_stops(way, stops, back=back)
    assert found.exact
    assert sorted(found.order) == list(range(count))
    best = min(cost_of(way, stops, order, back=back) for order in permutations(range(count)))
    assert found.cost == pytest.approx(best)
    assert cost_of(way, stops, found.order, back=back) == pytest.approx(found.cost)


def test_twelve_stops_are_ordered_exactly_and_near_what_the_other_way_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    way, stops = times(5, 11), [Stop(0.0)] * 11
    exact = order_stops(way, stops)
    monkeypatch.setattr(rounds, "EXACT_UP_TO", 0)
    near = order_stops(way, stops)
    assert (exact.exact, near.exact) == (True, False)
    assert exact.cost.ends_s <= near.cost.ends_s <= 1.1 * exact.cost.ends_s
    assert travel_of(exact.order, way) == pytest.approx(exact.cost.ends_s)


@settings(max_examples=6, deadline=None)
@given(seed=some.integers(0, 1000), count=some.integers(13, 22))
def test_more_stops_are_all_gone_to_and_better_than_by_their_names(seed: int, count: int) -> None:
    way, stops = times(seed, count), windows(seed, count)
    found = order_stops(way, stops)
    assert sorted(found.order) == list(range(count))
    assert found.cost <= cost_of(way, stops, tuple(range(count)), back=False)
    assert found.begins_s == tuple(sorted(found.begins_s))


def test_what_can_not_be_reached_is_gone_to_last() -> None:
    way = times(1, 5)
    way[:, 3] = np.inf
    way[3, 3] = 0
    assert order_stops(way, [Stop()] * 5).order[-1] == 2


@pytest.mark.parametrize("way", [np.zeros((3, 3)), np.full((2, 2), np.nan), np.full((2, 2), -1.0)])
def test_a_matrix_that_is_none_is_refused(way: NDArray[np.float64]) -> None:
    with pytest.raises(InvalidValue, match=r"round\.matrix"):
        order_stops(way, [Stop()])
