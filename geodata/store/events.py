"""Collect what a unit of work changes as events, and write them when it commits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Connection, Table

from geodata.store import schema
from geodata.store.binary import lonlat
from geodata.store.changes import Difference, statements
from geodata.store.codec import Codec, Row, columns_of
from geodata.store.columns import Geometry, Json, json_text

EVENT_COLUMNS = columns_of(schema.EVENTS)


@dataclass(frozen=True, slots=True)
class Event:
    """One change of state, as it was recorded.

    Attributes:
        sequence: Place in the trail, growing.
        id: Stable identifier.
        noun: What changed: ``officer``, ``team``, ``plan``, ``roads`` …
        noun_id: Which one.
        what: ``added``, ``updated`` or ``removed``.
        actor: Who did it.
        happened_at: When it happened.
        recorded_at: When it was recorded.
        reason: Why.
        body: The new values (``after``) and, of an update, the old ones of what changed (``before``); for what comes by
            file the counts, the file's name and its SHA-256.
    """

    sequence: int
    id: UUID
    noun: str
    noun_id: UUID
    what: str
    actor: str
    happened_at: datetime
    recorded_at: datetime
    reason: str
    body: Mapping[str, Any]


@dataclass
class FileEvent:
    """A change that came as a whole file; its source may become known after the change itself."""

    noun: str
    noun_id: str
    what: str
    body: dict[str, Any]
    sourced: bool = False


@dataclass
class Trail:
    """Events of one unit of work that are not written yet."""

    actor: str
    recorded_at: str
    reason: str
    _rows: list[Row] = field(default_factory=list)
    _files: list[FileEvent] = field(default_factory=list)

    def records(self, codec: Codec[Any], difference: Difference) -> None:
        """One event for each record that a difference adds or updates."""
        values = _shown(codec.table, codec.columns)
        happened = codec.columns.index(codec.happened_at) if codec.happened_at else None
        identifiers = iter(_new_ids(len(difference.added) + len(difference.updated)))
        for row in difference.added:
            at = self.recorded_at if happened is None else row[happened]
            self._add(next(identifiers), (codec.noun, row[0], "added"), at, {"after": values(row)})
        for old, new in difference.updated:
            before, after = values(old[1:]), values(new)
            changed = [name for name, value in after.items() if before[name] != value]
            body = {
                "before": {name: before[name] for name in changed},
                "after": {name: after[name] for name in changed},
            }
            self._add(next(identifiers), (codec.noun, new[0], "updated"), self.recorded_at, body)

    def file(self, noun: str, noun_id: str, what: str, body: Mapping[str, Any]) -> None:
        """One event about what came by a file."""
        self._files.append(FileEvent(noun, noun_id, what, dict(body)))

    def source(self, file: str, sha256: str) -> None:
        """Name the file by which the changes came that were noted since the last file was named."""
        for event in self._files:
            if not event.sourced:
                event.body |= {"file": file, "sha256": sha256}
                event.sourced = True

    def _add(self, id_: str, subject: tuple[str, str, str], happened_at: str, body: Mapping[str, Any]) -> None:
        self._rows.append((id_, *subject, self.actor, happened_at, self.recorded_at, self.reason, json_text(body)))

    def write(self, connection: Connection) -> None:
        """Append the events to the table."""
        for event in self._files:
            self._add(_new_ids(1)[0], (event.noun, event.noun_id, event.what), self.recorded_at, event.body)
        if self._rows:
            connection.exec_driver_sql(statements(schema.EVENTS, EVENT_COLUMNS).insert, self._rows)
        self._rows, self._files = [], []


def _new_ids(count: int) -> list[str]:
    """Random identifiers (UUID version 4), drawn at once."""
    pool = os.urandom(16 * count)
    return [str(UUID(bytes=pool[16 * at : 16 * at + 16], version=4)) for at in range(count)]


def _sha256(blob: bytes | None) -> str | None:
    return None if blob is None else sha256(blob).hexdigest()


def _shown(table: Table, columns: Iterable[str]) -> Callable[[Row], dict[str, Any]]:
    """How a row is written in an event: without ``id``, points as lon/lat, areas as the SHA-256 of their blobs."""
    plain: list[tuple[int, str, Callable[[Any], Any] | None]] = []
    for at, name in enumerate(columns):
        kind = table.c[name].type
        if name == "id":
            continue
        if isinstance(kind, Geometry) and kind.kind == "POINT":
            plain.append((at, "lonlat", lonlat))
        elif isinstance(kind, Geometry):
            plain.append((at, f"{name}_sha256", _sha256))
        elif isinstance(kind, Boolean):
            plain.append((at, name, bool))
        elif isinstance(kind, Json):
            plain.append((at, name, kind.read))
        else:
            plain.append((at, name, None))

    def shown(row: Row) -> dict[str, Any]:
        return {name: row[at] if change is None else change(row[at]) for at, name, change in plain}

    return shown
