"""Reach a PostgreSQL database: settings of each connection, plain values of its types, faults as codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from geodata.store.binary import blobs_of_ewkb
from geodata.store.codec import Row
from gridgis.errors import StoreFault

LOCK_TIMEOUT_S = 15.0
READY_WITHIN_S = 2.0
LOCK = int.from_bytes(b"gridgis\0")
CHANNEL = "gridgis"
PERMIT = "gridgis.writing"

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE = {"gridgis_begin": f"BEGIN; SET LOCAL {PERMIT} = 'on'; SELECT pg_advisory_xact_lock({LOCK})"}
"""Execution options of a connection that will write: it waits for other writers first, then sees what they wrote."""

_SESSION = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1; SET client_min_messages = 'warning'; "
    "SET lock_timeout = '{:.0f}ms'"
)
_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "application_name": "gridgis",
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }
)
_FIRST_ADDED_TYPE = 16384
_FAULTS = (
    ("55P03", "store.locked"),
    ("57014", "store.locked"),
    ("40", "store.locked"),
    ("08", "store.unreachable"),
    ("28", "store.unreachable"),
    ("3D", "store.unreachable"),
    ("57", "store.unreachable"),
    ("53300", "store.unreachable"),
    ("53100", "store.full"),
    ("53", "store.disk"),
    ("58", "store.disk"),
    ("XX001", "store.damaged"),
    ("XX002", "store.damaged"),
    ("25006", "store.read_only"),
    ("42501", "store.read_only"),
)


def without_password(address: str) -> str:
    """An address as people may see it."""
    plain = re.sub(r"(?<=://)([^/?#@]*?):[^/?#@]*@", r"\1@", address)
    return re.sub(r"([?&])(ssl)?password=[^&]*&?", r"\1", plain).rstrip("?&")


def file_name(address: str) -> str:
    """A name for files that tells databases apart."""
    told = conninfo_to_dict(address)
    parts = [str(told.get(name) or "") for name in ("host", "port", "dbname", "user")]
    return re.sub(
        r"[^\w.-]+", "_", "-".join(part for part in (*parts[:3], "" if parts[2] else parts[3]) if part)
    ).strip("_")


def connect(address: str) -> psycopg.Connection:
    """A connection whose values are plain ones and whose transactions begin when they are begun."""
    told = conninfo_to_dict(address)
    wanted = {name: value for name, value in _DEFAULTS.items() if name not in told}
    connection = psycopg.connect(address, autocommit=True, **wanted)
    try:
        for name, loader in (("timestamptz", _MomentLoader), ("date", TextLoader), ("uuid", TextLoader)):
            connection.adapters.register_loader(name, loader)
        connection.execute(_SESSION.format(LOCK_TIMEOUT_S * 1000), prepare=False)
    except BaseException:
        connection.close()
        raise
    return connection


def engine_for(address: str) -> Engine:
    """An engine over a database.

    Transactions begin as those of readers, who see one moment, or as the option ``gridgis_begin`` says. Plain SQL marks
    values with ``?``. A connection that was lost is replaced when the next transaction begins.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(address),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=12,
        pool_pre_ping=True,
        use_native_hstore=False,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        text = connection.get_execution_options().get("gridgis_begin", READ)
        driver_of(connection).execute(text, prepare=False)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def mark(_: Any, __: Any, statement: str, parameters: Any, context: Any, ___: bool) -> tuple[str, Any]:  # noqa: FBT001
        return marked(statement) if context is None or context.compiled is None else statement, parameters

    return engine


def marked(text: str) -> str:
    """Plain SQL with its values marked as the driver wants it."""
    return text.replace("%", "%%").replace("?", "%s")


def driver_of(connection: Connection) -> psycopg.Connection:
    """The driver's own connection."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  it is an engine over psycopg
    return driver


def plain_rows(cursor: Any) -> list[Row]:
    """What a query answered; the one type that is not PostgreSQL's own is geometry."""
    rows: list[Row] = cursor.fetchall()
    shapes = [at for at, column in enumerate(cursor.description) if column.type_code >= _FIRST_ADDED_TYPE]
    if not shapes or not rows:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for at in shapes:
        columns[at] = blobs_of_ewkb(columns[at])
    return list(zip(*columns, strict=True))


class _MomentLoader(Loader):
    """Moments as the text that every database's rows have, with more digits only where more were written."""

    def load(self, data: Buffer) -> str:
        text = bytes(data).decode()
        if not text.endswith("+00"):
            return text
        seconds, _, fraction = text[:-3].partition(".")
        return f"{seconds.replace(' ', 'T')}.{fraction.ljust(3, '0')}Z"


@contextmanager
def faults(shown: str) -> Iterator[None]:
    """Turn the database's own errors into `StoreFault`; others pass.

    Raises:
        StoreFault: ``store.unreachable``, ``store.locked``, ``store.read_only``, ``store.full``, ``store.disk``,
            ``store.damaged`` or, for what is left, ``store.refused``.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StoreFault("store.locked", db=shown) from error
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise fault_of(error.orig, shown) from error
        raise
    except psycopg.Error as error:
        raise fault_of(error, shown) from error


def fault_of(error: psycopg.Error, shown: str) -> StoreFault:
    """The fault that an error of PostgreSQL stands for."""
    told = [error.diag.message_primary, error.diag.message_detail]
    cause = ": ".join(filter(None, told)) or " ".join(str(error).split())
    if error.sqlstate is None:
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return StoreFault("store.unreachable" if lost else "store.refused", db=shown, cause=cause)
    code = next((code for start, code in _FAULTS if error.sqlstate.startswith(start)), "store.refused")
    return StoreFault(code, db=shown, cause=cause)
