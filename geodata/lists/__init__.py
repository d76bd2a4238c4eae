"""Bring in lists that a district decides by: cases of major hazards, days worked and days off."""

from geodata.lists.grading import example_rules, grading_lists
from geodata.lists.rules import clock_rules, repeat_rule
from geodata.lists.workdays import library_workday, work_calendar

__all__ = ["clock_rules", "example_rules", "grading_lists", "library_workday", "repeat_rule", "work_calendar"]
