"""Times, ways and snapping of searches over random road graphs equal networkx's answers on the same graph."""

from __future__ import annotations

from math import inf, isfinite
from typing import Any

import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from gridgis.geometry import to_metric
from gridgis.roads import DEFAULT_PROFILES, Arrivals, EdgeName, FirstOf, RoadNetwork, Router
from tests.fakes.road_graphs import SOUTH, STEP, WEST, Oracle, pieces_of, road_graphs

CENTIMETRE = 0.01
profiles = st.sampled_from(tuple(DEFAULT_PROFILES))
places = st.tuples(
    st.floats(-1, 11).map(lambda cells: WEST + cells * STEP), st.floats(-1, 11).map(lambda cells: SOUTH + cells * STEP)
)
corners = st.tuples(
    st.integers(0, 9).map(lambda cells: WEST + cells * STEP), st.integers(0, 9).map(lambda cells: SOUTH + cells * STEP)
)
points = st.one_of(places, corners)


def closures(network: RoadNetwork) -> st.SearchStrategy[frozenset[EdgeName]]:
    names = [network.edge_name(edge) for edge in range(network.edges)]
    return st.frozensets(st.sampled_from(names), max_size=4) if names else st.just(frozenset())


def expected(router: Router, oracle: Oracle, arrivals: Arrivals) -> list[int]:
    """Milliseconds of each origin by networkx, -1 for no way."""
    place = pieces_of(router, arrivals._to, 0)
    found = [oracle.milliseconds(pieces_of(router, arrivals._from, i), place) for i in range(len(arrivals))]
    return [-1 if one is None else one for one in found]


@given(graph=road_graphs(), code=profiles, limits=st.booleans(), data=st.data())
@settings(max_examples=400, deadline=None)
def test_times_equal_networkx_with_points_put_into_the_edges(
    graph: nx.MultiDiGraph[int], code: str, *, limits: bool, data: Any
) -> None:
    """One-ways, closures, barriers, limits, part edges at both ends and both points on one edge; prepared or not."""
    network = RoadNetwork.from_graph(graph)
    closed = data.draw(closures(network))
    router = Router(network, closed=closed, least_component_m=0)
    origins, place = data.draw(st.lists(points, min_size=1, max_size=5)), data.draw(points)
    arrivals = router.arrivals(code, origins, place, limits=limits)
    wanted = expected(router, Oracle(network, DEFAULT_PROFILES[code], limits, closed), arrivals)
    assert arrivals.travel_ms.tolist() == wanted
    prepared = router.prepare([code]).arrivals(code, origins, place, limits=limits)
    assert prepared.travel_ms.tolist() == wanted
    assert prepared.distance_m.tolist() == arrivals.distance_m.tolist()


@given(graph=road_graphs(), code=profiles, prepared=st.booleans(), data=st.data())
@settings(max_examples=200, deadline=None)
def test_the_first_of_each_group_are_those_of_a_search_for_all(
    graph: nx.MultiDiGraph[int], code: str, *, prepared: bool, data: Any
) -> None:
    """Groups overlap, want more than they have, or nobody; nothing is left over in the arrays that searches share."""
    router = Router(RoadNetwork.from_graph(graph), least_component_m=0)
    if prepared:
        router.prepare([code])
    origins = data.draw(st.lists(points, min_size=1, max_size=8))
    members = st.frozensets(st.sampled_from(range(len(origins))))
    for _ in range(2):
        place = data.draw(points)
        groups = data.draw(st.lists(st.builds(FirstOf, st.integers(0, 3), members), min_size=1, max_size=3))
        every = router.arrivals(code, origins, place)
        wanted = {one for group in groups for one in every.nearest(group.most, sorted(group.origins))}
        some = router.arrivals(code, origins, place, first=groups)
        kept = [at in wanted for at in range(len(origins))]
        assert some.travel_ms.tolist() == np.where(kept, every.travel_ms, -1).tolist()
        assert [some.route(i).edges for i in wanted] == [every.route(i).edges for i in wanted]


@given(graph=road_graphs(), code=profiles, prepared=st.booleans(), data=st.data())
@settings(max_examples=200, deadline=None)
def test_changes_one_after_the_other_equal_networkx(
    graph: nx.MultiDiGraph[int], code: str, *, prepared: bool, data: Any
) -> None:
    """Each set of closures and slow-downs stands in place of the one before; routers made earlier keep theirs."""
    network = RoadNetwork.from_graph(graph)
    router = Router(network, least_component_m=0)
    if prepared:
        router.prepare([code])
    origins, place = data.draw(st.lists(points, min_size=1, max_size=3)), data.draw(points)
    asked: list[tuple[Router, Oracle]] = []
    for _ in range(3):
        closed = data.draw(closures(network))
        slowed = {name: data.draw(st.sampled_from((1.0, 1.5, 7.25))) for name in data.draw(closures(network))}
        router = router.with_changes(closed=closed, slowed=slowed)
        asked.append((router, Oracle(network, DEFAULT_PROFILES[code], closed=closed, slowed=slowed)))
        for one, oracle in asked:
            arrivals = one.arrivals(code, origins, place)
            assert arrivals.travel_ms.tolist() == expected(one, oracle, arrivals)


