"""Gather the directed edges of a network into streets: one shape on the ground, driven in one direction or both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.geometry import to_metric, xy_to_metric
from gridgis.roads.network import RoadNetwork

SAME_PLACE_M = 0.005  # nearer than this to the end of a street is at its end


@dataclass(frozen=True, eq=False)
class Streets:
    """Shapes (s) on the ground and the edges that run along them.

    Attributes:
        metric_epsg: EPSG code of the metric coordinates.
        shapes: object (s), LineStrings in metric coordinates.
        shape_m: float64 (s), their lengths.
        of_edge: int32 (m), street of each edge.
        forward: bool (m), whether the edge runs along the street's shape or against it.
        water: object (w), water in metric coordinates.
    """

    metric_epsg: int
    shapes: NDArray[np.object_]
    shape_m: NDArray[np.float64]
    of_edge: NDArray[np.int32]
    forward: NDArray[np.bool_]
    water: NDArray[np.object_]


def gather_streets(network: RoadNetwork) -> Streets:
    """The streets of a network: edges with the same ends and the same shape, whichever way drawn, are one."""
    coordinates, owner = shapely.get_coordinates(network.geometry, return_index=True)
    starts = np.searchsorted(owner, np.arange(network.edges + 1))
    number: dict[tuple[int, int, bytes], int] = {}
    of_edge = np.empty(network.edges, dtype=np.int32)
    forward = np.empty(network.edges, dtype=bool)
    first: list[int] = []
    ends = zip(network.tail.tolist(), network.head.tolist(), strict=True)
    for edge, (tail, head) in enumerate(ends):
        part = coordinates[starts[edge] : starts[edge + 1]]
        along, against = part.tobytes(), part[::-1].tobytes()
        forward[edge] = along <= against
        name = (min(tail, head), max(tail, head), min(along, against))
        street = number.setdefault(name, len(first))
        if street == len(first):
            first.append(edge)
        of_edge[edge] = street
    shapes = _metric_shapes(network, coordinates, owner)[first]
    drawn = forward[first]
    shapes[~drawn] = shapely.reverse(shapes[~drawn])
    water = to_metric(network.water, network.metric_epsg) if len(network.water) else network.water
    return Streets(network.metric_epsg, shapes, shapely.length(shapes), of_edge, forward, water)


def _metric_shapes(
    network: RoadNetwork, coordinates: NDArray[np.float64], owner: NDArray[np.intp]
) -> NDArray[np.object_]:
    if not network.edges:
        return np.empty(0, dtype=object)
    metric = xy_to_metric(coordinates, network.metric_epsg)
    return np.asarray(shapely.linestrings(metric, indices=owner), dtype=object)
