"""Find what keeps a vehicle from a shorter way: compare its way with the one it had if an obstacle were not there.

Two searches are compared for each kind of obstacle: the roads as they are, and the roads without the closures, without
the limits, or with a bridge where the straight line crosses water. An obstacle that would save nothing is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point

from gridgis.geometry import to_lonlat, to_metric
from gridgis.roads.arrivals import Arrivals
from gridgis.roads.network import EdgeName
from gridgis.roads.router import Router
from gridgis.roads.routes import BrokenLimit, Route

LEAST_SAVED_S = 1.0
BANK_M = 5.0  # how far from the water a bank is looked for
MOST_WATERS = 8  # of those that the straight line crosses, the widest ones are tried
NARROW_M = 2.0  # water is taken to be so wide at least, when it is drawn as a line
_KMH_PER_MS = 3.6

LonLat = tuple[float, float]


class ObstacleKind(StrEnum):
    """What stands in the way."""

    CLOSURE = "closure"  # a closed road
    LIMIT = "limit"  # a weight, height or width limit
    WATER = "water"  # water without a bridge where the straight line crosses it


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Something without which a vehicle would come sooner.

    Attributes:
        kind: What.
        at: Where on the map, lon/lat.
        shape: Its line, lon/lat: the closed road, the road with the limit, the crossing that is not there.
        road: Name or number of the road, '' where it has neither and for water.
        limit: The limit that is broken, None for other obstacles.
        free_s: Seconds the vehicle would drive without it, the walk at the end among them.
        saved_s: Seconds that it would save, infinity where it can't come at all now.
        free_way: The way it would drive, lon/lat.
    """

    kind: ObstacleKind
    at: Point
    shape: LineString
    road: str
    limit: BrokenLimit | None
    free_s: float
    saved_s: float
    free_way: LineString | None


def find_obstacles(
    router: Router, open_router: Router, profile_code: str, origin: LonLat, place: LonLat
) -> list[Obstacle]:
    """What keeps a vehicle from coming sooner to a place, what would save most first.

    Args:
        router: The roads as they are.
        open_router: The same roads as if none were closed.
        profile_code: The vehicle.
        origin: Lon/lat of its base.
        place: Lon/lat.

    Raises:
        NotKnown: ``profile.unknown``.
        InvalidValue: ``place.coordinates``.
    """
    now = router.arrivals(profile_code, [origin], place)
    now_s = _seconds(now)
    found = [
        _closure(router, open_router, profile_code, origin, place, now_s),
        _limit(router, profile_code, origin, place, now_s),
        *_waters(router, profile_code, origin, place, now_s),
    ]
    kept = [one for one in found if one is not None and one.saved_s >= LEAST_SAVED_S]
    return sorted(kept, key=lambda one: (one.free_s, list(ObstacleKind).index(one.kind)))


def _seconds(arrivals: Arrivals) -> float:
    """Drive and walk of the only origin."""
    return float(arrivals.travel_s[0]) + (arrivals.walk_s if isfinite(arrivals.travel_s[0]) else 0.0)


def _saved(now_s: float, free_s: float) -> float:
    return 0.0 if not isfinite(free_s) else inf if not isfinite(now_s) else now_s - free_s


def _closure(  # noqa: PLR0917 (what is compared)
    router: Router, open_router: Router, profile_code: str, origin: LonLat, place: LonLat, now_s: float
) -> Obstacle | None:
    closed = {router.network.edge_index(name) for name, factor in router.changes.items() if not isfinite(factor)}
    if not closed:
        return None
    free = open_router.arrivals(profile_code, [origin], place)
    free_s, edges = _seconds(free), free.edges(0)
    hit = next((edge for edge in edges if edge in closed), None)
    if hit is None:
        return None
    shape: LineString = router.network.geometry[hit]
    return Obstacle(
        ObstacleKind.CLOSURE, _middle(shape), shape, _road(router, hit), None, free_s, _saved(now_s, free_s), _way(free)
    )


