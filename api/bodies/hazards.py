"""Shape hazards: a report, the steps that are asked for, and what is shown of a hazard, its clocks and its photos."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from api.bodies.incidents import Short, Strict, Text
from api.bodies.responses import Degrees, Moment
from api.moments import day
from gridgis.hazards import Act, Origin, Severity, State
from gridgis.hazards.clocks import Light, Stage
from gridgis.hazards.photos import Doubt
from gridgis.hazards.taking import MOST_TERM_DAYS, Assignee, Duty
from gridgis.hazards.workdays import Term

MOST_PHOTOS = 12
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Longitude = Annotated[Degrees, Field(ge=-180, le=180)]
Latitude = Annotated[Degrees, Field(ge=-90, le=90)]
Metres = Annotated[Degrees, Field(ge=0, le=1_000_000)]
MadeAt = Annotated[
    Moment | None, Field(description="When it was done by the telephone's clock, see the header Device-Time")
]


class PhotoRequest(Strict):
    """A photo that is named; its bytes come by ``/api/v1/uploads``, before or after."""

    id: UUID
    sha256: Sha256


Photos = Annotated[tuple[PhotoRequest, ...], Field(max_length=MOST_PHOTOS)]


class NewHazard(Strict):
    """A report."""

    id: UUID = Field(description="Of the hazard, made by the telephone, so that a retry is the same report")
    step_id: UUID = Field(description="Of the report's own step, what later ones name in after")
    kind: Annotated[str, Field(max_length=40)] = Field(examples=["fire_exit"])
    text: Text = ""
    origin: Literal["patrol", "doctor", "inspection", "public"] = "patrol"
    enterprise_id: UUID | None = None
    address: Short = ""
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Metres | None = None
    photos: Photos = ()
    made_at: MadeAt = None


class Step(Strict):
    """What every step says."""

    id: UUID = Field(description="Made where it is taken, so that a retry is the same step")
    after: UUID | None = Field(
        None, description="The step that has to be recorded first; while it is not, this one waits for it (202)"
    )
    text: Text = ""
    made_at: MadeAt = None


class PlainStep(Step):
    """A step that is told by words and photos alone."""

    act: Literal[
        "accept",
        "refuse",
        "send_back",
        "start",
        "rework",
        "reopen",
        "grant_extension",
        "deny_extension",
        "ask_pause",
        "grant_pause",
        "deny_pause",
        "resume",
        "unlist",
        "supervise",
        "sponsor",
        "stop_work",
        "ask_resumption",
        "allow_resumption",
        "deny_resumption",
        "void",
        "urge",
        "note",
    ]
    photos: Photos = ()


class Amended(Strict):
    """Parts of a report; what is absent is left as it is."""

    kind: Annotated[str, Field(max_length=40)] | None = None
    text: Text | None = None
    address: Short | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Metres | None = None
    enterprise_id: UUID | None = None

    def named(self) -> dict[str, Any]:
        """What was named, texts never null."""
        told = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: "" if value is None and name in _TEXTS else value for name, value in told.items()}


_TEXTS = frozenset({"kind", "text", "address"})


class AmendStep(Step):
    """A report put right; ``seen`` is what the changed parts were when somebody looked."""

    act: Literal["amend"]
    changed: Amended
    seen: Amended = Amended()


class GradeStep(Step):
    """A person's decision how bad it is."""

    act: Literal["grade"]
    severity: Severity
    clause: Short = ""
    rules: Short = ""


class AssignStep(Step):
    """Who has to put it right, in how many days; 0 is at once."""

    act: Literal["assign"]
    assignee: Assignee
    name: Short
    days: int = Field(15, ge=0, le=MOST_TERM_DAYS)
    term: Term = Term.CALENDAR


class AnswerStep(Step):
    """What was done, with photos."""

    act: Literal["answer"]
    photos: Photos


class VerifyStep(Step):
    """What another person saw at the place."""

    act: Literal["verify"]
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Metres = 0.0
    photos: Photos = ()


class CloseStep(Step):
    """The end."""

    act: Literal["close"]


class ExtensionStep(Step):
    """More days asked for."""

    act: Literal["ask_extension"]
    days: int = Field(ge=1, le=MOST_TERM_DAYS)


class ListStep(Step):
    """On the pending list until a day."""

    act: Literal["list"]
    review_on: Annotated[date, BeforeValidator(day)]


class FulfilStep(Step):
    """One of the five settled for a major hazard."""

    act: Literal["fulfil"]
    duty: Duty


HazardStepRequest = Annotated[
    PlainStep
    | AmendStep
    | GradeStep
    | AssignStep
    | AnswerStep
    | VerifyStep
    | CloseStep
    | ExtensionStep
    | ListStep
    | FulfilStep,
    Field(discriminator="act"),
]


class CountdownBody(BaseModel):
    """One clock that is on."""

    stage: Stage
    due_at: Moment | None = Field(description="None while the clock stands")
    used: float = Field(description="Share of the time that is used; above 1 when it is over")
    light: Light
    certain: bool = Field(description="Whether the holidays of every year that it reaches into are known")


class PhotoBody(BaseModel):
    """A photo that a step names."""

    id: UUID
    sha256: str
    came: bool = Field(description="Whether its bytes have come")
    taken_at: Moment | None = Field(description="When it was taken by its own account")
    doubts: list[Doubt] = Field(description="What speaks against what is claimed; shown, never a refusal")


class StepBody(BaseModel):
    """A step that was taken."""

    id: UUID
    number: int
    act: Act
    happened_at: Moment
    recorded_at: Moment
    device_at: Moment | None = Field(description="What a telephone's clock showed where it was wrong")
    actor: str
    text: str
    facts: dict[str, Any]
    photos: list[PhotoBody]


class RepeatBody(BaseModel):
    """Another report that may tell of the same, and why."""

    id: UUID
    code: str
    state: State
    found_at: Moment
    score: float
    away_m: float | None
    apart_days: float
    words: float
    photo: bool


class ProposalBody(BaseModel):
    """A clause by which it may be a major hazard."""

    clause: str
    text: str
    rules: str
    phrases: list[str]
    example: bool


class HazardBody(BaseModel):
    """A hazard as it stands."""

    id: UUID
    code: str
    state: State
    origin: Origin
    kind: str
    text: str
    found_at: Moment
    reporter: str
    severity: Severity | None
    enterprise_id: UUID | None
    enterprise: str
    address: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    cell_code: str
    department: str
    assignee: str
    closed_at: Moment | None
    revision: int
    last_step: UUID = Field(description="What a next step names in after")
    clocks: list[CountdownBody] = Field(description="Clocks that are on, that of its state first")
    photo: UUID | None = Field(description="A photo of it that has come")


class HazardDetail(HazardBody):
    """A hazard with its steps, and what can be done about it."""

    steps: list[StepBody]
    acts: list[Act] = Field(description="What whoever asks can do next")
    awaited: int = Field(description="Photos that are named and have not come")
    repeats: list[RepeatBody]
    proposals: list[ProposalBody]
    unsettled: list[Duty] = Field(description="Of a major hazard, which of the five are not settled")


class HazardList(BaseModel):
    """Hazards, open ones with those that are due first."""

    items: list[HazardBody]
    total: int
    now: Moment


class Taken(BaseModel):
    """What became of a change: carried out, or held until the one before comes."""

    held: bool = False
    waits_for: UUID | None = None
    hazard: HazardDetail | None = None
