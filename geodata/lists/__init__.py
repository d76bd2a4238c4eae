"""Bring in lists that a district decides by: cases of major hazards, days worked and days off."""

from geodata.lists.grading import SETTING, example_rules, grading_lists
from geodata.lists.rules import CLOCKS, REPEATS, clock_rules, repeat_rule
from geodata.lists.workdays import HOURS, YEARS, library_workday, work_calendar

SETTINGS = frozenset({SETTING, CLOCKS, REPEATS, YEARS, HOURS})
"""Settings of a district by which hazards are followed."""

__all__ = [
    "SETTINGS",
    "clock_rules",
    "example_rules",
    "grading_lists",
    "library_workday",
    "repeat_rule",
    "work_calendar",
]
