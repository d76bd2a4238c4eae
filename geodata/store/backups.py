"""Back a database up while it is served, bring a backup back to a new place, and rehearse that; thin out old backups.

A backup is one whole file with the moment in its name (``district-20200630T140000.gpkg``). It takes that name only
after it was written, read through from end to end, and compared with what it was copied from. That of a database on a
server is a GeoPackage too: it can be opened, read and restored where there is no server.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.store.copying import copy_between
from geodata.store.database import Database
from geodata.store.examining import Examined, contents_of, examine
from geodata.store.geopackage_database import GeoPackage
from geodata.store.migrating import migrate
from geodata.store.new_file import fault_of, new_file
from geodata.store.opening import database_at
from geodata.store.sqlite import faults
from geodata.store.store import open_store
from gridgis.errors import InvalidValue, StoreFault

STAMP = "%Y%m%dT%H%M%S"
PRIVATE = 0o600
UNFINISHED_AFTER_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in a folder.

    Attributes:
        path: The file.
        taken_at: Local time of its name, without offset.
    """

    path: Path
    taken_at: datetime


def back_up(db: str | Path, folder: str | Path, *, now: datetime) -> tuple[Backup, Examined]:
    """Copy a database as it is now, while it may be served and written, into a folder that exists.

    The folder is not made: where a disk is not mounted, its backups would lie on the one they are to save.

    Args:
        db: The database.
        folder: Where backups are kept.
        now: The moment, in the time zone that the name is to be read in.

    Raises:
        Conflict: ``store.exists`` when there is a backup of this second.
        StoreFault: ``backup.no_folder``, what the database or the folder refuses, or ``store.damaged`` when the copy is
            not sound; then nothing stays of it.
    """
    source, place = database_at(db), Path(folder)
    if not place.is_dir():
        raise StoreFault("backup.no_folder", path=str(place))
    _remove_unfinished(source.files, place)
    taken_at = now.replace(tzinfo=None, microsecond=0)
    path = place / f"{source.files.stem}-{taken_at:{STAMP}}{source.files.suffix}"
    return Backup(path, taken_at), _copy(source, path)


def restore(backup: str | Path, to: str | Path) -> Examined:
    """Bring a backup back as a database in a new place, which appears only after it was read through.

    On a server it has this program's schema, in a file that of the backup.

    Raises:
        Conflict: ``store.exists``, ``store.leftover``; nothing is ever overwritten.
        StoreFault: What the backup or the new place refuses, ``store.damaged``.
    """
    kept, target = GeoPackage(Path(backup)), database_at(to)
    if isinstance(target, GeoPackage):
        return _copy(kept, target.path)
    with TemporaryDirectory(prefix="gridgis-restore-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "restored.gpkg"
        found = _copy(kept, path)
        migrate(path)
        copy_between(GeoPackage(path), target, now=datetime.now(UTC))
    return found


def drill(backup: str | Path) -> tuple[Examined, float]:
    """Rehearse a restore: bring a backup back to a temporary place, up to this program's schema, and read all of it.

    Returns:
        What it holds, and the seconds until it could have been served.

    Raises:
        StoreFault: What stands in the way.
    """
    started = time.monotonic()
    with TemporaryDirectory(prefix="gridgis-drill-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "restored.gpkg"
        found = restore(backup, path)
        migrate(path)
        with open_store(path) as store:
            store.state()
    return found, time.monotonic() - started


def backups_in(folder: str | Path, db: str | Path) -> tuple[Backup, ...]:
    """Backups of a database in a folder, the oldest first; other files are left out.

    Raises:
        StoreFault: ``store.cannot_open``, ``store.read_only`` when the folder can't be read.
    """
    source, place = database_at(db).files, Path(folder)
    named = re.compile(re.escape(source.stem) + r"-(\d{8}T\d{6})" + re.escape(source.suffix))
    found = []
    try:
        for path in place.iterdir():
            match = named.fullmatch(path.name)
            if match is not None:
                with suppress(ValueError):
                    found.append(Backup(path, datetime.strptime(match[1], STAMP)))  # noqa: DTZ007  local, as named
    except OSError as error:
        raise fault_of(error, place) from error
    return tuple(sorted(found, key=lambda one: one.taken_at))


def thin_out(folder: str | Path, db: str | Path, *, keep: int) -> tuple[Backup, ...]:
    """Remove backups of a database that `spared` does not spare; which ones.

    Args:
        folder: Where backups are kept.
        db: The database.
        keep: How many of the newest stay.

    Raises:
        InvalidValue: ``backup.keep``.
        StoreFault: What the folder refuses.
    """
    if keep < 1:
        raise InvalidValue("backup.keep", value=keep)
    listed = backups_in(folder, db)
    removed = tuple(one for one in listed if one not in spared(listed, keep=keep))
    for one in removed:
        try:
            one.path.unlink(missing_ok=True)
        except OSError as error:
            raise fault_of(error, one.path) from error
    return removed


def spared(backups: Iterable[Backup], *, keep: int) -> frozenset[Backup]:
    """Backups to keep: the newest ones, and the last one of every month."""
    ordered = sorted(backups, key=lambda one: one.taken_at)
    last_of_month = {(one.taken_at.year, one.taken_at.month): one for one in ordered}
    return frozenset((*ordered[-keep:], *last_of_month.values()))


def _copy(database: Database, target: Path) -> Examined:
    """A sound copy of a database, complete in one file, under a name that was free.

    SQLite copies a file, page by page as they were at one moment: other programs may write meanwhile.
    """
    if not isinstance(database, GeoPackage):
        made_of_rows = GeoPackage(target, mode=PRIVATE)
        copy_between(database, made_of_rows, now=datetime.now(UTC))
        made_of_rows.fold()
        return examine(target)
    engine = database.engine()
    try:
        with new_file(target, mode=PRIVATE) as made:
            with database.faults(), engine.connect() as connection, connection.begin():
                copied = contents_of(connection)
                original = connection.connection.driver_connection
                assert isinstance(original, sqlite3.Connection)  # noqa: S101  it is an engine over SQLite
                with faults(target), closing(sqlite3.connect(made)) as copy:
                    original.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
            found = examine(made, db=target)
            if found.contents != copied:
                raise StoreFault("store.damaged", db=str(target), cause=f"{found.contents} ≠ {copied}")
            return found
    finally:
        engine.dispose()


def _remove_unfinished(source: Path, folder: Path) -> None:
    """Remove what backups that were killed left behind, once nobody can still be writing it."""
    oldest = time.time() - UNFINISHED_AFTER_S
    named = re.compile(rf"\.{re.escape(source.stem)}-\d{{8}}T\d{{6}}{re.escape(source.suffix)}\.[0-9a-f]{{32}}(-\w+)?")
    with suppress(OSError):
        for path in folder.iterdir():
            if named.fullmatch(path.name) and path.stat().st_mtime < oldest:
                path.unlink()
