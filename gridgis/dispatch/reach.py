"""Say how soon each team can be at a place: by the roads, or by an estimate that is marked as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Team

if TYPE_CHECKING:
    from gridgis.roads import Arrivals, BrokenLimit, Route, Router, VehicleProfile
    from gridgis.roads.router import Percentile

EARTH_RADIUS_M = 6_371_008.8
_UNLEARNED = (1.0, 1.0)
UNKNOWN_PROFILE_KMH = 30.0
KMH_PER_MS = 3.6
MS_PER_S = 1000


class Ground(StrEnum):
    """What an estimate of arrival rests on."""

    ROAD = "road"  # the roads were searched
    STRAIGHT = "straight"  # the roads have no answer: no network, or the place or base is off the roads
    OUT_OF_REACH = "out_of_reach"  # the roads were searched and no way leads to the place for that vehicle
    NO_POSITION = "no_position"  # the team's base has no coordinates


@dataclass(frozen=True, slots=True)
class Estimate:
    """When a team would be at the place.

    Attributes:
        ground: What the estimate rests on.
        turnout_s: Seconds from the order to wheels rolling, at the local hour.
        travel_s: Seconds on the way, None when nothing is known.
        walk_s: Seconds on foot from the end of the road to the place.
        walk_m: Metres on foot from the end of the road to the place.
        distance_m: Metres on the way, the walk not included; straight line × detour factor where the roads have no
            answer; None when not known.
    """

    ground: Ground
    turnout_s: float
    travel_s: float | None
    walk_s: float
    walk_m: float
    distance_m: float | None

    @property
    def estimated(self) -> bool:
        """Whether the time is straight line × detour factor, or not known at all, and not a search of the roads."""
        return self.ground is not Ground.ROAD

    @property
    def eta_ms(self) -> int | None:
        """Milliseconds from the order to arrival, None when not known."""
        if self.travel_s is None:
            return None
        return round((self.turnout_s + self.travel_s + self.walk_s) * MS_PER_S)

    @property
    def eta_s(self) -> float | None:
        """Seconds from the order to arrival, None when not known."""
        eta_ms = self.eta_ms
        return None if eta_ms is None else eta_ms / MS_PER_S


@dataclass(frozen=True, slots=True)
class FreeWay:
    """How a team would come if no limit stopped its vehicle.

    Attributes:
        estimate: When it would arrive.
        broken: The limits its vehicle would break on the way, in driving order.
    """

    estimate: Estimate
    broken: tuple[BrokenLimit, ...]


class Reach:
    """How soon the teams of a district reach one place; one search for each vehicle profile.

    Args:
        state: The district.
        teams: Its teams, in the order in which they are numbered here.
        place: Lon/lat of the place.
        when: The moment of the order, aware: it decides turnouts, how busy roads are, which of their rules hold, and
            which of them are closed.
    """

    def __init__(self, state: DistrictState, teams: Sequence[Team], place: tuple[float, float], when: datetime) -> None:
        self._state = state
        self._router = state.router_at(when)
        self._teams = teams
        self._place = place
        self._local = when.astimezone(LOCAL_TIME)
        self._bases = np.array([(team.lon, team.lat) for team in teams], dtype=np.float64).reshape(-1, 2)
        self._members: dict[str, list[int]] = {}
        for number, team in enumerate(teams):
            if isfinite(team.lon) and isfinite(team.lat):
                self._members.setdefault(team.profile, []).append(number)
        self._position = {team: at for members in self._members.values() for at, team in enumerate(members)}
        self._unlimited: dict[str, Arrivals] = {}
        self._late: dict[str, Arrivals] = {}

    @cached_property
    def _searched(self) -> Mapping[str, Arrivals]:
        router = self._router
        if router is None:
            return {}
        return {
            profile: self._search(router, profile, percentile=self._state.arrival_percentile)
            for profile in self._members
            if profile in self._state.profiles
        }

    def _search(self, router: Router, profile: str, *, percentile: Percentile, limits: bool = True) -> Arrivals:
        return router.arrivals(
            profile,
            self._bases[self._members[profile]],
            np.asarray(self._place),
            limits=limits,
            hour=self._local,
            percentile=percentile,
        )

    @cached_property
    def _straight_m(self) -> NDArray[np.float64]:
        return straight_line_m(self._bases, self._place)

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """The estimate of every team."""
        return tuple(self._estimate(number) for number in range(len(self._teams)))

    def _estimate(self, number: int) -> Estimate:
        team = self._teams[number]
        turnout_s = float(team.turnout.at(self._local.hour)) * self._learned(number)[0]
        if number not in self._position:
            return Estimate(Ground.NO_POSITION, turnout_s, None, 0.0, 0.0, None)
        at = self._position[number]
        arrivals = self._searched.get(team.profile)
        farthest_m = self._state.farthest_snap_m
        if arrivals is None or not arrivals.walk_m <= farthest_m or not arrivals.origin_snap_m[at] <= farthest_m:
            return self._by_straight_line(number, Ground.STRAIGHT, turnout_s)
        if not np.isfinite(arrivals.travel_s[at]):
            return self._by_straight_line(number, Ground.OUT_OF_REACH, turnout_s)
        return self._by_road(arrivals, at, turnout_s, self._learned(number)[1])

    def _learned(self, number: int) -> Sequence[float]:
        """Factors on turnout and travel that a team's own runs taught, 1 where there were too few."""
        return self._state.learned_times.get(self._teams[number].code, _UNLEARNED)

    def _by_straight_line(self, number: int, ground: Ground, turnout_s: float) -> Estimate:
        distance_m = float(self._straight_m[number]) * self._state.detour_factor
        speed_kmh = typical_kmh(self._state.profiles.get(self._teams[number].profile))
        travel_s = distance_m / (speed_kmh / KMH_PER_MS) * self._learned(number)[1]
        return Estimate(ground, turnout_s, travel_s, 0.0, 0.0, distance_m)

    def route(self, number: int) -> Route | None:
        """The roads a team takes, None where the roads have no answer."""
        if self.estimates[number].ground is not Ground.ROAD:
            return None
        return self._searched[self._teams[number].profile].route(self._position[number])

    def late_s(self, number: int) -> float | None:
        """Seconds from the order to an arrival that nine of ten drives keep; None where the roads have no answer.

        Searched once for each profile that is asked about.
        """
        router, estimate, profile = self._router, self.estimates[number], self._teams[number].profile
        if router is None or estimate.ground is not Ground.ROAD:
            return None
        if profile not in self._late:
            self._late[profile] = self._search(router, profile, percentile=90)
        travel_s = float(self._late[profile].travel_s[self._position[number]]) * self._learned(number)[1]
        return round((estimate.turnout_s + travel_s + estimate.walk_s) * MS_PER_S) / MS_PER_S

    def limited(self, number: int) -> bool:
        """Whether a weight, height or width limit can stop a team's vehicle, and the roads were searched for it."""
        profile = self._state.profiles.get(self._teams[number].profile)
        searched = self.estimates[number].ground in {Ground.ROAD, Ground.OUT_OF_REACH}
        return profile is not None and profile.limited and searched

    def least_ms(self, number: int) -> float:
        """Milliseconds that a team needs at the very least: straight line at its vehicle's top speed."""
        profile = self._state.profiles.get(self._teams[number].profile)
        if profile is None or not profile.speed_kmh or number not in self._position:
            return inf
        fastest_kmh = profile.fastest_kmh
        arrivals = self._searched.get(self._teams[number].profile)
        snap_m = 0.0 if arrivals is None else float(arrivals.origin_snap_m[self._position[number]])
        straight_s = max(0.0, float(self._straight_m[number]) - snap_m) / (fastest_kmh / KMH_PER_MS)
        straight_s *= self._learned(number)[1]
        return float((self.estimates[number].turnout_s + straight_s) * MS_PER_S)

    def without_limits(self, number: int) -> FreeWay | None:
        """How a team would come if no weight, height or width limit stopped it; None if never, or no limit concerns it.

        Searched once for each profile that is asked about.
        """
        team = self._teams[number]
        router = self._router
        if router is None or not self.limited(number):
            return None
        if team.profile not in self._unlimited:
            self._unlimited[team.profile] = self._search(
                router, team.profile, percentile=self._state.arrival_percentile, limits=False
            )
        arrivals, at = self._unlimited[team.profile], self._position[number]
        if not np.isfinite(arrivals.travel_s[at]):
            return None
        estimate = self._by_road(arrivals, at, self.estimates[number].turnout_s, self._learned(number)[1])
        return FreeWay(estimate, tuple(router.limits_broken(team.profile, arrivals.edges(at))))

    @staticmethod
    def _by_road(arrivals: Arrivals, at: int, turnout_s: float, factor: float) -> Estimate:
        return Estimate(
            Ground.ROAD,
            turnout_s,
            float(arrivals.travel_s[at]) * factor,
            float(arrivals.walk_s),
            float(arrivals.walk_m),
            float(arrivals.distance_m[at]),
        )


def typical_kmh(profile: VehicleProfile | None) -> float:
    """Speed for a straight-line estimate: the profile's median over road classes, 30 km/h for an unknown profile."""
    if profile is None or not profile.speed_kmh:
        return UNKNOWN_PROFILE_KMH
    return float(np.median(list(profile.speed_kmh.values())))


def straight_line_m(points: NDArray[np.float64], place: tuple[float, float]) -> NDArray[np.float64]:
    """Great-circle metres from points of shape (n, 2), lon/lat, to a place; NaN where a point has no coordinates."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    place_lon, place_lat = np.radians(place)
    half = (
        np.sin((lat - place_lat) / 2) ** 2 + np.cos(lat) * np.cos(place_lat) * np.sin((lon - place_lon) / 2) ** 2
    )  # haversine
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)), dtype=np.float64)


def by_arrival(estimate: Estimate, code: str) -> tuple[float, str]:
    """Order of arrival: soonest first, those without an estimate last, ties by the team's code."""
    eta_ms = estimate.eta_ms
    return (inf if eta_ms is None else eta_ms, code)
