"""Search one network for several kinds of vehicles, each compiled once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridgis.errors import InvalidValue, NotKnown
from gridgis.roads.arrivals import Arrivals, CompiledVehicle
from gridgis.roads.components import (
    LEAST_COMPONENT_M,
    ComponentReport,
    Components,
    find_components,
    report_components,
)
from gridgis.roads.network import RoadNetwork
from gridgis.roads.passage import Passage, passage
from gridgis.roads.routes import BrokenLimit, Route, limits_on
from gridgis.roads.search_graph import SearchGraph, lay_out
from gridgis.roads.streets import Streets, gather_streets
from gridgis.roads.travel_time import DEFAULT_PROFILES, VehicleProfile

if TYPE_CHECKING:
    from gridgis.roads.network import EdgeName

_PLANE = 2


class Router:
    """Searches over one network for several kinds of vehicles; each is compiled when first asked for. Thread-safe.

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
        from gridgis.roads.kernel import MOST_NODES

        if network.nodes >= MOST_NODES:
            raise InvalidValue("roads.too_large", nodes=network.nodes, most=MOST_NODES)
        self.network = network
        self.profiles = profiles
        self._closed = np.zeros(network.edges, dtype=bool)
        self._closed[[network.edge_index(name) for name in closed]] = True
        self._least_component_m = least_component_m
        self._passages: dict[str, tuple[Passage, SearchGraph, Components]] = {}
        self._compiled: dict[tuple[str, bool], CompiledVehicle] = {}
        self._lock = Lock()

    @cached_property
    def streets(self) -> Streets:
        """The streets of the network."""
        return gather_streets(self.network)

    def prepare(self, profile_codes: Iterable[str] | None = None) -> Router:
        """Compile everything that the first searches need, so that the first alarm is answered at once; gives itself.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        from gridgis.roads import kernel

        kernel.compile_all()
        for code in self.profiles if profile_codes is None else profile_codes:
            for limits in (True, False):
                self._compile(code, limits=limits)
        return self

    def _profile(self, code: str) -> VehicleProfile:
        profile = self.profiles.get(code)
        if profile is None:
            raise NotKnown("profile.unknown", value=code, known=", ".join(self.profiles))
        return profile

    def _compile(self, code: str, *, limits: bool) -> CompiledVehicle:
        profile = self._profile(code)
        wanted = (code, limits and profile.limited)
        with self._lock:
            if wanted not in self._compiled:
                allowed, graph, components = self._without_limits(profile)
                if wanted[1] or self._closed.any():
                    graph = lay_out(self.network, self.streets, allowed, limits=wanted[1], closed=self._closed)
                self._compiled[wanted] = CompiledVehicle(self.network, self.streets, graph, components)
            return self._compiled[wanted]

    def _without_limits(self, profile: VehicleProfile) -> tuple[Passage, SearchGraph, Components]:
        """How a vehicle gets along when nothing is closed and no limit holds: this decides what is an island."""
        if profile.code not in self._passages:
            allowed = passage(self.network, profile)
            nothing = np.zeros(self.network.edges, dtype=bool)
            graph = lay_out(self.network, self.streets, allowed, limits=False, closed=nothing)
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
        compiled = self._compile(profile_code, limits=limits)
        return Arrivals(compiled, profile, compiled.origins(origins), place)

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
