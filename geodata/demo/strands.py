"""Join drawn roads into a network: nodes where they meet, bridges where they cross water, no loose ends.

A strand is a road as a row of stations in driving order: its corners, the places where it meets other roads, and the
ends of its bridges. All strands lie in one flat table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.demo.crossings import CUT, OPEN, Spans, between_meetings, find_crossings
from geodata.demo.growth import Floats, Numbers
from geodata.demo.land import Land
from geodata.demo.roads import RANK, Points, Road

_SAME_M = 1.0
_SNAP_M = 0.5
_NODE_M = 0.05
_LOOSE_M = 26.0
_ROUNDS = 8


@dataclass(frozen=True)
class Strands:
    """Roads joined.

    Attributes:
        roads: The roads.
        road: Road (k) of each station; stations stand in order along their roads.
        node: Node (k) at each station; roads that meet share nodes.
        kind: What lies between each station (k) and the next: open road, bridge, underpass, nothing.
        width_m: Width (k) of the water under a bridge.
        xy: Place (n, 2) of each node in metres.
    """

    roads: Sequence[Road]
    road: Numbers
    node: Numbers
    kind: NDArray[np.int8]
    width_m: Floats
    xy: Points

    @property
    def pieces(self) -> Numbers:
        """Stations from which there is road to the next one."""
        return np.flatnonzero(self.kind != CUT)


@dataclass(frozen=True)
class _Stations:
    """Places on roads: number of the road (k), metres along it (k), place (k, 2)."""

    road: Numbers
    along: Floats
    xy: Points

    def where(self, chosen: NDArray[np.bool_] | Numbers) -> _Stations:
        return _Stations(self.road[chosen], self.along[chosen], self.xy[chosen])


def join(land: Land, roads: Sequence[Road]) -> Strands:
    """The network of some roads."""
    lines = np.array([shapely.LineString(road.line) for road in roads], dtype=np.object_)
    meetings = _meetings(lines, np.array([road.rank for road in roads]))
    spans = find_crossings(land, roads, lines)
    spans = between_meetings(spans, meetings.road, meetings.along, shapely.length(lines))
    stations = _in_order([meetings, _ends_of(spans, lines), _corners(lines)])
    return _trim(_with_nodes(roads, stations, spans))


def _meetings(lines: NDArray[np.object_], rank: Numbers) -> _Stations:
    """Every meeting of two roads, once for each of them."""
    first, second = shapely.STRtree(lines).query(lines, predicate="intersects")
    wanted = (first < second) & _may_meet(rank[first], rank[second])
    first, second = first[wanted], second[wanted]
    points, owner = shapely.get_coordinates(shapely.intersection(lines[first], lines[second]), return_index=True)
    xy = np.tile(np.round(points / _SNAP_M) * _SNAP_M, (2, 1))
    road = np.concatenate((first[owner], second[owner]))
    return _Stations(road, _along(lines[road], xy), xy)


def _along(lines: NDArray[np.object_], xy: Points) -> Floats:
    return np.asarray(shapely.line_locate_point(lines, np.asarray(shapely.points(xy), dtype=np.object_)))


def _may_meet(first: Numbers, second: Numbers) -> NDArray[np.bool_]:
    """Whether two classes meet on one level: the expressway only ramps, ramps only main roads."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    ordinary = high <= RANK["trunk"]
    lane = (low < RANK["unclassified"]) & (high == RANK["trunk"])
    ramp = (high == RANK["motorway_link"]) & (low >= RANK["secondary"])
    return np.asarray((ordinary & ~lane) | ramp | ((high == RANK["motorway"]) & (low == RANK["motorway_link"])))


def _ends_of(spans: Spans, lines: NDArray[np.object_]) -> _Stations:
    """Where spans begin and end."""
    road, along = np.tile(spans.road, 2), np.concatenate((spans.start, spans.end))
    return _Stations(road, along, shapely.get_coordinates(shapely.line_interpolate_point(lines[road], along)))


