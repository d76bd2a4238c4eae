"""Shape a plan for all open alarms, and the cover that is left."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.responses import TeamName
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.teams import Tier


class WaveTeam(BaseModel):
    """A team given to an incident."""

    team: TeamName
    tier: Tier
    command: str
    people: int
    task: Task
    safe_distance_m: int
    eta_s: float | None
    dispatch_id: UUID | None = Field(description="The dispatch that it would have to be recalled from")
    moved_from: str = Field(description="Number of the incident to which it was sent, empty for one that is free")


class WaveIncident(BaseModel):
    """What an incident gets."""

    id: UUID
    code: str
    type: str
    level: str
    address: str
    teams: list[WaveTeam]
    short: list[str] = Field(description="What it wants and nobody is left for")
    refused: str = Field(description="Why it can't be answered, empty where it can")


class WaveBody(BaseModel):
    """A plan for all open incidents; nobody is sent and nobody moved."""

    incidents: list[WaveIncident]
    moves: int = Field(description="Teams that would go elsewhere than they were sent")
    ready_gain_s: int = Field(description="Weighted seconds that the moves win")
    proven: bool = Field(description="Whether no plan over the teams considered is better")
    took_s: float


class MoveBody(BaseModel):
    """A free team that should wait at another base."""

    team: TeamName
    base: TeamName
    gained: int
    lost: int


class CoverBody(BaseModel):
    """How the villages are covered now."""

    within_s: float
    villages: int
    covered: int
    usually: int
    uncovered: list[str] = Field(description="Names of villages that are covered usually and are not now")
    uncovered_codes: list[str]
    moves: list[MoveBody]
