"""Answer what command line and HTTP both ask of the roads for all teams and the whole district at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString

from api.bodies.explanations import team_name
from api.bodies.geometry import geometry_of
from api.bodies.roads import (
    MOST_PAIRS,
    BridgeItem,
    BridgeList,
    Comer,
    CoveredPlace,
    CoverList,
    DetourBody,
    DetourPlace,
    MatrixBody,
    MatrixRequest,
    PartItem,
    PartList,
    ReachItem,
    ReachList,
    TeamLater,
    WithinCount,
)
from api.questions import plan_in_force
from gridgis.dispatch.asked_places import AskedPlaces, cells_asked, sites_asked
from gridgis.dispatch.closing import critical_bridges, detour
from gridgis.dispatch.covering import area_km2, part_district, roads_at, tier_reach, who_comes
from gridgis.dispatch.fleets import TeamsWanted, teams_wanted
from gridgis.dispatch.place_kinds import PlaceKind
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team
from gridgis.errors import Conflict, InvalidValue, NotKnown

if TYPE_CHECKING:
    from gridgis.roads import EdgeName, RoadNetwork

WITHIN_S = (300.0, 600.0, 900.0)
MOST_EACH = 60
MOST_DETOURS = 500
POINTED_WITHIN_M = 60.0
LEVEL_OF = {PlaceKind.TOWNS: 1, PlaceKind.VILLAGES: 2, PlaceKind.CELLS: 3}
BY_A_SECOND = 2


@dataclass(frozen=True, slots=True)
class RoadQuestion:
    """Whom and when a question is about.

    Attributes:
        state: The district.
        when: The moment, aware: closures, turnouts and who is free are as they were then.
        wanted: Which teams.
        enterprises: Enterprises that count among places, all by default.
    """

    state: DistrictState
    when: datetime
    wanted: TeamsWanted = field(default_factory=TeamsWanted)
    enterprises: Collection[UUID] | None = None

    @property
    def teams(self) -> tuple[Team, ...]:
        """The teams it is about."""
        return teams_wanted(self.state, self.wanted, self.when)

    def places(self, kind: PlaceKind) -> AskedPlaces:
        """The places of a kind.

        Raises:
            Conflict: ``plan.none`` for cells before the first plan.
        """
        if kind is PlaceKind.ENTERPRISES:
            return sites_asked(self.state, self.enterprises)
        return cells_asked(plan_in_force(self.state, self.when), LEVEL_OF[kind])


def matrix(state: DistrictState, now: datetime, asked: MatrixRequest) -> MatrixBody:
    """Times and lengths between points.

    Raises:
        Conflict: ``roads.none``.
        NotKnown: ``profile.unknown``.
        InvalidValue: ``roads.pairs`` for too many pairs.
    """
    origins = asked.places if asked.origins is None else asked.origins
    if len(origins) * len(asked.places) > MOST_PAIRS:
        raise InvalidValue("roads.pairs", pairs=len(origins) * len(asked.places), most=MOST_PAIRS)
    router = roads_at(state, asked.when or now)
    made = router.matrix(asked.profile, origins, asked.places, hour=asked.hour)
    return MatrixBody(
        profile=asked.profile,
        travel_s=[_finite(row) for row in made.travel_s],
        distance_m=[_finite(row) for row in made.distance_m],
        walk_m=_finite(made.walk_m),
        no_way=int((made.travel_ms < 0).sum()),
    )


def reach(asked: RoadQuestion, within_s: Sequence[float] = WITHIN_S, *, by: int = 1, each: bool = False) -> ReachList:
    """What teams reach within some times, all together or each.

    Raises:
        Conflict: ``roads.none``.
        NotKnown: ``team.unknown``.
        InvalidValue: ``roads.within``; ``roads.each`` for the areas of too many teams.
    """
    teams, within = asked.teams, sorted(set(within_s))
    if each and len(teams) > MOST_EACH:
        raise InvalidValue("roads.each", teams=len(teams), most=MOST_EACH)
    seats = cells_asked(plan, 2).xy if (plan := asked.state.plan_at(asked.when)) else np.zeros((0, 2))
    items = []
    for of, group in [(one, [one]) for one in teams] if each else [(None, teams)]:
        for area in tier_reach(asked.state, group, within, asked.when, by_second=by == BY_A_SECOND):
            inside = int(shapely.contains_xy(area.area, seats).sum()) if len(seats) else 0
            items.append(
                ReachItem(
                    within_s=area.within_s,
                    area_km2=round(area.area_km2, 3),
                    villages=inside,
                    team=None if of is None else team_name(of),
                    geometry=geometry_of(area.area),
                )
            )
    return ReachList(when=_utc(asked.when), teams=len(teams), villages=len(seats), by=by, items=items)


def cover(
    asked: RoadQuestion,
    of: PlaceKind = PlaceKind.VILLAGES,
    within_s: Sequence[float] = WITHIN_S,
    *,
    limit: int = MOST_DETOURS,
    offset: int = 0,
) -> CoverList:
    """Who comes first and second to each place.

    Raises:
        Conflict: ``roads.none``, ``plan.none``.
        NotKnown: ``team.unknown``.
    """
    places = asked.places(of)
    found = who_comes(asked.state, asked.teams, places, asked.when)
    order = np.lexsort((np.arange(len(places)), -found.second_s, -found.first_s))
    return CoverList(
        when=_utc(asked.when),
        teams=len(found.teams),
        of=of,
        total=len(places),
        limit=limit,
        offset=offset,
        within=[
            WithinCount(
                within_s=within,
                first=int((found.first_s <= within).sum()),
                second=int((found.second_s <= within).sum()),
            )
            for within in sorted(set(within_s))
        ],
        items=[
            CoveredPlace(
                code=places.codes[place],
                name=places.names[place],
                lon=float(places.xy[place, 0]),
                lat=float(places.xy[place, 1]),
                first=_comer(found.teams, int(found.first[place]), float(found.first_s[place])),
                second=_comer(found.teams, int(found.second[place]), float(found.second_s[place])),
            )
            for place in order[offset : offset + limit].tolist()
        ],
    )


def parts(asked: RoadQuestion) -> PartList:
    """The district parted among the teams that come first.

    Raises:
        Conflict: ``roads.none``.
        NotKnown: ``team.unknown``.
    """
    teams, epsg = asked.teams, asked.state.district.metric_epsg
    items = [
        PartItem(
            team=team_name(teams[number]),
            tier=teams[number].tier,
            base=[teams[number].lon, teams[number].lat],
            area_km2=round(area_km2(area, epsg), 3),
            geometry=geometry_of(area),
        )
        for number, area in part_district(asked.state, teams, asked.when).items()
    ]
    return PartList(when=_utc(asked.when), teams=len(teams), items=items)


def road_at(state: DistrictState, place: tuple[float, float]) -> tuple[EdgeName, ...]:
    """The edges of the road nearest to a place, at most 60 m away.

    Raises:
        Conflict: ``roads.none``.
        NotKnown: ``closure.no_road``.
    """
    if state.open_router is None:
        raise Conflict("roads.none")
    edges = state.open_router.street_near(place, within_m=POINTED_WITHIN_M)
    if not edges:
        raise NotKnown("closure.no_road", lon=place[0], lat=place[1], within_m=POINTED_WITHIN_M)
    return edges


def detours(asked: RoadQuestion, place: tuple[float, float], of: PlaceKind = PlaceKind.VILLAGES) -> DetourBody:
    """Who comes how much later when the road at a place is closed.

    Raises:
        Conflict: ``roads.none``, ``plan.none``.
        NotKnown: ``closure.no_road``, ``team.unknown``.
    """
    edges, places = road_at(asked.state, place), asked.places(of)
    made = detour(asked.state, asked.teams, places, edges, asked.when)
    before, after = made.first(closed=False), made.first(closed=True)
    later_s = made.later_s
    order = [one for one in np.argsort(-later_s, kind="stable").tolist() if later_s[one] > 0]
    items = []
    for one in order[:MOST_DETOURS]:
        came = _comer(made.teams, int(before[0][one]), float(before[1][one]))
        if came is None:
            continue
        items.append(
            DetourPlace(
                code=places.codes[one],
                name=places.names[one],
                before=came,
                after=_comer(made.teams, int(after[0][one]), float(after[1][one])),
                later_s=_finite(later_s[[one]])[0],
            )
        )
    counts = made.teams_later
    concerned = [team for team in np.argsort(-counts, kind="stable").tolist() if counts[team]]
    assert asked.state.roads is not None  # noqa: S101  a road of them was found
    return DetourBody(
        when=_utc(asked.when),
        road=made.road,
        geometry=geometry_of(asked.state.roads.geometry[asked.state.roads.edge_index(edges[0])]),
        of=of,
        places=len(places),
        later=int((np.isfinite(later_s) & (later_s > 0)).sum()),
        cut_off=int(np.isinf(later_s).sum()),
        items=items,
        teams=[TeamLater(team=team_name(made.teams[one]), places=int(counts[one])) for one in concerned],
    )


def bridges(asked: RoadQuestion, of: PlaceKind = PlaceKind.ENTERPRISES, *, limit: int = 50) -> BridgeList:
    """Bridges by what their closure would cost, the worst first; those that would cost nothing are only counted.

    Raises:
        Conflict: ``roads.none``, ``plan.none``.
        NotKnown: ``team.unknown``.
    """
    teams, places = asked.teams, asked.places(of)
    costs = critical_bridges(asked.state, teams, places, asked.when)
    worth = [one for one in costs if (one.later_s > 0).any()]
    assert asked.state.roads is not None  # noqa: S101  their bridges were found
    items = [
        BridgeItem(
            rank=rank,
            road=one.name,
            geometry=geometry_of(_lines(asked.state.roads, one.edges)),
            risk_minutes=round(one.risk_minutes, 1),
            cut_off_risk=one.cut_off_risk,
            later=int((one.later_s > 0).sum()),
            cut_off=int(np.isinf(one.later_s).sum()),
            worst_s=round(float(one.later_s[np.isfinite(one.later_s)].max(initial=0.0)), 1),
        )
        for rank, one in enumerate(worth[:limit], start=1)
    ]
    return BridgeList(
        when=_utc(asked.when),
        of=of,
        places=len(places),
        teams=len(teams),
        bridges=len(costs),
        total=len(worth),
        items=items,
    )


def _lines(network: RoadNetwork, edges: Sequence[EdgeName]) -> LineString | MultiLineString:
    """The lines of some edges, two-way ones once."""
    indexes = [network.edge_index(name) for name in edges]
    once = {tuple(sorted((int(network.tail[one]), int(network.head[one])))): one for one in indexes}
    lines = [network.geometry[one] for one in once.values()]
    return lines[0] if len(lines) == 1 else MultiLineString(lines)


def _comer(teams: Sequence[Team], number: int, seconds: float) -> Comer | None:
    return Comer(team=team_name(teams[number]), eta_s=round(seconds, 1)) if isfinite(seconds) else None


def _finite(values: NDArray[np.float64]) -> list[float | None]:
    return [round(value, 3) if isfinite(value) else None for value in values.tolist()]


def _utc(when: datetime) -> datetime:
    return when.astimezone(UTC)
