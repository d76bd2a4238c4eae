"""Make, open and close the one database of a district."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Engine

from geodata.store.commands import Answer, Command
from geodata.store.geopackage import revoke
from geodata.store.migrating import upgrade
from geodata.store.new_file import new_file
from geodata.store.presence import check_room
from geodata.store.reading import STATE_PARTS, Reads
from geodata.store.sqlite import (
    WRITE,
    check_file,
    check_revision,
    check_triggers,
    check_write_lock,
    empty_private,
    engine_for,
    faults,
)
from geodata.store.unit_of_work import UnitOfWork
from gridgis.cells import District
from gridgis.errors import StoreFault

if TYPE_CHECKING:
    from gridgis.dispatch.state import DistrictState

LONGEST_WAIT_S = 30.0
SHARED = ("postgresql://", "postgres://", "postgresql+")


class Store(Reads):
    """One district's database. Threads may share it: each getter reads one moment, writers wait for one another.

    Use as a context, or `close` it: the last one to close folds the write-ahead log into the file.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
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
            raise StoreFault("store.locked", db=str(self.path))
        try:
            with faults(self.path), self._engine.connect().execution_options(**WRITE) as connection:
                connection.begin()
                try:
                    yield UnitOfWork(connection, db=self.path, actor=actor, now=now, reason=reason)
                finally:
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

    def state(self) -> DistrictState:
        """Everything one answer or check of the district needs, read at one moment.

        What did not change since the last call is the same object as then, with all that was derived from it.

        Raises:
            StoreFault: ``store.no_district`` before a district was put, ``store.roads_differ``.
        """
        with self._reading():
            version, held = self.version(), self._held
            if held is None or held[0] != version:
                held = (version, self._state({} if held is None else self._unchanged(*held)))
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
            check_revision(connection, self.path)
            check_triggers(connection, self.path)
            version = self.version()
        check_room(self.path, least_free_bytes)
        if self._writing.acquire(blocking=False):  # a writer of our own shows as well that it can be written
            try:
                check_write_lock(self._engine, self.path)
            finally:
                self._writing.release()
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
        with faults(target), new_file(target) as made, closing(sqlite3.connect(made)) as copy:
            with self._reading() as connection:
                source = connection.connection.driver_connection
                if isinstance(source, sqlite3.Connection):
                    source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            empty_private(copy)
        return target

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One transaction a thread: getters called inside another one see the same moment."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            yield held
            return
        with faults(self.path), self._engine.connect() as connection, connection.begin():
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
    path = _path(db)
    if create and not path.exists():
        _create(path, None, None)
    check_file(path)
    engine = engine_for(path)
    try:
        with faults(path):
            with engine.connect() as connection, connection.begin():
                check_revision(connection, path)
                check_triggers(connection, path)
            _write_ahead(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return Store(path, engine)


def create_store(db: str | Path, district: District, *, now: datetime) -> Store:
    """Make the database of a district and open it. It appears whole or not at all.

    Raises:
        Conflict: ``store.exists``; a file is never overwritten.
        StoreFault: ``store.cannot_open``, ``store.read_only``, ``store.full``, ``store.postgis_later``.
    """
    path = _path(db)
    _create(path, district, now)
    return open_store(path)


def _path(db: str | Path) -> Path:
    if str(db).startswith(SHARED):
        raise StoreFault("store.postgis_later", db=str(db))
    return Path(db)


def _create(path: Path, district: District | None, now: datetime | None) -> None:
    with faults(path), new_file(path) as made:
        engine = engine_for(made)
        try:
            _write_ahead(engine, made)
            with engine.connect().execution_options(**WRITE) as connection, connection.begin():
                upgrade(connection)
                revoke(connection)
            if district is not None and now is not None:
                with Store(made, engine).unit_of_work(actor="init", now=now) as work:
                    work.put_district(district)
                    work.commit()
        finally:
            engine.dispose()


def _write_ahead(engine: Engine, path: Path) -> None:
    """Let readers go on while one writes; other programs may have switched it off."""
    if os.access(path, os.W_OK):
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
