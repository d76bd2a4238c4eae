"""Say whether an officer was at a site long enough to count as a visit, by places that may be wrong or missing.

Nothing is guessed: time between two fixes counts only where both are surely inside, and a pause between fixes that is
too long is a gap, which is shown and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from gridgis.errors import InvalidValue
from gridgis.geometry import metres_between

NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a telephone said that it was.

    Attributes:
        at: When, aware.
        lon: Longitude.
        lat: Latitude.
        accuracy_m: How far off that may be.
    """

    at: datetime
    lon: float
    lat: float
    accuracy_m: float


@dataclass(frozen=True, slots=True)
class VisitRule:
    """What a visit takes; practice, to be checked (待核).

    Attributes:
        buffer_m: Within so many metres of a place of the site.
        least_dwell: For so long.
        most_gap: Between two fixes no longer than this.

    Raises:
        InvalidValue: ``setting.visits`` for a value that is not above 0.
    """

    buffer_m: float = 80.0
    least_dwell: timedelta = timedelta(minutes=5)
    most_gap: timedelta = timedelta(minutes=3)

    def __post_init__(self) -> None:
        if self.buffer_m <= 0 or min(self.least_dwell, self.most_gap) <= NO_TIME:
            raise InvalidValue("setting.visits")


class Verdict(StrEnum):
    """Whether a visit counts."""

    COUNTED = "counted"
    DOUBTFUL = "doubtful"  # it may have been long enough, and is not proven to be
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Presence:
    """How long somebody was at a site.

    Attributes:
        verdict: Whether that counts.
        sure: Time that is proven.
        possible: Time that it may have been at most, gaps left out; never less than what is proven.
        gaps: Spans without a fix that were too long, from when until when, while he may have been there.
        began_at: First fix that may be inside, None for none.
        ended_at: Last one.
    """

    verdict: Verdict
    sure: timedelta
    possible: timedelta
    gaps: tuple[tuple[datetime, datetime], ...]
    began_at: datetime | None
    ended_at: datetime | None


DEFAULT_RULE = VisitRule()


def presence(places: Sequence[tuple[float, float]], fixes: Iterable[Fix], rule: VisitRule = DEFAULT_RULE) -> Presence:
    """How long somebody was at a site.

    Args:
        places: Lon/lat of the site and its entrances.
        fixes: Where the telephone was, in any order.
        rule: What a visit takes.
    """
    track = sorted(fixes, key=lambda fix: fix.at)
    away = [min((metres_between((fix.lon, fix.lat), place) for place in places), default=float("inf")) for fix in track]
    surely = [metres + fix.accuracy_m <= rule.buffer_m for fix, metres in zip(track, away, strict=True)]
    maybe = [metres - fix.accuracy_m <= rule.buffer_m for fix, metres in zip(track, away, strict=True)]
    sure, possible, gaps = NO_TIME, NO_TIME, []
    for first, second in pairwise(range(len(track))):
        if not (maybe[first] and maybe[second]):
            continue
        since, until = track[first].at, track[second].at
        if until - since > rule.most_gap:
            gaps.append((since, until))
            continue
        possible += until - since
        if surely[first] and surely[second]:
            sure += until - since
    inside = [fix.at for fix, may in zip(track, maybe, strict=True) if may]
    return Presence(
        _verdict(sure, possible, rule),
        sure,
        possible,
        tuple(gaps),
        min(inside, default=None),
        max(inside, default=None),
    )


def _verdict(sure: timedelta, possible: timedelta, rule: VisitRule) -> Verdict:
    if sure >= rule.least_dwell:
        return Verdict.COUNTED
    return Verdict.DOUBTFUL if possible >= rule.least_dwell else Verdict.SHORT
