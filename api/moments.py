"""Read moments and days as people write them, and keep the clock; local time is Asia/Shanghai."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from gridgis.errors import InvalidValue

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1949, 2200
Clock = Callable[[], datetime]


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment; local time when it names no offset.

    Raises:
        InvalidValue: ``time.form``; ``time.year`` outside the years that a district can have records of.
    """
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidValue("time.form", value=text) from error
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise InvalidValue("time.year", value=text, first=FIRST_YEAR, last=LAST_YEAR)
    return read.replace(tzinfo=LOCAL_TIME) if read.tzinfo is None else read


def moment(value: object) -> object:
    """A moment out of its text, for typed forms; anything else is left for the form to refuse."""
    return parse_moment(value) if isinstance(value, str) else value


def day(value: object) -> object:
    """A calendar day out of its text, for typed forms; anything else is left for the form to refuse."""
    return parse_day(value) if isinstance(value, str) else value


def parse_day(text: str) -> date:
    """A calendar day, ISO 8601.

    Raises:
        InvalidValue: ``time.day``.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidValue("time.day", value=text) from error


def check_span(first: date | None, last: date | None) -> None:
    """Refuse a span of days that ends before it begins; an open end fits everything.

    Raises:
        InvalidValue: ``time.span``.
    """
    if first is not None and last is not None and last < first:
        raise InvalidValue("time.span", since=first.isoformat(), to=last.isoformat())


def local_day(when: datetime) -> date:
    """The local calendar day of an aware moment."""
    return when.astimezone(LOCAL_TIME).date()


def clock(starts_at: datetime | None) -> Clock:
    """The machine's clock, or one that starts at an aware moment and runs from there."""
    if starts_at is None:
        return lambda: datetime.now(UTC)
    start, began = starts_at.astimezone(UTC), time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)
