"""A road network and the graph that OSMnx's tools work on say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from gridgis.errors import InvalidValue, NotKnown
from gridgis.roads import RoadNetwork
from gridgis.roads.network import same_network
from gridgis.roads.space_order import hilbert_order
from tests.fakes.road_graphs import road_graphs
from tests.fakes.tiny_district import BRIDGE_LIMIT_T, road_graph


@given(graph=road_graphs())
@settings(deadline=None)
def test_a_network_made_of_its_own_graph_is_the_same(graph: nx.MultiDiGraph[int]) -> None:
    network = RoadNetwork.from_graph(graph)
    assert same_network(network, RoadNetwork.from_graph(network.graph))


@given(graph=road_graphs())
@settings(deadline=None)
def test_the_graph_keeps_every_node_and_edge(graph: nx.MultiDiGraph[int]) -> None:
    again = RoadNetwork.from_graph(graph).graph
    assert set(again.nodes) == set(graph.nodes)
    assert set(again.edges(keys=True)) == set(graph.edges(keys=True))
    for tail, head, key, told in graph.edges(keys=True, data=True):
        other = again.edges[tail, head, key]
        assert all(other[name] == told[name] for name in ("osmid", "highway", "oneway", "reversed", "length"))
        assert other["geometry"].equals(told["geometry"])


@given(points=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=40))
def test_space_order_is_a_permutation(points: list[tuple[float, float]]) -> None:
    xy = np.array(points).reshape(-1, 2)
    assert sorted(hilbert_order(xy[:, 0], xy[:, 1]).tolist()) == list(range(len(points)))


def test_space_order_visits_a_grid_step_by_step() -> None:
    side = np.arange(16, dtype=float)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    order = hilbert_order(x, y)
    steps = np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))
    assert steps.max() == 1


def two_nodes(**edge: Any) -> nx.MultiDiGraph[int]:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(1, x=120.1, y=32.5)
    graph.add_node(2, x=120.2, y=32.5)
    graph.add_edge(1, 2, **{"osmid": 5, "highway": "residential", **edge})
    return graph


def test_an_edge_without_shape_or_length_is_straight_and_measured() -> None:
    network = RoadNetwork.from_graph(two_nodes())
    assert network.geometry[0].equals(LineString([(120.1, 32.5), (120.2, 32.5)]))
    assert network.length_m[0] == pytest.approx(9378, abs=2)
    assert network.street_count.tolist() in ([0, 0], [1, 1])


def test_a_shape_drawn_the_wrong_way_is_turned() -> None:
    network = RoadNetwork.from_graph(two_nodes(geometry=LineString([(120.2, 32.5), (120.15, 32.6), (120.1, 32.5)])))
    assert network.geometry[0].coords[0] == (120.1, 32.5)


def test_lists_that_osmnx_gathered_are_joined() -> None:
    told = {"osmid": [5, 6], "highway": ["residential", "service"], "name": ["甲路", "乙路"], "maxspeed": ["50", "30"]}
    network = RoadNetwork.from_graph(two_nodes(**told, lanes=["2", "1"], bridge="yes"))
    assert network.way_ids[0] == (5, 6)
    assert network.osmid[0] == 5
    assert network.highway[0] == "residential"
    assert network.name[0] == "甲路;乙路"
    assert network.maxspeed_kmh[0] == 30
    assert network.bridge[0]
    assert not network.tunnel[0]
    assert network.graph.edges[1, 2, 0]["osmid"] == [5, 6]


def test_limits_are_read_from_tags() -> None:
    network = RoadNetwork.from_graph(road_graph())
    assert network.maxweight_t[network.bridge].tolist() == [BRIDGE_LIMIT_T, BRIDGE_LIMIT_T]
    assert np.isnan(network.maxweight_t[~network.bridge]).all()
    assert np.isnan(network.maxheight_m).all()
    assert np.isnan(network.maxwidth_m).all()


def test_edges_keep_their_names() -> None:
    network = RoadNetwork.from_graph(road_graph())
    assert [network.edge_index(network.edge_name(edge)) for edge in range(network.edges)] == list(range(network.edges))
    with pytest.raises(NotKnown) as caught:
        network.edge_index((1, 99, 0))
    assert caught.value.code == "roads.edge_unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"crs": "epsg:4549"}, "roads.crs"),
        ({"x": float("nan")}, "roads.node_position"),
        ({"x": "east"}, "roads.node_position"),
        ({"node": "one"}, "roads.node_id"),
        ({"length": -1.0}, "roads.length"),
    ],
)
def test_a_graph_that_is_no_road_network_is_refused(change: dict[str, Any], code: str) -> None:
    graph: Any = two_nodes(**({"length": change["length"]} if "length" in change else {}))
    if "crs" in change:
        graph.graph["crs"] = change["crs"]
    if "x" in change:
        graph.nodes[1]["x"] = change["x"]
    if "node" in change:
        graph.add_node(change["node"], x=120.1, y=32.5)
    with pytest.raises(InvalidValue) as caught:
        RoadNetwork.from_graph(graph)
    assert caught.value.code == code


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    network = RoadNetwork.from_graph(road_graph())
    for change, code in (
        ({"x": network.x[:-1]}, "roads.shape"),
        ({"tail": network.tail + 100}, "roads.index"),
        ({"node_id": np.ones(network.nodes, dtype=np.int64)}, "roads.node_id"),
    ):
        with pytest.raises(InvalidValue) as caught:
            replace(network, **change)
        assert caught.value.code == code


def test_a_network_is_not_changed_in_place() -> None:
    network = RoadNetwork.from_graph(road_graph())
    with pytest.raises(ValueError, match="read-only"):
        network.length_m[0] = 1.0


def test_a_network_of_nothing_is_a_network() -> None:
    empty: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    network = RoadNetwork.from_graph(empty)
    assert (network.nodes, network.edges) == (0, 0)
    assert network.graph.number_of_nodes() == 0
