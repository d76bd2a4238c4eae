"""Tell which edges those who come first may drive: closing any other edge makes nobody come later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.snapping import Snapped
from gridgis.roads.vehicle_roads import VehicleRoads
from gridgis.roads.weights import NEVER


def edges_used(roads: VehicleRoads, reached: NDArray[np.int64], origins: Snapped, places: Snapped) -> NDArray[np.bool_]:
    """Edges that may matter to when somebody comes first to some places, bool (m).

    Those of arcs that lie on a best way from any origin to some node (its weight is the difference of the ways to its
    ends: the edges of all trees of shortest ways), and those of streets to which an origin or a place snaps.

    Args:
        roads: The network as a vehicle finds it.
        reached: int64 (n), weight of the best way to each node from any origin.
        origins: Where origins are.
        places: Where places are.
    """
    graph = roads.graph
    topology, weight = graph.topology, graph.weight
    begun = reached[topology.tail]
    best = (begun < NEVER) & (weight < NEVER) & (begun + weight == reached[topology.head])
    made = np.zeros(roads.network.edges, dtype=bool)
    made[topology.edge[best]] = True
    streets = np.unique(np.concatenate([origins.street, places.street]))
    made[topology.edge[topology.arcs_along(streets[streets >= 0])]] = True
    return made
