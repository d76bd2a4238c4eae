"""Read the ``datetime`` of a request, and hold moments as microseconds so that many are compared at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from api.moments import LOCAL_TIME
from gridgis.errors import InvalidValue

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ALWAYS, FOR_EVER = -(1 << 62), 1 << 62
OPEN = frozenset({"", ".."})
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
LEAP_SECOND = re.compile(r":60(?=[.Z+-])")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Span(NamedTuple):
    """Microseconds since 1970 UTC, both ends included; `ALWAYS` and `FOR_EVER` where an end is open."""

    since: int
    until: int


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware moment."""
    return (moment - EPOCH) // MICROSECOND


def instant(moment: datetime) -> Span:
    """An aware moment."""
    return Span(micros(moment), micros(moment))


def between(since: datetime | None, until: datetime | None) -> Span:
    """From one aware moment to another, both included; None for an open end."""
    return Span(ALWAYS if since is None else micros(since), FOR_EVER if until is None else micros(until))


def days(first: date, last: date | None) -> Span:
    """Local calendar days, both included; None while open-ended."""
    since = micros(datetime.combine(first, time(), LOCAL_TIME))
    if last is None or last == date.max:
        return Span(since, FOR_EVER)
    return Span(since, micros(datetime.combine(last + timedelta(days=1), time(), LOCAL_TIME)) - 1)


def moment_text(value: int) -> str | None:
    """RFC 3339 in UTC; None for an open end."""
    if value in {ALWAYS, FOR_EVER}:
        return None
    return f"{(EPOCH + value * MICROSECOND).replace(tzinfo=None).isoformat()}Z"


def parse_span(text: str) -> Span:
    """What ``datetime`` asks for: a moment (RFC 3339), a local day, or an interval of them, open at either end or both.

    Raises:
        InvalidValue: ``ogc.datetime``.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _one(text, text)
    since = ALWAYS if first in OPEN else _one(first, text).since
    until = FOR_EVER if last in OPEN else _one(last, text).until
    if since > until:
        raise InvalidValue("ogc.datetime", value=text)
    return Span(since, until)


def _one(part: str, text: str) -> Span:
    try:
        if DAY.fullmatch(part):
            day = date.fromisoformat(part)
            return days(day, day)
        if MOMENT.fullmatch(part):
            return instant(datetime.fromisoformat(LEAP_SECOND.sub(":59", part.upper())))
    except (ValueError, OverflowError) as error:
        raise InvalidValue("ogc.datetime", value=text) from error
    raise InvalidValue("ogc.datetime", value=text)
