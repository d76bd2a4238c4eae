"""Look through a database whose last process ended without closing it, before anybody is served from it.

SQLite itself plays a write-ahead log that was left behind into the database, up to the last transaction in it that is
whole. What it can't know is whether the log is still the one that was written: where a disk lost a part of it, pages of
later transactions may be in the database already, beside older ones of the log.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from geodata.store.sqlite import faults
from geodata.store.write_ahead_log import HEADER, is_torn, log_of
from gridgis.errors import StoreFault

SHARED_FIRST, SHARED_SIZE = 0x40000002, 510
"""The bytes that every process which has a database open keeps locked (SQLite, os.h)."""

_PROBE = f"""
import fcntl, sys
with open(sys.argv[1], "rb+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, {SHARED_SIZE}, {SHARED_FIRST})
    except OSError:
        sys.exit(1)
"""


def check_left_behind(path: Path, shown: str) -> None:
    """Refuse a database that nobody has open and whose log was left behind, if it is not sound.

    Where the log ends within a transaction, every table is derived again from the events, too. All of this is done by
    another process that ends without closing the database, so that one which is refused stays as it was found.

    Args:
        path: The file.
        shown: Its name for people.

    Raises:
        StoreFault: ``store.damaged``, and what a database is refused for anyway.
    """
    log = log_of(path)
    if not log.exists() or log.stat().st_size <= HEADER or not os.access(path, os.W_OK) or _is_open(path):
        return
    program = [sys.executable, "-m", "geodata.store.recovering", str(path), shown]
    done = subprocess.run(program, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise StoreFault("store.damaged", db=shown, cause=done.stderr.strip().rpartition("\n")[2])
    found = json.loads(done.stdout)
    if found is not None:
        raise StoreFault(found["code"], **found["fields"])


def _is_open(path: Path) -> bool:
    """Whether any process has it open; asked by another one, as closing a file here would give our own locks away."""
    return subprocess.run([sys.executable, "-I", "-S", "-c", _PROBE, str(path)], check=False).returncode != 0


def fault_in(path: Path, shown: str) -> StoreFault | None:
    """What is wrong with a database and its log, None where both are sound.

    Args:
        path: The file.
        shown: Its name for people.
    """
    from geodata.store.examining import examine
    from geodata.store.rebuilding import rebuild
    from geodata.store.schema import REVISIONS
    from geodata.store.store import open_store

    torn = is_torn(log_of(path).read_bytes())
    try:
        examined = examine(path, db=Path(shown))
        if not torn or examined.contents.revision != REVISIONS[-1]:
            return None
        if examined.broken is not None:
            return StoreFault("store.damaged", db=shown, cause=f"{examined.broken.code} {examined.broken.sequence}")
        with open_store(path) as store:
            differences = rebuild(store)
    except StoreFault as fault:
        return fault
    if not differences:
        return None
    first = differences[0]
    cause = f"{first.deviation} {first.table} {first.id} {', '.join(first.columns)} ({len(differences)})"
    return StoreFault("store.damaged", db=shown, cause=cause)


def main(path: Path, shown: str) -> None:
    """Print what is wrong with a database as JSON, and end without closing it."""
    holder = sqlite3.connect(path)
    try:
        with faults(shown):
            holder.execute("SELECT count(*) FROM sqlite_master")
        found = fault_in(path, shown)
    except StoreFault as fault:
        found = fault
    told = None if found is None else {"code": found.code, "fields": found.fields}
    print(json.dumps(told), flush=True)  # noqa: T201  read by whoever started this
    os._exit(0)  # closing would play the log into the database


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
