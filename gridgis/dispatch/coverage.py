"""Say what stays uncovered while teams are out, and which move of a free team would mend most of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from gridgis.cells.cell import Cell
from gridgis.dispatch.choice import not_free_at
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Command, Team, Tier

MOVED_TIERS = frozenset({Tier.DISTRICT, Tier.TOWN, Tier.SPECIALIST})
"""Tiers that cover more than their own village, and can wait at another base."""
VILLAGE = 2


@dataclass(frozen=True, slots=True)
class CoverRule:
    """When a place is covered.

    Attributes:
        within_s: Seconds from the order in which the first team has to be there.
        capability: What it has to be able to do, empty for anything.
        most_moves: How many moves are proposed at most.
        least_gain: Weight of villages that a move has to win.
    """

    within_s: float = 900.0
    capability: str = "fire"
    most_moves: int = 2
    least_gain: float = 1.0


@dataclass(frozen=True, slots=True)
class MoveUp:
    """A free team that should wait at another base.

    Attributes:
        team: The team.
        base: The team whose base it waits at.
        gained: Codes of villages that are covered again.
        lost: Codes of villages that it covers no more.
    """

    team: Team
    base: Team
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """How the villages are covered.

    Attributes:
        villages: All villages.
        first_s: float64 (n), seconds until the first free team is there, infinity where none can be.
        usual_s: float64 (n), the same if no team were out.
        within_s: The limit.
        uncovered: Villages that are covered usually and are not now.
        never: How many villages are not even usually.
        moves: Moves that would mend most, one after the other.
    """

    villages: tuple[Cell, ...]
    first_s: NDArray[np.float64]
    usual_s: NDArray[np.float64]
    within_s: float
    uncovered: tuple[Cell, ...]
    never: int
    moves: tuple[MoveUp, ...]


def cover_of(
    state: DistrictState,
    when: datetime,
    rule: CoverRule | None = None,
    *,
    also_out: Collection[UUID] = (),
) -> Cover | None:
    """How the villages are covered at a moment; None without roads or a plan.

    Args:
        state: The district.
        when: The moment, aware.
        rule: What counts as covered; `CoverRule` by default.
        also_out: Teams that would go in addition, to see what a proposal would leave behind.
    """
    asked, plan = rule or CoverRule(), state.plan_at(when)
    if state.router is None or plan is None:
        return None
    villages = tuple(cell for cell in plan.cells if cell.level == VILLAGE)
    teams = [
        team
        for team in state.teams_by_code
        if team.command is Command.OWN
        and team.tier in MOVED_TIERS
        and team.in_service
        and (not asked.capability or asked.capability in team.capabilities)
    ]
    if not villages or not teams:
        return None
    number = {team.id: at for at, team in enumerate(state.teams_by_code)}
    busy = not_free_at(state, when)
    free = np.array([number[team.id] not in busy and team.id not in also_out for team in teams])
    times = _times(state, teams, villages, when)
    own = np.stack([times[at, at] for at in range(len(teams))])
    usual, first = own.min(axis=0), _first(own, free)
    covered, usually = first <= asked.within_s, usual <= asked.within_s
    uncovered = tuple(
        village for village, now, then in zip(villages, covered, usually, strict=True) if then and not now
    )
    moves = _moves(asked, teams, villages, times, free=free, usually=usually)
    return Cover(villages, first, usual, asked.within_s, uncovered, int((~usually).sum()), moves)


def _first(times: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Seconds until the first free team is there."""
    return np.asarray(np.where(free[:, None], times, np.inf).min(axis=0), dtype=np.float64)


def _times(
    state: DistrictState, teams: Sequence[Team], villages: Sequence[Cell], when: datetime
) -> NDArray[np.float64]:
    """Seconds from the order for each team, waiting at each base, to each village; float64 (teams, bases, villages)."""
    router = state.router
    assert router is not None  # noqa: S101  asked for by `cover_of` alone
    hour = when.astimezone(LOCAL_TIME).hour
    places = np.array([village.seat or village.geometry.representative_point().coords[0] for village in villages])
    bases = np.array([(team.lon, team.lat) for team in teams])
    by_profile = {
        profile: router.matrix(profile, bases, places).travel_s
        for profile in {team.profile for team in teams}
        if profile in state.profiles
    }
    nowhere = np.full((len(teams), len(villages)), np.inf)
    return np.stack([by_profile.get(team.profile, nowhere) + team.turnout.at(hour) for team in teams])


def _moves(
    rule: CoverRule,
    teams: Sequence[Team],
    villages: Sequence[Cell],
    times: NDArray[np.float64],
    *,
    free: NDArray[np.bool_],
    usually: NDArray[np.bool_],
) -> tuple[MoveUp, ...]:
    """The moves that win most villages back, the best first; each is the best of all given those before it."""
    at = np.arange(len(teams))
    moves: list[MoveUp] = []
    for _ in range(rule.most_moves):
        now = _first(times[np.arange(len(teams)), at], free) <= rule.within_s
        best: tuple[int, int, int] | None = None
        for team in np.flatnonzero(free).tolist():
            for base in np.flatnonzero(~free).tolist():
                moved = at.copy()
                moved[team] = base
                then = _first(times[np.arange(len(teams)), moved], free) <= rule.within_s
                gain = int((then & usually).sum()) - int((now & usually).sum())
                if gain >= rule.least_gain and (best is None or gain > best[0]):
                    best = gain, team, base
        if best is None:
            break
        _, team, base = best
        moved = at.copy()
        moved[team] = base
        then = _first(times[np.arange(len(teams)), moved], free) <= rule.within_s
        gained = tuple(village.code for village, old, new in zip(villages, now, then, strict=True) if new and not old)
        lost = tuple(village.code for village, old, new in zip(villages, now, then, strict=True) if old and not new)
        moves.append(MoveUp(teams[team], teams[base], gained, lost))
        at = moved
    return tuple(moves)
