"""What is odd in how roads are drawn: each kind on the smallest network that has it, and nothing on a clean one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from shapely import LineString

from gridgis.roads import RoadNetwork, Router
from gridgis.roads.drawing_faults import BadValue, DrawingFault, DrawingFaultKind, find_drawing_faults
from tests.fakes.tiny_district import RIVER, tiny_roads
from tests.gridgis.roads.test_router import line_graph

WEST, EAST, NORTH = (120.10, 32.50), (120.11, 32.50), (120.105, 32.51)


def kinds(found: tuple[DrawingFault, ...]) -> dict[str, int]:
    return dict(Counter(one.kind.value for one in found))


def test_clean_roads_have_no_faults() -> None:
    assert find_drawing_faults(Router(tiny_roads())) == ()


def test_a_street_drawn_twice_is_found_once_and_a_real_second_way_is_not() -> None:
    twice = line_graph(([WEST, EAST], {}))
    shifted = LineString([WEST, (120.105, 32.500005), EAST])
    for tail, head, line in ((1, 2, shifted), (2, 1, shifted.reverse())):
        twice.add_edge(tail, head, osmid=9, highway="residential", oneway=False, reversed=tail == 2, geometry=line)
    round_about = LineString([WEST, NORTH, EAST])
    twice.add_edge(1, 2, osmid=10, highway="residential", oneway=True, reversed=False, geometry=round_about)
    found = find_drawing_faults(Router(RoadNetwork.from_graph(twice)))
    assert kinds(found) == {"duplicate": 1}
    assert "9" in found[0].told


def test_two_nodes_at_one_place_are_a_double() -> None:
    graph = line_graph(([WEST, EAST], {}), ([(120.1100001, 32.50), NORTH], {}))
    assert kinds(find_drawing_faults(Router(RoadNetwork.from_graph(graph)))) == {"duplicate": 1}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("-50", DrawingFaultKind.NEGATIVE_SPEED),
        ("fast", DrawingFaultKind.UNREADABLE_SPEED),
        ("50", None),
        ("RU:urban", None),
        ("signals", None),
    ],
)
def test_speeds_that_say_nothing_are_found(value: str, kind: DrawingFaultKind | None) -> None:
    network = RoadNetwork.from_graph(line_graph(([WEST, EAST], {"maxspeed": value})))
    found = find_drawing_faults(Router(network))
    assert [one.kind for one in found] == ([] if kind is None else [kind])
    assert all(one.told == f"maxspeed={value}" for one in found)


def test_values_that_the_import_left_out_are_drawn_on_their_ways() -> None:
    network = RoadNetwork.from_graph(line_graph(([WEST, EAST], {"name": "甲路"}), ([EAST, NORTH], {})))
    bad = [BadValue("maxspeed", "-5", (1, 77)), BadValue("maxweight", "heavy", (2,))]
    found = find_drawing_faults(Router(network), bad_values=bad)
    assert [(one.kind.value, one.road, one.told) for one in found] == [
        ("negative_speed", "甲路", "maxspeed=-5"),
        ("bad_value", "", "maxweight=heavy"),
    ]


def test_loops_and_streets_without_length_are_found() -> None:
    graph = line_graph(([WEST, EAST], {}))
    ring = LineString([EAST, (120.111, 32.501), (120.112, 32.50), EAST])
    graph.add_edge(2, 2, osmid=5, highway="residential", oneway=True, reversed=False, geometry=ring)
    graph.add_node(3, x=EAST[0], y=EAST[1] + 0.001)
    upward = LineString([EAST, (EAST[0], EAST[1] + 0.001)])
    graph.add_edge(2, 3, osmid=6, highway="residential", oneway=True, reversed=False, geometry=upward, length=0.0)
    assert kinds(find_drawing_faults(Router(RoadNetwork.from_graph(graph)))) == {"no_length": 1, "loop": 1}


def test_rails_on_one_level_are_found_once_for_double_tracks_and_not_under_bridges() -> None:
    tracks = [RIVER, LineString([(120.13005, 32.49), (120.13005, 32.53)])]
    assert find_drawing_faults(Router(tiny_roads()), railways=tracks) == ()
    flat = LineString([(120.12, 32.49), (120.12, 32.53)])
    beside = LineString([(120.12005, 32.49), (120.12005, 32.53)])
    found = find_drawing_faults(Router(tiny_roads()), railways=[flat, beside])
    assert kinds(found) == {"level_crossing": 3}
    assert {one.road for one in found} == {"纬路32.502", "纬路32.51", "纬路32.518"}


def test_an_empty_network_has_no_faults() -> None:
    roads = tiny_roads()
    columns = ("tail", "head", "key", "way_ids", "length_m", "highway", "name", "ref", "oneway", "reversed", "tags")
    empty = replace(roads, **{name: getattr(roads, name)[:0] for name in (*columns, "geometry")})
    assert find_drawing_faults(Router(empty), railways=[RIVER]) == ()
