"""Bring in lists that a district decides by: cases of major hazards, days worked and days off."""

from geodata.lists.grading import example_rules, grading_lists
from geodata.lists.workdays import library_workday, work_calendar

__all__ = ["example_rules", "grading_lists", "library_workday", "work_calendar"]
