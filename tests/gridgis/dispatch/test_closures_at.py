"""Roads are closed as they were at a moment: past alarms are answered with the roads as they were then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from gridgis.dispatch.closures import RoadClosure, closed_edges_at
from gridgis.dispatch.coverage import CoverRule, cover_of
from gridgis.dispatch.selection import choose_response
from gridgis.dispatch.state import DistrictState
from tests.fakes.tiny_district import NOON, identify, tiny_alarm, tiny_district, tiny_roads

HOUR = timedelta(hours=1)


def closure(*, code: str = "1", opened: bool = True) -> RoadClosure:
    """The bridge, closed at noon and opened an hour later."""
    roads = tiny_roads()
    edges = [roads.edge_name(edge) for edge in np.flatnonzero(roads.bridge).tolist()]
    return RoadClosure(
        id=identify("closure", code),
        code=code,
        edges=tuple((int(tail), int(head), int(key)) for tail, head, key in edges),
        road="南桥",
        geometry=roads.geometry[roads.edge_index(edges[0])],
        reason="",
        closed_at=NOON,
        closed_by="test",
        opened_at=NOON + HOUR if opened else None,
    )


def with_closure(*, opened: bool = True) -> DistrictState:
    return replace(tiny_district(), closures=(closure(opened=opened),))


def test_a_closure_holds_from_its_moment_until_it_is_opened() -> None:
    one = closure()
    moments = [NOON - HOUR, NOON, NOON + HOUR / 2, NOON + HOUR, NOON + 2 * HOUR]
    assert [one.holds_at(when) for when in moments] == [False, True, True, False, False]
    assert closure(opened=False).holds_at(NOON + 999 * HOUR)
    assert closed_edges_at([one], NOON) == frozenset(one.edges)


def test_the_roads_of_a_moment_are_those_that_were_open_then() -> None:
    state = with_closure()
    before, during, after = (state.router_at(NOON + hours * HOUR) for hours in (-1, 0.5, 2))
    assert before is state.open_router
    assert after is state.router
    assert during is not None
    assert len(during.changes) == 2
    assert state.router_at(NOON) is during
    still = with_closure(opened=False)
    assert still.router_at(NOON + HOUR) is still.router
    assert still.router_at(NOON - HOUR) is still.open_router
    assert replace(state, roads=None).router_at(NOON) is None


def test_a_later_state_keeps_what_was_made_of_earlier_roads() -> None:
    state = with_closure()
    during = state.router_at(NOON)
    assert replace(state, alarms=()).after(state).router_at(NOON) is during


def test_a_past_alarm_is_answered_with_the_roads_as_they_were() -> None:
    """The district's team crosses the bridge before it is closed and after it is opened, and has no way meanwhile."""
    state = with_closure()
    alarm = tiny_alarm(120.134, 32.5165, level="I")

    def travel_s(hours: float) -> float | None:
        answer = choose_response(state, alarm, when=NOON + hours * HOUR)
        told = {one.team.code: one.estimate for one in answer.chosen}
        told |= {one.team.code: one.estimate for one in answer.passed_over}
        return None if told["DT"].estimated else told["DT"].travel_s

    assert travel_s(0.5) is None
    assert travel_s(-0.5) == travel_s(1.5) is not None


def test_cover_is_that_of_the_roads_at_the_time() -> None:
    state = with_closure()
    rule = CoverRule(within_s=600, capability="")
    during, after = (cover_of(state, NOON + hours * HOUR, rule) for hours in (0.5, 2))
    assert during is not None
    assert after is not None
    assert (during.usual_s >= after.usual_s).all()
    alone = replace(state, teams=tuple(team for team in state.teams if team.code == "DT"))
    cut, whole = (cover_of(alone, NOON + hours * HOUR, rule) for hours in (0.5, 2))
    assert cut is not None
    assert whole is not None
    assert np.isinf(cut.usual_s).sum() > np.isinf(whole.usual_s).sum() == 0
