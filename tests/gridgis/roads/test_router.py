"""Who reaches a place: the bridge that decides, islands, water, walking legs, wrong questions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from math import isinf
from typing import Any

import networkx as nx
import numpy as np
import pytest
from shapely import LineString, box

from gridgis.errors import InvalidValue, NotKnown
from gridgis.roads import DEFAULT_PROFILES, Mode, RoadNetwork, Router, VehicleProfile
from gridgis.roads.network import objects
from tests.fakes.tiny_district import BRIDGE_NAME, RIVER, tiny_roads

WEST_BANK, EAST_BANK = (120.1285, 32.5101), (120.1352, 32.5101)
DEGREE_M = 93_900  # of longitude at 32.5° N, about


def line_graph(*roads: tuple[list[tuple[float, float]], dict[str, Any]]) -> nx.MultiDiGraph[int]:
    """A graph of two-way roads along points; equal points are one node."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    number: dict[tuple[float, float], int] = {}
    for way, (points, tags) in enumerate(roads, start=1):
        for one, other in pairwise(points):
            for point in (one, other):
                graph.add_node(number.setdefault(point, len(number) + 1), x=point[0], y=point[1])
            told = {"osmid": way, "highway": "residential", "oneway": False, **tags}
            graph.add_edge(number[one], number[other], **told, reversed=False)
            if not told["oneway"]:
                graph.add_edge(number[other], number[one], **told, reversed=True)
    return graph


def test_a_heavy_engine_does_not_cross_the_weak_bridge_and_the_limit_is_named() -> None:
    router = Router(tiny_roads())
    stopped = router.arrivals("fire_engine", [WEST_BANK], EAST_BANK)
    assert isinf(stopped.travel_s[0])
    assert stopped.route(0).geometry is None
    free = router.arrivals("fire_engine", [WEST_BANK], EAST_BANK, limits=False)
    assert free.travel_s[0] < 600
    broken = router.limits_broken("fire_engine", free.route(0).edges)
    assert [(one.kind, one.limit, one.own, one.name) for one in broken] == [("maxweight", 10.0, 18.0, BRIDGE_NAME)]


def test_a_car_crosses_by_the_bridge_though_the_river_is_narrow() -> None:
    router = Router(tiny_roads())
    arrivals = router.arrivals("car", [WEST_BANK], EAST_BANK)
    route = arrivals.route(0)
    assert BRIDGE_NAME in route.names
    assert arrivals.distance_m[0] > 2000
    assert route.distance_m == arrivals.distance_m[0]
    assert route.geometry is not None
    assert route.walk is not None
    assert route.walk.coords[-1] == EAST_BANK


def test_a_closed_bridge_is_not_crossed() -> None:
    network = tiny_roads()
    bridge = np.flatnonzero(network.bridge)
    router = Router(network, closed={network.edge_name(edge) for edge in bridge.tolist()})
    assert isinf(router.arrivals("car", [WEST_BANK], EAST_BANK).travel_s[0])
    with pytest.raises(NotKnown):
        Router(network, closed={(1, 1, 5)})


def test_the_walk_at_the_end_of_the_road_is_shown_and_not_in_the_travel_time() -> None:
    router = Router(RoadNetwork.from_graph(line_graph(([(120.10, 32.5), (120.11, 32.5)], {}))))
    arrivals = router.arrivals("car", [(120.10, 32.5)], (120.11, 32.501))
    assert arrivals.walk_m == pytest.approx(111, abs=1)
    assert arrivals.walk_s == pytest.approx(111 / (4.5 / 3.6), abs=1)
    assert arrivals.travel_s[0] == pytest.approx(arrivals.distance_m[0] / (30 / 3.6), abs=0.01)
    assert arrivals.origin_snap_m[0] == pytest.approx(0, abs=0.01)
    other = router.arrivals("car", [(120.10, 32.502)], (120.11, 32.5))
    assert other.origin_snap_m[0] == pytest.approx(222, abs=1)
    assert other.origin_walk_s[0] == pytest.approx(222 / (4.5 / 3.6), abs=1)


