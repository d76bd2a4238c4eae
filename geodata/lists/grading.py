"""Read the lists of cases that make a hazard a major one: a district's own from its settings, or the example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from gridgis.errors import InvalidValue
from gridgis.hazards.grading import GradingRules

SETTING = "hazard_grading"
"""Setting that holds a district's lists: a JSON array, each as ``major_hazards_example.json`` is."""


def example_rules() -> GradingRules:
    """The list that is shipped: it shows the form and has no force."""
    text = resources.files("geodata").joinpath("lists", "major_hazards_example.json").read_text("utf-8")
    return GradingRules.from_mapping(json.loads(text))


def grading_lists(settings: Mapping[str, Any]) -> tuple[GradingRules, ...]:
    """The district's lists, or the example where it has none.

    Raises:
        InputRejected: ``grading.refused``.
        InvalidValue: ``grading.form`` for a setting that is no array of lists.
    """
    told = settings.get(SETTING)
    if told is None:
        return (example_rules(),)
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise InvalidValue("grading.form", name=SETTING)
    return tuple(GradingRules.from_mapping(one) for one in told)
