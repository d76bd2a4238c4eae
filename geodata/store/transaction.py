"""Write rows of one transaction with the events they leave, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from geodata.store.changes import Changes, Difference, Extent, check_references, compare, write
from geodata.store.codec import Codec, Row, columns_of
from geodata.store.columns import moment_text
from geodata.store.database import Database
from geodata.store.events import Trail
from geodata.store.reading import Reads
from gridgis.errors import StoreFault

Record = TypeVar("Record")


class Transaction(Reads):
    """One transaction over a database, and what has to be done when it ends: events, the list of changed layers.

    Nothing stays without `commit`, nor anything after the database refused a part of it.
    """

    def __init__(
        self, connection: Connection, *, database: Database, actor: str, now: datetime, reason: str = ""
    ) -> None:
        self._database = database
        self._connection = connection
        self._now = now
        self._stamp = str(moment_text(now))
        self._actor = actor
        self._trail = Trail(actor, self._stamp, reason)
        self._extents: dict[str, Extent] = {}
        self._touched: set[str] = set()
        self._ended = ""

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._ended:
            raise StoreFault(self._ended, db=self._database.shown)
        with self._database.faults():
            try:
                yield self._connection
            except self._database.errors:
                self._ended = "store.failed"
                raise

    def commit(self) -> None:
        """Write the events and keep everything; a unit of work that changed nothing leaves the file as it was.

        Raises:
            StoreFault: ``store.committed`` when it was committed before, ``store.failed`` when the database refused
                something in it, and what the file system refuses.
        """
        with self._reading() as connection:
            if self._touched:
                self._touched |= self._trail.write(connection)
                self._database.note_changes(connection, self._touched, self._extents, self._stamp)
                self._database.revoke(connection)
                connection.commit()
                self._database.committed()
            else:
                connection.rollback()
            self._ended = "store.committed"

    def _put(
        self,
        codec: Codec[Record],
        records: Iterable[Record],
        references: Mapping[str, tuple[str, Table]] | None = None,
    ) -> Changes:
        made = codec.to_rows(tuple(records))
        with self._reading() as connection:
            check_references(connection, codec, made, references or {})
            found = compare(connection, codec, made)
        return self._keep(codec, found)

    def _keep(self, codec: Codec[Any], difference: Difference) -> Changes:
        """Write a difference and leave an event for each record; neither when one can't be told in an event."""
        self._trail.records(codec, difference)
        self._write(codec, difference)
        return difference.changes

    def _write(self, codec: Codec[Any], difference: Difference, *, remove_left: bool = False) -> bool:
        """Write a difference; whether there was any."""
        if not (difference.changes or (remove_left and difference.left)):
            return False
        with self._reading() as connection:
            self._touch(codec.table.name)
            write(connection, codec, difference, stamp=self._stamp, extent=self._extent, remove_left=remove_left)
        return True

    def _insert(self, table: Table, made: Sequence[Row]) -> None:
        if made:
            with self._reading() as connection:
                self._touch(table.name)
                self._database.insert(connection, table, columns_of(table), made)

    def _touch(self, table: str) -> None:
        if not self._touched:
            self._database.permit(self._connection)
        self._touched.add(table)

    def _extent(self, table: str) -> Extent:
        return self._extents.setdefault(table, Extent())
