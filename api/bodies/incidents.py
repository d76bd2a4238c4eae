"""Shape incidents: what is known of them, their calls, their teams, their log, and the steps that are asked for."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.bodies.responses import Degrees, Moment, ResponseBody, TeamName
from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.incidents import Status, Step
from gridgis.dispatch.incidents.recording import Report
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.teams import Command, Tier

Text = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(max_length=200)]
Phone = Annotated[str, Field(max_length=40)]
When = Annotated[Moment | None, Field(description="When it happened; now if absent. Never after now")]


class Strict(BaseModel):
    """A part of a request; what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class CallRequest(Strict):
    """What is known of a call."""

    id: UUID = Field(description="Made by the caller of the API, so that a retry is the same call")
    caller: Short = ""
    phone: Phone = ""
    said: Text = ""


class Known(Strict):
    """What is known of an incident; what is absent stays as it is, null makes it unknown."""

    type: Annotated[str, Field(max_length=40)] | None = None
    level: ResponseLevel | None = None
    lon: Annotated[Degrees, Field(ge=-180, le=180)] | None = None
    lat: Annotated[Degrees, Field(ge=-90, le=90)] | None = None
    address: Text | None = None
    note: Text | None = None
    enterprise_id: UUID | None = None

    def changes(self) -> dict[str, Any]:
        """What was named, texts never null."""
        named = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: "" if value is None and name in _TEXTS else value for name, value in named.items()}


_TEXTS = frozenset({"type", "address", "note"})


