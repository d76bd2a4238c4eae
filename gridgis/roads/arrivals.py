"""Answer who reaches a place, when, and by which roads: one backward search for all origins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from gridgis.geometry import xy_to_lonlat
from gridgis.roads.routes import ArcPart, Route, coordinates_along, names_along
from gridgis.roads.searchers import Stop
from gridgis.roads.snapping import EndParts, Snapped, ways_along_street, ways_in
from gridgis.roads.steps import Step, turn_list
from gridgis.roads.travel_time import VehicleProfile
from gridgis.roads.vehicle_roads import VehicleRoads
from gridgis.roads.weights import NEVER, metres, milliseconds, seconds

KMH_PER_MS = 3.6
ROUTE_DIGITS = 7  # decimals of a degree, one centimetre


@dataclass(frozen=True, slots=True)
class FirstOf:
    """Of some origins, so many that come first: what a tier or a capability needs.

    Attributes:
        most: How many.
        origins: Their numbers.
    """

    most: int
    origins: frozenset[int]


def stop_after(groups: Sequence[FirstOf], parts: EndParts, origins: int) -> Stop:
    """When a search has found so many of each group, some parts of arcs leading away from each origin (o)."""
    members = [(origin, number) for number, one in enumerate(groups) for origin in one.origins]
    owner, group = np.array(sorted(members), dtype=np.int32).reshape(-1, 2).T
    enough = np.array([min(one.most, len(one.origins)) for one in groups], dtype=np.int32)
    group_start = np.searchsorted(owner, np.arange(origins + 1)).astype(np.int32)
    return Stop(parts.owner, parts.weight, group_start, np.ascontiguousarray(group), enough)


def among_first(groups: Sequence[FirstOf], travel_ms: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which origins (k) are among the first of a group; those that come equally soon in their order."""
    chosen = np.zeros(len(travel_ms), dtype=bool)
    for one in groups:
        coming = [origin for origin in one.origins if travel_ms[origin] >= 0]
        chosen[sorted(coming, key=lambda origin: (int(travel_ms[origin]), origin))[: one.most]] = True
    return chosen


