"""A write-ahead log that lost a part of itself is played up to a whole transaction, or the database is refused."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from geodata.store import open_store
from geodata.store.recovering import fault_in
from geodata.store.write_ahead_log import is_torn, log_of
from gridgis.errors import StoreFault
from tests.fakes.stores import ROOT, new_store

FRAME = 4096 + 24
WRITER = """
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from unittest.mock import patch
from geodata.store import open_store
from tests.faults.test_damaged_logs import digest
from tests.fakes.stores import NOW, some_enterprises, some_sites
from tests.fakes.tiny_district import tiny_district

path = Path(sys.argv[1])
owners, teams = some_enterprises(120), tiny_district().teams
with open_store(path) as store:
    for round_ in range(int(sys.argv[2])):
        with store.unit_of_work(actor="writer", now=NOW) as work:
            if round_ % 3 == 0:
                work.put_enterprises(owners[: 10 * (round_ + 1)])
            elif round_ % 3 == 1:
                work.put_sites(some_sites(owners[: 10 * round_]))
            else:
                work.put_settings({"round": round_})
                work.put_teams(teams[: round_ % len(teams) + 1])
            work.commit()
        print(digest(path), flush=True)
        if round_ == int(sys.argv[2]) // 2:
            reader = sqlite3.connect(path, isolation_level=None)  # keeps the log from being begun anew
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM events").fetchall()
            with closing(sqlite3.connect(path)) as other:
                other.execute("PRAGMA wal_checkpoint(PASSIVE)")
    print("done", flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class LeftBehind:
    """A database whose process was killed.

    Attributes:
        database: Its file.
        log: Its write-ahead log, of which the first half is in the database already.
        states: What it held after each transaction, the last one at the end.
    """

    database: bytes
    log: bytes
    states: tuple[str, ...]

    @property
    def ends(self) -> list[int]:
        """Where transactions end in the log."""
        frames = range(32, len(self.log) - FRAME + 1, FRAME)
        return [at + FRAME for at in frames if self.log[at + 4 : at + 8] != bytes(4)]

    def put(self, folder: Path, log: bytes) -> Path:
        """The database with another log."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / "district.gpkg"
        path.write_bytes(self.database)
        log_of(path).write_bytes(log)
        return path


def digest(path: Path) -> str:
    """All rows of all tables, in brief."""
    from hashlib import sha256

    made = sha256()
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in names:
            made.update(repr((name, connection.execute(f"SELECT * FROM {name}").fetchall())).encode())  # noqa: S608
    return made.hexdigest()


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory: pytest.TempPathFactory) -> LeftBehind:
    with new_store(tmp_path_factory.mktemp("left")) as store:
        path = store.path
    first = digest(path)
    program = [sys.executable, "-c", WRITER, str(path), "16"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        states = [first, *(line.strip() for line in iter(writer.stdout.readline, "done\n"))]
        writer.send_signal(signal.SIGKILL)
    made = LeftBehind(path.read_bytes(), log_of(path).read_bytes(), tuple(states))
    assert len(made.states) == 17
    return made


def damaged(log: bytes, chance: random.Random) -> bytes:
    """A log with flipped bits, cut off, with a sector of zeros or a frame of its own in the wrong place."""
    found, how = bytearray(log), chance.randrange(5)
    at = chance.randrange(len(found))
    if how == 0:
        for _ in range(chance.randint(1, 3)):
            found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    elif how == 1:
        del found[at:]
    elif how == 2:
        found[at : at + 512] = bytes(len(found[at : at + 512]))
    elif how == 3:
        found[chance.randrange(32)] ^= 1 << chance.randrange(8)
    else:
        frames = (len(found) - 32) // FRAME
        there, taken = (32 + FRAME * chance.randrange(frames) for _ in range(2))
        found[there : there + FRAME] = found[taken : taken + FRAME]
    return bytes(found)


def test_a_whole_log_is_played_to_its_end(left_behind: LeftBehind, tmp_path: Path) -> None:
    path = left_behind.put(tmp_path / "copy", left_behind.log)
    assert not is_torn(left_behind.log)
    assert fault_in(path, "here") is None
    open_store(path).close()
    assert digest(path) == left_behind.states[-1]


SEEDS = [pytest.param(range(25), id="some"), pytest.param(range(25, 1025), id="many", marks=pytest.mark.long)]


@pytest.mark.parametrize("seeds", SEEDS)
def test_a_damaged_log_is_played_up_to_a_whole_transaction_or_refused(
    left_behind: LeftBehind, tmp_path: Path, seeds: range
) -> None:
    played = refused = 0
    for seed in seeds:
        log = damaged(left_behind.log, random.Random(seed))
        if fault_in(left_behind.put(tmp_path / "copy", log), "here") is None:
            assert digest(left_behind.put(tmp_path / "copy", log)) in left_behind.states
            played += 1
        else:
            refused += 1
    print(f"{played} played up to a whole transaction, {refused} refused")  # noqa: T201  the figures, shown with -rP
    assert played
    assert refused


def test_a_log_that_was_cut_off_between_transactions_is_played_or_refused(
    left_behind: LeftBehind, tmp_path: Path
) -> None:
    log, ends = left_behind.log, left_behind.ends
    assert len(ends) > 10
    for end in ends:
        assert not is_torn(log[:end])
        if fault_in(left_behind.put(tmp_path / "copy", log[:end]), "here") is None:
            assert digest(left_behind.put(tmp_path / "copy", log[:end])) in left_behind.states


def test_what_is_refused_stays_as_it_was_and_refused(left_behind: LeftBehind, tmp_path: Path) -> None:
    flipped = left_behind.ends[1] + 100
    log = left_behind.log[:flipped] + bytes([left_behind.log[flipped] ^ 1]) + left_behind.log[flipped + 1 :]
    path = left_behind.put(tmp_path / "copy", log)
    for _ in range(2):
        with pytest.raises(StoreFault) as fault:
            open_store(path)
        assert fault.value.code == "store.damaged"
        assert fault.value.fields["db"] == str(path)
        assert (path.read_bytes(), log_of(path).read_bytes()) == (left_behind.database, log)


def test_a_database_that_somebody_has_open_is_not_looked_through(left_behind: LeftBehind, tmp_path: Path) -> None:
    path = left_behind.put(tmp_path / "copy", left_behind.log)
    with open_store(path):
        assert log_of(path).stat().st_size
        with patch("geodata.store.recovering.subprocess.run", wraps=subprocess.run) as started:
            open_store(path).close()
        assert started.call_count == 1
