"""What is driven on water: ferries with their wait and hours, waterways that are open to boats."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from geodata.osm_roads import OsmRoads, read_osm
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.roads import Router
from tests.fakes.networkx_times import NetworkxTimes
from tests.fakes.osm_files import SOUTH, STEP, WEST, OsmFile
from tests.fakes.road_graphs import pieces_of

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL_TIME)
MIDNIGHT = datetime(2026, 11, 25, 23, 59, tzinfo=LOCAL_TIME)


def at(column: float, row: float) -> tuple[float, float]:
    return WEST + column * STEP, SOUTH + row * STEP


def banks(tmp_path: Path, **ferry: str) -> OsmRoads:
    """Roads on two banks of a river and a ferry of about 940 m between them."""
    osm = OsmFile()
    osm.way((0, 0), (0, 5), (0, 10))
    osm.way((10, 0), (10, 5), (10, 10))
    osm.way((0, 5), (5, 5), (10, 5), tags={"route": "ferry", "name": "演示渡口", **ferry})
    osm.way((5, -9), (5, 19), tags={"waterway": "river"})
    return read_osm(osm.write(tmp_path / "a.osm"))


def crossing_s(roads: OsmRoads, code: str, moment: datetime | None = None) -> float:
    router = Router(roads.network, least_component_m=0)
    return float(router.arrivals(code, [at(0, 5)], at(10, 5), hour=moment).travel_s[0])


def test_a_ferry_takes_its_time_and_half_its_interval(tmp_path: Path) -> None:
    roads = banks(tmp_path, duration="00:10", interval="00:20")
    assert crossing_s(roads, "foot") == pytest.approx(10 * 60 + 20 * 60 / 2, abs=1)
    assert roads.quality.ferries == 1
    assert "ferry" not in roads.quality.left_out


def test_who_comes_back_waits_too_and_who_goes_on_by_road_does_not(tmp_path: Path) -> None:
    router = Router(banks(tmp_path, duration="10", interval="PT20M").network, least_component_m=0)
    there, back = (
        router.arrivals("foot", [one], other) for one, other in ((at(0, 0), at(10, 0)), (at(10, 0), at(0, 0)))
    )
    assert there.travel_ms.tolist() == back.travel_ms.tolist()
    assert there.travel_s[0] == pytest.approx(20 * 60 + 2 * 556 / 5 * 3.6, abs=5)


def test_a_ferry_over_several_ways_is_waited_for_once(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 5), (0, 6))
    osm.way((10, 5), (10, 6))
    for first, last in ((0, 4), (4, 10)):
        osm.way((first, 5), (last, 5), tags={"route": "ferry", "interval": "20", "name": f"{first}"})
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    assert crossing_s(roads, "foot") == pytest.approx(600 + 939 / 10 * 3.6, abs=3)


def test_without_an_interval_the_wait_is_the_vehicle_s_setting(tmp_path: Path) -> None:
    assert crossing_s(banks(tmp_path, duration="10"), "foot") == pytest.approx(600 + 900, abs=1)


@pytest.mark.parametrize(
    ("tags", "aboard"),
    [
        ({}, {"foot", "e_bike"}),
        ({"motor_vehicle": "yes"}, {"foot", "e_bike", "car", "fire_engine"}),
        ({"motor_vehicle": "no"}, {"foot", "e_bike"}),
        ({"access": "yes"}, {"foot", "e_bike"}),
        ({"bicycle": "no", "vehicle": "yes"}, {"foot", "car", "fire_engine"}),
        ({"motor_vehicle": "yes", "maxweight": "10"}, {"foot", "e_bike", "car"}),
        ({"foot": "no", "access": "no"}, set()),
    ],
)
def test_vehicles_come_aboard_where_it_is_told_and_people_unless_it_is_forbidden(
    tmp_path: Path, tags: dict[str, str], aboard: set[str]
) -> None:
    roads = banks(tmp_path, **tags)
    assert {code for code in ("foot", "e_bike", "car", "fire_engine") if np.isfinite(crossing_s(roads, code))} == aboard


def test_a_turn_list_says_where_to_go_aboard(tmp_path: Path) -> None:
    router = Router(banks(tmp_path).network, least_component_m=0)
    steps = router.arrivals("foot", [at(0, 0)], at(10, 0)).steps(0)
    assert [(step.turn, step.road) for step in steps] == [
        ("depart", ""),
        ("ferry", "演示渡口"),
        ("straight", ""),
        ("arrive", ""),
    ]


def test_a_ferry_runs_in_its_hours_and_always_when_no_time_is_told(tmp_path: Path) -> None:
    roads = banks(tmp_path, opening_hours="06:00-22:00")
    assert np.isfinite(crossing_s(roads, "foot", NOON))
    assert np.isinf(crossing_s(roads, "foot", MIDNIGHT))
    assert np.isfinite(crossing_s(roads, "foot"))


def test_nobody_gets_on_a_ferry_under_way(tmp_path: Path) -> None:
    router = Router(banks(tmp_path).network, least_component_m=0)
    assert router.arrivals("foot", [at(0, 0)], at(5, 5.2)).walk_m > 400


def test_times_over_a_ferry_equal_networkx(tmp_path: Path) -> None:
    network = banks(tmp_path, duration="7", interval="15").network
    router, oracle = Router(network, least_component_m=0).prepare(["foot"]), NetworkxTimes(network, "foot")
    origins = [at(0, 1), at(10, 9), at(0, 8)]
    arrivals = router.arrivals("foot", origins, at(10, 2.5))
    starts = [pieces_of(router, arrivals._from, i) for i in range(3)]
    assert arrivals.travel_ms.tolist() == oracle.to_place(pieces_of(router, arrivals._to, 0), starts)


def canals(tmp_path: Path, **tags: str) -> OsmRoads:
    """A river with an arm, and a road along it."""
    osm = OsmFile()
    osm.way((0, 0), (5, 0), (10, 0), tags={"waterway": "river", "name": "演示河", **tags})
    osm.way((5, 0), (5, 8), tags={"waterway": "canal", "motorboat": "no"})
    osm.way((0, 1), (10, 1))
    osm.node((2, 0))
    return read_osm(osm.write(tmp_path / "a.osm"))


def test_boats_go_where_a_waterway_is_declared_open_to_them(tmp_path: Path) -> None:
    roads = canals(tmp_path, boat="yes")
    router = Router(roads.network, least_component_m=0)
    arrivals = router.arrivals("boat", [at(0, 0.2)], at(10, 0.4))
    assert arrivals.travel_s[0] == pytest.approx(939 / 25 * 3.6, abs=1)
    assert not arrivals.walk_across_water
    assert roads.quality.fairways == 1
    assert roads.quality.length_km == pytest.approx(0.94, abs=0.01)
    assert {feature.kind for feature in roads.base_map} == {"river", "canal"}
    assert router.arrivals("car", [at(0, 1)], at(5, 0.2)).walk_m == pytest.approx(89, abs=2)


@pytest.mark.parametrize("tags", [{}, {"boat": "no"}, {"boat": "yes", "tunnel": "culvert"}])
def test_a_waterway_without_a_word_is_not_navigated(tmp_path: Path, tags: dict[str, str]) -> None:
    roads = canals(tmp_path, **tags)
    assert roads.quality.fairways == 0
    assert np.isinf(Router(roads.network).arrivals("boat", [at(0, 0)], at(10, 0)).travel_s[0])


@pytest.mark.parametrize(("kind", "seconds"), [("weir", np.inf), ("dam", np.inf), ("lock_gate", 900 + 135)])
def test_weirs_stop_boats_and_locks_hold_them_up(tmp_path: Path, kind: str, seconds: float) -> None:
    osm = OsmFile()
    osm.way((0, 0), (5, 0), (10, 0), tags={"waterway": "canal", "CEMT": "IV"})
    osm.node((5, 0), waterway=kind)
    router = Router(read_osm(osm.write(tmp_path / "a.osm")).network, least_component_m=0)
    assert router.arrivals("boat", [at(0, 0)], at(10, 0)).travel_s[0] == pytest.approx(seconds, abs=1)


def test_a_flood_closes_roads_and_no_fairway(tmp_path: Path) -> None:
    from shapely import box

    router = Router(canals(tmp_path, boat="yes").network, least_component_m=0)
    flooded = router.with_changes(flooded=box(*at(4, -2), *at(6, 3)))
    assert np.isfinite(flooded.arrivals("boat", [at(0, 0)], at(10, 0)).travel_s[0])
    assert np.isinf(flooded.arrivals("car", [at(0, 1)], at(10, 1)).travel_s[0])


def test_a_click_beside_a_bridge_closes_the_road_and_not_the_fairway(tmp_path: Path) -> None:
    router = Router(canals(tmp_path, boat="yes").network, least_component_m=0)
    near = router.street_near(at(5, 0.3), within_m=200)
    assert {str(router.network.highway[router.network.edge_index(name)]) for name in near} == {"residential"}


def test_an_e_bike_keeps_to_its_own_rules(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (5, 0), tags={"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"})
    osm.way((0, 0), (0, 3), (5, 3), (5, 0), tags={"highway": "cycleway"})
    osm.way((0, 0), (3, 1), tags={"highway": "motorway"})
    router = Router(read_osm(osm.write(tmp_path / "a.osm")).network, least_component_m=0)
    assert router.arrivals("e_bike", [at(5, 0)], at(0, 0)).travel_s[0] == pytest.approx(469 / 15 * 3.6, abs=1)
    assert np.isinf(router.arrivals("car", [at(5, 0)], at(0, 0)).travel_s[0])
    assert router.arrivals("e_bike", [at(5, 0)], at(3, 1)).walk_m == pytest.approx(111, abs=2)
