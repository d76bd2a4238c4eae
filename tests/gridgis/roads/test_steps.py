"""The turn list: where to turn into which road, said in Chinese and English."""

from __future__ import annotations

import json
from math import cos, pi, sin
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from gridgis.roads import RoadNetwork, Router, Step, Turn, say
from gridgis.roads.steps import HEADINGS, turn_of
from tests.fakes.tiny_district import tiny_roads
from tests.gridgis.roads.test_router import line_graph

WORDS = Path(__file__).parents[3] / "maps" / "web" / "words"


def words(language: str) -> dict[str, str]:
    read: dict[str, str] = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    return read


def steps(graph: nx.MultiDiGraph[int], start: tuple[float, float], end: tuple[float, float]) -> tuple[Step, ...]:
    for node in graph:
        graph.nodes[node]["street_count"] = len({*graph.successors(node), *graph.predecessors(node)})
    arrivals = Router(RoadNetwork.from_graph(graph), least_component_m=0).arrivals("car", [start], end)
    found = arrivals.steps(0)
    assert sum(step.distance_m for step in found) == pytest.approx(arrivals.distance_m[0], abs=0.1)
    return found


WEST, MIDDLE, EAST = (120.10, 32.50), (120.11, 32.50), (120.12, 32.50)
NORTH, SOUTH = (120.11, 32.51), (120.11, 32.49)


def crossing() -> nx.MultiDiGraph[int]:
    return line_graph(
        ([WEST, MIDDLE, EAST], {"name": "人民路"}),
        ([SOUTH, MIDDLE, NORTH], {"ref": "S229"}),
        ([NORTH, (120.10, 32.51)], {}),
    )


def test_roads_are_turned_into_and_driven_on() -> None:
    found = steps(crossing(), WEST, NORTH)
    assert [(step.turn, step.road) for step in found] == [
        (Turn.DEPART, "人民路"),
        (Turn.LEFT, "S229"),
        (Turn.ARRIVE, "S229"),
    ]
    assert [(step.turn, step.road) for step in steps(crossing(), WEST, SOUTH)][1] == (Turn.RIGHT, "S229")
    assert [step.turn for step in steps(crossing(), WEST, EAST)] == [Turn.DEPART, Turn.ARRIVE]


def test_a_bend_without_a_choice_is_no_turn_and_a_new_name_is_told() -> None:
    assert [step.turn for step in steps(crossing(), SOUTH, (120.10, 32.51))] == [Turn.DEPART, Turn.ARRIVE]
    renamed = line_graph(([WEST, MIDDLE], {"name": "人民路"}), ([MIDDLE, EAST], {"name": "东桥路"}))
    assert [(step.turn, step.road) for step in steps(renamed, WEST, EAST)][1] == (Turn.STRAIGHT, "东桥路")


def ring(radius: float = 0.001) -> nx.MultiDiGraph[int]:
    """Four roads that meet at a roundabout, driven anticlockwise."""
    corners = [
        (round(120.11 + radius * cos(angle), 7), round(32.50 + radius * sin(angle), 7))
        for angle in (0, pi / 2, pi, 3 * pi / 2)
    ]
    ends = [(120.12, 32.50), (120.11, 32.51), (120.10, 32.50), (120.11, 32.49)]
    arms = [([end, corner], {"name": name}) for end, corner, name in zip(ends, corners, "东北西南", strict=True)]
    return line_graph(([*corners, corners[0]], {"junction": "roundabout", "oneway": True}), *arms)


@pytest.mark.parametrize(("end", "road", "number"), [(3, "南", 1), (0, "东", 2), (1, "北", 3)])
def test_exits_of_a_roundabout_are_counted(end: int, road: str, number: int) -> None:
    ends = [(120.12, 32.50), (120.11, 32.51), (120.10, 32.50), (120.11, 32.49)]
    found = steps(ring(), ends[2], ends[end])
    assert [(step.turn, step.road, step.exit) for step in found] == [
        (Turn.DEPART, "西", 0),
        (Turn.ROUNDABOUT, road, number),
        (Turn.ARRIVE, road, 0),
    ]


def test_a_way_may_begin_or_end_on_a_roundabout() -> None:
    on_it = (120.1107071, 32.5007071)
    assert [step.turn for step in steps(ring(), on_it, (120.10, 32.50))] == [Turn.DEPART, Turn.ARRIVE]
    assert [step.turn for step in steps(ring(), (120.10, 32.50), on_it)] == [Turn.DEPART, Turn.ROUNDABOUT, Turn.ARRIVE]


@pytest.mark.parametrize(
    ("degrees", "turn"),
    [
        (0, Turn.STRAIGHT),
        (25, Turn.STRAIGHT),
        (-359, Turn.STRAIGHT),
        (45, Turn.SLIGHT_RIGHT),
        (-45, Turn.SLIGHT_LEFT),
        (90, Turn.RIGHT),
        (270, Turn.LEFT),
        (140, Turn.SHARP_RIGHT),
        (-140, Turn.SHARP_LEFT),
        (180, Turn.TURN_BACK),
        (-180, Turn.TURN_BACK),
    ],
)
def test_turns_are_named_by_the_change_of_heading(degrees: float, turn: Turn) -> None:
    assert turn_of(degrees) is turn


def test_a_turn_list_is_said_in_chinese_and_english() -> None:
    found = steps(crossing(), WEST, NORTH)
    assert say(found, words("zh").__getitem__) == (
        "沿人民路向东出发，行驶 940 米",
        "左转进入S229，行驶 1.1 公里",
        "到达S229",
    )
    assert say(found, words("en").__getitem__)[1] == "Turn left into S229 for 1.1 km"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_turn_and_heading_has_words(language: str) -> None:
    told = words(language)
    wanted = {f"route.turn.{turn}" for turn in Turn} | {f"route.heading.{heading}" for heading in HEADINGS}
    assert wanted <= told.keys()
    assert len(say([Step(turn, "", 5.0, 359.0) for turn in Turn], told.__getitem__)) == len(Turn)


def test_no_way_and_no_distance_have_no_steps() -> None:
    router = Router(tiny_roads())
    west, east = (120.1285, 32.5101), (120.1352, 32.5101)
    assert router.arrivals("fire_engine", [west], east).steps(0) == ()
    assert router.arrivals("car", [east], east).steps(0) == ()
    whole = router.arrivals("car", [west], east)
    assert whole.steps(0)[0].turn is Turn.DEPART
    assert np.isclose(sum(step.distance_m for step in whole.steps(0)), whole.distance_m[0], atol=0.1)
