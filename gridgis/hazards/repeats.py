"""Show which reports may tell of the same hazard, by place, time, words and photo, and why; a person decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import exp
from uuid import UUID

from gridgis.errors import InvalidValue
from gridgis.geometry import metres_between
from gridgis.hazards.hazard import Hazard
from gridgis.hazards.photos import alike

SURE = 1.0


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """How alike two reports have to be; practice, to be checked (待核).

    Attributes:
        distance_m: Distance at which the likeness of place falls to 1/e, beside how far off both may be.
        days: Days between at which the likeness of time falls to 1/e.
        least: Likeness from which on a pair is shown.
        same_words: Weight of the words against the place.
        other_kind: Factor for reports of different kinds.

    Raises:
        InvalidValue: ``setting.repeats`` for a value out of range.
    """

    distance_m: float = 60.0
    days: float = 15.0
    least: float = 0.45
    same_words: float = 0.5
    other_kind: float = 0.5

    def __post_init__(self) -> None:
        shares = (self.least, self.same_words, self.other_kind)
        if min(self.distance_m, self.days) <= 0 or not all(0 <= share <= 1 for share in shares):
            raise InvalidValue("setting.repeats")


DEFAULT_RULE = RepeatRule()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another report that may tell of the same.

    Attributes:
        hazard: The other report.
        score: 0 to 1; 1 for the same photo.
        away_m: Metres between the places, None where one is not known.
        apart: Time between.
        words: Likeness of the words, 0 to 1.
        photo: Whether a photo of one looks like a photo of the other.
    """

    hazard: Hazard
    score: float
    away_m: float | None
    apart: timedelta
    words: float
    photo: bool


def likeness_of_words(one: str, other: str) -> float:
    """How alike two texts are: the share of pairs of characters that they have in common (Dice's coefficient)."""
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return SURE if one.strip() and one.strip() == other.strip() else 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _pairs(text: str) -> set[str]:
    said = "".join(text.split()).lower()
    return {said[at : at + 2] for at in range(len(said) - 1)}


def find_repeats(
    hazard: Hazard,
    others: Iterable[Hazard],
    looks: Mapping[UUID, Collection[int]],
    rule: RepeatRule = DEFAULT_RULE,
) -> list[Repeat]:
    """Reports that may tell of the same as one, the likeliest first.

    The same photo, taken again or sent again, is one wherever and whenever it is claimed to be taken. Otherwise the
    likeness is that of place, exp(-d / distance), where d is what lies between beyond how far off both may be, times
    that of time, exp(-t / days), times that of kind, times one half to one by the words. Reports of one enterprise
    whose places are not known are compared by words and time alone.

    Args:
        hazard: The report.
        others: Reports to compare it with; itself is passed over.
        looks: How photos look (`gridgis.hazards.photos.alike`), by hazard.
        rule: How alike they have to be.
    """
    mine = looks.get(hazard.id, ())
    found = []
    for other in others:
        if other.id == hazard.id:
            continue
        made = _compared(hazard, other, rule, photo=any(alike(a, b) for a in mine for b in looks.get(other.id, ())))
        if made.score >= rule.least:
            found.append(made)
    return sorted(found, key=lambda one: (-one.score, one.hazard.code))


def _compared(hazard: Hazard, other: Hazard, rule: RepeatRule, *, photo: bool) -> Repeat:
    apart = abs(hazard.found_at - other.found_at)
    words = likeness_of_words(hazard.text, other.text)
    here, there = hazard.place, other.place
    away_m = None if here is None or there is None else metres_between(here, there)
    if photo:
        return Repeat(other, SURE, away_m, apart, words, photo=True)
    if away_m is not None:
        beyond_m = max(0.0, away_m - (hazard.accuracy_m or 0.0) - (other.accuracy_m or 0.0))
        by_place = exp(-beyond_m / rule.distance_m)
    else:
        by_place = float(hazard.enterprise_id is not None and hazard.enterprise_id == other.enterprise_id)
    by_time = exp(-(apart / timedelta(days=1)) / rule.days)
    by_kind = SURE if hazard.kind == other.kind else rule.other_kind
    by_words = 1 - rule.same_words + rule.same_words * words
    return Repeat(other, by_place * by_time * by_kind * by_words, away_m, apart, words, photo=False)
