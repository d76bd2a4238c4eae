"""Who may pass an edge or a node, how fast, and which limits stop whom."""

from __future__ import annotations

from math import isclose
from typing import Any

import networkx as nx
import numpy as np
import pytest

from gridgis.roads import DEFAULT_PROFILES, RoadNetwork
from gridgis.roads.limits import broken_limits
from gridgis.roads.passage import CLOSED_NODE, edge_speeds_kmh, passage

FIRE, CAR, FOOT = (DEFAULT_PROFILES[code] for code in ("fire_engine", "car", "foot"))


def one_road(*, oneway: bool = False, node: dict[str, str] | None = None, **tags: Any) -> RoadNetwork:
    """A road of 1 km from node 1 to node 2, drawn eastward; the second node carries tags."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(1, x=120.1, y=32.5)
    graph.add_node(2, x=120.11, y=32.5, **node or {})
    told = {"osmid": 7, "length": 1000.0, "oneway": oneway, "highway": "residential", **tags}
    graph.add_edge(1, 2, **told, reversed=False)
    if not oneway:
        graph.add_edge(2, 1, **told, reversed=True)
    return RoadNetwork.from_graph(graph)


def speeds(network: RoadNetwork, code: str) -> tuple[float, float]:
    """Speed from node 1 to node 2 and back, whichever edges there are."""
    along, against = edge_speeds_kmh(network, DEFAULT_PROFILES[code])
    there = back = 0.0
    for edge in range(network.edges):
        eastward = network.node_id[network.tail[edge]] == 1
        there = max(there, along[edge] if eastward else against[edge])
        back = max(back, against[edge] if eastward else along[edge])
    return there, back


def passing(code: str, **tags: Any) -> tuple[bool, bool]:
    there, back = speeds(one_road(oneway="oneway" in tags and tags.pop("oneway") == "yes", **tags), code)
    return there > 0, back > 0


@pytest.mark.parametrize(
    ("tags", "fire", "car", "foot"),
    [
        ({}, True, True, True),
        ({"access": "no"}, False, False, False),
        ({"access": "private"}, True, False, False),
        ({"access": "no", "emergency": "yes"}, True, False, False),
        ({"access": "no", "foot": "yes"}, False, False, True),
        ({"motor_vehicle": "no"}, False, False, True),
        ({"vehicle": "no", "motor_vehicle": "yes"}, True, True, True),
        ({"motor_vehicle": "destination"}, True, True, True),
        ({"motor_vehicle": "agricultural"}, True, False, True),
        ({"emergency": "no"}, False, True, True),
        ({"access": "mystery"}, True, True, True),
        ({"highway": "footway"}, False, False, True),
        ({"highway": "footway", "emergency": "yes"}, True, False, True),
        ({"highway": "footway", "motor_vehicle": "yes"}, True, True, True),
        ({"highway": "footway", "access": "yes"}, False, False, True),
        ({"highway": "service", "service": "emergency_access", "access": "no"}, True, False, False),
        ({"highway": "pedestrian"}, True, False, True),
        ({"highway": "steps"}, False, False, True),
        ({"highway": "motorway"}, True, True, False),
        ({"highway": "primary", "foot": "no"}, True, True, False),
        ({"ford": "yes"}, False, False, False),
        ({"ford": "no"}, True, True, True),
    ],
)
def test_access_tags_bind_by_mode_the_most_special_first(
    tags: dict[str, str], *, fire: bool, car: bool, foot: bool
) -> None:
    assert [passing(code, **tags)[0] for code in ("fire_engine", "car", "foot")] == [fire, car, foot]


@pytest.mark.parametrize(
    ("tags", "car", "foot"),
    [
        ({"oneway": "yes"}, (True, False), (True, True)),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, (True, True), (True, True)),
        ({"oneway": "yes", "oneway:foot": "yes"}, (True, False), (True, False)),
        ({"oneway": "yes", "oneway:bicycle": "no"}, (True, False), (True, True)),
        ({"oneway:motor_vehicle": "yes"}, (True, False), (True, True)),
        ({"oneway:motorcar": "-1"}, (False, True), (True, True)),
        ({"motor_vehicle:backward": "no"}, (True, False), (True, True)),
        ({"motor_vehicle:forward": "no"}, (False, True), (True, True)),
        ({"oneway": "yes", "highway": "steps", "conveying": "forward"}, (False, False), (True, False)),
    ],
)
def test_oneways_bind_cars_and_their_exceptions_are_read(
    tags: dict[str, str], car: tuple[bool, bool], foot: tuple[bool, bool]
) -> None:
    assert passing("car", **dict(tags)) == car
    assert passing("foot", **dict(tags)) == foot


def test_a_signed_limit_is_driven_in_part_and_never_over_the_top_speed() -> None:
    assert speeds(one_road(maxspeed="50"), "car") == (40, 40)
    assert speeds(one_road(maxspeed="none"), "car") == (CAR.top_kmh, CAR.top_kmh)
    assert speeds(one_road(maxspeed="signals"), "car") == (30, 30)
    assert speeds(one_road(maxspeed="nonsense"), "car") == (30, 30)
    assert speeds(one_road(maxspeed="20"), "foot") == (5, 5)


def test_a_limit_may_differ_by_direction() -> None:
    tags: dict[str, Any] = {"maxspeed": "50", "maxspeed:backward": "30"}
    there, back = speeds(one_road(**tags), "car")
    assert isclose(there, 40)
    assert isclose(back, 24)


def test_a_sign_only_slows_on_rough_classes() -> None:
    assert speeds(one_road(highway="track", maxspeed="100"), "car")[0] == CAR.speed_kmh["track"]
    assert speeds(one_road(highway="track", maxspeed="10"), "car")[0] == 8


@pytest.mark.parametrize(
    ("node", "fire_s", "car_s", "foot_s"),
    [
        ({"barrier": "bollard"}, None, None, 0),
        ({"barrier": "bollard", "bollard": "removable"}, 40, None, 0),
        ({"barrier": "bollard", "bollard": "rising"}, 30, None, 0),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, 0, 0, 0),
        ({"barrier": "bollard", "emergency": "yes"}, 0, None, 0),
        ({"barrier": "block"}, None, None, 0),
        ({"barrier": "gate"}, 20, 20, 0),
        ({"barrier": "gate", "access": "private"}, 20, None, None),
        ({"barrier": "gate", "access": "no"}, None, None, None),
        ({"barrier": "gate", "access": "no", "emergency": "yes"}, 20, None, None),
        ({"barrier": "gate", "locked": "yes"}, 20, None, None),
        ({"barrier": "lift_gate"}, 10, 10, 0),
        ({"barrier": "toll_booth"}, 0, 0, 0),
        ({"barrier": "kerb"}, 0, 0, 0),
        ({"barrier": "something_new"}, None, None, None),
        ({"ford": "yes"}, None, None, None),
        ({"highway": "crossing"}, 0, 0, 0),
    ],
)
def test_barriers_stop_delay_or_let_pass(
    node: dict[str, str], fire_s: float | None, car_s: float | None, foot_s: float | None
) -> None:
    network = one_road(node=node)
    there = int(np.flatnonzero(network.node_id == 2)[0])
    for profile, seconds in ((FIRE, fire_s), (CAR, car_s), (FOOT, foot_s)):
        found = passage(network, profile).node_ms[there]
        assert found == (CLOSED_NODE if seconds is None else seconds * 1000), profile.code


@pytest.mark.parametrize(
    ("tags", "kinds"),
    [
        ({"maxweight": "10"}, ["maxweight"]),
        ({"maxweight": "18"}, []),
        ({"maxweight": "20 t"}, []),
        ({"maxweight": "default"}, []),
        ({"maxweightrating": "3.5 t"}, ["maxweight"]),
        ({"maxheight": "10'"}, ["maxheight"]),
        ({"maxheight": "4.5", "maxwidth": "2.2"}, ["maxwidth"]),
        ({"maxwidth:physical": "2"}, ["maxwidth"]),
        ({"width": "2.2"}, ["maxwidth"]),
        ({"width": "3", "maxwidth": "default"}, []),
        ({"maxweight": "heavy"}, []),
    ],
)
def test_a_fire_engine_breaks_the_limits_it_exceeds(tags: dict[str, Any], kinds: list[str]) -> None:
    network = one_road(**tags)
    assert [kind for kind, _, _ in broken_limits(network, FIRE, 0)] == kinds
    assert passage(network, FIRE).over_limit.tolist() == [bool(kinds)] * 2
    assert not passage(network, FOOT).over_limit.any()


def test_a_height_bar_at_a_node_stops_a_high_vehicle_only() -> None:
    network = one_road(node={"barrier": "height_restrictor", "maxheight": "2.5"})
    there = int(np.flatnonzero(network.node_id == 2)[0])
    assert passage(network, FIRE).node_over_limit[there]
    assert not passage(network, CAR).node_over_limit[there]
    assert passage(network, FIRE).node_ms[there] == 0
