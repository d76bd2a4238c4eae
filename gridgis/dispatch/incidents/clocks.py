"""Say until when an incident has to be reported, what was reported late, and which teams have to be heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gridgis.dispatch.incidents.case import Case, Status, Step
from gridgis.dispatch.incidents.grading import AccidentGrade
from gridgis.dispatch.incidents.recording import Report
from gridgis.errors import InvalidValue

FREQUENT = frozenset({AccidentGrade.EXTRAORDINARY, AccidentGrade.MAJOR})


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How soon what has to be reported.

    Attributes:
        phone_minutes: Report by telephone to the duty room above; a local rule, to be checked (待核).
        first_h: First written report: each level within 2 hours (decree 493, article 11).
        follow_up_h: Between follow-ups of ordinary and larger accidents (once a day, order 21).
        follow_up_frequent_h: Between follow-ups of major accidents and worse (twice a day).
        heads_minutes: Between head counts of a team at the scene; practice (待核).

    Raises:
        InvalidValue: ``setting.clocks`` for a time that is not above 0.
    """

    phone_minutes: float = 30.0
    first_h: float = 2.0
    follow_up_h: float = 24.0
    follow_up_frequent_h: float = 12.0
    heads_minutes: float = 20.0

    def __post_init__(self) -> None:
        if min(self.phone_minutes, self.first_h, self.follow_up_h, self.follow_up_frequent_h, self.heads_minutes) <= 0:
            raise InvalidValue("setting.clocks")


@dataclass(frozen=True, slots=True)
class Due:
    """One report that is or was due.

    Attributes:
        report: What.
        due_at: Until when.
        made_at: When it was made, None while it was not.
    """

    report: Report
    due_at: datetime
    made_at: datetime | None

    def late_at(self, now: datetime) -> bool:
        """Whether it was made late, or is late now."""
        return (self.made_at or now) > self.due_at


@dataclass(frozen=True, slots=True)
class HeadCount:
    """When the people of a team have to be heard of next.

    Attributes:
        dispatch_id: The team's dispatch.
        due_at: Until when.
        people: People who answered last, None where nobody was counted yet.
    """

    dispatch_id: UUID
    due_at: datetime
    people: int | None


def reports_due(case: Case, grade: AccidentGrade | None, rule: ClockRule | None = None) -> tuple[Due, ...]:
    """Reports of an accident in the order in which they are due; none for what is no accident that was graded.

    A follow-up is due a while after the report before it, as long as the incident is open; the final one has no clock.
    """
    if grade is None:
        return ()
    clocks = rule or ClockRule()
    began = case.incident.received_at
    made: dict[Report, list[datetime]] = {report: [] for report in Report}
    for entry in case.log:
        if entry.step is Step.REPORTED:
            made[Report(entry.facts["report"])].append(entry.happened_at)
    phone, first = (min(made[report], default=None) for report in (Report.PHONE, Report.FIRST))
    due = [
        Due(Report.PHONE, began + timedelta(minutes=clocks.phone_minutes), phone),
        Due(Report.FIRST, began + timedelta(hours=clocks.first_h), first),
    ]
    if first is None or made[Report.FINAL]:
        return tuple(due)
    between = timedelta(hours=clocks.follow_up_frequent_h if grade in FREQUENT else clocks.follow_up_h)
    last = first
    for at in sorted(made[Report.FOLLOW_UP]):
        due.append(Due(Report.FOLLOW_UP, last + between, at))
        last = at
    if case.incident.status is Status.OPEN:
        due.append(Due(Report.FOLLOW_UP, last + between, None))
    return tuple(due)


def heads_due(case: Case, rule: ClockRule | None = None) -> tuple[HeadCount, ...]:
    """When each team at the scene has to be heard of next, the soonest first."""
    between = timedelta(minutes=(rule or ClockRule()).heads_minutes)
    found = []
    for one in case.dispatches:
        if one.on_scene_at is None or one.released_at is not None:
            continue
        heard = [
            entry for entry in case.log if entry.step is Step.ACCOUNTED and entry.facts.get("dispatch") == str(one.id)
        ]
        last = max((entry.happened_at for entry in heard), default=one.on_scene_at)
        people = heard[-1].facts["people"] if heard else None
        found.append(HeadCount(one.id, last + between, people))
    return tuple(sorted(found, key=lambda each: each.due_at))
