"""Tell from the name of a database what kind it is of."""

from __future__ import annotations

from pathlib import Path

from geodata.store.database import Database
from geodata.store.geopackage_database import GeoPackage
from gridgis.errors import StoreFault

SHARED = ("postgresql://", "postgres://", "postgresql+")


def database_at(db: str | Path) -> Database:
    """The database of a path or of a ``postgresql://`` address; it is not opened."""
    if str(db).startswith(SHARED):
        raise StoreFault("store.postgis_later", db=str(db))
    return GeoPackage(Path(db))