def _corners(lines: NDArray[np.object_]) -> _Stations:
    """The corners of the roads as drawn."""
    xy, road = shapely.get_coordinates(lines, return_index=True)
    step_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    first = np.diff(road, prepend=-1) != 0
    run_m = np.cumsum(np.where(first, 0.0, step_m))
    return _Stations(road, run_m - run_m[first][road], xy)


def _in_order(groups: Sequence[_Stations]) -> _Stations:
    """All stations in order along their roads; of those within a metre one of the first group that has any."""
    stations = _Stations(
        np.concatenate([group.road for group in groups]),
        np.concatenate([group.along for group in groups]),
        np.concatenate([group.xy for group in groups]),
    )
    source = np.repeat(np.arange(len(groups)), [len(group.road) for group in groups])
    order = np.lexsort((source, np.round(stations.along / _SAME_M), stations.road))
    stations, source = stations.where(order), source[order]
    near = (np.diff(stations.road, prepend=-1) == 0) & (np.diff(np.round(stations.along / _SAME_M), prepend=-1) == 0)
    same = (np.diff(stations.xy, axis=0, prepend=np.inf) == 0).all(axis=1)
    stations = stations.where(~(near & ((source > 0) | same)))
    return stations.where(np.lexsort((stations.along, stations.road)))


def _with_nodes(roads: Sequence[Road], stations: _Stations, spans: Spans) -> Strands:
    """Stations with the nodes at which they lie, those at one place sharing one."""
    places = np.rint(stations.xy / _NODE_M).astype(np.int64)
    _, index, node = np.unique(places, axis=0, return_index=True, return_inverse=True)
    node = node.ravel()
    kind, width_m = _kinds(stations, spans)
    kind[np.diff(stations.road, append=-1) != 0] = CUT
    kind[:-1][node[:-1] == node[1:]] = CUT
    return Strands(roads, stations.road, node, kind, width_m, stations.xy[index])


def _kinds(stations: _Stations, spans: Spans) -> tuple[NDArray[np.int8], Floats]:
    """What lies after each station, and the water there: whichever span holds the middle of the piece."""
    kind, width_m = np.zeros(len(stations.road), dtype=np.int8), np.zeros(len(stations.road))
    scale = float(max(stations.along.max(), spans.end.max())) + 1
    key = stations.road * scale + stations.along
    middle = np.append((key[1:] + key[:-1]) / 2, np.inf)
    start = np.searchsorted(middle, spans.road * scale + spans.start)
    end = np.searchsorted(middle, spans.road * scale + spans.end)
    for number in np.argsort(spans.kind, kind="stable").tolist():
        within = slice(int(start[number]), int(end[number]))
        kind[within] = spans.kind[number]
        width_m[within] = np.maximum(width_m[within], spans.width_m[number])
    return kind, width_m


def _trim(strands: Strands) -> Strands:
    """Without loose ends a few metres long, bridges to nowhere, and what hangs together with nothing."""
    kind = strands.kind.copy()
    rank = np.array([road.rank for road in strands.roads])[strands.road]
    size = len(strands.xy)
    for _ in range(_ROUNDS):
        there = np.flatnonzero(kind != CUT)
        start, end = strands.node[there], strands.node[there + 1]
        degree = np.bincount(np.concatenate((start, end)), minlength=size)
        length_m = np.hypot(*(strands.xy[end] - strands.xy[start]).T)
        ends = (degree[start] == 1) | (degree[end] == 1)
        loose = ends & ((length_m < _LOOSE_M) | ((kind[there] != OPEN) & (rank[there] < RANK["secondary"])))
        if not loose.any():
            break
        kind[there[loose]] = CUT
    there = np.flatnonzero(kind != CUT)
    links = csr_array((np.ones(len(there)), (strands.node[there], strands.node[there + 1])), shape=(size, size))
    label = connected_components(links, directed=False)[1]
    largest = np.bincount(label[strands.node[there]]).argmax()
    kind[there[label[strands.node[there]] != largest]] = CUT
    return Strands(strands.roads, strands.road, strands.node, kind, strands.width_m, strands.xy)
