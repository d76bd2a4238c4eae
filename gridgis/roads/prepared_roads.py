"""Keep what all questions about one network share: its topology, its preparation, and each vehicle unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.errors import NotKnown
from gridgis.geometry import to_metric
from gridgis.roads import hierarchy
from gridgis.roads.components import Components, find_components
from gridgis.roads.conditions import conditions_at, conditions_of
from gridgis.roads.far_banks import FarBanks, find_far_banks
from gridgis.roads.hierarchy import Preparation
from gridgis.roads.kept import Kept
from gridgis.roads.network import RoadNetwork
from gridgis.roads.passage import Passage, passage
from gridgis.roads.reach_areas import RoadSquares, square_roads
from gridgis.roads.search_graph import SearchGraph, weigh_arcs
from gridgis.roads.searchers import Loans, PreparedHierarchy, bucket_loans
from gridgis.roads.streets import Streets, gather_streets
from gridgis.roads.topology import Topology, lay_out
from gridgis.roads.travel_time import FAIRWAY, Mode, VehicleProfile, paces
from gridgis.roads.turns import ForbiddenTurns, binds, forbidden_turns
from gridgis.roads.vehicle_roads import Ground, VehicleRoads

KEPT_VEHICLES = 16  # vehicles with or without limits, at different hours
KEPT_MOMENTS = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose times are asked for.

    Attributes:
        code: Of the vehicle's profile.
        limits: Whether weight, height and width limits hold.
        hour: Of the local day, None for no hour in particular.
        doubtful: Whether nine of ten drives shall take no longer, and not one of two.
        holding: Conditions of the network that hold (`gridgis.roads.conditions`).
    """

    code: str
    limits: bool
    hour: int | None = None
    doubtful: bool = False
    holding: frozenset[str] = frozenset()


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
        self._grounds: Kept[tuple[str, bool, frozenset[str]], tuple[Ground, SearchGraph]] = Kept(KEPT_VEHICLES)
        self._vehicles: Kept[Wanted, VehicleRoads] = Kept(KEPT_VEHICLES)
        self._holding: Kept[datetime | None, frozenset[str]] = Kept(KEPT_MOMENTS)
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
    def far_banks(self) -> FarBanks:
        """Junctions across water from each other."""
        return find_far_banks(self.network, self.topology.metric_xy[: self.network.nodes], self.streets)

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
        name = (wanted.code, wanted.limits, wanted.holding)
        return self._grounds.get(name, lambda: self._lay_ground(wanted))

    def _lay_ground(self, wanted: Wanted) -> tuple[Ground, SearchGraph]:
        profile = self.profiles[wanted.code]
        allowed, graph, components = self.unlimited(profile)
        if wanted.holding:
            allowed = passage(self.network, profile, wanted.holding)
        if wanted.limits or wanted.holding or profile.obeys_turns:
            rules = self.network.turn_restrictions
            barring = np.array([binds(rule, profile, wanted.holding) for rule in rules], dtype=bool)
            graph = weigh_arcs(self.topology, allowed, limits=wanted.limits, barring=barring)
        afloat = profile.mode is Mode.BOAT
        return Ground(self.network, self.streets, graph, components, self._loans, afloat=afloat), graph

    @cached_property
    def _loans(self) -> Loans:
        return bucket_loans(self.topology.nodes)

    @cached_property
    def _conditions(self) -> frozenset[str]:
        return conditions_of(self.network)

    def holding(self, moment: datetime | None) -> frozenset[str]:
        """The conditions of the network that hold at a moment of local time; those without times when it is None."""
        minute = moment and moment.replace(second=0, microsecond=0, tzinfo=None)
        return self._holding.get(minute, lambda: conditions_at(self._conditions, minute))

    def unlimited(self, profile: VehicleProfile) -> tuple[Passage, SearchGraph, Components]:
        """How a vehicle gets along without changes, limits and rules about turning: this decides what is an island."""
        with self._lock:
            if profile.code not in self._passages:
                allowed = passage(self.network, profile)
                graph = weigh_arcs(self.topology, allowed)
                self._passages[profile.code] = (allowed, graph, find_components(graph, self._least_component_m))
            return self._passages[profile.code]

    @cached_property
    def _fairway(self) -> NDArray[np.bool_]:
        made: NDArray[np.bool_] = self.network.highway == FAIRWAY
        return made

    def edges_within(self, area: shapely.Geometry) -> NDArray[np.intp]:
        """Edges that meet an area (lon/lat) and neither pass over it on a bridge nor are fairways."""
        met = np.zeros(len(self.streets.shapes), dtype=bool)
        met[self._street_tree.query(to_metric(area, self.streets.metric_epsg), predicate="intersects")] = True
        return np.flatnonzero(met[self.streets.of_edge] & ~self.network.bridge & ~self._fairway)

    def edges_near(self, point: shapely.Point, within_m: float) -> list[int]:
        """Edges of the road nearest to a point (lon/lat), none when it is farther away than so many metres."""
        metric = to_metric(point, self.streets.metric_epsg)
        near = np.sort(self._street_tree.query(metric, predicate="dwithin", distance=within_m))
        near = near[np.isin(near, self.streets.of_edge[~self._fairway])]
        if not len(near):
            return []
        found = near[np.argmin(shapely.distance(metric, self.streets.shapes[near]))]
        return np.flatnonzero(self.streets.of_edge == found).tolist()