def test_nothing_snaps_to_an_island_and_islands_are_reported() -> None:
    far = [(120.10 + step * 0.01, 32.50) for step in range(9)]
    island = [(120.12, 32.5009), (120.1201, 32.5009)]
    network = RoadNetwork.from_graph(line_graph((far, {}), (island, {})))
    router = Router(network)
    arrivals = router.arrivals("car", [far[0]], (120.12, 32.501))
    assert arrivals.walk_m == pytest.approx(111, abs=1)
    report = router.components("car")
    assert (report.islands, report.island_nodes, report.usable_parts) == (1, 2, 1)
    assert report.largest_nodes == 9
    assert report.largest_share == pytest.approx(9 / 11)
    assert report.island_m == pytest.approx(2 * 0.0001 * DEGREE_M, rel=0.01)


def test_a_second_part_with_enough_road_is_no_island() -> None:
    first = [(120.10 + step * 0.01, 32.50) for step in range(9)]
    second = [(120.10 + step * 0.01, 32.55) for step in range(8)]
    network = RoadNetwork.from_graph(line_graph((first, {}), (second, {})))
    arrivals = Router(network).arrivals("car", [first[0], second[0]], second[-1])
    assert arrivals.walk_m == pytest.approx(0, abs=0.01)
    assert isinf(arrivals.travel_s[0])
    assert arrivals.travel_s[1] < 1000
    assert Router(network, least_component_m=50_000).arrivals("car", [first[0]], second[-1]).walk_m > 5000


def test_a_one_way_dead_end_is_reached_but_not_left() -> None:
    core, dead_end = [(120.10, 32.5), (120.11, 32.5), (120.12, 32.5)], [(120.11, 32.5), (120.11, 32.51)]
    network = RoadNetwork.from_graph(line_graph((core, {}), (dead_end, {"oneway": True})))
    arrivals = Router(network).arrivals("car", [(120.11, 32.509)], (120.11, 32.509))
    assert arrivals.walk_m == pytest.approx(0, abs=0.01)
    assert arrivals.origin_snap_m[0] > 900


def test_a_place_beyond_the_river_is_not_walked_to_through_the_water() -> None:
    """The near road lies across the canal; the far one on the place's own bank counts."""
    across, own = [(120.10, 32.5), (120.15, 32.5)], [(120.10, 32.51), (120.15, 32.51)]
    joined = [(120.15, 32.5), (120.15, 32.51)]
    network = RoadNetwork.from_graph(line_graph((across, {}), (own, {}), (joined, {})))
    place = (120.12, 32.502)
    assert Router(network).arrivals("car", [(120.10, 32.51)], place).walk_m == pytest.approx(222, abs=1)
    for canal in (LineString([(120.0, 32.501), (120.2, 32.501)]), box(120.0, 32.5008, 120.2, 32.5012)):
        wet = replace(network, water=objects([canal]))
        arrivals = Router(wet).arrivals("car", [(120.10, 32.51)], place)
        assert arrivals.walk_m == pytest.approx(887, abs=2)
        assert not arrivals.walk_across_water


def test_a_place_in_the_water_itself_snaps_to_the_nearest_bank() -> None:
    network = RoadNetwork.from_graph(line_graph(([(120.10, 32.5), (120.15, 32.5)], {})))
    lake = replace(network, water=objects([box(120.11, 32.501, 120.13, 32.51)]))
    arrivals = Router(lake).arrivals("car", [(120.10, 32.5)], (120.12, 32.502))
    assert arrivals.walk_m == pytest.approx(222, abs=1)
    assert not arrivals.walk_across_water


def test_a_place_on_an_island_without_roads_says_that_water_lies_between() -> None:
    network = replace(tiny_roads(), water=objects([box(120.11, 32.52, 120.13, 32.53).boundary, RIVER]))
    arrivals = Router(network).arrivals("car", [WEST_BANK], (120.12, 32.525))
    assert arrivals.walk_across_water
    assert arrivals.walk_m < 1000


def test_no_usable_road_means_no_answer_not_an_error() -> None:
    router = Router(RoadNetwork.from_graph(line_graph(([(120.10, 32.5), (120.11, 32.5)], {"highway": "steps"}))))
    arrivals = router.arrivals("car", [WEST_BANK], EAST_BANK)
    assert isinf(arrivals.travel_s[0])
    assert isinf(arrivals.walk_m)
    assert isinf(arrivals.origin_snap_m[0])
    assert arrivals.route(0).geometry is None
    empty: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    nothing = Router(RoadNetwork.from_graph(empty)).prepare()
    assert isinf(nothing.arrivals("foot", [WEST_BANK], EAST_BANK).travel_s[0])
    assert nothing.components("foot").nodes == 0