def _limit(router: Router, profile_code: str, origin: LonLat, place: LonLat, now_s: float) -> Obstacle | None:
    if not router.profiles[profile_code].limited:
        return None
    free = router.arrivals(profile_code, [origin], place, limits=False)
    free_s = _seconds(free)
    broken = router.limits_broken(profile_code, free.edges(0)) if isfinite(free_s) else []
    if not broken:
        return None
    shape: LineString = router.network.geometry[broken[0].edge]
    return Obstacle(
        ObstacleKind.LIMIT, _middle(shape), shape, broken[0].name, broken[0], free_s, _saved(now_s, free_s), _way(free)
    )


def _waters(router: Router, profile_code: str, origin: LonLat, place: LonLat, now_s: float) -> list[Obstacle]:
    """Water that the straight line crosses, as if a bridge stood there: drive to one bank, cross, drive on."""
    made = []
    profile = router.profiles[profile_code]
    slowest_ms = min(profile.speed_kmh.values(), default=profile.walk_kmh) / _KMH_PER_MS
    for near, far in _crossings(router, origin, place):
        over_m = float(np.hypot(*(np.array(near[1]) - far[1])))
        first = router.arrivals(profile_code, [origin], near[0])
        second = router.arrivals(profile_code, [far[0]], place)
        gap_m = first.walk_m + float(second.origin_snap_m[0]) + over_m
        free_s = float(first.travel_s[0]) + gap_m / slowest_ms + _seconds(second)
        if not isfinite(free_s):
            continue
        shape = LineString([near[0], far[0]])
        ways = [line for one in (first, second) if (line := _way(one)) is not None]
        whole = LineString([point for line in ways for point in line.coords])
        made.append(Obstacle(ObstacleKind.WATER, _middle(shape), shape, "", None, free_s, _saved(now_s, free_s), whole))
    return made


def _crossings(
    router: Router, origin: LonLat, place: LonLat
) -> list[tuple[tuple[LonLat, LonLat], tuple[LonLat, LonLat]]]:
    """Both banks of every water on the straight line, lon/lat and metric, in order from the origin."""
    epsg, water = router.streets.metric_epsg, router.streets.water
    straight = to_metric(LineString([origin, place]), epsg)
    if not len(water) or straight.length == 0:
        return []
    met = np.flatnonzero(shapely.intersects(water, straight))
    along: list[tuple[float, float]] = []
    for body in water[met]:
        for piece in shapely.get_parts(shapely.intersection(straight, body)):
            ends = [straight.project(Point(one)) for one in piece.coords]
            along.append((min(ends), max(ends)))
    made = []
    widest = sorted(_joined(along), key=lambda one: one[0] - one[1])[:MOST_WATERS]
    for begin, end in sorted(widest):
        wide_m = max(0.0, NARROW_M - (end - begin)) / 2
        banks = [
            straight.interpolate(min(max(at, 0.0), straight.length))
            for at in (begin - wide_m - BANK_M, end + wide_m + BANK_M)
        ]
        if begin <= 0 or end >= straight.length:
            continue  # base or place lies in the water
        near, far = (((p := to_lonlat(bank, epsg)).x, p.y) for bank in banks)
        made.append(((near, (banks[0].x, banks[0].y)), (far, (banks[1].x, banks[1].y))))
    return made


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans along a line, those that touch or nearly touch taken together."""
    made: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if made and begin <= made[-1][1] + 2 * BANK_M:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((begin, end))
    return made


def _middle(line: LineString) -> Point:
    made: Point = line.interpolate(0.5, normalized=True)
    return made


def _way(arrivals: Arrivals) -> LineString | None:
    route: Route = arrivals.route(0)
    return route.geometry


def _road(router: Router, edge: int) -> str:
    return str(router.network.name[edge] or router.network.ref[edge])


def bridges_on(router: Router, edges: Sequence[int]) -> list[EdgeName]:
    """The bridges over which a way leads, in driving order."""
    driven: NDArray[np.int64] = np.asarray(edges, dtype=np.int64)
    return (
        [router.network.edge_name(edge) for edge in driven[router.network.bridge[driven]].tolist()]
        if len(driven)
        else []
    )
