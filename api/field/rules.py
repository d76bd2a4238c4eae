"""Hold by what hazards are followed in one district: its calendar, its times, its lists of cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from geodata.lists import clock_rules, grading_lists, repeat_rule, work_calendar
from gridgis.hazards.clocks import ClockRules
from gridgis.hazards.grading import GradingRules
from gridgis.hazards.repeats import RepeatRule
from gridgis.hazards.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class FieldRules:
    """By what hazards are followed.

    Attributes:
        calendar: Days worked and their hours.
        clocks: How soon what has to be done.
        lists: Cases that make a hazard a major one.
        repeats: How alike reports of the same are.
    """

    calendar: WorkCalendar
    clocks: ClockRules
    lists: tuple[GradingRules, ...]
    repeats: RepeatRule

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Rules out of a district's settings.

        Raises:
            InputRejected, InvalidValue: What one of them refuses.
        """
        return cls(work_calendar(settings), clock_rules(settings), grading_lists(settings), repeat_rule(settings))
