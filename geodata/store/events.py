"""Collect what a unit of work changes as events, and append them to the chain when it commits.

The chain is also the outbox: a live message is an event, its number is the message's, and it is there if and only if
the change is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Connection, Table

from geodata.store import schema
from geodata.store.binary import lonlat
from geodata.store.changes import Difference, plain_rows
from geodata.store.codec import Codec, Row, columns_of
from geodata.store.columns import Geometry, Json, moment
from geodata.store.database import database_of
from geodata.store.personal import event_texts
from geodata.store.sources import SourceFile, hash_of, keep, rows_content
from gridgis.events import ERASED, GENESIS, Event, Written, body_text, chained

EVENT_COLUMNS = columns_of(schema.EVENTS)
_NUMBERED = ("fid", *EVENT_COLUMNS)

Contents = Mapping[str, tuple[Sequence[str], Iterable[Row]]]
"""Columns and rows by the name of their table."""


@dataclass
class FileEvent:
    """A change of many rows at once.

    Attributes:
        noun: What changed.
        noun_id: Which one.
        what: What happened to it.
        body: What is told of it.
        rows: The rows it brought, by table; they are kept unless a kept file holds them.
        named: Whether the file is known by which it came.
    """

    noun: str
    noun_id: str
    what: str
    body: dict[str, Any]
    rows: Contents = field(default_factory=dict)
    named: bool = False


@dataclass
class Trail:
    """Events of one unit of work that are not written yet."""

    actor: str
    recorded_at: str
    reason: str
    _records: list[Written] = field(default_factory=list)
    _files: list[FileEvent] = field(default_factory=list)
    _contents: dict[str, bytes] = field(default_factory=dict)

    def records(self, codec: Codec[Any], difference: Difference) -> None:
        """One event for each record that a difference adds or updates; all of them, or none when one can't be told.

        Raises:
            InvalidValue: ``event.content``.
        """
        told_of = shown(codec.table, codec.columns)
        happened = codec.columns.index(codec.happened_at) if codec.happened_at else None
        identifiers = iter(_new_ids(len(difference.added) + len(difference.updated)))
        events = []
        for row in difference.added:
            at = self.recorded_at if happened is None else row[happened]
            events.append(self._told(next(identifiers), (codec.noun, row[0], "added"), at, {"after": told_of(row)}))
        for old, new in difference.updated:
            parts = {"before": told_of(old[1:]), "after": told_of(new)}
            changed = [name for name, value in parts["after"].items() if parts["before"][name] != value]
            told = {part: {name: values[name] for name in changed} for part, values in parts.items()}
            subject = (codec.noun, new[0], "updated")
            events.append(self._told(next(identifiers), subject, self.recorded_at, told))
        self._records += events
        self._keep_areas(codec, difference)

    def file(self, noun: str, noun_id: str, what: str, body: Mapping[str, Any], rows: Contents | None = None) -> None:
        """One event about what came together."""
        self._files.append(FileEvent(noun, noun_id, what, dict(body), rows or {}))

    def source(self, file: str, sha256: str, source: SourceFile | None) -> None:
        """Name the file by which the changes came that were noted since the last file was named.

        Args:
            file: Its name.
            sha256: Its SHA-256.
            source: The file itself when it is to be kept, and the rows for its sake not.
        """
        for event in self._files:
            if not event.named:
                event.body |= {"file": file, "sha256": sha256}
                event.named = True
                if source is not None:
                    event.rows = {}
        if source is not None:
            self._keep(*source.parts.values(), *source.mapping.values())

    def erased(self, noun: str, noun_id: str, body: Mapping[str, Any]) -> None:
        """One event about personal values of a record that were taken away."""
        self.act(noun, noun_id, ERASED, body)

    def act(self, noun: str, noun_id: str, what: str, body: Mapping[str, Any]) -> None:
        """One event about something that was done to one record."""
        subject = (noun, noun_id, what)
        self._records.append(self._written(_new_ids(1)[0], subject, self.recorded_at, body_text(body)))

    def write(self, connection: Connection) -> set[str]:
        """Append the events to the chain, and keep the contents they name; the names of the tables it wrote to."""
        for event in self._files:
            contents = {name: rows_content(*rows) for name, rows in event.rows.items()}
            self._keep(*contents.values())
            told = {"content": {name: hash_of(content) for name, content in contents.items()}} if contents else {}
            body = body_text({**event.body, **told})
            subject = (event.noun, event.noun_id, event.what)
            self._records.append(self._written(_new_ids(1)[0], subject, self.recorded_at, body))
        tables = {table for table, some in (("events", self._records), ("sources", self._contents)) if some}
        keep(connection, self._contents)
        self._files, self._contents = [], {}
        self.write_records(connection)
        return tables

    def write_records(self, connection: Connection) -> None:
        """Append the events about records to the chain."""
        if self._records:
            sequence, head = chain_head(connection)
            numbered = (one._replace(sequence=sequence + at) for at, one in enumerate(self._records, start=1))
            made = [tuple(one) for one in chained(numbered, head)]
            database_of(connection).insert(connection, schema.EVENTS, _NUMBERED, made)
            self._records = []

    def _told(
        self, id_: str, subject: tuple[str, str, str], happened_at: str, told: Mapping[str, Mapping[str, Any]]
    ) -> Written:
        return self._written(id_, subject, happened_at, *event_texts(subject[0], told))

    def _written(
        self, id_: str, subject: tuple[str, str, str], happened_at: str, body: str, personal: str = ""
    ) -> Written:
        told = (0, id_, *subject, self.actor, happened_at, self.recorded_at, self.reason, body)
        return Written(*told, personal=personal)

    def _keep(self, *contents: bytes) -> None:
        self._contents |= {hash_of(content): content for content in contents}

    def _keep_areas(self, codec: Codec[Any], difference: Difference) -> None:
        """Keep areas of records, which their events name by hash."""
        kind = codec.table.c[codec.columns[-1]].type
        if isinstance(kind, Geometry) and kind.kind != "POINT":
            new = (*difference.added, *(row for _, row in difference.updated))
            self._keep(*(row[-1] for row in new if row[-1] is not None))


def chain_head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last event."""
    found = plain_rows(connection, "SELECT fid, hash FROM events ORDER BY fid DESC LIMIT 1")
    return found[0] if found else (0, GENESIS)


