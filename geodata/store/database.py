"""Say what the databases in which a district can be kept differ in; everything else about the store is written once.

SQL is written once too: it marks each value with ``?``. Rows are plain values and equal from every database: moments,
days and identifiers as text, structures as JSON text, geometries as GeoPackage blobs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Engine, Table

from geodata.store.codec import Row
from geodata.store.schema import REVISIONS
from gridgis.errors import StoreFault

if TYPE_CHECKING:
    from geodata.store.changes import Extent
    from geodata.store.tables import View

OPTION = "gridgis_database"


class Database(ABC):
    """A place where one district is kept, or is to be, and what its kind of database asks for.

    Attributes:
        name: What opens it again: a path or an address.
        shown: The same for people, without a password.
        files: What the names of files begin with that are made of it and can be made again.
        several_processes: Whether several processes may serve it at once.
        writing: Execution options of a connection whose transactions write: they wait for other writers as they begin.
        errors: What its driver raises, and SQLAlchemy for it.
    """

    name: str
    shown: str
    files: Path
    several_processes: bool
    writing: Mapping[str, Any]
    errors: tuple[type[Exception], ...]

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is anything that a new district would have to replace."""

    @abstractmethod
    def engine(self) -> Engine:
        """Connections to it, which `database_of` knows again.

        Raises:
            StoreFault: ``store.missing``, ``store.foreign``, ``store.no_driver``.
        """

    @abstractmethod
    def new(self) -> AbstractContextManager[Connection]:
        """A transaction that writes to a new database, which is there once the block is left, or not at all.

        Raises:
            Conflict: ``store.exists``.
            StoreFault: What stands in the way.
        """

    @abstractmethod
    def faults(self) -> AbstractContextManager[None]:
        """Turn the database's own errors into `StoreFault`; others pass."""

    @abstractmethod
    def opened(self, engine: Engine) -> None:
        """Set up what lasts, once it is known to be a database of this program's."""

    @abstractmethod
    def revision(self, connection: Connection) -> str | None:
        """Schema version as it is written down, None when it is not a database of GridGIS.

        Raises:
            StoreFault: ``store.missing`` when there is nothing at all.
        """

    @abstractmethod
    def missing_triggers(self, connection: Connection) -> list[str]:
        """Triggers that should keep the data right and are not there."""

    @abstractmethod
    def check_writable(self, engine: Engine, *, least_free_bytes: int, by_others: bool) -> None:
        """Refuse a database that can't be written now.

        Args:
            engine: Its connections.
            least_free_bytes: Room that there has to be.
            by_others: Whether to see to it that no other program keeps it locked.

        Raises:
            StoreFault: ``store.read_only``, ``store.nearly_full``, ``store.locked``.
        """

    @abstractmethod
    def copy_for_reading(self, connection: Connection, path: Path) -> None:
        """Copy it as a transaction sees it, without what is private, to a GeoPackage that appears whole."""

    @abstractmethod
    def query(self, connection: Connection, text: str, values: tuple[Any, ...]) -> list[Row]:
        """What a query answers, as plain values."""

    @abstractmethod
    def insert(self, connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Add rows of columns, and of the moment of change where the table has one."""

    @abstractmethod
    def update(self, connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Change rows; each holds the values of the columns, the moment of change, and its ``fid``."""

    @abstractmethod
    def number_on(self, connection: Connection, table: Table) -> None:
        """Let new rows of a table be numbered after those that were added with their ``fid``."""

    @abstractmethod
    def permit(self, connection: Connection) -> None:
        """Let rows change until `revoke` or the transaction's end; nobody but this program can."""

    @abstractmethod
    def revoke(self, connection: Connection) -> None:
        """Take the permit away again, before the transaction ends."""

    @abstractmethod
    def note_changes(
        self, connection: Connection, tables: Collection[str], extents: Mapping[str, Extent], stamp: str
    ) -> None:
        """Tell readers of the database, as its kind does, which tables change when the transaction ends, and how."""

    @abstractmethod
    def committed(self) -> None:
        """Tell whoever waits in this process that a transaction was committed."""

    @abstractmethod
    def watching(self, engine: Engine) -> AbstractContextManager[Callable[[float], None]]:
        """Hear of every transaction that ends from now on.

        Gives a function that waits until one may have, or for so many seconds.
        """

    @abstractmethod
    def lay_out(self, connection: Connection) -> None:
        """Make what has to be there before the first table, and permit changes."""

    @abstractmethod
    def adopt(self, connection: Connection, table: Table) -> None:
        """Make what belongs to a new table: its spatial index, its triggers, its entry in the list of layers."""

    @abstractmethod
    def show(self, connection: Connection, view: View) -> None:
        """Make a view."""

    def check_revision(self, connection: Connection) -> str:
        """Schema version, one that this program knows.

        Raises:
            StoreFault: ``store.missing``, ``store.foreign``, ``store.newer``.
        """
        revision = self.revision(connection)
        if revision is None:
            raise StoreFault("store.foreign", db=self.shown)
        if revision not in REVISIONS:
            raise StoreFault("store.newer", db=self.shown, found=revision, wanted=REVISIONS[-1])
        return revision

    def check(self, connection: Connection) -> None:
        """Refuse a database of another schema, or one from which triggers were taken.

        Raises:
            StoreFault: See `check_revision`; ``store.version`` for an older one, which can be migrated;
                ``store.altered``.
        """
        revision = self.check_revision(connection)
        if revision != REVISIONS[-1]:
            raise StoreFault("store.version", db=self.shown, found=revision, wanted=REVISIONS[-1])
        self.check_triggers(connection)

    def check_triggers(self, connection: Connection) -> None:
        """Refuse a database from which another program took triggers that keep it right.

        Raises:
            StoreFault: ``store.altered``.
        """
        missing = self.missing_triggers(connection)
        if missing:
            raise StoreFault("store.altered", db=self.shown, missing=", ".join(missing))


def database_of(connection: Connection) -> Database:
    """The database that a connection goes to."""
    return cast("Database", connection.get_execution_options()[OPTION])
