"""What a closed road would cost: who comes later, who is cut off, and which bridge matters most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridgis.errors import InvalidValue
from gridgis.roads import EdgeName, RoadNetwork, Router, bridges, closure_costs, detours_s
from gridgis.roads.network import objects
from tests.gridgis.roads.test_router import line_graph

# A town in the west, two bridges to the east, of which the southern one is a long way round, and an island behind.
TOWN, NORTH, EAST, SOUTH = (120.10, 32.50), (120.11, 32.50), (120.12, 32.50), (120.11, 32.48)
ISLAND = (120.13, 32.50)


def two_bridges_and_a_ferry_bridge() -> RoadNetwork:
    return RoadNetwork.from_graph(
        line_graph(
            ([TOWN, NORTH], {}),
            ([NORTH, EAST], {"bridge": "yes", "name": "北桥"}),
            ([TOWN, SOUTH], {}),
            ([SOUTH, EAST], {"bridge": "yes", "ref": "S101"}),
            ([EAST, ISLAND], {"bridge": "yes", "name": "岛桥"}),
        )
    )


def plain_island_bridge() -> RoadNetwork:
    """The island's bridge is parted from the others by a piece of road, so that it is a bridge of its own."""
    landing = (120.125, 32.50)
    return RoadNetwork.from_graph(
        line_graph(
            ([TOWN, NORTH], {}),
            ([NORTH, EAST], {"bridge": "yes", "name": "北桥"}),
            ([TOWN, SOUTH], {}),
            ([SOUTH, (120.119, 32.499)], {"bridge": "yes", "ref": "S101"}),
            ([(120.119, 32.499), EAST, landing], {}),
            ([landing, ISLAND], {"bridge": "yes", "name": "岛桥"}),
            ([ISLAND, (120.131, 32.50)], {}),
        )
    )


def test_bridges_that_meet_are_one_and_both_directions_belong_to_it() -> None:
    assert [len(names) for names in bridges(two_bridges_and_a_ferry_bridge())] == [6]
    assert sorted(len(names) for names in bridges(plain_island_bridge())) == [2, 2, 2]
    assert bridges(replace(plain_island_bridge(), tags=objects({} for _ in range(16)))) == []


def test_the_bridge_that_cuts_off_most_risk_is_worst_and_then_the_one_that_costs_most_minutes() -> None:
    router = Router(plain_island_bridge(), least_component_m=0)
    places, risk = [TOWN, EAST, (120.1305, 32.50)], [1.0, 5.0, 2.0]
    costs = closure_costs(router, "car", [TOWN], places, risk=risk)
    assert [one.name for one in costs] == ["岛桥", "北桥", "S101"]
    island, north, south = costs
    assert island.cut_off_risk == 2
    assert np.isinf(island.later_s).tolist() == [False, False, True]
    assert north.cut_off_risk == 0
    assert north.later_s[1] > 60
    assert north.risk_minutes == pytest.approx((5 * north.later_s[1] + 2 * north.later_s[2]) / 60)
    assert (south.risk_minutes, south.cut_off_risk) == (0, 0)


def test_a_detour_is_told_for_each_origin() -> None:
    router = Router(plain_island_bridge(), least_component_m=0)
    north = next(names for names in bridges(router.network) if _name(router, names[0]) == "北桥")
    later_s = detours_s(router, "car", [TOWN, SOUTH, ISLAND], EAST, north)
    assert later_s[0] > 60
    assert later_s[1:].tolist() == [0, 0]
    closed = router.with_changes(closed=north)
    south = next(names for names in bridges(router.network) if _name(router, names[0]) == "")
    assert np.isinf(detours_s(closed, "car", [TOWN, SOUTH, ISLAND], EAST, south)).tolist() == [True, True, False]
    assert detours_s(closed.without(south), "car", [TOWN], EAST, north).tolist() == [0]


def test_what_is_closed_already_stays_closed() -> None:
    router = Router(plain_island_bridge(), least_component_m=0)
    by_name = {one.name: one for one in closure_costs(router, "car", [TOWN], [EAST])}
    shut = router.with_changes(closed=by_name["北桥"].edges)
    assert shut.without(by_name["S101"].edges).changes.keys() == {*by_name["北桥"].edges, *by_name["S101"].edges}
    (south,) = closure_costs(shut, "car", [TOWN], [EAST], [by_name["S101"].edges])
    assert south.cut_off_risk == 1


@pytest.mark.parametrize("risk", [[1.0], [1.0, -1.0], [1.0, float("nan")], [1.0, float("inf")]])
def test_risks_that_do_not_fit_the_places_are_refused(risk: list[float]) -> None:
    with pytest.raises(InvalidValue) as caught:
        closure_costs(Router(plain_island_bridge()), "car", [TOWN], [EAST, NORTH], risk=risk)
    assert caught.value.code == "roads.risk"


@pytest.mark.parametrize("start", [[1.0, 2.0], [-1.0], [float("nan")], [1e6]])
def test_starts_that_do_not_fit_the_origins_are_refused(start: list[float]) -> None:
    with pytest.raises(InvalidValue) as caught:
        Router(plain_island_bridge()).first_comers("car", [TOWN], [EAST], start_s=start)
    assert caught.value.code == "roads.start"


def _name(router: Router, name: EdgeName) -> str:
    return str(router.network.name[router.network.edge_index(name)])
