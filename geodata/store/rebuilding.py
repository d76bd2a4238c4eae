"""Derive the current tables again from the events alone, and tell where they differ from what is stored.

Records stand in their events. Plans and roads came by files, which are imported again in their order, the way they were
imported then; those that came by no file are put again from the rows that their events name. All of it happens in a
database of its own beside the program's other temporary files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table

from geodata.progress import NoProgress, Progress
from geodata.store import road_schema, schema
from geodata.store.codec import Row, columns_of
from geodata.store.columns import Json, json_text, moment
from geodata.store.events import shown
from geodata.store.personal import PERSONAL
from geodata.store.plans import PLANS, plan_of
from geodata.store.rows import DISTRICTS
from geodata.store.sources import rows_of
from geodata.store.store import Store, open_store
from geodata.store.unit_of_work import UnitOfWork
from gridgis.errors import GridGISError, StoreFault
from gridgis.events import ERASED, Written, body_text

Values = dict[str, Any]
ROADS = (
    road_schema.ROAD_SOURCES,
    road_schema.ROAD_NODES,
    road_schema.ROAD_EDGES,
    road_schema.TURN_RESTRICTIONS,
    road_schema.WIDE_WATER,
    *road_schema.BASE_MAP.values(),
)
"""Tables that a file of roads fills; the order of their rows counts."""


class Deviation(StrEnum):
    """How a table deviates from what its events add up to."""

    MISSING = "missing"  # the events tell of a row that is not stored
    UNTOLD = "untold"  # a row is stored of which no event tells
    DIFFERENT = "different"  # a row has other values
    REORDERED = "reordered"  # the rows are those, in another order
    UNDERIVED = "underived"  # a file that was imported then is refused now


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that is not what its events add up to; ``rebuild.<deviation>`` are its words.

    Attributes:
        deviation: What is wrong.
        table: Where.
        id: Which row.
        columns: Columns that differ; of what is no longer derived the code of the error.
    """

    deviation: Deviation
    table: str
    id: str = ""
    columns: tuple[str, ...] = ()


def rebuild(store: Store, *, progress: Progress | None = None) -> tuple[RowDifference, ...]:
    """Derive every current table again from the events of a store; where they differ from what is stored.

    The chain itself is not checked here, see `verify_store`.

    Raises:
        StoreFault: ``store.source_missing``, ``store.source_differs`` when a content that events name is not there.
    """
    told = progress or NoProgress()
    with (
        TemporaryDirectory(prefix="gridgis-") as folder,
        open_store(Path(folder, "derived.gpkg"), create=True) as derived,
        store.one_moment(),
    ):
        replay = _Replay(store, derived, Path(folder))
        told.start("progress.verify.replay", store.version())
        try:
            for event in store.trail(told):
                replay.take(event)
        finally:
            told.finish()
        return (*replay.refused, *_differences(store, replay))


