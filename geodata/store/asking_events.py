"""Find events for somebody who reads the trail: the newest first, page by page, by record, person and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from geodata.store.changes import plain_rows
from geodata.store.columns import moment_text
from geodata.store.events import EVENT_COLUMNS, event_of
from gridgis.events import Event

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; what is None or empty does not count.

    Attributes:
        noun: Of one noun.
        noun_id: Of one record.
        actor: By one account or program.
        since: Recorded then or later, aware.
        until: Recorded before that, aware.
    """

    noun: str = ""
    noun_id: UUID | None = None
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def tests(self) -> tuple[str, tuple[Any, ...]]:
        """The conditions on columns of events, and their values."""
        asked = (
            ("noun = ?", self.noun or None),
            ("noun_id = ?", None if self.noun_id is None else str(self.noun_id)),
            ("actor = ?", self.actor or None),
            ("recorded_at >= ?", None if self.since is None else moment_text(self.since)),
            ("recorded_at < ?", None if self.until is None else moment_text(self.until)),
        )
        held = [(test, value) for test, value in asked if value is not None]
        return " AND ".join(test for test, _ in held), tuple(value for _, value in held)


def find_events(
    connection: Connection, wanted: EventFilter, *, before: int | None, limit: int
) -> tuple[tuple[Event, ...], int]:
    """Events that fit, the newest first, and how many fit in all.

    Args:
        connection: In a transaction.
        wanted: Which ones.
        before: Only those before a place in the trail; None from its end.
        limit: How many at most.
    """
    tests, values = wanted.tests()
    place = [] if before is None else ["fid < ?"]
    where = " AND ".join([*([tests] if tests else []), *place])
    columns = ", ".join(("fid", *EVENT_COLUMNS))
    text = f"SELECT {columns} FROM events{f' WHERE {where}' if where else ''} ORDER BY fid DESC LIMIT {limit:d}"  # noqa: S608  our own table and tests
    found = plain_rows(connection, text, (*values, *([] if before is None else [before])))
    counted = f"SELECT count(*) FROM events{f' WHERE {tests}' if tests else ''}"  # noqa: S608  our own table and tests
    ((total,),) = plain_rows(connection, counted, values)
    return tuple(map(event_of, found)), int(total)


def find_actors(connection: Connection) -> tuple[str, ...]:
    """Everybody whose doing stands in the trail."""
    return tuple(name for (name,) in plain_rows(connection, "SELECT DISTINCT actor FROM events ORDER BY actor"))
