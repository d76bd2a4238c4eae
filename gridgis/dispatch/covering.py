"""Say who covers what: who comes first and second to each place, over what ground, and how the ground is parted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from gridgis.dispatch.asked_places import AskedPlaces
from gridgis.dispatch.fleets import fleets_of
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team
from gridgis.errors import Conflict

if TYPE_CHECKING:
    from gridgis.roads import ReachArea, Router

KMH_PER_MS = 3.6
NOBODY = -1

Floats = NDArray[np.float64]


def roads_at(state: DistrictState, when: datetime) -> Router:
    """The search over the roads as they were open at a moment.

    Raises:
        Conflict: ``roads.none`` before roads were imported.
    """
    router = state.router_at(when)
    if router is None:
        raise Conflict("roads.none")
    return router


def arrivals_at(
    state: DistrictState, router: Router, teams: Sequence[Team], places_xy: Floats, when: datetime
) -> Floats:
    """Seconds from the order until each team (k) is at each place (p), by road and the walk at its end: (k, p).

    Turnout, drive and walk, as `gridgis.dispatch.reach` adds them up; infinity where the roads have no answer, which is
    so too where place or base lie farther from every road than `DistrictState.farthest_snap_m`.
    """
    made = np.full((len(teams), len(places_xy)), np.inf)
    for fleet in fleets_of(state, teams, when):
        matrix = router.matrix(fleet.profile, fleet.base_xy, places_xy)
        walk_s = matrix.walk_m / (state.profiles[fleet.profile].walk_kmh / KMH_PER_MS)
        arrival_s = fleet.start_s[:, None] + matrix.travel_s + walk_s
        far = (matrix.walk_m > state.farthest_snap_m) | (matrix.origin_walk_m > state.farthest_snap_m)[:, None]
        made[fleet.number] = np.where(far, np.inf, arrival_s)
    return made


@dataclass(frozen=True, eq=False)
class WhoComes:
    """Who comes first and second to each of some places (p).

    Attributes:
        teams: The teams of the question, in the order of their codes.
        first: int64 (p), number of the team that comes first, -1 for none; of equally soon ones the first by code.
        first_s: float64 (p), seconds from the order, infinity for none.
        second: int64 (p), number of the team that comes next.
        second_s: float64 (p).
    """

    teams: tuple[Team, ...]
    first: NDArray[np.int64]
    first_s: Floats
    second: NDArray[np.int64]
    second_s: Floats


def who_comes(state: DistrictState, teams: Sequence[Team], places: AskedPlaces, when: datetime) -> WhoComes:
    """Who comes first and second to each place.

    Raises:
        Conflict: ``roads.none``.
    """
    arrival_s = arrivals_at(state, roads_at(state, when), teams, places.xy, when)
    padded = np.vstack([arrival_s, np.full((2, len(places)), np.inf)])
    order = np.argsort(padded, axis=0, kind="stable")[:2]
    seconds = np.take_along_axis(padded, order, axis=0)
    first, second = np.where(np.isfinite(seconds), order, NOBODY)
    return WhoComes(tuple(teams), first, seconds[0], second, seconds[1])


def tier_reach(
    state: DistrictState, teams: Sequence[Team], within_s: Sequence[float], when: datetime, *, by_second: bool = False
) -> tuple[ReachArea, ...]:
    """The ground that teams reach within some times from the order, whatever their vehicles; an area for each time.

    The walk from the road is not in it.

    Args:
        state: The district.
        teams: The teams.
        within_s: Seconds from the order, turnout and drive together.
        when: The moment, aware.
        by_second: Only what two different teams reach, so that it is covered still when one is out.

    Raises:
        Conflict: ``roads.none``.
        InvalidValue: ``roads.within``.
    """
    from gridgis.roads.reach_areas import by_a_second, halves

    router = roads_at(state, when)
    groups = halves(len(teams)) if by_second else [np.arange(len(teams))]
    reached = router.squares_reached(next(iter(state.profiles)), np.zeros((0, 2)), within_s, groups)
    for fleet in fleets_of(state, teams, when):
        own = [np.flatnonzero(np.isin(fleet.number, group)) for group in groups]
        reached |= router.squares_reached(fleet.profile, fleet.base_xy, within_s, own, start_s=fleet.start_s)
    return router.draw_reached(by_a_second(reached) if by_second else reached[0], within_s)


def part_district(
    state: DistrictState, teams: Sequence[Team], when: datetime, ground: Polygon | MultiPolygon | None = None
) -> Mapping[int, MultiPolygon]:
    """The district parted among the teams that come first, by number of team.

    Ground without a road goes with the nearest that has one.

    Args:
        state: The district.
        teams: The teams.
        when: The moment, aware.
        ground: What is parted, lon/lat; the district by default, or what its roads span where it has no outline.

    Raises:
        Conflict: ``roads.none``.
    """
    from gridgis.roads.square_arrivals import SquareArrivals, part_ground

    router = roads_at(state, when)
    first: SquareArrivals | None = None
    for fleet in fleets_of(state, teams, when):
        own = router.first_in_squares(fleet.profile, fleet.base_xy, start_s=fleet.start_s)
        own = own.renumbered(fleet.number.astype(np.int32))
        first = own if first is None else first.or_sooner(own)
    if first is None:
        return {}
    network = router.network
    spanned = shapely.box(network.x.min(), network.y.min(), network.x.max(), network.y.max())
    return part_ground(first, ground or state.district.outline or spanned)


def area_km2(area: Polygon | MultiPolygon, metric_epsg: int) -> float:
    """Square kilometres of an area, lon/lat."""
    from gridgis.geometry import to_metric

    return float(to_metric(area, metric_epsg).area) / 1e6
