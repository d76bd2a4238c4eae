"""Say what a closed road costs all teams together: who comes how much later where, and which bridge matters most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridgis.dispatch.asked_places import AskedPlaces
from gridgis.dispatch.covering import NOBODY, arrivals_at, roads_at
from gridgis.dispatch.fleets import Fleet, fleets_of
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team

if TYPE_CHECKING:
    from gridgis.roads import ClosureCost, EdgeName, Router

KMH_PER_MS = 3.6
S_PER_MINUTE = 60
LEAST_LATER_S = 1.0

Edges = Collection["EdgeName | tuple[int, int, int]"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Detour:
    """What it changes when some edges are closed, for teams (k) and places (p).

    Attributes:
        road: Name or number of the road, '' where it has neither.
        teams: The teams, in the order of their codes.
        before_s: float64 (k, p), seconds from the order until each team is at each place; infinity for never.
        after_s: float64 (k, p), the same once the edges are closed.
    """

    road: str
    teams: tuple[Team, ...]
    before_s: Floats
    after_s: Floats

    @property
    def later_s(self) -> Floats:
        """Seconds by which the first team comes later to each place, infinity where none comes any more."""
        from gridgis.roads.closures import later_than

        return later_than(self.before_s.min(axis=0, initial=np.inf), self.after_s.min(axis=0, initial=np.inf))

    @property
    def teams_later(self) -> NDArray[np.int64]:
        """To how many places each team comes later than before, or no more; int64 (k)."""
        made: NDArray[np.int64] = (self.after_s > self.before_s + LEAST_LATER_S).sum(axis=1)
        return made

    def first(self, *, closed: bool) -> tuple[NDArray[np.int64], Floats]:
        """The first team at each place, -1 for none, and its seconds, before or once the edges are closed."""
        arrival_s = self.after_s if closed else self.before_s
        seconds = arrival_s.min(axis=0, initial=np.inf)
        if not len(self.teams):
            return np.full(len(seconds), NOBODY), seconds
        return np.where(np.isfinite(seconds), arrival_s.argmin(axis=0), NOBODY), seconds


def detour(state: DistrictState, teams: Sequence[Team], places: AskedPlaces, edges: Edges, when: datetime) -> Detour:
    """What it changes when some edges are closed beside what is closed at a moment.

    Raises:
        Conflict: ``roads.none``.
        NotKnown: ``roads.edge_unknown``.
    """
    from gridgis.roads.closures import road_of

    router = roads_at(state, when)
    closed = router.without(edges)
    before_s, after_s = (arrivals_at(state, one, teams, places.xy, when) for one in (router, closed))
    return Detour(road_of(router.network, edges), tuple(teams), before_s, after_s)


def critical_bridges(
    state: DistrictState, teams: Sequence[Team], places: AskedPlaces, when: datetime
) -> tuple[ClosureCost, ...]:
    """What each bridge would cost if it alone were closed, whatever vehicle comes first; the worst first.

    Places count by their weight. Each is searched only for places
    whose first team drives over it: to others nobody comes later.

    Raises:
        Conflict: ``roads.none``.
    """
    from gridgis.roads import ClosureCost, bridges
    from gridgis.roads.closures import later_than, road_of

    router, fleets = roads_at(state, when), fleets_of(state, teams, when)
    listed = bridges(router.network)
    now = [_first_s(state, router, fleet, places.xy) for fleet in fleets]
    now_s = np.vstack([np.full((1, len(places)), np.inf), *(one[None] for one in now)]).min(axis=0)
    concerned = _concerned(router, fleets, places, listed, now)
    made = []
    for closed, behind in zip(listed, concerned, strict=True):
        later_s = np.zeros(len(places))
        if len(behind):
            without, then_s = router.without(closed), np.full(len(behind), np.inf)
            for fleet, before_s in sorted(zip(fleets, now, strict=True), key=lambda one: one[1][behind].min()):
                sooner = before_s[behind] < then_s
                if sooner.any():
                    arrival_s = _first_s(state, without, fleet, places.xy[behind[sooner]])
                    then_s[sooner] = np.minimum(then_s[sooner], arrival_s)
            later_s[behind] = later_than(now_s[behind], then_s)
        cut_off = np.isinf(later_s)
        minutes = np.where(cut_off, 0, later_s) / S_PER_MINUTE
        cost = float((places.weight * minutes).sum())
        road = road_of(router.network, closed)
        made.append(ClosureCost(closed, road, later_s, cost, float(places.weight[cut_off].sum())))
    return tuple(sorted(made, key=lambda one: (-one.cut_off_risk, -one.risk_minutes)))


def _concerned(
    router: Router, fleets: Sequence[Fleet], places: AskedPlaces, listed: Sequence[Edges], now: Sequence[Floats]
) -> list[NDArray[np.int64]]:
    """For each closure the places whose first team, whatever its vehicle, drives over it."""
    found = [np.zeros(0, dtype=np.int64)] * len(listed)
    if not now:
        return found
    winner = np.vstack([one[None] for one in now]).argmin(axis=0)
    for number, fleet in enumerate(fleets):
        behind = router.places_behind(fleet.profile, fleet.base_xy, places.xy, listed, start_s=fleet.start_s)
        found = [np.concatenate([known, own[winner[own] == number]]) for known, own in zip(found, behind, strict=True)]
    return found


def _first_s(state: DistrictState, router: Router, fleet: Fleet, places_xy: Floats) -> Floats:
    """Seconds until the first of a fleet is at each place, the walk among them."""
    first = router.first_comers(fleet.profile, fleet.base_xy, places_xy, start_s=fleet.start_s)
    far = first.walk_m > state.farthest_snap_m
    made: Floats = np.where(far, np.inf, first.arrival_s + first.walk_s)
    return made
