"""Write a database file under another name, so that it appears whole or not at all, and lasts once it is there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from gridgis.errors import Conflict, StoreFault

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database that is open, or was not closed."""

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
_CODES = {
    errno.EACCES: "store.read_only",
    errno.EPERM: "store.read_only",
    errno.EROFS: "store.read_only",
    errno.ENOSPC: "store.full",
    errno.EDQUOT: "store.full",
    errno.EFBIG: "store.full",
    errno.EIO: "store.disk",
}


@contextmanager
def new_file(path: Path, *, mode: int = 0o666) -> Iterator[Path]:
    """A file to fill beside ``path`` that takes that name when it is done, and goes when it fails.

    Args:
        path: Where it is to appear.
        mode: Who may read and write it, before the process's mask.

    Raises:
        Conflict: ``store.exists`` when there is such a file; ``store.leftover`` when a write-ahead log of another
            database lies where this one's would, which SQLite would play into it.
        StoreFault: ``store.read_only``, ``store.full``, ``store.disk``, ``store.cannot_open``.
    """
    if path.exists():
        raise Conflict("store.exists", db=str(path))
    for rest in beside(path):
        if rest.exists():
            raise Conflict("store.leftover", db=str(path), file=str(rest))
    made = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        made.touch(mode=mode, exist_ok=False)
        yield made
        _to_disk(made)
        _name(made, path)
        _to_disk(path.parent)
    except FileExistsError as error:
        raise Conflict("store.exists", db=str(path)) from error
    except OSError as error:
        raise fault_of(error, path) from error
    finally:
        for rest in (made, *beside(made)):
            with suppress(OSError):
                rest.unlink()


def beside(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database."""
    return tuple(path.with_name(path.name + end) for end in SIDE_FILES)


def fault_of(error: OSError, path: Path) -> StoreFault:
    """The fault that an error of the file system stands for."""
    code = _CODES.get(error.errno or 0, "store.cannot_open")
    return StoreFault(code, db=str(path), cause=error.strerror or str(error))


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would outlast a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives know no such thing for folders
            os.fsync(handle)
    finally:
        os.close(handle)


def _name(made: Path, path: Path) -> None:
    """Give a file its name unless that is taken; where the file system knows no links, as on a stick, by renaming."""
    try:
        os.link(made, path)
    except OSError as error:
        if error.errno not in _NO_LINKS or path.exists():
            raise
        made.rename(path)
