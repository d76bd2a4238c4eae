"""Keep what all questions about one network share: its topology, its preparation, and each vehicle unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.errors import NotKnown
from gridgis.geometry import to_metric
from gridgis.roads import hierarchy
from gridgis.roads.components import Components, find_components
from gridgis.roads.hierarchy import Preparation
from gridgis.roads.kept import Kept
from gridgis.roads.network import RoadNetwork
from gridgis.roads.passage import Passage, passage
from gridgis.roads.reach_areas import RoadSquares, square_roads
from gridgis.roads.search_graph import SearchGraph, weigh_arcs
from gridgis.roads.searchers import PreparedHierarchy
from gridgis.roads.streets import Streets, gather_streets
from gridgis.roads.topology import Topology, lay_out
from gridgis.roads.travel_time import VehicleProfile, paces
from gridgis.roads.turns import ForbiddenTurns, binds, forbidden_turns
from gridgis.roads.vehicle_roads import Ground, VehicleRoads

KEPT_VEHICLES = 16  # vehicles with or without limits, at different hours


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose times are asked for.

    Attributes:
        code: Of the vehicle's profile.
        limits: Whether weight, height and width limits hold.
        hour: Of the local day, None for no hour in particular.
        doubtful: Whether nine of ten drives shall take no longer, and not one of two.
    """

    code: str
    limits: bool
    hour: int | None = None
    doubtful: bool = False


class PreparedRoads:
    """A network, its preparation, and its vehicles where nothing is changed. Thread-safe.

    Args:
        network: The roads.
        profiles: Vehicles by code.
        least_component_m: Least metres of road of a part that is no island.
    """

    def __init__(self, network: RoadNetwork, profiles: Mapping[str, VehicleProfile], least_component_m: float) -> None:
        self.network, self.profiles = network, profiles
        self.hierarchy: PreparedHierarchy | None = None
        self._least_component_m = least_component_m
        self._passages: dict[str, tuple[Passage, SearchGraph, Components]] = {}
        self._grounds: dict[tuple[str, bool], tuple[Ground, SearchGraph]] = {}
        self._vehicles: Kept[Wanted, VehicleRoads] = Kept(KEPT_VEHICLES)
        self._lock, self._preparing = Lock(), Lock()

    @cached_property
    def streets(self) -> Streets:
        """The streets of the network."""
        return gather_streets(self.network)

    @cached_property
    def turns(self) -> ForbiddenTurns:
        """The turns that the network's rules forbid."""
        return forbidden_turns(self.network, self.streets)

    @cached_property
    def topology(self) -> Topology:
        """The arcs of the network."""
        return lay_out(self.network, self.streets, self.turns.rules)

    @cached_property
    def _street_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.streets.shapes)

    @cached_property
    def squares(self) -> RoadSquares:
        """The squares of the ground through which roads lead."""
        return square_roads(self.topology, self.streets)

    def profile(self, code: str) -> VehicleProfile:
        """The profile of that code.

        Raises:
            NotKnown: ``profile.unknown``.
        """
        profile = self.profiles.get(code)
        if profile is None:
            raise NotKnown("profile.unknown", value=code, known=", ".join(self.profiles))
        return profile

    def prepare(self, preparation: Preparation | None) -> PreparedHierarchy:
        """The hierarchy: ordered now, or by the order that was made earlier; once."""
        with self._preparing:
            if self.hierarchy is None:
                made = preparation or hierarchy.prepare(self.topology)
                self.hierarchy = PreparedHierarchy(hierarchy.build(self.topology, made))
            return self.hierarchy

    def vehicle(self, wanted: Wanted) -> VehicleRoads:
        """The network for a vehicle where nothing is changed, customized when first asked for."""
        made = self._vehicles.get(wanted, lambda: self._make(wanted))
        if self.hierarchy is not None:
            made.customize(self.hierarchy)
        return made

    def _make(self, wanted: Wanted) -> VehicleRoads:
        ground, graph = self._ground(wanted)
        if wanted.hour is None and not wanted.doubtful:
            return VehicleRoads(ground, graph)
        factors = paces(self.profiles[wanted.code], wanted.hour, doubtful=wanted.doubtful)
        factor = np.array([factors.get(highway, 1.0) for highway in self.network.highway], dtype=np.float64)
        return VehicleRoads(ground, graph.at_pace(factor))

    def _ground(self, wanted: Wanted) -> tuple[Ground, SearchGraph]:
        profile = self.profiles[wanted.code]
        allowed, graph, components = self.unlimited(profile)
        with self._lock:
            name = (wanted.code, wanted.limits)
            if name not in self._grounds:
                if wanted.limits or profile.obeys_turns:
                    rules = self.network.turn_restrictions
                    barring = np.array([binds(rule, profile) for rule in rules], dtype=bool)
                    graph = weigh_arcs(self.topology, allowed, limits=wanted.limits, barring=barring)
                self._grounds[name] = Ground(self.network, self.streets, graph, components), graph
            return self._grounds[name]

    def unlimited(self, profile: VehicleProfile) -> tuple[Passage, SearchGraph, Components]:
        """How a vehicle gets along without changes, limits and rules about turning: this decides what is an island."""
        with self._lock:
            if profile.code not in self._passages:
                allowed = passage(self.network, profile)
                graph = weigh_arcs(self.topology, allowed)
                self._passages[profile.code] = (allowed, graph, find_components(graph, self._least_component_m))
            return self._passages[profile.code]

    def edges_within(self, area: shapely.Geometry) -> NDArray[np.intp]:
        """Edges that meet an area (lon/lat) and do not pass over it on a bridge."""
        met = np.zeros(len(self.streets.shapes), dtype=bool)
        met[self._street_tree.query(to_metric(area, self.streets.metric_epsg), predicate="intersects")] = True
        return np.flatnonzero(met[self.streets.of_edge] & ~self.network.bridge)

    def edges_near(self, point: shapely.Point, within_m: float) -> list[int]:
        """Edges of the street nearest to a point (lon/lat), none when it is farther away than so many metres."""
        metric = to_metric(point, self.streets.metric_epsg)
        found = self._street_tree.query_nearest(metric, max_distance=within_m, all_matches=False)
        return np.flatnonzero(np.isin(self.streets.of_edge, found)).tolist()
