"""Take a step that was asked for, or hold it until the one that it follows comes; out of order nothing is lost."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import TypeAdapter

from api.bodies.hazards import (
    AmendStep,
    AnswerStep,
    AssignStep,
    CloseStep,
    ExtensionStep,
    FulfilStep,
    GradeStep,
    HazardStepRequest,
    ListStep,
    PhotoRequest,
    PlainStep,
    VerifyStep,
)
from api.field.following import Field
from geodata.store import HeldChange
from gridgis.errors import GridGISError
from gridgis.hazards import Act, DeviceStamp, HazardCase, PhotoNamed
from gridgis.hazards import taking as take
from gridgis.hazards.following import take_hazard_step
from gridgis.hazards.transitions import TABLE

if TYPE_CHECKING:
    from collections.abc import Collection

    from geodata.store import UnitOfWork

LOG = logging.getLogger("gridgis.api")
_REQUEST: TypeAdapter[HazardStepRequest] = TypeAdapter(HazardStepRequest)


def named(photos: Collection[PhotoRequest]) -> list[PhotoNamed]:
    """Photos as the domain names them."""
    return [PhotoNamed(one.id, one.sha256) for one in photos]


def hold(at: Field, hazard_id: UUID, told: HazardStepRequest) -> HeldChange | None:
    """Keep a step that came before the one that it follows; None when there is nothing to wait for."""
    if told.after is None or at.store.hazard_of_step(told.after) is not None:
        return None
    stamp = at.stamp(told.made_at)
    device_at = None if stamp.device_at is None else stamp.device_at.isoformat()
    body = {"step": told.model_dump(mode="json"), "happened_at": stamp.happened_at.isoformat(), "device_at": device_at}
    change = HeldChange(told.id, at.who.name, hazard_id, told.after, body, at.asked.now)
    with at.store.unit_of_work(actor=at.who.name, now=at.asked.now) as work:
        work.hold_change(change)
        work.commit()
    return change


def step(at: Field, hazard_id: UUID, told: HazardStepRequest) -> HazardCase:
    """Take a step once, and then whatever waited for it.

    Raises:
        GridGISError: What the step refuses.
    """
    stamp = at.stamp(told.made_at)
    act = Act(told.act)
    case = at.carry_out(told.id, TABLE[act].action, told, lambda work: _taken(at, work, hazard_id, told, stamp))
    return release(at, case, told.id)


def release(at: Field, case: HazardCase, step_id: UUID) -> HazardCase:
    """Take the steps that waited for one, and those that waited for them; the case after it.

    Each is taken by whoever sent it, at the time it happened. One that is refused now is let go: its telephone sends it
    again, and is told why.
    """
    waiting = list(at.store.held_for(step_id))
    while waiting:
        change = waiting.pop(0)
        try:
            _take_held(at, change)
        except GridGISError as error:
            LOG.info("a change that waited is refused: %s", error.code)
            with at.store.unit_of_work(actor=change.actor, now=at.asked.now) as work:
                work.release_change(change.id)
                work.commit()
            continue
        waiting += at.store.held_for(change.id)
    return at.store.hazard_case(case.hazard.id)


def _take_held(at: Field, change: HeldChange) -> None:
    told = _REQUEST.validate_python(change.body["step"])
    device_at = change.body["device_at"]
    stamp = DeviceStamp(
        change.actor,
        datetime.fromisoformat(change.body["happened_at"]),
        at.asked.now,
        None if device_at is None else datetime.fromisoformat(device_at),
    )
    who = at.store.account_named(change.actor).principal()
    theirs = replace(at, who=who, path=f"/api/v1/hazards/{change.hazard_id}/steps")

    def run(work: UnitOfWork) -> HazardCase:
        work.release_change(change.id)
        return _taken(theirs, work, change.hazard_id, told, stamp)

    theirs.carry_out(told.id, TABLE[Act(told.act)].action, told, run)


def _taken(at: Field, work: UnitOfWork, hazard_id: UUID, told: HazardStepRequest, stamp: DeviceStamp) -> HazardCase:
    def taken(case: HazardCase) -> HazardCase:
        at.sight.demand(Act(told.act), case.hazard)
        return _stepped(work, case, told, stamp)

    return take_hazard_step(work, hazard_id, told.id, taken)


def _stepped(work: UnitOfWork, case: HazardCase, told: HazardStepRequest, stamp: DeviceStamp) -> HazardCase:
    match told:
        case PlainStep():
            taken = take.take(case, Act(told.act), stamp, told.id, text=told.text, photos=named(told.photos))
        case AnswerStep():
            taken = take.answer(case, stamp, told.id, text=told.text, photos=named(told.photos))
        case VerifyStep():
            taken = _verified(work, case, told, stamp)
        case CloseStep():
            taken = take.close(case, stamp, told.id, text=told.text)
        case AmendStep():
            taken = take.amend(case, told.changed.named(), told.seen.named(), stamp, told.id, text=told.text)
        case _:
            taken = _decided(case, told, stamp)
    return taken


def _decided(
    case: HazardCase, told: GradeStep | AssignStep | ExtensionStep | ListStep | FulfilStep, stamp: DeviceStamp
) -> HazardCase:
    """Steps by which somebody decides: how bad it is, who puts it right, until when."""
    match told:
        case GradeStep():
            return take.grade(case, told.severity, stamp, told.id, text=told.text, clause=told.clause, rules=told.rules)
        case AssignStep():
            return take.assign(
                case, told.assignee, told.name, stamp, told.id, days=told.days, term=told.term, text=told.text
            )
        case ExtensionStep():
            return take.ask_extension(case, told.days, stamp, told.id, text=told.text)
        case ListStep():
            return take.put_on_list(case, told.review_on, stamp, told.id, text=told.text)
        case FulfilStep():
            return take.fulfil(case, told.duty, stamp, told.id, text=told.text)


def _verified(work: UnitOfWork, case: HazardCase, told: VerifyStep, stamp: DeviceStamp) -> HazardCase:
    return take.verify(
        case,
        stamp,
        told.id,
        place=None if told.lon is None or told.lat is None else (told.lon, told.lat),
        accuracy_m=told.accuracy_m,
        arrived={one.id for one in work.photos_of([case.hazard.id])},
        text=told.text,
        photos=named(told.photos),
    )
