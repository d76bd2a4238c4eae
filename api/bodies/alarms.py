"""Shape alarms, the question which teams go, and its answer (design: ``respond --json``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.bodies.geometry import Geometry
from api.moments import moment
from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel
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


class AlarmPlace(BaseModel):
    """The alarm that was tried out."""

    model_config = ConfigDict(extra="allow")

    type: str
    level: ResponseLevel
    lon: float
    lat: float


class CellOfficerBody(BaseModel):
    """Who answers for a cell."""

    name: str
    role: PostRole
    phone: str


class AlarmCellBody(BaseModel):
    """A cell of the alarm's place."""

    level: int
    code: str
    name: str
    officers: list[CellOfficerBody]


class TeamName(BaseModel):
    """A team."""

    id: UUID
    name: str
    code: str = ""


class ChosenBody(BaseModel):
    """A team that should go, with its time, road and reason."""

    model_config = ConfigDict(extra="allow")

    team: TeamName
    tier: Tier
    command: Command
    capabilities: list[str]
    people: int
    task: Task
    safe_distance_m: int
    turnout_s: float | None
    travel_s: float | None
    walk_s: float | None
    eta_s: float | None
    distance_m: float | None
    estimated: bool
    reason: str
    route: Geometry | None


class PassedOverBody(BaseModel):
    """A team that should not go, and why."""

    model_config = ConfigDict(extra="allow")

    team: TeamName
    eta_s: float | None
    reason: str


class ShortfallBody(BaseModel):
    """What the run card wants and nobody can give."""

    model_config = ConfigDict(extra="allow")

    need: str
    reason: str


class NextBestBody(BaseModel):
    """Who would come next for a line of the run card."""

    model_config = ConfigDict(extra="allow")

    team: TeamName
    need: str
    eta_s: float | None


class ResponseBody(BaseModel):
    """The proposal for an alarm; nothing is written and nobody is sent."""

    model_config = ConfigDict(extra="allow")

    alarm: AlarmPlace
    when: datetime
    card: dict[str, Any]
    cells: list[AlarmCellBody]
    chosen: list[ChosenBody] = Field(description="In order of arrival, those without an estimate last")
    passed_over: list[PassedOverBody]
    shortfalls: list[ShortfallBody]
    next_best: list[NextBestBody]


class AlarmBody(BaseModel):
    """An alarm of the register; caller and telephone are not told until accounts exist."""

    id: UUID
    code: str
    type: str
    level: ResponseLevel
    lon: float
    lat: float
    reported_at: datetime
    address: str
    note: str
    nature: AlarmNature
    dispatches: int = Field(description="Teams sent or asked")
    people: int = Field(description="People of those teams")


class AlarmList(BaseModel):
    """Alarms, the newest first."""

    items: list[AlarmBody]
    total: int
    limit: int
    offset: int


def alarm_body(alarm: Alarm, dispatches: tuple[Dispatch, ...]) -> AlarmBody:
    """An alarm of the register with what was sent."""
    return AlarmBody(
        id=alarm.id,
        code=alarm.code,
        type=alarm.type,
        level=alarm.level,
        lon=alarm.lon,
        lat=alarm.lat,
        reported_at=alarm.reported_at.astimezone(UTC),
        address=alarm.address,
        note=alarm.note,
        nature=alarm.nature,
        dispatches=len(dispatches),
        people=sum(dispatch.people for dispatch in dispatches),
    )
