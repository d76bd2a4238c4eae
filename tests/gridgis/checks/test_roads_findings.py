"""What the check shows about roads, one fault put in at a time."""

from __future__ import annotations

from dataclasses import replace

from gridgis.roads import RoadNetwork
from tests.fakes.broken_district import (
    found,
)
from tests.fakes.clean_district import clean_district
from tests.fakes.tiny_district import (
    DISTRICT,
    road_graph,
)


def test_a_bridge_that_is_lost() -> None:
    """Teams by car and by fire engine each have a finding; on foot nobody crosses either."""
    state = clean_district()
    graph = road_graph()
    lost = [edge for edge in graph.edges(keys=True) if graph.edges[edge].get("bridge")]
    graph.remove_edges_from(lost)
    roads = RoadNetwork.from_graph(graph)
    assert found(replace(state, roads=roads, teams=tuple(replace(one, profile="car") for one in state.teams))) == {
        ("roads.disconnected", DISTRICT)
    }
