"""Look through a database for what would make it useless one day: pages, references, triggers, indexes, its chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from geodata.store.database import database_of
from geodata.store.geopackage_database import GeoPackage
from geodata.store.schema import REVISIONS
from geodata.store.store import Store
from geodata.store.verifying import verify_store
from gridgis.errors import StoreFault
from gridgis.events import BrokenLink

FAULTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds, as far as tells it from an earlier or a broken one.

    Attributes:
        revision: Schema version.
        events: How many events it holds.
        last_event: Number of the last one, 0 when there is none.
        district: Name of the district, empty before one was put.
    """

    revision: str
    events: int
    last_event: int
    district: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A database whose pages, references, triggers and indexes are sound.

    Attributes:
        contents: What it holds.
        broken: The first broken link of its chain of events, None of a whole one, and of an older schema. It makes
            neither the database useless nor a copy of it, which is evidence.
    """

    contents: Contents
    broken: BrokenLink | None = None


def examine(path: Path, *, db: Path | None = None) -> Examined:
    """Read a whole database, refuse what is not sound, and walk along its chain.

    A database of an older schema is examined as well; its triggers are those of its time.

    Args:
        path: The file.
        db: Its name in faults, where it does not have its own yet.

    Raises:
        StoreFault: ``store.missing``, ``store.foreign``, ``store.newer``, ``store.damaged``, ``store.altered``.
    """
    database = GeoPackage(path, shown=None if db is None else str(db))
    engine = database.engine()
    try:
        with database.faults(), engine.connect() as connection, connection.begin():
            contents = contents_of(connection)
            check_sound(connection, database.shown)
            if contents.revision != REVISIONS[-1]:
                return Examined(contents)
            database.check_triggers(connection)
        return Examined(contents, verify_store(Store(database, engine), now=datetime.now(UTC)).broken)
    finally:
        engine.dispose()


def contents_of(connection: Connection) -> Contents:
    """What an open database holds.

    Raises:
        StoreFault: ``store.foreign``, ``store.newer``.
    """
    revision = database_of(connection).check_revision(connection)
    events, last = connection.exec_driver_sql("SELECT count(*), coalesce(max(fid), 0) FROM events").one()
    district = connection.exec_driver_sql("SELECT name FROM district").scalar()
    return Contents(revision, events, last, district or "")


def check_sound(connection: Connection, db: str) -> None:
    """Refuse a database with a broken page, index, reference or spatial index.

    Raises:
        StoreFault: ``store.damaged`` with the first of what was found.
    """
    found = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA integrity_check({FAULTS_SHOWN})")]
    if found == ["ok"]:
        found = [f"{row[0]} {row[1]} → {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        found += [said for table in _indexed(connection) for said in _index_faults(connection, table)]
    if found:
        raise StoreFault("store.damaged", db=db, cause="; ".join(found[:FAULTS_SHOWN]))


def _indexed(connection: Connection) -> list[str]:
    """Layers with a spatial index."""
    listed = "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' ORDER BY table_name"
    return [row[0] for row in connection.exec_driver_sql(listed)]


def _index_faults(connection: Connection, table: str) -> list[str]:
    """What is wrong with a layer's R-tree: in itself, or beside the layer."""
    index = f"rtree_{table}_geom"
    said = str(connection.exec_driver_sql("SELECT rtreecheck(?)", (index,)).scalar())
    if said != "ok":
        return [f"{index}: {said}"]
    missing = connection.exec_driver_sql(
        f"SELECT count(*) FROM {table} WHERE geom NOT NULL AND NOT ST_IsEmpty(geom) "  # noqa: S608  a name out of our own list
        f"AND fid NOT IN (SELECT id FROM {index})"
    ).scalar()
    over = connection.exec_driver_sql(
        f"SELECT count(*) FROM {index} WHERE id NOT IN (SELECT fid FROM {table} WHERE geom NOT NULL)"  # noqa: S608
    ).scalar()
    return [f"{index}: -{missing} +{over}"] if missing or over else []
