"""Gather teams by their vehicles, with where and when each starts, so that each vehicle's roads are searched once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from gridgis.dispatch.choice import not_free_at
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Command, Team, Tier
from gridgis.errors import NotKnown


@dataclass(frozen=True, slots=True)
class TeamsWanted:
    """Which teams a question is about: those in service of the own command that fit all that is named.

    Attributes:
        tiers: Of which tiers, all by default.
        capability: What they can do, empty for anything.
        teams: These teams alone, whatever their command; empty for any.
        free: Only those that are free at the moment.
    """

    tiers: Collection[Tier] = ()
    capability: str = ""
    teams: Collection[UUID] = ()
    free: bool = False


@dataclass(frozen=True, eq=False)
class Fleet:
    """Teams (k) that come by one kind of vehicle.

    Attributes:
        profile: Code of the vehicle.
        number: int64 (k), their places among all teams of the question.
        base_xy: float64 (k, 2), lon/lat of their bases.
        start_s: float64 (k), seconds from the order to wheels rolling.
    """

    profile: str
    number: NDArray[np.int64]
    base_xy: NDArray[np.float64]
    start_s: NDArray[np.float64]


def teams_wanted(state: DistrictState, wanted: TeamsWanted, when: datetime) -> tuple[Team, ...]:
    """The teams of a question, in the order of their codes.

    Raises:
        NotKnown: ``team.unknown`` for a team that is named and is none.
    """
    known = {team.id for team in state.teams}
    for one in wanted.teams:
        if one not in known:
            raise NotKnown("team.unknown", value=str(one))
    busy = not_free_at(state, when) if wanted.free else {}
    return tuple(
        team
        for number, team in enumerate(state.teams_by_code)
        if (team.id in wanted.teams if wanted.teams else team.command is Command.OWN and team.in_service)
        and (not wanted.tiers or team.tier in wanted.tiers)
        and (not wanted.capability or wanted.capability in team.capabilities)
        and number not in busy
    )


def fleets_of(state: DistrictState, teams: Sequence[Team], when: datetime) -> tuple[Fleet, ...]:
    """Teams by their vehicles; those without a position or of a vehicle that is not known are in none."""
    hour = when.astimezone(LOCAL_TIME).hour
    by_profile: dict[str, list[int]] = {}
    for number, team in enumerate(teams):
        if team.profile in state.profiles and isfinite(team.lon) and isfinite(team.lat):
            by_profile.setdefault(team.profile, []).append(number)
    return tuple(
        Fleet(
            profile,
            np.array(numbers),
            np.array([(teams[one].lon, teams[one].lat) for one in numbers]),
            np.array([float(teams[one].turnout.at(hour)) for one in numbers]),
        )
        for profile, numbers in by_profile.items()
    )
