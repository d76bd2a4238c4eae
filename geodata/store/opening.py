"""Tell from the name of a database what kind it is of."""

from __future__ import annotations

from pathlib import Path

from geodata.store.database import Database
from geodata.store.geopackage_database import GeoPackage
from gridgis.errors import StoreFault

SCHEMES = ("postgresql://", "postgres://")


def database_at(db: str | Path) -> Database:
    """The database of a path or of a ``postgresql://`` address; it is not opened.

    Raises:
        StoreFault: ``store.no_driver`` when the program was installed without what reaches PostgreSQL.
    """
    if not str(db).startswith(SCHEMES):
        return GeoPackage(Path(db))
    try:
        from geodata.store.postgis_database import PostGis
    except ImportError as error:
        raise StoreFault("store.no_driver", cause=str(error)) from error
    return PostGis(str(db))


def shown(db: str | Path) -> str:
    """The name of a database as people may see it: without a password."""
    return database_at(db).shown


def is_taken(db: str | Path) -> bool:
    """Whether there is anything in a place that a new district would have to replace.

    Raises:
        StoreFault: ``store.unreachable`` and the like.
    """
    database = database_at(db)
    with database.faults():
        return database.exists()


def may_be_shared(db: str | Path) -> bool:
    """Whether several processes may serve a database at once."""
    return database_at(db).several_processes


def beside(db: str | Path) -> Path:
    """What the names of files begin with that are made of a database and can be made again."""
    return database_at(db).files