class Arrivals:
    """Times and ways of origins (k) to one place, by one kind of vehicle.

    Attributes:
        travel_s: float64 (k), seconds on the roads, infinity when out of reach; neither the way from base to road nor
            the walk at the place are in it.
        travel_ms: int64 (k), the same in whole milliseconds, as searched; -1 when out of reach.
        distance_m: float64 (k), metres on the roads, each arc to the centimetre, infinity when out of reach. Of ways
            that take equally long the shortest counts.
        origin_snap_m: float64 (k), metres from each base to the road, infinity when there is no usable road at all.
        origin_walk_s: float64 (k), seconds of those metres on foot.
        walk_m: Metres from the end of the road to the place, straight; infinity when there is no usable road.
        walk_s: Seconds of those metres on foot.
        walk_across_water: Whether that straight line crosses water and no dry way is within 2 km.
    """

    def __init__(
        self,
        roads: VehicleRoads,
        profile: VehicleProfile,
        origins: tuple[Snapped, EndParts],
        place_xy: NDArray[np.float64],
        first: Sequence[FirstOf] = (),
    ) -> None:
        self._roads, self._place_xy = roads, place_xy
        self._from, self._out = origins
        self._to = roads.place(place_xy)
        self._in = ways_in(roads.graph, self._to)
        stop = stop_after(first, self._out, len(self._from.street)) if first else None
        self._reached = roads.searcher.ways_to(self._in.node, self._in.weight, self._out.node, stop)
        self._by_part = np.minimum(self._out.weight + self._reached.weight, NEVER)
        weight = np.full(len(self._from.street), NEVER, dtype=np.int64)
        np.minimum.at(weight, self._out.owner, self._by_part)
        self._direct = self._stay_on_street(weight)
        if first:
            weight[~among_first(first, milliseconds(weight))] = NEVER
        self.travel_s, self.travel_ms, self.distance_m = seconds(weight), milliseconds(weight), metres(weight)
        walking_ms = profile.walk_kmh / KMH_PER_MS
        self.origin_snap_m = self._from.away_m
        self.origin_walk_s = self.origin_snap_m / walking_ms
        self.walk_m = float(self._to.away_m[0])
        self.walk_s = self.walk_m / walking_ms
        self.walk_across_water = bool(self._to.across_water[0])

    def _stay_on_street(self, weight: NDArray[np.int64]) -> dict[int, ArcPart]:
        """Origins that reach the place without leaving its street; their weights are set where that is better."""
        direct: dict[int, ArcPart] = {}
        for way in ways_along_street(self._roads.graph, self._from, self._to):
            if way.weight <= weight[way.origin]:
                weight[way.origin] = way.weight
                direct[way.origin] = ArcPart(way.arc, way.from_share, way.to_share)
        return direct

    def nearest(self, most: int, among: Iterable[int] | None = None) -> list[int]:
        """Origins that reach the place first, soonest first, those that come equally soon in their order.

        Args:
            most: How many at most.
            among: Origins that count (those with a capability); all by default.
        """
        counted = range(len(self)) if among is None else among
        coming = [origin for origin in counted if self.travel_ms[origin] >= 0]
        return sorted(coming, key=lambda origin: (int(self.travel_ms[origin]), origin))[:most]

    def __len__(self) -> int:
        """Number of origins."""
        return len(self.travel_s)

    def route(self, i: int) -> Route:
        """The roads from origin i to the place."""
        if self.travel_ms[i] < 0:
            return Route(None, inf)
        parts = self._driven(i)
        network, topology = self._roads.network, self._roads.graph.topology
        edges = self._edges(parts)
        metric = coordinates_along(self._roads.streets, topology, parts) if parts else self._at(i)
        line = LineString(np.round(xy_to_lonlat(metric, network.metric_epsg), ROUTE_DIGITS))
        walk = LineString([line.coords[-1], self._place_xy[0]])
        return Route(line, float(self.distance_m[i]), edges, names_along(network, edges), walk)

    def edges(self, i: int) -> tuple[int, ...]:
        """Edges driven in order from origin i to the place; those of `route`, without drawing it."""
        return () if self.travel_ms[i] < 0 else self._edges(self._driven(i))

    def steps(self, i: int) -> tuple[Step, ...]:
        """The turn list from origin i to the place; empty where there is no way or nothing to drive."""
        if self.travel_ms[i] < 0:
            return ()
        return turn_list(self._roads.network, self._roads.streets, self._roads.graph, self._driven(i))

    def _edges(self, parts: Sequence[ArcPart]) -> tuple[int, ...]:
        edge = self._roads.graph.topology.edge
        return tuple(edge[[part.arc for part in parts]].tolist()) if parts else ()

    def _driven(self, i: int) -> list[ArcPart]:
        """The parts of arcs that are longer than nothing."""
        return [part for part in self._parts(i) if part.from_share < part.to_share]

    def _parts(self, i: int) -> Iterator[ArcPart]:
        """The arcs driven, in order."""
        if i in self._direct:
            yield self._direct[i]
            return
        own = np.flatnonzero(self._out.owner == i)
        way_out = int(own[np.argmin(self._by_part[own])])
        if self._out.arc[way_out] >= 0:
            yield ArcPart(int(self._out.arc[way_out]), float(self._out.from_share[way_out]))
        arcs, way_in = self._reached.way(way_out)
        yield from map(ArcPart, arcs)
        if self._in.arc[way_in] >= 0:
            yield ArcPart(int(self._in.arc[way_in]), 0.0, float(self._in.to_share[way_in]))

    def _at(self, i: int) -> NDArray[np.float64]:
        """Metric coordinates (2, 2) of an origin that stands at the place already."""
        shape = self._roads.streets.shapes[self._from.street[i]]
        point = shapely.line_interpolate_point(shape, float(self._from.share[i]), normalized=True)
        return np.repeat(shapely.get_coordinates(point), 2, axis=0)
