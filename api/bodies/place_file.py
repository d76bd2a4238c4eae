"""Shape the file of a place: who answers for it, what stands there, what happened there before."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.geometry import Geometry
from api.bodies.responses import Moment
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.incidents.positions import Position
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


class NearEntrance(BaseModel):
    """A gate of a site near the place."""

    site: str
    name: str
    note: str
    lon: float
    lat: float
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
    entrances: list[NearEntrance]
    alarms: list[NearAlarm]
    water: list[NearWater]
    calls: list[EarlierCall]


class PositionBody(BaseModel):
    """Where a team was last seen."""

    lon: float
    lat: float
    accuracy_m: float | None
    taken_at: Moment
    age_s: float
    stale: bool = Field(description="Too old to count on: the way is that from the base")


class RouteBody(BaseModel):
    """The way of a team to the place, by the roads as they are now."""

    id: UUID = Field(description="Of the dispatch")
    team_id: UUID
    lon: float | None
    lat: float | None
    travel_s: float | None
    route: Geometry | None
    eta_at: Moment | None = Field(None, description="When it should arrive from where it was seen, null without that")
    position: PositionBody | None = Field(None, description="Where it was last seen on its way")


class RouteList(BaseModel):
    """Ways of the teams that are not at the place yet, and of those that are."""

    items: list[RouteBody]


def position_body(one: Position, now: datetime) -> PositionBody:
    """A position as it is answered."""
    return PositionBody(
        lon=one.lon,
        lat=one.lat,
        accuracy_m=one.accuracy_m,
        taken_at=one.taken_at.astimezone(UTC),
        age_s=max(0.0, (now - one.taken_at).total_seconds()),
        stale=one.stale_at(now),
    )
