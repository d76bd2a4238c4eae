"""Closures, slow-downs and floods: they change weights, never the preparation; hours and doubts change speeds."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isinf
from typing import Any

import numpy as np
import pytest
from shapely import MultiPolygon, Point, Polygon, box

from gridgis.errors import InvalidValue, NotKnown
from gridgis.roads import DEFAULT_PROFILES, EdgeName, RoadNetwork, Router
from gridgis.roads.network import objects
from tests.fakes.tiny_district import tiny_roads
from tests.gridgis.roads.test_router import line_graph

WEST_BANK, EAST_BANK = (120.1285, 32.5101), (120.1352, 32.5101)


def bridge(network: RoadNetwork) -> set[EdgeName]:
    return {network.edge_name(edge) for edge in np.flatnonzero(network.bridge).tolist()}


def travel_s(router: Router, **told: Any) -> float:
    return float(router.arrivals("car", [WEST_BANK], EAST_BANK, **told).travel_s[0])


@pytest.mark.parametrize("prepared", [False, True])
def test_a_closed_bridge_opens_again_and_routers_made_before_keep_their_answers(*, prepared: bool) -> None:
    router = Router(tiny_roads())
    if prepared:
        router.prepare(["car"])
    usual = travel_s(router)
    closed = router.with_changes(closed=bridge(router.network))
    assert isinf(travel_s(closed))
    assert travel_s(closed.with_changes()) == travel_s(router) == usual
    assert closed.preparation is router.preparation
    assert closed.changes == dict.fromkeys(bridge(router.network), inf)


def test_a_slow_bridge_takes_its_time() -> None:
    router = Router(tiny_roads())
    slow = router.with_changes(slowed=dict.fromkeys(bridge(router.network), 3.0))
    over = [
        edge for edge in router.arrivals("car", [WEST_BANK], EAST_BANK).route(0).edges if router.network.bridge[edge]
    ]
    longer_m = router.network.length_m[over].sum()
    kmh = DEFAULT_PROFILES["car"].speed_kmh[router.network.highway[over[0]]]
    assert travel_s(slow) - travel_s(router) == pytest.approx(2 * longer_m / kmh * 3.6, abs=0.01)


def test_a_closed_road_is_not_snapped_to_and_the_next_open_one_is() -> None:
    near, far = [(120.10, 32.5), (120.12, 32.5)], [(120.10, 32.503), (120.12, 32.503)]
    ends = [near[1], far[1]]
    network = RoadNetwork.from_graph(line_graph((near, {}), (far, {}), (ends, {})))
    router = Router(network, least_component_m=0)
    place, base = (120.11, 32.5005), (120.10, 32.503)
    assert router.arrivals("car", [base], place).walk_m == pytest.approx(55, abs=1)
    closed = {network.edge_name(edge) for edge in np.flatnonzero(network.osmid == 1).tolist()}
    shut = router.with_changes(closed=closed)
    assert shut.arrivals("car", [base], place).walk_m == pytest.approx(277, abs=1)
    assert shut.arrivals("car", [place], base).origin_snap_m[0] == pytest.approx(277, abs=1)
    one_way = router.with_changes(closed=[name for name in closed if name.tail < name.head])
    assert one_way.arrivals("car", [base], place).walk_m == pytest.approx(55, abs=1)
    nothing = router.with_changes(closed=[network.edge_name(edge) for edge in range(network.edges)])
    assert isinf(nothing.arrivals("car", [base], place).walk_m)


def test_a_flood_closes_what_it_meets_but_not_the_bridge_over_it() -> None:
    network = tiny_roads()
    router = Router(network)
    around = box(120.125, 32.40, 120.14, 32.60)
    ford = replace(network, tags=objects({} for _ in range(network.edges)))
    assert router.with_changes(flooded=around).changes
    assert not bridge(network) & router.with_changes(flooded=around).changes.keys()
    assert isinf(travel_s(Router(ford).with_changes(flooded=around)))
    nowhere = router.with_changes(flooded=MultiPolygon([box(119, 31, 119.1, 31.1)]))
    assert not nowhere.changes
    assert travel_s(nowhere) == travel_s(router)


def test_wrong_changes_are_refused() -> None:
    router = Router(tiny_roads())
    name = next(iter(bridge(router.network)))
    for factor in (0.5, 0, -1, inf, float("nan"), 1001):
        with pytest.raises(InvalidValue) as caught:
            router.with_changes(slowed={name: factor})
        assert caught.value.code == "roads.slowed"
    crossed = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    for area in (crossed, Point(120, 32)):
        with pytest.raises(InvalidValue) as caught:
            router.with_changes(flooded=area)  # type: ignore[arg-type]
        assert caught.value.code == "roads.flooded"
    for wrong in ({"closed": [(1, 1, 5)]}, {"slowed": {(1, 1, 5): 2.0}}):
        with pytest.raises(NotKnown):
            router.with_changes(**wrong)


@pytest.mark.parametrize("prepared", [False, True])
def test_roads_are_slower_at_their_busy_hours_and_when_nine_of_ten_drives_shall_keep_the_time(
    *, prepared: bool
) -> None:
    pace = {"residential": tuple(2.0 if hour == 8 else 1.0 for hour in range(24))}
    profiles = {"car": replace(DEFAULT_PROFILES["car"], pace=pace, doubt={"residential": 1.5})}
    line = [(120.10, 32.5), (120.11, 32.5)]
    router = Router(RoadNetwork.from_graph(line_graph((line, {}))), profiles)
    if prepared:
        router.prepare()

    def seconds(**told: Any) -> float:
        return float(router.arrivals("car", [line[0]], line[1], **told).travel_s[0])

    usual = seconds()
    assert seconds(hour=3) == usual
    assert seconds(hour=8) == pytest.approx(2 * usual, abs=0.002)
    assert seconds(percentile=90) == pytest.approx(1.5 * usual, abs=0.002)
    assert seconds(hour=8, percentile=90) == pytest.approx(3 * usual, abs=0.002)


def test_a_sure_road_beats_a_doubtful_one_when_the_worst_shall_be_short() -> None:
    """Seven minutes that may be twelve against a sure eight."""
    start, end, north, south = (120.10, 32.5), (120.12, 32.5), (120.11, 32.503), (120.11, 32.497)
    quick, sure = {"highway": "primary"}, {"highway": "secondary"}
    roads = (([start, north, end], quick), ([start, south, end], sure))
    speeds = {"primary": 40, "secondary": 35}
    profiles = {"car": replace(DEFAULT_PROFILES["car"], speed_kmh=speeds, doubt={"primary": 1.7})}
    router = Router(RoadNetwork.from_graph(line_graph(*roads)), profiles)
    ways = [router.arrivals("car", [start], end, percentile=one).route(0).edges for one in (50, 90)]
    assert [router.network.highway[way[0]] for way in ways] == ["primary", "secondary"]


def test_an_hour_that_does_not_exist_is_refused() -> None:
    for hour in (-1, 24):
        with pytest.raises(InvalidValue) as caught:
            travel_s(Router(tiny_roads()), hour=hour)
        assert caught.value.code == "roads.hour"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pace": {"primary": (1.0,) * 23}}, "profile.pace"),
        ({"pace": {"primary": (0.0,) * 24}}, "profile.pace"),
        ({"pace": {"primary": (float("nan"),) * 24}}, "profile.pace"),
        ({"doubt": {"primary": 0.9}}, "profile.doubt"),
        ({"doubt": {"primary": inf}}, "profile.doubt"),
    ],
)
def test_paces_and_doubts_out_of_range_are_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        replace(DEFAULT_PROFILES["car"], **change)
    assert caught.value.code == code
