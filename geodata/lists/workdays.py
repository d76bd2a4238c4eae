"""Say which days are worked in China: by the district's own tables of years, else by a library that is kept up.

``chinesecalendar`` has the days off and the days worked instead (调休) of the State Council's notices from 2004 on,
which come out each November for the next year. A year that it does not know yet is put into the setting ``workdays`` as
``{"2027": {"off": ["2027-01-01"], "work": []}}``; until then its weeks alone are counted, and every date that is worked
out in it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from gridgis.errors import InvalidValue
from gridgis.hazards.workdays import WorkCalendar, YearTable

YEARS, HOURS = "workdays", "working_hours"
"""Settings that hold the tables of years, and the spans of a working day: ``[["08:30", "12:00"], …]``."""


def library_workday(day: date) -> bool | None:
    """Whether a day is worked by the library; None for a year that it does not know."""
    from chinese_calendar import is_workday

    try:
        return bool(is_workday(day))
    except NotImplementedError:
        return None


def work_calendar(settings: Mapping[str, Any]) -> WorkCalendar:
    """The calendar of a district.

    Raises:
        InvalidValue: ``workdays.form``, ``workdays.hours``.
    """
    told = settings.get(YEARS, {})
    if not isinstance(told, Mapping) or not all(str(year).isdecimal() for year in told):
        raise InvalidValue("workdays.form", year="?", part=YEARS)
    tables = {int(year): YearTable.from_mapping(int(year), table) for year, table in told.items()}
    hours = settings.get(HOURS)
    if hours is None:
        return WorkCalendar(tables, library_workday)
    try:
        spans = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in hours)
    except (TypeError, ValueError) as error:
        raise InvalidValue("workdays.hours") from error
    return WorkCalendar(tables, library_workday, spans)
