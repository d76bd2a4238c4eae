"""Look at a database and where it lies: is it sound, private, on a local disk, with room and backups."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.doctor.finding import Found, bad, caution, good, refused
from api.moments import LOCAL_TIME
from gridgis.errors import GridGISError, StoreFault

NETWORK_DRIVES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.glusterfs"}
)
MOUNTS = Path("/proc/self/mountinfo")
GIGABYTE = 1_000_000_000
LEAST_FREE = 2.0
"""Times the database's size that should be free: an upgrade and a restore each write it once more."""

LEAST_FREE_BYTES = 2 * GIGABYTE
BACKUP_WITHIN = timedelta(hours=36)
CLOCK_OFF = timedelta(minutes=5)


def contents(db: str | Path) -> Iterator[Found]:
    """Whether the database can be opened, its pages are sound, and its last event is not of tomorrow."""
    from geodata.store import may_be_shared, open_store

    try:
        with open_store(db) as store:
            events = store.events(after=max(0, store.version() - 1))
            yield good("database", name=store.district().name, events=store.version())
            if events and events[-1].recorded_at > datetime.now(UTC) + CLOCK_OFF:
                at = events[-1].recorded_at.astimezone(LOCAL_TIME)
                yield caution("clock", "behind", at=at.strftime("%Y-%m-%d %H:%M:%S"))
        if not may_be_shared(db):
            yield pages(Path(db))
    except GridGISError as error:
        yield refused("database", error)


def pages(path: Path) -> Found:
    """Whether the pages of a file are sound, without a look at its indexes.

    Raises:
        StoreFault: When they can't be read.
    """
    from geodata.store.sqlite import engine_for, faults

    started, engine = time.monotonic(), engine_for(path)
    try:
        with faults(path), closing(engine.raw_connection()) as connection:
            said = [str(row[0]) for row in connection.cursor().execute("PRAGMA quick_check(3)")]
    finally:
        engine.dispose()
    if said != ["ok"]:
        return refused("integrity", StoreFault("store.damaged", db=str(path), cause="; ".join(said)))
    return good("integrity", seconds=f"{time.monotonic() - started:.1f}")


def rights(path: Path, *, config: Path | None = None) -> Iterator[Found]:
    """Whether others on this machine can read the database, which names people, or change it."""
    well = True
    for place in (path, path.absolute().parent, *((config,) if config else ())):
        mode = place.stat().st_mode
        shown = stat.filemode(mode)
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            well = False
            yield bad("rights", "others_write", path=place, mode=shown)
        elif place.is_file() and mode & stat.S_IROTH:
            well = False
            yield caution("rights", "others_read", path=place, mode=shown)
    if not os.access(path, os.W_OK):
        well = False
        yield refused("rights", StoreFault("store.read_only", db=str(path)))
    if well:
        yield good("rights")


def drive(path: Path, mounts: Path = MOUNTS) -> Found:
    """Whether the database lies on a local disk; the locks of network drives can't be relied on."""
    kind = drive_kind(path.resolve(), mounts)
    return bad("drive", "network", kind=kind) if kind in NETWORK_DRIVES else good("drive", kind=kind)


def drive_kind(path: Path, mounts: Path = MOUNTS) -> str:
    """Kind of the file system that a path lies on; empty where the system does not tell."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        place, _, rest = line.partition(" - ")
        point = Path(place.split()[4].replace("\\040", " "))
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split()[0]
    return kind


def room(path: Path, least_free_bytes: int) -> Found:
    """Whether the disk has room for what an upgrade or a restore writes."""
    free, size = shutil.disk_usage(path.absolute().parent).free, path.stat().st_size
    wanted = max(LEAST_FREE_BYTES, int(LEAST_FREE * size))
    told = {"free": f"{free / GIGABYTE:.1f}", "wanted": f"{wanted / GIGABYTE:.1f}"}
    if free < least_free_bytes:
        return bad("room", "none", **told)
    return caution("room", "little", **told) if free < wanted else good("room", **told)


def retention(callers_days: int | None, set_aside_days: int | None) -> Found:
    """Whether somebody decided how long callers and rows set aside, which name people, are kept."""
    told = {"callers": callers_days, "aside": set_aside_days}
    return caution("retention", "undecided") if None in told.values() else good("retention", **told)


def backup(db: str | Path, folder: Path | None, *, now: datetime) -> Iterator[Found]:
    """Whether there is a backup of yesterday or today, on another disk.

    Args:
        db: The database.
        folder: Where its backups are kept; None when nobody said.
        now: When, aware.
    """
    from geodata.store.backups import backups_in

    if folder is None:
        yield caution("backup", "unknown")
        return
    try:
        listed = backups_in(folder, db)
    except GridGISError as error:
        yield refused("backup", error)
        return
    if not listed:
        yield bad("backup", "none", path=folder)
        return
    newest = listed[-1]
    age = now.astimezone(LOCAL_TIME).replace(tzinfo=None) - newest.taken_at
    hours = max(0, round(age / timedelta(hours=1)))
    if age > BACKUP_WITHIN:
        yield caution("backup", "old", path=newest.path.name, hours=hours)
    else:
        yield good("backup", path=newest.path.name, hours=hours, count=len(listed))
    if Path(db).exists() and folder.stat().st_dev == Path(db).stat().st_dev:
        yield caution("backup", "same_disk")
