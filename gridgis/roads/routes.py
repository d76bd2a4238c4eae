"""Draw a route along parts of arcs, and name the limits that a vehicle breaks on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from gridgis.roads.limits import LimitKind, broken_limits, broken_node_limits, edges_over_limit
from gridgis.roads.network import RoadNetwork
from gridgis.roads.streets import Streets
from gridgis.roads.topology import Topology
from gridgis.roads.travel_time import VehicleProfile


@dataclass(frozen=True, slots=True)
class Route:
    """The roads from a base to a place.

    Attributes:
        geometry: LineString lon/lat along the roads, from where the base meets the road to where the road ends short of
            the place; None when there is no way.
        distance_m: Metres on it, infinity when there is no way.
        edges: Edges driven in order, the first and the last perhaps in part.
        names: Names of the roads in order, each stretch once, nameless ones left out.
        walk: LineString lon/lat on foot from the end of the road to the place, None when there is no way.
    """

    geometry: LineString | None
    distance_m: float
    edges: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    walk: LineString | None = None


@dataclass(frozen=True, slots=True)
class BrokenLimit:
    """A limit that a vehicle would break.

    Attributes:
        edge: The edge, or the edge that leads up to the height bar or bollard.
        kind: ``maxweight``, ``maxheight`` or ``maxwidth``.
        limit: Tonnes or metres that the road allows.
        own: Tonnes or metres of the vehicle.
        name: Name of the road, its number where it has no name, '' where it has neither.
    """

    edge: int
    kind: LimitKind
    limit: float
    own: float
    name: str


@dataclass(frozen=True, slots=True)
class ArcPart:
    """A share of an arc that is driven."""

    arc: int
    from_share: float = 0.0
    to_share: float = 1.0


def names_along(network: RoadNetwork, edges: Iterable[int]) -> tuple[str, ...]:
    """Names of edges in order, each stretch once."""
    names: list[str] = []
    for edge in edges:
        name = network.name[edge]
        if name and (not names or names[-1] != name):
            names.append(name)
    return tuple(names)


def coordinates_along(streets: Streets, topology: Topology, parts: Sequence[ArcPart]) -> NDArray[np.float64]:
    """Metric coordinates (p, 2) along parts of arcs driven one after the other; at least two."""
    from shapely.ops import substring

    arcs = np.array([part.arc for part in parts], dtype=np.int64)
    shapes, along = streets.shapes[topology.street[arcs]], topology.along_street[arcs]
    for place, part in enumerate(parts):
        if (part.from_share, part.to_share) != (0.0, 1.0):
            shape = shapes[place] if along[place] else shapely.reverse(shapes[place])
            shapes[place] = substring(shape, part.from_share, part.to_share, normalized=True)
            along[place] = True
    points = shapely.get_coordinates(shapes)
    count = shapely.get_num_coordinates(shapes)
    order = np.arange(len(points))
    first = np.cumsum(count) - count
    back = np.repeat(~along, count)
    order[back] = np.repeat(2 * first + count - 1, count)[back] - order[back]
    repeated = first[1:][count[1:] > 1]
    joined = np.delete(points[order], repeated, axis=0)
    return joined if len(joined) > 1 else np.repeat(joined, 2, axis=0)


def limits_on(network: RoadNetwork, profile: VehicleProfile, edges: Sequence[int]) -> list[BrokenLimit]:
    """The limits that a vehicle would break on edges driven one after the other, in driving order."""
    driven = np.asarray(edges, dtype=np.int64)
    between = _nodes_between(network, driven)
    over, tagged = edges_over_limit(network, profile, driven), network.node_tagged[between]
    found: list[BrokenLimit] = []
    for place in np.flatnonzero(over | np.append(tagged, np.zeros(len(driven) - len(tagged), dtype=bool))).tolist():
        edge = int(driven[place])
        told = broken_limits(network, profile, edge)
        if place < len(between):
            told += broken_node_limits(network.node_tags[between[place]], profile)
        name = str(network.name[edge] or network.ref[edge])
        found += [BrokenLimit(edge, kind, limit, own, name) for kind, limit, own in told]
    return found


def _nodes_between(network: RoadNetwork, driven: NDArray[np.int64]) -> NDArray[np.int32]:
    """The nodes that edges driven one after the other share, one less than edges."""
    edge, onward = driven[:-1], driven[1:]
    head = network.head[edge]
    shared = (head == network.tail[onward]) | (head == network.head[onward])
    return np.where(shared, head, network.tail[edge])
