"""Match teams to the lines of a run card, all lines together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from gridgis.dispatch.assignment import Assignment, pack
from gridgis.dispatch.eligibility import (
    is_home,
    not_free,
    serves,
    serves_as_fallback,
    unqualified_for,
    untrained_for,
)
from gridgis.dispatch.reach import Estimate, Ground, Reach, by_arrival
from gridgis.dispatch.readiness import missing_kit
from gridgis.dispatch.reasons import Reason
from gridgis.dispatch.run_cards import Need, RunCard
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Team, Tier


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run card and the teams that may serve it, free or not; teams are numbered in the order of codes.

    Attributes:
        need: The line.
        able: Teams that may serve it.
        fallback: Those of them that have only the fallback capability.
        home: Those of them that are the alarm's own.
        first: Those of ``home`` that go whatever their rank in time: the village team always, a town team (its vehicle
            may be stopped by a bridge) when it has a way or no roads are known.
        refused: Teams it would have sent into a rescue untrained; not among ``able``.
    """

    need: Need
    able: frozenset[int]
    fallback: frozenset[int]
    home: frozenset[int]
    first: frozenset[int]
    refused: frozenset[int]


@dataclass(frozen=True)
class Choice:
    """Who is sent, and everything that decided it.

    Attributes:
        card: The run card.
        teams: All teams of the district, in the order of their codes; their place here is their number.
        lines: The lines of the card with the teams that may serve them.
        not_free: Why a team can't go, for those that can't.
        reach: How soon each team would arrive.
        sent: For each line, the numbers of the teams sent, in order of preference.
        day: The local day, on which certificates have to be valid.
        kit: What each team has, by its number.
    """

    card: RunCard
    teams: tuple[Team, ...]
    lines: tuple[Line, ...]
    not_free: Mapping[int, Reason]
    reach: Reach
    sent: tuple[tuple[int, ...], ...]
    day: date
    kit: Mapping[int, Mapping[str, int]]

    @cached_property
    def line_of(self) -> Mapping[int, int]:
        """The line each sent team serves."""
        return {team: line for line, teams in enumerate(self.sent) for team in teams}

    @cached_property
    def arrivals(self) -> tuple[tuple[float, str], ...]:
        """Order of arrival of every team."""
        return tuple(by_arrival(self.estimate(number), team.code) for number, team in enumerate(self.teams))

    def candidates(self, line: int) -> tuple[int, ...]:
        """Free teams that may serve a line, sent or not, in order of preference."""
        free = [team for team in self.lines[line].able if team not in self.not_free]
        return tuple(sorted(free, key=lambda team: cost_of(self.lines[line], team, self.estimate(team), weight=1)))

    def estimate(self, team: int) -> Estimate:
        """How soon a team would arrive."""
        return self.reach.estimates[team]


def choose(
    state: DistrictState, card: RunCard, place: tuple[float, float], when: datetime, cell_codes: frozenset[str]
) -> Choice:
    """Match the district's teams to a card.

    Args:
        state: The district.
        card: The run card.
        place: Lon/lat of the alarm.
        when: The moment of the order, aware.
        cell_codes: Codes of the alarm's cells.
    """
    lines, reach = open_lines(state, card, place, when, cell_codes)
    teams, unavailable = state.teams_by_code, not_free_at(state, when)
    held = state.readiness.kit_of
    kit = {number: held[team.id] for number, team in enumerate(teams) if team.id in held}
    sent = _fill(lines, teams, unavailable, reach.estimates, kit)
    return Choice(card, teams, lines, unavailable, reach, sent, when.astimezone(LOCAL_TIME).date(), kit)


def open_lines(
    state: DistrictState, card: RunCard, place: tuple[float, float], when: datetime, cell_codes: frozenset[str]
) -> tuple[tuple[Line, ...], Reach]:
    """The lines of a card with the teams that may serve them, and how soon each team would arrive; as for `choose`."""
    teams = state.teams_by_code
    reach = Reach(state, teams, place, when)
    lapsed = lapsed_at(state, when)
    return tuple(_line(need, teams, (card.type, cell_codes), reach, lapsed) for need in card.needs), reach


def lapsed_at(state: DistrictState, when: datetime) -> Mapping[int, Mapping[str, int]]:
    """Capabilities for which nobody of a team is certified, by number of the team; those with none are not named."""
    day = when.astimezone(LOCAL_TIME).date()
    found = {number: state.readiness.lapsed(team, day) for number, team in enumerate(state.teams_by_code)}
    return {number: lapsed for number, lapsed in found.items() if lapsed}


