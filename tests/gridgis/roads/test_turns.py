"""Rules about turning: what they forbid, whom they bind, what is left out and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import networkx as nx
import numpy as np
import pytest

from gridgis.dispatch.state import LOCAL_TIME
from gridgis.roads import DEFAULT_PROFILES, RoadNetwork, Router, TurnReport, TurnRestriction
from gridgis.roads.turns import forbidden_turns

WEST, MIDDLE, EAST, NORTH, FAR = 1, 2, 3, 4, 5
PLACES = {
    WEST: (120.10, 32.5),
    MIDDLE: (120.11, 32.5),
    EAST: (120.12, 32.5),
    NORTH: (120.11, 32.51),
    FAR: (120.13, 32.5),
}
# Ways 12 (west – middle), 23 (middle – east), 24 (middle – north), 35 (east – far).
ROADS = ((WEST, MIDDLE), (MIDDLE, EAST), (MIDDLE, NORTH), (EAST, FAR))


def crossing(*rules: TurnRestriction) -> RoadNetwork:
    """A road from west to east with a side road to the north; each part is a way of its own."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y) in PLACES.items():
        graph.add_node(node, x=x, y=y)
    for one, other in ROADS:
        told: dict[str, Any] = {"osmid": 10 * one + other, "highway": "residential", "oneway": False}
        graph.add_edge(one, other, **told, reversed=False)
        graph.add_edge(other, one, **told, reversed=True)
    return replace(RoadNetwork.from_graph(graph), turn_restrictions=rules)


def rule(kind: str, first: int, via: int, last: int, **told: Any) -> TurnRestriction:
    """A rule over a node, or over a way where ``via`` has two digits."""
    nodes, ways = ((), (via,)) if via > 9 else ((via,), ())
    return TurnRestriction(1, kind, (first,), nodes, ways, (last,), **told)


def driven(network: RoadNetwork, code: str = "car") -> list[tuple[int, int]]:
    """The edges from west to north, by their nodes."""
    edges = Router(network).arrivals(code, [PLACES[WEST]], PLACES[NORTH]).route(0).edges
    ids = network.node_id
    return [(int(ids[network.tail[edge]]), int(ids[network.head[edge]])) for edge in edges]


def turned_sequences(network: RoadNetwork) -> set[tuple[tuple[int, int], ...]]:
    ids = network.node_id
    found = forbidden_turns(network, Router(network).streets).rules
    return {tuple((int(ids[network.tail[edge]]), int(ids[network.head[edge]])) for edge in turn) for turn in found}


LEFT = [(WEST, MIDDLE), (MIDDLE, NORTH)]
ROUND = [(WEST, MIDDLE), (MIDDLE, EAST), (EAST, MIDDLE), (MIDDLE, NORTH)]
FARTHER = [(WEST, MIDDLE), (MIDDLE, EAST), (EAST, FAR), (FAR, EAST), (EAST, MIDDLE), (MIDDLE, NORTH)]


def test_a_forbidden_turn_is_driven_round() -> None:
    assert driven(crossing()) == LEFT
    assert driven(crossing(rule("no_left_turn", 12, MIDDLE, 24))) == ROUND


def test_a_commanded_turn_leaves_no_other_way_on_and_no_turning_back() -> None:
    network = crossing(rule("only_straight_on", 12, MIDDLE, 23))
    assert driven(network) == ROUND
    assert turned_sequences(network) == {
        ((WEST, MIDDLE), (MIDDLE, NORTH)),
        ((WEST, MIDDLE), (MIDDLE, WEST)),
    }


def test_turning_back_can_be_forbidden_alone() -> None:
    no_left, no_return = rule("no_left_turn", 12, MIDDLE, 24), rule("no_u_turn", 23, EAST, 23)
    assert driven(crossing(no_left, no_return)) == FARTHER
    assert turned_sequences(crossing(no_return)) == {((MIDDLE, EAST), (EAST, MIDDLE))}


def test_a_rule_over_a_way_binds_only_those_who_come_from_its_first_way() -> None:
    network = crossing(rule("no_u_turn", 12, 23, 35))
    assert turned_sequences(network) == {((WEST, MIDDLE), (MIDDLE, EAST), (EAST, FAR))}
    arrivals = Router(network).arrivals("car", [PLACES[NORTH], PLACES[WEST]], PLACES[FAR])
    assert arrivals.route(0).edges
    assert len(arrivals.route(0).edges) == 3
    assert len(arrivals.route(1).edges) == 5