@dataclass
class _Replay:
    """What the events add up to so far.

    Attributes:
        source: The store whose events they are.
        derived: Holds the district, its plans and its roads, for imports to build on.
        folder: For files while they are imported.
        records: Values of other records by noun and identifier, as events tell them.
        refused: Imports that are refused now.
    """

    source: Store
    derived: Store
    folder: Path
    records: dict[str, dict[str, Values]] = field(default_factory=dict)
    refused: list[RowDifference] = field(default_factory=list)

    def take(self, event: Written) -> None:
        """Do what an event tells."""
        if event.noun in schema.RECORDS:
            self._record(event)
        elif event.noun == "import" and event.what != ERASED:
            self._import(event, json.loads(event.body))
        elif event.noun == "plan":
            self._plan(event, json.loads(event.body))
        elif event.noun == "roads":
            self._roads(event, json.loads(event.body))

    def _record(self, event: Written) -> None:
        values = self.records.setdefault(event.noun, {}).setdefault(event.noun_id, {})
        names = PERSONAL.get(event.noun, frozenset())
        told = json.loads(event.body)
        if event.what == ERASED:
            values |= dict.fromkeys(told["fields"], "")
        else:
            empty = {} if values else dict.fromkeys(names, "")
            personal = json.loads(event.personal)["after"] if event.personal else {}
            values |= {**empty, **told["after"], **personal}
        if "updated_at" in schema.RECORDS[event.noun].c:
            values["updated_at"] = event.recorded_at
        if event.noun == "district":
            with self._putting(event) as work:
                work.put_district(_district(event.noun_id, values, self.source)[0])

    def _plan(self, event: Written, told: Mapping[str, Any]) -> None:
        if "content" in told:
            row = (event.noun_id, *(told[name] for name in PLANS.columns[1:]))
            parts = (rows_of(self.source.content(told["content"][name])) for name in ("cells", "units"))
            with self._putting(event) as work:
                work.put_plan(plan_of(row, work.district(), *parts))

    def _roads(self, event: Written, told: Mapping[str, Any]) -> None:
        if "content" in told:
            rows = {table: rows_of(self.source.content(told["content"][table.name])) for table in ROADS}
            made = {
                table: tuple(zip(*listed, strict=True)) if listed else ((),) * len(columns_of(table))
                for table, listed in rows.items()
            }
            with self._putting(event) as work:
                work.put_road_columns(made)

    def _import(self, event: Written, told: Mapping[str, Any]) -> None:
        values = {name: told[name] for name in columns_of(schema.IMPORTS) if name in told}
        values |= {"actor": event.actor, "imported_at": event.recorded_at}
        self.records.setdefault("import", {})[event.noun_id] = values
        if told["source"] is not None:
            try:
                self._import_again(event, told, told["source"])
            except StoreFault:
                raise
            except GridGISError as error:
                refused = RowDifference(Deviation.UNDERIVED, schema.IMPORTS.name, event.noun_id, (error.code,))
                self.refused.append(refused)

    def _import_again(self, event: Written, told: Mapping[str, Any], source: Mapping[str, Any]) -> None:
        from geodata.importing import import_file

        with TemporaryDirectory(dir=self.folder) as folder:
            self._unpack(source["parts"], Path(folder, "file"))
            self._unpack(source["mapping"], Path(folder, "mapping"))
            import_file(
                told["noun"],
                self.derived,
                Path(folder, "file", told["file"]),
                mapping=next((Path(folder, "mapping", name) for name in source["mapping"]), None),
                crs=source["crs"],
                layer=source["layer"],
                effective=source["effective"] and datetime.fromisoformat(source["effective"]),
                now=moment(event.recorded_at),
                actor=event.actor,
            )

    def _unpack(self, parts: Mapping[str, str], folder: Path) -> None:
        for name, sha256 in parts.items():
            path = folder / name
            if folder not in path.parents or ".." in path.parts:
                raise StoreFault("store.source_differs", sha256=sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.source.content(sha256))

    @contextmanager
    def _putting(self, event: Written) -> Iterator[UnitOfWork]:
        """A unit of work at the moment of an event."""
        with self.derived.unit_of_work(actor=event.actor, now=moment(event.recorded_at)) as work:
            yield work
            work.commit()


def _district(id_: str, values: Mapping[str, Any], source: Store) -> tuple[Any, ...]:
    """The district as events tell of it."""
    area = values["geom_sha256"]
    told = {**values, "id": id_, "geom": None if area is None else source.content(area)}
    kinds = DISTRICTS.table.c
    row = tuple(
        json_text(told[name]) if isinstance(kinds[name].type, Json) else told[name] for name in DISTRICTS.columns
    )
    return DISTRICTS.from_rows([row])


def _differences(store: Store, replay: _Replay) -> Iterator[RowDifference]:
    for noun, table in {**schema.RECORDS, "import": schema.IMPORTS}.items():
        yield from _compare(table, _told(store, table), replay.records.get(noun, {}))
    for table in (schema.PLANS, schema.CELLS, schema.UNITS, *ROADS):
        stored, derived = _rows(store, table), _rows(replay.derived, table)
        if stored != derived:
            yield from _compare(table, _told(store, table), _told(replay.derived, table))
        elif table in ROADS and list(stored) != list(derived):
            yield RowDifference(Deviation.REORDERED, table.name)


def _compare(table: Table, stored: Mapping[str, Values], derived: Mapping[str, Values]) -> Iterator[RowDifference]:
    for id_, told in derived.items():
        held = stored.get(id_)
        if held is None:
            yield RowDifference(Deviation.MISSING, table.name, id_)
        elif held != told:
            columns = sorted(name for name in held.keys() | told.keys() if held.get(name) != told.get(name))
            yield RowDifference(Deviation.DIFFERENT, table.name, id_, tuple(columns))
    for id_ in stored.keys() - derived.keys():
        yield RowDifference(Deviation.UNTOLD, table.name, id_)


def _told(store: Store, table: Table) -> dict[str, Values]:
    """Rows of a table as events tell them, and when each changed, by identifier."""
    values = shown(table, _columns(table))
    return {id_: json.loads(body_text(values(row))) for id_, row in _rows(store, table).items()}


def _rows(store: Store, table: Table) -> dict[str, Row]:
    """Rows of a table by identifier, in their order."""
    return {row[0]: row for row in store.rows(table, _columns(table))}


def _columns(table: Table) -> tuple[str, ...]:
    """Columns of a table but its integer key."""
    return tuple(name for name in table.c.keys() if name != "fid")  # noqa: SIM118  columns
