"""Snap points to the nearest street that a vehicle can use, on the same side of the water."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from itertools import product

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.roads.components import Components
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.streets import SAME_PLACE_M, Streets
from gridgis.roads.topology import Topology
from gridgis.roads.weights import weigh

FARTHEST_DRY_M = 2000.0
_NEAR_FACTOR = 4
_NEAR_M = 200.0
_MOST_TRIED = 400
_TRIED_AT_ONCE = 40
_TWO_DIMENSIONS = 2


@dataclass(frozen=True, eq=False)
class Snapped:
    """Points (k) on streets.

    Attributes:
        street: int32 (k), street of each point, -1 where there is none.
        share: float64 (k), share of the street's length from the start of its shape, 0 … 1.
        away_m: float64 (k), metres from the point to the street, infinity where there is none.
        across_water: bool (k), whether the straight line there crosses water and no dry street is near.
    """

    street: NDArray[np.int32]
    share: NDArray[np.float64]
    away_m: NDArray[np.float64]
    across_water: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class EndParts:
    """The parts of arcs between snapped points and nodes, for origins (ways out) or for a place (ways in).

    Only parts that can be driven and that end at nodes that can be passed, in the order of their points.

    Attributes:
        owner: int32 (p), the snapped point.
        node: int32 (p), the node at the other end of the part.
        weight: int64 (p), weight of the part; for ways out, past the node too.
        arc: int32 (p), the arc, -1 where the point lies at the node itself.
        from_share: float64 (p), share of the arc where the part begins.
        to_share: float64 (p), share where it ends.
    """

    owner: NDArray[np.int32]
    node: NDArray[np.int32]
    weight: NDArray[np.int64]
    arc: NDArray[np.int32]
    from_share: NDArray[np.float64]
    to_share: NDArray[np.float64]

    def of_owner(self, owner: int) -> EndParts:
        """The parts of one point."""
        first, last = np.searchsorted(self.owner, [owner, owner + 1])
        return EndParts(*(getattr(self, column.name)[first:last] for column in fields(self)))

    def of_owners(self, owners: NDArray[np.int64]) -> EndParts:
        """The parts of some points."""
        kept = np.isin(self.owner, owners)
        return EndParts(*(getattr(self, column.name)[kept] for column in fields(self)))


class NearestStreet:
    """An index over streets that can be used.

    Args:
        streets: All streets (s).
        usable: bool (s), those that points may snap to.
        afloat: Whether water parts nobody from a street.
    """

    def __init__(self, streets: Streets, usable: NDArray[np.bool_], *, afloat: bool = False) -> None:
        self._streets = streets
        self._street = np.flatnonzero(usable).astype(np.int32)
        self._tree = shapely.STRtree(streets.shapes[self._street])
        self._water = shapely.STRtree(streets.water[:0] if afloat else streets.water)

    def snap(self, metric_xy: NDArray[np.float64], shut: Collection[int] = frozenset()) -> Snapped:
        """The nearest usable street of each point (k, 2) in metric coordinates.

        Of streets equally near the first counts. A street that lies across water (river, canal, lake) counts only when
        no street within 2 km can be walked to without crossing it.

        Args:
            metric_xy: The points.
            shut: Streets that are not usable now.
        """
        count = len(metric_xy)
        street, wet = np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=bool)
        share, away_m = np.zeros(count), np.full(count, np.inf)
        if not count or not len(self._street):
            return Snapped(street, share, away_m, wet)
        points = np.asarray(shapely.points(metric_xy), dtype=object)
        asked, found = self._tree.query_nearest(points, all_matches=True)
        at = np.full(count, len(self._street), dtype=np.intp)
        np.minimum.at(at, asked, found)
        street[:] = self._street[at]
        if shut:
            for index in np.flatnonzero(np.isin(street, list(shut))):
                street[index] = self._nearest_open(points[index], frozenset(shut))
        on_street = np.flatnonzero(street >= 0)
        if len(self._water):
            crossing = self._crosses_water(points[on_street], self._streets.shapes[street[on_street]])
            for index in on_street[crossing]:
                nearest_m = float(shapely.distance(points[index], self._streets.shapes[street[index]]))
                other = self._nearest_dry(points[index], nearest_m, frozenset(shut))
                wet[index] = other < 0
                street[index] = other if other >= 0 else street[index]
        shapes, points = self._streets.shapes[street[on_street]], points[on_street]
        along_m = shapely.line_locate_point(shapes, points)
        whole_m = self._streets.shape_m[street[on_street]]
        along_m = np.where(along_m < SAME_PLACE_M, 0.0, np.where(whole_m - along_m < SAME_PLACE_M, whole_m, along_m))
        share[on_street] = np.divide(along_m, whole_m, out=np.zeros(len(along_m)), where=whole_m > 0)
        away_m[on_street] = shapely.distance(shapes, points)
        return Snapped(street, share, away_m, wet)

    def _crosses_water(self, points: NDArray[np.object_], shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Whether the straight line from each point to its shape crosses water in which the point does not lie."""
        made = np.zeros(len(shapes), dtype=bool)
        lines = shapely.shortest_line(points, shapes)
        line, water = self._water.query(lines, predicate="intersects")
        bodies = self._streets.water[water]
        around = (shapely.get_dimensions(bodies) == _TWO_DIMENSIONS) & shapely.intersects(bodies, points[line])
        made[line[~around]] = True
        return made

    def _nearest_open(self, point: shapely.Point, shut: Collection[int]) -> int:
        """The nearest usable street that is not shut, the first of those equally near; -1 when all are shut."""
        opened = ~np.isin(self._street, list(shut))
        if not opened.any():
            return -1
        radius_m = _NEAR_M
        while True:
            found = self._tree.query(point, predicate="dwithin", distance=radius_m)
            found = np.sort(found[opened[found]])
            if len(found):
                return int(
                    self._street[found[np.argmin(shapely.distance(point, self._streets.shapes[self._street[found]]))]]
                )
            radius_m *= 2

    def _nearest_dry(self, point: shapely.Point, away_m: float, shut: Collection[int]) -> int:
        """The nearest usable street that is reached without crossing water, -1 when none is found.

        Streets within 2 km are tried, the nearest 400 of them, so that a place on an island costs no more than others.
        """
        tried: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        for radius_m in (max(_NEAR_FACTOR * away_m, _NEAR_M), FARTHEST_DRY_M):
            found = np.setdiff1d(self._tree.query(point, predicate="dwithin", distance=radius_m), tried)
            found = found[~np.isin(self._street[found], list(shut))]
            away = shapely.distance(point, self._streets.shapes[self._street[found]])
            found = found[np.argsort(away, kind="stable")][:_MOST_TRIED]
            for first in range(0, len(found), _TRIED_AT_ONCE):
                some = self._street[found[first : first + _TRIED_AT_ONCE]]
                points = np.full(len(some), point, dtype=object)
                dry = np.flatnonzero(~self._crosses_water(points, self._streets.shapes[some]))
                if len(dry):
                    return int(some[dry[0]])
            tried = np.union1d(tried, found)
        return -1


