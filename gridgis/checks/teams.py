"""Check the teams: where they stand, which cells lack their own, and which vehicles nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np
from shapely import Point

from gridgis.checks.finding import Finding, error, note, warning
from gridgis.checks.grid import GridReport
from gridgis.checks.scope import Scope, named
from gridgis.dispatch.teams import Command, Team, Tier

_NOWHERE_DEGREES = 0.01
_TOWN, _VILLAGE = 1, 2


def check_teams(scope: Scope, grid: GridReport) -> Iterator[Finding]:
    """Bases outside or nowhere, unknown vehicles, towns and villages without their own team."""
    for team in scope.state.teams:
        if team.profile not in scope.state.profiles:
            known = ", ".join(scope.state.profiles)
            yield error("team.profile_unknown", "team", team.code, team=team.name, value=team.profile, known=known)
    squads = sum(team.tier is Tier.SPECIALIST and team.command is Command.OWN for team in scope.state.teams)
    if scope.state.teams and squads < scope.norms.specialist_squads_least:
        least = scope.norms.specialist_squads_least
        yield note("team.squads_few", "district", scope.state.district.code, squads=squads, least=least)
    yield from _bases(scope)
    yield from _without_team(scope, grid)


def has_base(team: Team) -> bool:
    """Whether a team has coordinates that can be meant."""
    return isfinite(team.lon) and isfinite(team.lat) and max(abs(team.lon), abs(team.lat)) >= _NOWHERE_DEGREES


def _bases(scope: Scope) -> Iterator[Finding]:
    """Only own teams must stand in the district; requested and invited ones may come from elsewhere."""
    for team in scope.state.teams:
        if not has_base(team):
            yield error("team.no_base", "team", team.code, team=team.name)
    own = [team for team in scope.state.teams if team.command is Command.OWN and has_base(team)]
    if not own or not scope.has_ground:
        return
    xy = np.array([(team.lon, team.lat) for team in own])
    for row in np.flatnonzero(~scope.covers(xy)).tolist():
        team = own[row]
        yield warning("team.outside", "team", team.code, Point(team.lon, team.lat), team=team.name)


def _without_team(scope: Scope, grid: GridReport) -> Iterator[Finding]:
    """Governed towns without a town team and their villages without a team.

    A team of that tier whose home cell the plan lacks accounts for one of them.
    """
    homes = {(team.tier, team.home_cell_code) for team in scope.state.teams}
    tiers = {tier for tier, _ in homes}
    astray = [team.tier for team in grid.stray.teams]
    for level, tier, code in (
        (_TOWN, Tier.TOWN, "team.town_without"),
        (_VILLAGE, Tier.VILLAGE, "team.village_without"),
    ):
        bare = []
        for cell in scope.plan.of_level(level):
            town = scope.town_of(cell.code)
            if (town is None or town.governed) and (tier, cell.code) not in homes:
                bare.append(cell)
        if bare and tier not in tiers:
            yield warning(f"{code}_any", "district", scope.state.district.code, cells=len(bare))
            continue
        for cell in bare[astray.count(tier) :]:
            finding = error if tier is Tier.TOWN else warning
            yield finding(code, "cell", cell.code, cell.geometry, cell=named(cell))
