"""What keeps a vehicle from a shorter way: the closed road, the limit, the water; two searches compared."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import networkx as nx
import numpy as np
import pytest
from shapely import LineString

from gridgis.roads import EdgeName, RoadNetwork, Router
from gridgis.roads.network import objects
from gridgis.roads.obstacles import ObstacleKind, find_obstacles
from tests.fakes.tiny_district import BRIDGE_LIMIT_T, BRIDGE_NAME, RIVER, tiny_roads

WEST_BANK, EAST_BANK = (120.1255, 32.5180), (120.1345, 32.5180)


def with_river() -> RoadNetwork:
    return replace(tiny_roads(), water=objects([RIVER]))


def bridge_names(router: Router) -> list[EdgeName]:
    network = router.network
    return [network.edge_name(edge) for edge in np.flatnonzero(network.bridge).tolist()]


def test_the_river_is_in_the_way_of_a_car_that_has_to_go_round_by_the_bridge() -> None:
    router = Router(with_river())
    (water,) = find_obstacles(router, router, "car", WEST_BANK, EAST_BANK)
    assert water.kind is ObstacleKind.WATER
    assert water.shape.crosses(RIVER)
    now = router.arrivals("car", [WEST_BANK], EAST_BANK)
    assert water.free_s + water.saved_s == pytest.approx(now.travel_s[0] + now.walk_s)
    assert water.free_s < 0.6 * now.travel_s[0]
    assert water.free_way is not None
    assert water.free_way.crosses(RIVER)


def test_one_more_bridge_saves_what_networkx_says_of_the_best_one() -> None:
    """Every pair of junctions across the river is joined in turn, and the shortest way of all counts."""
    router = Router(with_river())
    network = router.network
    bridge = router.missing_bridge("car", (120.125, 32.518), (120.135, 32.518))
    assert bridge is not None
    graph: nx.DiGraph[int] = nx.DiGraph()
    for tail, head, metres, kind in zip(network.tail, network.head, network.length_m, network.highway, strict=True):
        kmh = router.profiles["car"].speed_kmh[kind]
        graph.add_edge(int(tail), int(head), weight=metres / kmh * 3.6)
    at = {(round(x, 3), round(y, 3)): node for node, (x, y) in enumerate(zip(network.x, network.y, strict=True))}
    start, end = at[120.125, 32.518], at[120.135, 32.518]
    begin = nx.single_source_dijkstra_path_length(graph, start)
    onward = nx.single_source_dijkstra_path_length(graph.reverse(), end)
    kmh = float(np.median(list(router.profiles["car"].speed_kmh.values())))
    best = inf
    banks = router.far_banks
    for one, other, gap_m in zip(banks.one.tolist(), banks.other.tolist(), banks.gap_m.tolist(), strict=True):
        for near, far in ((one, other), (other, one)):
            best = min(best, begin[near] + gap_m / kmh * 3.6 + onward[far])
    assert bridge.drive_s == pytest.approx(best, abs=0.05)


def test_the_limit_stops_the_engine_and_the_river_would_be_crossed_sooner_still() -> None:
    router = Router(with_river())
    found = find_obstacles(router, router, "fire_engine", WEST_BANK, EAST_BANK)
    assert [one.kind for one in found] == [ObstacleKind.WATER, ObstacleKind.LIMIT]
    limit = found[1]
    assert limit.road == BRIDGE_NAME
    assert limit.limit is not None
    assert (limit.limit.kind, limit.limit.limit) == ("maxweight", BRIDGE_LIMIT_T)
    assert limit.saved_s == inf


def test_a_closed_bridge_is_named_and_would_be_crossed_if_it_were_open() -> None:
    open_router = Router(with_river())
    closed = open_router.with_changes(closed=bridge_names(open_router))
    found = {one.kind: one for one in find_obstacles(closed, open_router, "car", WEST_BANK, EAST_BANK)}
    closure = found[ObstacleKind.CLOSURE]
    assert (closure.road, closure.saved_s) == (BRIDGE_NAME, inf)
    assert closure.free_s == pytest.approx(
        float(open_router.arrivals("car", [WEST_BANK], EAST_BANK).travel_s[0])
        + open_router.arrivals("car", [WEST_BANK], EAST_BANK).walk_s
    )
    assert isinstance(closure.shape, LineString)


def test_nothing_is_in_the_way_on_the_same_bank_and_a_closure_elsewhere_is_no_obstacle() -> None:
    open_router = Router(with_river())
    closed = open_router.with_changes(closed=bridge_names(open_router))
    assert find_obstacles(closed, open_router, "car", (120.115, 32.510), WEST_BANK) == []


def test_without_water_no_bridge_is_missing() -> None:
    assert Router(tiny_roads()).missing_bridge("car", WEST_BANK, EAST_BANK) is None
