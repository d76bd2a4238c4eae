"""Why a nearer team comes later: every cause on the smallest district that has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from gridgis.dispatch.reasons import WHY_LATER, say_all
from gridgis.dispatch.selection import choose_response
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team, Tier, Turnout
from gridgis.dispatch.why_later import WhyLater, explain_answer, why_later
from gridgis.errors import NotKnown
from gridgis.roads.network import objects
from maps.words import LANGUAGES, Words
from tests.fakes.tiny_district import BRIDGE_NAME, NOON, RIVER, identify, team, tiny_alarm, tiny_district, tiny_roads
from tests.gridgis.dispatch.test_closures_at import HOUR, closure

EAST, OVER_THE_BRIDGE = (120.1345, 32.518), (120.1315, 32.502)


def district(*teams: Team, river: bool = True, **more: Any) -> DistrictState:
    roads = replace(tiny_roads(), water=objects([RIVER] if river else []))
    return replace(tiny_district(), teams=teams, roads=roads, **more)


def town(code: str, lon: float, lat: float = 32.518, **more: Any) -> Team:
    return team(code, Tier.TOWN, ("fire", "cordon"), lon, lat, **more)


def compared(state: DistrictState, place: tuple[float, float], when: datetime) -> WhyLater:
    """Why the first of two teams comes later than the second."""
    later, sooner = state.teams
    return why_later(state, later, sooner, place, when)


def cause(state: DistrictState, place: tuple[float, float] = EAST, when: datetime = NOON) -> tuple[str, ...]:
    why = compared(state, place, when)
    assert {one.code for one in why.reasons} <= set(WHY_LATER)
    for language in LANGUAGES:
        said = say_all(why.reasons, Words.load(language).say)
        assert "{" not in said
        assert "reasons." not in said
        assert why.later.team.name in said
    return tuple(one.code for one in why.reasons)


def test_the_river_keeps_a_nearer_car_back() -> None:
    state = district(town("W", 120.125), town("E", 120.155))
    assert cause(state) == ("why.water", "why.else_first")
    why = compared(state, EAST, NOON)
    assert why.later.straight_m < why.sooner.straight_m
    assert why.later.arrival_s > why.sooner.arrival_s
    assert why.obstacle is not None
    assert why.obstacle.shape.crosses(RIVER)


def test_the_limit_of_the_bridge_keeps_a_nearer_engine_back() -> None:
    state = district(town("W", 120.125, 32.502, profile="fire_engine"), town("E", 120.155), river=False)
    assert cause(state, OVER_THE_BRIDGE) == ("why.blocked_by_limit", "why.else_first")
    why = compared(state, OVER_THE_BRIDGE, NOON)
    assert why.later.route is None
    assert why.obstacle is not None
    assert why.obstacle.road == BRIDGE_NAME


def test_the_closed_bridge_keeps_a_nearer_team_back_while_it_is_closed() -> None:
    state = district(town("W", 120.125, 32.502), town("E", 120.155), river=False, closures=(closure(),))
    assert cause(state, OVER_THE_BRIDGE, NOON + HOUR / 2) == ("why.blocked_by_closure", "why.else_first")
    open_again = compared(state, OVER_THE_BRIDGE, NOON + 2 * HOUR)
    assert open_again.later.arrival_s < open_again.sooner.arrival_s


def test_the_turnout_keeps_a_nearer_team_back() -> None:
    state = district(town("W", 120.135, turnout=Turnout.day_and_night(900, 900)), town("E", 120.155))
    assert cause(state) == ("why.turnout",)


def test_longer_and_slower_roads_and_greater_distance_are_told_where_nothing_is_in_the_way() -> None:
    round_about = district(town("W", 120.125), town("E", 120.155), river=False)
    assert cause(round_about) == ("why.round",)
    walking = district(town("W", 120.135, 32.510, profile="foot"), town("E", 120.145))
    assert cause(walking) == ("why.slow",)
    assert cause(district(town("W", 120.155), town("E", 120.145))) == ("why.farther",)


def test_no_way_without_a_single_obstacle_is_told_as_that() -> None:
    """Two limits or a limit and a closure together: neither alone opens the way."""
    state = district(
        town("W", 120.125, profile="fire_engine"), town("E", 120.155), river=False, closures=(closure(opened=False),)
    )
    assert cause(state) == ("why.no_way",)


def fire_at(state: DistrictState, place: tuple[float, float]) -> Any:
    return choose_response(state, tiny_alarm(*place, level="II"), when=NOON)


def test_an_answer_is_explained_for_nearer_teams_that_could_go_and_for_one_that_is_named() -> None:
    state = district(town("W", 120.125, name="西队"), town("E", 120.155, name="东队"), town("F", 120.105, name="远队"))
    answer = fire_at(state, EAST)
    (why,) = explain_answer(state, answer)
    assert (why.later.team.code, why.sooner.team.code) == ("W", "E")
    (far,) = explain_answer(state, answer, identify("team", "F"))
    assert (far.later.team.code, far.sooner.team.code) == ("F", "E")
    assert explain_answer(state, answer, identify("team", "E")) == ()
    with pytest.raises(NotKnown) as caught:
        explain_answer(state, answer, identify("team", "nobody"))
    assert caught.value.code == "team.unknown"


def test_a_team_that_can_not_be_sent_is_not_explained_by_its_roads() -> None:
    state = district(town("W", 120.125), town("E", 120.155), town("F", 120.105))
    state = replace(state, teams=tuple(replace(one, in_service=one.code != "W") for one in state.teams))
    assert explain_answer(state, fire_at(state, EAST)) == ()


def test_both_ways_and_the_times_are_those_of_the_answer() -> None:
    state = district(town("W", 120.125), town("E", 120.155))
    answer = fire_at(state, EAST)
    (why,) = explain_answer(state, answer)
    first = answer.chosen[0]
    assert why.sooner.estimate == first.estimate
    assert why.sooner.route == first.route
    told = (*answer.chosen, *answer.passed_over)
    assert why.later.estimate == next(one.estimate for one in told if one.team.code == "W")
    assert np.isfinite(why.later.straight_m)
