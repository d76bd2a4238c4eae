"""Lay out a PostGIS database: spatial indexes, and triggers that refuse what is not this program's to do.

The *guard* lets rows change only in a transaction that says it is GridGIS (``gridgis.writing``), as units of work do,
so that somebody who edits a layer in QGIS is told what to do instead. *Append-only* refuses to change or delete what
was recorded. Whoever owns the tables can take the triggers away; the database is then refused on opening.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from geodata.store.geopackage import APPEND_ONLY_WORDS, GUARD_WORDS
from geodata.store.postgres import PERMIT
from geodata.store.schema import APPEND_ONLY
from geodata.store.tables import geometry_column
from gridgis.errors import StoreFault

GUARD = "gridgis_guard"
KEEP = "gridgis_keep"
_FUNCTION = "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {} END$$"
_REFUSE = "RAISE EXCEPTION USING MESSAGE = '{}';"
_UNLESS_PERMITTED = f"IF current_setting('{PERMIT}', true) IS DISTINCT FROM 'on' THEN {{}} END IF; RETURN NULL;"
_FUNCTIONS = (
    _FUNCTION.format(GUARD, _UNLESS_PERMITTED.format(_REFUSE.format(GUARD_WORDS))),
    _FUNCTION.format(KEEP, _REFUSE.format(APPEND_ONLY_WORDS)),
)


def lay_out(connection: Connection, shown: str) -> None:
    """Make sure of PostGIS, and make the functions that triggers call.

    Raises:
        StoreFault: ``store.no_postgis`` when the server does not have it, or this role may not switch it on.
    """
    try:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.FeatureNotSupported | psycopg.errors.InsufficientPrivilege):
            raise
        raise StoreFault("store.no_postgis", db=shown, cause=error.orig.diag.message_primary) from error
    for text in _FUNCTIONS:
        connection.exec_driver_sql(text)
    connection.exec_driver_sql(guard_text("alembic_version"))


def adopt(connection: Connection, table: Table) -> None:
    """Index a table's geometry and make its triggers."""
    if geometry_column(table):
        connection.exec_driver_sql(f"CREATE INDEX ix_{table.name}_geom ON {table.name} USING gist (geom)")
    for text in trigger_texts(table):
        connection.exec_driver_sql(text)


def trigger_texts(table: Table) -> Iterator[str]:
    """The triggers of one table."""
    yield guard_text(table.name)
    if table.name not in APPEND_ONLY:
        return
    emptied = APPEND_ONLY[table.name]
    same = " AND ".join(
        f"NEW.{column.name} IS NOT DISTINCT FROM OLD.{column.name}" for column in table.c if column.name != emptied
    )
    allowed = f"WHEN (NOT (NEW.{emptied} = '' AND {same})) " if emptied else ""
    refuse = f"EXECUTE FUNCTION {KEEP}()"
    yield f"CREATE TRIGGER {table.name}_kept_update BEFORE UPDATE ON {table.name} FOR EACH ROW {allowed}{refuse}"
    yield f"CREATE TRIGGER {table.name}_kept_delete BEFORE DELETE ON {table.name} FOR EACH ROW {refuse}"
    yield f"CREATE TRIGGER {table.name}_kept_truncate BEFORE TRUNCATE ON {table.name} FOR EACH STATEMENT {refuse}"


def guard_text(table: str) -> str:
    """The guard trigger of one table."""
    return (
        f"CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {GUARD}()"
    )
