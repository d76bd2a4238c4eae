"""Serve what the roads say for all teams and the whole district: matrix, reach, cover, parts, detours, bridges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Query

from api.asked import MOST_LISTED, Asked, Current, Limit, Offset
from api.bodies.responses import Moment
from api.bodies.roads import (
    BridgeList,
    CoverList,
    DetourBody,
    DetourRequest,
    MatrixBody,
    MatrixRequest,
    PartList,
    ReachList,
)
from api.errors import problem_responses
from api.road_questions import WITHIN_S, RoadQuestion, bridges, cover, detours, matrix, parts, reach
from gridgis.access import Action
from gridgis.dispatch.closures import closed_edges_at
from gridgis.dispatch.fleets import TeamsWanted
from gridgis.dispatch.place_kinds import PlaceKind
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.dispatch.teams import Tier

Answer = TypeVar("Answer")

Tiers = Annotated[
    tuple[Tier, ...], Query(max_length=len(Tier), description="类别，可多个，缺省为全部 / tiers, all by default")
]
Capability = Annotated[str, Query(max_length=40, description="能力 / capability", examples=["fire"])]
TeamIds = Annotated[tuple[UUID, ...], Query(max_length=60, description="只算这些队伍 / these teams alone")]
Free = Annotated[bool, Query(description="只算此刻可派的 / only those that are free")]
When = Annotated[Moment | None, Query(description="时刻，缺省为现在 / moment, now by default")]
Within = Annotated[
    tuple[Annotated[float, Query(ge=0, le=7200, allow_inf_nan=False)], ...],
    Query(max_length=6, description="秒，缺省 300、600、900 / seconds"),
]
Kind = Annotated[PlaceKind, Query(description="对哪些地点 / for which places")]


def tell_matrix(asked: Current, wanted: Annotated[MatrixRequest, Body()]) -> MatrixBody:
    """Times and lengths from each origin to each place; among the places themselves for a round of visits."""
    return matrix(asked.state, asked.now, wanted)


def tell_reach(
    asked: Current,
    *,
    tier: Tiers = (),
    capability: Capability = "",
    team: TeamIds = (),
    free: Free = False,
    within: Within = WITHIN_S,
    by: Annotated[Literal["1", "2"], Query(description="1 任一队，2 至少两队 / by any team, by two")] = "1",
    each: Annotated[bool, Query(description="每队一片，至多 60 队 / an area a team, 60 at most")] = False,
    when: When = None,
) -> ReachList:
    """The ground that teams reach within some times from the order, turnout and drive together."""
    question = _question(asked, TeamsWanted(tier, capability, team, free), when)
    return _kept(asked, question, ("reach", within, by, each), lambda: reach(question, within, by=int(by), each=each))


def tell_cover(
    asked: Current,
    *,
    of: Kind = PlaceKind.VILLAGES,
    tier: Tiers = (),
    capability: Capability = "",
    team: TeamIds = (),
    free: Free = False,
    within: Within = WITHIN_S,
    when: When = None,
    limit: Limit = MOST_LISTED,
    offset: Offset = 0,
) -> CoverList:
    """Who comes first and second to each place, those that wait longest first."""
    question = _question(asked, TeamsWanted(tier, capability, team, free), when)
    return cover(question, of, within, limit=limit, offset=offset)


def tell_parts(
    asked: Current,
    *,
    tier: Tiers = (),
    capability: Capability = "",
    team: TeamIds = (),
    free: Free = False,
    when: When = None,
) -> PartList:
    """The district parted among the teams that come first."""
    question = _question(asked, TeamsWanted(tier, capability, team, free), when)
    return _kept(asked, question, ("parts",), lambda: parts(question))


def tell_detours(asked: Current, wanted: Annotated[DetourRequest, Body()]) -> DetourBody:
    """Who would come how much later if the road at a place were closed; nothing is closed."""
    question = _question(asked, TeamsWanted(tuple(wanted.tiers), wanted.capability), wanted.when)
    place = (wanted.lon, wanted.lat)
    asked.demand(Action.ALARMS_PROPOSE, place, question.when)
    return detours(question, place, wanted.of)


def tell_bridges(
    asked: Current,
    *,
    of: Kind = PlaceKind.ENTERPRISES,
    tier: Tiers = (),
    capability: Capability = "",
    when: When = None,
    limit: Limit = 50,
) -> BridgeList:
    """Bridges by what their closure would cost in risk-weighted minutes, the worst first."""
    question = _question(asked, TeamsWanted(tier, capability), when)
    area = asked.sight.areas(Action.ENTERPRISES_READ)
    return _kept(asked, question, ("bridges", of, limit, area), lambda: bridges(question, of, limit=limit))


def _question(asked: Asked, wanted: TeamsWanted, when: Moment | None) -> RoadQuestion:
    seen = None
    if not asked.sight.areas(Action.ENTERPRISES_READ).everything:
        seen = {one.id for one in asked.sight.chosen("enterprise", asked.state.enterprises)}
    return RoadQuestion(asked.state, when or asked.now, wanted, seen)


def _kept(asked: Asked, question: RoadQuestion, what: tuple[object, ...], answer: Callable[[], Answer]) -> Answer:
    """An answer, kept for whoever asks the same of the same data in the same hour; not that of who is free."""
    if question.wanted.free:
        return answer()
    state, when = asked.state, question.when
    plan = state.plan_at(when)
    name = (
        *what,
        question.wanted,
        when.astimezone(LOCAL_TIME).hour,
        closed_edges_at(state.closures, when),
        None if plan is None else plan.id,
    )
    return asked.data.road_answers.get(name, answer)  # type: ignore[return-value]  # kept under what it answers


def router() -> APIRouter:
    """The routes of questions to the roads."""
    routes = APIRouter(prefix="/roads", tags=["道路 roads"])
    asking = problem_responses(400, 404, 409, 413)
    reading = problem_responses(404, 409)
    routes.add_api_route("/matrix", tell_matrix, methods=["POST"], responses=asking)
    routes.add_api_route("/reach", tell_reach, responses=reading)
    routes.add_api_route("/cover", tell_cover, responses=reading)
    routes.add_api_route("/parts", tell_parts, responses=reading)
    routes.add_api_route("/detours", tell_detours, methods=["POST"], responses=asking)
    routes.add_api_route("/bridges", tell_bridges, responses=reading)
    return routes
