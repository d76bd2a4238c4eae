"""Offer open incidents that a new call may tell of: near in place, near in time, of a kind that fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import asin, cos, exp, radians, sin, sqrt

from gridgis.dispatch.incidents.case import Incident, Status
from gridgis.errors import InvalidValue

EARTH_RADIUS_M = 6_371_008.8

RELATED = frozenset(
    frozenset(pair)
    for pair in (
        ("fire", "hazmat"),
        ("fire", "gas"),
        ("gas", "hazmat"),
        ("fire", "special_equipment"),
        ("work_injury", "confined_space"),
        ("work_injury", "special_equipment"),
        ("work_injury", "collapse"),
        ("flood", "collapse"),
        ("traffic", "fire"),
        ("traffic", "hazmat"),
    )
)
"""Kinds that callers take for one another: smoke from a tank is a fire to one and a leak to the next."""


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """When two incidents may be the same.

    Attributes:
        distance_m: Distance at which the likeness falls to 1/e; callers place what they see from afar. > 0.
        minutes: Minutes at which it falls to 1/e. > 0.
        related: Likeness of kinds that are taken for one another, 0 to 1.
        unknown: Likeness where a kind or place is not known yet.
        different: Likeness of other kinds.
        least: Least likeness that is offered, 0 to 1.

    Raises:
        InvalidValue: ``setting.duplicates``.
    """

    distance_m: float = 600.0
    minutes: float = 45.0
    related: float = 0.8
    unknown: float = 0.6
    different: float = 0.3
    least: float = 0.1

    def __post_init__(self) -> None:
        shares = (self.related, self.unknown, self.different, self.least)
        if self.distance_m <= 0 or self.minutes <= 0 or not all(0 <= share <= 1 for share in shares):
            raise InvalidValue("setting.duplicates")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much an incident is like another one.

    Attributes:
        incident: The other one.
        score: 0 to 1.
        away_m: Metres between the places, None where one is not known.
        apart: Time between the first calls.
    """

    incident: Incident
    score: float
    away_m: float | None
    apart: timedelta


DEFAULT_RULE = DuplicateRule()


def likely_duplicates(
    incident: Incident, others: Iterable[Incident], rule: DuplicateRule = DEFAULT_RULE
) -> list[Likeness]:
    """Open incidents that may be the same event, the likeliest first.

    The likeness is that of place, exp(-d / distance), times that of time, exp(-t / minutes), times that of kind.
    Incidents of another nature (a drill beside a real one) are never alike.
    """
    found = []
    for other in others:
        comparable = other.id != incident.id and other.status is Status.OPEN and other.nature is incident.nature
        if comparable:
            likeness = _likeness(incident, other, rule)
            if likeness.score >= rule.least:
                found.append(likeness)
    return sorted(found, key=lambda one: (-one.score, one.incident.code))


def _likeness(incident: Incident, other: Incident, rule: DuplicateRule) -> Likeness:
    apart = abs(incident.received_at - other.received_at)
    here, there = incident.place, other.place
    away_m = None if here is None or there is None else metres_between(here, there)
    if away_m is not None:
        by_place = exp(-away_m / rule.distance_m)
    else:
        by_place = rule.unknown if _same_words(incident, other) else 0.0
    by_time = exp(-apart.total_seconds() / 60 / rule.minutes)
    return Likeness(other, by_place * by_time * _of_kind(incident.type, other.type, rule), away_m, apart)


def _same_words(incident: Incident, other: Incident) -> bool:
    """Whether one address is a part of the other."""
    here, there = incident.address.strip(), other.address.strip()
    return bool(here) and bool(there) and (here in there or there in here)


def _of_kind(one: str, other: str, rule: DuplicateRule) -> float:
    if not one or not other:
        return rule.unknown
    if one == other:
        return 1.0
    return rule.related if frozenset((one, other)) in RELATED else rule.different


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle metres between two lon/lat places."""
    (lon, lat), (other_lon, other_lat) = (tuple(map(radians, place)) for place in (here, there))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))
