"""Read the district's records out of the store, each getter as immutable records of the domain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import Table

from geodata.progress import NoProgress, Progress
from geodata.store import rows, schema
from geodata.store.accounts import AccountReads
from geodata.store.asking_events import EventFilter, find_actors, find_events
from geodata.store.changes import plain_rows, stored_rows, whole_rows
from geodata.store.codec import Codec, Row, columns_of
from geodata.store.columns import moment
from geodata.store.events import EVENT_COLUMNS, event_of
from geodata.store.hazards import HazardReads
from geodata.store.plans import read_plans
from geodata.store.readiness import READINESS_NOUNS, ReadinessReads
from geodata.store.readiness_rows import VERSIONS
from geodata.store.roads import read_base_map, read_quality, read_roads
from geodata.store.run_cards import RUN_CARDS
from geodata.store.sources import kept
from gridgis.cells import District, GridPlan
from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.closures import RoadClosure
from gridgis.dispatch.run_cards import RunCards
from gridgis.dispatch.teams import Team
from gridgis.errors import Fault, StoreFault
from gridgis.events import Event, Written
from gridgis.people.officers import Officer, Post
from gridgis.supervision.enterprises import Enterprise, Site

if TYPE_CHECKING:
    from geodata.osm_file import BaseMapFeature
    from gridgis.dispatch.state import DistrictState
    from gridgis.roads import RoadNetwork

Record = TypeVar("Record")

BEFORE_ALL = -(2**63)
EVENTS_A_PAGE = 5000

STATE_PARTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "district": frozenset({"district"}),
        "plans": frozenset({"district", "plan"}),
        "officers": frozenset({"officer"}),
        "posts": frozenset({"post"}),
        "enterprises": frozenset({"enterprise"}),
        "sites": frozenset({"site"}),
        "teams": frozenset({"team"}),
        "run_cards": frozenset({"run_card", "run_card_version"}),
        "roads": frozenset({"roads"}),
        "alarms": frozenset({"alarm"}),
        "dispatches": frozenset({"dispatch"}),
        "closures": frozenset({"closure"}),
        "road_changes": frozenset({"road_change"}),
        "readiness": READINESS_NOUNS,
    }
)
"""Parts of a district's state by the getter that reads each, with the nouns whose events change it."""

