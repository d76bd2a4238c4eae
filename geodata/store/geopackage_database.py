"""Keep a district in a GeoPackage file through SQLite: the database of one process on one machine."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError

from geodata.store import geopackage, sqlite
from geodata.store.changes import statements
from geodata.store.codec import Row
from geodata.store.contents import record_changes
from geodata.store.database import OPTION, Database
from geodata.store.new_file import new_file
from geodata.store.presence import check_room
from geodata.store.recovering import check_left_behind
from geodata.store.schema import APPEND_ONLY
from geodata.store.tables import METADATA, geometry_column, is_private

if TYPE_CHECKING:
    from geodata.store.changes import Extent
    from geodata.store.tables import View

LOOK_EVERY_S = 0.25
"""How often somebody who waits looks for what another process wrote."""


class GeoPackage(Database):
    """A GeoPackage file.

    Args:
        path: The file.
        shown: Its name for people, where that is another one.
        mode: Who may read and write it once it is made, before the process's mask.
    """

    several_processes = False
    writing = sqlite.WRITE
    errors = (DBAPIError, sqlite3.Error)

    def __init__(self, path: Path, *, shown: str | None = None, mode: int = 0o666) -> None:
        self.path = self.files = path
        self.name = str(path)
        self.shown = self.name if shown is None else shown
        self._mode = mode
        self._changed = threading.Condition()

    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.path.exists()

    def engine(self) -> Engine:
        """Connections to the file, which is looked through first where the last process did not close it."""
        sqlite.check_file(self.path)
        check_left_behind(self.path, self.shown)
        return sqlite.engine_for(self.path).execution_options(**{OPTION: self})

    @contextmanager
    def new(self) -> Iterator[Connection]:
        """A transaction over a file that takes its name afterwards."""
        with self.faults(), new_file(self.path, mode=self._mode) as made:
            engine = sqlite.engine_for(made).execution_options(**{OPTION: self})
            try:
                _write_ahead(engine)
                with engine.connect().execution_options(**self.writing) as connection:
                    connection.begin()
                    yield connection
                    connection.commit()
            finally:
                engine.dispose()

    def faults(self) -> AbstractContextManager[None]:
        """See `geodata.store.sqlite.faults`."""
        return sqlite.faults(self.shown)

    def opened(self, engine: Engine) -> None:
        """Let readers go on while one writes; other programs may have switched it off."""
        if os.access(self.path, os.W_OK):
            with self.faults():
                _write_ahead(engine)

    def revision(self, connection: Connection) -> str | None:
        """Schema version of the file."""
        return sqlite.revision_of(connection)

    def missing_triggers(self, connection: Connection) -> list[str]:
        """Triggers that are not in the file."""
        found = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        return sorted(expected_triggers() - found)

    def check_writable(self, engine: Engine, *, least_free_bytes: int, by_others: bool) -> None:
        """Look at the rights, the disk, and the write lock."""
        check_room(self.path, least_free_bytes)
        if by_others:
            with self.faults():
                sqlite.check_write_lock(engine)

    def copy_for_reading(self, connection: Connection, path: Path) -> None:
        """Copy the file page by page; the copy is complete in one file, without a write-ahead log."""
        source = _driver(connection)
        with sqlite.faults(path), new_file(path) as made, closing(sqlite3.connect(made)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            sqlite.empty_private(copy)

    def fold(self) -> None:
        """Do without a write-ahead log, so that the file can be read where nothing may be written."""
        with self.faults(), closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")

    def query(self, connection: Connection, text: str, values: tuple[Any, ...]) -> list[Row]:
        """What a query answers; SQLAlchemy takes longer over a small query than SQLite does."""
        return _driver(connection).execute(text, values).fetchall()

    def insert(self, connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Add rows."""
        _driver(connection).executemany(statements(table, columns).insert, rows)

    def update(self, connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Change rows."""
        _driver(connection).executemany(statements(table, columns).update, rows)

    def number_on(self, connection: Connection, table: Table) -> None:
        """Nothing: SQLite numbers after the largest."""

    def permit(self, connection: Connection) -> None:
        """Put the permit that the guard triggers look for."""
        geopackage.permit(connection)

    def revoke(self, connection: Connection) -> None:
        """Take the permit away."""
        geopackage.revoke(connection)

    def note_changes(
        self, connection: Connection, tables: Collection[str], extents: Mapping[str, Extent], stamp: str
    ) -> None:
        """Keep the GeoPackage's list of contents true."""
        record_changes(connection, tables, extents, stamp)

    def committed(self) -> None:
        """Wake those who wait in this process."""
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def watching(self, engine: Engine) -> Iterator[Callable[[float], None]]:  # noqa: ARG002  SQLite tells nobody
        """Wait for commits of this process; what others write is found by looking often."""

        def wait(seconds: float) -> None:
            with self._changed:
                self._changed.wait(min(seconds, LOOK_EVERY_S))

        yield wait

    def lay_out(self, connection: Connection) -> None:
        """Make the GeoPackage's own tables."""
        geopackage.lay_out(connection)
        self.permit(connection)
        geopackage.guard(connection, (*geopackage.STANDARD_TABLES, "alembic_version"))

    def adopt(self, connection: Connection, table: Table) -> None:
        """List a table, index it, guard it."""
        if not is_private(table):
            kind = geometry_column(table)
            layer = geopackage.Layer(table.name, table.comment or "", kind.kind if kind else "")
            geopackage.register(connection, layer)
        geopackage.guard(connection, (table.name,))
        if table.name in APPEND_ONLY:
            geopackage.append_only(connection, table, APPEND_ONLY[table.name])

    def show(self, connection: Connection, view: View) -> None:
        """Make a view and list it."""
        connection.exec_driver_sql(f"CREATE VIEW {view.name} AS {view.query}")
        geopackage.register(connection, geopackage.Layer(view.name, view.said, view.geometry, indexed=False))


def _write_ahead(engine: Engine) -> None:
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA journal_mode = WAL")


def expected_triggers() -> set[str]:
    """Names of the triggers that guard the tables and keep the spatial indexes."""
    tables = METADATA.sorted_tables
    guarded = (*geopackage.STANDARD_TABLES, *(table.name for table in tables), "alembic_version")
    texts = [text for name in guarded for text in geopackage.guard_texts(name)]
    texts += [text for table in tables if geometry_column(table) for text in geopackage.rtree_texts(table.name)]
    texts += [text for name in APPEND_ONLY for text in geopackage.append_only_texts(METADATA.tables[name])]
    return {text.split()[2] for text in texts if text.startswith("CREATE TRIGGER")}


def _driver(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection, in the same transaction."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)
