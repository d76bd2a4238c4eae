"""Turn incidents into what the pages are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.bodies.incidents import (
    AlikeBody,
    CallBody,
    EntryBody,
    IncidentBody,
    IncidentDetail,
    PlaceCell,
    SentBody,
)
from api.bodies.responses import TeamName
from api.desk.seeing import Seeing
from gridgis.dispatch.alarms import Dispatch
from gridgis.dispatch.incidents import Case, Incident, Status, Step
from gridgis.dispatch.incidents.calling import notices
from gridgis.dispatch.incidents.case import LogEntry
from gridgis.dispatch.incidents.duplicates import likely_duplicates

MOST_ALIKE = 5
_ORDERS = frozenset({Step.ORDERED, Step.REQUESTED, Step.INVITED})
_TEAM_STEPS = frozenset(
    {
        *_ORDERS,
        Step.ACKNOWLEDGED,
        Step.DECLINED,
        Step.EN_ROUTE,
        Step.ON_SCENE,
        Step.WORKING,
        Step.RELEASED,
        Step.RECALLED,
        Step.HOME,
    }
)


def incident_body(case: Case, seeing: Seeing, others: Sequence[Incident]) -> IncidentBody:
    """An incident as it stands, with those that may be the same event."""
    return IncidentBody(**_values(case, seeing, others))


def incident_detail(case: Case, seeing: Seeing, others: Sequence[Incident]) -> IncidentDetail:
    """An incident with its log."""
    return IncidentDetail(**_values(case, seeing, others), log=[entry_body(one) for one in case.log])


def entry_body(one: LogEntry) -> EntryBody:
    """An entry of the log as it is answered."""
    return EntryBody(
        id=one.id,
        number=one.number,
        step=one.step,
        happened_at=_utc(one.happened_at),
        recorded_at=_utc(one.recorded_at),
        actor=one.actor,
        text=one.text,
        facts=dict(one.facts),
        corrects=one.corrects,
    )


def _values(case: Case, seeing: Seeing, others: Sequence[Incident]) -> dict[str, Any]:
    incident = case.incident
    enterprise = seeing.asked.data.enterprise_by_id.get(incident.enterprise_id) if incident.enterprise_id else None
    alike = likely_duplicates(incident, others)[:MOST_ALIKE] if incident.status is Status.OPEN else []
    return {
        "id": incident.id,
        "code": incident.code,
        "status": incident.status,
        "revision": case.revision,
        "received_at": _utc(incident.received_at),
        "type": incident.type,
        "level": incident.level,
        "lon": incident.lon,
        "lat": incident.lat,
        "address": incident.address,
        "note": incident.note,
        "nature": incident.nature,
        "enterprise_id": incident.enterprise_id,
        "enterprise": enterprise.name if enterprise else "",
        "merged_into": incident.merged_into,
        "linked_to": incident.linked_to,
        "commander": incident.commander,
        "closed_at": None if incident.closed_at is None else _utc(incident.closed_at),
        "cells": [PlaceCell(level=cell.level, code=cell.code, name=cell.name) for cell in seeing.cells(incident)],
        "calls": [
            CallBody(
                id=one.id,
                received_at=_utc(one.received_at),
                caller=one.caller,
                phone=one.phone,
                said=one.said,
                taken_by=one.taken_by,
            )
            for one in case.calls
        ],
        "teams": _sent(case, seeing),
        "alike": [
            AlikeBody(
                id=one.incident.id,
                code=one.incident.code,
                type=one.incident.type,
                address=one.incident.address,
                received_at=_utc(one.incident.received_at),
                away_m=one.away_m,
                apart_s=one.apart.total_seconds(),
                score=round(one.score, 3),
            )
            for one in alike
        ],
    }


def _sent(case: Case, seeing: Seeing) -> list[SentBody]:
    """Teams in the order of the orders."""
    known = seeing.asked.data.team_by_id
    ordered: dict[UUID, Mapping[str, Any]] = {}
    newest: dict[UUID, Step] = {}
    warned: dict[UUID, EntryBody] = {}
    for entry in case.log:
        if entry.step is Step.ROAD:
            warned[UUID(entry.facts["dispatch"])] = entry_body(entry)
        if entry.step in _TEAM_STEPS and "dispatch" in entry.facts:
            dispatch = UUID(entry.facts["dispatch"])
            newest[dispatch] = _later(newest.get(dispatch), entry.step)
            if entry.step in _ORDERS:
                ordered[dispatch] = entry.facts
    made = []
    for one in case.dispatches:
        team = known.get(one.team_id)
        if team is None:
            continue
        shown = seeing.asked.sight.masked(team)
        facts = ordered.get(one.id, {})
        made.append(
            SentBody(
                id=one.id,
                team=TeamName(id=team.id, name=team.name, code=team.code),
                tier=team.tier,
                command=team.command,
                phone=shown.phone,
                people=one.people,
                task=one.task,
                safe_distance_m=facts.get("safe_distance_m", 0),
                state=newest.get(one.id, Step.ORDERED),
                dispatched_at=_utc(one.dispatched_at),
                acknowledged_at=_maybe(one.acknowledged_at),
                en_route_at=_maybe(one.en_route_at),
                on_scene_at=_maybe(one.on_scene_at),
                released_at=_maybe(one.released_at),
                home_at=_maybe(one.home_at),
                eta_at=_maybe(eta_of(one, facts, warned.get(one.id))),
                warning=warned.get(one.id) if one.on_scene_at is None and one.released_at is None else None,
                called=called_of(case, one),
                answered_by=one.answered_by,
                reference=one.reference,
            )
        )
    return made


_RANK = {step: rank for rank, step in enumerate(Step)}


def _later(held: Step | None, step: Step) -> Step:
    """The step that is farther; one that was noted late does not take a team back."""
    return step if held is None or _RANK[step] >= _RANK[held] else held


def called_of(case: Case, dispatch: Dispatch) -> str:
    """How far its order is proven to have come: the newest state of its attempts, empty where none was made."""
    noted = notices(case, dispatch.id)
    return str(noted[-1].facts.get("state", "")) if noted else ""


def eta_of(dispatch: Dispatch, ordered: Mapping[str, Any], warned: EntryBody | None = None) -> datetime | None:
    """When a team should arrive: from its order, or better from when it rolled; None once it is there or recalled.

    Args:
        dispatch: The dispatch.
        ordered: What its order told.
        warned: The newest change of its road, which tells when it should arrive since.
    """
    travel_s = ordered.get("travel_s")
    if warned is not None and dispatch.on_scene_at is None and dispatch.released_at is None:
        eta = warned.facts.get("eta_at")
        return None if eta is None else datetime.fromisoformat(eta)
    if travel_s is None or dispatch.on_scene_at is not None or dispatch.released_at is not None:
        return None
    if dispatch.en_route_at is not None:
        return dispatch.en_route_at + timedelta(seconds=travel_s)
    return dispatch.dispatched_at + timedelta(seconds=(ordered.get("turnout_s") or 0) + travel_s)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _maybe(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)
