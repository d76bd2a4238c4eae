"""Past alarms are answered again with what is tried; runs teach as far as there are enough of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from uuid import uuid4

import pytest

from gridgis.dispatch.alarms import AlarmNature, Dispatch
from gridgis.dispatch.incidents import Case
from gridgis.dispatch.learning import LearningRule, learn
from gridgis.dispatch.replay import replay
from gridgis.errors import InvalidValue
from tests.fakes.tiny_district import NOON, tiny_alarm, tiny_district
from tests.gridgis.dispatch.incidents.test_incident_steps import sent

STATE = tiny_district()
NOW = NOON.astimezone(UTC)


def test_a_period_answered_as_it_is_tells_times_people_and_what_happened() -> None:
    first, second = (tiny_alarm(120.105, 32.505, when=NOON + timedelta(minutes=m), code=f"A{m}") for m in (0, 10))
    team = STATE.teams[0]
    truth = Dispatch(
        uuid4(),
        "D1",
        first.id,
        team.id,
        9,
        "rescue",
        NOW,
        on_scene_at=NOW + timedelta(minutes=8),
        home_at=NOW + timedelta(hours=1),
    )
    drill = replace(first, id=uuid4(), code="DRILL", nature=AlarmNature.DRILL)
    outside = tiny_alarm(121.0, 32.5, code="OUT", when=NOON + timedelta(minutes=20))
    told = replay(STATE, [second, drill, outside, first], [truth])
    assert [one.alarm.code for one in told.alarms] == ["A0", "A10", "OUT"]
    answered, later, refused = told.alarms
    assert answered.first_s is not None
    assert (answered.happened_first_s, answered.happened_people) == (480, 9)
    assert later.people <= answered.people
    assert later.first_s is None or later.first_s >= answered.first_s
    assert refused.refused == "place.outside_district"
    assert told.happened_first.count == 1


def test_another_base_changes_the_answer() -> None:
    alarm = tiny_alarm(120.155, 32.515, code="A")
    without = replace(STATE, teams=tuple(team for team in STATE.teams if team.code != "T2"))
    (here,), (there,) = (replay(state, [alarm]).alarms for state in (STATE, without))
    assert here.first_s is not None
    assert there.first_s is not None
    assert here.first_s < there.first_s


def runs(count: int, *, ratio: float) -> list[Case]:
    made = []
    for _ in range(count):
        case = sent("DT")
        facts = {**case.log[2].facts, "turnout_s": 60.0, "travel_s": 300.0}
        log = tuple(replace(entry, facts=facts) if entry.number == 3 else entry for entry in case.log)
        one = case.dispatches[0]
        rolled = one.dispatched_at + timedelta(seconds=60 * ratio)
        there = rolled + timedelta(seconds=300 * ratio)
        made.append(replace(case, log=log, dispatches=(replace(one, en_route_at=rolled, on_scene_at=there),)))
    return made


def test_few_runs_teach_nothing_and_many_come_near_the_truth() -> None:
    (few,) = learn(runs(4, ratio=2.0))
    assert (few.runs, few.turnout, few.travel) == (4, 1.0, 1.0)
    assert few.off.median_s == 360
    (many,) = learn(runs(90, ratio=2.0))
    assert many.travel == pytest.approx(1.9)
    assert many.turnout == pytest.approx(1.9)


def test_one_forgotten_button_counts_little_and_nothing_beyond_belief() -> None:
    (learned,) = learn([*runs(20, ratio=1.0), *runs(1, ratio=50.0)])
    assert learned.travel == pytest.approx(1.0)
    (wild,) = learn(runs(100, ratio=50.0))
    assert wild.travel == 3.0
    with pytest.raises(InvalidValue, match=r"setting\.learning"):
        LearningRule(least_runs=0)
