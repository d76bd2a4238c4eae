"""Take a call: open an incident at the first word, complete it as more becomes known, merge what tells of the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.incidents.case import Call, Case, Incident, Status, Step
from gridgis.dispatch.incidents.stamp import Stamp
from gridgis.errors import Conflict, InvalidValue

KNOWN_LATER = ("type", "level", "lon", "lat", "address", "note", "enterprise_id")
"""What may become known after the first word."""

TOLD_BY_PEOPLE = frozenset({"note"})
"""What may name persons: the log tells that it changed, the incident alone what it says."""


def receive(incident_id: UUID, code: str, call: Call, stamp: Stamp, *, nature: AlarmNature = AlarmNature.REAL) -> Case:
    """Open an incident by a call.

    Args:
        incident_id: Made where the call is taken, so that a retry is the same incident.
        code: Number of the day.
        call: The call.
        stamp: Who takes it, and when.
        nature: Whether it is a drill or a test from the start.
    """
    incident = Incident(incident_id, code, Status.OPEN, stamp.happened_at, nature=nature)
    case = Case(incident, (replace(call, incident_id=incident_id, code=f"{code}/C01", taken_by=stamp.actor),))
    return case.logged(Step.RECEIVED, stamp, facts={"nature": nature.value})


def complete(case: Case, known: Mapping[str, Any], stamp: Stamp) -> Case:
    """Note what became known of an incident; what is as it was leaves no entry.

    Args:
        case: The case.
        known: Some of `KNOWN_LATER`, with their values.
        stamp: Who, when.

    Raises:
        Conflict: ``incident.closed``, ``incident.merged``.
        InvalidValue: ``incident.taken_back`` when teams were sent and type, level or place would be unknown again.
    """
    check_open(case)
    incident = case.incident
    changed = {name: known[name] for name in KNOWN_LATER if name in known and known[name] != getattr(incident, name)}
    if not changed:
        return case
    after = replace(incident, **changed)
    if case.dispatches and not after.complete:
        raise InvalidValue("incident.taken_back", incident=incident.code)
    step = Step.COMPLETED
    facts: dict[str, Any] = {
        name: {"before": _plain(getattr(incident, name)), "after": _plain(changed[name])}
        for name in sorted(changed.keys() - TOLD_BY_PEOPLE)
    }
    facts |= {name: {} for name in sorted(changed.keys() & TOLD_BY_PEOPLE)}
    if set(changed) == {"level"} and incident.level is not None:
        step = Step.LEVEL
    return replace(case, incident=after).logged(step, stamp, facts=facts)


def _plain(value: Any) -> Any:
    """A value as JSON can say it."""
    if isinstance(value, StrEnum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


def set_level(case: Case, level: ResponseLevel, why: str, stamp: Stamp) -> Case:
    """Escalate or de-escalate, with a reason.

    Raises:
        Conflict: ``incident.closed``, ``incident.merged``.
        InvalidValue: ``incident.why`` without a reason.
    """
    check_open(case)
    before = case.incident.level
    if before is level:
        return case
    if before is not None:
        check_said(why, "level")
    facts = {"level": {"before": None if before is None else before.value, "after": level.value}}
    return case.with_incident(level=level).logged(Step.LEVEL, stamp, text=why, facts=facts)


def set_nature(case: Case, nature: AlarmNature, why: str, stamp: Stamp) -> Case:
    """Say that it is real, a drill, a test or a false alarm; only real ones count in the figures.

    Raises:
        Conflict: ``incident.merged``.
        InvalidValue: ``incident.why`` without a reason.
    """
    check_leads(case)
    before = case.incident.nature
    if before is nature:
        return case
    check_said(why, "nature")
    facts = {"nature": {"before": before.value, "after": nature.value}}
    return case.with_incident(nature=nature).logged(Step.NATURE, stamp, text=why, facts=facts)


def add_call(case: Case, call: Call, stamp: Stamp) -> Case:
    """Note another call about the incident, or more about one that is noted.

    Raises:
        Conflict: ``incident.merged``.
    """
    check_leads(case)
    known = next((one for one in case.calls if one.id == call.id), None)
    if known is not None:
        told = replace(known, caller=call.caller, phone=call.phone, said=call.said)
        return replace(case, calls=tuple(told if one.id == call.id else one for one in case.calls))
    number = len(case.calls) + 1
    made = replace(
        call,
        incident_id=case.incident.id,
        code=f"{case.incident.code}/C{number:02d}",
        received_at=stamp.happened_at,
        taken_by=stamp.actor,
    )
    return replace(case, calls=(*case.calls, made)).logged(Step.CALLED, stamp, facts={"call": str(made.id)})


def merge(leading: Case, other: Case, stamp: Stamp) -> tuple[Case, Case]:
    """Fold an incident into the one that leads: its calls tell of that one from now on, both callers stay.

    Returns:
        The one that leads, and the one that was folded into it.

    Raises:
        Conflict: ``incident.merge_same``; ``incident.closed`` or ``incident.merged`` when the leading one does not
            lead; ``incident.merge_sent`` when teams were sent to the other one: recall them, or link the two.
    """
    if leading.incident.id == other.incident.id:
        raise Conflict("incident.merge_same", incident=leading.incident.code)
    check_open(leading)
    check_open(other)
    if other.dispatches:
        raise Conflict("incident.merge_sent", incident=other.incident.code, teams=len(other.dispatches))
    kept = leading.incident
    taken = {
        name: getattr(other.incident, name)
        for name in KNOWN_LATER
        if getattr(kept, name) in {None, ""} and getattr(other.incident, name) not in {None, ""}
    }
    if kept.place is not None:  # a place is taken whole or not at all
        taken.pop("lon", None)
        taken.pop("lat", None)
    first = min(kept.received_at, other.incident.received_at)
    moved = tuple(replace(one, incident_id=kept.id) for one in other.calls)
    calls = tuple(sorted((*leading.calls, *moved), key=lambda one: one.received_at))
    told = {"incident": other.incident.code, "incident_id": str(other.incident.id), "calls": len(moved)}
    led = replace(leading, incident=replace(kept, received_at=first, **taken), calls=calls)
    folded = replace(other, calls=()).with_incident(status=Status.MERGED, merged_into=kept.id)
    return (
        led.logged(Step.TOOK_OVER, stamp, facts=told),
        folded.logged(Step.MERGED, stamp, facts={"incident": kept.code, "incident_id": str(kept.id)}),
    )


def link(case: Case, other: Case, stamp: Stamp) -> Case:
    """Say that an incident has to do with another one; both are led apart.

    Raises:
        Conflict: ``incident.merge_same``, ``incident.merged``.
    """
    if case.incident.id == other.incident.id:
        raise Conflict("incident.merge_same", incident=case.incident.code)
    check_leads(case)
    facts = {"incident": other.incident.code, "incident_id": str(other.incident.id)}
    return case.with_incident(linked_to=other.incident.id).logged(Step.LINKED, stamp, facts=facts)


def check_leads(case: Case) -> None:
    """Refuse to go on with an incident that another one leads.

    Raises:
        Conflict: ``incident.merged``.
    """
    if case.incident.status is Status.MERGED:
        raise Conflict("incident.merged", incident=case.incident.code)


def check_open(case: Case) -> None:
    """Refuse to go on with an incident that is closed, or that another one leads.

    Raises:
        Conflict: ``incident.closed``, ``incident.merged``.
    """
    check_leads(case)
    if case.incident.status is Status.CLOSED:
        raise Conflict("incident.closed", incident=case.incident.code)


def check_said(why: str, what: str) -> None:
    """Refuse a step that nobody gave a reason for.

    Raises:
        InvalidValue: ``incident.why``.
    """
    if not why.strip():
        raise InvalidValue("incident.why", what=what)


def day_code(day: datetime, taken: set[str]) -> str:
    """The next number of a local day: ``20200630-001``, then ``20200630-002``.

    Args:
        day: A moment of it, in local time.
        taken: Numbers given before.
    """
    start = f"{day:%Y%m%d}-"
    numbers = [code.removeprefix(start) for code in taken if code.startswith(start)]
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return f"{start}{last + 1:03d}"
