"""Hold a network as one kind of vehicle finds it: weights, where points may snap to, and the search that answers."""

from __future__ import annotations

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from gridgis.geometry import xy_to_metric
from gridgis.roads.components import Components
from gridgis.roads.kept import Kept
from gridgis.roads.network import RoadNetwork
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.searchers import BucketSearcher, PreparedHierarchy, Searcher, TreeSearcher
from gridgis.roads.snapping import EndParts, NearestStreet, Snapped, usable_streets, ways_out
from gridgis.roads.streets import Streets

KEPT_ORIGINS = 64  # sets of origins whose snapping is kept


class VehicleRoads:
    """A network for one kind of vehicle, limits and closures considered. Thread-safe.

    Args:
        network: The network.
        streets: Its streets.
        graph: Its arcs as the vehicle finds them.
        components: How it hangs together for the vehicle.
    """

    def __init__(self, network: RoadNetwork, streets: Streets, graph: SearchGraph, components: Components) -> None:
        self.network, self.streets, self.graph = network, streets, graph
        leaving, coming = usable_streets(graph, components)
        self.out_of = NearestStreet(streets, leaving)
        self.into = self.out_of if np.array_equal(leaving, coming) else NearestStreet(streets, coming)
        self.searcher: Searcher = BucketSearcher(graph)
        self._origins: Kept[bytes, tuple[Snapped, EndParts]] = Kept(KEPT_ORIGINS)
        self._lock = Lock()

    def customize(self, prepared: PreparedHierarchy) -> None:
        """Search by a hierarchy from now on."""
        with self._lock:
            if not isinstance(self.searcher, TreeSearcher):
                self.searcher = TreeSearcher(prepared, self.graph.weight)

    def warm_up(self) -> None:
        """Ask a question to no purpose, so that everything compiled is loaded before the first alarm."""
        if self.graph.topology.nodes:
            node, weight = np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int64)
            self.searcher.ways_to(node, weight, node).way(0)

    def origins(self, xy: NDArray[np.float64]) -> tuple[Snapped, EndParts]:
        """Origins (k, 2) lon/lat on streets, kept for the next search."""
        return self._origins.get(xy.tobytes(), lambda: self._snap_origins(xy))

    def _snap_origins(self, xy: NDArray[np.float64]) -> tuple[Snapped, EndParts]:
        snapped = self.out_of.snap(xy_to_metric(xy, self.streets.metric_epsg) if len(xy) else xy)
        return snapped, ways_out(self.graph, snapped)
