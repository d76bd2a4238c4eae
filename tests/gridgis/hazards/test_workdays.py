"""Working time is counted over holidays and days worked instead, and says where they are not known."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gridgis.errors import InvalidValue
from gridgis.hazards.workdays import LOCAL_TIME, Term, WorkCalendar, YearTable
from tests.fakes.hazards import WEEKS

moments = some.datetimes(datetime(2020, 5, 1), datetime(2020, 9, 1), timezones=some.just(LOCAL_TIME))  # noqa: DTZ001
amounts = some.timedeltas(timedelta(minutes=1), timedelta(hours=200))


def at(day: int, hour: int = 9, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=LOCAL_TIME)


def test_a_working_day_is_seven_hours_and_the_noon_rest_does_not_count() -> None:
    assert WEEKS.day_length == timedelta(hours=7)
    assert WEEKS.elapsed(Term.WORKING, at(1, 11), at(1, 15)) == timedelta(hours=2)
    assert WEEKS.after(Term.WORKING, at(1, 11), timedelta(hours=2)) == at(1, 15)


def test_a_term_goes_over_a_holiday_and_a_sunday_that_is_worked_instead() -> None:
    """2020: Dragon Boat on Thursday 25 June with 26 off, Sunday 28 worked."""
    one_day = WEEKS.length(Term.WORKING, 1)
    assert WEEKS.after(Term.WORKING, at(24, 17, 30), one_day) == at(28, 17, 30)
    assert WEEKS.after(Term.WORKING, at(24, 9), 2 * one_day) == at(29, 9)
    assert WEEKS.after(Term.CALENDAR, at(24, 9), WEEKS.length(Term.CALENDAR, 2)) == at(26, 9)


def test_a_year_without_a_table_is_counted_by_its_weeks_and_known_as_unknown() -> None:
    assert WEEKS.knows(2020)
    assert not WEEKS.knows(2021)
    assert WEEKS.is_workday(date(2021, 2, 12))  # the Spring Festival, which nobody told
    assert not WEEKS.is_workday(date(2021, 2, 13))


def test_a_table_wins_over_the_library() -> None:
    calendar = WorkCalendar({2027: YearTable(off=frozenset({date(2027, 1, 1)}))}, lambda _: True)
    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2026, 1, 1))


@pytest.mark.parametrize("told", [{"off": ["2026-01-01"]}, {"off": ["soon"]}, {"work": 7}, {"work": [None]}])
def test_a_table_with_other_days_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(InvalidValue, match=r"workdays\.form"):
        YearTable.from_mapping(2027, told)


@pytest.mark.parametrize("hours", [(), ((time(9), time(8)),), ((time(9), time(12)), (time(11), time(15)))])
def test_hours_out_of_order_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(InvalidValue, match=r"workdays\.hours"):
        WorkCalendar(hours=hours)


def test_a_term_that_never_ends_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"workdays\.too_far"):
        WorkCalendar(library=lambda _: False).after(Term.WORKING, at(1), timedelta(hours=1))


@given(since=moments, amount=amounts, term=some.sampled_from(Term))
def test_after_and_elapsed_agree(since: datetime, amount: timedelta, term: Term) -> None:
    assert WEEKS.elapsed(term, since, WEEKS.after(term, since, amount)) == amount


@given(first=moments, second=moments, third=moments, term=some.sampled_from(Term))
def test_time_adds_up_whatever_is_between(first: datetime, second: datetime, third: datetime, term: Term) -> None:
    early, middle, late = sorted((first, second, third))
    whole = WEEKS.elapsed(term, early, late)
    assert whole == WEEKS.elapsed(term, early, middle) + WEEKS.elapsed(term, middle, late)
    assert timedelta(0) <= whole <= late - early
    assert WEEKS.elapsed(term, late, early) == timedelta(0)
