"""Say why a nearer team comes later: the river, the closed road, the limit, or the time it needs to roll."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from gridgis.dispatch.eligibility import serves, serves_as_fallback
from gridgis.dispatch.reach import KMH_PER_MS, Estimate, Ground, Reach, straight_line_m
from gridgis.dispatch.reasons import Reason
from gridgis.dispatch.response import Response
from gridgis.dispatch.run_cards import Need
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Command, Team
from gridgis.errors import NotKnown

if TYPE_CHECKING:
    from gridgis.roads import Route
    from gridgis.roads.obstacles import Obstacle

MOST_EXPLAINED = 3
COUNTS_FROM_S = 30.0  # an obstacle that decides nothing counts when it costs so much,
COUNTS_FROM_SHARE = 0.25  # and so much of the delay
FREE_TO_GO = frozenset(
    {"passed.slower", "passed.not_needed", "passed.out_of_reach", "passed.vehicle_cannot_pass"}
    | {"passed.vehicle_must_go_round", "passed.local_first", "passed.fallback_not_needed"}
)


@dataclass(frozen=True, slots=True)
class Comer:
    """A team on its way to the place.

    Attributes:
        team: The team.
        estimate: When it would arrive.
        straight_m: Metres from its base to the place in a straight line.
        route: The roads it takes, None where the roads have no answer.
    """

    team: Team
    estimate: Estimate
    straight_m: float
    route: Route | None

    @property
    def driven_s(self) -> float:
        """Seconds on the road and on foot, infinity where there is no way."""
        if self.estimate.ground is Ground.OUT_OF_REACH or self.estimate.travel_s is None:
            return inf
        return self.estimate.travel_s + self.estimate.walk_s

    @property
    def arrival_s(self) -> float:
        """Seconds from the order to arrival, infinity where there is no way."""
        return self.estimate.turnout_s + self.driven_s


@dataclass(frozen=True, eq=False)
class WhyLater:
    """Why one team comes later than another.

    Attributes:
        later: The team that is asked about.
        sooner: The team that comes before it.
        reasons: The cause, then what would be without it.
        obstacle: What is in the way, None where nothing alone is.
    """

    later: Comer
    sooner: Comer
    reasons: tuple[Reason, ...]
    obstacle: Obstacle | None


def explain_answer(state: DistrictState, answer: Response, team_id: UUID | None = None) -> tuple[WhyLater, ...]:
    """Why teams that are nearer to an alarm in a straight line come later than the first of their line of the card.

    Args:
        state: The district.
        answer: The answer to the alarm.
        team_id: The team that is asked about, nearer or not; by default up to three that could go, the nearest first.

    Raises:
        NotKnown: ``team.unknown``.
    """
    place = (answer.alarm.lon, answer.alarm.lat)
    if team_id is not None and all(team.id != team_id for team in state.teams):
        raise NotKnown("team.unknown", value=str(team_id))
    wanted = (lambda team: team.id == team_id) if team_id else None
    pairs: dict[UUID, tuple[float, Team, Team]] = {}
    for need in answer.card.needs:
        for later_m, later, sooner in _pairs(answer, need, place):
            if (wanted is None and later_m < _straight_m(sooner, place)) or (wanted is not None and wanted(later)):
                pairs.setdefault(later.id, (later_m, later, sooner))
    nearest = sorted(pairs.values(), key=lambda one: (one[0], one[1].code))[:MOST_EXPLAINED]
    return tuple(why_later(state, later, sooner, place, answer.when) for _, later, sooner in nearest)


def _pairs(answer: Response, need: Need, place: tuple[float, float]) -> Iterator[tuple[float, Team, Team]]:
    """Teams that could serve a line with their metres to the place, each with the first to come, if that is sooner."""
    sent = [one for one in answer.chosen if one.need.code == need.code and one.estimate.ground is Ground.ROAD]
    if not sent or need.command is not Command.OWN:
        return
    first = sent[0]
    free = [(one.team, one.estimate) for one in answer.chosen if one.team.id != first.team.id]
    free += [(one.team, one.estimate) for one in answer.passed_over if one.reason.code in FREE_TO_GO]
    for team, estimate in free:
        if not (serves(team, need) or serves_as_fallback(team, need)):
            continue
        no_way = estimate.ground is Ground.OUT_OF_REACH
        if estimate.ground is Ground.ROAD or no_way:
            later = no_way or (estimate.eta_ms or 0) > (first.estimate.eta_ms or 0)
            if later:
                yield _straight_m(team, place), team, first.team


def _straight_m(team: Team, place: tuple[float, float]) -> float:
    return float(straight_line_m(np.array([[team.lon, team.lat]]), place)[0])


def why_later(state: DistrictState, later: Team, sooner: Team, place: tuple[float, float], when: datetime) -> WhyLater:
    """Why a team comes later to a place than another one, by the roads as they were open at a moment."""
    from gridgis.roads.obstacles import find_obstacles

    reach = Reach(state, [later, sooner], place, when)
    asked, first = (
        Comer(team, reach.estimates[number], _straight_m(team, place), reach.route(number))
        for number, team in enumerate((later, sooner))
    )
    router, open_router = state.router_at(when), state.open_router
    obstacles: Sequence[Obstacle] = ()
    if router is not None and open_router is not None and later.profile in state.profiles:
        obstacles = find_obstacles(
            router,
            open_router,
            later.profile,
            (later.lon, later.lat),
            place,
            hour=when.astimezone(LOCAL_TIME),
            percentile=state.arrival_percentile,
        )
    reasons, obstacle = _cause(asked, first, obstacles)
    return WhyLater(asked, first, reasons, obstacle)


def _cause(asked: Comer, first: Comer, obstacles: Sequence[Obstacle]) -> tuple[tuple[Reason, ...], Obstacle | None]:
    """The cause of the delay, and what is in the way: what decides it comes before what only adds to it."""
    common: dict[str, Any] = {
        "team": asked.team.name,
        "than": first.team.name,
        "straight_m": asked.straight_m,
        "than_straight_m": first.straight_m,
    }
    if isfinite(asked.arrival_s):
        common["later_s"] = asked.arrival_s - first.arrival_s
    if asked.driven_s <= first.driven_s:
        return (_turnout(asked, first, common),), None
    deciding = [one for one in obstacles if asked.estimate.turnout_s + one.free_s < first.arrival_s]
    least_s = max(COUNTS_FROM_S, COUNTS_FROM_SHARE * common.get("later_s", 0.0))
    counting = [one for one in obstacles if one.saved_s >= least_s]
    if deciding or counting:
        obstacle = (deciding or counting)[0]
        return _blamed(obstacle, asked, first, common), obstacle
    if not isfinite(asked.driven_s):
        return (Reason("why.no_way", {**common, "profile": asked.team.profile}),), None
    if asked.estimate.turnout_s - first.estimate.turnout_s >= asked.driven_s - first.driven_s:
        return (_turnout(asked, first, common),), None
    if asked.straight_m > first.straight_m:
        return (Reason("why.farther", common),), None
    fields = {**common, "way_m": asked.estimate.distance_m or 0.0, "than_way_m": first.estimate.distance_m or 0.0}
    fields |= {"kmh": _kmh(asked), "than_kmh": _kmh(first), "profile": asked.team.profile}
    longer = _adds_way(asked, first)
    return (Reason("why.round" if longer else "why.slow", fields),), None


def _adds_way(asked: Comer, first: Comer) -> bool:
    """Whether the longer way costs more than the slower drive, the way at the first one's speed."""
    way_m, than_m = asked.estimate.distance_m or 0.0, first.estimate.distance_m or 0.0
    if not (than_m and first.estimate.travel_s):
        return way_m > than_m
    at_its_speed_s = way_m / than_m * first.estimate.travel_s
    return at_its_speed_s - first.estimate.travel_s >= (asked.estimate.travel_s or 0.0) - at_its_speed_s


