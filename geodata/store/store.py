"""Make, open and close the one database of a district."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Engine

from geodata.store.commands import Answer, Command
from geodata.store.database import Database
from geodata.store.migrating import upgrade
from geodata.store.opening import database_at
from geodata.store.reading import STATE_PARTS, Reads
from geodata.store.unit_of_work import UnitOfWork
from gridgis.cells import District
from gridgis.errors import StoreFault

if TYPE_CHECKING:
    from gridgis.dispatch.state import DistrictState

LONGEST_WAIT_S = 30.0


class Store(Reads):
    """One district's database. Threads may share it: each getter reads one moment, writers wait for one another.

    Use as a context, or `close` it: the last one to close folds the write-ahead log into the file.
    """

    def __init__(self, database: Database, engine: Engine) -> None:
        self.database = database
        self._engine = engine
        self._writing = threading.Lock()
        self._local = threading.local()
        self._held: tuple[int, DistrictState] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file of a database that is one."""
        return Path(self.database.name)

    def close(self) -> None:
        """Close every connection; the store can't be used afterwards."""
        self._engine.dispose()

    @contextmanager
    def unit_of_work(self, *, actor: str, now: datetime, reason: str = "") -> Iterator[UnitOfWork]:
        """A transaction that writes; leaving it without `UnitOfWork.commit` undoes everything.

        Args:
            actor: Who does it.
            now: When, aware.
            reason: Why, for the events.

        Raises:
            StoreFault: ``store.locked`` when another writer does not end, ``store.read_only``, ``store.full`` …
        """
        if not self._writing.acquire(timeout=LONGEST_WAIT_S):
            raise StoreFault("store.locked", db=self.database.shown)
        try:
            writing = self.database.writing
            with self.database.faults(), self._engine.connect().execution_options(**writing) as connection:
                connection.begin()
                try:
                    yield UnitOfWork(connection, database=self.database, actor=actor, now=now, reason=reason)
                finally:
                    with suppress(*self.database.errors):  # one that was lost has nothing to undo
                        connection.rollback()
        finally:
            self._writing.release()

    def once(
        self,
        command: Command,
        run: Callable[[UnitOfWork], Mapping[str, Any]],
        *,
        now: datetime,
        reason: str = "",
    ) -> Answer:
        """Carry a command out in a unit of work of its own, or give the answer that it had before.

        Args:
            command: What is asked for, by whom, and under which key.
            run: Does it in the unit of work, without committing, and gives the answer. What it raises is raised again
                each time: a command that was refused had no effect, and is tried anew.
            now: When, aware.
            reason: Why, for the events.

        Raises:
            Conflict: ``command.key_reused`` when another command came with the same key.
            InvalidValue: ``event.content`` for an answer that JSON can't say.
            StoreFault: See `unit_of_work`.
        """
        with self.unit_of_work(actor=command.actor, now=now, reason=reason) as work:
            return work.once(command, run)

    def keep_road_order(self, topology_hash: str, content: bytes, *, now: datetime) -> None:
        """Keep the preparation of the roads, in a unit of work of its own."""
        with self.unit_of_work(actor="service", now=now) as work:
            work.keep_road_order(topology_hash, content)
            work.commit()

    def state(self) -> DistrictState:
        """Everything one answer or check of the district needs, read at one moment.

        What did not change since the last call is the same object as then, with all that was derived from it.

        Raises:
            StoreFault: ``store.no_district`` before a district was put, ``store.roads_differ``.
        """
        with self._reading():
            version, held = self.version(), self._held
            if held is None or held[0] != version:
                kept = {} if held is None else self._unchanged(*held)
                state = self._state(kept)
                if held is not None:  # what is no part of it changes nothing of it
                    state = held[1] if state == held[1] and kept.keys() == STATE_PARTS.keys() else state.after(held[1])
                held = (version, state)
                self._held = held
            return held[1]

    def _unchanged(self, version: int, state: DistrictState) -> dict[str, Any]:
        """Parts of a state of another version that still are as they were."""
        if version > self.version():
            return {}
        changed = self._changed_nouns(version)
        return {name: getattr(state, name) for name, nouns in STATE_PARTS.items() if not nouns & changed}

    def check_ready(self, *, least_free_bytes: int = 0) -> int:
        """Version of the data, once it is sure that they can be read and written now.

        Args:
            least_free_bytes: Room that there has to be on the disk.

        Raises:
            StoreFault: ``store.missing``, ``store.read_only``, ``store.nearly_full``, ``store.locked`` and the like.
        """
        with self._reading() as connection:
            self.database.check(connection)
            version = self.version()
        alone = self._writing.acquire(blocking=False)  # a writer of our own shows as well that it can be written
        try:
            self.database.check_writable(self._engine, least_free_bytes=least_free_bytes, by_others=alone)
        finally:
            if alone:
                self._writing.release()
        return version

    def changed(self, after: int, *, timeout_s: float) -> int:
        """Wait until the data have another version, whoever changes them; the version then, or after so many seconds.

        Args:
            after: The version that is known.
            timeout_s: How long to wait at most.

        Raises:
            StoreFault: ``store.unreachable`` and the like.
        """
        ends = time.monotonic() + timeout_s
        with self.database.faults(), self.database.watching(self._engine) as wait:
            while (version := self.version()) == after and (left := ends - time.monotonic()) > 0:
                wait(left)
        return version

    def copy_for_reading(self, path: str | Path) -> Path:
        """Copy the database as it is now, while it is served, to a file that other programs may open.

        The copy is complete in one file (no write-ahead log), refuses changes as the database does, and has no
        accounts.

        Raises:
            Conflict: ``store.exists`` when there is such a file.
            StoreFault: What the file system refuses.
        """
        target = Path(path)
        with self._reading() as connection:
            self.database.copy_for_reading(connection, target)
        return target

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One transaction a thread: getters called inside another one see the same moment."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            yield held
            return
        with self.database.faults(), self._engine.connect() as connection, connection.begin():
            self._local.connection = connection
            try:
                yield connection
            finally:
                self._local.connection = None


def open_store(db: str | Path, *, create: bool = False) -> Store:
    """Open a district's database.

    Args:
        db: Path of the file.
        create: Whether to make an empty one, without a district yet, where there is none.

    Raises:
        StoreFault: ``store.missing``, ``store.foreign`` (not a database of GridGIS), ``store.version`` (an older
            schema: migrate), ``store.newer``, ``store.altered`` (triggers are missing), ``store.read_only``,
            ``store.locked``, ``store.postgis_later``.
    """
    database = database_at(db)
    with database.faults():
        if create and not database.exists():
            _create(database, None, None)
        engine = database.engine()
        try:
            with engine.connect() as connection, connection.begin():
                database.check(connection)
            database.opened(engine)
        except BaseException:
            engine.dispose()
            raise
    return Store(database, engine)


def create_store(db: str | Path, district: District, *, now: datetime) -> Store:
    """Make the database of a district and open it. It appears whole or not at all.

    Raises:
        Conflict: ``store.exists``; a file is never overwritten.
        StoreFault: ``store.cannot_open``, ``store.read_only``, ``store.full``, ``store.postgis_later``.
    """
    _create(database_at(db), district, now)
    return open_store(db)


def _create(database: Database, district: District | None, now: datetime | None) -> None:
    with database.new() as connection:
        upgrade(connection)
        database.revoke(connection)
        if district is not None and now is not None:
            work = UnitOfWork(connection, database=database, actor="init", now=now)
            work.put_district(district)
            work.commit()
