"""Hold a network as one kind of vehicle finds it: weights, where points may snap to, and the search that answers."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from gridgis.geometry import xy_to_metric
from gridgis.roads.components import Components
from gridgis.roads.kept import Kept
from gridgis.roads.network import RoadNetwork
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.searchers import BucketSearcher, Loans, PreparedHierarchy, Searcher, TreeSearcher
from gridgis.roads.snapping import EndParts, NearestStreet, Snapped, leads_in, leads_out, usable_streets, ways_out
from gridgis.roads.streets import Streets
from gridgis.roads.travel_time import FERRY

KEPT_ORIGINS = 64  # sets of origins whose snapping is kept
KEPT_PLACES = 16  # and of places


class Ground:
    """Where points snap to when nothing is changed, for one kind of vehicle.

    Args:
        network: The network.
        streets: Its streets.
        graph: Its arcs as the vehicle finds them.
        components: How it hangs together for the vehicle.
        loans: Arrays that searches share which need no preparation.
        afloat: Whether the vehicle goes on water, so that no water parts it from a place.
    """

    def __init__(
        self,
        network: RoadNetwork,
        streets: Streets,
        graph: SearchGraph,
        components: Components,
        loans: Loans,
        *,
        afloat: bool = False,
    ) -> None:
        self.network, self.streets, self.components, self.loans = network, streets, components, loans
        leaving, coming = usable_streets(graph, components)
        aboard = streets.of_edge[network.highway == FERRY]  # nobody gets on or off a ferry under way
        leaving[aboard] = coming[aboard] = False
        self.out_of = NearestStreet(streets, leaving, afloat=afloat)
        self.into = self.out_of if np.array_equal(leaving, coming) else NearestStreet(streets, coming, afloat=afloat)
        self._origins: Kept[bytes, Snapped] = Kept(KEPT_ORIGINS)
        self._places: Kept[bytes, Snapped] = Kept(KEPT_PLACES)

    def metric(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (k, 2) lon/lat in metric coordinates."""
        return xy_to_metric(xy, self.streets.metric_epsg) if len(xy) else xy

    def origins(self, xy: NDArray[np.float64]) -> Snapped:
        """Origins (k, 2) lon/lat on streets, kept for the next search."""
        return self._origins.get(xy.tobytes(), lambda: self.out_of.snap(self.metric(xy)))

    def places(self, xy: NDArray[np.float64]) -> Snapped:
        """Places (k, 2) lon/lat on streets, kept for the next search."""
        return self._places.get(xy.tobytes(), lambda: self.into.snap(self.metric(xy)))


class VehicleRoads:
    """A network for one kind of vehicle at one time, limits and changes considered. Thread-safe.

    Args:
        ground: Where points snap to.
        graph: The arcs as the vehicle finds them.
        searcher: What answers; a search that needs no preparation by default.
    """

    def __init__(self, ground: Ground, graph: SearchGraph, searcher: Searcher | None = None) -> None:
        self.ground, self.graph = ground, graph
        self.network, self.streets = ground.network, ground.streets
        self.searcher = searcher or BucketSearcher(graph, ground.loans)
        self._shut_out, self._shut_in = _shut_streets(ground, graph)
        self._origins: Kept[bytes, tuple[Snapped, EndParts]] = Kept(KEPT_ORIGINS)
        self._lock = Lock()

    def customize(self, prepared: PreparedHierarchy) -> TreeSearcher:
        """Search by a hierarchy from now on."""
        with self._lock:
            searcher = self.searcher
            if not isinstance(searcher, TreeSearcher):
                searcher = self.searcher = TreeSearcher.customized(prepared, self.graph.weight)
            return searcher

    def with_changes(self, changed: Mapping[int, float]) -> VehicleRoads:
        """The same with other changes in place of these: edges that take so many times as long, infinity for closed."""
        graph, arcs = self.graph.with_changes(changed)
        searcher = self.searcher
        if isinstance(searcher, TreeSearcher):
            return VehicleRoads(self.ground, graph, searcher.with_weights(arcs, graph.weights_of(arcs)))
        return VehicleRoads(self.ground, graph)

    def warm_up(self) -> None:
        """Ask a question to no purpose, so that everything compiled is loaded before the first alarm."""
        if self.graph.topology.nodes:
            node, weight = np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int64)
            self.searcher.ways_to(node, weight, node).way(0)

    def place(self, xy: NDArray[np.float64]) -> Snapped:
        """Places (k, 2) lon/lat on streets."""
        snapped = self.ground.places(xy)
        if self._shut_in and np.isin(snapped.street, list(self._shut_in)).any():
            return self.ground.into.snap(self.ground.metric(xy), self._shut_in)
        return snapped

    def origins(self, xy: NDArray[np.float64]) -> tuple[Snapped, EndParts]:
        """Origins (k, 2) lon/lat on streets and the ways out of these, kept for the next search."""
        return self._origins.get(xy.tobytes(), lambda: self._snap_origins(xy))

    def _snap_origins(self, xy: NDArray[np.float64]) -> tuple[Snapped, EndParts]:
        snapped = self.ground.origins(xy)
        if self._shut_out and np.isin(snapped.street, list(self._shut_out)).any():
            snapped = self.ground.out_of.snap(self.ground.metric(xy), self._shut_out)
        return snapped, ways_out(self.graph, snapped)


def _shut_streets(ground: Ground, graph: SearchGraph) -> tuple[frozenset[int], frozenset[int]]:
    """Streets that changes have made useless for leaving, and for coming to a place."""
    topology = graph.topology
    streets = np.unique(topology.street[topology.arcs_of(graph.changed)])
    arcs = topology.arcs_along(streets)
    out = topology.street[arcs[leads_out(graph, ground.components, arcs)]]
    into = topology.street[arcs[leads_in(graph, ground.components, arcs)]]
    return frozenset(np.setdiff1d(streets, out).tolist()), frozenset(np.setdiff1d(streets, into).tolist())