def test_no_origins_give_no_arrivals() -> None:
    arrivals = Router(tiny_roads()).arrivals("car", [], EAST_BANK)
    assert len(arrivals) == 0
    assert arrivals.walk_m < 50


def test_a_base_at_the_place_is_there_at_once() -> None:
    arrivals = Router(tiny_roads()).arrivals("car", [EAST_BANK], EAST_BANK)
    assert arrivals.travel_s[0] == 0
    assert arrivals.distance_m[0] == 0
    route = arrivals.route(0)
    assert route.geometry is not None
    assert route.geometry.length == 0


def test_on_one_street_the_nearer_way_is_driven_unless_it_is_one_way() -> None:
    ring = [(120.10, 32.5), (120.11, 32.5), (120.11, 32.51), (120.10, 32.5)]
    both = Router(RoadNetwork.from_graph(line_graph((ring, {}))))
    single = Router(RoadNetwork.from_graph(line_graph((ring, {"oneway": True}))))
    behind, ahead = (120.103, 32.5), (120.106, 32.5)
    assert both.arrivals("car", [ahead], behind).distance_m[0] < 300
    assert single.arrivals("car", [ahead], behind).distance_m[0] > 3000
    assert single.arrivals("car", [behind], ahead).distance_m[0] < 300


def test_the_same_question_gets_the_same_answer_from_many_threads() -> None:
    router = Router(tiny_roads())
    bases = [WEST_BANK, EAST_BANK, (120.105, 32.5101)]

    def ask(code: str) -> list[float]:
        found: list[float] = router.arrivals(code, bases, (120.145, 32.505), limits=False).travel_s.tolist()
        return found

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, ["fire_engine", "car", "foot"] * 20))
    assert answers[:3] * 20 == answers


def test_the_order_and_number_of_origins_do_not_change_their_times() -> None:
    router = Router(tiny_roads())
    bases = [WEST_BANK, EAST_BANK, (120.105, 32.5101)]
    place = (120.145, 32.505)
    together = router.arrivals("car", bases, place).travel_s.tolist()
    assert together == [router.arrivals("car", [base], place).travel_s[0] for base in bases]
    assert together[::-1] == router.arrivals("car", bases[::-1], place).travel_s.tolist()


@pytest.mark.parametrize("place", [(float("nan"), 32.5), (120.1, float("inf")), (120.1, 32.5, 0.0), [[1, 2], [3, 4]]])
def test_places_that_are_no_points_are_refused(place: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        Router(tiny_roads()).arrivals("car", [WEST_BANK], place)
    assert caught.value.code == "place.coordinates"


def test_an_unknown_vehicle_is_refused() -> None:
    router = Router(tiny_roads())
    for ask in (lambda: router.arrivals("tank", [WEST_BANK], EAST_BANK), lambda: router.components("tank")):
        with pytest.raises(NotKnown) as caught:
            ask()
        assert caught.value.code == "profile.unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": ""}, "profile.code"),
        ({"speed_kmh": {}}, "profile.speed"),
        ({"speed_kmh": {"primary": 0}}, "profile.speed"),
        ({"speed_kmh": {"primary": float("nan")}}, "profile.speed"),
        ({"walk_kmh": -1}, "profile.speed"),
        ({"weight_t": 101}, "profile.size"),
        ({"height_m": -0.1}, "profile.size"),
        ({"signed_share": 2}, "profile.share"),
        ({"barrier_s": {"gate": float("inf")}}, "profile.opening"),
    ],
)
def test_a_profile_out_of_range_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        replace(DEFAULT_PROFILES["car"], **change)
    assert caught.value.code == code


def test_profiles_say_whether_limits_concern_them() -> None:
    assert DEFAULT_PROFILES["fire_engine"].limited
    assert not DEFAULT_PROFILES["foot"].limited
    assert VehicleProfile("bike", "自行车", Mode.FOOT, {"path": 12}).top_kmh == 12
