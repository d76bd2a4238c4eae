"""All open alarms are answered together: no team twice, who rolled stays, urgent ones first; what cover is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from uuid import uuid4

from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.coverage import CoverRule, cover_of
from gridgis.dispatch.still_needed import propose_rest, still_needed
from gridgis.dispatch.wave import OpenAlarm, plan_wave
from tests.fakes.tiny_district import NOON, tiny_alarm, tiny_district

STATE = tiny_district()
NOW = NOON.astimezone(UTC)
TEAM = {team.code: team for team in STATE.teams}


def sent(alarm: Alarm, code: str, *, rolled: bool = False) -> Dispatch:
    return Dispatch(
        uuid4(),
        f"{alarm.code}/{code}",
        alarm.id,
        TEAM[code].id,
        TEAM[code].people,
        "rescue",
        NOW - timedelta(minutes=2),
        en_route_at=NOW - timedelta(minutes=1) if rolled else None,
    )


def test_no_team_is_given_twice_and_what_is_short_is_told() -> None:
    alarms = [OpenAlarm(tiny_alarm(lon, 32.505, level="II", code=f"A{lon}")) for lon in (120.105, 120.118, 120.155)]
    wave = plan_wave(STATE, alarms, NOW, seconds=10)
    given = [one.team.id for one in wave.given]
    assert len(given) == len(set(given))
    assert {one.alarm_id for one in wave.given} == {one.alarm.id for one in alarms}
    assert wave.missing
    assert wave == plan_wave(STATE, alarms, NOW, seconds=10)


def test_a_team_that_has_not_rolled_may_go_where_it_is_needed_more_and_one_that_rolled_stays() -> None:
    low, high = tiny_alarm(120.155, 32.515, level="IV", code="LOW"), tiny_alarm(120.135, 32.505, level="I", code="HIGH")
    only = replace(STATE, teams=tuple(team for team in STATE.teams if team.code in {"T2", "DT", "R119", "R120"}))
    moving = replace(only, dispatches=(sent(low, "T2"),)).after(STATE)
    plan = plan_wave(moving, [OpenAlarm(low, moving.dispatches), OpenAlarm(high)], NOW, seconds=10)
    moved = {one.team.code: one.moved_from for one in plan.given}
    assert moved["T2"] == low.id
    assert plan.score < plan.without_moves
    rolling = replace(only, dispatches=(sent(low, "T2", rolled=True),)).after(STATE)
    stayed = plan_wave(rolling, [OpenAlarm(low, rolling.dispatches), OpenAlarm(high)], NOW, seconds=10)
    assert "T2" not in {one.team.code for one in stayed.given}


def test_an_alarm_that_can_not_be_answered_is_told_and_the_others_are_answered() -> None:
    good, outside = tiny_alarm(120.105, 32.505, code="A"), tiny_alarm(121.0, 32.505, code="B")
    wave = plan_wave(STATE, [OpenAlarm(good), OpenAlarm(outside)], NOW, seconds=10)
    assert wave.not_answered[outside.id].code == "place.outside_district"
    assert wave.given


def test_what_was_sent_is_asked_for_no_more_and_a_recalled_team_is() -> None:
    alarm = tiny_alarm(120.105, 32.505, code="A")
    card = STATE.run_cards.find(alarm.type, alarm.level)
    assert still_needed(card, []) == card
    everybody = [(team, team.people) for team in STATE.teams]
    assert still_needed(card, everybody) is None
    village = sent(alarm, "V1")
    first = propose_rest(STATE, alarm, NOW, [village])
    assert first is not None
    assert "V1" not in {one.team.code for one in first.chosen}
    recalled = propose_rest(STATE, alarm, NOW, [replace(village, released_at=NOW, home_at=NOW)])
    assert recalled is not None
    assert "V1" in {one.team.code for one in recalled.chosen}


def test_what_nobody_reaches_while_a_team_is_out_is_told_with_the_move_that_mends_it() -> None:
    rule = CoverRule(within_s=400, capability="fire")
    calm = cover_of(STATE, NOW, rule)
    assert calm is not None
    assert calm.uncovered == ()
    west_out = cover_of(STATE, NOW, rule, also_out={TEAM["DT"].id, TEAM["T1"].id})
    assert west_out is not None
    assert {cell.code for cell in west_out.uncovered} <= {cell.code for cell in calm.villages}
    assert (west_out.first_s >= calm.first_s).all()
    for move in west_out.moves:
        assert len(move.gained) > len(move.lost)
        assert move.base.id in {TEAM["DT"].id, TEAM["T1"].id}
    assert cover_of(replace(STATE, roads=None), NOW, rule) is None
