"""Time single writes of the size of a reported hazard: three records and their events, chained, safe on the disk.

Each write is an alarm, a team sent to it and that team's new strength, in a transaction of its own with
``synchronous=FULL``; beside it the least that SQLite itself needs for a transaction of that size. Then the chain that
was written is walked along. ``GRIDGIS_BENCH_DIR`` names the drive to write to, as a temporary folder may lie in memory.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geodata.store import Store, create_store, verify_store
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.dispatch.alarms import Alarm, Dispatch, ResponseLevel
from gridgis.dispatch.teams import Command, Team, Tier, Turnout

NOW = datetime(2020, 6, 30, 6, tzinfo=UTC)
DISTRICT = District(record_id("321204", "district", "321204"), "321204", "姜堰区")
TEAM = Team(
    record_id("321204", "team", "T"), "T", "一队", Tier.TOWN, Command.OWN, frozenset({"fire"}), 12, "car", 120.1, 32.5,
    Turnout.day_and_night(60, 60),
)  # fmt: skip
ROW_BYTES = 700
PEERS = ("gridgis", "sqlite")
WRITERS = 4


def run(peers: Sequence[str] | None = None, *, quick: bool = False) -> dict[str, Any]:
    """Writes a second, their times in milliseconds, and events a second on the walk.

    Args:
        peers: ``gridgis``, or ``sqlite`` for the least that a transaction takes; both by default.
        quick: Fewer writes.
    """
    writes = 300 if quick else 3000
    figures: dict[str, Any] = {"writes": writes}
    with TemporaryDirectory(dir=os.environ.get("GRIDGIS_BENCH_DIR")) as folder:
        for peer in peers or PEERS:
            if peer == "gridgis":
                figures |= _gridgis(Path(folder), writes)
            elif peer == "sqlite":
                figures["sqlite"] = _sqlite(Path(folder), writes)
    if "one_writer" in figures and "sqlite" in figures:
        figures["ratios"] = {"one_writer_vs_sqlite": figures["one_writer"]["per_s"] / figures["sqlite"]["per_s"]}
    return figures


def _gridgis(folder: Path, writes: int) -> dict[str, Any]:
    with create_store(folder / "district.gpkg", DISTRICT, now=NOW) as store:
        with store.unit_of_work(actor="bench", now=NOW) as work:
            work.put_teams([TEAM])
            work.commit()
        numbers = count()
        figures: dict[str, Any] = {"one_writer": _timed(writes, partial(_write, store, numbers))}
        figures["several_writers"] = {"writers": WRITERS, **_together(writes, partial(_write, store, numbers))}
        began = time.perf_counter()
        verdict = verify_store(store, now=NOW)
        assert verdict.broken is None
        events = verdict.head.sequence
        figures["walk"] = {"events": events, "per_s": events / (time.perf_counter() - began)}
    return figures


def _write(store: Store, numbers: count[int]) -> None:
    number = next(numbers)
    now = NOW + timedelta(seconds=number)
    alarm = Alarm(
        record_id("321204", "alarm", f"A{number}"), f"A{number}", "fire", ResponseLevel.II, 120.1, 32.5, now,
        "姜堰大道 1 号", "钱七", "13812345678", "二楼起火",
    )  # fmt: skip
    sent = Dispatch(record_id("321204", "dispatch", f"D{number}"), f"D{number}", alarm.id, TEAM.id, 6, "rescue", now)
    with store.unit_of_work(actor="bench", now=now, reason="接警") as work:
        work.put_alarms([alarm])
        work.put_dispatches([sent])
        work.put_teams([replace(TEAM, people=number)])
        work.commit()


def _sqlite(folder: Path, writes: int) -> dict[str, float]:
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        for setting in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("CREATE TABLE told (fid INTEGER PRIMARY KEY, body TEXT)")

        def write() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO told (body) VALUES (?)", [("x" * ROW_BYTES,)] * 6)
            connection.execute("COMMIT")

        return _timed(writes, write)


def _timed(writes: int, write: Callable[[], None]) -> dict[str, float]:
    """Do something many times over, one after the other."""
    began = time.perf_counter()
    spent = [_spent(write) for _ in range(writes)]
    return _told(spent, time.perf_counter() - began)


def _together(writes: int, write: Callable[[], None]) -> dict[str, float]:
    """Do something many times over, by several at once."""
    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        spent = list(pool.map(lambda _: _spent(write), range(writes)))
    return _told(spent, time.perf_counter() - began)


def _spent(write: Callable[[], None]) -> float:
    began = time.perf_counter()
    write()
    return time.perf_counter() - began


def _told(spent: list[float], whole_s: float) -> dict[str, float]:
    cuts = statistics.quantiles(spent, n=100)
    return {
        "per_s": len(spent) / whole_s,
        "p50_ms": 1000 * cuts[49],
        "p99_ms": 1000 * cuts[98],
        "most_ms": 1000 * max(spent),
    }
