"""Check the roads: whether they hang together, and whether every team gets onto them and to the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import Point

from gridgis.checks.finding import Finding, note, warning
from gridgis.checks.scope import Scope
from gridgis.checks.teams import has_base
from gridgis.dispatch.teams import Command, Team
from gridgis.roads import ComponentReport, RoadNetwork, Router

LEAST_SHARE = 0.8  # extracts of real cities have 0.85 and more: one-ways end at their edge
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
    middle = _middle(network)
    seen = [
        _look(router, middle, profile, [team for team in teams if team.profile == profile])
        for profile in sorted({team.profile for team in teams})
    ]
    yield from _parts(state.district.code, seen)
    yield from _far_away(scope, seen)


@dataclass(frozen=True)
class Seen:
    """What one kind of vehicle finds.

    Attributes:
        profile: The vehicle.
        report: How the roads hang together for it.
        teams: Own teams that use it.
        away_m: Metres from each base to the road, infinity where there is none.
        cut_off: Whether each of them can't come to the greatest part.
    """

    profile: str
    report: ComponentReport
    teams: tuple[Team, ...]
    away_m: tuple[float, ...]
    cut_off: tuple[bool, ...]


def _look(router: Router, middle: NDArray[np.float64], profile: str, teams: list[Team]) -> Seen:
    own = tuple(team for team in teams if team.command is Command.OWN)
    bases = np.array([(team.lon, team.lat) for team in own]).reshape(-1, 2)
    arrivals = router.arrivals(profile, bases, middle, limits=False)
    away_m, cut_off = arrivals.origin_snap_m.tolist(), (~np.isfinite(arrivals.travel_s)).tolist()
    return Seen(profile, router.components(profile), own, tuple(away_m), tuple(cut_off))


def _parts(district: str, seen: Sequence[Seen]) -> Iterator[Finding]:
    """One finding for all vehicles for which the roads do not hang together."""
    broken = [one for one in seen if one.report.largest_share < LEAST_SHARE or any(one.cut_off)]
    loose = [one for one in seen if one.report.largest_share < LEAST_SHARE_NOTED]
    if not broken and not loose:
        return
    worst = min(broken or loose, key=lambda one: one.report.largest_share)
    fields = {
        "profiles": tuple(one.profile for one in broken or loose),
        "share_percent": round(100 * worst.report.largest_share, 1),
        "islands": worst.report.islands + worst.report.usable_parts - 1,
    }
    if broken:
        names = [team.name for one in broken for team, cut in zip(one.teams, one.cut_off, strict=True) if cut]
        yield warning("roads.disconnected", "road", district, **fields, teams=len(names), names=tuple(names))
    else:
        yield note("roads.islands", "road", district, **fields)


def _far_away(scope: Scope, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Own teams inside the district whose base is far from any road that their vehicle can use."""
    for one in seen:
        bases = np.array([(team.lon, team.lat) for team in one.teams]).reshape(-1, 2)
        far = scope.covers(bases) & np.isfinite(one.away_m) & (np.array(one.away_m) > FAR_FROM_ROADS_M)
        for row in np.flatnonzero(far).tolist():
            team, away_m = one.teams[row], round(one.away_m[row])
            where = Point(team.lon, team.lat)
            yield warning(
                "team.far_from_roads", "team", team.code, where, team=team.name, profile=one.profile, away_m=away_m
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
