"""Learn from the teams' own runs how long they take to roll and to drive, as far as there are enough of them.

What is learned is a factor on what the settings say. It is robust (a median, so that one run with a forgotten button
counts little) and shrunk towards 1: with n runs it is n / (n + n0) of the way from 1 to the median ratio.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from statistics import median
from uuid import UUID

from gridgis.dispatch.alarms import AlarmNature, Dispatch
from gridgis.dispatch.incidents.case import Case
from gridgis.dispatch.incidents.reviewing import Spread, spread
from gridgis.dispatch.reach import Ground, Reach
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Team
from gridgis.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class LearningRule:
    """When and how much is learned.

    Attributes:
        least_runs: Runs below which nothing is learned; ≥ 1.
        shrinkage: Runs that the settings count for; ≥ 0.
        least: Least factor that is believed.
        most: Greatest factor that is believed.

    Raises:
        InvalidValue: ``setting.learning``.
    """

    least_runs: int = 5
    shrinkage: float = 10.0
    least: float = 0.5
    most: float = 3.0

    def __post_init__(self) -> None:
        if self.least_runs < 1 or self.shrinkage < 0 or not 0 < self.least <= 1 <= self.most:
            raise InvalidValue("setting.learning")


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of one team.

    Attributes:
        team_id: The team.
        runs: How many runs there were.
        turnout: Factor on its turnout, 1 where there were too few.
        travel: Factor on its time on the road.
        off: By how much estimates were off, seconds from order to arrival, late ones above 0.
    """

    team_id: UUID
    runs: int
    turnout: float
    travel: float
    off: Spread


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a team: what it took, and what was estimated.

    Attributes:
        team_id: The team.
        turnout_s: Seconds from the order to wheels rolling.
        travel_s: Seconds from there to the place.
        estimated_turnout_s: What was estimated of the first, 0 where nothing was.
        estimated_travel_s: What was estimated of the second.
    """

    team_id: UUID
    turnout_s: float
    travel_s: float
    estimated_turnout_s: float
    estimated_travel_s: float


def runs_of(cases: Iterable[Case]) -> tuple[Run, ...]:
    """The runs that the desk's own record tells, where the order told an estimate and wheels and arrival were noted."""
    found = []
    for case in cases:
        told = {entry.facts["dispatch"]: entry.facts for entry in case.log if entry.facts.get("travel_s") is not None}
        for one in case.dispatches:
            facts = told.get(str(one.id))
            if facts is None or one.en_route_at is None or one.on_scene_at is None:
                continue
            turnout_s = (one.en_route_at - one.dispatched_at).total_seconds()
            travel_s = (one.on_scene_at - one.en_route_at).total_seconds()
            found.append(Run(one.team_id, turnout_s, travel_s, facts.get("turnout_s") or 0.0, facts["travel_s"]))
    return tuple(found)


def runs_of_register(state: DistrictState, but: Collection[UUID] = ()) -> tuple[Run, ...]:
    """The runs that a register of past alarms tells, estimated now as they would have been then.

    Args:
        state: The district; its learned times and changed roads are left out, so that nothing is learned twice.
        but: Alarms that the desk's own record tells of already.
    """
    plain = replace(state, learned_times={}, closures=(), road_changes=()).after(state)
    alarms = {one.id: one for one in state.alarms if one.id not in but and one.nature is AlarmNature.REAL}
    teams = {team.id: team for team in state.teams if team.command is Command.OWN}
    sent: dict[UUID, list[Dispatch]] = {}
    for one in state.dispatches:
        if one.alarm_id in alarms and one.team_id in teams and None not in {one.en_route_at, one.on_scene_at}:
            sent.setdefault(one.alarm_id, []).append(one)
    found = []
    for alarm_id, dispatches in sent.items():
        alarm, asked = alarms[alarm_id], [teams[one.team_id] for one in dispatches]
        estimates = Reach(plain, asked, (alarm.lon, alarm.lat), dispatches[0].dispatched_at).estimates
        for one, estimate in zip(dispatches, estimates, strict=True):
            if estimate.ground is Ground.ROAD and estimate.travel_s is not None and one.en_route_at and one.on_scene_at:
                turnout_s = (one.en_route_at - one.dispatched_at).total_seconds()
                travel_s = (one.on_scene_at - one.en_route_at).total_seconds()
                way_s = estimate.travel_s + estimate.walk_s
                found.append(Run(one.team_id, turnout_s, travel_s, estimate.turnout_s, way_s))
    return tuple(found)


def learn(cases: Iterable[Case], rule: LearningRule | None = None) -> tuple[Learned, ...]:
    """What the desk's own record tells of each team, by team."""
    return learn_from(runs_of(cases), rule)


def learn_from(runs: Iterable[Run], rule: LearningRule | None = None) -> tuple[Learned, ...]:
    """What runs tell of each team, by team."""
    used = rule or LearningRule()
    turnouts: dict[UUID, list[float]] = {}
    travels: dict[UUID, list[float]] = {}
    off: dict[UUID, list[float]] = {}
    for run in runs:
        if run.estimated_turnout_s:
            turnouts.setdefault(run.team_id, []).append(run.turnout_s / run.estimated_turnout_s)
        if run.estimated_travel_s:
            travels.setdefault(run.team_id, []).append(run.travel_s / run.estimated_travel_s)
        estimate_s = run.estimated_turnout_s + run.estimated_travel_s
        off.setdefault(run.team_id, []).append(run.turnout_s + run.travel_s - estimate_s)
    return tuple(
        Learned(
            team_id=team,
            runs=len(errors),
            turnout=_factor(turnouts.get(team, []), used),
            travel=_factor(travels.get(team, []), used),
            off=spread(errors),
        )
        for team, errors in sorted(off.items(), key=lambda one: one[0].int)
    )


def factors(learned: Iterable[Learned], teams: Iterable[Team]) -> dict[str, list[float]]:
    """The setting ``learned_times``: by team code the factors on turnout and travel, those of 1 left out."""
    codes = {team.id: team.code for team in teams}
    return {
        codes[one.team_id]: [round(one.turnout, 4), round(one.travel, 4)]
        for one in learned
        if one.team_id in codes and (one.turnout, one.travel) != (1.0, 1.0)
    }


def _factor(ratios: list[float], rule: LearningRule) -> float:
    """The factor that some ratios of true to estimated times give."""
    if len(ratios) < rule.least_runs:
        return 1.0
    share = len(ratios) / (len(ratios) + rule.shrinkage)
    return min(rule.most, max(rule.least, 1 + share * (median(ratios) - 1)))
