"""Say who comes first to every square of the ground through which roads lead, and part the ground among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from gridgis.geometry import to_lonlat, to_metric
from gridgis.roads.reach_areas import SQUARE_M, RoadSquares, runs
from gridgis.roads.snapping import Snapped, arcs_at
from gridgis.roads.topology import places_of_runs
from gridgis.roads.vehicle_roads import VehicleRoads
from gridgis.roads.weights import LENGTH_BITS, NEVER

NOBODY = -1
_ORIGIN_BITS = 24
_NEVER_KEY = np.iinfo(np.int64).max

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class SquareArrivals:
    """Who comes first to the roads of each square of 100 m.

    Attributes:
        squares: The squares.
        arrival_ms: int64 (rows, columns), whole milliseconds, the origin's start among them; -1 where none comes.
        origin: int32 (rows, columns), the origin, -1 for none; of those that come equally soon the first.
    """

    squares: RoadSquares
    arrival_ms: Longs
    origin: Ints

    def renumbered(self, numbers: Ints) -> SquareArrivals:
        """The same with the origins called by other numbers, int32 (k)."""
        names = np.append(numbers, NOBODY).astype(np.int32)
        return SquareArrivals(self.squares, self.arrival_ms, names[self.origin])

    def or_sooner(self, other: SquareArrivals) -> SquareArrivals:
        """Whoever of both comes first to each square; of two that come equally soon the one with the lower number."""
        one, two = (_packed(each.arrival_ms, each.origin) for each in (self, other))
        return _unpacked(self.squares, np.minimum(one, two))


def first_in_squares(
    squares: RoadSquares, roads: VehicleRoads, snapped: Snapped, reached: tuple[Longs, Ints], start_ms: Longs
) -> SquareArrivals:
    """Who comes first to each square, by the points of roads that lie in it.

    Args:
        squares: The squares.
        roads: The network as a vehicle finds it.
        snapped: Where origins (k) are.
        reached: int64 (n) and int32 (n), weight of the best way to each node and whose it is.
        start_ms: int64 (k), when each origin starts.
    """
    graph, (weight, whose) = roads.graph, reached
    tail = graph.topology.tail
    arcs = np.flatnonzero((weight[tail] < NEVER) & ~graph.closed_node[tail]).astype(np.int32)
    arcs = arcs[graph.ms_on(arcs) >= 0]
    begun_ms = weight[tail[arcs]] >> LENGTH_BITS
    made = np.full(squares.rows * squares.columns, _NEVER_KEY, dtype=np.int64)
    nowhere = np.zeros(len(arcs))
    _mark(made, squares, (arcs, graph.ms_on(arcs), begun_ms.astype(np.float64), whose[tail[arcs]], nowhere))
    owner, own_arcs, since = arcs_at(graph, snapped)
    own_ms = graph.ms_on(own_arcs)
    _mark(made, squares, (own_arcs, own_ms, start_ms[owner] - own_ms * since, owner.astype(np.int32), since))
    there = np.unique(owner)
    starts = shapely.line_interpolate_point(
        roads.streets.shapes[snapped.street[there]], snapped.share[there], normalized=True
    )
    at = squares.of_points(shapely.get_coordinates(starts))
    np.minimum.at(made, at, _packed(start_ms[there], there.astype(np.int32)))
    return _unpacked(squares, made.reshape(squares.rows, squares.columns))


def _mark(
    made: Longs, squares: RoadSquares, driven: tuple[Ints, Longs, NDArray[np.float64], Ints, NDArray[np.float64]]
) -> None:
    """Note when points on arcs are passed: arcs, milliseconds along each, when begun, by whom, and from which share."""
    arcs, ms, begun_ms, whose, since = driven
    count = squares.start[arcs + 1] - squares.start[arcs]
    points = places_of_runs(squares.start, arcs)
    share = squares.share[points]
    kept = share >= np.repeat(since, count)
    passed_ms = np.rint(np.repeat(begun_ms, count) + np.repeat(ms, count) * share).astype(np.int64)
    np.minimum.at(made, squares.square[points[kept]], _packed(passed_ms, np.repeat(whose, count))[kept])


def _packed(ms: Longs, origin: Ints) -> Longs:
    """Times and origins in one number that orders by time and then by origin."""
    return np.where(origin < 0, _NEVER_KEY, (np.maximum(ms, 0) << _ORIGIN_BITS) | origin.astype(np.int64))


def _unpacked(squares: RoadSquares, key: Longs) -> SquareArrivals:
    none = key == _NEVER_KEY
    ms = np.where(none, -1, key >> _ORIGIN_BITS)
    origin = np.where(none, NOBODY, key & ((1 << _ORIGIN_BITS) - 1)).astype(np.int32)
    return SquareArrivals(squares, ms, origin)


def part_ground(arrivals: SquareArrivals, ground: shapely.Polygon | MultiPolygon) -> Mapping[int, MultiPolygon]:
    """An area (lon/lat) parted among the origins: ground without a road goes with the nearest square that has one.

    Returns:
        The part of each origin that has one, lon/lat; together they are the area, and none overlaps another. Empty
        where nobody comes anywhere.
    """
    from scipy.ndimage import distance_transform_edt

    squares = arrivals.squares
    if (arrivals.origin < 0).all():
        return {}
    metric = to_metric(ground, squares.metric_epsg)
    origin, west_m, south_m = _widened(arrivals, metric.bounds)
    nearest = distance_transform_edt(origin < 0, return_distances=False, return_indices=True)
    filled = origin[tuple(nearest)]
    boxes: dict[int, list[tuple[int, int, int, int]]] = {}
    for row, first, behind in runs(filled + 1):
        boxes.setdefault(int(filled[row, first]), []).append((first, row, behind, row + 1))
    corner = np.array([west_m, south_m, west_m, south_m])
    made: dict[int, MultiPolygon] = {}
    for one, listed in sorted(boxes.items()):
        whole = shapely.union_all(shapely.box(*(np.array(listed) * SQUARE_M + corner).T))
        pieces = [
            piece for piece in shapely.get_parts(shapely.intersection(whole, metric)) if piece.geom_type == "Polygon"
        ]
        if pieces:
            made[one] = MultiPolygon(shapely.get_parts(to_lonlat(MultiPolygon(pieces), squares.metric_epsg)).tolist())
    return made


def _widened(arrivals: SquareArrivals, bounds: tuple[float, float, float, float]) -> tuple[Ints, float, float]:
    """The squares widened to some metric bounds, with the west and south sides of the first one."""
    squares = arrivals.squares
    west, south = (
        max(0, int(np.ceil((own - wanted) / SQUARE_M)))
        for own, wanted in zip((squares.west_m, squares.south_m), bounds[:2], strict=True)
    )
    east_m, north_m = squares.west_m + squares.columns * SQUARE_M, squares.south_m + squares.rows * SQUARE_M
    east, north = (
        max(0, int(np.ceil((wanted - own) / SQUARE_M)))
        for own, wanted in zip((east_m, north_m), bounds[2:], strict=True)
    )
    padded = np.pad(arrivals.origin, ((south, north), (west, east)), constant_values=NOBODY)
    return padded, squares.west_m - west * SQUARE_M, squares.south_m - south * SQUARE_M
