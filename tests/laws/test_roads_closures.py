"""What closures cost is the same whether every closure is searched or only those on the ways of first comers."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis.roads import RoadNetwork, Router, closure_costs
from tests.fakes.road_graphs import SOUTH, STEP, WEST, road_graphs
from tests.fakes.turn_rules import with_turn_rules

profiles = st.sampled_from(("fire_engine", "car", "foot"))
points = st.tuples(
    st.one_of(st.floats(-1, 11), st.integers(0, 9)).map(lambda cells: WEST + cells * STEP),
    st.one_of(st.floats(-1, 11), st.integers(0, 9)).map(lambda cells: SOUTH + cells * STEP),
)


@given(graph=road_graphs(), code=profiles, data=st.data())
@settings(max_examples=150, deadline=None)
def test_costs_equal_those_of_closing_one_after_the_other(graph: nx.MultiDiGraph[int], code: str, data: Any) -> None:
    network = data.draw(with_turn_rules(RoadNetwork.from_graph(graph)))
    router = Router(network, least_component_m=0)
    if not network.edges:
        return
    origins = data.draw(st.lists(points, min_size=1, max_size=3))
    places = np.array(data.draw(st.lists(points, min_size=1, max_size=4)))
    start_s = [data.draw(st.sampled_from((0.0, 3.0, 60.0))) for _ in origins]
    names = [network.edge_name(edge) for edge in range(network.edges)]
    closures = data.draw(st.lists(st.lists(st.sampled_from(names), min_size=1, max_size=3), max_size=4))
    costs = closure_costs(router, code, origins, places, closures, start_s=start_s)
    now = router.first_comers(code, origins, places, start_s=start_s)
    by_edges = {tuple(one): np.zeros(0) for one in closures}
    for closed in closures:
        then = router.without(closed).first_comers(code, origins, places, start_s=start_s)
        before_s, after_s = now.arrival_s + now.walk_s, then.arrival_s + then.walk_s
        later_s = np.zeros(len(places))
        came = np.isfinite(before_s)
        later_s[came] = np.maximum(after_s[came] - before_s[came], 0)
        by_edges[tuple(closed)] = later_s
    assert len(costs) == len(closures)
    for cost in costs:
        assert np.allclose(cost.later_s, by_edges[cost.edges])
