"""Answer all open alarms as a whole: whom each gets, and which teams that have not rolled would better go elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gridgis.dispatch.alarms import Alarm, Dispatch, ResponseLevel
from gridgis.dispatch.choice import Line, not_free_at, open_lines
from gridgis.dispatch.joint import JointNeed, JointProblem, Score, score_of, solve
from gridgis.dispatch.joint.problem import LEVEL_WEIGHT
from gridgis.dispatch.place import cells_of
from gridgis.dispatch.reach import Estimate, Ground, Reach
from gridgis.dispatch.run_cards import Need
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.still_needed import still_needed
from gridgis.dispatch.teams import Command, Team
from gridgis.errors import GridGISError

CANDIDATES, FEW = 8, 2
"""Teams that are considered for a line beside those that it wants; few where the alarm has a team of its own."""
PEOPLE_A_TEAM = 6
"""People of a small team, by which more candidates are taken where people count."""
OWN_TEAM_S = 1800
"""Seconds that another team is counted later than the alarm's own, which knows the place and the people."""
MOVE_S = 120
"""Seconds that a team is counted later which would have to be called back from another alarm first."""
_LEVELS = tuple(ResponseLevel)


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that is open, with the teams that were sent to it.

    Attributes:
        alarm: The alarm.
        dispatches: Teams sent.
    """

    alarm: Alarm
    dispatches: tuple[Dispatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A team given to an alarm.

    Attributes:
        alarm_id: The alarm.
        team: The team.
        need: The line it serves.
        estimate: When it would arrive.
        moved_from: The alarm to which it was sent before, None for one that is free.
    """

    alarm_id: UUID
    team: Team
    need: Need
    estimate: Estimate
    moved_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What an alarm wants and nobody is left for.

    Attributes:
        alarm_id: The alarm.
        need: The line.
        teams: Teams missing.
        people: People missing.
    """

    alarm_id: UUID
    need: Need
    teams: int
    people: int


@dataclass(frozen=True, slots=True)
class Wave:
    """A plan for all open alarms.

    Attributes:
        given: Teams to be sent, by alarm in their order, then by arrival.
        missing: What stays short.
        not_answered: Alarms that can't be answered, each with why.
        score: What it is worth.
        without_moves: What the best plan is worth in which every team that was sent stays with its alarm.
        proven: Whether no plan over the teams considered can be worth more.
    """

    given: tuple[Given, ...]
    missing: tuple[Missing, ...]
    not_answered: Mapping[UUID, GridGISError]
    score: Score
    without_moves: Score
    proven: bool


@dataclass(frozen=True)
class _Asked:
    """One alarm as it enters the problem."""

    alarm: Alarm
    lines: tuple[Line, ...]
    reach: Reach


def plan_wave(
    state: DistrictState,
    alarms: Sequence[OpenAlarm],
    when: datetime,
    *,
    seconds: float = 0.8,
    now: Callable[[], float] = time.perf_counter,
) -> Wave:
    """The best plan for all open alarms that is found within a time.

    The rules of a single alarm hold: an alarm's own teams go first, nobody untrained goes in, whoever is busy, resting
    or off shift stays. A team that was sent and has not rolled may be given to another alarm, if that makes the whole
    better; who rolled stays.

    Args:
        state: The district, its dispatches being those of this very moment.
        alarms: Alarms that are open.
        when: The moment, aware.
        seconds: How long it may take at most.
        now: A clock in seconds.
    """
    ends = now() + seconds
    movable = {
        sent.team_id: (one.alarm.id, sent)
        for one in alarms
        for sent in one.dispatches
        if sent.en_route_at is None and sent.on_scene_at is None and sent.released_at is None
    }
    own = {team.id for team in state.teams if team.command is Command.OWN}
    movable = {team: held for team, held in movable.items() if team in own}
    asked, refused = _asked(state, alarms, movable.keys(), when)
    teams = state.teams_by_code
    number = {team.id: at for at, team in enumerate(teams)}
    busy = dict(not_free_at(state, when))
    for team_id in movable:
        busy.pop(number[team_id], None)
    held_by = {number[team]: alarm for team, (alarm, _) in movable.items()}
    needs, lines = _needs(asked, busy, held_by)
    problem = JointProblem(tuple(needs), [team.people for team in teams])
    plan = solve(problem, seconds=max(0.0, ends - now()), now=now)
    stay = _staying(problem, lines, asked, held_by) if movable else plan.serves
    stays = score_of(problem, stay)
    serves, score = (plan.serves, plan.score) if plan.score <= stays else (stay, stays)
    given = []
    for team, need in serves.items():
        alarm, line = lines[need]
        held = movable.get(teams[team].id)
        home = None if held is None else held[0]
        if home == asked[alarm].alarm.id:
            continue
        estimate = asked[alarm].reach.estimates[team]
        given.append(Given(asked[alarm].alarm.id, teams[team], line.need, estimate, home))
    order = {one.alarm.id: at for at, one in enumerate(asked)}
    given.sort(key=lambda one: (order[one.alarm_id], one.estimate.eta_ms or 0, one.team.code))
    return Wave(tuple(given), _missing(problem, serves, lines, asked), refused, score, stays, plan.proven)


def _asked(
    state: DistrictState, alarms: Sequence[OpenAlarm], movable: Container[UUID], when: datetime
) -> tuple[list[_Asked], dict[UUID, GridGISError]]:
    """Alarms that still need somebody, and those that can't be answered."""
    teams = {team.id: team for team in state.teams}
    asked, refused = [], {}
    for one in alarms:
        alarm = one.alarm
        try:
            card = state.run_cards.find(alarm.type, alarm.level, when)
            sent = [
                (teams[each.team_id], each.people)
                for each in one.dispatches
                if each.team_id not in movable
                and each.team_id in teams
                and (each.released_at is None or each.on_scene_at is not None)
            ]
            rest = still_needed(card, sent) if sent else card
            if rest is None:
                continue
            codes = frozenset(cell.code for cell in cells_of(state, alarm, when))
            asked.append(_Asked(alarm, *open_lines(state, rest, (alarm.lon, alarm.lat), when, codes)))
        except GridGISError as error:
            refused[alarm.id] = error
    return asked, refused


