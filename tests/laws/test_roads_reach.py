"""Many questions at once are answered as one after the other, with rules about turning and changes."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis.roads import Arrivals, RoadNetwork, Router
from tests.fakes.road_graphs import SOUTH, STEP, WEST, road_graphs
from tests.fakes.turn_rules import with_turn_rules

profiles = st.sampled_from(("fire_engine", "car", "foot"))
points = st.tuples(
    st.one_of(st.floats(-1, 11), st.integers(0, 9)).map(lambda cells: WEST + cells * STEP),
    st.one_of(st.floats(-1, 11), st.integers(0, 9)).map(lambda cells: SOUTH + cells * STEP),
)


@given(graph=road_graphs(), code=profiles, data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_matrix_and_first_comers_equal_arrivals(graph: nx.MultiDiGraph[int], code: str, data: Any) -> None:
    """From the side with fewer points, whichever it is; who starts later has to be nearer."""
    network = data.draw(with_turn_rules(RoadNetwork.from_graph(graph)))
    router = Router(network, least_component_m=0)
    if network.edges:
        slowed = st.dictionaries(st.integers(0, network.edges - 1).map(network.edge_name), st.just(2.5), max_size=3)
        router = router.with_changes(slowed=data.draw(slowed))
    origins = data.draw(st.lists(points, max_size=4))
    places = data.draw(st.lists(points, max_size=4))
    matrix = router.matrix(code, origins, places)
    assert matrix.travel_ms.shape == (len(origins), len(places))
    for column, place in enumerate(places):
        arrivals = router.arrivals(code, origins, place)
        assert matrix.travel_ms[:, column].tolist() == arrivals.travel_ms.tolist()
        assert np.allclose(matrix.distance_m[:, column], arrivals.distance_m, atol=0.001)
    start_s = [data.draw(st.sampled_from((0.0, 1.5, 60.0))) for _ in origins]
    first = router.first_comers(code, origins, places, start_s=start_s)
    arrival_s = matrix.travel_s + np.reshape(start_s, (-1, 1))
    for column in range(len(places)):
        soonest = arrival_s[:, column].min(initial=np.inf)
        assert np.isclose(first.arrival_s[column], soonest) or first.arrival_s[column] == soonest
        came = int(first.origin[column])
        assert (came < 0) == np.isinf(soonest)
        assert came < 0 or np.isclose(arrival_s[came, column], soonest)


@given(graph=road_graphs(), code=profiles, data=st.data())
@settings(max_examples=150, deadline=None)
def test_first_comers_to_junctions_equal_arrivals_at_them(graph: nx.MultiDiGraph[int], code: str, data: Any) -> None:
    """Where the junction itself is snapped to, and no other road at the same place; who passes it opens its gate."""
    network = data.draw(with_turn_rules(RoadNetwork.from_graph(graph)))
    router = Router(network, least_component_m=0)
    origins = data.draw(st.lists(points, min_size=1, max_size=3))
    first = router.first_comers(code, origins)
    assert len(first.origin) == network.nodes
    for node in range(network.nodes):
        arrivals = router.arrivals(code, origins, (network.x[node], network.y[node]))
        if _ends_at(router, arrivals, node):
            assert arrivals.travel_s.min() <= first.arrival_s[node]
        assert (first.origin[node] < 0) == np.isinf(first.arrival_s[node])


def _ends_at(router: Router, arrivals: Arrivals, node: int) -> bool:
    """Whether the place was snapped to the end of a street that ends at the node."""
    edges = np.flatnonzero(router.streets.of_edge == arrivals._to.street[0])
    share = float(arrivals._to.share[0])
    return any(
        node
        == (router.network.tail[edge] if (share == 0) == router.streets.forward[edge] else router.network.head[edge])
        for edge in edges.tolist()
        if share in {0.0, 1.0}
    )
