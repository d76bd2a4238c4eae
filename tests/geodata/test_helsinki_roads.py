"""The real extract of Helsinki: read whole, OSMnx works on it, times equal networkx's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import networkx as nx
import numpy as np
import osmnx as ox
import pytest

from geodata.osm_roads import OsmRoads, read_osm
from gridgis.roads import DEFAULT_PROFILES, RoadNetwork, Router
from gridgis.roads.network import same_network
from gridgis.roads.passage import CLOSED_NODE, Passage, passage
from tests.fakes.osm_files import helsinki_file
from tests.fakes.road_graphs import Pieces, pieces_of


@cache
def helsinki() -> OsmRoads:
    return read_osm(helsinki_file())


def test_the_real_extract_of_helsinki_is_read_whole() -> None:
    roads = helsinki()
    quality = roads.quality
    assert quality.ways == 2536
    assert sum(quality.restrictions.values()) == 45
    assert 0.8 < quality.components["fire_engine"].largest_share < 1
    assert quality.components["foot"].nodes > quality.components["car"].nodes
    assert roads.network.source.attribution.startswith("© OpenStreetMap")
    assert np.isfinite(roads.network.maxspeed_kmh).sum() > 1000
    plain = replace(roads.network, turn_restrictions=())
    assert same_network(plain, RoadNetwork.from_graph(roads.network.graph, source=roads.network.source))


def test_reading_twice_gives_the_same_network() -> None:
    assert same_network(helsinki().network, read_osm(helsinki_file()).network)


def test_osmnx_works_on_the_graph() -> None:
    graph = helsinki().network.graph.copy()
    stats = ox.basic_stats(graph)
    assert stats["n"] == helsinki().network.nodes
    assert stats["m"] == helsinki().network.edges
    nodes, edges = ox.graph_to_gdfs(graph)
    assert len(edges) == stats["m"]
    again = ox.graph_from_gdfs(nodes, edges)
    assert again.number_of_edges() == stats["m"]
    timed = ox.add_edge_travel_times(ox.add_edge_speeds(graph))
    core = ox.truncate.largest_component(timed, strongly=True)
    ends = sorted(core.nodes)
    route = ox.shortest_path(core, ends[0], ends[-1], weight="travel_time")
    assert route is not None
    assert ox.routing.route_to_gdf(core, route)["length"].sum() > 0
    projected = ox.project_graph(core)
    x, y = projected.nodes[ends[0]]["x"], projected.nodes[ends[0]]["y"]
    assert ox.nearest_nodes(projected, x, y) == ends[0]


@pytest.mark.parametrize(("code", "seed"), [("fire_engine", 1), ("car", 2), ("foot", 3)])
def test_times_in_helsinki_equal_networkx_for_200_random_pairs(code: str, seed: int) -> None:
    """20 places and 10 origins each, anywhere in the extract, part edges at both ends."""
    network = helsinki().network
    router = Router(network)
    rng = np.random.default_rng(seed)
    span = [(network.x.min(), network.x.max()), (network.y.min(), network.y.max())]
    reversed_graph = _reversed_graph(network, code)
    reached = 0
    for _ in range(20):
        points = np.column_stack([rng.uniform(*one, 11) for one in span])
        arrivals = router.arrivals(code, points[1:], points[0])
        place = pieces_of(router, arrivals._to, 0)
        wanted = _times(network, code, reversed_graph, place, [pieces_of(router, arrivals._from, i) for i in range(10)])
        assert arrivals.travel_ms.tolist() == wanted
        reached += sum(one >= 0 for one in wanted)
    assert reached > 150


def _reversed_graph(network: RoadNetwork, code: str) -> nx.DiGraph[int]:
    """Every passable edge backwards, with its milliseconds and the delay at its head; the fastest of parallel ones."""
    told = passage(network, DEFAULT_PROFILES[code])
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(network.nodes))
    shut = (told.node_ms == CLOSED_NODE) | told.node_over_limit
    for edge in range(network.edges):
        tail, head = int(network.tail[edge]), int(network.head[edge])
        if told.over_limit[edge] or shut[tail] or shut[head]:
            continue
        for one, other, milliseconds in ((tail, head, told.along_ms[edge]), (head, tail, told.against_ms[edge])):
            if milliseconds >= 0:
                cost = int(milliseconds + told.node_ms[other])
                known = graph.get_edge_data(other, one)
                graph.add_edge(other, one, weight=cost if known is None else min(cost, known["weight"]))
    return graph


def _times(
    network: RoadNetwork, code: str, backwards: nx.DiGraph[int], place: Pieces, origins: list[Pieces]
) -> list[int]:
    """Milliseconds of each origin: the last parts seed one Dijkstra, the first parts are added by hand."""
    told = passage(network, DEFAULT_PROFILES[code])
    ends = {
        (edge, against): share
        for edge, share in place
        for against, share in ((False, share), (True, 1 - share))
        if _ms(told, edge, against=against) >= 0
    }
    graph = backwards.copy()
    for (edge, against), share in ends.items():
        tail, head = _ends(network, edge, against=against)
        whole = _ms(told, edge, against=against)
        for node, cost in ((tail, round(whole * share)), *(((head, 0),) if share == 1 else ())):
            known = graph.get_edge_data(-1, node)
            graph.add_edge(-1, node, weight=cost if known is None else min(cost, known["weight"]))
    reached = nx.single_source_dijkstra_path_length(graph, -1) if -1 in graph else {}
    found = []
    for origin in origins:
        times: list[int] = []
        for edge, share_drawn in origin:
            for against, share in ((False, share_drawn), (True, 1 - share_drawn)):
                whole = _ms(told, edge, against=against)
                if whole < 0:
                    continue
                tail, head = _ends(network, edge, against=against)
                covered = round(whole * share)
                if head in reached:
                    times.append(int(whole - covered + told.node_ms[head] + reached[head]))
                if share == 0 and tail in reached:
                    times.append(int(reached[tail]))
                if share <= ends.get((edge, against), -1):
                    times.append(round(whole * ends[edge, against]) - covered)
        found.append(min(times, default=-1))
    return found


def _ms(told: Passage, edge: int, *, against: bool) -> int:
    over = told.over_limit[edge]
    column = told.against_ms if against else told.along_ms
    return -1 if over else int(column[edge])


def _ends(network: RoadNetwork, edge: int, *, against: bool) -> tuple[int, int]:
    ends = int(network.tail[edge]), int(network.head[edge])
    return ends[::-1] if against else ends
