"""Say what a set of teams for several alarms is worth: needs met, how soon, how many people it takes, in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LEVEL_WEIGHT = (64, 16, 4, 1)
"""What an alarm of level I, II, III, IV weighs beside others."""


@dataclass(frozen=True, slots=True)
class JointNeed:
    """One line of one alarm's card, with the teams that may serve it.

    Attributes:
        alarm: Number of the alarm, from 0.
        weight: What the alarm weighs.
        teams: Teams wanted, at least 1.
        people: People wanted in all, 0 for no matter how many.
        eta_s: Whole seconds to arrival of each team that may serve the line, by its number.
    """

    alarm: int
    weight: int
    teams: int
    people: int
    eta_s: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class JointProblem:
    """Needs of several alarms, and teams that serve one of them each.

    Attributes:
        needs: The lines of all alarms.
        people: People of each team, by its number.
    """

    needs: tuple[JointNeed, ...]
    people: Sequence[int]

    @property
    def alarms(self) -> int:
        """How many alarms there are."""
        return 1 + max((need.alarm for need in self.needs), default=-1)


class Score(NamedTuple):
    """What a plan is worth; the less the better, the first part deciding before the next.

    Attributes:
        missing: Teams and people that are missing, those of urgent alarms weighing more.
        ready_s: Seconds until all that is sent to an alarm is there, summed over the alarms by their weight.
        away: People who are away from their cover.
        arrival_s: Seconds to arrival, summed over the teams.
    """

    missing: int
    ready_s: int
    away: int
    arrival_s: int


@dataclass(frozen=True, slots=True)
class JointPlan:
    """Teams given to needs.

    Attributes:
        serves: The need that each team serves, by the team's number.
        score: What it is worth.
        proven: Whether no plan can be worth more.
    """

    serves: Mapping[int, int]
    score: Score
    proven: bool


MISSING_TEAM = 1000
"""What a missing team weighs beside a missing person."""


def score_of(problem: JointProblem, serves: Mapping[int, int]) -> Score:
    """What a plan is worth.

    Raises:
        KeyError: When a team serves a need that it may not serve.
    """
    sent: list[list[int]] = [[] for _ in problem.needs]
    for team, number in serves.items():
        sent[number].append(team)
    missing = arrival = 0
    ready = [0] * problem.alarms
    weight = [0] * problem.alarms
    for need, teams in zip(problem.needs, sent, strict=True):
        people = sum(problem.people[team] for team in teams)
        short = MISSING_TEAM * max(0, need.teams - len(teams)) + max(0, need.people - people)
        missing += need.weight * short
        etas = [need.eta_s[team] for team in teams]
        arrival += sum(etas)
        ready[need.alarm] = max([ready[need.alarm], *etas])
        weight[need.alarm] = need.weight
    ready_s = sum(one * by for one, by in zip(ready, weight, strict=True))
    return Score(missing, ready_s, sum(problem.people[team] for team in serves), arrival)