def not_free_at(state: DistrictState, when: datetime) -> Mapping[int, Reason]:
    """Why teams can't go at a moment, by their number in the order of codes; those that can are not named."""
    local, commitments = when.astimezone(LOCAL_TIME), state.commitments_at(when)
    return {
        number: reason
        for number, team in enumerate(state.teams_by_code)
        if (reason := not_free(team, commitments, local, state.readiness)) is not None
    }


def cost_of(line: Line, team: int, estimate: Estimate, *, weight: int) -> int:
    """What it costs to send a team for a line, aim by aim (see docs/explanation/choice.md).

    First nobody without a position and nobody that no road leads here; then no fallback; then the alarm's own before
    others; then the soonest; ties by code.
    """
    first = team in line.first
    flags = (
        estimate.ground is Ground.NO_POSITION and not first,
        estimate.ground is Ground.OUT_OF_REACH and not first,
        team in line.fallback,
        bool(line.first) and not first,
    )
    return pack(flags, estimate.eta_ms or 0, team, weight)


def _line(
    need: Need,
    teams: Sequence[Team],
    asked: tuple[str, frozenset[str]],
    reach: Reach,
    lapsed: Mapping[int, Mapping[str, int]],
) -> Line:
    alarm_type, cell_codes = asked
    wanted = {
        number
        for number, team in enumerate(teams)
        if serves(team, need) and not unqualified_for(lapsed.get(number, {}), need)
    }
    fallback = {number for number, team in enumerate(teams) if serves_as_fallback(team, need)}
    called = wanted | fallback
    refused = {number for number in called if untrained_for(teams[number], need, alarm_type)}
    able = called - refused
    home = {number for number in able if is_home(teams[number], need, cell_codes)}
    first = {
        number
        for number in home
        if teams[number].tier is Tier.VILLAGE or reach.estimates[number].ground in {Ground.ROAD, Ground.STRAIGHT}
    }
    return Line(
        need, frozenset(able), frozenset(fallback - refused), frozenset(home), frozenset(first), frozenset(refused)
    )


def _fill(
    lines: Sequence[Line],
    teams: Sequence[Team],
    unavailable: Mapping[int, Reason],
    estimates: Sequence[Estimate],
    kit: Mapping[int, Mapping[str, int]],
) -> tuple[tuple[int, ...], ...]:
    assignment = Assignment(
        [
            {
                team: cost_of(line, team, estimates[team], weight=len(lines) - position)
                for team in line.able
                if team not in unavailable
            }
            for position, line in enumerate(lines)
        ]
    )
    _fill_teams(assignment, lines)
    _fill_people(assignment, lines, teams)
    sent = [list(assignment.teams_of(position)) for position in range(len(lines))]
    _fill_kit(sent, lines, unavailable, estimates, kit)
    return tuple(tuple(teams) for teams in sent)


def _fill_teams(assignment: Assignment, lines: Sequence[Line]) -> None:
    """The first team of every line in the order of the card, then the second ones, and so on."""
    for turn in range(max(line.need.teams for line in lines)):
        for position, line in enumerate(lines):
            if turn < line.need.teams:
                assignment.fill(position)


def _fill_people(assignment: Assignment, lines: Sequence[Line], teams: Sequence[Team]) -> None:
    """More teams for lines that still lack people, in turn, until all have enough or nobody is left."""
    added = True
    while added:
        added = False
        for position, line in enumerate(lines):
            people = sum(teams[team].people for team in assignment.teams_of(position))
            if people < line.need.people and assignment.fill(position):
                added = True


def _fill_kit(
    sent: Sequence[list[int]],
    lines: Sequence[Line],
    unavailable: Mapping[int, Reason],
    estimates: Sequence[Estimate],
    kit: Mapping[int, Mapping[str, int]],
) -> None:
    """The soonest teams left that have kit which a line still lacks, until it has enough or nobody has any."""
    for position, line in enumerate(lines):
        while line.need.kit:
            missing = missing_kit(line.need.kit, (kit.get(team, {}) for team in sent[position]))
            busy = {team for teams in sent for team in teams}
            bring = [
                team
                for team in line.able
                if team not in busy and team not in unavailable and kit.get(team, {}).keys() & missing.keys()
            ]
            if not missing or not bring:
                break
            sent[position].append(min(bring, key=lambda team: cost_of(line, team, estimates[team], weight=1)))
