"""Take the steps of a hazard: each checks the table of legal steps, then what belongs to it alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gridgis.errors import Conflict, InvalidValue
from gridgis.geometry import metres_between
from gridgis.hazards.case import HazardCase, PhotoNamed
from gridgis.hazards.hazard import KINDS, Act, Hazard, Severity, State
from gridgis.hazards.stamp import DeviceStamp
from gridgis.hazards.transitions import ENDS, WORK_STOPPED, check
from gridgis.hazards.workdays import LOCAL_TIME, Term

AMENDABLE = ("kind", "text", "address", "lon", "lat", "accuracy_m", "enterprise_id")
"""What may be put right in a report."""

TOLD_BY_PEOPLE = frozenset({"text"})
"""What may name persons: the record tells that it changed, the hazard alone what it says."""

AT_THE_PLACE_M = 200.0
"""Whoever verifies stands within so many metres of the place, beside how far off both may be; practice (待核)."""

MOST_DOUBT_M = 100.0
"""A place that may be farther off than this proves nothing, however far off it says that it may be."""

MOST_TERM_DAYS = 3660


class Duty(StrEnum):
    """The five that have to be settled for a major hazard (五落实; order 16 of the state administration, art. 15)."""

    DUTY = "duty"  # 责任
    MEASURES = "measures"  # 措施
    MONEY = "money"  # 资金
    TIME = "time"  # 时限
    PLAN = "plan"  # 预案


class Assignee(StrEnum):
    """Who has to put a hazard right."""

    ENTERPRISE = "enterprise"
    DEPARTMENT = "department"
    TOWN = "town"


PLAIN = frozenset(
    {
        Act.ACCEPT,
        Act.REFUSE,
        Act.SEND_BACK,
        Act.START,
        Act.REWORK,
        Act.REOPEN,
        Act.GRANT_EXTENSION,
        Act.DENY_EXTENSION,
        Act.ASK_PAUSE,
        Act.GRANT_PAUSE,
        Act.DENY_PAUSE,
        Act.RESUME,
        Act.UNLIST,
        Act.SUPERVISE,
        Act.SPONSOR,
        Act.STOP_WORK,
        Act.ASK_RESUMPTION,
        Act.ALLOW_RESUMPTION,
        Act.DENY_RESUMPTION,
        Act.VOID,
        Act.URGE,
        Act.NOTE,
    }
)
"""Steps that are told by words and photos alone."""


def report(hazard: Hazard, stamp: DeviceStamp, step_id: UUID, *, photos: Sequence[PhotoNamed] = ()) -> HazardCase:
    """Open a hazard by its report.

    Raises:
        InvalidValue: ``hazard.kind`` for a kind that nobody knows; ``hazard.why`` when nothing says what is wrong,
            neither words nor a photo; ``hazard.half_place``.
    """
    _check_report(hazard)
    if not hazard.text.strip() and not photos:
        raise InvalidValue("hazard.why", act=Act.REPORT.value)
    facts = {"kind": hazard.kind, "origin": hazard.origin.value, **_named(photos)}
    made = replace(hazard, state=State.REPORTED, text=hazard.text.strip(), reporter=stamp.actor)
    return HazardCase(made).stepped(Act.REPORT, stamp, step_id, facts=facts)


def take(
    case: HazardCase, act: Act, stamp: DeviceStamp, step_id: UUID, *, text: str = "", photos: Sequence[PhotoNamed] = ()
) -> HazardCase:
    """Take one of the `PLAIN` steps.

    Raises:
        Conflict, InvalidValue: See `check`.
    """
    if act not in PLAIN:
        raise AssertionError(act)
    return _stepped(case, act, stamp, step_id, text, _named(photos))


def amend(
    case: HazardCase,
    changed: Mapping[str, Any],
    seen: Mapping[str, Any],
    stamp: DeviceStamp,
    step_id: UUID,
    *,
    text: str = "",
) -> HazardCase:
    """Put a report right.

    Args:
        case: The case.
        changed: Some of `AMENDABLE`, with their values.
        seen: What these were when whoever changes them looked; nothing may overwrite unseen what another wrote.
        stamp: Who, when.
        step_id: Made where it was done.
        text: Why.

    Raises:
        Conflict: ``hazard.both_changed`` with the ``field`` and both sides; see `check`.
        InvalidValue: ``hazard.kind``, ``hazard.half_place``; ``hazard.nothing`` when all is as it was.
    """
    hazard = case.hazard
    check(case, Act.AMEND, stamp.actor, text)
    new = {name: changed[name] for name in AMENDABLE if name in changed and changed[name] != getattr(hazard, name)}
    if not new:
        raise InvalidValue("hazard.nothing", hazard=hazard.code)
    for name, value in new.items():
        held = getattr(hazard, name)
        if name in seen and seen[name] != held:
            raise Conflict("hazard.both_changed", hazard=hazard.code, field=name, theirs=held, mine=value)
    _check_report(replace(hazard, **new))
    facts: dict[str, Any] = {
        name: {"before": _plain(getattr(hazard, name)), "after": _plain(value)}
        for name, value in new.items()
        if name not in TOLD_BY_PEOPLE
    }
    facts |= {name: {} for name in new.keys() & TOLD_BY_PEOPLE}
    return case.stepped(Act.AMEND, stamp, step_id, text=text, facts=facts, changed=new)


def grade(
    case: HazardCase,
    severity: Severity,
    stamp: DeviceStamp,
    step_id: UUID,
    *,
    text: str,
    clause: str = "",
    rules: str = "",
) -> HazardCase:
    """Decide how bad a hazard is: a person does, whatever a list proposes.

    Args:
        case: The case.
        severity: The decision.
        stamp: Who, when.
        step_id: Made where it was done.
        text: Why.
        clause: Code of the clause that it rests on.
        rules: The list that holds the clause, with its version.

    Raises:
        Conflict, InvalidValue: See `check`.
    """
    before = case.hazard.severity
    facts = {"before": None if before is None else before.value, "after": severity.value}
    return _stepped(
        case, Act.GRADE, stamp, step_id, text, facts | _if_any(clause=clause, rules=rules), severity=severity
    )


def assign(
    case: HazardCase,
    assignee: Assignee,
    name: str,
    stamp: DeviceStamp,
    step_id: UUID,
    *,
    days: int,
    term: Term = Term.CALENDAR,
    text: str = "",
) -> HazardCase:
    """Say who has to put it right, and in how many days; somebody else than before needs a reason.

    Raises:
        Conflict: See `check`; ``hazard.not_graded`` before anybody decided how bad it is.
        InvalidValue: ``hazard.assignee`` for nobody; ``hazard.days``; ``hazard.why`` for another one without a reason.
    """
    hazard = case.hazard
    check(case, Act.ASSIGN, stamp.actor, text)
    if hazard.severity is None:
        raise Conflict("hazard.not_graded", hazard=hazard.code)
    if not name.strip():
        raise InvalidValue("hazard.assignee")
    if hazard.state is not State.ACCEPTED and not text.strip():
        raise InvalidValue("hazard.why", act=Act.ASSIGN.value)
    facts = {"assignee": assignee.value, "name": name.strip(), "days": _days(days, least=0), "term": term.value}
    return _stepped(case, Act.ASSIGN, stamp, step_id, text, facts, assignee=name.strip())


def answer(
    case: HazardCase, stamp: DeviceStamp, step_id: UUID, *, text: str, photos: Sequence[PhotoNamed]
) -> HazardCase:
    """Say what was done, with photos of how it is now.

    Raises:
        Conflict, InvalidValue: See `check`; ``hazard.photo_missing`` without a photo.
    """
    check(case, Act.ANSWER, stamp.actor, text)
    if not photos:
        raise InvalidValue("hazard.photo_missing")
    return _stepped(case, Act.ANSWER, stamp, step_id, text, _named(photos))


def verify(
    case: HazardCase,
    stamp: DeviceStamp,
    step_id: UUID,
    *,
    place: tuple[float, float] | None,
    accuracy_m: float = 0.0,
    arrived: Collection[UUID],
    text: str = "",
    photos: Sequence[PhotoNamed] = (),
) -> HazardCase:
    """Confirm at the place that it is put right; by another person than answered.

    Args:
        case: The case.
        stamp: Who, when.
        step_id: Made where it was done.
        place: Lon/lat of whoever verifies, None where the telephone does not know.
        accuracy_m: How far off that may be.
        arrived: Photos that have come.
        text: What was seen; demanded of one who is not proven to be at the place.
        photos: Photos of it.

    Raises:
        Conflict: See `check`; ``hazard.photos_awaited`` before the answer's photos came.
        InvalidValue: ``hazard.not_there`` far from the place without words about it.
    """
    hazard = case.hazard
    check(case, Act.VERIFY, stamp.actor, text)
    answered = case.last(Act.ANSWER)
    missing = [] if answered is None else [one for one in answered.photos if one.id not in arrived]
    if missing:
        raise Conflict("hazard.photos_awaited", hazard=hazard.code, count=len(missing))
    away_m = None if place is None or hazard.place is None else metres_between(place, hazard.place)
    doubt_m = min(MOST_DOUBT_M, accuracy_m + (hazard.accuracy_m or 0.0))
    there = away_m is not None and away_m <= AT_THE_PLACE_M + doubt_m
    if not there and not text.strip():
        raise InvalidValue("hazard.not_there", away_m="?" if away_m is None else round(away_m))
    facts = {"there": there, "away_m": None if away_m is None else round(away_m), **_named(photos)}
    return _stepped(case, Act.VERIFY, stamp, step_id, text, facts)


def close(case: HazardCase, stamp: DeviceStamp, step_id: UUID, *, text: str = "") -> HazardCase:
    """Close what was verified; a major hazard when all five are settled and no stopped work waits for its review.

    Raises:
        Conflict: See `check`; ``hazard.duties_open`` with what is not settled; ``hazard.work_stopped``.
    """
    check(case, Act.CLOSE, stamp.actor, text)
    if case.hazard.severity is Severity.MAJOR:
        missing = [duty.value for duty in unsettled(case)]
        if missing:
            raise Conflict("hazard.duties_open", hazard=case.hazard.code, duties=missing)
        if WORK_STOPPED.in_case(case):
            raise Conflict("hazard.work_stopped", hazard=case.hazard.code)
    return _stepped(case, Act.CLOSE, stamp, step_id, text, {})


def ask_extension(case: HazardCase, days: int, stamp: DeviceStamp, step_id: UUID, *, text: str) -> HazardCase:
    """Ask for more days, in the kind in which the term is counted.

    Raises:
        Conflict, InvalidValue: See `check`; ``hazard.days``.
    """
    return _stepped(case, Act.ASK_EXTENSION, stamp, step_id, text, {"days": _days(days)})


def put_on_list(case: HazardCase, review_on: date, stamp: DeviceStamp, step_id: UUID, *, text: str) -> HazardCase:
    """Put it on the pending list (挂账), with the day on which that is looked at again.

    Raises:
        Conflict, InvalidValue: See `check`; ``hazard.review_past`` for a day that is over.
    """
    if review_on < stamp.happened_at.astimezone(LOCAL_TIME).date():
        raise InvalidValue("hazard.review_past", value=review_on.isoformat())
    return _stepped(case, Act.LIST, stamp, step_id, text, {"review_on": review_on.isoformat()})


def fulfil(case: HazardCase, duty: Duty, stamp: DeviceStamp, step_id: UUID, *, text: str) -> HazardCase:
    """Settle one of the five for a major hazard.

    Raises:
        Conflict, InvalidValue: See `check`.
    """
    return _stepped(case, Act.FULFIL, stamp, step_id, text, {"duty": duty.value})


def unsettled(case: HazardCase) -> tuple[Duty, ...]:
    """Which of the five are not settled yet."""
    settled = {step.facts["duty"] for step in case.steps if step.act is Act.FULFIL}
    return tuple(duty for duty in Duty if duty.value not in settled)


def _stepped(  # noqa: PLR0917  in the order in which they stand everywhere here
    case: HazardCase,
    act: Act,
    stamp: DeviceStamp,
    step_id: UUID,
    text: str,
    facts: Mapping[str, Any],
    **changed: Any,
) -> HazardCase:
    """The case after a step, in the state that the table says."""
    target = check(case, act, stamp.actor, text).target or case.hazard.state
    ended_at: datetime | None = case.hazard.closed_at
    if target is not case.hazard.state:
        ended_at = stamp.happened_at if target in ENDS else None
    after = {**changed, "state": target, "closed_at": ended_at}
    return case.stepped(act, stamp, step_id, text=text, facts=facts, changed=after)


def _check_report(hazard: Hazard) -> None:
    if hazard.kind not in KINDS:
        raise InvalidValue("hazard.kind", value=hazard.kind, known=", ".join(KINDS))
    if (hazard.lon is None) != (hazard.lat is None):
        raise InvalidValue("hazard.half_place")


def _days(days: int, *, least: int = 1) -> int:
    if not least <= days <= MOST_TERM_DAYS:
        raise InvalidValue("hazard.days", value=days, least=least, most=MOST_TERM_DAYS)
    return days


def _named(photos: Sequence[PhotoNamed]) -> dict[str, Any]:
    return {"photos": [photo.told() for photo in photos]} if photos else {}


def _if_any(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
