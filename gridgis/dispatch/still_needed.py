"""Say what a run card still calls for when teams have been sent already, and propose who fills that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.assignment import Assignment, pack
from gridgis.dispatch.eligibility import serves, serves_as_fallback, untrained_for
from gridgis.dispatch.response import Response
from gridgis.dispatch.run_cards import Need, RunCard, RunCards
from gridgis.dispatch.selection import choose_response
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team


def still_needed(card: RunCard, sent: Sequence[tuple[Team, int]]) -> RunCard | None:
    """The lines of a card that teams on their way or at the place do not fill, None when all are filled.

    Each team fills one line, the lines together as many as they can (see `Assignment`); whoever is left over adds its
    people to a line that lacks people.

    Args:
        card: The run card.
        sent: Teams that are out for this alarm, with the people of each.
    """
    lines = len(card.needs)
    assignment = Assignment(
        [
            {
                number: pack([not serves(team, need)], 0, number, lines - place)
                for number, (team, _) in enumerate(sent)
                if _fills(team, need, card.type)
            }
            for place, need in enumerate(card.needs)
        ]
    )
    for turn in range(max(need.teams for need in card.needs)):
        for place, need in enumerate(card.needs):
            if turn < need.teams:
                assignment.fill(place)
    people = [sum(sent[number][1] for number in assignment.teams_of(place)) for place in range(lines)]
    busy = {number for place in range(lines) for number in assignment.teams_of(place)}
    for number, (team, count) in enumerate(sent):
        open_to = [
            place
            for place, need in enumerate(card.needs)
            if number not in busy and people[place] < need.people and _fills(team, need, card.type)
        ]
        if open_to:
            people[open_to[0]] += count
    left = []
    for place, need in enumerate(card.needs):
        teams = need.teams - len(assignment.teams_of(place))
        missing = max(0, need.people - people[place])
        if teams > 0 or missing:
            left.append(replace(need, teams=max(1, teams), people=missing))
    return replace(card, needs=tuple(left)) if left else None


def _fills(team: Team, need: Need, alarm_type: str) -> bool:
    called = serves(team, need) or serves_as_fallback(team, need)
    return called and not untrained_for(team, need, alarm_type)


def _serves(dispatch: Dispatch) -> bool:
    """Whether a dispatch fills its line: under way or there, or it was there; not one that was recalled before."""
    return dispatch.released_at is None or dispatch.on_scene_at is not None


def propose_rest(state: DistrictState, alarm: Alarm, when: datetime, dispatches: Sequence[Dispatch]) -> Response | None:
    """Who should go to an alarm beside those that were sent to it; None when its card is filled.

    Args:
        state: The district, its dispatches being those of this very moment.
        alarm: The alarm.
        when: The moment of the order, aware.
        dispatches: Teams sent to it.

    Raises:
        InvalidValue: See `choose_response`.
        NotKnown: See `choose_response`.
    """
    card = state.run_cards.find(alarm.type, alarm.level, when)
    teams: Mapping[UUID, Team] = {team.id: team for team in state.teams}
    sent = [(teams[one.team_id], one.people) for one in dispatches if _serves(one) and one.team_id in teams]
    if sent:
        rest = still_needed(card, sent)
        if rest is None:
            return None
        state = replace(state, run_cards=RunCards.of([rest])).after(state)
    return choose_response(state, alarm, when)
