"""Clocks follow from the steps: they stand while nobody has it in hand, and warn before they run out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gridgis.errors import InvalidValue
from gridgis.hazards import Act, HazardCase, Severity
from gridgis.hazards.clocks import ClockRules, Countdown, Light, Stage, answered_in_time, countdowns, term_used
from gridgis.hazards.taking import ask_extension, put_on_list
from gridgis.hazards.workdays import LOCAL_TIME, Term, WorkCalendar
from tests.fakes.hazards import LEAD, LEADER, MONDAY, OFFICER, OTHER, WEEKS, Following, reported

RULES = ClockRules()


def first(case: HazardCase, now: datetime, calendar: WorkCalendar = WEEKS) -> Countdown:
    return countdowns(case, now, calendar, RULES)[0]


def at(day: int, hour: int = 9, month: int = 6) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=LOCAL_TIME)


def test_a_report_is_to_be_accepted_within_a_working_day() -> None:
    clock = first(reported(), MONDAY)
    assert (clock.stage, clock.due_at, clock.used, clock.light) == (Stage.ACCEPT, at(2), 0.0, Light.CALM)
    friday = reported(at=at(5, 16))
    assert first(friday, at(7)).due_at == at(8, 16)
    assert first(friday, at(8, 16)).light is Light.OVERDUE


def test_four_fifths_of_the_time_warn_and_all_of_it_supervise() -> None:
    case = Following().assigned(days=10).case
    began = case.steps[-1].happened_at
    lights = [first(case, began + timedelta(days=days)).light for days in (7.9, 8, 9.9, 10, 30)]
    assert lights == [Light.CALM, Light.WARNED, Light.WARNED, Light.OVERDUE, Light.OVERDUE]
    assert first(case, began + timedelta(days=30)).due_at == began + timedelta(days=10)


def test_at_once_means_until_the_end_of_the_day_or_of_the_working_day() -> None:
    assert first(Following().assigned(days=0).case, at(1, 13)).due_at == at(2, 0)
    working = first(Following().assigned(days=0, term=Term.WORKING).case, at(1, 13)).due_at
    assert working == at(1, 17) + timedelta(minutes=30)


def test_the_term_stands_while_the_office_looks_and_goes_on_with_the_rework() -> None:
    following = Following().assigned(days=10).wait(days=4).answered().wait(days=20)
    assert first(following.case, following.at).stage is Stage.VERIFY
    following.take(OTHER, Act.REWORK, "未整改到位")
    clock = first(following.case, following.at)
    assert clock.due_at == following.at + timedelta(days=6) - timedelta(hours=1)


def test_a_pause_counts_from_its_approval_until_it_ends() -> None:
    following = Following().assigned(days=10).wait(days=2).take(OFFICER, Act.ASK_PAUSE, "等配件")
    asked = first(following.case, following.at)
    assert asked.light is Light.CALM
    following.wait(days=1).take(LEADER, Act.GRANT_PAUSE).wait(days=30)
    still = first(following.case, following.at)
    assert (still.due_at, still.light) == (None, Light.STILL)
    following.take(OFFICER, Act.RESUME)
    assert asked.due_at is not None
    assert first(following.case, following.at).due_at == asked.due_at + timedelta(days=30, hours=1)


def test_an_extension_adds_days_only_once_it_is_granted() -> None:
    following = Following().assigned(days=10)
    due = first(following.case, following.at).due_at
    assert due is not None
    following.by(OFFICER, ask_extension, 5, text="工期长")
    assert first(following.case, following.at).due_at == due
    denied = Following(following.case).take(LEADER, Act.DENY_EXTENSION, "可以按期").case
    assert first(denied, following.at).due_at == due
    granted = following.take(LEADER, Act.GRANT_EXTENSION).case
    assert first(granted, following.at).due_at == due + timedelta(days=5)


def test_another_assignee_has_a_term_of_his_own() -> None:
    from gridgis.hazards.taking import Assignee, assign

    following = Following().assigned(days=10).wait(days=9)
    following.by(LEAD, assign, Assignee.TOWN, "甲镇", days=10, text="企业停业")
    assert first(following.case, following.at).used == 0.0


def test_the_pending_list_is_looked_at_again_by_its_day() -> None:
    following = Following().assigned().by(LEADER, put_on_list, date(2020, 8, 31), text="拆迁范围")
    clock = first(following.case, at(31, 23, 8))
    assert (clock.stage, clock.due_at, clock.light) == (Stage.REVIEW, at(1, 0, 9), Light.CALM)
    assert first(following.case, at(1, 0, 9)).light is Light.OVERDUE


def test_the_review_of_stopped_work_is_due_ten_days_after_the_application() -> None:
    following = Following().assigned(severity=Severity.MAJOR, days=60).take(LEAD, Act.STOP_WORK, "停产")
    following.take(OFFICER, Act.ASK_RESUMPTION, "申请恢复")
    _, review = countdowns(following.case, following.at, WEEKS, RULES)
    assert (review.stage, review.due_at) == (Stage.RESUMPTION, following.at + timedelta(days=10))
    following.take(OTHER, Act.DENY_RESUMPTION, "仍有缺陷")
    assert len(countdowns(following.case, following.at, WEEKS, RULES)) == 1


def test_a_date_that_reaches_into_a_year_of_which_nobody_knows_the_holidays_says_so() -> None:
    case = Following().assigned(days=200, term=Term.WORKING).case
    assert not first(case, at(2)).certain
    assert first(Following().assigned(days=200).case, at(2)).certain


def test_nothing_runs_once_it_is_closed() -> None:
    closed = Following().closed().case
    assert countdowns(closed, at(30), WEEKS, RULES) == ()


def test_an_answer_is_in_time_by_the_term_and_not_by_when_the_office_looked() -> None:
    in_time = Following().assigned(days=10).wait(days=9).answered().wait(days=40).verified().case
    late = Following().assigned(days=10).wait(days=11).answered().verified().case
    assert (answered_in_time(in_time, WEEKS), answered_in_time(late, WEEKS)) == (True, False)
    assert answered_in_time(reported(), WEEKS) is None
    assert term_used(reported(), MONDAY, WEEKS) is None


@pytest.mark.parametrize("wrong", [{"accept_days": 0}, {"warn_share": 1.0}, {"resumption_days": -1}])
def test_rules_without_time_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidValue, match=r"setting\.hazard_clocks"):
        ClockRules(**wrong)
