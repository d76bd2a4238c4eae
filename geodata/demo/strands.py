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

from geodata.demo.growth import Numbers
from geodata.demo.main_roads import Route
from geodata.demo.roads import RANK, Points, Road
from geodata.demo.waters import Water

_SAME_M = 1.0
_SNAP_M = 0.5
_LOOSE_M = 26.0
_BANK_M = 9.0
_UNDERPASS_M = 30.0
_STOP_SHORT_M = 14.0
OPEN, BRIDGE, UNDERPASS, CUT = 0, 1, 2, 3


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
    width_m: NDArray[np.float64]
    xy: Points

    @property
    def pieces(self) -> Numbers:
        """Stations from which there is road to the next one."""
        return np.flatnonzero(self.kind != CUT)


@dataclass(frozen=True, slots=True)
class _Spans:
    """Stretches of roads that something crosses.

    Attributes:
        road: Their roads (k).
        start: Metres along, where they begin.
        end: Where they end.
        kind: What the road does there.
        width_m: Width of the water.
    """

    road: Numbers
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    kind: NDArray[np.int8]
    width_m: NDArray[np.float64]


def join(roads: Sequence[Road], waters: tuple[Water, ...], routes: tuple[Route, ...]) -> Strands:
    """The network of some roads."""
    lines = np.array([shapely.LineString(road.line) for road in roads], dtype=object)
    rank = np.array([road.rank for road in roads])
    meeting = _meetings(lines, rank)
    spans = _spans(roads, lines, rank, waters, routes)
    return _trim(_lay(roads, lines, meeting, _within_neighbours(meeting, spans, shapely.length(lines))))


def _meetings(lines: NDArray[np.object_], rank: Numbers) -> tuple[Numbers, NDArray[np.float64], Points]:
    """Road, metres along it and place of every meeting, once for each of the two roads."""
    first, second = shapely.STRtree(lines).query(lines, predicate="intersects")
    wanted = (first < second) & _may_meet(rank[first], rank[second])
    first, second = first[wanted], second[wanted]
    points, owner = shapely.get_coordinates(shapely.intersection(lines[first], lines[second]), return_index=True)
    points = np.round(points / _SNAP_M) * _SNAP_M
    road = np.concatenate((first[owner], second[owner]))
    points = np.concatenate((points, points))
    return road, shapely.line_locate_point(lines[road], shapely.points(points)), points


