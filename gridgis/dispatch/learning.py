"""Learn from the teams' own runs how long they take to roll and to drive, as far as there are enough of them.

What is learned is a factor on what the settings say. It is robust (a median, so that one run with a forgotten button
counts little) and shrunk towards 1: with n runs it is n / (n + n0) of the way from 1 to the median ratio.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from gridgis.dispatch.incidents.case import Case
from gridgis.dispatch.incidents.reviewing import Spread, spread
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


def learn(cases: Iterable[Case], rule: LearningRule | None = None) -> tuple[Learned, ...]:
    """What the runs of each team tell, by team.

    A run counts where the order told an estimate, and wheels and arrival were noted.
    """
    used = rule or LearningRule()
    turnouts: dict[UUID, list[float]] = {}
    travels: dict[UUID, list[float]] = {}
    off: dict[UUID, list[float]] = {}
    for case in cases:
        told = {entry.facts["dispatch"]: entry.facts for entry in case.log if entry.facts.get("travel_s") is not None}
        for one in case.dispatches:
            facts = told.get(str(one.id))
            if facts is None or one.en_route_at is None or one.on_scene_at is None:
                continue
            turnout_s = (one.en_route_at - one.dispatched_at).total_seconds()
            travel_s = (one.on_scene_at - one.en_route_at).total_seconds()
            if facts.get("turnout_s"):
                turnouts.setdefault(one.team_id, []).append(turnout_s / facts["turnout_s"])
            if facts["travel_s"]:
                travels.setdefault(one.team_id, []).append(travel_s / facts["travel_s"])
            estimate_s = (facts.get("turnout_s") or 0) + facts["travel_s"]
            off.setdefault(one.team_id, []).append(turnout_s + travel_s - estimate_s)
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


def _factor(ratios: list[float], rule: LearningRule) -> float:
    """The factor that some ratios of true to estimated times give."""
    if len(ratios) < rule.least_runs:
        return 1.0
    share = len(ratios) / (len(ratios) + rule.shrinkage)
    return min(rule.most, max(rule.least, 1 + share * (median(ratios) - 1)))
