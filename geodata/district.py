"""Open a district for answering: everything in its database, read at one moment."""

from __future__ import annotations

from pathlib import Path

from geodata.store import open_store
from gridgis.dispatch.state import DistrictState


def open_district(db: str | Path) -> DistrictState:
    """The state of the district in a database.

    Example:
        ``choose_response(open_district("district.gpkg"), alarm)``

    Raises:
        StoreFault: ``store.missing``, ``store.foreign``, ``store.version`` …; see `geodata.store.open_store`.
    """
    with open_store(db) as store:
        return store.state()
