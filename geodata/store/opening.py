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
