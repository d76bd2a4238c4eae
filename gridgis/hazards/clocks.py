"""Say until when what has to be done about a hazard, how much of the time is used, and who has to be warned.

Nothing here is written down: it follows from the steps, the rules and the calendar, so that it can always be worked out
again. Only time in which somebody has it in hand counts: a term stands still while the office looks at the answer,
while it is on the pending list, and while a pause that was granted lasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from gridgis.errors import InvalidValue
from gridgis.hazards.case import HazardCase, HazardStep
from gridgis.hazards.hazard import Act, State
from gridgis.hazards.transitions import RESUMPTION_ASKED, UNDER_WAY
from gridgis.hazards.workdays import LOCAL_TIME, Term, WorkCalendar

NO_TIME = timedelta(0)


class _At(NamedTuple):
    """By what clocks are read: the moment, the calendar, the rules."""

    now: datetime
    calendar: WorkCalendar
    rules: ClockRules


class Stage(StrEnum):
    """What is waited for."""

    ACCEPT = "accept"  # 受理
    ASSIGN = "assign"  # 派遣
    RECTIFY = "rectify"  # 整改
    VERIFY = "verify"  # 核查
    CLOSE = "close"  # 结案
    REVIEW = "review"  # 挂账复核
    RESUMPTION = "resumption"  # 复产审查


class Light(StrEnum):
    """How urgent it is; a scale of its own."""

    CALM = "calm"
    WARNED = "warned"  # 80 % used: whoever has it in hand is told
    OVERDUE = "overdue"  # all used: supervised (督办)
    STILL = "still"  # the clock stands


@dataclass(frozen=True, slots=True)
class ClockRules:
    """How soon what has to be done; practice of districts, to be checked (待核), but the review (decree 16: 10 days).

    Attributes:
        accept_days: Working days until a report is accepted or refused.
        assign_days: Working days until it is assigned.
        verify_days: Working days until an answer is verified.
        close_days: Working days until what was verified is closed.
        resumption_days: Calendar days until the review after an application to resume work.
        warn_share: Share of the time at which is warned.

    Raises:
        InvalidValue: ``setting.hazard_clocks`` for a time that is not above 0 or a share that is none.
    """

    accept_days: float = 1.0
    assign_days: float = 1.0
    verify_days: float = 3.0
    close_days: float = 1.0
    resumption_days: float = 10.0
    warn_share: float = 0.8

    def __post_init__(self) -> None:
        times = (self.accept_days, self.assign_days, self.verify_days, self.close_days, self.resumption_days)
        if min(times) <= 0 or not 0 < self.warn_share < 1:
            raise InvalidValue("setting.hazard_clocks")


@dataclass(frozen=True, slots=True)
class Countdown:
    """One clock that is on.

    Attributes:
        stage: What is waited for.
        due_at: Until when, None while the clock stands.
        used: Share of the time that is used; above 1 when it is over.
        light: How urgent it is.
        certain: Whether the holidays of every year that it reaches into are known.
    """

    stage: Stage
    due_at: datetime | None
    used: float
    light: Light
    certain: bool = True


_WAITED_FOR = {
    State.REPORTED: (Stage.ACCEPT, (Act.REPORT,), "accept_days"),
    State.ACCEPTED: (Stage.ASSIGN, (Act.ACCEPT, Act.SEND_BACK), "assign_days"),
    State.ANSWERED: (Stage.VERIFY, (Act.ANSWER,), "verify_days"),
    State.VERIFIED: (Stage.CLOSE, (Act.VERIFY,), "close_days"),
}


def countdowns(case: HazardCase, now: datetime, calendar: WorkCalendar, rules: ClockRules) -> tuple[Countdown, ...]:
    """Every clock that is on for a hazard, the one of its state first; none where nothing is left to be done."""
    at = _At(now, calendar, rules)
    found = [made for made in (_of_state(case, at),) if made is not None]
    if RESUMPTION_ASKED.in_case(case):
        asked = case.last(Act.ASK_RESUMPTION)
        if asked is not None:
            days = timedelta(days=rules.resumption_days)
            found.append(_running(Stage.RESUMPTION, Term.CALENDAR, asked.happened_at, days, at))
    return tuple(found)


def _of_state(case: HazardCase, at: _At) -> Countdown | None:
    state = case.hazard.state
    if state in UNDER_WAY:
        return _term(case, at)
    if state is State.LISTED:
        return _review(case, at)
    if state not in _WAITED_FOR:
        return None
    stage, acts, name = _WAITED_FOR[state]
    since = case.last(*acts)
    if since is None:
        return None
    amount = at.calendar.length(Term.WORKING, getattr(at.rules, name))
    return _running(stage, Term.WORKING, since.happened_at, amount, at)


def _review(case: HazardCase, at: _At) -> Countdown | None:
    listed = case.last(Act.LIST)
    if listed is None:
        return None
    day = date.fromisoformat(listed.facts["review_on"]) + timedelta(days=1)
    due_at = datetime(day.year, day.month, day.day, tzinfo=LOCAL_TIME)
    whole = max(due_at - listed.happened_at, timedelta(seconds=1))
    used = (at.now - listed.happened_at) / whole
    light = Light.OVERDUE if at.now >= due_at else Light.CALM
    return Countdown(Stage.REVIEW, due_at, used, light, at.calendar.knows(day.year))


def _running(stage: Stage, term: Term, since: datetime, amount: timedelta, at: _At) -> Countdown:
    due_at = at.calendar.after(term, since, amount)
    used = at.calendar.elapsed(term, since, at.now) / amount
    return Countdown(stage, due_at, used, _light(used, at.rules), _certain(at.calendar, term, since, due_at))


def _light(used: float, rules: ClockRules) -> Light:
    if used >= 1:
        return Light.OVERDUE
    return Light.WARNED if used >= rules.warn_share else Light.CALM


def _certain(calendar: WorkCalendar, term: Term, since: datetime, until: datetime) -> bool:
    if term is Term.CALENDAR:
        return True
    years = range(since.astimezone(LOCAL_TIME).year, until.astimezone(LOCAL_TIME).year + 1)
    return all(calendar.knows(year) for year in years)


@dataclass(frozen=True, slots=True)
class TermUsed:
    """The term in which a hazard has to be put right.

    Attributes:
        term: How its days are counted.
        allowed: All of it, with what was granted more.
        used: What is used of it.
        running_since: When the clock last began to run, None while it stands.
        began_at: When it was assigned.
    """

    term: Term
    allowed: timedelta
    used: timedelta
    running_since: datetime | None
    began_at: datetime


def term_used(case: HazardCase, now: datetime, calendar: WorkCalendar) -> TermUsed | None:
    """The term of a hazard as it stands, from its last assignment on; None before the first one.

    Days of 0 mean at once: until the end of the working day, or of the day.
    """
    assigned = case.last(Act.ASSIGN)
    if assigned is None:
        return None
    term = Term(assigned.facts["term"])
    steps = case.steps[assigned.number - 1 :]
    allowed = _allowed(assigned, steps, term, calendar)
    used, since = NO_TIME, None
    for runs, at in _switches(steps):
        if since is not None:
            used += calendar.elapsed(term, since, at)
        since = at if runs else None
    if since is not None:
        used += calendar.elapsed(term, since, now)
    return TermUsed(term, allowed, used, since, assigned.happened_at)


def _allowed(assigned: HazardStep, steps: tuple[HazardStep, ...], term: Term, calendar: WorkCalendar) -> timedelta:
    days, asked = assigned.facts["days"], 0
    for step in steps:
        if step.act is Act.ASK_EXTENSION:
            asked = step.facts["days"]
        elif step.act is Act.GRANT_EXTENSION:
            days += asked
    if days:
        return calendar.length(term, days)
    midnight = datetime.combine(
        assigned.happened_at.astimezone(LOCAL_TIME).date() + timedelta(days=1), datetime.min.time(), LOCAL_TIME
    )
    rest = calendar.elapsed(term, assigned.happened_at, midnight)
    return rest or calendar.length(term, 1)


def _switches(steps: tuple[HazardStep, ...]) -> Iterator[tuple[bool, datetime]]:
    """From when on the clock runs or stands, in order; moments never go back, whatever a telephone reported late."""
    latest, in_hand, paused = steps[0].happened_at, True, False
    for step in steps:
        if step.act in {Act.ASSIGN, Act.REWORK, Act.REOPEN, Act.UNLIST}:
            in_hand, paused = True, False
        elif step.act in {Act.ANSWER, Act.LIST, Act.SEND_BACK, Act.VOID}:
            in_hand = False
        elif step.act is Act.GRANT_PAUSE:
            paused = True
        elif step.act is Act.RESUME:
            paused = False
        latest = max(latest, step.happened_at)
        yield in_hand and not paused, latest


def _term(case: HazardCase, at: _At) -> Countdown | None:
    found = term_used(case, at.now, at.calendar)
    if found is None:
        return None
    share = found.used / found.allowed
    if found.running_since is None:
        return Countdown(Stage.RECTIFY, None, share, Light.STILL)
    before = found.used - at.calendar.elapsed(found.term, found.running_since, at.now)
    due_at = at.calendar.after(found.term, found.running_since, max(NO_TIME, found.allowed - before))
    certain = _certain(at.calendar, found.term, found.began_at, due_at)
    return Countdown(Stage.RECTIFY, due_at, share, _light(share, at.rules), certain)


def answered_in_time(case: HazardCase, calendar: WorkCalendar) -> bool | None:
    """Whether the answer that was verified came within the term; None before one was."""
    verified = case.last(Act.VERIFY)
    if verified is None:
        return None
    before = [step for step in case.steps[: verified.number] if step.act is Act.ANSWER]
    if not before:
        return None
    answered = before[-1]
    used = term_used(HazardCase(case.hazard, case.steps[: answered.number]), answered.happened_at, calendar)
    return None if used is None else used.used <= used.allowed
