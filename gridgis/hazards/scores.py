"""Score whoever reports hazards by what came of them: verified closures, in time, not opened again; never by counts.

A report that tells of the same as an earlier one adds nothing, whoever sends it how often; one that is refused, void
or still open adds nothing either. So a storm of duplicates can't raise a score, and inventing hazards does not pay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gridgis.hazards.case import HazardCase
from gridgis.hazards.clocks import answered_in_time
from gridgis.hazards.hazard import Act, Severity, State
from gridgis.hazards.repeats import DEFAULT_RULE, RepeatRule, find_repeats
from gridgis.hazards.workdays import WorkCalendar

CLOSED_POINTS, IN_TIME_POINTS, MAJOR_POINTS, REOPENED_POINTS = 2, 1, 3, -2
"""Practice of districts, to be checked (待核)."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of somebody's reports.

    Attributes:
        reporter: Name of the account.
        reported: Reports in all, which count for nothing.
        repeats: Those that tell of the same as an earlier one.
        refused: Those refused or void.
        open: Those still followed.
        closed: Distinct hazards closed after another person verified them.
        in_time: Of these, answered within their term.
        major: Of these, major ones.
        reopened: Of these, opened again at least once.
    """

    reporter: str
    reported: int = 0
    repeats: int = 0
    refused: int = 0
    open: int = 0
    closed: int = 0
    in_time: int = 0
    major: int = 0
    reopened: int = 0

    @property
    def points(self) -> int:
        """The score."""
        return (
            CLOSED_POINTS * self.closed
            + IN_TIME_POINTS * self.in_time
            + MAJOR_POINTS * self.major
            + REOPENED_POINTS * self.reopened
        )


def first_reports(
    cases: Sequence[HazardCase], looks: Mapping[UUID, Collection[int]], rule: RepeatRule = DEFAULT_RULE
) -> frozenset[UUID]:
    """Of reports that tell of the same, the first one each; in the order in which they were found.

    A report is compared with the first ones alone, so that a chain of near repeats is no more than its beginning.
    """
    firsts: list[HazardCase] = []
    for case in sorted(cases, key=lambda one: (one.hazard.found_at, one.hazard.code)):
        if not find_repeats(case.hazard, (one.hazard for one in firsts), looks, rule):
            firsts.append(case)
    return frozenset(one.hazard.id for one in firsts)


def scores(
    cases: Iterable[HazardCase],
    looks: Mapping[UUID, Collection[int]],
    calendar: WorkCalendar,
    rule: RepeatRule = DEFAULT_RULE,
) -> tuple[Score, ...]:
    """The score of everybody who reported, by points, then by name.

    Args:
        cases: Hazards with their steps.
        looks: How their photos look, by hazard.
        calendar: By which terms are counted.
        rule: How alike reports are that tell of the same.
    """
    listed = sorted(cases, key=lambda one: one.hazard.code)
    counted = [one for one in listed if one.hazard.state not in {State.REFUSED, State.VOID}]
    firsts = first_reports(counted, looks, rule)
    by_reporter: dict[str, list[HazardCase]] = {}
    for case in listed:
        by_reporter.setdefault(case.hazard.reporter, []).append(case)
    made = (_score(reporter, own, firsts, calendar) for reporter, own in by_reporter.items())
    return tuple(sorted(made, key=lambda one: (-one.points, one.reporter)))


def _score(reporter: str, cases: Sequence[HazardCase], firsts: Collection[UUID], calendar: WorkCalendar) -> Score:
    ended_otherwise = [one for one in cases if one.hazard.state in {State.REFUSED, State.VOID}]
    counted = [one for one in cases if one.hazard.state not in {State.REFUSED, State.VOID}]
    distinct = [one for one in counted if one.hazard.id in firsts]
    closed = [one for one in distinct if one.hazard.state is State.CLOSED and one.last(Act.VERIFY) is not None]
    return Score(
        reporter=reporter,
        reported=len(cases),
        repeats=len(counted) - len(distinct),
        refused=len(ended_otherwise),
        open=len(distinct) - sum(one.hazard.state is State.CLOSED for one in distinct),
        closed=len(closed),
        in_time=sum(answered_in_time(one, calendar) is True for one in closed),
        major=sum(one.hazard.severity is Severity.MAJOR for one in closed),
        reopened=sum(one.last(Act.REOPEN) is not None for one in closed),
    )
