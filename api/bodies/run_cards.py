"""Shape versions of run cards, the one that is wanted, and what it would have done to past alarms."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.exact import Day, Truth, Whole
from api.bodies.incidents import Strict
from api.bodies.responses import Moment, TeamName
from api.bodies.teams import RunCardBody, run_card_body
from gridgis.codes import record_id
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCard, RunCardVersion, Task
from gridgis.dispatch.teams import Command, Team, Tier
from gridgis.dispatch.trying_out import Sent, Tried

Code = Annotated[str, Field(max_length=40)]


class KitNeedRequest(Strict):
    """So many things of a kind."""

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Whole = Field(ge=1, le=10_000)


class NeedRequest(Strict):
    """One line of a card; they are numbered by their order."""

    tier: Tier | None = None
    capability: Code = ""
    command: Command = Command.OWN
    teams: Whole = Field(1, ge=1, le=50)
    people: Whole = Field(0, ge=0, le=10_000)
    task: Task = Task.RESCUE
    safe_distance_m: Whole = Field(0, ge=0, le=100_000)
    fallback: Code = ""
    local: Truth = False
    kit: list[KitNeedRequest] = Field(default=[], max_length=20)


class CardRequest(Strict):
    """A card as somebody wants it."""

    type: Annotated[str, Field(min_length=1, max_length=40)]
    level: ResponseLevel
    name: Annotated[str, Field(max_length=200)] = ""
    needs: list[NeedRequest] = Field(max_length=30)

    def card(self, district_code: str) -> RunCard:
        """The card.

        Raises:
            InvalidValue: What `RunCard` refuses.
        """
        needs = tuple(
            Need(
                code=number,
                tier=one.tier,
                capability=one.capability.strip(),
                command=one.command,
                teams=one.teams,
                people=one.people,
                task=one.task,
                safe_distance_m=one.safe_distance_m,
                fallback=one.fallback.strip(),
                local=one.local,
                kit=tuple((each.kind.strip(), each.quantity) for each in one.kit),
            )
            for number, one in enumerate(self.needs, start=1)
        )
        id_ = record_id(district_code, "run_card", f"{self.type}/{self.level.value}")
        return RunCard(id_, self.type, self.level, needs, self.name.strip())


class VersionRequest(CardRequest):
    """A version that is to be in force."""

    effective_from: Moment | None = Field(None, description="From when; now if absent. Never in the past")
    reason: Annotated[str, Field(max_length=500)]


class TryRequest(CardRequest):
    """A version that is to be tried on past alarms."""

    from_day: Day | None = Field(None, description="First local day; all of the register if absent")
    to_day: Day | None = Field(None, description="Last local day, included")


class VersionBody(BaseModel):
    """One version of a card."""

    id: UUID
    number: int
    effective_from: Moment
    made_at: Moment
    made_by: str
    reason: str
    in_force: bool = Field(description="Whether it is the one that is followed now")
    card: RunCardBody


class VersionList(BaseModel):
    """Versions of a card, the newest first."""

    items: list[VersionBody]
    total: int


class SentByCard(BaseModel):
    """Who a card sends."""

    teams: list[TeamName]
    first_s: float | None
    all_s: float | None
    people: int
    short: int = Field(description="Lines that lack teams or people")


class TriedBody(BaseModel):
    """One past alarm by the card of then and by the one that is tried."""

    alarm_id: UUID
    code: str
    reported_at: Moment
    address: str
    lon: float
    lat: float
    before: SentByCard | None
    after: SentByCard | None
    more: list[TeamName]
    fewer: list[TeamName]
    refused: str


class TryBody(BaseModel):
    """What a card would have done to past alarms, those that differ first."""

    items: list[TriedBody]
    total: int
    differing: int
    people_before: int
    people_after: int
    median_first_before_s: float | None
    median_first_after_s: float | None


def version_body(one: RunCardVersion, *, in_force: bool) -> VersionBody:
    """A version as it is answered."""
    return VersionBody(
        id=one.id,
        number=one.number,
        effective_from=one.effective_from.astimezone(UTC),
        made_at=one.made_at.astimezone(UTC),
        made_by=one.made_by,
        reason=one.reason,
        in_force=in_force,
        card=run_card_body(one.card),
    )


def tried_body(one: Tried, *, address: str) -> TriedBody:
    """A tried alarm as it is answered."""
    return TriedBody(
        alarm_id=one.alarm.id,
        code=one.alarm.code,
        reported_at=one.alarm.reported_at.astimezone(UTC),
        address=address,
        lon=one.alarm.lon,
        lat=one.alarm.lat,
        before=_sent(one.before),
        after=_sent(one.after),
        more=[team_name(team) for team in one.more],
        fewer=[team_name(team) for team in one.fewer],
        refused=one.refused,
    )


def team_name(team: Team) -> TeamName:
    """The name of a team."""
    return TeamName(id=team.id, name=team.name, code=team.code)


def _sent(sent: Sent | None) -> SentByCard | None:
    if sent is None:
        return None
    teams = [team_name(team) for team in sent.teams]
    return SentByCard(teams=teams, first_s=sent.first_s, all_s=sent.all_s, people=sent.people, short=sent.short)
