"""Serve the plan for all open incidents together, and the cover that is left."""

from __future__ import annotations

import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.bodies.responses import TeamName
from api.bodies.waves import CoverBody, MoveBody, WaveBody, WaveIncident, WaveTeam
from api.desk.commanding import AtDesk
from api.errors import problem_responses
from gridgis.access import Action
from gridgis.dispatch.coverage import cover_of
from gridgis.dispatch.desk import commitments_state, open_incidents
from gridgis.dispatch.incidents import Case
from gridgis.dispatch.response import say_need
from gridgis.dispatch.teams import Team
from gridgis.dispatch.wave import OpenAlarm, Wave, plan_wave


def plan_all(at: AtDesk) -> WaveBody:
    """A plan for all open incidents whose type, level and place are known; who has not rolled may be moved."""
    started = time.perf_counter()
    with at.store.one_moment():
        found = [one for one in open_incidents(at.store.incidents()) if one.complete]
        cases = at.store.cases(found)
        out = at.dispatches_out()
    seen = [case for case in cases if at.seeing.may(Action.ALARMS_PROPOSE, case)]
    alarms = [OpenAlarm(case.incident.question(), case.dispatches) for case in seen]
    wave = plan_wave(commitments_state(at.asked.state, out), alarms, at.asked.now)
    took = time.perf_counter() - started
    return WaveBody(
        incidents=[_incident(at, case, wave, cases) for case in seen],
        moves=sum(one.moved_from is not None for one in wave.given),
        ready_gain_s=max(0, wave.without_moves.ready_s - wave.score.ready_s),
        proven=wave.proven,
        took_s=round(took, 3),
    )


def _incident(at: AtDesk, case: Case, wave: Wave, cases: tuple[Case, ...]) -> WaveIncident:
    incident, words = case.incident, at.asked.words
    codes = {one.incident.id: one for one in cases}
    teams = []
    for one in wave.given:
        if one.alarm_id != incident.id:
            continue
        before = None if one.moved_from is None else codes[one.moved_from]
        held = [] if before is None else [sent.id for sent in before.dispatches if sent.team_id == one.team.id]
        teams.append(
            WaveTeam(
                team=_name(one.team),
                tier=one.team.tier,
                command=one.team.command.value,
                people=one.team.people,
                task=one.need.task,
                safe_distance_m=one.need.safe_distance_m,
                eta_s=one.estimate.eta_s,
                dispatch_id=held[-1] if held else None,
                moved_from="" if before is None else before.incident.code,
            )
        )
    refused = wave.not_answered.get(incident.id)
    return WaveIncident(
        id=incident.id,
        code=incident.code,
        type=incident.type,
        level="" if incident.level is None else incident.level.value,
        address=incident.address,
        teams=teams,
        short=[say_need(one.need, words.say) for one in wave.missing if one.alarm_id == incident.id],
        refused="" if refused is None else words.error(refused),
    )


def show_cover(
    at: AtDesk,
    team: Annotated[
        list[UUID] | None, Query(max_length=60, description="还要派出的队伍 / teams that would go in addition")
    ] = None,
) -> CoverBody | None:
    """Which villages no free team reaches in time now, and which moves would mend most; null without roads."""
    state = commitments_state(at.asked.state, at.dispatches_out())
    cover = cover_of(state, at.asked.now, also_out=team or ())
    if cover is None:
        return None
    return CoverBody(
        within_s=cover.within_s,
        villages=len(cover.villages),
        covered=int((cover.first_s <= cover.within_s).sum()),
        usually=int((cover.usual_s <= cover.within_s).sum()),
        uncovered=[village.name for village in cover.uncovered],
        uncovered_codes=[village.code for village in cover.uncovered],
        moves=[
            MoveBody(team=_name(one.team), base=_name(one.base), gained=len(one.gained), lost=len(one.lost))
            for one in cover.moves
        ],
    )


def _name(team: Team) -> TeamName:
    return TeamName(id=team.id, name=team.name, code=team.code)


def router() -> APIRouter:
    """The routes of plans for everything."""
    routes = APIRouter(tags=["指挥 desk"])
    routes.add_api_route("/wave", plan_all, responses=problem_responses(409))
    routes.add_api_route("/cover", show_cover, responses=problem_responses(409))
    return routes