class NewIncident(Strict):
    """A call that opens an incident, saved at the first field."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "6f1f6a52-3f0a-4f0e-9d5e-0f2f5f3a8b11",
                    "call": {"id": "b2f7a9f0-8a8e-4d0a-9a53-2f4e9a1c7d20", "phone": "", "said": "厂房着火"},
                    "known": {"type": "fire", "level": "III", "lon": 120.15, "lat": 32.51},
                }
            ]
        },
    )

    id: UUID
    call: CallRequest
    known: Known = Known()
    nature: AlarmNature = AlarmNature.REAL
    received_at: When = None


class CompletedStep(Strict):
    """What became known."""

    step: Literal["completed"]
    known: Known
    happened_at: When = None


class CalledStep(Strict):
    """Another call, or more about one."""

    step: Literal["called"]
    call: CallRequest
    happened_at: When = None


class LevelStep(Strict):
    """Another level, with a reason."""

    step: Literal["level"]
    level: ResponseLevel
    why: Text = ""
    happened_at: When = None


class NatureStep(Strict):
    """Real, drill, test or false, with a reason."""

    step: Literal["nature"]
    nature: AlarmNature
    why: Text
    happened_at: When = None


class OtherStep(Strict):
    """Fold another incident into this one, or link them."""

    step: Literal["took_over", "linked"]
    other_id: UUID
    happened_at: When = None


class TextStep(Strict):
    """Something said: a note, who commands at the scene, why it is reopened."""

    step: Literal["noted", "command", "reopened"]
    text: Text
    happened_at: When = None


class CasualtiesStep(Strict):
    """What the incident cost, as known now."""

    step: Literal["casualties"]
    deaths: int = Field(0, ge=0, le=1_000_000, description="Dead or missing")
    serious_injuries: int = Field(0, ge=0, le=1_000_000)
    slight_injuries: int = Field(0, ge=0, le=1_000_000)
    trapped: int = Field(0, ge=0, le=1_000_000)
    loss_yuan: int = Field(0, ge=0, le=10**15)
    saved_yuan: int = Field(0, ge=0, le=10**15)
    production: bool = Field(default=False, description="Whether it is an accident of production")
    text: Text = ""
    happened_at: When = None


class ReportedStep(Strict):
    """A report that was made."""

    step: Literal["reported"]
    report: Report
    to: Short
    text: Text = ""
    happened_at: When = None


class CorrectedStep(Strict):
    """An entry put right."""

    step: Literal["corrected"]
    entry_id: UUID
    text: Text
    really_at: Moment | None = None


class ClosedStep(Strict):
    """The end; ``seen`` is the revision that was on the screen."""

    step: Literal["closed"]
    text: Text
    seen: int = Field(ge=0)
    happened_at: When = None


RecordStep = TextStep | CasualtiesStep | ReportedStep | CorrectedStep
IncidentStep = Annotated[
    CompletedStep | CalledStep | LevelStep | NatureStep | OtherStep | ClosedStep | RecordStep,
    Field(discriminator="step"),
]


class OrderRequest(Strict):
    """One team to be sent or asked."""

    id: UUID = Field(description="Of the dispatch, made by the caller of the API")
    team_id: UUID
    task: Task
    people: int | None = Field(None, ge=1, le=10_000)
    safe_distance_m: int = Field(0, ge=0, le=100_000)
    override: Short = Field("", description="Why it goes although it is busy, resting, off shift or out of service")


class OrdersRequest(Strict):
    """Teams to be sent, all of them or none."""

    orders: list[OrderRequest] = Field(min_length=1, max_length=60)
    happened_at: When = None


class TeamStep(Strict):
    """How far a team is."""

    step: Literal["acknowledged", "en_route", "on_scene", "working", "released", "home", "declined", "accounted"]
    people: int | None = Field(None, ge=0, le=10_000, description="People who answered, for a head count")
    why: Text = Field("", description="For a team that declines")
    answered_by: Short = ""
    reference: Short = ""
    happened_at: When = None


class RecallRequest(Strict):
    """A team called back."""

    why: Text
    happened_at: When = None


class CallBody(BaseModel):
    """A call."""

    id: UUID
    received_at: Moment
    caller: str
    phone: str
    said: str
    taken_by: str


class EntryBody(BaseModel):
    """An entry of the log."""

    id: UUID
    number: int
    step: Step
    happened_at: Moment
    recorded_at: Moment
    actor: str
    text: str
    facts: dict[str, Any]
    corrects: UUID | None


class SentBody(BaseModel):
    """A team sent or asked, and how far it is."""

    id: UUID
    team: TeamName
    tier: Tier
    command: Command
    phone: str
    people: int
    task: str
    safe_distance_m: int
    state: Step = Field(description="Its newest step")
    dispatched_at: Moment
    acknowledged_at: Moment | None
    en_route_at: Moment | None
    on_scene_at: Moment | None
    released_at: Moment | None
    home_at: Moment | None
    eta_at: Moment | None = Field(description="When it should arrive, by the estimate of the order and its milestones")
    answered_by: str
    reference: str
    warning: EntryBody | None = Field(None, description="The newest change of its road while it is under way")
    called: str = Field("", description="How far its order is proven to have come: sent, delivered, failed, exhausted")


class PlaceCell(BaseModel):
    """A cell of the place."""

    level: int
    code: str
    name: str


class AlikeBody(BaseModel):
    """An open incident that may be the same event."""

    id: UUID
    code: str
    type: str
    address: str
    received_at: Moment
    away_m: float | None
    apart_s: float
    score: float = Field(description="Likeness, 0 to 1")


class IncidentBody(BaseModel):
    """An incident as it stands."""

    id: UUID
    code: str
    status: Status
    revision: int = Field(description="Number of the newest entry of its log")
    received_at: Moment
    type: str
    level: ResponseLevel | None
    lon: float | None
    lat: float | None
    address: str
    note: str
    nature: AlarmNature
    enterprise_id: UUID | None
    enterprise: str
    merged_into: UUID | None
    linked_to: UUID | None
    commander: str
    closed_at: Moment | None
    cells: list[PlaceCell]
    calls: list[CallBody]
    teams: list[SentBody]
    alike: list[AlikeBody]


class IncidentDetail(IncidentBody):
    """An incident with its log."""

    log: list[EntryBody]


class IncidentList(BaseModel):
    """Open incidents, the most urgent first, and those of the last day that are over."""

    items: list[IncidentBody]
    now: Moment


class ProposalBody(BaseModel):
    """Who should go now, beside those that were sent."""

    filled: bool = Field(description="Whether the run card is filled by those that were sent")
    proposal: ResponseBody | None


class PlaceHit(BaseModel):
    """A place that fits what was typed."""

    kind: str
    id: str
    name: str
    detail: str
    lon: float
    lat: float
    enterprise_id: UUID | None


class TypedBody(BaseModel):
    """What was found in the words of a caller."""

    types: list[str] = Field(description="Alarm types, the likeliest first")
    places: list[PlaceHit]
