"""Draw the areas that are reached within some minutes: squares of 100 m through which a reached road leads.

Squares between such roads are filled where roads lie no farther apart than five squares (a closing of the raster), so
that blocks are covered and lakes are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from gridgis.geometry import to_lonlat
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.snapping import Snapped, arcs_at
from gridgis.roads.streets import Streets
from gridgis.roads.topology import Topology, places_of_runs
from gridgis.roads.vehicle_roads import VehicleRoads
from gridgis.roads.weights import LENGTH_BITS, NEVER

SQUARE_M = 100.0
SAMPLE_M = 50.0  # roads are looked at as often as this
CLOSED_SQUARES = 2  # half of the widest gap that is filled
_MS_PER_S = 1000
_M2_PER_KM2 = 1e6

Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ReachArea:
    """What is reached within a time.

    Attributes:
        within_s: The time, seconds.
        area: Lon/lat, empty where nothing is reached.
        area_km2: Its size.
    """

    within_s: float
    area: MultiPolygon
    area_km2: float


@dataclass(frozen=True, eq=False)
class RoadSquares:
    """Points on the arcs (a) of a network and the squares they lie in.

    Attributes:
        start: int32 (a + 1), points of arc i are ``start[i]`` to ``start[i + 1]``, in driving order.
        share: float32 (s), share of the arc at which each lies.
        square: int64 (s), its square: row × columns + column.
        rows: Rows of squares, from south to north.
        columns: Squares in a row, from west to east.
        west_m: Metric x of the first column's western side.
        south_m: Metric y of the first row's southern side.
        metric_epsg: EPSG code of the metric coordinates.
    """

    start: NDArray[np.int32]
    share: NDArray[np.float32]
    square: Longs
    rows: int
    columns: int
    west_m: float
    south_m: float
    metric_epsg: int

    def of_points(self, metric_xy: NDArray[np.float64]) -> Longs:
        """The squares of points on the roads, int64 (k)."""
        column, row = np.floor((metric_xy - (self.west_m, self.south_m)) / SQUARE_M).astype(np.int64).T
        made: Longs = row * self.columns + column
        return made


def square_roads(topology: Topology, streets: Streets) -> RoadSquares:
    """Points along every arc, at both ends and at least every 50 m, and their squares."""
    count = np.ceil(streets.shape_m / SAMPLE_M).astype(np.int64) + 1
    of_street = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(of_street)) - np.repeat(np.cumsum(count) - count, count)
    share = place / np.maximum(count[of_street] - 1, 1)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(streets.shapes[of_street], share, normalized=True))
    cell = np.floor(xy / SQUARE_M).astype(np.int64)
    low = cell.min(axis=0, initial=0 if not len(cell) else np.iinfo(np.int64).max) - CLOSED_SQUARES - 1
    cell -= low
    columns, rows = (cell.max(axis=0, initial=0) + CLOSED_SQUARES + 2).tolist()
    square = cell[:, 1] * columns + cell[:, 0]
    first = np.concatenate([[0], np.cumsum(count)])
    taken = places_of_runs(first, topology.street)
    start = np.concatenate([[0], np.cumsum(count[topology.street])]).astype(np.int32)
    along = np.repeat(topology.along_street, np.diff(start))
    west_m, south_m = (low * SQUARE_M).tolist()
    shares = np.where(along, share[taken], 1 - share[taken]).astype(np.float32)
    return RoadSquares(start, shares, square[taken], rows, columns, west_m, south_m, streets.metric_epsg)


def squares_within(
    squares: RoadSquares,
    roads: VehicleRoads,
    origins: tuple[Snapped, NDArray[np.int64]],
    reached: Longs,
    *,
    start_ms: Longs,
    within_s: float,
) -> NDArray[np.bool_]:
    """Which squares (rows, columns) hold a point that is reached within a time.

    Args:
        squares: The squares.
        roads: The network as a vehicle finds it.
        origins: Where origins (k) are, and those that count.
        reached: int64 (n), weights of the ways from these to nodes.
        start_ms: int64 (k), when each origin starts.
        within_s: The time.
    """
    graph, (snapped, counted), within_ms = roads.graph, origins, round(within_s * _MS_PER_S)
    tail = graph.topology.tail
    begun_ms = np.where((reached < NEVER) & ~graph.closed_node, reached >> LENGTH_BITS, within_ms + 1)
    arcs = np.flatnonzero(begun_ms[tail] <= within_ms).astype(np.int32)
    ahead = _points_within(squares, graph, arcs, begun_ms[tail[arcs]], within_ms=within_ms)
    owner, arcs, since = arcs_at(graph, snapped)
    kept = np.isin(owner, counted)
    owner, arcs, since = owner[kept], arcs[kept], since[kept]
    own_ms = start_ms[owner] - graph.ms_on(arcs) * since
    own = _points_within(squares, graph, arcs, own_ms, within_ms=within_ms, since=since)
    there = np.unique(owner)
    there = there[start_ms[there] <= within_ms]
    shapes = roads.streets.shapes[snapped.street[there]]
    starts = shapely.line_interpolate_point(shapes, snapped.share[there], normalized=True)
    marked = np.zeros(squares.rows * squares.columns, dtype=bool)
    for found in (ahead, own, squares.of_points(shapely.get_coordinates(starts))):
        marked[found] = True
    return marked.reshape(squares.rows, squares.columns)


def _points_within(
    squares: RoadSquares,
    graph: SearchGraph,
    arcs: NDArray[np.int32],
    begun_ms: NDArray[np.int64] | NDArray[np.float64],
    *,
    within_ms: int,
    since: NDArray[np.float64] | None = None,
) -> Longs:
    """Squares of points on arcs that were begun at some time, from some share on."""
    count = squares.start[arcs + 1] - squares.start[arcs]
    points = places_of_runs(squares.start, arcs)
    share, ms = squares.share[points], np.repeat(graph.ms_on(arcs), count)
    kept = (ms >= 0) & (np.repeat(begun_ms, count) + ms * share <= within_ms)
    if since is not None:
        kept &= share >= np.repeat(since, count)
    return squares.square[points[kept]]


def halves(origins: int) -> list[NDArray[np.int64]]:
    """Groups of origins so that any two origins are parted by some pair of groups: by each binary digit of a number.

    Twice as many groups as an origin's number has digits, in pairs one after the other.
    """
    numbers = np.arange(origins)
    digits = max(1, (origins - 1).bit_length())
    return [numbers[(numbers >> digit) & 1 == side] for digit in range(digits) for side in (0, 1)]


def by_a_second(reached: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is reached by two origins or more, where the groups of `halves` reach (groups, …)."""
    made: NDArray[np.bool_] = np.logical_or.reduce(reached[::2] & reached[1::2], axis=0)
    return made


