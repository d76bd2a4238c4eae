"""A telephone's wrong clock is noticed, and both times are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gridgis.errors import InvalidValue
from gridgis.hazards import DeviceStamp
from tests.fakes.hazards import MONDAY

NOW = MONDAY
spans = some.timedeltas(timedelta(days=-400), timedelta(days=400))


def test_what_is_done_now_has_one_time() -> None:
    assert DeviceStamp.of("a", NOW) == DeviceStamp("a", NOW, NOW)


def test_a_clock_that_is_right_is_believed() -> None:
    made = NOW - timedelta(hours=5)
    assert DeviceStamp.of("a", NOW, made, sent_at=NOW) == DeviceStamp("a", made, NOW)


def test_a_clock_that_is_ahead_is_put_right_and_what_it_said_is_kept() -> None:
    ahead = timedelta(hours=3)
    told = DeviceStamp.of("a", NOW, NOW - timedelta(hours=1) + ahead, sent_at=NOW + ahead)
    assert told.happened_at == NOW - timedelta(hours=1)
    assert told.device_at == NOW + timedelta(hours=2)


def test_a_clock_that_was_set_back_in_between_does_not_lead_into_the_future() -> None:
    told = DeviceStamp.of("a", NOW, NOW + timedelta(days=2), sent_at=NOW)
    assert told.happened_at == NOW
    assert told.device_at == NOW + timedelta(days=2)


def test_what_is_not_yet_is_refused_where_nothing_is_said_of_the_clock() -> None:
    with pytest.raises(InvalidValue, match=r"hazard\.in_future"):
        DeviceStamp.of("a", NOW, NOW + timedelta(minutes=10))


def test_moments_without_an_offset_are_refused() -> None:
    with pytest.raises(InvalidValue, match=r"time\.naive"):
        DeviceStamp.of("a", NOW, datetime(2020, 6, 1))  # noqa: DTZ001  that is the point


@given(ahead=spans, before=some.timedeltas(timedelta(0), timedelta(days=30)))
def test_however_wrong_the_clock_it_happened_when_it_happened(ahead: timedelta, before: timedelta) -> None:
    made, sent = NOW - before + ahead, NOW + ahead
    told = DeviceStamp.of("a", NOW, made, sent_at=sent)
    assert told.happened_at <= told.recorded_at
    wrong = abs(ahead) > timedelta(minutes=2)
    assert abs(told.happened_at - (NOW - before)) <= timedelta(minutes=0 if wrong else 2)
    assert told.device_at == (made if wrong else None)
