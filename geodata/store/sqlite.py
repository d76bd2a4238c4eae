"""Open one SQLite file safely: settings of each connection, the functions triggers call, faults as codes.

The file is never read by other means than SQLite's while it may be open here: closing any other handle on it would drop
the locks SQLite holds for the whole process.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from geodata.store.binary import envelope
from geodata.store.geopackage import APPLICATION_ID, PERMIT_FUNCTION, PERMIT_TABLE
from geodata.store.presence import identity, keep_to_file
from geodata.store.tables import METADATA, is_private
from gridgis.errors import StoreFault

BUSY_TIMEOUT_S = 15.0
READY_WITHIN_S = 2.0
WRITE = {"gridgis_begin": "BEGIN IMMEDIATE"}
"""Execution options of a connection that will write: it takes the one write lock at once."""

_FAULTS = (
    ("SQLITE_NOTADB", "store.foreign"),
    ("SQLITE_CORRUPT", "store.damaged"),
    ("SQLITE_BUSY", "store.locked"),
    ("SQLITE_LOCKED", "store.locked"),
    ("SQLITE_READONLY", "store.read_only"),
    ("SQLITE_PERM", "store.read_only"),
    ("SQLITE_FULL", "store.full"),
    ("SQLITE_TOOBIG", "store.full"),
    ("SQLITE_CANTOPEN", "store.cannot_open"),
    ("SQLITE_IOERR", "store.disk"),
    ("SQLITE_NOMEM", "store.disk"),
)


def engine_for(path: Path) -> Engine:
    """An engine over one file; its connections write only where the file lets them.

    Every connection has foreign keys on, ``synchronous=FULL``, a busy timeout and GeoPackage's functions. Transactions
    begin when SQLAlchemy begins them, a writing one with the write lock (option ``gridgis_begin``). They are opened
    anew when another file took the name.
    """
    mode = "rw" if os.access(path, os.W_OK) else "ro"

    def connect() -> sqlite3.Connection:
        identity(path)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=12)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("gridgis_begin", "BEGIN"))

    keep_to_file(engine, path)
    return engine


def prepare(connection: sqlite3.Connection) -> None:
    """Settings and functions that every connection of ours needs before it touches a row."""
    for setting in (
        "foreign_keys = ON",
        "synchronous = FULL",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "cache_size = -8000",
    ):
        connection.execute(f"PRAGMA {setting}")
    add_functions(connection)


def add_functions(connection: sqlite3.Connection) -> None:
    """What GeoPackage's triggers call, and the function by which our own writes are known."""
    for index, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        connection.create_function(name, 1, _bound(index), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    connection.create_function(PERMIT_FUNCTION, 0, lambda: 1)


def empty_private(connection: sqlite3.Connection) -> None:
    """Empty the tables that are nobody's but the service's, so that nothing of them is left in the file."""
    add_functions(connection)
    with connection:
        connection.execute(f"INSERT INTO {PERMIT_TABLE} VALUES (1)")  # noqa: S608  our own table
        for table in reversed(METADATA.sorted_tables):
            if is_private(table):
                connection.execute(f"DELETE FROM {table.name}")  # noqa: S608  our own table
        connection.execute(f"DELETE FROM {PERMIT_TABLE}")  # noqa: S608
    connection.execute("VACUUM")


def _bound(index: int) -> Callable[[bytes | None], float | None]:
    def bound(blob: bytes | None) -> float | None:
        found = envelope(blob)
        return None if found is None else found[index]

    return bound


def _is_empty(blob: bytes | None) -> int | None:
    return None if blob is None else int(envelope(blob) is None)


@contextmanager
def faults(db: str | Path) -> Iterator[None]:
    """Turn the database's own errors into `StoreFault`; others pass.

    Raises:
        StoreFault: ``store.foreign``, ``store.damaged``, ``store.locked``, ``store.read_only``, ``store.full``,
            ``store.cannot_open``, ``store.disk`` or, for what is left, ``store.refused``.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StoreFault("store.locked", db=str(db)) from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise fault_of(error.orig, db) from error
        raise
    except sqlite3.Error as error:
        raise fault_of(error, db) from error


def fault_of(error: sqlite3.Error, db: str | Path) -> StoreFault:
    """The fault that an error of SQLite stands for."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for start, code in _FAULTS:
        if name.startswith(start):
            return StoreFault(code, db=str(db), cause=str(error))
    return StoreFault("store.refused", db=str(db), cause=str(error))


def check_write_lock(engine: Engine) -> None:
    """Take the write lock and leave it again; SQLite's own error says that it can't be had soon."""
    with closing(engine.raw_connection()) as held:
        connection = held.cursor()
        connection.execute(f"PRAGMA busy_timeout = {round(READY_WITHIN_S * 1000)}")
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(BUSY_TIMEOUT_S * 1000)}")


def check_file(path: Path) -> None:
    """Refuse what is not there or cannot be a database, without opening it.

    Raises:
        StoreFault: ``store.missing`` or ``store.foreign``.
    """
    if not path.exists():
        raise StoreFault("store.missing", db=str(path))
    if not path.is_file() or path.stat().st_size == 0:
        raise StoreFault("store.foreign", db=str(path))


def revision_of(connection: Connection) -> str | None:
    """Schema version that an open file names, None when it is not a database of GridGIS."""
    application = connection.exec_driver_sql("PRAGMA application_id").scalar()
    named = connection.exec_driver_sql(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('alembic_version', 'district', 'events')"
    ).scalar()
    if application != APPLICATION_ID or named != len(("alembic_version", "district", "events")):
        return None
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