def draw_squares(squares: RoadSquares, marked: NDArray[np.bool_], within_s: float) -> ReachArea:
    """The area of marked squares (rows, columns) and of the gaps between them."""
    from scipy.ndimage import binary_closing

    row, column = np.nonzero(marked)
    if not len(row):
        return ReachArea(within_s, MultiPolygon(), 0.0)
    margin = CLOSED_SQUARES + 1
    south, west = int(row.min()) - margin, int(column.min()) - margin
    raster = np.pad(marked[row.min() : row.max() + 1, column.min() : column.max() + 1], margin)
    raster = binary_closing(raster, np.ones((3, 3), dtype=bool), iterations=CLOSED_SQUARES)
    boxes = np.array([(first, line, behind, line + 1) for line, first, behind in runs(raster.astype(np.int8))])
    corner = np.array([squares.west_m, squares.south_m] * 2) + np.array([west, south] * 2) * SQUARE_M
    metric = shapely.union_all(shapely.box(*(boxes * SQUARE_M + corner).T))
    area = to_lonlat(metric, squares.metric_epsg)
    return ReachArea(
        within_s, MultiPolygon(shapely.get_parts(area).tolist()), float(shapely.area(metric)) / _M2_PER_KM2
    )


def runs(raster: NDArray[Any]) -> Iterator[tuple[int, int, int]]:
    """Runs of equal squares that are not 0: row, first column, column behind the last."""
    apart = np.diff(raster, axis=1, prepend=0, append=0) != 0
    row, column = np.nonzero(apart)
    begins = np.flatnonzero((column < raster.shape[1]) & (raster[row, np.minimum(column, raster.shape[1] - 1)] != 0))
    yield from zip(row[begins].tolist(), column[begins].tolist(), column[begins + 1].tolist(), strict=True)
