"""Serve what is worked out of an incident's record, and the papers that are filled from it."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api.bodies.incidents import IncidentDetail
from api.bodies.records import (
    CasualtiesBody,
    DueBody,
    GradeBody,
    HeadsBody,
    IntervalsBody,
    RecordBody,
    SpreadBody,
)
from api.desk.commanding import AtDesk, Desk
from api.desk.papers import Facts, cap_message, report_blocks
from api.desk.showing import incident_detail
from api.errors import problem_responses
from geodata.papers.cap import write_cap
from geodata.papers.docx import MEDIA_TYPE, write_docx
from gridgis.access import Action
from gridgis.dispatch.incidents import Case, Step
from gridgis.dispatch.incidents.clocks import heads_due, reports_due
from gridgis.dispatch.incidents.grading import grade_of
from gridgis.dispatch.incidents.recording import Report, casualties_of
from gridgis.dispatch.incidents.reviewing import intervals_of, spread
from gridgis.errors import InvalidValue, NotKnown

SHIFT = timedelta(hours=24)
IncidentId = Annotated[UUID, Path(alias="id")]
SPREADS = ("call_to_order_s", "order_to_wheels_s", "wheels_to_arrival_s", "order_to_arrival_s", "at_scene_s")


def _case(at: Desk, incident_id: UUID) -> Case:
    case = at.store.case(incident_id)
    if not at.seeing.may(Action.ALARMS_READ, case):
        raise NotKnown("incident.unknown", value=str(incident_id))
    return at.seeing.masked(case)


def _facts(at: Desk, case: Case) -> Facts:
    known, incident = at.asked.data.team_by_id, case.incident
    casualties = casualties_of(case)
    grading = None if casualties is None else grade_of(casualties, incident.type, incident.received_at, at.asked.now)
    return Facts(
        case=case,
        district=at.asked.state.district.name,
        teams=tuple(known.get(one.team_id) for one in case.dispatches),
        casualties=casualties,
        grading=grading,
        words=at.asked.words,
        now=at.asked.now,
    )


def show_record(at: AtDesk, incident_id: IncidentId) -> RecordBody:
    """Grade (系统推算，非认定), reporting clocks, head counts at the scene, intervals of each team."""
    case, now = _case(at, incident_id), at.asked.now
    facts = _facts(at, case)
    names = {one.id: team.name if team else "" for one, team in zip(case.dispatches, facts.teams, strict=True)}
    cost, grading = facts.casualties, facts.grading
    times = intervals_of(case)
    return RecordBody(
        casualties=None if cost is None else CasualtiesBody(**cost.told()),
        grade=None
        if grading is None
        else GradeBody(
            grade=grading.grade,
            by=dict(grading.by),
            edges=dict(grading.edges),
            recount_until=grading.recount_until.astimezone(UTC),
            final=grading.final,
        ),
        due=[
            DueBody(report=one.report, due_at=one.due_at, made_at=one.made_at, late=one.late_at(now))
            for one in reports_due(case, None if grading is None else grading.grade)
        ],
        heads=[
            HeadsBody(
                dispatch_id=one.dispatch_id,
                team=names[one.dispatch_id],
                due_at=one.due_at,
                people=one.people,
                late=now > one.due_at,
            )
            for one in heads_due(case)
        ],
        intervals=[
            IntervalsBody(
                dispatch_id=one.dispatch_id,
                team=names[one.dispatch_id],
                people=sent.people,
                call_to_order_s=one.call_to_order_s,
                order_to_wheels_s=one.order_to_wheels_s,
                wheels_to_arrival_s=one.wheels_to_arrival_s,
                order_to_arrival_s=one.order_to_arrival_s,
                at_scene_s=one.at_scene_s,
                estimated_s=one.estimated_s,
            )
            for one, sent in zip(times, case.dispatches, strict=True)
        ],
        spreads={
            name: SpreadBody(count=found.count, median_s=found.median_s, p90_s=found.p90_s)
            for name in SPREADS
            for found in [spread(getattr(one, name) for one in times)]
        },
    )


def show_report(
    at: AtDesk, incident_id: IncidentId, report: Annotated[Literal["first", "follow_up", "final"], Path()]
) -> Response:
    """快报, 续报 or 终报 as DOCX, filled from the record."""
    facts = _facts(at, _case(at, incident_id))
    content = write_docx(report_blocks(facts, Report(report)))
    name = f"{facts.case.incident.code}-{report}.docx"
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def show_cap(at: AtDesk, incident_id: IncidentId) -> Response:
    """An incident whose type and place are known as a message of CAP 1.2."""
    case = _case(at, incident_id)
    if not case.incident.complete:
        raise InvalidValue("incident.incomplete", incident=case.incident.code)
    asked = (entry.facts.get("safe_distance_m", 0) for entry in case.log if entry.step is Step.ORDERED)
    message = cap_message(_facts(at, case), keep_away_m=max(asked, default=0))
    return Response(write_cap(message), media_type="application/cap+xml")


def show_hand_over(at: AtDesk) -> list[IncidentDetail]:
    """What a shift hands over (交接班): open incidents, and those that were closed within a day, each with its log."""
    with at.store.one_moment():
        cases = at.store.cases(at.store.incidents(since=at.asked.now - SHIFT))
    seeing = at.seeing
    return [incident_detail(case, seeing, ()) for case in seeing.seen(cases)]


def router() -> APIRouter:
    """The routes of records."""
    routes = APIRouter(tags=["指挥 desk"])
    found = problem_responses(404, 409)
    routes.add_api_route("/incidents/{id}/record", show_record, responses=found)
    routes.add_api_route(
        "/incidents/{id}/reports/{report}.docx",
        show_report,
        response_class=Response,
        responses={**found, 200: {"content": {MEDIA_TYPE: {}}, "description": "DOCX"}},
    )
    routes.add_api_route(
        "/incidents/{id}/cap.xml",
        show_cap,
        response_class=Response,
        responses={**found, 200: {"content": {"application/cap+xml": {}}, "description": "CAP 1.2"}},
    )
    routes.add_api_route("/hand-over", show_hand_over, responses=problem_responses(409))
    return routes
