"""Look back at an incident: how long each team took from the call to the order, the wheels, the arrival."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles
from uuid import UUID

from gridgis.dispatch.incidents.case import Case


@dataclass(frozen=True, slots=True)
class Intervals:
    """What one team took; None where a moment was not recorded.

    Attributes:
        dispatch_id: The team's dispatch.
        call_to_order_s: From the first call to the order.
        order_to_wheels_s: From the order to wheels rolling.
        wheels_to_arrival_s: From there to the place.
        order_to_arrival_s: From the order to the place.
        at_scene_s: At the place.
        estimated_s: From the order to the place, as it was estimated at the order.
    """

    dispatch_id: UUID
    call_to_order_s: float
    order_to_wheels_s: float | None
    wheels_to_arrival_s: float | None
    order_to_arrival_s: float | None
    at_scene_s: float | None
    estimated_s: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How a time is spread over teams.

    Attributes:
        count: How many there are.
        median_s: Half took no longer.
        p90_s: Nine of ten took no longer.
    """

    count: int
    median_s: float | None
    p90_s: float | None


def intervals_of(case: Case) -> tuple[Intervals, ...]:
    """What each team took that was sent."""
    estimates: dict[str, float] = {}
    for entry in case.log:
        if "travel_s" in entry.facts and entry.facts["travel_s"] is not None:
            estimates[entry.facts["dispatch"]] = (entry.facts.get("turnout_s") or 0) + entry.facts["travel_s"]
    return tuple(
        Intervals(
            dispatch_id=one.id,
            call_to_order_s=(one.dispatched_at - case.incident.received_at).total_seconds(),
            order_to_wheels_s=_between(one.dispatched_at, one.en_route_at),
            wheels_to_arrival_s=_between(one.en_route_at, one.on_scene_at),
            order_to_arrival_s=_between(one.dispatched_at, one.on_scene_at),
            at_scene_s=_between(one.on_scene_at, one.released_at),
            estimated_s=estimates.get(str(one.id)),
        )
        for one in case.dispatches
    )


def _between(first: datetime | None, last: datetime | None) -> float | None:
    return None if first is None or last is None else (last - first).total_seconds()


def spread(times_s: Iterable[float | None]) -> Spread:
    """Median and 90th percentile of the times that are known."""
    known = sorted(time for time in times_s if time is not None)
    if not known:
        return Spread(0, None, None)
    p90 = known[0] if len(known) == 1 else quantiles(known, n=10, method="inclusive")[8]
    return Spread(len(known), median(known), p90)
