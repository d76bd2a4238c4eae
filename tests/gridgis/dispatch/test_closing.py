"""What a closed road costs all teams together, against networkx and against closing every bridge in turn."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from gridgis.dispatch.asked_places import AskedPlaces, cells_asked, sites_asked
from gridgis.dispatch.closing import critical_bridges, detour
from gridgis.dispatch.covering import arrivals_at
from gridgis.dispatch.fleets import TeamsWanted, teams_wanted
from gridgis.dispatch.teams import Tier
from gridgis.errors import Conflict, NotKnown
from gridgis.roads import RoadNetwork, bridges
from gridgis.roads.network import objects
from tests.fakes.tiny_district import BRIDGE_NAME, NOON, tiny_district, tiny_roads

STATE = tiny_district()
ALL = teams_wanted(STATE, TeamsWanted(), NOON)
CARS = tuple(team for team in ALL if team.profile == "car")
(BRIDGE,) = bridges(tiny_roads())


def junctions() -> AskedPlaces:
    """Every junction of the roads, so that networkx needs no part edges."""
    roads = tiny_roads()
    names = tuple(str(node) for node in roads.node_id)
    return AskedPlaces(names, names, np.column_stack([roads.x, roads.y]), np.ones(roads.nodes))


def seconds_by_networkx(*, closed: bool) -> dict[int, dict[int, float]]:
    """Seconds of a car between all junctions."""
    roads, speeds = tiny_roads(), STATE.profiles["car"].speed_kmh
    graph: nx.DiGraph[int] = nx.DiGraph()
    for edge in range(roads.edges):
        if not (closed and roads.bridge[edge]):
            kmh = speeds[roads.highway[edge]]
            graph.add_edge(int(roads.tail[edge]), int(roads.head[edge]), s=roads.length_m[edge] / kmh * 3.6)
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="s"))


def test_arrivals_before_and_after_are_networkxs_on_the_graph_without_the_bridge() -> None:
    places = junctions()
    bases = [0, 5, 17]
    teams = tuple(
        replace(CARS[number], lon=float(tiny_roads().x[node]), lat=float(tiny_roads().y[node]))
        for number, node in enumerate(bases)
    )
    told = detour(STATE, teams, places, BRIDGE, NOON)
    for closed, arrival_s in ((False, told.before_s), (True, told.after_s)):
        oracle = seconds_by_networkx(closed=closed)
        for number, node in enumerate(bases):
            expected = [teams[number].turnout.at(12) + oracle[node].get(place, np.inf) for place in range(len(places))]
            assert np.allclose(arrival_s[number], expected, atol=0.05)
    assert told.road == BRIDGE_NAME
    assert (told.later_s >= 0).all()
    assert told.later_s.max() > 50


def test_who_comes_first_changes_and_teams_are_told_that_come_later() -> None:
    west = tuple(team for team in CARS if team.code in {"DT", "E1"})
    places = cells_asked(STATE.plans[0], 2)
    told = detour(STATE, west, places, BRIDGE, NOON)
    first, _ = told.first(closed=False)
    after, after_s = told.first(closed=True)
    assert (first >= 0).all()
    assert (after == -1).tolist() == np.isinf(after_s).tolist() == np.isinf(told.later_s).tolist()
    assert told.teams_later.max() > 0
    nobody = detour(STATE, (), places, BRIDGE, NOON)
    assert nobody.first(closed=True)[0].tolist() == [-1] * 3
    assert nobody.later_s.tolist() == [0.0] * 3


def test_an_unknown_edge_and_a_district_without_roads_are_refused() -> None:
    places = cells_asked(STATE.plans[0], 2)
    with pytest.raises(NotKnown):
        detour(STATE, ALL, places, [(1, 2, 99)], NOON)
    with pytest.raises(Conflict) as caught:
        critical_bridges(replace(STATE, roads=None), ALL, places, NOON)
    assert caught.value.code == "roads.none"


def many_bridges() -> RoadNetwork:
    """The tiny roads where every third street is a bridge."""
    roads = tiny_roads()
    return replace(
        roads,
        tags=objects(
            {**tags, "bridge": "yes"} if ways[0] % 3 == 0 else tags
            for tags, ways in zip(roads.tags, roads.way_ids, strict=True)
        ),
    )


@pytest.mark.parametrize("tiers", [(), (Tier.TOWN,), (Tier.VILLAGE,), (Tier.DISTRICT, Tier.SPECIALIST)])
def test_bridges_cost_what_closing_each_in_turn_says(tiers: tuple[Tier, ...]) -> None:
    """All vehicles together; the oracle closes every bridge and asks every team for every place."""
    state = replace(STATE, roads=many_bridges())
    teams = teams_wanted(state, TeamsWanted(tiers), NOON)
    for places in (sites_asked(state), cells_asked(state.plans[0], 3)):
        costs = critical_bridges(state, teams, places, NOON)
        assert state.router is not None
        assert state.roads is not None
        assert len(costs) == len(bridges(state.roads)) > 3
        before_s = arrivals_at(state, state.router, teams, places.xy, NOON).min(axis=0)
        for cost in costs:
            after_s = arrivals_at(state, state.router.without(cost.edges), teams, places.xy, NOON).min(axis=0)
            came = np.isfinite(before_s)
            expected = np.zeros(len(places))
            expected[came] = np.maximum(after_s[came] - before_s[came], 0)
            assert np.allclose(cost.later_s, expected, atol=0.01)
            finite = np.isfinite(expected)
            assert cost.risk_minutes == pytest.approx((places.weight[finite] * expected[finite]).sum() / 60, abs=0.01)
            assert cost.cut_off_risk == pytest.approx(places.weight[~finite].sum())
        ranks = [(-one.cut_off_risk, -one.risk_minutes) for one in costs]
        assert ranks == sorted(ranks)


def test_no_team_no_cost() -> None:
    (bridge,) = critical_bridges(STATE, (), sites_asked(STATE), NOON)
    assert (bridge.risk_minutes, bridge.cut_off_risk) == (0, 0)
