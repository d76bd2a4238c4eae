from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridgis.access import Duty, position_shown

LOCAL = ZoneInfo("Asia/Shanghai")
JUNE = (date(2020, 6, 1), date(2020, 6, 30))
DAYTIME = (time(8, 0), time(18, 0))
NIGHT = (time(20, 0), time(8, 0))


def at(text: str) -> datetime:
    """A local moment."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("2020-06-30T07:59:59", False),
        ("2020-06-30T08:00", True),
        ("2020-06-30T17:59:59", True),
        ("2020-06-30T18:00", False),
        ("2020-05-31T12:00", False),
        ("2020-07-01T12:00", False),
    ],
)
def test_a_day_shift_holds_between_its_hours_on_the_days_of_the_post(moment: str, *, held: bool) -> None:
    assert Duty(posts=(JUNE,), shift=DAYTIME).holds_at(at(moment), LOCAL) is held


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("2020-06-01T03:00", False),
        ("2020-06-01T20:00", True),
        ("2020-06-02T07:59", True),
        ("2020-06-02T08:00", False),
        ("2020-06-30T23:59", True),
        ("2020-07-01T03:00", True),
        ("2020-07-01T20:00", False),
    ],
)
def test_the_hours_after_midnight_belong_to_the_night_before(moment: str, *, held: bool) -> None:
    """The last night of a post ends on the morning after its last day."""
    assert Duty(posts=(JUNE,), shift=NIGHT).holds_at(at(moment), LOCAL) is held


@pytest.mark.parametrize("clock", [time(0, 0), time(8, 0)])
@pytest.mark.parametrize("hour", ["00:00", "07:00", "23:59"])
def test_a_shift_that_begins_when_it_ends_is_all_day(clock: time, hour: str) -> None:
    assert Duty(posts=((date(2020, 6, 1), None),), shift=(clock, clock)).holds_at(at(f"2020-06-10T{hour}"), LOCAL)


def test_somebody_without_a_post_or_on_leave_is_off_duty() -> None:
    noon = at("2020-06-10T12:00")
    assert not Duty().holds_at(noon, LOCAL)
    assert not Duty(posts=(JUNE,), leave=((date(2020, 6, 10), date(2020, 6, 10)),)).holds_at(noon, LOCAL)
    assert Duty(posts=(JUNE,), leave=((date(2020, 6, 11), None),)).holds_at(noon, LOCAL)


def test_somebody_who_is_sent_out_is_on_duty_whatever_the_hour_until_released() -> None:
    called, released = at("2020-06-10T02:00"), at("2020-06-10T04:00")
    duty = Duty(posts=(JUNE,), shift=DAYTIME, calls=((called, released),))
    assert [duty.holds_at(at(f"2020-06-10T{hour}"), LOCAL) for hour in ("01:59", "02:00", "03:59", "04:00")] == [
        False,
        True,
        True,
        False,
    ]
    assert Duty(calls=((called, None),)).holds_at(released + timedelta(days=1), LOCAL)


@pytest.mark.parametrize(
    ("taken", "now", "shown"),
    [("17:50", "17:59", True), ("17:50", "18:05", False), ("07:50", "08:05", False), ("19:00", "19:01", False)],
)
def test_a_position_is_shown_only_while_its_person_was_and_is_on_duty(taken: str, now: str, *, shown: bool) -> None:
    """Going off duty takes the last position from the map; a position from the way to work never comes on it."""
    duty = Duty(posts=(JUNE,), shift=DAYTIME)
    moments = {"taken_at": at(f"2020-06-10T{taken}"), "now": at(f"2020-06-10T{now}")}
    assert position_shown(duty, **moments, local=LOCAL) is shown
