"""Keep the district in one database: a GeoPackage file that other programs read and only GridGIS writes."""

from geodata.store.changes import Changes
from geodata.store.commands import Answer, Command
from geodata.store.migrating import migrate
from geodata.store.reading import ImportRecord, SetAside
from geodata.store.sources import SourceFile
from geodata.store.store import Store, create_store, open_store
from geodata.store.unit_of_work import UnitOfWork
from gridgis.events import Event

__all__ = [
    "Answer",
    "Changes",
    "Command",
    "Event",
    "ImportRecord",
    "SetAside",
    "SourceFile",
    "Store",
    "UnitOfWork",
    "create_store",
    "migrate",
    "open_store",
]
