"""Answer who reaches a place, when, and by which roads: one backward search for all origins."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from gridgis.geometry import xy_to_lonlat, xy_to_metric
from gridgis.roads.components import Components
from gridgis.roads.network import RoadNetwork
from gridgis.roads.routes import ArcPart, Route, coordinates_along, names_along
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.snapping import EndParts, NearestStreet, Snapped, covered_ms, usable_streets, ways_in, ways_out
from gridgis.roads.streets import Streets
from gridgis.roads.travel_time import VehicleProfile

MS_PER_S = 1000
KMH_PER_MS = 3.6
KEPT_ORIGINS = 64  # sets of origins whose snapping is kept
ROUTE_DIGITS = 7  # decimals of a degree, one centimetre


class CompiledVehicle:
    """One vehicle's search graph on a network and its indexes of usable streets."""

    def __init__(self, network: RoadNetwork, streets: Streets, graph: SearchGraph, components: Components) -> None:
        self.network, self.streets, self.graph = network, streets, graph
        leaving, coming = usable_streets(graph, components)
        self.out_of = NearestStreet(streets, leaving)
        self.into = self.out_of if np.array_equal(leaving, coming) else NearestStreet(streets, coming)
        self._origins: dict[bytes, tuple[Snapped, EndParts]] = {}
        self._lock = Lock()

    def origins(self, xy: NDArray[np.float64]) -> tuple[Snapped, EndParts]:
        """Origins (k, 2) lon/lat on streets, kept for the next search."""
        name = xy.tobytes()
        with self._lock:
            known = self._origins.get(name)
        if known is None:
            snapped = self.out_of.snap(xy_to_metric(xy, self.streets.metric_epsg) if len(xy) else xy)
            known = (snapped, ways_out(self.graph, snapped))
            with self._lock:
                if len(self._origins) >= KEPT_ORIGINS:
                    self._origins.pop(next(iter(self._origins)))
                self._origins[name] = known
        return known


class Arrivals:
    """Times and ways of origins (k) to one place, by one kind of vehicle.

    Attributes:
        travel_s: float64 (k), seconds on the roads, infinity when out of reach; neither the way from base to road nor
            the walk at the place are in it.
        travel_ms: int64 (k), the same in whole milliseconds, as searched; -1 when out of reach.
        distance_m: float64 (k), metres on the roads, infinity when out of reach.
        origin_snap_m: float64 (k), metres from each base to the road, infinity when there is no usable road at all.
        origin_walk_s: float64 (k), seconds of those metres on foot.
        walk_m: Metres from the end of the road to the place, straight; infinity when there is no usable road.
        walk_s: Seconds of those metres on foot.
        walk_across_water: Whether that straight line crosses water and no dry way is within 2 km.
    """

    def __init__(
        self,
        compiled: CompiledVehicle,
        profile: VehicleProfile,
        origins: tuple[Snapped, EndParts],
        place_xy: NDArray[np.float64],
    ) -> None:
        from gridgis.roads import kernel

        self._compiled, self._graph, self._place_xy = compiled, compiled.graph, place_xy
        graph = compiled.graph
        self._from, self._out = origins
        self._to = compiled.into.snap(xy_to_metric(place_xy, compiled.streets.metric_epsg))
        self._in = ways_in(graph, self._to)
        reached, self._onward = kernel.search(
            graph.start,
            graph.tail,
            graph.cost_ms,
            graph.closed_node,
            self._in.node,
            self._in.ms,
            self._out.node,
            graph.bucket_shift,
            graph.buckets,
        )
        travel_ms, self._chosen = kernel.best_exits(
            self._out.owner, self._out.node, self._out.ms, reached, len(self._from.street)
        )
        self.distance_m = kernel.metres_along(
            self._chosen, self._out.node, self._out.metres, self._onward, graph.head, graph.length_m, self._in.metres
        )
        self._direct = self._stay_on_street(travel_ms)
        self.travel_s = np.where(travel_ms < kernel.NEVER, travel_ms / MS_PER_S, inf)
        self.travel_ms = np.where(travel_ms < kernel.NEVER, travel_ms, -1)
        walking_ms = profile.walk_kmh / KMH_PER_MS
        self.origin_snap_m = self._from.away_m
        self.origin_walk_s = self.origin_snap_m / walking_ms
        self.walk_m = float(self._to.away_m[0])
        self.walk_s = self.walk_m / walking_ms
        self.walk_across_water = bool(self._to.across_water[0])

    def _stay_on_street(self, travel_ms: NDArray[np.int64]) -> dict[int, ArcPart]:
        """Origins that reach the place without leaving its street; their times are set where that is faster."""
        graph, street = self._graph, int(self._to.street[0])
        direct: dict[int, ArcPart] = {}
        if street < 0:
            return direct
        to_share = float(self._to.share[0])
        for origin in np.flatnonzero(self._from.street == street).tolist():
            for arc in graph.street_arc[graph.street_start[street] : graph.street_start[street + 1]].tolist():
                ends = np.array([self._from.share[origin], to_share])
                ends = ends if graph.along_street[arc] else 1 - ends
                if ends[0] > ends[1]:
                    continue
                first_ms, last_ms = covered_ms(graph, np.array([arc, arc]), ends).tolist()
                if last_ms - first_ms <= travel_ms[origin]:
                    travel_ms[origin] = last_ms - first_ms
                    self.distance_m[origin] = graph.length_m[arc] * (ends[1] - ends[0])
                    direct[origin] = ArcPart(arc, float(ends[0]), float(ends[1]))
        return direct

    def __len__(self) -> int:
        """Number of origins."""
        return len(self.travel_s)

    def route(self, i: int) -> Route:
        """The roads from origin i to the place."""
        if not isfinite(self.travel_s[i]):
            return Route(None, inf)
        parts = list(self._parts(i))
        network, streets = self._compiled.network, self._compiled.streets
        edges = tuple(int(self._graph.edge[part.arc]) for part in parts)
        metric = coordinates_along(streets, self._graph, parts) if parts else self._at(i)
        line = LineString(np.round(xy_to_lonlat(metric, network.metric_epsg), ROUTE_DIGITS))
        walk = LineString([line.coords[-1], self._place_xy[0]])
        return Route(line, float(self.distance_m[i]), edges, names_along(network, edges), walk)

    def _parts(self, i: int) -> Iterator[ArcPart]:
        """The arcs driven, in order."""
        from gridgis.roads import kernel

        if i in self._direct:
            yield self._direct[i]
            return
        way_out = int(self._chosen[i])
        if self._out.arc[way_out] >= 0:
            yield ArcPart(int(self._out.arc[way_out]), float(self._out.from_share[way_out]))
        arcs, way_in = kernel.arcs_onward(int(self._out.node[way_out]), self._onward, self._graph.head)
        yield from map(ArcPart, arcs)
        if self._in.arc[way_in] >= 0:
            yield ArcPart(int(self._in.arc[way_in]), 0.0, float(self._in.to_share[way_in]))

    def _at(self, i: int) -> NDArray[np.float64]:
        """Metric coordinates (2, 2) of an origin that stands at the place already."""
        shape = self._compiled.streets.shapes[self._from.street[i]]
        point = shapely.line_interpolate_point(shape, float(self._from.share[i]), normalized=True)
        return np.repeat(shapely.get_coordinates(point), 2, axis=0)