@given(graph=road_graphs(), code=profiles, data=st.data())
@settings(max_examples=200, deadline=None)
def test_points_on_the_street_of_the_place_are_timed_right_in_either_direction(
    graph: nx.MultiDiGraph[int], code: str, data: Any
) -> None:
    network = RoadNetwork.from_graph(graph)
    if not network.edges:
        return
    line = network.geometry[data.draw(st.integers(0, network.edges - 1))]
    shares = st.floats(0, 1)
    origins = [line.interpolate(data.draw(shares), normalized=True).coords[0] for _ in range(3)]
    router = Router(network, least_component_m=0)
    arrivals = router.arrivals(code, origins, line.interpolate(data.draw(shares), normalized=True).coords[0])
    wanted = expected(router, Oracle(network, DEFAULT_PROFILES[code]), arrivals)
    assert arrivals.travel_ms.tolist() == wanted


@given(graph=road_graphs(), code=profiles, limits=st.booleans(), prepared=st.booleans(), data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_route_leads_from_base_to_place_over_open_edges(
    graph: nx.MultiDiGraph[int], code: str, *, limits: bool, prepared: bool, data: Any
) -> None:
    network = RoadNetwork.from_graph(graph)
    closed = data.draw(closures(network))
    router = Router(network, closed=closed, least_component_m=0)
    if prepared:
        router.prepare([code])
    origins, place = data.draw(st.lists(points, min_size=1, max_size=4)), data.draw(points)
    arrivals = router.arrivals(code, origins, place, limits=limits)
    for i, origin in enumerate(origins):
        route = arrivals.route(i)
        if not isfinite(arrivals.travel_s[i]):
            assert route.geometry is None
            assert route.edges == ()
            continue
        assert route.geometry is not None
        assert not {network.edge_name(edge) for edge in route.edges} & closed
        for edge, onward in zip(route.edges, route.edges[1:], strict=False):
            ends = {network.tail[edge], network.head[edge]}
            assert ends & {network.tail[onward], network.head[onward]}
        if limits:
            assert router.limits_broken(code, route.edges) == []
        away = [
            shapely.distance(*to_metric(np.array([Point(one), Point(end)]), network.metric_epsg))
            for one, end in ((origin, route.geometry.coords[0]), (place, route.geometry.coords[-1]))
        ]
        assert np.allclose(away, [arrivals.origin_snap_m[i], arrivals.walk_m], atol=0.05)
        if len(route.edges) > 2:
            inner_m = network.length_m[list(route.edges[1:-1])]
            assert inner_m.sum() <= arrivals.distance_m[i] + CENTIMETRE * len(route.edges)
            assert network.length_m[list(route.edges)].sum() >= arrivals.distance_m[i] - CENTIMETRE * len(route.edges)


@given(graph=road_graphs(), code=profiles, data=st.data())
@settings(max_examples=200, deadline=None)
def test_points_snap_to_the_nearest_edge_that_leads_to_or_from_the_core(
    graph: nx.MultiDiGraph[int], code: str, data: Any
) -> None:
    """The core is the greatest part in which one can drive from anywhere to anywhere; closures do not change it."""
    network = RoadNetwork.from_graph(graph)
    closed = data.draw(closures(network))
    router = Router(network, least_component_m=1e9, closed=closed)
    origin, place = data.draw(points), data.draw(points)
    arrivals = router.arrivals(code, [origin], place, limits=False)
    links = Oracle(network, DEFAULT_PROFILES[code], limits=False).links()
    core = _greatest_part(links)
    leads_to = core | {node for one in core for node in nx.ancestors(links, one)}
    led_from = core | {node for one in core for node in nx.descendants(links, one)}
    steps = Oracle(network, DEFAULT_PROFILES[code], limits=False, closed=closed).steps()
    shapes: Any = to_metric(np.asarray(network.geometry), network.metric_epsg) if network.edges else ()
    for point, snapped_m, edges in (
        (origin, arrivals.origin_snap_m[0], {edge for edge, _, head in steps if head in leads_to}),
        (place, arrivals.walk_m, {edge for edge, tail, _ in steps if tail in led_from}),
    ):
        here = to_metric(Point(point), network.metric_epsg)
        nearest = min((shapely.distance(here, shapes[edge]) for edge in edges), default=inf)
        assert snapped_m == nearest or abs(snapped_m - nearest) < 1e-6


def _greatest_part(links: nx.MultiDiGraph[int]) -> set[int]:
    """The strongly connected part with the most metres of road; all of them where several have the most."""
    parts = list(nx.strongly_connected_components(links))
    metres = [sum(told["length"] for _, _, told in links.subgraph(part).edges(data=True)) for part in parts]
    most = max(metres, default=0.0) - 1e-6
    return set().union(*(part for part, one in zip(parts, metres, strict=True) if one >= most))