def event_of(row: Row) -> Event:
    """The event of a stored row, ``fid`` first."""
    one = Written._make(row)
    return Event(
        one.sequence,
        UUID(one.id),
        one.noun,
        UUID(one.noun_id),
        one.what,
        one.actor,
        moment(one.happened_at),
        moment(one.recorded_at),
        one.reason,
        json.loads(one.body),
        one.previous_hash,
        one.hash,
        json.loads(one.personal) if one.personal else {},
    )


def _new_ids(count: int) -> list[str]:
    """Random identifiers (UUID version 4), drawn at once."""
    pool = os.urandom(16 * count)
    return [str(UUID(bytes=pool[16 * at : 16 * at + 16], version=4)) for at in range(count)]


@lru_cache(maxsize=64)
def shown(table: Table, columns: tuple[str, ...]) -> Callable[[Row], dict[str, Any]]:
    """How a row is written in an event: without ``id``, points as lon/lat, areas as the SHA-256 of their blobs."""
    plain = [(at, *_told_as(table, name)) for at, name in enumerate(columns) if name != "id"]

    def values(row: Row) -> dict[str, Any]:
        return {name: row[at] if change is None else change(row[at]) for at, name, change in plain}

    return values


def _told_as(table: Table, name: str) -> tuple[str, Callable[[Any], Any] | None]:
    """The name of a column in events, and what makes its value one that JSON knows."""
    kind = table.c[name].type
    if isinstance(kind, Geometry):
        return ("lonlat", lonlat) if kind.kind == "POINT" else (f"{name}_sha256", _hash_of)
    if isinstance(kind, Boolean):
        return name, bool
    return name, kind.read if isinstance(kind, Json) else None


def _hash_of(blob: bytes | None) -> str | None:
    return None if blob is None else hash_of(blob)
