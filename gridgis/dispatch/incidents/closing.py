"""Keep the log of an incident, put right what stands wrong in it, close and reopen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gridgis.dispatch.alarms import AlarmNature
from gridgis.dispatch.incidents.case import Case, Status, Step
from gridgis.dispatch.incidents.receiving import check_leads, check_open, check_said
from gridgis.dispatch.incidents.stamp import Stamp
from gridgis.errors import Conflict, InvalidValue, NotKnown


def note(case: Case, text: str, stamp: Stamp) -> Case:
    """Write something into the log; after the end, too.

    Raises:
        InvalidValue: ``incident.why`` for nothing.
    """
    check_said(text, "note")
    return case.logged(Step.NOTED, stamp, text=text)


def correct(case: Case, entry_id: UUID, text: str, stamp: Stamp, *, happened_at: datetime | None = None) -> Case:
    """Put an entry right by a new one; the old one stays as it is.

    Args:
        case: The case.
        entry_id: The entry that is wrong.
        text: What is right, and why.
        stamp: Who corrects it, when.
        happened_at: When what the entry tells really happened, where that was wrong.

    Raises:
        NotKnown: ``incident.entry_unknown``.
        InvalidValue: ``incident.why``.
    """
    check_said(text, "correct")
    if all(one.id != entry_id for one in case.log):
        raise NotKnown("incident.entry_unknown", value=str(entry_id), incident=case.incident.code)
    facts = {} if happened_at is None else {"happened_at": happened_at.isoformat()}
    return case.logged(Step.CORRECTED, stamp, text=text, facts=facts, corrects=entry_id)


def take_command(case: Case, commander: str, stamp: Stamp) -> Case:
    """Note who commands at the scene from now on; the entry before names who did.

    Raises:
        Conflict: ``incident.closed``, ``incident.merged``.
        InvalidValue: ``incident.why`` for nobody.
    """
    check_open(case)
    check_said(commander, "command")
    return case.with_incident(commander=commander.strip()).logged(Step.COMMAND, stamp, text=commander)


def close(case: Case, why: str, stamp: Stamp, *, seen: int) -> Case:
    """Close an incident whose teams have all left the place.

    Args:
        case: The case.
        why: How it ended.
        stamp: Who closes it, when.
        seen: Revision that whoever closes it has seen; nothing may have happened since, so that neither an old timer
            nor an old page closes what was reopened.

    Raises:
        Conflict: ``incident.closed``, ``incident.merged``; ``incident.changed`` when more happened than was seen;
            ``incident.teams_out`` with how many are still there.
        InvalidValue: ``incident.why``; ``incident.incomplete`` for one that counts and has no place or type.
    """
    check_open(case)
    check_said(why, "close")
    if seen != case.revision:
        raise Conflict("incident.changed", incident=case.incident.code, seen=seen, now=case.revision)
    out = [one for one in case.dispatches if one.released_at is None]
    if out:
        raise Conflict("incident.teams_out", incident=case.incident.code, teams=len(out))
    if case.incident.nature is AlarmNature.REAL and not case.incident.complete:
        raise InvalidValue("incident.incomplete", incident=case.incident.code)
    return case.with_incident(status=Status.CLOSED, closed_at=stamp.happened_at).logged(Step.CLOSED, stamp, text=why)


def reopen(case: Case, why: str, stamp: Stamp) -> Case:
    """Open a closed incident again.

    Raises:
        Conflict: ``incident.merged``; ``incident.not_closed``.
        InvalidValue: ``incident.why``.
    """
    check_leads(case)
    check_said(why, "reopen")
    if case.incident.status is not Status.CLOSED:
        raise Conflict("incident.not_closed", incident=case.incident.code)
    return case.with_incident(status=Status.OPEN, closed_at=None).logged(Step.REOPENED, stamp, text=why)
