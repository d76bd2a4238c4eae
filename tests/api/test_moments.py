"""How moments and days are read, and how the clock runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.moments import LOCAL_TIME, check_span, clock, local_day, moment, parse_day, parse_moment
from gridgis.errors import InvalidValue


def test_a_moment_without_an_offset_is_local() -> None:
    assert parse_moment("2020-06-30T14:00") == datetime(2020, 6, 30, 6, 0, tzinfo=UTC)
    assert parse_moment(" 2020-06-30 ") == datetime(2020, 6, 30, tzinfo=LOCAL_TIME)


def test_an_offset_is_kept() -> None:
    assert parse_moment("2020-06-30T14:00Z").utcoffset() == timedelta(0)
    assert parse_moment("2020-06-30T14:00+09:00") == datetime(2020, 6, 30, 5, 0, tzinfo=UTC)


@given(
    st.datetimes(timezones=st.just(UTC)).map(
        lambda when: when.replace(year=2000 + when.year % 200, day=min(when.day, 28))
    )
)
def test_what_is_written_is_read_back(when: datetime) -> None:
    assert parse_moment(when.isoformat()) == when
    assert moment(when.isoformat()) == when


@pytest.mark.parametrize("text", ["", "昨天", "14:00", "2020-13-01", "2020-06-30T25:00", "1593500000", "NaN"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_moment(text)
    assert refused.value.code == "time.form"


@pytest.mark.parametrize("text", ["0001-01-01", "1948-12-31T23:59", "9999-12-31T23:59+14:00"])
def test_a_year_without_records_is_refused_before_arithmetic_overflows(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_moment(text)
    assert refused.value.code == "time.year"


def test_anything_but_a_text_is_left_for_the_form_to_refuse() -> None:
    assert moment(5) == 5
    assert moment(None) is None


def test_a_day_is_a_calendar_day() -> None:
    assert parse_day("2020-06-30") == date(2020, 6, 30)
    with pytest.raises(InvalidValue) as refused:
        parse_day("30.6.2020")
    assert refused.value.code == "time.day"


def test_a_span_may_be_one_day_or_open_but_never_end_before_it_begins() -> None:
    day = date(2020, 6, 30)
    check_span(day, day)
    check_span(None, day)
    check_span(day, None)
    with pytest.raises(InvalidValue) as refused:
        check_span(day, day - timedelta(days=1))
    assert refused.value.code == "time.span"


def test_the_local_day_begins_at_sixteen_hours_utc() -> None:
    assert local_day(datetime(2020, 6, 29, 15, 59, tzinfo=UTC)) == date(2020, 6, 29)
    assert local_day(datetime(2020, 6, 29, 16, 0, tzinfo=UTC)) == date(2020, 6, 30)


def test_a_clock_starts_where_it_is_told_and_runs_from_there() -> None:
    start = datetime(2020, 6, 30, 14, 0, tzinfo=LOCAL_TIME)
    now = clock(start)
    first, second = now(), now()
    assert start <= first <= second < start + timedelta(minutes=1)
    assert first.tzinfo is UTC


def test_without_a_start_the_clock_is_the_machines() -> None:
    before = datetime.now(UTC)
    assert before <= clock(None)() <= datetime.now(UTC)
