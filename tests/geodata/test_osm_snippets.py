"""Pieces of real-looking OpenStreetMap: compounds, roundabouts, roads cut at a district's border; against networkx."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geodata.osm_roads import read_osm
from gridgis.roads import RoadNetwork, Router
from tests.fakes.networkx_times import NetworkxTimes
from tests.fakes.osm_files import SOUTH, STEP, WEST, OsmFile
from tests.fakes.road_graphs import pieces_of

CODES = ("fire_engine", "car", "foot", "e_bike")


def at(column: float, row: float) -> tuple[float, float]:
    return WEST + column * STEP, SOUTH + row * STEP


def compound(gate: dict[str, str], inside: dict[str, str]) -> OsmFile:
    """A street, a compound behind a gate with service roads round a block, and a footpath out at the back."""
    osm = OsmFile()
    osm.way((0, 0), (4, 0), (8, 0))
    osm.node((4, 1), **gate)
    for places in (((4, 0), (4, 1), (4, 2)), ((4, 2), (2, 2), (2, 4), (4, 4)), ((4, 2), (6, 2), (6, 4), (4, 4))):
        osm.way(*places, tags={"highway": "service", **inside})
    osm.way((2, 4), (0, 4), (0, 0), tags={"highway": "footway"})
    return osm


def roundabout(**tags: str) -> OsmFile:
    """Four roads that meet at a roundabout, two of them parted into a way in and a way out."""
    osm = OsmFile()
    osm.way((3, 4), (4, 3), (5, 4), (4, 5), (3, 4), tags={"highway": "tertiary", "junction": "roundabout", **tags})
    osm.way((0, 4), (3, 4), tags={"highway": "tertiary"})
    osm.way((5, 4), (9, 4), tags={"highway": "tertiary"})
    osm.way((4, 5), (4, 9), tags={"highway": "tertiary", "oneway": "yes"})
    osm.way((6, 9), (6, 6), (5, 4), tags={"highway": "tertiary", "oneway": "yes"})
    osm.way((4, 9), (6, 9), tags={"highway": "residential"})
    osm.way((4, 3), (4, 0), tags={"highway": "residential"})
    return osm


def border() -> OsmFile:
    """One road cut into ways of two surveys at a border, each with its own name, drawn against each other."""
    osm = OsmFile()
    osm.way((0, 0), (3, 0), (5, 1), tags={"highway": "tertiary", "name": "演示一路", "maxspeed": "60"})
    osm.way((9, 1), (7, 2), (5, 1), tags={"highway": "secondary", "name": "演示二路", "maxspeed": "80"})
    osm.way((5, 1), (5, 4), tags={"highway": "unclassified"})
    osm.way((9, 1), (9, 4), (5, 4), tags={"highway": "residential", "oneway": "yes"})
    return osm


SNIPPETS = {
    "open compound": compound({"barrier": "gate"}, {}),
    "private compound": compound({"barrier": "lift_gate", "access": "private"}, {"access": "private"}),
    "bollards": compound({"barrier": "bollard"}, {}),
    "removable bollards": compound({"barrier": "bollard", "bollard": "removable"}, {}),
    "locked gate": compound({"barrier": "gate", "locked": "yes"}, {}),
    "height bar": compound({"barrier": "height_restrictor", "maxheight": "2.5"}, {}),
    "emergency access": compound({"barrier": "gate"}, {"service": "emergency_access", "motor_vehicle": "no"}),
    "roundabout": roundabout(),
    "two-way roundabout": roundabout(oneway="no"),
    "border": border(),
}


def network_of(name: str, tmp_path: Path) -> RoadNetwork:
    return read_osm(SNIPPETS[name].write(tmp_path / "a.osm")).network


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("name", SNIPPETS)
def test_times_between_all_corners_and_points_equal_networkx(name: str, tmp_path: Path, *, prepared: bool) -> None:
    network = network_of(name, tmp_path)
    chance = np.random.default_rng(7)
    points = [*zip(network.x, network.y, strict=True)]
    lines = network.geometry[chance.choice(network.edges, 6)]
    points += [line.interpolate(chance.uniform(), normalized=True).coords[0] for line in lines]
    router = Router(network, least_component_m=0)
    if prepared:
        router.prepare(CODES)
    for code in CODES:
        oracle = NetworkxTimes(network, code)
        for place in points:
            arrivals = router.arrivals(code, points, place)
            starts = [pieces_of(router, arrivals._from, i) for i in range(len(points))]
            wanted = oracle.to_place(pieces_of(router, arrivals._to, 0), starts)
            assert arrivals.travel_ms.tolist() == wanted, (code, place)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("open compound", {"fire_engine", "car", "foot", "e_bike"}),
        ("private compound", {"fire_engine"}),
        ("bollards", {"foot", "e_bike"}),
        ("removable bollards", {"fire_engine", "foot", "e_bike"}),
        ("locked gate", {"fire_engine", "foot"}),
        ("height bar", {"car", "foot", "e_bike"}),
        ("emergency access", {"fire_engine", "foot", "e_bike"}),
    ],
)
def test_who_comes_into_a_compound(name: str, inside: set[str], tmp_path: Path) -> None:
    router = Router(network_of(name, tmp_path), least_component_m=0)
    found = set()
    for code in CODES:
        arrivals = router.arrivals(code, [at(0, 0)], at(6, 3))
        if np.isfinite(arrivals.travel_s[0]) and arrivals.walk_m < 1:
            found.add(code)
    assert found == inside


def test_a_roundabout_is_driven_one_way_and_its_exit_is_counted(tmp_path: Path) -> None:
    router = Router(network_of("roundabout", tmp_path), least_component_m=0)
    arrivals = router.arrivals("car", [at(0, 4)], at(4, 0))
    ids = router.network.node_id
    assert [int(ids[router.network.head[edge]]) for edge in arrivals.route(0).edges] == [304, 403, 400]
    round_to_north = router.arrivals("car", [at(0, 4)], at(4, 9))
    step = next(one for one in round_to_north.steps(0) if one.exit)
    assert (step.turn, step.exit) == ("roundabout", 3)


def test_roads_of_two_surveys_meet_at_their_shared_node(tmp_path: Path) -> None:
    router = Router(network_of("border", tmp_path), least_component_m=0)
    arrivals = router.arrivals("car", [at(0, 0)], at(9, 1))
    assert [step.road for step in arrivals.steps(0)] == ["演示一路", "演示二路", "演示二路"]