def _turnout(asked: Comer, first: Comer, common: dict[str, Any]) -> Reason:
    fields = {**common, "turnout_s": asked.estimate.turnout_s, "than_turnout_s": first.estimate.turnout_s}
    return Reason("why.turnout", fields | {"road_s": asked.driven_s, "than_road_s": first.driven_s})


def _kmh(comer: Comer) -> int:
    """Mean speed on the road, whole km/h."""
    travel_s = comer.estimate.travel_s or 0.0
    return round((comer.estimate.distance_m or 0.0) / travel_s * KMH_PER_MS) if travel_s > 0 else 0


def _blamed(obstacle: Obstacle, asked: Comer, first: Comer, common: dict[str, Any]) -> tuple[Reason, ...]:
    fields = {**common, "road": obstacle.road, "free_s": asked.estimate.turnout_s + obstacle.free_s}
    if obstacle.limit is not None:
        limit = obstacle.limit
        fields |= {
            "limit_kind": limit.kind,
            "limit": limit.limit,
            "own": limit.own,
            "limit_unit": limit.kind,
        }
    else:
        fields["way_m"] = asked.estimate.distance_m or 0.0
    if isfinite(obstacle.saved_s):
        main = Reason(f"why.{obstacle.kind}", fields | {"saved_s": obstacle.saved_s})
    else:
        main = Reason(f"why.blocked_by_{obstacle.kind}", fields)
    ahead_s = first.arrival_s - asked.estimate.turnout_s - obstacle.free_s
    if ahead_s > 0:
        return main, Reason("why.else_first", {"than": first.team.name, "ahead_s": ahead_s})
    return main, Reason("why.even_so", {"than": first.team.name, "still_s": -ahead_s})
