"""What the check shows about roads, one fault put in at a time."""

from __future__ import annotations

from dataclasses import replace

from gridgis.roads import RoadNetwork
from tests.fakes.broken_district import (
    all_found,
    found,
    notes,
)
from tests.fakes.clean_district import clean_district
from tests.fakes.tiny_district import (
    DISTRICT,
    road_graph,
)


def test_a_bridge_that_is_lost() -> None:
    """Told once for all vehicles, with the teams that are cut off."""
    graph = road_graph()
    graph.remove_edges_from([edge for edge in graph.edges(keys=True) if graph.edges[edge].get("bridge")])
    state = replace(clean_district(), roads=RoadNetwork.from_graph(graph))
    assert found(state) == {("roads.disconnected", DISTRICT)}
    (finding,) = [one for one in all_found(state) if one.code == "roads.disconnected"]
    assert finding.fields["profiles"] == ("car", "fire_engine", "foot")
    assert finding.fields["islands"] == 1
    assert set(finding.fields["names"]) == {"T2", "V3", "水上队"}
    assert finding.fields["teams"] == 3


def test_a_bridge_that_is_too_weak_disconnects_nothing() -> None:
    """Fire engines can't pass it; the choice says so. The roads hang together."""
    assert not [one for one in all_found(clean_district()) if one.code.startswith("roads.")]


def test_a_few_roads_that_lie_apart_are_noted() -> None:
    graph = road_graph()
    lone = [(9001, 120.1601, 32.5001), (9002, 120.1601, 32.5004)]
    for node, lon, lat in lone:
        graph.add_node(node, x=lon, y=lat, street_count=1)
    graph.add_edge(9001, 9002, osmid=9, length=33.0, highway="residential", oneway=False, reversed=False)
    graph.add_edge(9002, 9001, osmid=9, length=33.0, highway="residential", oneway=False, reversed=True)
    state = replace(clean_district(), roads=RoadNetwork.from_graph(graph))
    assert found(state) == set()
    assert notes(state)["roads.islands"].fields["islands"] == 1
