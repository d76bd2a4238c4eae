"""Times under rules about turning equal those of networkx on the graph of what has been driven so far."""

from __future__ import annotations

from itertools import product
from typing import Any

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.osm_roads import read_osm
from gridgis.roads import DEFAULT_PROFILES, RoadNetwork, Router
from gridgis.roads.passage import CLOSED_NODE, passage
from gridgis.roads.turns import binds, forbidden_turns
from tests.fakes.osm_files import helsinki_file
from tests.fakes.road_graphs import SOUTH, STEP, WEST, Pieces, pieces_of, road_graphs
from tests.fakes.turn_rules import TurnOracle, with_turn_rules

profiles = st.sampled_from(("fire_engine", "car", "car", "foot"))
corners = st.tuples(
    st.integers(0, 9).map(lambda cells: WEST + cells * STEP), st.integers(0, 9).map(lambda cells: SOUTH + cells * STEP)
)
places = st.tuples(
    st.floats(-1, 11).map(lambda cells: WEST + cells * STEP), st.floats(-1, 11).map(lambda cells: SOUTH + cells * STEP)
)


@given(graph=road_graphs(), code=profiles, prepared=st.booleans(), data=st.data())
@settings(max_examples=80, deadline=None)
def test_times_keep_to_rules_over_nodes_and_ways(
    graph: nx.MultiDiGraph[int], code: str, *, prepared: bool, data: Any
) -> None:
    """Forbidding and commanding rules, exceptions, turning back, both points on one road; prepared or not."""
    network = data.draw(with_turn_rules(RoadNetwork.from_graph(graph)))
    points = st.one_of(corners, places)
    if network.edges:
        line = network.geometry[data.draw(st.integers(0, network.edges - 1))]
        points = st.one_of(
            corners, st.floats(0, 1).map(lambda share: line.interpolate(share, normalized=True).coords[0])
        )
    origins, place = data.draw(st.lists(points, min_size=1, max_size=3)), data.draw(points)
    router = Router(network, least_component_m=0)
    if prepared:
        router.prepare([code])
    arrivals = router.arrivals(code, origins, place)
    oracle = TurnOracle(network, DEFAULT_PROFILES[code])
    there = pieces_of(router, arrivals._to, 0)
    wanted = [oracle.turned_milliseconds(pieces_of(router, arrivals._from, i), there) for i in range(len(origins))]
    assert arrivals.travel_ms.tolist() == [-1 if one is None else one for one in wanted]
    _check_routes(network, router, code, arrivals)


def _check_routes(network: RoadNetwork, router: Router, code: str, arrivals: Any) -> None:
    """No route drives a forbidden sequence of edges."""
    turns = forbidden_turns(network, router.streets).rules
    bound = [binds(rule, DEFAULT_PROFILES[code], frozenset()) for rule in network.turn_restrictions]
    for i in np.flatnonzero(arrivals.travel_ms >= 0).tolist():
        edges = arrivals.route(i).edges
        for turn, rules in turns.items():
            if any(bound[rule] for rule in rules):
                assert all(edges[at : at + len(turn)] != turn for at in range(len(edges)))


def test_times_in_helsinki_equal_networkx_on_the_graph_of_edges() -> None:
    """Its rules are all over single nodes, so that a state is the edge driven last."""
    network = read_osm(helsinki_file()).network
    router = Router(network).prepare(["car"])
    assert router.turn_report.applied > 30
    turns = forbidden_turns(network, router.streets).rules
    bound = [binds(rule, DEFAULT_PROFILES["car"], frozenset()) for rule in network.turn_restrictions]
    ruled = _EdgeGraph(network, {turn for turn, rules in turns.items() if any(bound[rule] for rule in rules)})
    free = _EdgeGraph(network, set())
    rng = np.random.default_rng(5)
    edges = np.array(ruled.graph.nodes)
    differs = 0
    for _ in range(12):
        lines = network.geometry[rng.choice(edges, 7, replace=False)]
        points = [line.interpolate(rng.uniform(0.1, 0.9), normalized=True).coords[0] for line in lines]
        arrivals = router.arrivals("car", points[1:], points[0])
        there = pieces_of(router, arrivals._to, 0)
        wanted, freely = (
            [graph.milliseconds(pieces_of(router, arrivals._from, i), there) for i in range(6)]
            for graph in (ruled, free)
        )
        assert arrivals.travel_ms.tolist() == wanted
        differs += wanted != freely
    assert differs


class _EdgeGraph:
    """Edges that a car may drive, linked when one may be driven after the other; a link costs the edge it leads to."""

    def __init__(self, network: RoadNetwork, forbidden: set[tuple[int, ...]]) -> None:
        self._network, self._forbidden = network, forbidden
        told = passage(network, DEFAULT_PROFILES["car"])
        self._ms, self._delay_ms = told.along_ms, told.node_ms[network.head]
        shut = (told.node_ms == CLOSED_NODE) | told.node_over_limit
        self._enters, self._leaves = ~shut[network.tail], ~shut[network.head]
        self.graph: nx.DiGraph[Any] = nx.DiGraph()
        passed = np.flatnonzero((told.along_ms >= 0) & ~told.over_limit).tolist()
        self.graph.add_nodes_from(passed)
        out_of: dict[int, list[int]] = {}
        for edge in passed:
            out_of.setdefault(int(network.tail[edge]), []).append(edge)
        for edge in passed:
            for onward in out_of.get(int(network.head[edge]), ()):
                if self._goes_on(edge, onward):
                    self.graph.add_edge(edge, onward, weight=int(self._ms[onward] + self._delay_ms[onward]))

    def _goes_on(self, edge: int, onward: int) -> bool:
        return bool(self._leaves[edge] and self._leaves[onward]) and (edge, onward) not in self._forbidden

    def milliseconds(self, origin: Pieces, place: Pieces) -> int:
        """Least milliseconds between points inside edges, -1 for no way."""
        graph = self.graph.copy()
        graph.add_nodes_from(("from", "to"))
        for (edge, share), (other, other_share) in product(origin, place):
            if edge == other in self.graph and other_share >= share:
                covered = [round(self._ms[edge] * one) for one in (share, other_share)]
                _shorten(graph, "from", "to", covered[1] - covered[0])
        for edge, share in origin:
            if edge in self.graph and self._leaves[edge]:
                left = int(self._ms[edge] + self._delay_ms[edge]) - round(self._ms[edge] * share)
                _shorten(graph, "from", edge, left)
        for edge, share in place:
            if edge in self.graph and self._enters[edge]:
                for before in self.graph.nodes:
                    if self._network.head[before] == self._network.tail[edge] and (before, edge) not in self._forbidden:
                        _shorten(graph, before, "to", round(self._ms[edge] * share))
        try:
            return int(nx.dijkstra_path_length(graph, "from", "to"))
        except nx.NetworkXNoPath:
            return -1


def _shorten(graph: nx.DiGraph[Any], one: Any, other: Any, milliseconds: int) -> None:
    known = graph.get_edge_data(one, other)
    graph.add_edge(one, other, weight=milliseconds if known is None else min(known["weight"], milliseconds))
