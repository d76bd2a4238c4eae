"""Find what keeps a vehicle from a shorter way: compare its way with the one it had if an obstacle were not there.

Two searches are compared for each kind of obstacle: the roads as they are, and the roads without the closures, without
the limits, or with one more bridge over water. An obstacle that would save nothing is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

from shapely import LineString, Point

from gridgis.roads.arrivals import Arrivals
from gridgis.roads.router import Hour, Percentile, Router
from gridgis.roads.routes import BrokenLimit, Route

LEAST_SAVED_S = 1.0
BOTH = 2

LonLat = tuple[float, float]


class ObstacleKind(StrEnum):
    """What stands in the way."""

    CLOSURE = "closure"  # a closed road
    LIMIT = "limit"  # a weight, height or width limit
    WATER = "water"  # water without a bridge where one would help


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Something without which a vehicle would come sooner.

    Attributes:
        kind: What.
        at: Where on the map, lon/lat.
        shape: Its line, lon/lat: the closed road, the road with the limit, the bridge that is not there.
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
    router: Router,
    open_router: Router,
    profile_code: str,
    origin: LonLat,
    place: LonLat,
    *,
    hour: Hour | None = None,
    percentile: Percentile = 50,
) -> list[Obstacle]:
    """What keeps a vehicle from coming sooner to a place, what would save most first.

    Args:
        router: The roads as they are.
        open_router: The same roads as if none were closed.
        profile_code: The vehicle.
        origin: Lon/lat of its base.
        place: Lon/lat.
        hour: As for `Router.arrivals`.
        percentile: See there.

    Raises:
        NotKnown: ``profile.unknown``.
        InvalidValue: ``place.coordinates``, ``roads.hour``.
    """
    asked = _Asked(profile_code, origin, place, hour, percentile)
    now_s = _seconds(asked.arrivals(router))
    found = [_closure(router, open_router, asked, now_s), _limit(router, asked, now_s), _water(router, asked, now_s)]
    kept = [one for one in found if one is not None and one.saved_s >= LEAST_SAVED_S]
    return sorted(kept, key=lambda one: (one.free_s, list(ObstacleKind).index(one.kind)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which drive is looked at."""

    profile_code: str
    origin: LonLat
    place: LonLat
    hour: Hour | None
    percentile: Percentile

    def arrivals(
        self, router: Router, *, origin: LonLat | None = None, place: LonLat | None = None, limits: bool = True
    ) -> Arrivals:
        return router.arrivals(
            self.profile_code,
            [origin or self.origin],
            place or self.place,
            limits=limits,
            hour=self.hour,
            percentile=self.percentile,
        )


def _seconds(arrivals: Arrivals) -> float:
    """Drive and walk of the only origin."""
    return float(arrivals.travel_s[0]) + (arrivals.walk_s if isfinite(arrivals.travel_s[0]) else 0.0)


def _saved(now_s: float, free_s: float) -> float:
    return 0.0 if not isfinite(free_s) else inf if not isfinite(now_s) else now_s - free_s


def _closure(router: Router, open_router: Router, asked: _Asked, now_s: float) -> Obstacle | None:
    closed = {router.network.edge_index(name) for name, factor in router.changes.items() if not isfinite(factor)}
    if not closed:
        return None
    free = asked.arrivals(open_router)
    free_s, edges = _seconds(free), free.edges(0)
    hit = next((edge for edge in edges if edge in closed), None)
    if hit is None:
        return None
    shape: LineString = router.network.geometry[hit]
    return Obstacle(
        ObstacleKind.CLOSURE, _middle(shape), shape, _road(router, hit), None, free_s, _saved(now_s, free_s), _way(free)
    )


def _limit(router: Router, asked: _Asked, now_s: float) -> Obstacle | None:
    if not router.profiles[asked.profile_code].limited:
        return None
    free = asked.arrivals(router, limits=False)
    free_s = _seconds(free)
    broken = router.limits_broken(asked.profile_code, free.edges(0)) if isfinite(free_s) else []
    if not broken:
        return None
    shape: LineString = router.network.geometry[broken[0].edge]
    return Obstacle(
        ObstacleKind.LIMIT, _middle(shape), shape, broken[0].name, broken[0], free_s, _saved(now_s, free_s), _way(free)
    )


def _water(router: Router, asked: _Asked, now_s: float) -> Obstacle | None:
    """Water, as if a bridge stood where it would help most."""
    bridge = router.missing_bridge(
        asked.profile_code, asked.origin, asked.place, hour=asked.hour, percentile=asked.percentile
    )
    if bridge is None:
        return None
    network = router.network
    near, far = ((float(network.x[node]), float(network.y[node])) for node in (bridge.from_node, bridge.to_node))
    shape = LineString([near, far])
    first, second = asked.arrivals(router, place=near), asked.arrivals(router, origin=far)
    free_s = bridge.drive_s + second.walk_s
    ways = [line for one in (first, second) if (line := _way(one)) is not None]
    whole = LineString([point for line in ways for point in line.coords]) if len(ways) == BOTH else None
    return Obstacle(ObstacleKind.WATER, _middle(shape), shape, "", None, free_s, _saved(now_s, free_s), whole)


def _middle(line: LineString) -> Point:
    made: Point = line.interpolate(0.5, normalized=True)
    return made


def _way(arrivals: Arrivals) -> LineString | None:
    route: Route = arrivals.route(0)
    return route.geometry


def _road(router: Router, edge: int) -> str:
    return str(router.network.name[edge] or router.network.ref[edge])
