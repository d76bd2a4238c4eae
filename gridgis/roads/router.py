"""Search one network for several kinds of vehicles: prepare once, customize a vehicle, then ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from threading import Lock, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Point, Polygon

from gridgis.errors import InvalidValue
from gridgis.roads.arrivals import Arrivals
from gridgis.roads.components import LEAST_COMPONENT_M, ComponentReport, report_components
from gridgis.roads.hierarchy import Preparation
from gridgis.roads.network import EdgeName, RoadNetwork
from gridgis.roads.prepared_roads import PreparedRoads, Wanted
from gridgis.roads.reach import (
    FirstComers,
    TravelMatrix,
    first_at_junctions,
    first_at_places,
    started,
    travel_matrix,
)
from gridgis.roads.reach_areas import ReachArea, draw_squares, squares_within
from gridgis.roads.routes import BrokenLimit, limits_on
from gridgis.roads.search_graph import changes_of
from gridgis.roads.searchers import TreeSearcher
from gridgis.roads.streets import Streets
from gridgis.roads.topology import Topology
from gridgis.roads.travel_time import DEFAULT_PROFILES, HOURS, VehicleProfile
from gridgis.roads.turns import TurnReport

if TYPE_CHECKING:
    from gridgis.roads.vehicle_roads import VehicleRoads

MOST_NODES = 2**31 - 1
SLOWEST = 1000.0
LATEST_START_S = 86_400.0
Percentile = Literal[50, 90]
_PLANE = 2


class Router:
    """Searches over one network for several kinds of vehicles. Thread-safe; a router never changes.

    Three phases: the topology is *prepared* once (`prepare`; seconds for a county, kept as bytes), a vehicle is
    *customized* when first asked for, and *queries* are answered. Before the topology is prepared queries are answered
    all the same, by a search that needs no preparation: the answers are equal, only slower. Closures and slow-downs
    (`with_changes`) change weights, never the preparation.

    Args:
        network: The roads.
        profiles: Vehicles by code.
        closed: Names of edges closed to all.
        least_component_m: A part of the network with less road than this, from which one can't drive to the rest and
            back, is an island; nothing snaps to it unless it is the greatest part.

    Raises:
        NotKnown: ``roads.edge_unknown`` for a closed edge that does not exist.
        InvalidValue: ``roads.too_large`` for more than two thousand million nodes.
    """

    def __init__(
        self,
        network: RoadNetwork,
        profiles: Mapping[str, VehicleProfile] = DEFAULT_PROFILES,
        closed: Collection[EdgeName | tuple[int, int, int]] = frozenset(),
        *,
        least_component_m: float = LEAST_COMPONENT_M,
    ) -> None:
        if network.nodes >= MOST_NODES:
            raise InvalidValue("roads.too_large", nodes=network.nodes, most=MOST_NODES)
        changed = changes_of((network.edge_index(name) for name in closed), {})
        self._begin(PreparedRoads(network, profiles, least_component_m), changed, {})

    def _begin(self, roads: PreparedRoads, changed: Mapping[int, float], former: Mapping[Wanted, VehicleRoads]) -> None:
        self._roads, self._changed, self._former = roads, changed, dict(former)
        self._vehicles: dict[Wanted, VehicleRoads] = {}
        self._lock = Lock()
        self.network, self.profiles = roads.network, roads.profiles

    @property
    def streets(self) -> Streets:
        """The streets of the network."""
        return self._roads.streets

    @property
    def topology(self) -> Topology:
        """The arcs of the network, the same for all vehicles; its ``content_hash`` names the preparation to keep."""
        return self._roads.topology

    @property
    def turn_report(self) -> TurnReport:
        """What became of the network's rules about turning."""
        return self._roads.turns.report

    @property
    def preparation(self) -> Preparation | None:
        """What was prepared, to be kept as bytes; None before `prepare` is done."""
        prepared = self._roads.hierarchy
        return None if prepared is None else prepared.hierarchy.preparation

    @property
    def changes(self) -> Mapping[EdgeName, float]:
        """Edges that take so many times as long as usual, infinity for closed ones."""
        return MappingProxyType({self.network.edge_name(edge): factor for edge, factor in self._changed.items()})

    def prepare(self, profile_codes: Iterable[str] | None = None, *, preparation: Preparation | None = None) -> Router:
        """Do everything that searches would wait for or be slower without; gives itself.

        Questions may be asked meanwhile from other threads. Routers made by `with_changes` share the preparation.

        Args:
            profile_codes: Vehicles to customize now; all by default, others when they are first asked for.
            preparation: What was prepared earlier for the same topology; prepared now when it is not given.

        Raises:
            NotKnown: ``profile.unknown``.
            InvalidValue: ``roads.preparation_other`` for the preparation of another topology.
        """
        wanted = self._all_wanted(profile_codes)
        self._roads.prepare(preparation)
        for one in wanted:
            self._vehicle(one).warm_up()
        return self

    def prepare_in_background(self, profile_codes: Iterable[str] | None = None) -> Thread:
        """Begin to `prepare` on a thread of its own, which ends with the program; joining it waits until all is done.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        codes = {wanted.code: None for wanted in self._all_wanted(profile_codes)}
        thread = Thread(target=self.prepare, args=(tuple(codes),), name="prepare roads", daemon=True)
        thread.start()
        return thread

    def _all_wanted(self, profile_codes: Iterable[str] | None) -> list[Wanted]:
        codes = tuple(self.profiles if profile_codes is None else profile_codes)
        profiles = [self._roads.profile(code) for code in codes]
        return [Wanted(one.code, limits) for one in profiles for limits in {one.limited, False}]

    def with_changes(
        self,
        *,
        closed: Collection[EdgeName | tuple[int, int, int]] = frozenset(),
        slowed: Mapping[EdgeName | tuple[int, int, int], float] | None = None,
        flooded: Polygon | MultiPolygon | None = None,
    ) -> Router:
        """A router over the same roads with these changes in place of its own; cheap when few edges differ.

        Args:
            closed: Names of edges closed to all.
            slowed: How many times as long edges take, from 1 to 1000.
            flooded: Area, lon/lat; edges that meet it are closed, bridges are not.

        Raises:
            NotKnown: ``roads.edge_unknown``.
            InvalidValue: ``roads.slowed`` for a factor out of range, ``roads.flooded`` for what is no valid area.
        """
        factors: dict[int, float] = {}
        for name, factor in (slowed or {}).items():
            if not 1 <= factor <= SLOWEST:
                raise InvalidValue("roads.slowed", value=factor, most=SLOWEST)
            factors[self.network.edge_index(name)] = float(factor)
        shut = {self.network.edge_index(name) for name in closed}
        if flooded is not None:
            if not isinstance(flooded, Polygon | MultiPolygon) or not flooded.is_valid:
                raise InvalidValue("roads.flooded")
            shut.update(self._roads.edges_within(flooded).tolist())
        return self._changed_to(changes_of(shut, factors))

    def without(self, closed: Collection[EdgeName | tuple[int, int, int]]) -> Router:
        """A router over the same roads where some edges are closed beside all that is changed here.

        Raises:
            NotKnown: ``roads.edge_unknown``.
        """
        return self._changed_to({**self._changed, **changes_of(map(self.network.edge_index, closed), {})})

    def _changed_to(self, changed: Mapping[int, float]) -> Router:
        with self._lock:
            former = self._former | self._vehicles
        made = object.__new__(Router)
        made._begin(self._roads, changed, former)
        return made

    def _vehicle(self, wanted: Wanted) -> VehicleRoads:
        """The network for a vehicle, changes considered."""
        if not self._changed:
            return self._roads.vehicle(wanted)
        with self._lock:
            if wanted not in self._vehicles:
                former = self._former.pop(wanted, None) or self._roads.vehicle(wanted)
                self._vehicles[wanted] = former.with_changes(self._changed)
            vehicle = self._vehicles[wanted]
        if self._roads.hierarchy is not None:
            vehicle.customize(self._roads.hierarchy)
        return vehicle

    def street_near(self, place_xy: ArrayLike, *, within_m: float) -> tuple[EdgeName, ...]:
        """The edges, all directions, of the street nearest to a place, lon/lat; none when none is so near.

        Raises:
            InvalidValue: ``place.coordinates``.
        """
        ((lon, lat),) = _points(place_xy)
        return tuple(map(self.network.edge_name, self._roads.edges_near(Point(lon, lat), within_m)))

    def components(self, profile_code: str) -> ComponentReport:
        """How the network hangs together for a vehicle, limits, changes and turns not considered.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        _, graph, components = self._roads.unlimited(self._roads.profile(profile_code))
        return report_components(graph, components)

    def cut_off_edges(self, profile_code: str) -> NDArray[np.bool_]:
        """Edges (m) that a vehicle may drive but that lie on islands or lead to or from them only.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        allowed, _, components = self._roads.unlimited(self._roads.profile(profile_code))
        usable = components.usable
        cut = ~usable[self.network.tail] & ~usable[self.network.head]
        made: NDArray[np.bool_] = ((allowed.along_ms >= 0) | (allowed.against_ms >= 0)) & cut
        return made

    def arrivals(
        self,
        profile_code: str,
        origins_xy: ArrayLike,
        place_xy: ArrayLike,
        *,
        limits: bool = True,
        hour: int | None = None,
        percentile: Percentile = 50,
    ) -> Arrivals:
        """Times and ways from origins to a place.

        Origins and place snap to the nearest street that the vehicle can use; parts of streets at both ends count.

        Args:
            profile_code: The vehicle.
            origins_xy: Lon/lat (k, 2).
            place_xy: Lon/lat (2,).
            limits: Whether weight, height and width limits hold.
            hour: Of the local day, 0 to 23, by which main roads are slower or faster; None for usual speeds.
            percentile: 90 for the ways and times that nine of ten drives keep when what delays them goes together.

        Raises:
            NotKnown: ``profile.unknown``.
            InvalidValue: ``place.coordinates`` for a point that is not finite or not of two numbers, ``roads.hour``.
        """
        vehicle = self._asked(profile_code, limits=limits, hour=hour, percentile=percentile)
        place = _points(place_xy)
        if len(place) != 1:
            raise InvalidValue("place.coordinates", lon="-", lat="-")
        return Arrivals(vehicle, self.profiles[profile_code], vehicle.origins(_points(origins_xy)), place)

    def matrix(
        self,
        profile_code: str,
        origins_xy: ArrayLike,
        places_xy: ArrayLike,
        *,
        limits: bool = True,
        hour: int | None = None,
        percentile: Percentile = 50,
    ) -> TravelMatrix:
        """Times and lengths from every origin to every place; the roads are prepared first when they are not yet.

        Args:
            profile_code: As for `arrivals`, and so the next and the last three.
            origins_xy: See there.
            places_xy: Lon/lat (p, 2).
            limits: See there.
            hour: See there.
            percentile: See there.

        Raises:
            NotKnown: As for `arrivals`.
            InvalidValue: As for `arrivals`.
        """
        vehicle = self._asked(profile_code, limits=limits, hour=hour, percentile=percentile)
        origins, places = vehicle.origins(_points(origins_xy)), vehicle.place(_points(places_xy))
        return travel_matrix(vehicle, self._customized(vehicle), origins, places)

    def first_comers(
        self,
        profile_code: str,
        origins_xy: ArrayLike,
        places_xy: ArrayLike | None = None,
        *,
        start_s: ArrayLike | None = None,
        limits: bool = True,
        hour: int | None = None,
        percentile: Percentile = 50,
    ) -> FirstComers:
        """Who comes first to each place, or to every junction of the network; the roads are prepared first if need be.

        Args:
            profile_code: As for `arrivals`, and so the next and the last three.
            origins_xy: See there.
            places_xy: Lon/lat (p, 2); None for the junctions (n).
            start_s: Seconds after which each origin starts (turnout), 0 or more, float64 (k); none by default.
            limits: See there.
            hour: See there.
            percentile: See there.

        Raises:
            NotKnown: As for `arrivals`.
            InvalidValue: As for `arrivals`; ``roads.start`` for starts that are not one time of 0 or more an origin.
        """
        vehicle = self._asked(profile_code, limits=limits, hour=hour, percentile=percentile)
        origins = vehicle.origins(_points(origins_xy))
        start_ms = _whole_ms(start_s, len(origins[0].street))
        searcher = self._customized(vehicle)
        if places_xy is None:
            return first_at_junctions(vehicle, searcher, origins, start_ms)
        places, walk_kmh = vehicle.place(_points(places_xy)), self.profiles[profile_code].walk_kmh
        return first_at_places(vehicle, searcher, origins, places, start_ms, walk_kmh=walk_kmh)

    def reach_areas(
        self,
        profile_code: str,
        origins_xy: ArrayLike,
        within_s: Sequence[float],
        *,
        by: int = 1,
        start_s: ArrayLike | None = None,
        limits: bool = True,
        hour: int | None = None,
        percentile: Percentile = 50,
    ) -> tuple[ReachArea, ...]:
        """The areas that are reached within some times by at least so many origins; see `gridgis.roads.reach_areas`.

        The roads are prepared first if need be.

        Args:
            profile_code: As for `arrivals`, and so the next and the last three.
            origins_xy: See there; give one for the area of one team.
            within_s: Seconds, each 0 or more, turnout and drive together; an area for each.
            by: 1 for what anyone reaches, 2 for what someone else reaches too, and so on.
            start_s: As for `first_comers`.
            limits: See `arrivals`.
            hour: See there.
            percentile: See there.

        Raises:
            NotKnown: As for `arrivals`.
            InvalidValue: As for `first_comers`; ``roads.within`` for times or a number out of range.
        """
        if by < 1 or not all(0 <= within <= LATEST_START_S for within in within_s):
            raise InvalidValue("roads.within", most=LATEST_START_S)
        vehicle = self._asked(profile_code, limits=limits, hour=hour, percentile=percentile)
        snapped, out = vehicle.origins(_points(origins_xy))
        start_ms = _whole_ms(start_s, len(snapped.street))
        searcher, squares = self._customized(vehicle), self._roads.squares
        everyone = range(len(snapped.street))
        groups = [(everyone, out)] if by == 1 else [([origin], out.of_owner(origin)) for origin in everyone]
        spreads = [(who, searcher.spread(one.node, started(one, start_ms), one.owner)[0]) for who, one in groups]
        made = []
        for within in within_s:
            count = np.zeros((squares.rows, squares.columns), dtype=np.int32)
            for who, reached in spreads:
                count += squares_within(squares, vehicle, (snapped, who), reached, start_ms=start_ms, within_s=within)
            made.append(draw_squares(squares, count >= by, within))
        return tuple(made)

    def _asked(self, code: str, *, limits: bool, hour: int | None, percentile: Percentile) -> VehicleRoads:
        profile = self._roads.profile(code)
        if hour is not None and not 0 <= hour < HOURS:
            raise InvalidValue("roads.hour", value=hour)
        return self._vehicle(Wanted(code, limits and profile.limited, hour, percentile > 50))  # noqa: PLR2004 (median)

    def _customized(self, vehicle: VehicleRoads) -> TreeSearcher:
        return vehicle.customize(self._roads.prepare(None))

    def limits_broken(self, profile_code: str, edges: Sequence[int]) -> list[BrokenLimit]:
        """The limits that a vehicle would break on a route, in driving order.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        return limits_on(self.network, self._roads.profile(profile_code), edges)


def _whole_ms(start_s: ArrayLike | None, origins: int) -> NDArray[np.int64]:
    """Whole milliseconds of each origin's start."""
    if start_s is None:
        return np.zeros(origins, dtype=np.int64)
    start = np.asarray(start_s, dtype=np.float64)
    if start.shape != (origins,) or not ((start >= 0) & (start <= LATEST_START_S)).all():
        raise InvalidValue("roads.start", origins=origins, most=LATEST_START_S)
    made: NDArray[np.int64] = np.rint(start * 1000).astype(np.int64)
    return made


def _points(xy: ArrayLike) -> NDArray[np.float64]:
    """Points as a float64 array (k, 2), each finite."""
    points = np.asarray(xy, dtype=np.float64)
    if points.size == 0:
        return np.zeros((0, _PLANE))
    points = np.atleast_2d(points)
    if points.ndim != _PLANE or points.shape[1] != _PLANE:
        raise InvalidValue("place.coordinates", lon="-", lat="-")
    if not np.isfinite(points).all():
        lon, lat = points[~np.isfinite(points).all(axis=1)][0]
        raise InvalidValue("place.coordinates", lon=lon, lat=lat)
    return np.ascontiguousarray(points)
