"""Hold one version of the district's data with the indexes that answers need, each made when it is first asked for."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Protocol, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from api.moments import local_day
from api.record_areas import RecordAreas
from api.search import SearchIndex, folded
from gridgis.access import AreaFilter
from gridgis.cells import GridPlan
from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team
from gridgis.errors import NotKnown
from gridgis.people.officers import Officer, Post
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site
from gridgis.supervision.placing import place_sites
from maps.base_map import BaseLayer, drawn_layers, road_layer
from maps.layers import LiveTiles, cell_tiles, enterprise_tiles, team_tiles

Made = TypeVar("Made")
PARTS = (
    "plans",
    "officers",
    "posts",
    "enterprises",
    "sites",
    "teams",
    "roads",
    "alarms",
    "dispatches",
)
"""Parts of a state from which anything is derived here."""
SEARCHED = frozenset({"plans", "officers", "posts", "enterprises", "sites", "teams", "roads"})
"""Parts in which things have names."""
DERIVED_FROM: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "enterprise_text": frozenset({"enterprises"}),
        "enterprise_by_id": frozenset({"enterprises"}),
        "sites_of": frozenset({"sites"}),
        "site_row": frozenset({"sites"}),
        "posts_of": frozenset({"posts"}),
        "dispatches_of": frozenset({"dispatches"}),
        "team_by_id": frozenset({"teams"}),
        "_parts": frozenset({"dispatches", "posts", "sites"}),
        "enterprise_tiles": frozenset({"enterprises", "sites", "plans"}),
        "team_tiles": frozenset({"teams"}),
    }
)
"""What is made once of some parts, by its name."""
MOST_AREAS = 64


class BaseMapFeature(Protocol):
    """What the store keeps for the base map beside the roads: water, railways, places."""

    @property
    def layer(self) -> str: ...  # noqa: D102  named in `maps.base_map.LAYERS`
    @property
    def kind(self) -> str: ...  # noqa: D102  class of OpenStreetMap
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def geometry(self) -> object: ...  # noqa: D102  lon/lat


class DataSource(Protocol):
    """Where the data come from: the store, or a fake of it."""

    def version(self) -> int:
        """A number that changes when the data change."""
        ...

    def check_ready(self, *, least_free_bytes: int) -> int:
        """That number, once it is sure that the data can be read and written now; a `StoreFault` where not."""
        ...

    def state(self) -> DistrictState:
        """Everything, read at one moment."""
        ...

    def road_order(self, topology_hash: str) -> bytes | None:
        """The preparation kept of roads of that topology, None when none is."""
        ...

    def keep_road_order(self, topology_hash: str, content: bytes, *, now: datetime) -> None:
        """Keep the preparation of the roads for the next start."""
        ...

    def base_map(self) -> Sequence[BaseMapFeature]:
        """Water, railways and places of the base map."""
        ...


@dataclass(frozen=True)
class SitesInCells:
    """In which cells of one plan the sites lie.

    Attributes:
        codes: For each site in the state's order its cell codes of level 1, 2, 3; '' where it lies in none.
        enterprises_in: Enterprises with a site in a cell, by cell code, in the register's order.
    """

    codes: NDArray[np.object_]
    enterprises_in: Mapping[str, tuple[Enterprise, ...]]

    def risk_counts(
        self, cell_codes: Iterable[str], seen: Callable[[Iterable[Enterprise]], Iterable[Enterprise]] = iter
    ) -> dict[str, int]:
        """How many enterprises of each risk colour have a site in any of some cells, each enterprise counted once.

        Args:
            cell_codes: The cells.
            seen: Which of some enterprises count, by default all.
        """
        inside = {one.id: one for code in cell_codes for one in self.enterprises_in.get(code, ())}
        counts = Counter(one.risk for one in seen(inside.values()))
        return {risk.value: counts[risk] for risk in RiskColour}


class Snapshot:
    """One version of the data; nothing in it changes but what was not made yet. Safe among threads."""

    def __init__(
        self,
        version: int,
        state: DistrictState,
        base_features: Sequence[BaseMapFeature] = (),
        *,
        before: Snapshot | None = None,
    ) -> None:
        self.version = version
        self._tiles_before = {} if before is None else before.made_tiles
        self.made_tiles: dict[str, LiveTiles] = {}
        self.state = state
        self.base_features = base_features
        self._lock = threading.RLock()
        self._by_plan: dict[tuple[str, UUID], object] = {}
        self._search: tuple[tuple[UUID | None, date], SearchIndex] | None = None
        self._areas: tuple[tuple[UUID | None, date], RecordAreas] | None = None
        self._row_of: dict[str, Mapping[UUID, int]] = {}
        self._enterprise_tiles: dict[AreaFilter, LiveTiles] = {}
        if before is not None:
            self._take_over(before)

    def _take_over(self, before: Snapshot) -> None:
        """Keep what was derived before from records that are still the same ones: a call at the desk changes few."""
        same = {part for part in PARTS if getattr(self.state, part) is getattr(before.state, part)}
        for name, parts in DERIVED_FROM.items():
            if parts <= same and name in before.__dict__:
                self.__dict__[name] = before.__dict__[name]
        with before._lock:
            self._row_of = {noun: rows for noun, rows in before._row_of.items() if f"{noun}s" in same}
            if same >= {"plans", "enterprises", "sites"}:
                self._by_plan = dict(before._by_plan)
                self._enterprise_tiles = dict(before._enterprise_tiles)
            if same >= SEARCHED and self.base_features is before.base_features:
                self._search = before._search
            if same >= set(PARTS):
                self._areas = before._areas
        drawn = (*self._by_plan.values(), *map(self.__dict__.get, ("enterprise_tiles", "team_tiles")))
        self.made_tiles = {tiles.name: tiles for tiles in drawn if isinstance(tiles, LiveTiles)}

    def _once(self, what: str, plan: GridPlan, make: Callable[[], Made]) -> Made:
        """Something made once for a plan."""
        with self._lock:
            if (what, plan.id) not in self._by_plan:
                self._by_plan[what, plan.id] = make()
            return self._by_plan[what, plan.id]  # type: ignore[return-value]  # kept under what it was made as

    @cached_property
    def enterprise_text(self) -> Mapping[UUID, str]:
        """What each enterprise is filtered by, folded: its name, code, department and industry."""
        return {
            one.id: folded(f"{one.name}\n{one.code}\n{one.department}\n{one.industry}")
            for one in self.state.enterprises
        }

    @cached_property
    def enterprise_by_id(self) -> Mapping[UUID, Enterprise]:
        """Enterprises by identifier."""
        return {enterprise.id: enterprise for enterprise in self.state.enterprises}

    @cached_property
    def sites_of(self) -> Mapping[UUID, tuple[Site, ...]]:
        """Sites of each enterprise."""
        return _grouped((site.enterprise_id, site) for site in self.state.sites)

    @cached_property
    def site_row(self) -> Mapping[UUID, int]:
        """Row of each site in the state's order."""
        return {site.id: row for row, site in enumerate(self.state.sites)}

    @cached_property
    def posts_of(self) -> Mapping[UUID, tuple[Post, ...]]:
        """Posts of each officer."""
        return _grouped((post.officer_id, post) for post in self.state.posts)

    @cached_property
    def dispatches_of(self) -> Mapping[UUID, tuple[Dispatch, ...]]:
        """Dispatches of each alarm."""
        return _grouped((dispatch.alarm_id, dispatch) for dispatch in self.state.dispatches)

    @cached_property
    def team_by_id(self) -> Mapping[UUID, Team]:
        """Teams by identifier."""
        return {team.id: team for team in self.state.teams}

    def enterprise(self, enterprise_id: UUID) -> Enterprise:
        """One enterprise.

        Raises:
            NotKnown: ``enterprise.unknown``.
        """
        return _found(self.enterprise_by_id, enterprise_id, "enterprise.unknown")

    def officer(self, officer_id: UUID) -> Officer:
        """One officer.

        Raises:
            NotKnown: ``officer.unknown``.
        """
        return _found(self.state.officer_by_id, officer_id, "officer.unknown")

    def team(self, team_id: UUID) -> Team:
        """One team.

        Raises:
            NotKnown: ``team.unknown``.
        """
        return _found(self.team_by_id, team_id, "team.unknown")

    def row_of(self, noun: str, record_id: UUID) -> int:
        """Place of an alarm, enterprise, officer or team in the state's order."""
        with self._lock:
            if noun not in self._row_of:
                records: Mapping[str, Sequence[Alarm | Enterprise | Officer | Team]] = {
                    "alarm": self.state.alarms,
                    "enterprise": self.state.enterprises,
                    "officer": self.state.officers,
                    "team": self.state.teams,
                }
                self._row_of[noun] = {record.id: row for row, record in enumerate(records[noun])}
            return self._row_of[noun][record_id]

    @cached_property
    def _parts(self) -> Mapping[tuple[str, UUID], tuple[str, UUID]]:
        """Records that are seen as parts of others, with those others."""
        return {
            **{("dispatch", one.id): ("alarm", one.alarm_id) for one in self.state.dispatches},
            **{("post", one.id): ("officer", one.officer_id) for one in self.state.posts},
            **{("site", one.id): ("enterprise", one.enterprise_id) for one in self.state.sites},
        }

    def bound_to(self, noun: str, record_id: UUID) -> tuple[str, UUID] | None:
        """The record whose area and department decide who sees a record: mostly itself; None when it is not there."""
        own = ("alarm", record_id) if noun == "incident" else (noun, record_id)
        bound = self._parts.get((noun, record_id), own)
        try:
            self.row_of(*bound)
        except LookupError:
            return None
        return bound

    def sites_in_cells(self, plan: GridPlan | None) -> SitesInCells:
        """In which cells of a plan the sites lie, in none without a plan."""
        if plan is None:
            return SitesInCells(np.full((len(self.state.sites), 3), "", dtype=object), {})
        return self._once("sites", plan, lambda: _sites_in_cells(self.state, plan))

    def search_index(self, when: datetime) -> SearchIndex:
        """Everything that has a name, on the local day of a moment; made once a day."""
        plan, day = self.state.plan_at(when), local_day(when)
        wanted = (None if plan is None else plan.id, day)
        with self._lock:
            if self._search is None or self._search[0] != wanted:
                self._search = wanted, SearchIndex(self.state, plan, day, self.base_features)
            return self._search[1]

    def record_areas(self, when: datetime) -> RecordAreas:
        """In which cells records lie and of which departments they are, on the local day of a moment."""
        plan, day = self.state.plan_at(when), local_day(when)
        wanted = (None if plan is None else plan.id, day)
        with self._lock:
            if self._areas is None or self._areas[0] != wanted:
                self._areas = wanted, RecordAreas(self, plan, day)
            return self._areas[1]

    def cell_tiles(self, when: datetime) -> LiveTiles:
        """Tiles of the cells of the plan in force, empty ones before the first plan."""
        plan = self.state.plan_at(when)
        if plan is None:
            return cell_tiles(())
        return self._once("tiles", plan, lambda: self._kept(cell_tiles(plan.cells)))

    @cached_property
    def enterprise_tiles(self) -> LiveTiles:
        """Tiles of the placed sites."""
        return self._kept(enterprise_tiles(self.state.enterprises, self.state.sites))

    def enterprise_tiles_in(self, area: AreaFilter, when: datetime) -> LiveTiles:
        """Tiles of the placed sites of the enterprises that a filter covers; those of all are one for everybody."""
        if area.everything:
            return self.enterprise_tiles
        with self._lock:
            made = self._enterprise_tiles.get(area)
            if made is None:
                seen = self.record_areas(when).seen("enterprise", area).tolist()
                shown = [one for one, is_seen in zip(self.state.enterprises, seen, strict=True) if is_seen]
                sites = [site for one in shown for site in self.sites_of.get(one.id, ())]
                if len(self._enterprise_tiles) >= MOST_AREAS:
                    self._enterprise_tiles = {}
                made = self._enterprise_tiles[area] = enterprise_tiles(shown, sites)
            return made

    @cached_property
    def team_tiles(self) -> LiveTiles:
        """Tiles of the teams' bases."""
        return self._kept(team_tiles(self.state.teams))

    def _kept(self, made: LiveTiles) -> LiveTiles:
        """The tiles of the version before, with those already cut, where nothing drawn has changed."""
        before = self._tiles_before.pop(made.name, None)
        kept = before if before is not None and before.version == made.version else made
        self.made_tiles[made.name] = kept
        return kept

    def base_layers(self) -> list[BaseLayer]:
        """What the base map draws: roads, then water, railways and places."""
        roads = [] if self.state.roads is None else [road_layer(self.state.roads)]
        return [*roads, *drawn_layers((one.layer, one.kind, one.name, one.geometry) for one in self.base_features)]


def _grouped(pairs: Iterable[tuple[UUID, Made]]) -> Mapping[UUID, tuple[Made, ...]]:
    found: dict[UUID, list[Made]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _found(known: Mapping[UUID, Made], key: UUID, code: str) -> Made:
    if key not in known:
        raise NotKnown(code, value=str(key))
    return known[key]


def _sites_in_cells(state: DistrictState, plan: GridPlan) -> SitesInCells:
    codes = place_sites(plan, state.sites).codes()
    owners = {enterprise.id: enterprise for enterprise in state.enterprises}
    inside: dict[str, dict[UUID, Enterprise]] = {}
    for site, cells in zip(state.sites, codes, strict=True):
        for code in filter(None, cells):
            inside.setdefault(code, {})[site.enterprise_id] = owners[site.enterprise_id]
    return SitesInCells(codes, {code: tuple(found.values()) for code, found in inside.items()})
