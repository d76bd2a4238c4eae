"""Plan an officer's round: which enterprises are due by their risk colour, and in which order to go to them.

The order is exact up to `EXACT_UP_TO` stops (dynamic programming over subsets, Held and Karp 1962, with labels of
lateness and time since there are windows); beyond that it is found by insertion and improved by moving runs of stops
and turning parts around (Or-opt, 2-opt) until nothing gets better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import InvalidValue
from gridgis.norms import Norms
from gridgis.supervision.enterprises import RiskColour

EXACT_UP_TO = 12
LONGEST_RUN = 3
NO_END_S = float("inf")


def interval(risk: RiskColour, norms: Norms) -> timedelta:
    """How long after a visit the next one is due."""
    return timedelta(days=getattr(norms, f"patrol_{risk.value}_most_days"))


def due_on(risk: RiskColour, last: date | None, norms: Norms) -> date | None:
    """Local day by which an enterprise is to be visited again; None when it never was, so that it is due at once."""
    return None if last is None else last + interval(risk, norms)


class Due(NamedTuple):
    """An enterprise's place in the queue: never visited and overdue ones first, red before blue within a day."""

    due: date
    colour: int


def urgency(risk: RiskColour, last: date | None, norms: Norms) -> Due:
    """By what enterprises are sorted whose visits are due."""
    return Due(due_on(risk, last, norms) or date.min, list(RiskColour).index(risk))


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to be made.

    Attributes:
        service_s: How long it takes, seconds.
        opens_s: Earliest beginning, seconds after the round begins; whoever comes earlier waits.
        closes_s: Latest beginning.
    """

    service_s: float = 600.0
    opens_s: float = 0.0
    closes_s: float = NO_END_S


class Cost(NamedTuple):
    """What an order costs, the lesser the better: first lateness, then the end.

    Attributes:
        late_s: Seconds past the windows, summed.
        ends_s: When the last visit ends, or the way back where there is one.
    """

    late_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class Round:
    """An order of stops.

    Attributes:
        order: Places of the stops as they are gone to.
        begins_s: When each visit begins, in that order.
        cost: What it costs.
        exact: Whether no order of what can be reached is better.
    """

    order: tuple[int, ...]
    begins_s: tuple[float, ...]
    cost: Cost
    exact: bool


def order_stops(travel_s: NDArray[np.float64], stops: Sequence[Stop], *, back: bool = False) -> Round:
    """The order in which to go to stops.

    Args:
        travel_s: Seconds by road from row to column, shape (n + 1, n + 1); row 0 is where the round begins. What can't
            be reached from anywhere is infinite, and gone to last.
        stops: The n stops, of the rows from 1 on.
        back: Whether the way back counts.

    Raises:
        InvalidValue: ``round.matrix`` for a matrix of another shape, or with a number below 0 or none.
    """
    count = len(stops)
    if travel_s.shape != (count + 1, count + 1) or np.isnan(travel_s).any() or (travel_s < 0).any():
        raise InvalidValue("round.matrix", shape=str(travel_s.shape), stops=count)
    way = np.where(np.isfinite(travel_s), travel_s, _unreached(travel_s)).tolist()
    lost = [place for place in range(count) if not np.isfinite(np.delete(travel_s[:, place + 1], place + 1)).any()]
    near = [place for place in range(count) if place not in lost]
    rows = [0, *(place + 1 for place in near)]
    inner, chosen = [[way[a][b] for b in rows] for a in rows], [stops[place] for place in near]
    exact = len(near) <= EXACT_UP_TO
    found = _exact(inner, chosen, back=back) if exact else _improved(inner, chosen, back=back)
    order = [*(near[place] for place in found), *lost]
    begins, cost = _walked(way, stops, order, back=back)
    return Round(tuple(order), tuple(begins), cost, exact)


def _unreached(travel_s: NDArray[np.float64]) -> float:
    """More seconds than any order of what can be reached takes."""
    finite = travel_s[np.isfinite(travel_s)]
    return float(finite.sum() + 1e6)


Way = Sequence[Sequence[float]]


def _walked(way: Way, stops: Sequence[Stop], order: Iterable[int], *, back: bool) -> tuple[list[float], Cost]:
    """When each visit of an order begins, and what the order costs."""
    now, late, at, begins = 0.0, 0.0, 0, []
    for place in order:
        late, now = _gone(way, stops, Cost(late, now), at, place)
        begins.append(now - stops[place].service_s)
        at = place + 1
    return begins, Cost(late, now + way[at][0] if back else now)


def _gone(way: Way, stops: Sequence[Stop], cost: Cost, at: int, place: int) -> Cost:
    """What it costs to go on from a row to a stop."""
    stop = stops[place]
    begin = max(cost.ends_s + way[at][place + 1], stop.opens_s)
    return Cost(cost.late_s + max(0.0, begin - stop.closes_s), begin + stop.service_s)


class _Label(NamedTuple):
    cost: Cost
    order: tuple[int, ...]


def _exact(way: Way, stops: Sequence[Stop], *, back: bool) -> list[int]:
    """The best order of all."""
    count = len(stops)
    front: dict[tuple[int, int], list[_Label]] = {(0, 0): [_Label(Cost(0.0, 0.0), ())]}
    for _ in range(count):
        reached: dict[tuple[int, int], list[_Label]] = {}
        for (mask, at), labels in front.items():
            for place in range(count):
                if mask >> place & 1:
                    continue
                found = reached.setdefault((mask | 1 << place, place + 1), [])
                for label in labels:
                    _add(found, _Label(_gone(way, stops, label.cost, at, place), (*label.order, place)))
        front = reached
    ends = (
        (Cost(label.cost.late_s, label.cost.ends_s + way[at][0]) if back else label.cost, label.order)
        for (_, at), labels in front.items()
        for label in labels
    )
    return list(min(ends)[1])


def _add(labels: list[_Label], new: _Label) -> None:
    """Keep a label unless another one is neither later nor more late; drop those that it outdoes."""
    for old in labels:
        if old.cost.late_s <= new.cost.late_s and old.cost.ends_s <= new.cost.ends_s:
            return
    labels[:] = [old for old in labels if old.cost.late_s < new.cost.late_s or old.cost.ends_s < new.cost.ends_s]
    labels.append(new)


def _improved(way: Way, stops: Sequence[Stop], *, back: bool) -> list[int]:
    """A good order: stops put in one after the other where they cost least, then improved while it gets better."""

    def cost(order: Sequence[int]) -> Cost:
        return _walked(way, stops, order, back=back)[1]

    order: list[int] = []
    for place in sorted(range(len(stops)), key=lambda one: (stops[one].closes_s, way[0][one + 1], one)):
        order = min(([*order[:at], place, *order[at:]] for at in range(len(order) + 1)), key=cost)
    best = cost(order)
    while (better := _better(order, best, cost)) is not None:
        order, best = better
    return order


def _better(order: Sequence[int], best: Cost, cost: Callable[[Sequence[int]], Cost]) -> tuple[list[int], Cost] | None:
    """The first order near another one that costs less, None where there is none."""
    count = len(order)
    turned = (
        [*order[:i], *reversed(order[i:j]), *order[j:]] for i in range(count - 1) for j in range(i + 2, count + 1)
    )
    moved = (
        [*rest[:to], *run, *rest[to:]]
        for length in range(1, LONGEST_RUN + 1)
        for start in range(count - length + 1)
        for run, rest in [(order[start : start + length], [*order[:start], *order[start + length :]])]
        for to in range(len(rest) + 1)
        if to != start
    )
    for near in (*turned, *moved):
        found = cost(near)
        if found < best:
            return list(near), found
    return None


def travel_of(order: Sequence[int], travel_s: NDArray[np.float64]) -> float:
    """Seconds on the road of an order, from where the round begins to its last stop."""
    rows = [0, *(place + 1 for place in order)]
    return float(sum(travel_s[first, second] for first, second in pairwise(rows)))
