"""Count time as offices do: on every day, or on working days alone, within their hours (工作时限)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from gridgis.errors import InvalidValue

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
MOST_DAYS_AHEAD = 4000
"""A term that ends later than this is refused rather than searched for."""


class Term(StrEnum):
    """How days of a term are counted."""

    CALENDAR = "calendar"  # 自然日
    WORKING = "working"  # 工作日


@dataclass(frozen=True, slots=True)
class YearTable:
    """The days of a year that differ from the week, as the notice of the State Council arranges them.

    Attributes:
        off: Days off that fall on Monday to Friday.
        work: Days worked (调休) that fall on Saturday or Sunday.
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()

    @classmethod
    def from_mapping(cls, year: int, told: Mapping[str, Any]) -> Self:
        """A table out of a district's settings: ``{"off": ["2027-01-01", …], "work": […]}``.

        Raises:
            InvalidValue: ``workdays.form`` for what is no day of that year.
        """
        parts: dict[str, frozenset[date]] = {}
        for name in ("off", "work"):
            try:
                days = frozenset(date.fromisoformat(text) for text in told.get(name, ()))
            except (TypeError, ValueError) as error:
                raise InvalidValue("workdays.form", year=year, part=name) from error
            if any(day.year != year for day in days):
                raise InvalidValue("workdays.form", year=year, part=name)
            parts[name] = days
        return cls(**parts)


def _no_library(day: date) -> bool | None:  # noqa: ARG001  knows no day
    return None


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked, and in which hours.

    A year that neither a table of the district nor the library knows is counted by its weeks alone; `knows` tells that,
    so that it can be said beside every date that is worked out in it.

    Attributes:
        tables: Tables that the district keeps, by year; they win.
        library: Whether a day is worked, None where it does not know the year.
        hours: Spans of a working day, in order.

    Raises:
        InvalidValue: ``workdays.hours`` for hours that are none or out of order.
    """

    tables: Mapping[int, YearTable] = field(default_factory=dict)
    library: Callable[[date], bool | None] = _no_library
    hours: tuple[tuple[time, time], ...] = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))

    def __post_init__(self) -> None:
        edges = [edge for span in self.hours for edge in span]
        if not edges or edges != sorted(set(edges)):
            raise InvalidValue("workdays.hours")

    def knows(self, year: int) -> bool:
        """Whether the days off and worked of a year are known."""
        return year in self.tables or self.library(date(year, 1, 1)) is not None

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked."""
        table = self.tables.get(day.year)
        if table is not None:
            return day in table.work or (day.weekday() < SATURDAY and day not in table.off)
        known = self.library(day)
        return day.weekday() < SATURDAY if known is None else known

    @property
    def day_length(self) -> timedelta:
        """Working time of one working day."""
        day = date(2000, 1, 1)
        return sum((_at(day, end) - _at(day, begin) for begin, end in self.hours), timedelta(0))

    def length(self, term: Term, days: float) -> timedelta:
        """What so many days come to on the clock of a term."""
        return days * (timedelta(days=1) if term is Term.CALENDAR else self.day_length)

    def elapsed(self, term: Term, since: datetime, until: datetime) -> timedelta:
        """How far the clock of a term moves between two moments; 0 where the second is not after the first."""
        if until <= since:
            return timedelta(0)
        if term is Term.CALENDAR:
            return until - since
        begin, end = since.astimezone(LOCAL_TIME), until.astimezone(LOCAL_TIME)
        passed = timedelta(0)
        for start, stop in self._spans(begin.date(), end.date()):
            passed += max(timedelta(0), min(end, stop) - max(begin, start))
        return passed

    def after(self, term: Term, since: datetime, amount: timedelta) -> datetime:
        """The first moment at which the clock of a term has moved so far.

        Raises:
            InvalidValue: ``workdays.too_far``.
        """
        if term is Term.CALENDAR:
            return since + amount
        begin, left = since.astimezone(LOCAL_TIME), amount
        if left <= timedelta(0):
            return begin
        for start, stop in self._spans(begin.date(), begin.date() + timedelta(days=MOST_DAYS_AHEAD)):
            from_ = max(begin, start)
            if from_ + left <= stop:
                return from_ + left
            left -= max(timedelta(0), stop - from_)
        raise InvalidValue("workdays.too_far", since=since.isoformat())

    def _spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Working spans of the days from one to another, in order."""
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            if self.is_workday(day):
                for begin, end in self.hours:
                    yield _at(day, begin), _at(day, end)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, LOCAL_TIME)
