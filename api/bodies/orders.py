"""Shape whom to call with an order, what came of it, and receipts of gateways."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.exact import Whole
from api.bodies.incidents import Strict
from api.bodies.responses import Degrees, Moment, TeamName


class ReceiptRequest(Strict):
    """What a gateway says became of an order that it took."""

    state: Literal["delivered", "answered", "failed"]
    channel: Annotated[str, Field(min_length=1, max_length=20)]
    person: Annotated[str, Field(max_length=60)] = ""
    place: Whole = Field(1, ge=1, le=99, description="Which attempt of the order it was")


class PositionRequest(Strict):
    """Where a team that is under way is now."""

    lon: Annotated[Degrees, Field(ge=-180, le=180)]
    lat: Annotated[Degrees, Field(ge=-90, le=90)]
    accuracy_m: Annotated[Degrees, Field(ge=0, le=1_000_000)] | None = None
    taken_at: Moment | None = None


class PositionAnswer(BaseModel):
    """What is kept of it."""

    taken_at: Moment
    eta_at: Moment | None = Field(description="When it should arrive from there, null where no road leads there")


class DialNumber(BaseModel):
    """Somebody to dial."""

    name: str
    phone: str


class NoticeBody(BaseModel):
    """What became of one attempt."""

    at: Moment
    person: str
    channel: str
    state: str
    place: int


class DialBody(BaseModel):
    """An order and whom to call with it, in this order."""

    dispatch_id: UUID
    team: TeamName
    text: str
    dispatched_at: Moment
    acknowledged_at: Moment | None
    answered_by: str
    reference: str
    numbers: list[DialNumber]
    notices: list[NoticeBody]


class DialList(BaseModel):
    """Whom to dial for an incident."""

    incident: str
    items: list[DialBody]
