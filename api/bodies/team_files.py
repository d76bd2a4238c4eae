"""Shape what is known of a team's people, duties, kit and bases, and what somebody changes of it."""

from __future__ import annotations

from datetime import UTC, date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.exact import Day, Truth, Whole
from api.bodies.incidents import Phone, Short, Strict
from api.bodies.responses import Degrees, Moment
from gridgis.dispatch.readiness import Base, Duty, KitItem, MemberRole

Capability = Annotated[str, Field(min_length=1, max_length=40)]
Lon = Annotated[Degrees, Field(ge=-180, le=180)]
Lat = Annotated[Degrees, Field(ge=-90, le=90)]


class CertificateBody(Strict):
    """What somebody is certified for."""

    capability: Capability
    until: Day = Field(description="Last day on which it is valid")


class MemberRequest(Strict):
    """Somebody of a team, new or changed."""

    id: UUID = Field(description="Of the person, made by the caller of the API")
    name: Annotated[str, Field(min_length=1, max_length=60)]
    phone: Phone = ""
    role: MemberRole = MemberRole.MEMBER
    call_order: Whole = Field(9, ge=1, le=99, description="Who is called first")
    skills: list[Capability] = Field(default=[], max_length=30)
    certificates: list[CertificateBody] = Field(default=[], max_length=30)
    active: Truth = True


class DutyRequest(Strict):
    """A span of duty."""

    id: UUID
    since: Moment
    until: Moment
    people: Whole = Field(0, ge=0, le=1000, description="0 for all of the team")
    members: list[UUID] = Field(default=[], max_length=200)
    note: Short = ""
    cancelled: Truth = False


class KitRequest(Strict):
    """So many usable things of a kind."""

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Whole = Field(ge=0, le=1_000_000)
    unit: Annotated[str, Field(max_length=10)] = ""
    checked_on: Day | None = None


class BaseRequest(Strict):
    """A place where the team may wait."""

    id: UUID
    name: Annotated[str, Field(min_length=1, max_length=60)]
    lon: Lon
    lat: Lat


class MoveRequest(Strict):
    """The team waits at one of its bases from now on."""

    base_id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ServiceRequest(Strict):
    """The team is out of service, or in service again."""

    in_service: Truth
    reason: Short = Field("", description="Why it is out of service")


class MemberBody(BaseModel):
    """Somebody of a team."""

    id: UUID
    code: str
    name: str
    phone: str
    role: MemberRole
    call_order: int
    skills: list[str]
    certificates: list[CertificateBody]
    active: bool


class DutyBody(BaseModel):
    """A span of duty."""

    id: UUID
    code: str
    since: Moment
    until: Moment
    people: int
    members: list[UUID]
    note: str
    cancelled: bool


class KitBody(BaseModel):
    """So many usable things of a kind."""

    id: UUID
    kind: str
    quantity: int
    unit: str
    checked_on: date | None


class BaseBody(BaseModel):
    """A place where the team may wait."""

    id: UUID
    name: str
    lon: float
    lat: float
    here: bool = Field(description="Whether it waits there now")


class ExpiryBody(BaseModel):
    """A certificate that ran out or soon will."""

    member: str
    capability: str
    until: date
    days: int = Field(description="Days left; below 0 once it ran out")


class TeamFile(BaseModel):
    """What is known of a team beside its register."""

    team_id: UUID
    members: list[MemberBody]
    duties: list[DutyBody]
    kit: list[KitBody]
    bases: list[BaseBody]
    expiring: list[ExpiryBody]
    lapsed: list[str] = Field(description="Capabilities for which nobody is certified now: it is not sent for them")
    not_free: str = Field(description="Why it can't be sent now, empty when it can")
    may_write: bool


def duty_body(one: Duty) -> DutyBody:
    """A duty as it is answered."""
    return DutyBody(
        id=one.id,
        code=one.code,
        since=one.since.astimezone(UTC),
        until=one.until.astimezone(UTC),
        people=one.people,
        members=list(one.members),
        note=one.note,
        cancelled=one.cancelled,
    )


def kit_body(one: KitItem) -> KitBody:
    """Kit as it is answered."""
    return KitBody(id=one.id, kind=one.kind, quantity=one.quantity, unit=one.unit, checked_on=one.checked_on)


def base_body(one: Base, *, here: bool) -> BaseBody:
    """A base as it is answered."""
    return BaseBody(id=one.id, name=one.name, lon=one.lon, lat=one.lat, here=here)
