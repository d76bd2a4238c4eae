"""Grades follow the decree at its edges; clocks run from what is recorded; intervals are those of the moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gridgis.dispatch.incidents import Case, Step
from gridgis.dispatch.incidents.clocks import ClockRule, heads_due, reports_due
from gridgis.dispatch.incidents.grading import AccidentGrade, grade_of
from gridgis.dispatch.incidents.ordering import Milestone, reach_milestone
from gridgis.dispatch.incidents.recording import (
    Casualties,
    Report,
    casualties_of,
    count_casualties,
    count_heads,
    note_delivery,
    note_report,
)
from gridgis.dispatch.incidents.reviewing import intervals_of, spread
from gridgis.errors import Conflict, InvalidValue
from tests.fakes.tiny_district import NOON
from tests.gridgis.dispatch.incidents.test_incident_steps import at, sent

MILLION = 1_000_000


def grade(**cost: Any) -> AccidentGrade | None:
    found = grade_of(Casualties(production=True, **cost), "work_injury", NOON, NOON)
    return None if found is None else found.grade


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ({}, None),
        ({"slight_injuries": 5}, None),
        ({"deaths": 1}, AccidentGrade.ORDINARY),
        ({"deaths": 2}, AccidentGrade.ORDINARY),
        ({"deaths": 3}, AccidentGrade.LARGER),
        ({"deaths": 9}, AccidentGrade.LARGER),
        ({"deaths": 10}, AccidentGrade.MAJOR),
        ({"deaths": 29}, AccidentGrade.MAJOR),
        ({"deaths": 30}, AccidentGrade.EXTRAORDINARY),
        ({"serious_injuries": 9}, AccidentGrade.ORDINARY),
        ({"serious_injuries": 10}, AccidentGrade.LARGER),
        ({"serious_injuries": 50}, AccidentGrade.MAJOR),
        ({"serious_injuries": 100}, AccidentGrade.EXTRAORDINARY),
        ({"loss_yuan": 10 * MILLION - 1}, AccidentGrade.ORDINARY),
        ({"loss_yuan": 10 * MILLION}, AccidentGrade.LARGER),
        ({"loss_yuan": 50 * MILLION}, AccidentGrade.MAJOR),
        ({"loss_yuan": 100 * MILLION}, AccidentGrade.EXTRAORDINARY),
        ({"deaths": 1, "serious_injuries": 50, "loss_yuan": 10 * MILLION}, AccidentGrade.MAJOR),
    ],
)
def test_the_worst_of_three_scales_counts_and_bounds_are_included(cost: dict[str, int], expected: object) -> None:
    assert grade(**cost) is expected


def test_what_is_no_accident_of_production_is_not_graded() -> None:
    assert grade_of(Casualties(deaths=40), "traffic", NOON, NOON) is None


def test_edges_and_the_time_for_counting_again_are_told() -> None:
    found = grade_of(Casualties(deaths=2, production=True), "fire", NOON, NOON + timedelta(days=8))
    assert found is not None
    assert found.edges["deaths"] == 1
    assert found.final
    month = grade_of(Casualties(deaths=2, production=True), "gas", NOON, NOON + timedelta(days=8))
    assert month is not None
    assert not month.final
    worst = grade_of(Casualties(deaths=30, production=True), "gas", NOON, NOON)
    assert worst is not None
    assert dict(worst.edges) == {}


def test_the_newest_count_holds_and_the_one_before_stays_in_the_log() -> None:
    case = count_casualties(sent("DT"), Casualties(trapped=3), at(5))
    case = count_casualties(case, Casualties(deaths=1, trapped=1, production=True), at(20), text="核实")
    assert casualties_of(case) == Casualties(deaths=1, trapped=1, production=True)
    assert casualties_of(case, at=at(6).happened_at) == Casualties(trapped=3)
    assert casualties_of(sent("DT")) is None
    with pytest.raises(InvalidValue, match=r"casualties\.negative"):
        Casualties(deaths=-1)


def test_reports_are_due_by_the_clock_and_follow_ups_after_the_one_before() -> None:
    case = sent("DT")
    assert reports_due(case, None) == ()
    phone, first = reports_due(case, AccidentGrade.ORDINARY)
    assert (phone.report, first.report) == (Report.PHONE, Report.FIRST)
    assert first.due_at == NOON + timedelta(hours=2)
    assert not first.late_at(first.due_at)
    assert first.late_at(first.due_at + timedelta(seconds=1))
    case = note_report(case, Report.FIRST, "区应急局", at(90))
    *_, follow = reports_due(case, AccidentGrade.ORDINARY)
    assert (follow.report, follow.due_at) == (Report.FOLLOW_UP, at(90).happened_at + timedelta(hours=24))
    *_, twice = reports_due(case, AccidentGrade.MAJOR)
    assert twice.due_at == at(90).happened_at + timedelta(hours=12)
    ended = note_report(case, Report.FINAL, "区应急局", at(95))
    assert [one.report for one in reports_due(ended, AccidentGrade.MAJOR)] == [Report.PHONE, Report.FIRST]
    with pytest.raises(InvalidValue, match=r"incident\.why"):
        note_report(case, Report.FIRST, " ", at(90))
    with pytest.raises(InvalidValue, match=r"setting\.clocks"):
        ClockRule(first_h=0)


def arrived() -> Case:
    case = sent("DT")
    return reach_milestone(case, case.dispatches[0].id, Milestone.ON_SCENE, at(10))


def test_people_at_the_scene_are_heard_of_by_the_clock_until_they_leave() -> None:
    case = arrived()
    dispatch = case.dispatches[0].id
    (due,) = heads_due(case)
    assert (due.due_at, due.people) == (at(30).happened_at, None)
    case = count_heads(case, dispatch, 19, at(25))
    (due,) = heads_due(case)
    assert (due.due_at, due.people) == (at(45).happened_at, 19)
    assert case.log[-1].facts["of"] == case.dispatches[0].people
    left = reach_milestone(case, dispatch, Milestone.RELEASED, at(60))
    assert heads_due(left) == ()
    with pytest.raises(Conflict, match=r"dispatch\.not_there"):
        count_heads(left, dispatch, 1, at(61))
    with pytest.raises(InvalidValue, match=r"dispatch\.people"):
        count_heads(case, dispatch, -1, at(26))


def test_an_order_is_never_told_to_have_arrived_without_proof() -> None:
    case = sent("DT")
    case = note_delivery(case, case.dispatches[0].id, at(3), team="区综合队", channel="sms", state="sent")
    assert case.log[-1].step is Step.NOTIFIED
    assert case.log[-1].facts["state"] == "sent"


def test_intervals_are_those_of_the_moments_and_unknown_where_one_is_missing() -> None:
    case = arrived()
    (one,) = intervals_of(case)
    assert (one.call_to_order_s, one.order_to_arrival_s, one.order_to_wheels_s) == (120, 480, None)
    facts = {**case.log[2].facts, "turnout_s": 60.0, "travel_s": 300.0}
    told = replace(case, log=tuple(replace(e, facts=facts) if e.number == 3 else e for e in case.log))
    assert intervals_of(told)[0].estimated_s == 360
    assert spread([60, None, 120, 180]).median_s == 120
    assert spread([60.0]).p90_s == 60
    assert spread([None]).count == 0
