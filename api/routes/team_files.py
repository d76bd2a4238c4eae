"""Serve people, roster, kit and bases of a team, and keep what its leader or the desk changes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel

from api.asked import Asked, Current
from api.bodies.team_files import (
    BaseRequest,
    CertificateBody,
    DutyRequest,
    ExpiryBody,
    KitRequest,
    MemberBody,
    MemberRequest,
    MoveRequest,
    ServiceRequest,
    TeamFile,
    base_body,
    duty_body,
    kit_body,
)
from api.desk.commanding import AtDesk, Desk
from api.errors import problem_responses
from api.moments import LOCAL_TIME, local_day
from gridgis.access import MASKS, Action
from gridgis.codes import record_id
from gridgis.dispatch.eligibility import not_free
from gridgis.dispatch.readiness import Base, Certificate, Duty, KitItem, Member
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team
from gridgis.errors import NotKnown

if TYPE_CHECKING:
    from geodata.store import UnitOfWork

TeamId = Annotated[UUID, Path(alias="id")]
EXPIRES_WITHIN_DAYS = 60
SHOWN_BEFORE = timedelta(days=1)
SAME_PLACE = 1e-6


def show_team_file(asked: Current, team_id: TeamId) -> TeamFile:
    """People, duties from yesterday on, kit and bases of a team; certificates that run out within 60 days."""
    return _file(asked, asked.state, asked.data.team(team_id))


def put_member(at: AtDesk, team_id: TeamId, told: Annotated[MemberRequest, Body()]) -> TeamFile:
    """Keep somebody of a team, new or changed."""
    team = _team(at, team_id)

    def run(work: UnitOfWork) -> Mapping[str, Any]:
        held = [one for one in work.readiness().members if one.team_id == team_id]
        known = next((one.code for one in held if one.id == told.id), "")
        made = Member(
            id=told.id,
            code=known or f"{team.code}/{_next_number([one.code for one in held]):02d}",
            team_id=team_id,
            name=told.name.strip(),
            phone=told.phone.strip(),
            role=told.role,
            call_order=told.call_order,
            skills=tuple(told.skills),
            certificates=tuple(Certificate(one.capability, one.until) for one in told.certificates),
            active=told.active,
        )
        work.put_members([made])
        return {"id": str(made.id)}

    return _changed(at, team_id, told, run)


def put_duty(at: AtDesk, team_id: TeamId, told: Annotated[DutyRequest, Body()]) -> TeamFile:
    """Keep a span of duty, new, changed or taken back."""
    team = _team(at, team_id)
    code = f"{team.code}/{told.since.astimezone(LOCAL_TIME):%Y%m%d-%H%M}/{told.id.hex[:4]}"

    def run(work: UnitOfWork) -> Mapping[str, Any]:
        known = next((one.code for one in work.readiness().duties if one.id == told.id), code)
        people = tuple(told.members)
        work.put_duties(
            [
                Duty(
                    told.id,
                    known,
                    team_id,
                    told.since,
                    told.until,
                    told.people or len(people),
                    people,
                    told.note.strip(),
                    told.cancelled,
                )
            ]
        )
        return {"id": str(told.id)}

    return _changed(at, team_id, told, run)


def put_kit(at: AtDesk, team_id: TeamId, told: Annotated[KitRequest, Body()]) -> TeamFile:
    """Keep how many usable things of a kind a team has; the same kind again takes the place of what was told."""
    team = _team(at, team_id)
    kind = told.kind.strip()
    code = f"{team.code}/{kind}"
    made = KitItem(
        record_id(at.asked.state.district.code, "team_kit", code),
        code,
        team_id,
        kind,
        told.quantity,
        told.unit.strip(),
        told.checked_on,
    )

    def run(work: UnitOfWork) -> Mapping[str, Any]:
        work.put_kit([made])
        return {"id": str(made.id)}

    return _changed(at, team_id, told, run)


def put_base(at: AtDesk, team_id: TeamId, told: Annotated[BaseRequest, Body()]) -> TeamFile:
    """Keep a place where a team may wait; its present place is kept as well, so that it can go back."""
    team = _team(at, team_id)

    def run(work: UnitOfWork) -> Mapping[str, Any]:
        held = [one for one in work.readiness().bases if one.team_id == team_id]
        known = next((one.code for one in held if one.id == told.id), "")
        number = _next_number([one.code for one in held])
        made = []
        if not held:
            code = f"{team.code}/{number:02d}"
            home = record_id(at.asked.state.district.code, "team_base", code)
            made.append(Base(home, code, team_id, at.asked.words.text("team.home_base"), team.lon, team.lat))
            number += 1
        code = known or f"{team.code}/{number:02d}"
        made.append(Base(told.id, code, team_id, told.name.strip(), told.lon, told.lat))
        work.put_bases(made)
        return {"id": str(told.id)}

    return _changed(at, team_id, told, run)


def move_team(at: AtDesk, team_id: TeamId, told: Annotated[MoveRequest, Body()]) -> TeamFile:
    """Let a team wait at one of its bases from now on: proposals count from there."""
    _team(at, team_id)

    def run(work: UnitOfWork) -> Mapping[str, Any]:
        base = next((one for one in work.readiness().bases if one.id == told.base_id), None)
        if base is None or base.team_id != team_id:
            raise NotKnown("base.unknown", value=str(told.base_id))
        held = next(one for one in work.teams() if one.id == team_id)
        work.put_teams([held.waiting_at(base.lon, base.lat)])
        return {"id": str(base.id)}

    return _changed(at, team_id, told, run, reason=told.reason)


def set_service(at: AtDesk, team_id: TeamId, told: Annotated[ServiceRequest, Body()]) -> TeamFile:
    """Take a team out of service, saying why, or into service again."""
    _team(at, team_id)

    def run(work: UnitOfWork) -> Mapping[str, Any]:
        held = next(one for one in work.teams() if one.id == team_id)
        work.put_teams([held.serving(in_service=told.in_service, reason=told.reason)])
        return {"id": str(team_id)}

    return _changed(at, team_id, told, run, reason=told.reason)


def _team(at: Desk, team_id: UUID) -> Team:
    """A team of which somebody may change what is known.

    Raises:
        NotKnown: ``team.unknown``.
        NotAllowed: A reason of `gridgis.access`.
    """
    team = at.asked.data.team(team_id)
    at.seeing.demand_team(Action.TEAMS_WRITE, team)
    return team


def _next_number(codes: list[str]) -> int:
    numbers = [int(tail) for code in codes if (tail := code.rpartition("/")[2]).isdecimal()]
    return max(numbers, default=0) + 1


def _changed(
    at: Desk, team_id: UUID, told: BaseModel, run: Callable[[UnitOfWork], Mapping[str, Any]], *, reason: str = ""
) -> TeamFile:
    at.do(Action.TEAMS_WRITE, told, run, reason=reason)
    data = at.asked.served.reach(at.store.version())
    return _file(at.asked, data.state, data.team(team_id))


def _file(asked: Asked, state: DistrictState, team: Team) -> TeamFile:
    held, today = state.readiness, local_day(asked.now)
    people = [one for one in held.members if one.team_id == team.id]
    phones = asked.sight.may(Action.TEAMS_CONTACT, "team", team.id)
    hide = MASKS["team_member"]["phone"].hide
    expiring = [
        ExpiryBody(member=person.name, capability=one.capability, until=one.until, days=(one.until - today).days)
        for person in people
        if person.active
        for one in person.certificates
        if (one.until - today).days <= EXPIRES_WITHIN_DAYS
    ]
    reason = not_free(team, state.commitments_at(asked.now), asked.now.astimezone(LOCAL_TIME), held)
    return TeamFile(
        team_id=team.id,
        members=[
            MemberBody(
                id=one.id,
                code=one.code,
                name=one.name,
                phone=one.phone if phones else hide(one.phone),
                role=one.role,
                call_order=one.call_order,
                skills=list(one.skills),
                certificates=[
                    CertificateBody(capability=each.capability, until=each.until) for each in one.certificates
                ],
                active=one.active,
            )
            for one in sorted(people, key=lambda one: (not one.active, one.call_order, one.code))
        ],
        duties=[
            duty_body(one)
            for one in sorted(held.duties, key=lambda one: one.since)
            if one.team_id == team.id and one.until > asked.now - SHOWN_BEFORE and not one.cancelled
        ],
        kit=[kit_body(one) for one in held.kit if one.team_id == team.id],
        bases=[
            base_body(one, here=abs(one.lon - team.lon) + abs(one.lat - team.lat) < SAME_PLACE)
            for one in held.bases
            if one.team_id == team.id
        ],
        expiring=sorted(expiring, key=lambda one: one.until),
        lapsed=list(held.lapsed(team, today)),
        not_free="" if reason is None else reason.say(asked.words.say),
        may_write=asked.sight.may(Action.TEAMS_WRITE, "team", team.id),
    )


def router() -> APIRouter:
    """The routes of team files."""
    routes = APIRouter(tags=["队伍 teams"])
    routes.add_api_route("/teams/{id}/file", show_team_file, responses=problem_responses(404))
    changing = problem_responses(400, 404, 409, 413)
    for name, route in (
        ("members", put_member),
        ("duties", put_duty),
        ("kit", put_kit),
        ("bases", put_base),
        ("move", move_team),
        ("service", set_service),
    ):
        routes.add_api_route(f"/teams/{{id}}/{name}", route, methods=["POST"], responses=changing)
    return routes