def _needs(
    asked: Sequence[_Asked], busy: Mapping[int, object], kept: Mapping[int, UUID]
) -> tuple[list[JointNeed], list[tuple[int, Line]]]:
    """The needs of the problem, and the alarm and line of each."""
    needs, lines = [], []
    for at, one in enumerate(asked):
        for line in one.lines:
            here = {team for team, alarm in kept.items() if alarm == one.alarm.id}
            eta_s = _candidates(line, one.reach, busy, kept.keys(), here)
            weight = LEVEL_WEIGHT[_LEVELS.index(one.alarm.level)]
            needs.append(JointNeed(at, weight, line.need.teams, line.need.people, eta_s))
            lines.append((at, line))
    return needs, lines


def _candidates(
    line: Line, reach: Reach, busy: Mapping[int, object], kept: AbstractSet[int], here: AbstractSet[int]
) -> dict[int, int]:
    """Seconds to arrival of the teams considered for a line: its own first, then the soonest.

    Args:
        line: The line.
        reach: How soon each team would arrive.
        busy: Teams that can't go.
        kept: Teams that were sent and have not rolled.
        here: Those of them that were sent to this alarm.
    """
    free = [
        team
        for team in line.able
        if team not in busy and reach.estimates[team].ground in {Ground.ROAD, Ground.STRAIGHT}
    ]
    usual = [team for team in free if team not in line.fallback] or free
    counted = {
        team: round((reach.estimates[team].eta_ms or 0) / 1000)
        + (OWN_TEAM_S if line.first and team not in line.first else 0)
        for team in usual
    }
    ordered = sorted(counted, key=lambda team: (counted[team], team))
    most = (FEW if line.first else CANDIDATES) + line.need.teams + line.need.people // PEOPLE_A_TEAM
    chosen = dict.fromkeys([*ordered[:most], *(team for team in ordered if team in kept)])
    return {team: counted[team] + (MOVE_S if team in kept - here else 0) for team in chosen}


def _staying(
    problem: JointProblem, lines: Sequence[tuple[int, Line]], asked: Sequence[_Asked], held: Mapping[int, UUID]
) -> dict[int, int]:
    """The best plan, found by exchange, in which every team that was sent stays with its alarm."""
    from gridgis.dispatch.joint.exchange import by_exchange

    needs = []
    for need, (at, _) in zip(problem.needs, lines, strict=True):
        here = asked[at].alarm.id
        needs.append(replace(need, eta_s={t: eta for t, eta in need.eta_s.items() if held.get(t, here) == here}))
    return by_exchange(JointProblem(tuple(needs), problem.people), until=lambda: False)


def _missing(
    problem: JointProblem,
    serves: Mapping[int, int],
    lines: Sequence[tuple[int, Line]],
    asked: Sequence[_Asked],
) -> tuple[Missing, ...]:
    """What stays short."""
    teams = [0] * len(problem.needs)
    people = [0] * len(problem.needs)
    for team, served in serves.items():
        teams[served] += 1
        people[served] += problem.people[team]
    found = []
    for number, need in enumerate(problem.needs):
        short = max(0, need.teams - teams[number]), max(0, need.people - people[number])
        if any(short):
            alarm, line = lines[number]
            found.append(Missing(asked[alarm].alarm.id, line.need, *short))
    return tuple(found)
