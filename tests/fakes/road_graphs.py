"""Small random road graphs in OSMnx's schema, and networkx's answer about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from shapely import LineString

from gridgis.roads import EdgeName, RoadNetwork, Router, VehicleProfile
from gridgis.roads.snapping import Snapped

WEST, SOUTH, STEP = 120.1, 32.5, 0.001
CLASSES = ("primary", "residential", "footway", "track", "motorway")
Pieces = Sequence[tuple[int, float]]


@st.composite
def road_graphs(draw: st.DrawFn) -> nx.MultiDiGraph[int]:
    """Directed multigraphs of 1 to 8 nodes: one-ways, parallel edges, loops, bends, barriers, weight limits."""
    count = draw(st.integers(1, 8))
    cells = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=count, max_size=count, unique=True))
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    for node, (column, row) in enumerate(cells):
        barrier = draw(st.sampled_from(("", "", "", "", "", "gate", "bollard", "block")))
        told = {"barrier": barrier} if barrier else {}
        graph.add_node(10 + node, x=WEST + column * STEP, y=SOUTH + row * STEP, **told)
    ends = st.integers(10, 9 + count)
    for way in range(draw(st.integers(0, 14))):
        _add_road(graph, draw(ends), draw(ends), way + 1, draw)
    return graph


def _add_road(graph: nx.MultiDiGraph[int], first: int, last: int, way: int, draw: st.DrawFn) -> None:
    ends = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (first, last)]
    bends = draw(st.integers(0, 2)) if first != last else 2
    offsets = st.floats(-2, 2).map(lambda value: round(value, 3))
    middle = [(ends[0][0] + draw(offsets) * STEP, ends[0][1] + (draw(offsets) + bend) * STEP) for bend in range(bends)]
    line = LineString([ends[0], *middle, ends[1]])
    told: dict[str, Any] = {
        "osmid": way,
        "highway": draw(st.sampled_from(CLASSES)),
        "length": draw(st.sampled_from((0.0, 1.0, 37.25, 111.1, 250.0, 999.9))),
        "oneway": draw(st.booleans()),
    }
    if draw(st.integers(0, 4)) == 0:
        told["maxweight"] = draw(st.sampled_from(("10", "3.5 t", "2000 kg", "none", "default")))
    graph.add_edge(first, last, **told, reversed=False, geometry=line)
    if not told["oneway"]:
        graph.add_edge(last, first, **told, reversed=True, geometry=line.reverse())


@dataclass(frozen=True)
class Oracle:
    """What networkx says about a network, by explicit nodes put into its edges.

    The rules are written a second time here, in the plainest way: speed by class, walkers against one-ways, weight
    limits, closed edges, gates that take time and bollards that stop.
    """

    network: RoadNetwork
    profile: VehicleProfile
    limits: bool = True
    closed: frozenset[EdgeName] = frozenset()
    slowed: Mapping[EdgeName, float] = field(default_factory=dict)

    def milliseconds(self, origin: Pieces, place: Pieces) -> int | None:
        """Least milliseconds from one point to another; each lies on edges at shares of their length."""
        graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
        graph.add_nodes_from(("from", "to"))
        on_edges: dict[int, list[tuple[float, str]]] = {}
        for name, pieces in (("from", origin), ("to", place)):
            for edge, share in pieces:
                on_edges.setdefault(edge, []).append((share, name))
        for edge in range(self.network.edges):
            points = on_edges.get(edge, [])
            self._add(graph, edge, points, against=False)
            self._add(graph, edge, [(1 - share, name) for share, name in points], against=True)
        try:
            return int(nx.dijkstra_path_length(graph, "from", "to"))
        except nx.NetworkXNoPath:
            return None

    def _add(
        self, graph: nx.MultiDiGraph[Any], edge: int, points: Sequence[tuple[float, str]], *, against: bool
    ) -> None:
        kmh = self._kmh(edge, against=against)
        if not kmh:
            return
        network = self.network
        ends = [int(network.tail[edge]), int(network.head[edge])]
        tail, head = reversed(ends) if against else ends
        whole = round(float(network.length_m[edge]) / kmh * 3600)
        whole = round(whole * self.slowed.get(network.edge_name(edge), 1))
        stations = [(round(whole * share), name) for share, name in sorted(points)]
        at: int | str | None = self._open(tail)
        since = 0
        for covered, name in stations:
            if at is not None:
                graph.add_edge(at, name, weight=covered - since)
            at, since = name, covered
        if self._open(head) is not None and at is not None:
            graph.add_edge(at, head, weight=whole - since + self._delay_ms(head))
        for share, name in points:
            for end, there in ((0.0, tail), (1.0, head)):
                if share == end and self._open(there) is not None:
                    graph.add_edge(name, there, weight=0) if end == 0 else graph.add_edge(there, name, weight=0)

    def _kmh(self, edge: int, *, against: bool) -> float:
        """Speed along an edge or against it, 0 where closed."""
        network, profile = self.network, self.profile
        if network.edge_name(edge) in self.closed:
            return 0
        if against and not (profile.against_oneway and network.oneway[edge]):
            return 0
        if self.limits and profile.limited and profile.weight_t > network.maxweight_t[edge]:
            return 0
        return profile.speed_kmh.get(network.highway[edge], 0)

    def steps(self) -> list[tuple[int, int | None, int | None]]:
        """Every edge and direction that can be driven: edge, tail, head; None for ends that stop the vehicle."""
        found = []
        for edge in range(self.network.edges):
            ends = (int(self.network.tail[edge]), int(self.network.head[edge]))
            for against, (tail, head) in ((False, ends), (True, ends[::-1])):
                if self._kmh(edge, against=against):
                    found.append((edge, self._open(tail), self._open(head)))
        return found

    def links(self) -> nx.MultiDiGraph[int]:
        """The nodes that can be passed and what leads from one to the other."""
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        graph.add_nodes_from(node for node in range(self.network.nodes) if self._open(node) is not None)
        for edge, tail, head in self.steps():
            if tail is not None and head is not None:
                graph.add_edge(tail, head, length=float(self.network.length_m[edge]))
        return graph

    def _open(self, node: int) -> int | None:
        barrier = self.network.node_tags[node].get("barrier", "")
        passed = not barrier or barrier in self.profile.barrier_s or barrier in self.profile.open_barriers
        return node if passed else None

    def _delay_ms(self, node: int) -> int:
        barrier = self.network.node_tags[node].get("barrier", "")
        return round(self.profile.barrier_s.get(barrier, 0) * 1000)


def pieces_of(router: Router, snapped: Snapped, point: int) -> Pieces:
    """The edges on which a snapped point lies, and the share of each at which it does."""
    streets, share = router.streets, float(snapped.share[point])
    edges = np.flatnonzero(streets.of_edge == snapped.street[point]).tolist()
    return [(edge, share if streets.forward[edge] else 1 - share) for edge in edges]
