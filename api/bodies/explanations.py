"""Shape the explanation why a nearer team comes later."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.geometry import Geometry, LonLat, geometry_of
from api.bodies.responses import ResponseRequest, TeamName
from gridgis.dispatch.reasons import Say, say_all
from gridgis.dispatch.teams import Team, Tier
from gridgis.dispatch.why_later import Comer, WhyLater
from gridgis.roads.obstacles import Obstacle, ObstacleKind


class ExplanationRequest(ResponseRequest):
    """An alarm as for a proposal, and the team that is asked about."""

    team: UUID | None = Field(None, description="Three nearer teams that come later if absent")


class ComerBody(BaseModel):
    """A team on its way."""

    team: TeamName
    tier: Tier
    base: LonLat
    straight_m: float
    distance_m: float | None
    turnout_s: float
    travel_s: float | None = Field(description="null where no way leads there")
    walk_s: float
    eta_s: float | None
    route: Geometry | None


class ObstacleBody(BaseModel):
    """What is in the way, and how it would be without."""

    kind: ObstacleKind
    at: LonLat
    shape: Geometry
    road: str
    limit_kind: Literal["maxweight", "maxheight", "maxwidth"] | None
    limit: float | None
    own: float | None
    free_s: float = Field(description="Seconds on the way without it")
    saved_s: float | None = Field(description="null where it can't come at all now")
    free_way: Geometry | None


class ExplanationBody(BaseModel):
    """Why one team comes later than another."""

    text: str
    cause: str = Field(description="Code of the cause")
    later: ComerBody
    sooner: ComerBody
    obstacle: ObstacleBody | None


class ExplanationList(BaseModel):
    """Explanations, the nearest team first."""

    when: datetime
    items: list[ExplanationBody]


def team_name(team: Team) -> TeamName:
    """A team by its name."""
    return TeamName(id=team.id, name=team.name, code=team.code)


def explanation_body(why: WhyLater, say: Say) -> ExplanationBody:
    """An explanation in words and as data."""
    return ExplanationBody(
        text=say_all(why.reasons, say),
        cause=why.reasons[0].code,
        later=_comer(why.later),
        sooner=_comer(why.sooner),
        obstacle=None if why.obstacle is None else _obstacle(why.obstacle),
    )


def _comer(one: Comer) -> ComerBody:
    estimate, route = one.estimate, one.route
    searched = route is not None
    return ComerBody(
        team=team_name(one.team),
        tier=one.team.tier,
        base=[one.team.lon, one.team.lat],
        straight_m=round(one.straight_m, 1),
        distance_m=round(estimate.distance_m, 1) if searched and estimate.distance_m is not None else None,
        turnout_s=estimate.turnout_s,
        travel_s=estimate.travel_s if searched else None,
        walk_s=round(estimate.walk_s, 3),
        eta_s=estimate.eta_s if searched else None,
        route=None if route is None or route.geometry is None else geometry_of(route.geometry),
    )


def _obstacle(one: Obstacle) -> ObstacleBody:
    return ObstacleBody(
        kind=one.kind,
        at=[round(one.at.x, 7), round(one.at.y, 7)],
        shape=geometry_of(one.shape),
        road=one.road,
        limit_kind=None if one.limit is None else one.limit.kind,
        limit=None if one.limit is None else one.limit.limit,
        own=None if one.limit is None else one.limit.own,
        free_s=round(one.free_s, 3),
        saved_s=None if one.saved_s == float("inf") else round(one.saved_s, 3),
        free_way=None if one.free_way is None else geometry_of(one.free_way),
    )
