"""Check the register of alarms and dispatches: what they name, their order in time, and teams sent to two places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from gridgis.checks.finding import Finding, error, note, warning
from gridgis.dispatch.alarms import Dispatch
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Team

MILESTONES = ("dispatched_at", "acknowledged_at", "en_route_at", "on_scene_at", "released_at", "home_at")


def check_dispatches(state: DistrictState) -> Iterator[Finding]:
    """Dispatches that name what is not known, run backwards, or overlap for one team."""
    alarms = {alarm.id for alarm in state.alarms}
    teams = {team.id: team for team in state.teams}
    sent: dict[UUID, list[Dispatch]] = {}
    unanswered = []
    for dispatch in state.dispatches:
        if dispatch.alarm_id not in alarms:
            yield error("dispatch.alarm_unknown", "dispatch", dispatch.code, dispatch=dispatch.code)
        team = teams.get(dispatch.team_id)
        if team is None:
            yield error("dispatch.team_unknown", "dispatch", dispatch.code, dispatch=dispatch.code)
        elif (times := _times(dispatch)) != sorted(times):
            yield error("dispatch.order", "dispatch", dispatch.code, dispatch=dispatch.code, team=team.name)
        elif team.command is not Command.REQUEST:
            sent.setdefault(team.id, []).append(dispatch)
        elif not (dispatch.answered_by and dispatch.reference):
            unanswered.append(dispatch.code)
    yield from _overlaps(teams, sent)
    if unanswered:
        codes = tuple(unanswered)
        yield note("dispatch.unanswered", "district", state.district.code, count=len(codes), codes=codes)


def _overlaps(teams: Mapping[UUID, Team], sent: Mapping[UUID, list[Dispatch]]) -> Iterator[Finding]:
    """Teams sent out again before they are known to be free."""
    for team_id, dispatches in sent.items():
        dispatches.sort(key=lambda one: (one.dispatched_at, one.code))
        for first, second in pairwise(dispatches):
            if second.dispatched_at < max(_times(first)):
                yield warning(
                    "dispatch.overlap",
                    "dispatch",
                    second.code,
                    team=teams[team_id].name,
                    first=first.code,
                    second=second.code,
                )


def _times(dispatch: Dispatch) -> list[datetime]:
    """The milestones that are known, in their order."""
    moments: list[datetime | None] = [getattr(dispatch, name) for name in MILESTONES]
    return [moment for moment in moments if moment is not None]
