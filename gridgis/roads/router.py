"""Search one network for several kinds of vehicles: prepare once, customize a vehicle, then ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from threading import Lock, Thread
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridgis.errors import InvalidValue, NotKnown
from gridgis.roads import hierarchy
from gridgis.roads.arrivals import Arrivals
from gridgis.roads.components import (
    LEAST_COMPONENT_M,
    ComponentReport,
    Components,
    find_components,
    report_components,
)
from gridgis.roads.hierarchy import Preparation
from gridgis.roads.network import RoadNetwork
from gridgis.roads.passage import Passage, passage
from gridgis.roads.routes import BrokenLimit, Route, limits_on
from gridgis.roads.search_graph import SearchGraph, weigh_arcs
from gridgis.roads.searchers import PreparedHierarchy
from gridgis.roads.streets import Streets, gather_streets
from gridgis.roads.topology import Topology, lay_out
from gridgis.roads.travel_time import DEFAULT_PROFILES, VehicleProfile
from gridgis.roads.turns import ForbiddenTurns, TurnReport, binds, forbidden_turns
from gridgis.roads.vehicle_roads import VehicleRoads

if TYPE_CHECKING:
    from gridgis.roads.network import EdgeName

MOST_NODES = 2**31 - 1
_PLANE = 2


class Router:
    """Searches over one network for several kinds of vehicles. Thread-safe.

    Three phases: the topology is *prepared* once (`prepare`; seconds for a county, kept as bytes), a vehicle is
    *customized* when first asked for (weights of limits and closures), and *queries* are answered. Before the topology
    is prepared queries are answered all the same, by a search that needs no preparation: the answers are equal, only
    slower.

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
        self.network = network
        self.profiles = profiles
        self._closed = np.zeros(network.edges, dtype=bool)
        self._closed[[network.edge_index(name) for name in closed]] = True
        self._least_component_m = least_component_m
        self._prepared: PreparedHierarchy | None = None
        self._passages: dict[str, tuple[Passage, SearchGraph, Components]] = {}
        self._vehicles: dict[tuple[str, bool], VehicleRoads] = {}
        self._lock, self._preparing = Lock(), Lock()

    @cached_property
    def streets(self) -> Streets:
        """The streets of the network."""
        return gather_streets(self.network)

    @cached_property
    def topology(self) -> Topology:
        """The arcs of the network, the same for all vehicles; its ``content_hash`` names the preparation to keep."""
        return lay_out(self.network, self.streets, self._turns.rules)

    @cached_property
    def _turns(self) -> ForbiddenTurns:
        return forbidden_turns(self.network, self.streets)

    @property
    def turn_report(self) -> TurnReport:
        """What became of the network's rules about turning."""
        return self._turns.report

    @property
    def preparation(self) -> Preparation | None:
        """What was prepared, to be kept as bytes; None before `prepare` is done."""
        return None if self._prepared is None else self._prepared.hierarchy.preparation

    def prepare(self, profile_codes: Iterable[str] | None = None, *, preparation: Preparation | None = None) -> Router:
        """Do everything that searches would wait for or be slower without; gives itself.

        Questions may be asked meanwhile from other threads.

        Args:
            profile_codes: Vehicles to customize now; all by default, others when they are first asked for.
            preparation: What was prepared earlier for the same topology; prepared now when it is not given.

        Raises:
            NotKnown: ``profile.unknown``.
            InvalidValue: ``roads.preparation_other`` for the preparation of another topology.
        """
        codes = tuple(self.profiles if profile_codes is None else profile_codes)
        for code in codes:
            self._profile(code)
        with self._preparing:
            if self._prepared is None:
                made = preparation or hierarchy.prepare(self.topology)
                self._prepared = PreparedHierarchy(hierarchy.build(self.topology, made))
        for code in codes:
            for limits in (True, False):
                self._vehicle(code, limits=limits).warm_up()
        return self

    def prepare_in_background(self, profile_codes: Iterable[str] | None = None) -> Thread:
        """Begin to `prepare` on a thread of its own, which ends with the program; joining it waits until all is done.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        codes = tuple(self.profiles if profile_codes is None else profile_codes)
        for code in codes:
            self._profile(code)
        thread = Thread(target=self.prepare, args=(codes,), name="prepare roads", daemon=True)
        thread.start()
        return thread

    def _profile(self, code: str) -> VehicleProfile:
        profile = self.profiles.get(code)
        if profile is None:
            raise NotKnown("profile.unknown", value=code, known=", ".join(self.profiles))
        return profile

    def _vehicle(self, code: str, *, limits: bool) -> VehicleRoads:
        """The network for a vehicle, customized when first asked for."""
        profile = self._profile(code)
        wanted = (code, limits and profile.limited)
        with self._lock:
            if wanted not in self._vehicles:
                allowed, graph, components = self._without_limits(profile)
                if wanted[1] or self._closed.any() or profile.obeys_turns:
                    graph = self._weigh(profile, allowed, limits=wanted[1])
                self._vehicles[wanted] = VehicleRoads(self.network, self.streets, graph, components)
            vehicle = self._vehicles[wanted]
        if self._prepared is not None:
            vehicle.customize(self._prepared)
        return vehicle

    def _weigh(self, profile: VehicleProfile, allowed: Passage, *, limits: bool) -> SearchGraph:
        barring = np.array([binds(rule, profile) for rule in self.network.turn_restrictions], dtype=bool)
        return weigh_arcs(self.topology, allowed, limits=limits, closed=self._closed, barring=barring)

    def _without_limits(self, profile: VehicleProfile) -> tuple[Passage, SearchGraph, Components]:
        """How a vehicle gets along without closures, limits and rules about turning: this decides what is an island."""
        if profile.code not in self._passages:
            allowed = passage(self.network, profile)
            no_edge, no_rule = (
                np.zeros(count, dtype=bool) for count in (self.network.edges, len(self.network.turn_restrictions))
            )
            graph = weigh_arcs(self.topology, allowed, limits=False, closed=no_edge, barring=no_rule)
            self._passages[profile.code] = (allowed, graph, find_components(graph, self._least_component_m))
        return self._passages[profile.code]

    def components(self, profile_code: str) -> ComponentReport:
        """How the network hangs together for a vehicle, limits and closures not considered.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        profile = self._profile(profile_code)
        with self._lock:
            _, graph, components = self._without_limits(profile)
        return report_components(graph, components)

    def arrivals(
        self, profile_code: str, origins_xy: ArrayLike, place_xy: ArrayLike, *, limits: bool = True
    ) -> Arrivals:
        """Times and ways from origins to a place.

        Origins and place snap to the nearest street that the vehicle can use; parts of streets at both ends count.

        Args:
            profile_code: The vehicle.
            origins_xy: Lon/lat (k, 2).
            place_xy: Lon/lat (2,).
            limits: Whether weight, height and width limits hold.

        Raises:
            NotKnown: ``profile.unknown``.
            InvalidValue: ``place.coordinates`` for a point that is not finite or not of two numbers.
        """
        profile = self._profile(profile_code)
        origins, place = _points(origins_xy), _points(place_xy)
        if len(place) != 1:
            raise InvalidValue("place.coordinates", lon="-", lat="-")
        vehicle = self._vehicle(profile_code, limits=limits)
        return Arrivals(vehicle, profile, vehicle.origins(origins), place)

    def limits_broken(self, profile_code: str, route: Route) -> list[BrokenLimit]:
        """The limits that a vehicle would break on a route, in driving order.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        return limits_on(self.network, self._profile(profile_code), route.edges)


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
