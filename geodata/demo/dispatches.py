"""Work out whom the program itself would have sent to each past alarm, and when they came and went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import numpy as np

from geodata.demo.alarms import Call
from geodata.demo.jiangyan import DISTRICT_CODE
from gridgis.codes import record_id
from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel
from gridgis.dispatch.choice import Choice, choose
from gridgis.dispatch.reach import Estimate
from gridgis.dispatch.run_cards import Need, Task
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Team, Tier

PERSON_DISPATCHES = 1968
_WORK_MIN = MappingProxyType({ResponseLevel.IV: 45, ResponseLevel.III: 85, ResponseLevel.II: 170, ResponseLevel.I: 320})
_SHARE_SENT = MappingProxyType(
    {Tier.DISTRICT: 0.55, Tier.TOWN: 0.62, Tier.VILLAGE: 0.68, Tier.SPECIALIST: 0.75, Tier.VOLUNTEER: 0.6}
)
_ACCEPT = 0.75
_LEAST_SENT = 2
_UNKNOWN_S = 600.0


@dataclass(frozen=True)
class AlarmRegister:
    """Alarms in the order of their numbers, and the teams that went."""

    alarms: tuple[Alarm, ...]
    dispatches: tuple[Dispatch, ...]


def answer(
    chance: np.random.Generator, calls: Iterable[Call], state: DistrictState, advance: Callable[[int], None]
) -> AlarmRegister:
    """The register of some calls, answered one after the other.

    Args:
        chance: What is made up is drawn from it.
        calls: In the order of their times.
        state: Teams, run cards and roads by which teams are chosen.
        advance: Told of every alarm.
    """
    desk = _Desk(chance, state)
    alarms: list[Alarm] = []
    dispatches: list[Dispatch] = []
    for call in calls:
        alarm, sent = desk.answer(call)
        alarms.append(alarm)
        dispatches += sent
        advance(1)
    return AlarmRegister(tuple(alarms), _sum_up(chance, alarms, dispatches, state.teams))


@dataclass
class _Desk:
    """Who is out, and until when."""

    chance: np.random.Generator
    state: DistrictState
    home_at: dict[UUID, datetime] = field(default_factory=dict)

    def answer(self, call: Call) -> tuple[Alarm, list[Dispatch]]:
        """Send whom the program chooses; a call that would need a team that is out comes a little later instead."""
        alarm, choice = self._when_free(call)
        if alarm.nature is AlarmNature.TEST:
            return alarm, []
        work_s = 60 * _WORK_MIN[alarm.level] * float(np.exp(self.chance.normal(0, 0.45)))
        if alarm.nature is AlarmNature.FALSE:
            work_s = float(self.chance.uniform(300, 900))
        sent = sorted(choice.line_of.items(), key=lambda one: choice.arrivals[one[0]])
        made = []
        for place, (number, line) in enumerate(sent, start=1):
            team, need = choice.teams[number], choice.lines[line].need
            if team.command is Command.INVITE and self.chance.uniform() > _ACCEPT:
                continue
            code = f"{alarm.code.replace('警情', '派遣')}-{place:02d}"
            times = _milestones(self.chance, alarm, need, choice.estimate(number), work_s)
            made.append(_dispatch(self.chance, code, team, need.task, alarm_id=alarm.id, times=times))
            self.home_at[team.id] = times["home_at"]
        return alarm, made

    def _when_free(self, call: Call) -> tuple[Alarm, Choice]:
        alarm = call.alarm
        card = self.state.run_cards.find(alarm.type, alarm.level)
        while True:
            choice = choose(self.state, card, (alarm.lon, alarm.lat), alarm.reported_at, call.cells)
            ours = [choice.teams[number] for number in choice.line_of]
            back = [self.home_at[team.id] for team in ours if team.id in self.home_at and _is_held(team)]
            if not back or max(back) <= alarm.reported_at:
                return alarm, choice
            alarm = replace(alarm, reported_at=max(back) + timedelta(seconds=int(self.chance.integers(300, 1800))))


def _is_held(team: Team) -> bool:
    """Whether a dispatch holds the team; requested services have control rooms of their own."""
    return team.command is not Command.REQUEST


def _milestones(
    chance: np.random.Generator, alarm: Alarm, need: Need, estimate: Estimate, work_s: float
) -> dict[str, datetime]:
    """When a team was ordered, took the order, rolled, arrived, left and was home, around what is estimated."""

    def about(seconds: float, spread: float) -> timedelta:
        return timedelta(seconds=round(seconds * float(np.exp(chance.normal(0, spread)))))

    ordered = alarm.reported_at + about(80, 0.35)
    acknowledged = ordered + about(28, 0.4)
    rolling = max(acknowledged, ordered + about(estimate.turnout_s, 0.18)) + timedelta(seconds=1)
    away_s = (_UNKNOWN_S if estimate.travel_s is None else estimate.travel_s) + estimate.walk_s
    arrived = rolling + about(max(30.0, away_s), 0.16)
    stays = need.task in {Task.RESCUE, Task.CORDON}
    released = arrived + about(work_s * (1.0 if stays else 0.7), 0.15)
    return {
        "dispatched_at": ordered,
        "acknowledged_at": acknowledged,
        "en_route_at": rolling,
        "on_scene_at": arrived,
        "released_at": released,
        "home_at": released + about(max(60.0, 1.15 * away_s), 0.2),
    }


def _dispatch(
    chance: np.random.Generator, code: str, team: Team, task: Task, *, alarm_id: UUID, times: dict[str, datetime]
) -> Dispatch:
    asked = team.command is Command.REQUEST
    share = _SHARE_SENT[team.tier] * float(chance.uniform(0.75, 1.15))
    return Dispatch(
        id=record_id(DISTRICT_CODE, "dispatch", code),
        code=code,
        alarm_id=alarm_id,
        team_id=team.id,
        people=min(team.people, max(_LEAST_SENT, round(team.people * share))),
        task=task.value,
        answered_by=f"演示接警员{int(chance.integers(1, 20)):02d}" if asked else "",
        reference=f"演示{team.code}-{code[-14:]}" if asked else "",
        **times,
    )


def _sum_up(
    chance: np.random.Generator, alarms: Iterable[Alarm], dispatches: Sequence[Dispatch], teams: Iterable[Team]
) -> tuple[Dispatch, ...]:
    """The dispatches with people added or taken, one by one, until the person-dispatches are those reported."""
    team_of = {team.id: team for team in teams}
    real = {alarm.id for alarm in alarms if alarm.nature is AlarmNature.REAL}
    people = {
        place: one.people
        for place, one in enumerate(dispatches)
        if one.alarm_id in real and _is_held(team_of[one.team_id])
    }
    missing = PERSON_DISPATCHES - sum(people.values())
    step = 1 if missing > 0 else -1
    while missing:
        place = int(chance.choice(list(people)))
        if _LEAST_SENT <= people[place] + step <= team_of[dispatches[place].team_id].people:
            people[place] += step
            missing -= step
    return tuple(replace(one, people=people.get(place, one.people)) for place, one in enumerate(dispatches))
