"""Keep the district in one database that other programs read and only GridGIS writes: a GeoPackage, or PostGIS."""

from geodata.store.asking_events import EventFilter
from geodata.store.changes import Changes
from geodata.store.commands import Answer, Command
from geodata.store.copying import Copied, copy_store
from geodata.store.hazards import HeldChange, Upload
from geodata.store.migrating import migrate
from geodata.store.opening import beside, is_taken, may_be_shared, shown
from geodata.store.reading import ImportRecord, SetAside
from geodata.store.rebuilding import Deviation, RowDifference, rebuild
from geodata.store.sources import SourceFile
from geodata.store.store import Store, create_store, open_store
from geodata.store.unit_of_work import UnitOfWork
from geodata.store.verifying import Verdict, verify_store
from gridgis.events import Event

__all__ = [
    "Answer",
    "Changes",
    "Command",
    "Copied",
    "Deviation",
    "Event",
    "EventFilter",
    "HeldChange",
    "ImportRecord",
    "RowDifference",
    "SetAside",
    "SourceFile",
    "Store",
    "UnitOfWork",
    "Upload",
    "Verdict",
    "beside",
    "copy_store",
    "create_store",
    "is_taken",
    "may_be_shared",
    "migrate",
    "open_store",
    "rebuild",
    "shown",
    "verify_store",
]
