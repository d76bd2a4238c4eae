"""Serve rescue teams as they stand now, and run cards."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.asked import Asked, Current
from api.bodies.teams import RunCardList, TeamBody, TeamList, run_card_body, team_body
from api.errors import problem_responses
from api.moments import LOCAL_TIME
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.teams import Command, Commitment, Team, Tier


def list_teams(
    asked: Current,
    tier: Annotated[Tier | None, Query(description="类别 / tier")] = None,
    command: Annotated[Command | None, Query(description="指挥关系 / command")] = None,
) -> TeamList:
    """Teams with what takes them now and how soon they roll at this hour."""
    taken = asked.commitments
    items = [_body(asked, team, taken.get(team.id)) for team in fitting_teams(asked, tier=tier, command=command)]
    return TeamList(items=items, total=len(items))


def fitting_teams(asked: Asked, *, tier: Tier | None, command: Command | None) -> list[Team]:
    """Teams of a tier and a command, in the order of their codes; the registers of teams are for everybody."""
    return [
        team
        for team in asked.state.teams
        if (tier is None or team.tier is tier) and (command is None or team.command is command)
    ]


def show_team(asked: Current, team_id: Annotated[UUID, Path(alias="id")]) -> TeamBody:
    """One team as it stands now."""
    return _body(asked, asked.data.team(team_id), asked.commitments.get(team_id))


def _body(asked: Asked, team: Team, taken: Commitment | None) -> TeamBody:
    return team_body(
        asked.sight.masked(team),
        local_hour=asked.now.astimezone(LOCAL_TIME).hour,
        taken_by=None if taken is None else taken.kind,
        alarm_code="" if taken is None else taken.alarm_code,
    )


def list_run_cards(
    asked: Current,
    alarm_type: Annotated[str, Query(alias="type", max_length=40, description="警情类型 / alarm type")] = "",
    level: Annotated[ResponseLevel | None, Query(description="响应等级 / response level")] = None,
) -> RunCardList:
    """Run cards in force now, of an alarm type, of a level, or all."""
    items = [
        run_card_body(card)
        for card in asked.state.run_cards.at(asked.now).cards
        if (not alarm_type or card.type == alarm_type) and (level is None or card.level is level)
    ]
    return RunCardList(items=items, total=len(items))


def router() -> APIRouter:
    """The routes of teams and run cards."""
    routes = APIRouter(tags=["队伍 teams"])
    routes.add_api_route("/teams", list_teams, responses=problem_responses())
    routes.add_api_route("/teams/{id}", show_team, responses=problem_responses(404))
    routes.add_api_route("/run-cards", list_run_cards, responses=problem_responses())
    return routes
