"""Work out the grade of an accident of production (事故等级) from what it cost: the worst of three scales counts.

State Council decree 493, article 3; 「以上」 includes the bound. What comes out is worked out by the system and decides
nothing (系统推算，非认定). An accident is graded again while the number of dead may still change: 30 days, for road
traffic and fire 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from gridgis.dispatch.incidents.recording import Casualties
from gridgis.norms import Norms

RECOUNTED_SOON = frozenset({"traffic", "fire"})


class AccidentGrade(StrEnum):
    """The four grades, the worst first; a scale of its own beside levels, risks and warnings."""

    EXTRAORDINARY = "extraordinary"  # 特别重大
    MAJOR = "major"  # 重大
    LARGER = "larger"  # 较大
    ORDINARY = "ordinary"  # 一般


@dataclass(frozen=True, slots=True)
class Grading:
    """A grade, and how it came about.

    Attributes:
        grade: The worst of the three.
        by: The grade that deaths, injuries and loss each give alone, None where there are none.
        edges: What more would make the grade worse, by ``deaths``, ``serious_injuries`` and ``loss_yuan``; empty for
            the worst grade.
        recount_until: Until when those who die still count.
        final: Whether that moment is past.
    """

    grade: AccidentGrade
    by: Mapping[str, AccidentGrade | None]
    edges: Mapping[str, int]
    recount_until: datetime
    final: bool


def grade_of(
    casualties: Casualties, alarm_type: str, happened_at: datetime, now: datetime, norms: Norms | None = None
) -> Grading | None:
    """The grade of what an incident cost; None for one that is no accident of production, or hurt nobody and nothing.

    Args:
        casualties: What it cost.
        alarm_type: Code of the alarm type.
        happened_at: When it happened, aware.
        now: The moment, aware.
        norms: The district's numbers.
    """
    if not casualties.production:
        return None
    bounds = _bounds(norms or Norms())
    costs = {
        "deaths": casualties.deaths,
        "serious_injuries": casualties.serious_injuries,
        "loss_yuan": casualties.loss_yuan,
    }
    by = {name: _alone(cost, bounds[name]) for name, cost in costs.items()}
    given = [grade for grade in by.values() if grade is not None]
    if not given:
        return None
    order = list(AccidentGrade)
    grade = min(given, key=order.index)
    at = order.index(grade)
    edges = {name: bounds[name][at - 1] - cost for name, cost in costs.items()} if at else {}
    used = norms or Norms()
    days = used.recount_traffic_and_fire_days if alarm_type in RECOUNTED_SOON else used.recount_days
    until = happened_at + timedelta(days=days)
    return Grading(grade, MappingProxyType(by), MappingProxyType(edges), until, now > until)


def _bounds(norms: Norms) -> Mapping[str, tuple[int, int, int]]:
    """From which figure on each of the three worst grades holds."""
    return {
        "deaths": (norms.accident_extraordinary_deaths, norms.accident_major_deaths, norms.accident_larger_deaths),
        "serious_injuries": (
            norms.accident_extraordinary_injuries,
            norms.accident_major_injuries,
            norms.accident_larger_injuries,
        ),
        "loss_yuan": (
            norms.accident_extraordinary_loss_yuan,
            norms.accident_major_loss_yuan,
            norms.accident_larger_loss_yuan,
        ),
    }


def _alone(cost: int, bounds: tuple[int, int, int]) -> AccidentGrade | None:
    """The grade that one figure gives."""
    if cost <= 0:
        return None
    for grade, bound in zip(AccidentGrade, bounds, strict=False):
        if cost >= bound:
            return grade
    return AccidentGrade.ORDINARY
