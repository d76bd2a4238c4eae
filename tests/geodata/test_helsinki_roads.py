"""The real extract of Helsinki: read whole, OSMnx works on it, times equal networkx's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import osmnx as ox
import pytest

from geodata.osm_roads import OsmRoads, read_osm
from gridgis.roads import RoadNetwork, Router
from gridgis.roads.network import same_network
from tests.fakes.networkx_times import NetworkxTimes
from tests.fakes.osm_files import helsinki_file
from tests.fakes.road_graphs import pieces_of


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
    network = replace(helsinki().network, turn_restrictions=())
    router = Router(network)
    rng = np.random.default_rng(seed)
    span = [(network.x.min(), network.x.max()), (network.y.min(), network.y.max())]
    by_networkx = NetworkxTimes(network, code)
    reached = 0
    for _ in range(20):
        points = np.column_stack([rng.uniform(*one, 11) for one in span])
        arrivals = router.arrivals(code, points[1:], points[0])
        place = pieces_of(router, arrivals._to, 0)
        wanted = by_networkx.to_place(place, [pieces_of(router, arrivals._from, i) for i in range(10)])
        assert arrivals.travel_ms.tolist() == wanted
        reached += sum(one >= 0 for one in wanted)
    assert reached > 150
