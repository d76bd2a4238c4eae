"""Shape the file of a place: who answers for it, what stands there, what happened there before."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.geometry import Geometry
from api.bodies.responses import Moment
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.people.officers import PostRole
from gridgis.supervision.enterprises import RiskColour


class PersonBody(BaseModel):
    """Somebody who answers for a cell of the place."""

    name: str
    role: PostRole
    cell: str
    phone: str


class NearEnterprise(BaseModel):
    """An enterprise with a site near the place."""

    id: UUID
    name: str
    site: str
    risk: RiskColour
    industry: str
    chemicals: str
    staff: int | None
    contact: str
    phone: str
    address: str
    away_m: float


class NearAlarm(BaseModel):
    """An alarm of before near the place."""

    id: UUID
    code: str
    type: str
    level: ResponseLevel
    reported_at: Moment
    address: str
    away_m: float
    people: int


class NearWater(BaseModel):
    """Water near the place."""

    kind: str
    name: str
    away_m: float


class EarlierCall(BaseModel):
    """An incident about which somebody called from the same number."""

    id: UUID
    code: str
    type: str
    address: str
    received_at: Moment


class PlaceFile(BaseModel):
    """What is known of a place, the nearest first."""

    people: list[PersonBody]
    enterprises: list[NearEnterprise]
    alarms: list[NearAlarm]
    water: list[NearWater]
    calls: list[EarlierCall]


class RouteBody(BaseModel):
    """The way of a team to the place, by the roads as they are now."""

    id: UUID = Field(description="Of the dispatch")
    team_id: UUID
    lon: float | None
    lat: float | None
    travel_s: float | None
    route: Geometry | None


class RouteList(BaseModel):
    """Ways of the teams that are not at the place yet, and of those that are."""

    items: list[RouteBody]
