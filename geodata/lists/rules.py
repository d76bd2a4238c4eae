"""Read from a district's settings by which times hazards are followed, and how alike repeats are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gridgis.errors import InvalidValue
from gridgis.hazards.clocks import ClockRules
from gridgis.hazards.repeats import RepeatRule

CLOCKS, REPEATS = "hazard_clocks", "hazard_repeats"
"""Settings that hold them: objects with some of the names of `ClockRules` and `RepeatRule`."""
Rules = TypeVar("Rules")


def clock_rules(settings: Mapping[str, Any]) -> ClockRules:
    """The times of a district; what it does not set is as `ClockRules` has it.

    Raises:
        InvalidValue: ``setting.hazard_clocks``.
    """
    return _rules(ClockRules, settings.get(CLOCKS, {}), "setting.hazard_clocks")


def repeat_rule(settings: Mapping[str, Any]) -> RepeatRule:
    """How alike reports are that are shown as repeats.

    Raises:
        InvalidValue: ``setting.repeats``.
    """
    return _rules(RepeatRule, settings.get(REPEATS, {}), "setting.repeats")


def _rules(make: Callable[..., Rules], told: Any, code: str) -> Rules:
    try:
        return make(**told)
    except TypeError as error:  # of a name that is none, or of a value that is no number
        raise InvalidValue(code) from error
