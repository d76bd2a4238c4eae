"""Keep a district in PostgreSQL with PostGIS: the database of several processes and machines."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError

from geodata.store import postgis, postgres
from geodata.store.binary import ewkb_of
from geodata.store.changes import statements, written_columns
from geodata.store.codec import Row
from geodata.store.copying import copy_rows
from geodata.store.database import OPTION, Database
from geodata.store.geopackage_database import GeoPackage
from geodata.store.migrating import upgrade
from geodata.store.tables import METADATA, is_private
from gridgis.errors import Conflict, StoreFault

if TYPE_CHECKING:
    from geodata.store.changes import Extent
    from geodata.store.tables import View

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "gridgis"
"""Where this machine keeps files that are made of databases on servers."""
_OURS = ("alembic_version", "district", "events")


class PostGis(Database):
    """A database of a PostgreSQL server.

    Args:
        address: ``postgresql://user@host:port/name``, as libpq reads it.
    """

    several_processes = True
    writing = postgres.WRITE
    errors = (DBAPIError, psycopg.Error)

    def __init__(self, address: str) -> None:
        self.name = address
        self.shown = postgres.without_password(address)
        self.files = CACHE / f"{postgres.file_name(address)}.gpkg"

    def exists(self) -> bool:
        """Whether the database holds a district's tables, or others of their names."""
        with self._once(postgres.READ) as connection:
            return bool(_held(connection))

    def engine(self) -> Engine:
        """Connections to the server."""
        return postgres.engine_for(self.name).execution_options(**{OPTION: self})

    @contextmanager
    def new(self) -> Iterator[Connection]:
        """A transaction over a database that has no tables of ours yet."""
        with self.faults(), self._once(self.writing["gridgis_begin"]) as connection:
            if _held(connection):
                raise Conflict("store.exists", db=self.shown)
            yield connection
            connection.commit()

    @contextmanager
    def _once(self, begin: str) -> Iterator[Connection]:
        """A transaction over a connection that nothing else uses."""
        engine = self.engine()
        try:
            with engine.connect().execution_options(gridgis_begin=begin) as connection:
                connection.begin()
                yield connection
        finally:
            engine.dispose()

    def faults(self) -> AbstractContextManager[None]:
        """See `geodata.store.postgres.faults`."""
        return postgres.faults(self.shown)

    def opened(self, engine: Engine) -> None:  # noqa: ARG002
        """Make the folder for files that are made of it; who can't write there is told when one is to be made."""
        with suppress(OSError):
            self.files.parent.mkdir(parents=True, exist_ok=True)

    def revision(self, connection: Connection) -> str | None:
        """Schema version of the tables."""
        held = _held(connection)
        if not held:
            raise StoreFault("store.missing", db=self.shown)
        if held != set(_OURS):
            return None
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())

    def missing_triggers(self, connection: Connection) -> list[str]:
        """Triggers that are not there, or switched off."""
        found = connection.exec_driver_sql(
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(pg_class.oid)"
        )
        return sorted(expected_triggers() - {row[0] for row in found})

    def check_writable(self, engine: Engine, *, least_free_bytes: int, by_others: bool) -> None:  # noqa: ARG002
        """Ask whether this server takes changes, and for the write lock; its disk can't be seen from here."""
        begin = f"BEGIN; SET LOCAL lock_timeout = '{postgres.READY_WITHIN_S * 1000:.0f}ms'"
        with (
            self.faults(),
            engine.connect().execution_options(gridgis_begin=begin) as connection,
            connection.begin(),
        ):
            if connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
                raise StoreFault("store.read_only", db=self.shown)
            if by_others:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({postgres.LOCK})")

    def copy_for_reading(self, connection: Connection, path: Path) -> None:
        """Copy the rows into a new GeoPackage, which is then complete in one file."""
        target = GeoPackage(path)
        with target.new() as writing:
            upgrade(writing)
            tables = [table for table in METADATA.sorted_tables if not is_private(table)]
            copy_rows(connection, writing, tables, now=datetime.now(UTC))
        target.fold()

    def query(self, connection: Connection, text: str, values: tuple[Any, ...]) -> list[Row]:
        """What a query answers."""
        return postgres.plain_rows(postgres.driver_of(connection).execute(postgres.marked(text), values))

    def insert(self, connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Add rows by COPY."""
        written = written_columns(table, columns)
        quote = connection.dialect.identifier_preparer.quote
        text = f"COPY {table.name} ({', '.join(map(quote, written))}) FROM STDIN"
        with postgres.driver_of(connection).cursor() as cursor, cursor.copy(text) as copy:
            for row in _with_ewkb(written, rows):
                copy.write_row(row)

    def update(self, connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Change rows, sent together."""
        text = postgres.marked(statements(table, columns).update)
        with postgres.driver_of(connection).cursor() as cursor:
            cursor.executemany(text, _with_ewkb(written_columns(table, columns), rows))

    def number_on(self, connection: Connection, table: Table) -> None:
        """Set the table's sequence."""
        sequence = f"pg_get_serial_sequence('{table.name}', 'fid')"
        connection.exec_driver_sql(f"SELECT setval({sequence}, max(fid)) FROM {table.name} HAVING max(fid) > 0")  # noqa: S608  our own table

    def permit(self, connection: Connection) -> None:
        """Nothing: a transaction that writes says so as it begins."""

    def revoke(self, connection: Connection) -> None:
        """Nothing: the permit ends with the transaction."""

    def note_changes(
        self,
        connection: Connection,
        tables: Collection[str],
        extents: Mapping[str, Extent],  # noqa: ARG002  PostGIS measures its layers itself
        stamp: str,  # noqa: ARG002
    ) -> None:
        """Notify whoever listens of the version that the data get."""
        if "events" in tables:
            text = f"SELECT pg_notify('{postgres.CHANNEL}', max(fid)::text) FROM events"  # noqa: S608  our own channel
            connection.exec_driver_sql(text)

    def committed(self) -> None:
        """Nothing: the server notifies."""

    @contextmanager
    def watching(self, engine: Engine) -> Iterator[Callable[[float], None]]:
        """Listen for notifications."""
        with closing(engine.raw_connection()) as held:
            driver = held.driver_connection
            assert isinstance(driver, psycopg.Connection)  # noqa: S101  it is an engine over psycopg
            driver.execute(f"LISTEN {postgres.CHANNEL}")

            def wait(seconds: float) -> None:
                for _ in driver.notifies(timeout=seconds, stop_after=1):
                    pass

            try:
                yield wait
            finally:
                with suppress(psycopg.Error):
                    driver.execute(f"UNLISTEN {postgres.CHANNEL}")

    def lay_out(self, connection: Connection) -> None:
        """Make sure of PostGIS and of the functions that triggers call."""
        postgis.lay_out(connection, self.shown)

    def adopt(self, connection: Connection, table: Table) -> None:
        """Index and guard a table."""
        postgis.adopt(connection, table)

    def show(self, connection: Connection, view: View) -> None:
        """Make a view."""
        connection.exec_driver_sql(f"CREATE VIEW {view.name} AS {view.postgis or view.query}")


def expected_triggers() -> set[str]:
    """Names of the triggers of all tables."""
    texts = [text for table in METADATA.sorted_tables for text in postgis.trigger_texts(table)]
    return {text.split()[2] for text in (*texts, postgis.guard_text("alembic_version"))}


def _held(connection: Connection) -> set[str]:
    """Tables that a district's database is known by, as far as they are there."""
    return {name for name in _OURS if connection.exec_driver_sql(f"SELECT to_regclass('{name}')").scalar()}


def _with_ewkb(written: tuple[str, ...], rows: Sequence[Row]) -> Iterator[Row]:
    """Rows with their geometry as PostGIS reads it."""
    if "geom" not in written:
        yield from rows
        return
    at = written.index("geom")
    for row in rows:
        yield (*row[:at], ewkb_of(row[at]), *row[at + 1 :])
