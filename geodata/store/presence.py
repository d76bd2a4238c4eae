"""Notice that the file of an open database was moved away or replaced, or can't be written any more.

A connection goes on reading and writing the file it opened, wherever that went; what is written to a file that was
replaced is lost. Files are looked at by name only and never opened here.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from gridgis.errors import StoreFault

MEGABYTE = 1_000_000


def keep_to_file(engine: Engine, path: Path) -> None:
    """Let an engine's connections be used only while the file they opened still has its name; others are opened anew.

    From then on a connection raises ``store.missing`` while there is no file of that name.
    """

    @event.listens_for(engine, "connect")
    def remember(_: Any, record: Any) -> None:
        record.info["file"] = identity(path)

    @event.listens_for(engine, "checkout")
    def look(_: Any, record: Any, __: Any) -> None:
        if record.info["file"] != identity(path):
            raise DisconnectionError


def identity(path: Path) -> tuple[int, int]:
    """Which file has a name now.

    Raises:
        StoreFault: ``store.missing`` when none has, ``store.disk`` when that can't be told.
    """
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise StoreFault("store.missing", db=str(path)) from error
    except OSError as error:
        raise StoreFault("store.disk", db=str(path), cause=error.strerror or str(error)) from error
    return found.st_dev, found.st_ino


def check_room(path: Path, least_free_bytes: int) -> None:
    """Refuse a database that a write would fail on, for want of rights or room.

    Raises:
        StoreFault: ``store.read_only``; ``store.nearly_full`` when less is free than asked for.
    """
    if not (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)):
        raise StoreFault("store.read_only", db=str(path))
    free = shutil.disk_usage(path.absolute().parent).free
    if free < least_free_bytes:
        free_mb, least_mb = free // MEGABYTE, -(-least_free_bytes // MEGABYTE)
        raise StoreFault("store.nearly_full", db=str(path), free_mb=free_mb, least_mb=least_mb)