NUMBERS = frozenset(
    {"detour_factor", "farthest_snap_m", "open_dispatch_h", "rest_after_h", "rest_h", "arrival_percentile"}
)
"""Settings that are numbers and may be put by hand."""
STATE_SETTINGS = NUMBERS | {"learned_times"}
"""Settings that a district's state takes as they are."""
VEHICLES = "vehicles"
"""The setting that changes or adds vehicles, by code (`gridgis.roads.profile_settings`)."""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One file that was brought in.

    Attributes:
        id: Stable identifier.
        noun: What it held.
        file: Its name.
        sha256: Its SHA-256.
        imported_at: When.
        actor: By whom.
        added: Records it added.
        updated: Records it changed.
        unchanged: Records it left as they were.
        set_aside: Rows set aside.
        unplaced: Records without a place.
        mapping: Heading to field, as used.
    """

    id: UUID
    noun: str
    file: str
    sha256: str
    imported_at: datetime
    actor: str
    added: int
    updated: int
    unchanged: int
    set_aside: int
    unplaced: int
    mapping: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetAside:
    """One row of a file that was not brought in.

    Attributes:
        import_id: The import.
        fault: What is wrong with it, and where.
        row: The whole row, heading to value.
    """

    import_id: UUID
    fault: Fault
    row: Mapping[str, Any]


class Reads(AccountReads, ReadinessReads, HazardReads):
    """The getters that a store and a unit of work share; each answers from one moment of the data."""

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Read everything inside from one moment of the data."""
        with self._reading():
            yield

    def _all(self, codec: Codec[Record]) -> tuple[Record, ...]:
        with self._reading() as connection:
            found = [row[1:] for row in stored_rows(connection, codec.table, codec.columns)]
        return codec.from_rows(sorted(found, key=lambda row: row[1]))

    def district(self) -> District:
        """The district.

        Raises:
            StoreFault: ``store.no_district`` before one was put.
        """
        found = self._all(rows.DISTRICTS)
        if not found:
            raise StoreFault("store.no_district")
        return found[0]

    def plans(self) -> tuple[GridPlan, ...]:
        """Every plan with its cells (by level, then code) and units (by code), in order of taking effect."""
        with self._reading() as connection:
            return read_plans(connection, self.district())

    def officers(self) -> tuple[Officer, ...]:
        """People of the grid, by staff number."""
        return self._all(rows.OFFICERS)

    def posts(self) -> tuple[Post, ...]:
        """Their postings, by staff number, cell, role and first day."""
        return self._all(rows.posts_of({}))

    def enterprises(self) -> tuple[Enterprise, ...]:
        """Legal persons, by code."""
        return self._all(rows.ENTERPRISES)

    def sites(self) -> tuple[Site, ...]:
        """Their places, by code."""
        return self._all(rows.SITES)

    def unplaced(self) -> tuple[Site, ...]:
        """Sites whose address has no coordinates yet, by code."""
        return tuple(site for site in self.sites() if not site.placed)

    def teams(self) -> tuple[Team, ...]:
        """Rescue teams and requested services, by code."""
        return self._all(rows.TEAMS)

    def run_cards(self) -> RunCards:
        """What each alarm type and level calls for, with the versions that people made."""
        with self._reading():
            cards, versions = self._all(RUN_CARDS), self._all(VERSIONS)
        named = {(card.type, card.level): card.id for card in cards}
        told = (
            replace(one, card=replace(one.card, id=named.get((one.card.type, one.card.level), one.card.id)))
            for one in versions
        )
        return RunCards(cards, tuple(sorted(told, key=lambda one: (one.card.type, one.card.level, one.number))))

    def alarms(self) -> tuple[Alarm, ...]:
        """Register of alarms, by code."""
        return self._all(rows.ALARMS)

    def dispatches(self) -> tuple[Dispatch, ...]:
        """Teams sent, by code."""
        return self._all(rows.DISPATCHES)

    def closures(self) -> tuple[RoadClosure, ...]:
        """Roads closed now and before, by number."""
        return self._all(rows.CLOSURES)

    def settings(self) -> dict[str, Any]:
        """What the district sets differently from the program's defaults."""
        with self._reading() as connection:
            found = stored_rows(connection, schema.SETTINGS, ("code", "value"))
        return {code: json.loads(value) for _, code, value in found}

    def version(self) -> int:
        """A number that grows whenever the data changes, and only then."""
        with self._reading() as connection:
            return int(connection.exec_driver_sql("SELECT coalesce(max(fid), 0) FROM events").scalar() or 0)

    def events(
        self, *, noun: str | None = None, noun_id: UUID | None = None, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        """Changes of state in the order they were recorded.

        The answer is found by the events' numbers, so that somebody who follows the trail may ask as often as wanted.

        Args:
            noun: Only of one noun.
            noun_id: Only of one record.
            after: Only those after a place in the trail.
            limit: How many at most, None for all.
        """
        given = {"noun": noun, "noun_id": None if noun_id is None else str(noun_id)}
        where = {name: value for name, value in given.items() if value is not None}
        with self._reading() as connection:
            found = stored_rows(connection, schema.EVENTS, EVENT_COLUMNS, where, after=after, limit=limit)
        return tuple(map(event_of, found))

    def events_before(
        self, wanted: EventFilter, *, before: int | None = None, limit: int = 100
    ) -> tuple[tuple[Event, ...], int]:
        """Events that fit, the newest first, and how many fit in all; see `find_events`."""
        with self._reading() as connection:
            return find_events(connection, wanted, before=before, limit=limit)

    def actors(self) -> tuple[str, ...]:
        """Everybody whose doing stands in the trail, by name."""
        with self._reading() as connection:
            return find_actors(connection)

    def trail(self, progress: Progress | None = None) -> Iterator[Written]:
        """Every event as it is stored, read in parts from the first one to the last.

        An event whose text can't be read comes without its content, so that the chain breaks there.
        """
        told, after = progress or NoProgress(), BEFORE_ALL
        while page := self._page(after, EVENTS_A_PAGE):
            yield from map(Written._make, page)
            after = page[-1][0]
            told.advance(len(page))

    def _page(self, after: int, limit: int) -> list[Row]:
        try:
            with self._reading() as connection:
                return stored_rows(connection, schema.EVENTS, EVENT_COLUMNS, after=after, limit=limit)
        except StoreFault as fault:
            if fault.code != "store.refused":
                raise
        if limit > 1:
            return self._page(after, max(1, limit // 10))
        with self._reading() as connection:
            found = plain_rows(connection, "SELECT fid FROM events WHERE fid > ? ORDER BY fid LIMIT 1", (after,))
        return [(fid, *[""] * len(EVENT_COLUMNS)) for (fid,) in found]

    def content(self, sha256: str) -> bytes:
        """A content that an event names: a file, an area, or rows.

        Raises:
            StoreFault: ``store.source_missing``; ``store.source_differs`` when it is not what was kept.
        """
        with self._reading() as connection:
            return kept(connection, sha256)

    def rows(self, table: Table, columns: tuple[str, ...]) -> list[Row]:
        """Columns of all rows of a table as plain values, in order."""
        with self._reading() as connection:
            return whole_rows(connection, table, columns)

    def imports(self) -> tuple[ImportRecord, ...]:
        """Files brought in, in order."""
        with self._reading() as connection:
            found = stored_rows(connection, schema.IMPORTS, columns_of(schema.IMPORTS))
        return tuple(map(_import, found))

    def set_aside(self) -> tuple[SetAside, ...]:
        """Rows that were not brought in, of the latest import of each file."""
        columns = columns_of(schema.SET_ASIDE)
        with self._reading() as connection:
            latest = {(one.noun, one.file): str(one.id) for one in self.imports()}
            found = [
                row
                for import_id in latest.values()
                for row in stored_rows(connection, schema.SET_ASIDE, columns, {"import_id": import_id})
            ]
        return tuple(_set_aside(row[2:]) for row in found)

    def roads(self) -> RoadNetwork | None:
        """The road network in the order in which it was put, None before one was.

        Raises:
            StoreFault: ``store.roads_differ`` when it is not what was written.
        """
        with self._reading() as connection:
            return read_roads(connection)

    def road_quality(self) -> dict[str, Any] | None:
        """What was put about the quality of the roads' file, None when nothing was."""
        with self._reading() as connection:
            return read_quality(connection)

    def road_order(self, topology_hash: str) -> bytes | None:
        """The preparation kept of roads of that topology (`gridgis.roads.Preparation`), None when none is."""
        with self._reading() as connection:
            query = "SELECT content FROM road_orders WHERE topology_hash = ?"
            found = plain_rows(connection, query, (topology_hash,))
        return bytes(found[0][0]) if found else None

    def base_map(self) -> tuple[BaseMapFeature, ...]:
        """Water, waterways, railways and places of the base map, each layer in the order in which it was put."""
        with self._reading() as connection:
            return read_base_map(connection)

    def state(self) -> DistrictState:
        """Everything one answer or check of the district needs, read at one moment.

        Raises:
            StoreFault: ``store.no_district`` before a district was put, ``store.roads_differ``.
        """
        return self._state({})

    def _state(self, kept: Mapping[str, Any]) -> DistrictState:
        """The state made of parts that are held already and others that are read now."""
        from gridgis.dispatch.state import DistrictState

        with self._reading():
            parts = {name: kept[name] if name in kept else getattr(self, name)() for name in STATE_PARTS}
            told = state_settings(self.settings())
        return DistrictState(**parts, **told)

    def _changed_nouns(self, after: int) -> frozenset[str]:
        """Nouns of which anything changed after a version."""
        with self._reading() as connection:
            found = connection.exec_driver_sql("SELECT DISTINCT noun FROM events WHERE fid > ?", (after,))
            return frozenset(row[0] for row in found)


def state_settings(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a district's state takes of settings; the others are of no concern to it.

    Raises:
        InvalidValue: Those of `profiles_with`.
    """
    from gridgis.roads.profile_settings import profiles_with

    made = {name: value for name, value in told.items() if name in STATE_SETTINGS}
    return made | ({"profiles": profiles_with(told[VEHICLES])} if VEHICLES in told else {})


def _set_aside(row: Row) -> SetAside:
    import_id, rule, fields, sheet, row_number, heading, value, whole = row
    fault = Fault(rule, json.loads(fields), sheet, row_number, heading, value)
    return SetAside(UUID(import_id), fault, json.loads(whole))


def _import(row: Row) -> ImportRecord:
    _, id_, noun, file, sha256, at, actor, added, updated, unchanged, set_aside, unplaced, mapping = row
    counts = (added, updated, unchanged, set_aside, unplaced)
    return ImportRecord(UUID(id_), noun, file, sha256, moment(at), actor, *counts, json.loads(mapping))
