"""Snap points to the nearest street that a vehicle can use, on the same side of the water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.roads.components import Components
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.streets import SAME_PLACE_M, Streets

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

    Attributes:
        owner: int32 (p), the snapped point.
        node: int32 (p), the node at the other end of the part.
        ms: int64 (p), milliseconds of the part; for ways out, past the node too.
        metres: float64 (p), metres of the part.
        arc: int32 (p), the arc, -1 where the point lies at the node itself.
        from_share: float64 (p), share of the arc where the part begins.
        to_share: float64 (p), share where it ends.
    """

    owner: NDArray[np.int32]
    node: NDArray[np.int32]
    ms: NDArray[np.int64]
    metres: NDArray[np.float64]
    arc: NDArray[np.int32]
    from_share: NDArray[np.float64]
    to_share: NDArray[np.float64]


class NearestStreet:
    """An index over streets that can be used.

    Args:
        streets: All streets (s).
        usable: bool (s), those that points may snap to.
    """

    def __init__(self, streets: Streets, usable: NDArray[np.bool_]) -> None:
        self._streets = streets
        self._street = np.flatnonzero(usable).astype(np.int32)
        self._tree = shapely.STRtree(streets.shapes[self._street])
        self._water = shapely.STRtree(streets.water)

    def snap(self, metric_xy: NDArray[np.float64]) -> Snapped:
        """The nearest usable street of each point (k, 2) in metric coordinates.

        Of streets equally near the first counts. A street that lies across water (river, canal, lake) counts only when
        no street within 2 km can be walked to without crossing it.
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
        if len(self._water):
            for index in np.flatnonzero(self._crosses_water(points, self._streets.shapes[street])):
                other = self._nearest_dry(
                    points[index], float(shapely.distance(points[index], self._shape(street, index)))
                )
                wet[index] = other < 0
                street[index] = other if other >= 0 else street[index]
        shapes = self._streets.shapes[street]
        along_m = shapely.line_locate_point(shapes, points)
        whole_m = self._streets.shape_m[street]
        along_m = np.where(along_m < SAME_PLACE_M, 0.0, np.where(whole_m - along_m < SAME_PLACE_M, whole_m, along_m))
        share[:] = np.divide(along_m, whole_m, out=np.zeros(count), where=whole_m > 0)
        away_m[:] = shapely.distance(shapes, points)
        return Snapped(street, share, away_m, wet)

    def _shape(self, street: NDArray[np.int32], index: np.intp) -> shapely.Geometry:
        shape: shapely.Geometry = self._streets.shapes[street[index]]
        return shape

    def _crosses_water(self, points: NDArray[np.object_], shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Whether the straight line from each point to its shape crosses water in which the point does not lie."""
        made = np.zeros(len(shapes), dtype=bool)
        lines = shapely.shortest_line(points, shapes)
        line, water = self._water.query(lines, predicate="intersects")
        bodies = self._streets.water[water]
        around = (shapely.get_dimensions(bodies) == _TWO_DIMENSIONS) & shapely.intersects(bodies, points[line])
        made[line[~around]] = True
        return made

    def _nearest_dry(self, point: shapely.Point, away_m: float) -> int:
        """The nearest usable street that is reached without crossing water, -1 when none is found.

        Streets within 2 km are tried, the nearest 400 of them, so that a place on an island costs no more than others.
        """
        tried: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        for radius_m in (max(_NEAR_FACTOR * away_m, _NEAR_M), FARTHEST_DRY_M):
            found = np.setdiff1d(self._tree.query(point, predicate="dwithin", distance=radius_m), tried)
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
    street = np.empty(len(graph.edge), dtype=np.int32)
    street[graph.street_arc] = np.repeat(
        np.arange(len(graph.street_start) - 1, dtype=np.int32), np.diff(graph.street_start)
    )
    leaving, coming = (
        np.zeros(len(graph.street_start) - 1, dtype=bool),
        np.zeros(len(graph.street_start) - 1, dtype=bool),
    )
    leaving[street[components.comes_to[graph.head] & ~graph.closed_node[graph.head]]] = True
    coming[street[components.comes_from[graph.tail] & ~graph.closed_node[graph.tail]]] = True
    return leaving, coming


def _arcs_at(graph: SearchGraph, snapped: Snapped) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]:
    """For every arc of the street of each point: the point, the arc, and the share of the arc where the point lies."""
    on_street = np.flatnonzero(snapped.street >= 0)
    street = snapped.street[on_street]
    first, count = graph.street_start[street], np.diff(graph.street_start)[street]
    owner = np.repeat(on_street, count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    arc = graph.street_arc[np.repeat(first, count) + offset]
    share = snapped.share[owner]
    return owner, arc, np.where(graph.along_street[arc], share, 1 - share)


def covered_ms(graph: SearchGraph, arc: NDArray[np.int32], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole milliseconds from the start of arcs to a share of their length."""
    made: NDArray[np.int64] = np.rint(graph.ms[arc] * share).astype(np.int64)
    return made


def ways_out(graph: SearchGraph, snapped: Snapped) -> EndParts:
    """The parts of arcs by which origins leave their streets."""
    owner, arc, share = _arcs_at(graph, snapped)
    covered = covered_ms(graph, arc, share)
    at_tail = share == 0
    return EndParts(
        owner=np.concatenate([owner, owner[at_tail]]).astype(np.int32),
        node=np.concatenate([graph.head[arc], graph.tail[arc[at_tail]]]),
        ms=np.concatenate([graph.cost_ms[arc] - covered, np.zeros(at_tail.sum(), dtype=np.int64)]),
        metres=np.concatenate([graph.length_m[arc] * (1 - share), np.zeros(at_tail.sum())]),
        arc=np.concatenate([arc, np.full(at_tail.sum(), -1, dtype=np.int32)]),
        from_share=np.concatenate([share, np.zeros(at_tail.sum())]),
        to_share=np.concatenate([np.ones(len(arc)), np.zeros(at_tail.sum())]),
    )


def ways_in(graph: SearchGraph, snapped: Snapped) -> EndParts:
    """The parts of arcs by which a place is come to."""
    owner, arc, share = _arcs_at(graph, snapped)
    at_head = share == 1
    return EndParts(
        owner=np.concatenate([owner, owner[at_head]]).astype(np.int32),
        node=np.concatenate([graph.tail[arc], graph.head[arc[at_head]]]),
        ms=np.concatenate([covered_ms(graph, arc, share), np.zeros(at_head.sum(), dtype=np.int64)]),
        metres=np.concatenate([graph.length_m[arc] * share, np.zeros(at_head.sum())]),
        arc=np.concatenate([arc, np.full(at_head.sum(), -1, dtype=np.int32)]),
        from_share=np.zeros(len(arc) + at_head.sum()),
        to_share=np.concatenate([share, np.zeros(at_head.sum())]),
    )
