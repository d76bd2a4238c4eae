"""Shape the question which teams go to an alarm, and its answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.bodies.geometry import Geometry, LonLat
from api.bodies.teams import NeedBody
from api.moments import moment
from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.reach import Ground
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.teams import Command, Tier
from gridgis.people.officers import PostRole

Moment = Annotated[datetime, Field(strict=True), BeforeValidator(moment)]
Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class ResponseRequest(BaseModel):
    """A place and what happened there."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"lon": 120.15, "lat": 32.51, "type": "fire", "level": "III"}]},
    )

    lon: Degrees = Field(ge=-180, le=180, description="Longitude, WGS84/CGCS2000")
    lat: Degrees = Field(ge=-90, le=90, description="Latitude")
    type: str = Field(min_length=1, max_length=40, description="Alarm type", examples=["fire"])
    level: ResponseLevel
    when: Moment | None = Field(None, description="Moment of the order; local where it names no offset; now if absent")


class Told(BaseModel):
    """A part of the answer, exactly as `gridgis.dispatch.Response.to_json` tells it."""

    model_config = ConfigDict(extra="forbid")


class AlarmPlace(Told):
    """The alarm that was tried out."""

    id: UUID
    code: str = Field(description="Empty: it is in no register")
    type: str
    level: ResponseLevel
    lon: float
    lat: float
    reported_at: datetime
    address: str
    nature: AlarmNature


class CardLineBody(NeedBody):
    """A line of the run card, with its words."""

    need: str


class CardBody(Told):
    """The run card that was followed."""

    id: UUID
    name: str
    type: str
    level: ResponseLevel
    needs: list[CardLineBody]


class CellOfficerBody(Told):
    """Who answers for a cell."""

    name: str
    role: PostRole
    phone: str


class AlarmCellBody(Told):
    """A cell of the alarm's place."""

    level: int
    code: str
    name: str
    officers: list[CellOfficerBody]


class TeamName(Told):
    """A team."""

    id: UUID
    name: str
    code: str


class ReasonBody(Told):
    """A reason as a code with the values that fill its words."""

    code: str
    fields: dict[str, Any]


class TimesBody(Told):
    """When a team would arrive; None where it has no position or no way."""

    turnout_s: float | None = Field(description="From the order to wheels rolling")
    travel_s: float | None = Field(description="On the road")
    walk_s: float | None = Field(description="On foot, where the road ends short of the place")
    eta_s: float | None = Field(description="All together")
    distance_m: float | None = Field(description="On the road and on foot")
    walk_m: float | None
    estimated: bool = Field(description="Straight line times the detour factor: the roads have no answer")


class ChosenBody(TimesBody):
    """A team that should go, with its task, time, road and reason."""

    team: TeamName
    tier: Tier
    command: Command
    capabilities: list[str]
    people: int
    profile: str = Field(description="Vehicle profile")
    phone: str
    base: LonLat | None = Field(description="Lon/lat of its base, None without a position")
    late_s: float | None = Field(description="An arrival that nine of ten drives keep, from the order")
    ground: Ground = Field(description="What its time stands on")
    reason: str = Field(description="Why this team, in words")
    reason_code: str
    reason_fields: dict[str, Any]
    notes: list[ReasonBody] = Field(description="What else there is to know; the words are in the reason")
    task: Task = Field(description="Part of the order: nobody untrained is sent in")
    safe_distance_m: int = Field(description="Distance to keep, 0 for none")
    need: str = Field(description="The line of the card it serves, in words")
    need_line: int
    rank: int = Field(description="Place in the order of arrival, from 1")
    rank_in_need: int
    local: bool = Field(description="Whether the line calls the alarm's own team first")
    home: bool = Field(description="Whether it is that team")
    fallback: bool = Field(description="Whether it serves by the fallback capability")
    route: Geometry | None = Field(description="The roads it takes, None where they have no answer")


class PassedOverBody(Told):
    """A team that should not go, and why."""

    team: TeamName
    tier: Tier
    command: Command
    base: LonLat | None
    eta_s: float | None
    estimated: bool
    reason: str
    reason_code: str
    reason_fields: dict[str, Any]


class ShortfallBody(Told):
    """What the run card wants and nobody can give."""

    need: str
    need_line: int
    teams_missing: int
    people_missing: int
    reason: str
    reason_code: str
    reason_fields: dict[str, Any]


class NextBestBody(TimesBody):
    """Who would come next for a line of the run card."""

    team: TeamName
    need: str
    need_line: int
    place: int
    tier: Tier
    people: int


class ToAskBody(Told):
    """A service to request or a team to invite; who answered and when is filled when it is asked."""

    team: TeamName
    need: str
    need_line: int
    task: Task
    people: int
    phone: str
    eta_s: float | None
    answered_by: str | None
    reference: str | None


class ToRequestBody(ToAskBody):
    """A service to request (119, 120, 110, power, gas)."""

    requested_at: datetime | None


class ToInviteBody(ToAskBody):
    """A team to invite; it counts when it accepts."""

    invited_at: datetime | None


class PeopleBody(Told):
    """How many people come, by who commands them; requested ones are never counted as own."""

    own: int
    requested: int
    invited: int
    invited_accepted: int


class ResponseBody(Told):
    """The proposal for an alarm; nothing is written and nobody is sent."""

    alarm: AlarmPlace
    when: datetime
    card: CardBody
    cells: list[AlarmCellBody]
    chosen: list[ChosenBody] = Field(description="In order of arrival, those without an estimate last")
    passed_over: list[PassedOverBody]
    shortfalls: list[ShortfallBody]
    next_best: list[NextBestBody]
    requested: list[ToRequestBody]
    invited: list[ToInviteBody]
    people: PeopleBody
