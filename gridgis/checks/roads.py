"""Check the roads: whether they hang together, and whether every team gets onto them and to the rest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from shapely import Point

from gridgis.checks.finding import Finding, note, warning
from gridgis.checks.scope import Scope
from gridgis.checks.teams import has_base
from gridgis.dispatch.teams import Command, Team
from gridgis.roads import RoadNetwork, Router

LEAST_SHARE = 0.9
LEAST_SHARE_NOTED = 0.99
FAR_FROM_ROADS_M = 500.0


def check_roads(scope: Scope) -> Iterator[Finding]:
    """Parts that do not hang together and teams cut off, by the vehicles that the teams use; limits do not count."""
    state = scope.state
    router, network = state.router, state.roads
    if router is None or network is None or not network.nodes:
        yield note("roads.none", "district", state.district.code)
        return
    teams = [team for team in state.teams if has_base(team) and team.profile in state.profiles]
    for profile in sorted({team.profile for team in teams}):
        own = [team for team in teams if team.profile == profile]
        yield from _of_profile(scope, router, _middle(network), profile, own)


def _of_profile(
    scope: Scope, router: Router, middle: NDArray[np.float64], profile: str, teams: list[Team]
) -> Iterator[Finding]:
    district = scope.state.district.code
    arrivals = router.arrivals(profile, [(team.lon, team.lat) for team in teams], middle, limits=False)
    own = [row for row, team in enumerate(teams) if team.command is Command.OWN]
    cut_off = tuple(teams[row].name for row in own if not np.isfinite(arrivals.travel_s[row]))
    report = router.components(profile)
    share = round(100 * report.largest_share, 1)
    fields = {"profile": profile, "share_percent": share, "islands": report.islands + report.usable_parts - 1}
    if report.largest_share < LEAST_SHARE or cut_off:
        yield warning("roads.disconnected", "road", district, **fields, teams=len(cut_off), names=cut_off)
    elif report.largest_share < LEAST_SHARE_NOTED:
        yield note("roads.islands", "road", district, **fields)
    inside = scope.covers(np.array([(team.lon, team.lat) for team in teams]))
    for row in own:
        away_m, team = float(arrivals.origin_snap_m[row]), teams[row]
        if inside[row] and np.isfinite(away_m) and away_m > FAR_FROM_ROADS_M:
            where = Point(team.lon, team.lat)
            yield warning(
                "team.far_from_roads", "team", team.code, where, team=team.name, profile=profile, away_m=round(away_m)
            )


def _middle(network: RoadNetwork) -> NDArray[np.float64]:
    """A node of the part with the most nodes, directions aside, near the middle of that part."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(network.edges, dtype=np.int8)
    links = csr_array((ones, (network.tail, network.head)), shape=(network.nodes, network.nodes))
    _, label = connected_components(links, directed=False)
    part = np.flatnonzero(label == np.bincount(label).argmax())
    xy = np.column_stack((network.x[part], network.y[part]))
    return np.asarray(xy[np.abs(xy - np.median(xy, axis=0)).sum(axis=1).argmin()], dtype=np.float64)
