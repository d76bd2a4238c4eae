"""Draw a route along parts of arcs, and name the limits that a vehicle breaks on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from gridgis.roads.network import RoadNetwork, Tags
from gridgis.roads.passage import LimitKind, broken_limits, broken_node_limits
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

    made: list[NDArray[np.float64]] = []
    for part in parts:
        shape = streets.shapes[topology.street[part.arc]]
        if not topology.along_street[part.arc]:
            shape = shapely.reverse(shape)
        if (part.from_share, part.to_share) != (0.0, 1.0):
            shape = substring(shape, part.from_share, part.to_share, normalized=True)
        points = shapely.get_coordinates(shape)
        made.append(points[1:] if made and len(points) > 1 else points)
    joined = np.concatenate(made)
    return joined if len(joined) > 1 else np.repeat(joined, 2, axis=0)


def limits_on(network: RoadNetwork, profile: VehicleProfile, edges: Sequence[int]) -> list[BrokenLimit]:
    """The limits that a vehicle would break on edges driven one after the other, in driving order."""
    found: list[BrokenLimit] = []
    for place, edge in enumerate(edges):
        name = str(network.name[edge] or network.ref[edge])
        told = broken_limits(network, profile, edge)
        if place + 1 < len(edges):
            told += broken_node_limits(_tags_between(network, edge, edges[place + 1]), profile)
        found += [BrokenLimit(edge, kind, limit, own, name) for kind, limit, own in told]
    return found


def _tags_between(network: RoadNetwork, edge: int, onward: int) -> Tags:
    """Tags of the node that two edges driven one after the other share."""
    ends = {int(network.tail[onward]), int(network.head[onward])}
    node = int(network.head[edge]) if int(network.head[edge]) in ends else int(network.tail[edge])
    tags: Tags = network.node_tags[node]
    return tags