def test_a_command_over_a_way_holds_at_each_of_its_nodes() -> None:
    assert turned_sequences(crossing(rule("only_straight_on", 12, 23, 35))) == {
        ((WEST, MIDDLE), (MIDDLE, NORTH)),
        ((WEST, MIDDLE), (MIDDLE, WEST)),
        ((WEST, MIDDLE), (MIDDLE, EAST), (EAST, MIDDLE)),
    }


@pytest.mark.parametrize(
    ("excepted", "free"),
    [
        ((), {"foot"}),
        (("emergency",), {"foot", "fire_engine"}),
        (("psv", "bus"), {"foot"}),
        (("bicycle",), {"foot", "e_bike"}),
        (("motor_vehicle",), {"foot", "car", "fire_engine"}),
    ],
)
def test_rules_bind_vehicles_that_they_do_not_except_and_never_walkers(
    excepted: tuple[str, ...], free: set[str]
) -> None:
    network = crossing(rule("no_left_turn", 12, MIDDLE, 24, excepted=excepted))
    assert {code for code in DEFAULT_PROFILES if driven(network, code) == LEFT} == free


def test_a_rule_with_a_condition_binds_at_its_times_and_those_whom_it_names() -> None:
    def turned(condition: str, code: str, moment: datetime | None) -> bool:
        network = crossing(rule("no_left_turn", 12, MIDDLE, 24, condition=condition))
        edges = Router(network).arrivals(code, [PLACES[WEST]], PLACES[NORTH], hour=moment).route(0).edges
        return len(edges) == len(LEFT)

    wednesday, saturday = (datetime(2026, 11, day, 8, 0, tzinfo=LOCAL_TIME) for day in (25, 28))
    assert not turned("(Mo-Fr 07:00-09:00)", "car", wednesday)
    assert turned("(Mo-Fr 07:00-09:00)", "car", saturday)
    assert turned("(Mo-Fr 07:00-09:00)", "car", None)
    for moment in (wednesday, saturday, None):
        assert not turned("(weight>7.5)", "fire_engine", moment)
        assert turned("(weight>7.5)", "car", moment)
    assert not turned("(hgv AND Mo-Fr 07:00-09:00)", "fire_engine", wednesday)
    assert turned("(hgv AND Mo-Fr 07:00-09:00)", "fire_engine", saturday)
    assert turned("(hgv AND Mo-Fr 07:00-09:00)", "car", wednesday)


def test_a_command_at_some_times_lifts_none_that_always_holds() -> None:
    network = crossing(
        rule("only_straight_on", 12, MIDDLE, 23),
        rule("only_left_turn", 12, MIDDLE, 24, condition="(22:00-06:00)"),
    )
    assert driven(network) == ROUND


def test_what_is_not_applied_is_counted() -> None:
    network = crossing(
        rule("no_left_turn", 12, MIDDLE, 24),
        rule("no_left_turn", 12, MIDDLE, 24, condition="(Mo-Fr 07:00-09:00)"),
        rule("no_left_turn", 12, MIDDLE, 24, condition="wet"),
        rule("give_way", 12, MIDDLE, 24),
        rule("no_left_turn", 12, FAR, 24),
        rule("no_left_turn", 12, 9, 24),
        rule("only_straight_on", 12, 24, 35),
    )
    assert Router(network).turn_report == TurnReport(applied=2, conditional=1, unknown_kind=1, unplaced=3)


def test_only_junctions_with_a_rule_are_split() -> None:
    plain, ruled = Router(crossing()).topology, Router(crossing(rule("no_left_turn", 12, MIDDLE, 24))).topology
    assert (plain.nodes, plain.arcs) == (5, 8)
    assert (ruled.nodes, ruled.arcs) == (6, 8 + 3)
    assert plain.content_hash != ruled.content_hash
    assert np.array_equal(np.unique(ruled.junction), np.arange(5))


def test_two_commands_from_one_road_allow_both() -> None:
    network = crossing(rule("only_straight_on", 12, MIDDLE, 23), rule("only_left_turn", 12, MIDDLE, 24))
    assert turned_sequences(network) == {((WEST, MIDDLE), (MIDDLE, WEST))}
    assert driven(network) == LEFT


def test_a_place_at_a_split_junction_is_reached_from_every_road() -> None:
    network = crossing(rule("only_straight_on", 12, MIDDLE, 23), rule("no_u_turn", 24, MIDDLE, 24))
    arrivals = Router(network).arrivals("car", [PLACES[WEST], PLACES[NORTH], PLACES[EAST]], PLACES[MIDDLE])
    assert [len(arrivals.route(i).edges) for i in range(3)] == [1, 1, 1]
