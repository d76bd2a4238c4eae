"""Find what is odd in how roads are drawn: doubles, loops, no length, rails on one level, values not understood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point

from gridgis.geometry import to_lonlat, to_metric
from gridgis.roads import tag_values
from gridgis.roads.network import RoadNetwork
from gridgis.roads.router import Router
from gridgis.roads.streets import Streets

SAME_ROAD_M = 2.0  # two streets that never part by more are one drawn twice
SAME_NODE_M = 0.2
ONE_CROSSING_M = 30.0  # tracks that a street crosses within so many metres are one crossing
_SPEED_KEYS = ("maxspeed", "maxspeed:forward", "maxspeed:backward")
_OFF_THE_GROUND = ("bridge", "tunnel")


class DrawingFaultKind(StrEnum):
    """What is odd."""

    DUPLICATE = "duplicate"  # a street drawn twice, or two junctions at one place
    NEGATIVE_SPEED = "negative_speed"
    UNREADABLE_SPEED = "unreadable_speed"
    BAD_VALUE = "bad_value"  # another tag whose value is not understood
    NO_LENGTH = "no_length"
    LOOP = "loop"  # a street that comes back to where it starts
    LEVEL_CROSSING = "level_crossing"  # rails are crossed, with no bridge or tunnel told


@dataclass(frozen=True, slots=True)
class DrawingFault:
    """One place where the drawing is odd.

    Attributes:
        kind: What is odd.
        shape: Where, lon/lat: the street, or a point.
        road: Name or number of the road, '' where it has neither.
        told: The value that is not understood, the OSM way or node; '' where there is nothing to tell.
    """

    kind: DrawingFaultKind
    shape: LineString | Point
    road: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class BadValue:
    """A value that an import did not understand and left out, with some of the OSM ways that carry it."""

    key: str
    value: str
    ways: tuple[int, ...]


def find_drawing_faults(
    router: Router, *, railways: Iterable[LineString] = (), bad_values: Iterable[BadValue] = ()
) -> tuple[DrawingFault, ...]:
    """What is odd in a network, in the order of the kinds; each street once.

    Args:
        router: The roads.
        railways: Rails, lon/lat.
        bad_values: Values that the import left out; those that the network still carries are found in it.
    """
    network, streets = router.network, router.streets
    first = _first_edges(network, streets)
    found = [
        *_doubles(network, streets, first),
        *_double_nodes(network, streets),
        *_values(network, first),
        *_left_out(network, first, bad_values),
        *_no_length(network, streets, first),
        *_loops(network, first),
        *_rails(network, streets, first, list(railways)),
    ]
    order = list(DrawingFaultKind)
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


def _first_edges(network: RoadNetwork, streets: Streets) -> NDArray[np.int64]:
    """The first edge of each street, int64 (s)."""
    made = np.zeros(len(streets.shapes), dtype=np.int64)
    made[streets.of_edge[::-1]] = np.arange(network.edges)[::-1]
    return made


def _fault(network: RoadNetwork, kind: DrawingFaultKind, edge: int, told: str = "") -> DrawingFault:
    road = str(network.name[edge] or network.ref[edge])
    return DrawingFault(kind, network.geometry[edge], road, told or str(network.osmid[edge] or ""))


def _doubles(network: RoadNetwork, streets: Streets, first: NDArray[np.int64]) -> Iterator[DrawingFault]:
    """Streets between the same junctions that run along each other."""
    between: dict[tuple[int, int], list[int]] = defaultdict(list)
    for street, edge in enumerate(first.tolist()):
        tail, head = int(network.tail[edge]), int(network.head[edge])
        between[min(tail, head), max(tail, head)].append(street)
    for group in between.values():
        for one, other in combinations(group, 2):
            if shapely.hausdorff_distance(streets.shapes[one], streets.shapes[other]) <= SAME_ROAD_M:
                ways = [str(network.osmid[first[street]]) for street in (one, other)]
                yield _fault(network, DrawingFaultKind.DUPLICATE, int(first[other]), " · ".join(ways))


def _double_nodes(network: RoadNetwork, streets: Streets) -> Iterator[DrawingFault]:
    """Junctions at one place that are not one."""
    from scipy.spatial import cKDTree

    if network.nodes < 2:  # noqa: PLR2004  a pair
        return
    points: NDArray[np.object_] = np.asarray(shapely.points(network.x, network.y))
    xy = shapely.get_coordinates(to_metric(points, streets.metric_epsg))
    for one, other in sorted(cKDTree(xy).query_pairs(SAME_NODE_M)):
        told = f"{network.node_id[one]} · {network.node_id[other]}"
        yield DrawingFault(DrawingFaultKind.DUPLICATE, points[one], "", told)


def _values(network: RoadNetwork, first: NDArray[np.int64]) -> Iterator[DrawingFault]:
    """Speeds that are written and say nothing."""
    for edge in first.tolist():
        tags: Mapping[str, str] = network.tags[edge]
        for key in _SPEED_KEYS:
            if key in tags and tag_values.speed_kmh(tags[key]) is None:
                yield _fault(network, _speed_kind(tags[key]), edge, f"{key}={tags[key]}")


def _speed_kind(value: str) -> DrawingFaultKind:
    negative = value.strip().startswith(("-", "−"))
    return DrawingFaultKind.NEGATIVE_SPEED if negative else DrawingFaultKind.UNREADABLE_SPEED


def _left_out(network: RoadNetwork, first: NDArray[np.int64], bad_values: Iterable[BadValue]) -> Iterator[DrawingFault]:
    """Streets of ways whose values the import left out."""
    of_way: dict[int, list[int]] = defaultdict(list)
    for edge in first.tolist():
        for way in network.way_ids[edge]:
            of_way[way].append(edge)
    for bad in bad_values:
        speed = bad.key in _SPEED_KEYS
        kind = _speed_kind(bad.value) if speed else DrawingFaultKind.BAD_VALUE
        for way in bad.ways:
            for edge in of_way.get(way, [])[:1]:
                yield _fault(network, kind, edge, f"{bad.key}={bad.value}")


def _no_length(network: RoadNetwork, streets: Streets, first: NDArray[np.int64]) -> Iterator[DrawingFault]:
    for street in np.flatnonzero((streets.shape_m <= 0) | (network.length_m[first] <= 0)).tolist():
        edge = int(first[street])
        yield _fault(network, DrawingFaultKind.NO_LENGTH, edge)


def _loops(network: RoadNetwork, first: NDArray[np.int64]) -> Iterator[DrawingFault]:
    for edge in first[network.tail[first] == network.head[first]].tolist():
        yield _fault(network, DrawingFaultKind.LOOP, edge)


def _rails(
    network: RoadNetwork, streets: Streets, first: NDArray[np.int64], railways: list[LineString]
) -> Iterator[DrawingFault]:
    """Places where streets cross rails with no bridge or tunnel told of the street."""
    ground = np.flatnonzero([not any(key in network.tags[edge] for key in _OFF_THE_GROUND) for edge in first.tolist()])
    if not railways or not len(ground):
        return
    rails = to_metric(np.array(railways, dtype=object), streets.metric_epsg)
    seen: dict[int, list[Point]] = defaultdict(list)
    pairs = shapely.STRtree(rails).query(streets.shapes[ground], predicate="intersects").T.tolist()
    for street, rail in pairs:
        met = shapely.intersection(streets.shapes[ground[street]], rails[rail])
        edge = int(first[ground[street]])
        for point in shapely.get_parts(met):
            if point.geom_type == "Point" and all(point.distance(one) > ONE_CROSSING_M for one in seen[edge]):
                seen[edge].append(point)
                road = str(network.name[edge] or network.ref[edge])
                place: Point = to_lonlat(point, streets.metric_epsg)
                yield DrawingFault(DrawingFaultKind.LEVEL_CROSSING, place, road, str(network.osmid[edge] or ""))