def _may_meet(first: Numbers, second: Numbers) -> NDArray[np.bool_]:
    """Whether two classes meet on one level: the expressway only ramps, ramps only main roads."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    ordinary = high <= RANK["trunk"]
    lane = (low < RANK["unclassified"]) & (high == RANK["trunk"])
    ramp = (high == RANK["motorway_link"]) & (low >= RANK["secondary"])
    return np.asarray((ordinary & ~lane) | ramp | ((high == RANK["motorway"]) & (low == RANK["motorway_link"])))


def _spans(
    roads: Sequence[Road],
    lines: NDArray[np.object_],
    rank: Numbers,
    waters: tuple[Water, ...],
    routes: tuple[Route, ...],
) -> _Spans:
    """Every stretch where a road crosses water, the expressway or the railway."""
    bridges = np.array([road.bridges for road in roads])
    parts: list[tuple[Numbers, NDArray[np.float64], NDArray[np.float64], NDArray[np.int8], NDArray[np.float64]]] = []

    def add(shapes: list[shapely.Geometry], half_m: NDArray[np.float64], kinds: NDArray[np.int8], width: bool) -> None:
        other = np.array(shapes, dtype=object)
        road, crossed = shapely.STRtree(other).query(lines, predicate="intersects")
        points, owner = shapely.get_coordinates(shapely.intersection(lines[road], other[crossed]), return_index=True)
        road, crossed = road[owner], crossed[owner]
        at = shapely.line_locate_point(lines[road], shapely.points(points))
        kind = kinds[road]
        reach = np.where(kind == CUT, half_m[crossed] + _STOP_SHORT_M, half_m[crossed])
        parts.append((road, at - reach, at + reach, kind, half_m[crossed] * width))

    over = np.where(bridges, BRIDGE, CUT).astype(np.int8)
    streams = [water for water in waters if water.kind != "lake"]
    add([one.shape for one in streams], np.array([one.width_m / 2 + _BANK_M for one in streams]), over, True)
    lakes = [water.shape.boundary for water in waters if water.kind == "lake"]
    add(lakes, np.full(len(lakes), 6.0), over, True)
    under = np.where(rank >= RANK["motorway_link"], OPEN, np.where(rank >= RANK["unclassified"], UNDERPASS, CUT))
    under = np.where((rank == RANK["residential"]) & bridges, UNDERPASS, under).astype(np.int8)
    motorway = [route.line for route in routes if route.highway == "motorway"]
    add(motorway, np.full(len(motorway), _UNDERPASS_M), under, False)
    barred = np.where(bridges | (rank >= RANK["unclassified"]), OPEN, CUT).astype(np.int8)
    barred_lines = [route.line for route in routes if route.highway == "rail"]
    add(barred_lines, np.full(len(barred_lines), 12.0), barred, False)
    trunk = [route.line for route in routes if route.highway == "trunk"]
    lane = np.where(rank < RANK["unclassified"], np.where(bridges, UNDERPASS, CUT), OPEN).astype(np.int8)
    add(trunk, np.full(len(trunk), 18.0), lane, False)
    road, start, end, kind, width_m = (np.concatenate(column) for column in zip(*parts, strict=True))
    told = kind != OPEN
    return _Spans(road[told], start[told], end[told], kind[told], width_m[told])


def _within_neighbours(
    meeting: tuple[Numbers, NDArray[np.float64], Points], spans: _Spans, length_m: NDArray[np.float64]
) -> _Spans:
    """Spans cut back to the meetings beside them, so that nothing meets on a bridge."""
    road, along, _ = meeting
    scale = length_m.max() + 10
    key = np.sort(road * scale + along)
    middle = spans.road * scale + (spans.start + spans.end) / 2
    place = np.searchsorted(key, middle)
    before = np.where(place > 0, key[np.maximum(place - 1, 0)], -np.inf) - spans.road * scale
    after = np.where(place < len(key), key[np.minimum(place, len(key) - 1)], np.inf) - spans.road * scale
    start = np.clip(np.where(before >= 0, np.maximum(spans.start, before), spans.start), 0, None)
    end = np.minimum(
        np.where(after <= length_m[spans.road], np.minimum(spans.end, after), spans.end), length_m[spans.road]
    )
    kept = end - start > 0.1
    return _Spans(spans.road[kept], start[kept], end[kept], spans.kind[kept], spans.width_m[kept])


def _lay(
    roads: Sequence[Road],
    lines: NDArray[np.object_],
    meeting: tuple[Numbers, NDArray[np.float64], Points],
    spans: _Spans,
) -> Strands:
    """Put all stations in order along their roads and give each a node."""
    corners, owner = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(corners, axis=0, prepend=corners[:1]).T)
    first = np.concatenate(([True], np.diff(owner) != 0))
    run = np.cumsum(np.where(first, 0.0, step))
    corner_at = run - run[np.flatnonzero(first)][owner]
    span_road = np.concatenate((spans.road, spans.road))
    span_at = np.concatenate((spans.start, spans.end))
    span_xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[span_road], span_at))
    road = np.concatenate((meeting[0], span_road, owner))
    at = np.concatenate((meeting[1], span_at, corner_at))
    xy = np.concatenate((meeting[2], span_xy, corners))
    source = np.repeat((0, 1, 2), (len(meeting[0]), len(span_road), len(owner)))
    order = np.lexsort((source, np.round(at / _SAME_M), road))
    road, at, xy, source = road[order], at[order], xy[order], source[order]
    again = (np.diff(road, prepend=-1) == 0) & (np.diff(np.round(at / _SAME_M), prepend=-9) == 0)
    again &= (source > 0) | (np.diff(np.round(xy / _SNAP_M), axis=0, prepend=-9) == 0).all(axis=1)
    road, at, xy = road[~again], at[~again], xy[~again]
    order = np.lexsort((at, road))
    road, at, xy = road[order], at[order], xy[order]
    _, index, node = np.unique(np.rint(xy * 20).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    kind, width_m = _kinds(road, at, spans, float(at.max()) + 10)
    last = np.diff(road, append=-1) != 0
    kind[last] = CUT
    kind[np.flatnonzero(node[:-1] == node[1:])] = CUT
    return Strands(roads, road, node.ravel(), kind, width_m, xy[index])


def _kinds(
    road: Numbers, at: NDArray[np.float64], spans: _Spans, scale: float
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """What lies after each station: whichever span holds the middle of the piece, the greatest kind first."""
    kind, width_m = np.zeros(len(road), dtype=np.int8), np.zeros(len(road))
    key = road * scale + at
    middle = np.append((key[1:] + key[:-1]) / 2, np.inf)
    for number in np.argsort(spans.kind, kind="stable").tolist():
        low = spans.road[number] * scale + spans.start[number]
        high = spans.road[number] * scale + spans.end[number]
        within = slice(int(np.searchsorted(middle, low)), int(np.searchsorted(middle, high)))
        kind[within] = spans.kind[number]
        width_m[within] = np.maximum(width_m[within], spans.width_m[number])
    return kind, width_m


def _trim(strands: Strands) -> Strands:
    """Without loose ends a few metres long, and without what hangs together with nothing."""
    kind = strands.kind.copy()
    rank = np.array([road.rank for road in strands.roads])[strands.road]
    size = len(strands.xy)
    for _ in range(8):
        there = np.flatnonzero(kind != CUT)
        start, end = strands.node[there], strands.node[there + 1]
        degree = np.bincount(np.concatenate((start, end)), minlength=size)
        length_m = np.hypot(*(strands.xy[end] - strands.xy[start]).T)
        loose = ((degree[start] == 1) | (degree[end] == 1)) & (length_m < _LOOSE_M)
        loose |= ((degree[start] == 1) | (degree[end] == 1)) & (kind[there] != OPEN) & (rank[there] < RANK["secondary"])
        if not loose.any():
            break
        kind[there[loose]] = CUT
    there = np.flatnonzero(kind != CUT)
    links = csr_array((np.ones(len(there)), (strands.node[there], strands.node[there + 1])), shape=(size, size))
    label = connected_components(links, directed=False)[1]
    largest = np.bincount(label[strands.node[there]]).argmax()
    kind[there[label[strands.node[there]] != largest]] = CUT
    return Strands(strands.roads, strands.road, strands.node, kind, strands.width_m, strands.xy)