def usable_streets(graph: SearchGraph, components: Components) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Streets (s) from which a vehicle comes to a usable part of the network, and those to which it comes from one."""
    topology = graph.topology
    arcs = np.arange(topology.arcs, dtype=np.int32)
    leaving, coming = (np.zeros(len(topology.street_start) - 1, dtype=bool) for _ in range(2))
    leaving[topology.street[leads_out(graph, components, arcs)]] = True
    coming[topology.street[leads_in(graph, components, arcs)]] = True
    return leaving, coming


def leads_out(graph: SearchGraph, components: Components, arcs: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of some arcs lead to a usable part of the network."""
    head = graph.topology.head[arcs]
    return (graph.ms_on(arcs) >= 0) & components.comes_to[graph.topology.junction[head]] & ~graph.closed_node[head]


def leads_in(graph: SearchGraph, components: Components, arcs: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of some arcs come from a usable part of the network."""
    tail = graph.topology.tail[arcs]
    return (graph.ms_on(arcs) >= 0) & components.comes_from[graph.topology.junction[tail]] & ~graph.closed_node[tail]


def arcs_at(graph: SearchGraph, snapped: Snapped) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]:
    """For every open arc of the street of each point: the point, the arc, and the share of it where the point lies."""
    topology = graph.topology
    on_street = np.flatnonzero(snapped.street >= 0)
    street = snapped.street[on_street]
    first = topology.street_start[street]
    count = topology.street_start[street + 1] - first
    owner = np.repeat(on_street, count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    arc = topology.street_arc[np.repeat(first, count) + offset]
    passed = graph.ms_on(arc) >= 0
    owner, arc = owner[passed], arc[passed]
    share = snapped.share[owner]
    return owner, arc, np.where(topology.along_street[arc], share, 1 - share)


def covered_ms(graph: SearchGraph, arc: NDArray[np.int32], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole milliseconds from the start of arcs to a share of their length."""
    made: NDArray[np.int64] = np.rint(graph.ms_on(arc) * share).astype(np.int64)
    return made


def ways_out(graph: SearchGraph, snapped: Snapped) -> EndParts:
    """The parts of arcs by which origins leave their streets."""
    topology = graph.topology
    owner, arc, share = arcs_at(graph, snapped)
    node = topology.head[arc]
    ms = graph.ms_on(arc) - covered_ms(graph, arc, share) + graph.delay_ms[node]
    weight = weigh(ms, topology.length_m[arc] * (1 - share))
    parts = EndParts(owner.astype(np.int32), node, weight, arc, share, np.ones(len(arc)))
    there = np.flatnonzero(share == 0)
    return _with_nodes(graph, parts, owner[there], topology.junction[topology.tail[arc[there]]])


def ways_in(graph: SearchGraph, snapped: Snapped) -> EndParts:
    """The parts of arcs by which a place is come to."""
    topology = graph.topology
    owner, arc, share = arcs_at(graph, snapped)
    weight = weigh(covered_ms(graph, arc, share), topology.length_m[arc] * share)
    parts = EndParts(owner.astype(np.int32), topology.tail[arc], weight, arc, np.zeros(len(arc)), share)
    start, end = np.flatnonzero(share == 0), np.flatnonzero(share == 1)
    owner = np.concatenate([owner[start], owner[end]])
    node = np.concatenate([topology.tail[arc[start]], topology.head[arc[end]]])
    return _with_nodes(graph, parts, *_however_come(topology, owner, node))


@dataclass(frozen=True, slots=True)
class StreetWay:
    """A way from an origin to a place along the one street on which both lie."""

    origin: int
    place: int
    weight: int
    arc: int
    from_share: float
    to_share: float


def ways_along_street(graph: SearchGraph, origins: Snapped, places: Snapped) -> Iterator[StreetWay]:
    """The ways from origins to places that lie on the same street ahead of them."""
    topology = graph.topology
    shared = np.isin(places.street, origins.street) & (places.street >= 0)
    for place in np.flatnonzero(shared).tolist():
        street = int(places.street[place])
        arcs = topology.street_arc[topology.street_start[street] : topology.street_start[street + 1]]
        arcs = arcs[graph.ms_on(arcs) >= 0]
        for origin, arc in product(np.flatnonzero(origins.street == street).tolist(), arcs.tolist()):
            one, ends = np.array([arc], dtype=np.int32), np.array([origins.share[origin], places.share[place]])
            ends = ends if topology.along_street[arc] else 1 - ends
            if ends[0] <= ends[1]:
                ms = np.diff(covered_ms(graph, np.repeat(one, 2), ends))
                weight = int(weigh(ms, topology.length_m[one] * np.diff(ends))[0])
                yield StreetWay(origin, place, weight, arc, float(ends[0]), float(ends[1]))


def _however_come(
    topology: Topology, owner: NDArray[np.intp], node: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Points at nodes: each with its junction and with all nodes into which that is split."""
    junction = topology.junction[node]
    split, into = topology.split
    first, last = np.searchsorted(split, junction, "left"), np.searchsorted(split, junction, "right")
    extra = np.concatenate([into[one:other] for one, other in zip(first, last, strict=True)] or [into[:0]])
    return np.concatenate([owner, np.repeat(owner, last - first)]), np.concatenate([junction, extra])


def _with_nodes(graph: SearchGraph, parts: EndParts, owner: NDArray[np.intp], node: NDArray[np.int32]) -> EndParts:
    """The parts that end at nodes that can be passed, together with points that lie at such nodes."""
    none = np.zeros(len(node))
    owners, ends = np.concatenate([parts.owner, owner.astype(np.int32)]), np.concatenate([parts.node, node])
    kept = np.flatnonzero(~graph.closed_node[ends])
    kept = kept[np.argsort(owners[kept], kind="stable")]
    return EndParts(
        owner=owners[kept],
        node=ends[kept],
        weight=np.concatenate([parts.weight, none.astype(np.int64)])[kept],
        arc=np.concatenate([parts.arc, np.full(len(node), -1, dtype=np.int32)])[kept],
        from_share=np.concatenate([parts.from_share, none])[kept],
        to_share=np.concatenate([parts.to_share, none])[kept],
    )
