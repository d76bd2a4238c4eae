"""Import the files of a demo district by the ordinary importers, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.demo import files as names
from geodata.demo.jiangyan import district

if TYPE_CHECKING:
    from geodata.importing import ImportReport
    from geodata.progress import Progress

_ORDER: tuple[tuple[str, str, str | None], ...] = (
    ("boundaries", names.BOUNDARIES, "区界"),
    ("boundaries", names.BOUNDARIES, "镇街"),
    ("boundaries", names.BOUNDARIES, "村居"),
    ("cells", names.CELLS, "网格"),
    ("units", names.CELLS, "单元"),
    ("roads", names.ROADS, None),
    ("enterprises", names.ENTERPRISES, None),
    ("officers", names.OFFICERS, None),
    ("posts", names.POSTS, None),
    ("run-cards", names.RUN_CARDS, None),
    ("teams", names.TEAMS, None),
    ("alarms", names.ALARMS, None),
    ("dispatches", names.DISPATCHES, None),
)
_AREAS = frozenset({"boundaries", "cells", "units"})


def import_demo(
    files: names.DemoFiles, db: str | Path, *, now: datetime, progress: Progress | None = None
) -> Iterator[ImportReport]:
    """Make the database of the demo district and import every file; the grid is in force from 2020-01-01.

    Yields:
        The report of each import.

    Raises:
        Conflict: ``store.exists`` when there is such a database.
        StoreFault: What the file system refuses.
    """
    from geodata.importing import import_file
    from geodata.store import create_store

    with create_store(db, district(), now=now) as store:
        for noun, name, layer in _ORDER:
            yield import_file(
                noun,
                store,
                files.directory / name,
                layer=layer,
                effective=names.EFFECTIVE if noun in _AREAS else None,
                now=now,
                actor="demo",
                progress=progress,
            )
