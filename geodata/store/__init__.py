"""Keep the district in one database: a GeoPackage file that other programs read and only GridGIS writes."""

from geodata.store.changes import Changes
from geodata.store.events import Event
from geodata.store.migrating import migrate
from geodata.store.reading import ImportRecord, SetAside
from geodata.store.store import Store, create_store, open_store
from geodata.store.unit_of_work import UnitOfWork

__all__ = [
    "Changes",
    "Event",
    "ImportRecord",
    "SetAside",
    "Store",
    "UnitOfWork",
    "create_store",
    "migrate",
    "open_store",
]
