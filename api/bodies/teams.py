"""Shape rescue teams and run cards."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.run_cards import RunCard, Task
from gridgis.dispatch.teams import Command, CommitmentKind, Team, Tier


class TeamBody(BaseModel):
    """A rescue team or requested service."""

    id: UUID
    code: str
    name: str
    tier: Tier
    command: Command
    capabilities: list[str]
    people: int
    profile: str
    lon: float
    lat: float
    turnout_s: int = Field(description="Seconds from the order to wheels rolling at this hour")
    shift: str = Field(description="When it answers, local time", examples=["08:00-20:00"])
    home_cell_code: str
    department: str
    phone: str
    in_service: bool
    out_of_service_reason: str
    taken_by: CommitmentKind | None = Field(description="Why it can't be sent now, None while it is free")
    alarm_code: str = Field(description="The alarm it serves now")
    demo: bool


class TeamList(BaseModel):
    """Teams in the order of their codes."""

    items: list[TeamBody]
    total: int


class KitNeedBody(BaseModel):
    """So many things of a kind."""

    kind: str
    quantity: int


class NeedBody(BaseModel):
    """One line of a run card."""

    line: int
    tier: Tier | None
    capability: str
    command: Command
    teams: int
    people: int
    task: Task
    safe_distance_m: int
    fallback: str
    local: bool
    kit: list[KitNeedBody]


class RunCardBody(BaseModel):
    """What an alarm type at a level calls for."""

    id: UUID
    type: str
    level: ResponseLevel
    name: str
    needs: list[NeedBody]


class RunCardList(BaseModel):
    """Run cards by type and level."""

    items: list[RunCardBody]
    total: int


def team_body(team: Team, *, local_hour: int, taken_by: CommitmentKind | None, alarm_code: str) -> TeamBody:
    """A team as it stands at a local hour."""
    return TeamBody(
        id=team.id,
        code=team.code,
        name=team.name,
        tier=team.tier,
        command=team.command,
        capabilities=sorted(team.capabilities),
        people=team.people,
        profile=team.profile,
        lon=team.lon,
        lat=team.lat,
        turnout_s=team.turnout.at(local_hour),
        shift=f"{team.shift.start:%H:%M}-{team.shift.end:%H:%M}",
        home_cell_code=team.home_cell_code,
        department=team.department,
        phone=team.phone,
        in_service=team.in_service,
        out_of_service_reason=team.out_of_service_reason,
        taken_by=taken_by,
        alarm_code=alarm_code,
        demo=team.demo,
    )


def run_card_body(card: RunCard) -> RunCardBody:
    """A run card with its lines."""
    needs = [
        NeedBody(
            line=need.code,
            tier=need.tier,
            capability=need.capability,
            command=need.command,
            teams=need.teams,
            people=need.people,
            task=need.task,
            safe_distance_m=need.safe_distance_m,
            fallback=need.fallback,
            local=need.local,
            kit=[KitNeedBody(kind=kind, quantity=quantity) for kind, quantity in need.kit],
        )
        for need in card.needs
    ]
    return RunCardBody(id=card.id, type=card.type, level=card.level, name=card.name, needs=needs)
