"""The chain of a store is walked as it is stored; whatever was done to it by other means is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from geodata.store import Store, open_store, verify_store
from geodata.store.sqlite import add_functions
from gridgis.events import GENESIS, Anchor, Flaw
from tests.fakes.stores import NOW, some_enterprises, some_sites

LATER = NOW + timedelta(days=1)


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a chain of 21 events: a district, ten enterprises, ten sites."""
    owners = [replace(one, phone="13812345678") for one in some_enterprises(10)]
    with store.unit_of_work(actor="王芳", now=NOW) as work:
        work.put_enterprises(owners)
        work.put_sites(some_sites(owners))
        work.commit()
    return store


def tamper(path: Path, *statements: str) -> None:
    """Change the file as somebody does who takes away its guards first."""
    with closing(sqlite3.connect(path)) as connection:
        add_functions(connection)
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'")
        for (name,) in named.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def flaw(store: Store, *anchors: Anchor) -> tuple[Flaw, int] | None:
    broken = verify_store(store, anchors=anchors, now=LATER).broken
    return None if broken is None else (broken.flaw, broken.sequence)


def test_a_whole_chain_has_its_last_event_as_head(filled: Store) -> None:
    verdict = verify_store(filled, now=LATER)
    last = filled.events()[-1]
    assert verdict.broken is None
    assert verdict.head == Anchor(21, last.hash, LATER)


def test_a_database_without_events_is_whole(tmp_path: Path) -> None:
    with open_store(tmp_path / "empty.gpkg", create=True) as store:
        assert verify_store(store, now=NOW).head == Anchor(0, GENESIS, NOW)


@pytest.mark.parametrize(
    ("statement", "wanted", "place"),
    [
        ("UPDATE events SET actor = '李强' WHERE fid = 7", Flaw.CHANGED, 7),
        ("UPDATE events SET body = replace(body, 'red', 'blue') WHERE fid = 2", Flaw.CHANGED, 2),
        ("UPDATE events SET body = CAST(x'ff41' AS TEXT) WHERE fid = 5", Flaw.CHANGED, 5),
        ("UPDATE events SET body = x'7b7d' WHERE fid = 5", Flaw.CHANGED, 5),
        ("UPDATE events SET hash = '' WHERE fid = 5", Flaw.CHANGED, 5),
        ("UPDATE events SET personal = replace(personal, '138', '139') WHERE fid = 6", Flaw.CHANGED, 6),
        ("UPDATE events SET personal = '' WHERE fid = 6", Flaw.BLANKED, 6),
        ("DELETE FROM events WHERE fid = 4", Flaw.MISSING, 4),
        ("DELETE FROM events WHERE fid = 1", Flaw.MISSING, 1),
        ("UPDATE events SET fid = 99 WHERE fid = 3", Flaw.MISSING, 3),
        ("UPDATE events SET fid = 0 WHERE fid = 3", Flaw.CHANGED, 1),
        ("UPDATE events SET fid = -5 WHERE fid = 21", Flaw.CHANGED, 1),
    ],
)
def test_what_was_done_to_the_table_is_named(filled: Store, statement: str, wanted: Flaw, place: int) -> None:
    tamper(filled.path, statement)
    assert flaw(filled) == (wanted, place)


def test_events_cut_off_at_the_end_are_missed_by_an_anchor(filled: Store) -> None:
    signed = verify_store(filled, now=NOW).head
    tamper(filled.path, "DELETE FROM events WHERE fid > 15")
    assert flaw(filled) is None
    assert flaw(filled, signed) == (Flaw.CUT, 16)


def test_an_older_copy_does_not_agree_with_a_later_anchor_and_a_later_one_does(filled: Store, tmp_path: Path) -> None:
    copy = filled.copy_for_reading(tmp_path / "copy.gpkg")
    early = verify_store(filled, now=NOW).head
    with filled.unit_of_work(actor="x", now=LATER) as work:
        work.put_enterprises(some_enterprises(11)[10:])
        work.commit()
    late = verify_store(filled, now=LATER).head
    assert flaw(filled, early, late) is None
    with open_store(copy) as old:
        assert flaw(old, early) is None
        assert flaw(old, early, late) == (Flaw.CUT, 22)


def test_the_trail_is_read_in_parts(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(filled.trail())
    monkeypatch.setattr("geodata.store.reading.EVENTS_A_PAGE", 4)
    assert list(filled.trail()) == whole
    assert [one.sequence for one in whole] == list(range(1, 22))


def test_a_writer_is_not_held_up_by_a_walk(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.store.reading.EVENTS_A_PAGE", 4)
    trail = filled.trail()
    next(trail)
    with filled.unit_of_work(actor="x", now=LATER) as work:
        work.put_enterprises(some_enterprises(11)[10:])
        work.commit()
    assert [one.sequence for one in trail] == list(range(2, 23))


class Watcher:
    """Progress that counts."""

    def __init__(self) -> None:
        self.said: list[object] = []

    def start(self, task: str, total: int | None) -> None:
        self.said += [task, total]

    def advance(self, done: int) -> None:
        self.said.append(done)

    def finish(self) -> None:
        self.said.append("end")


def test_progress_is_told(filled: Store) -> None:
    watcher = Watcher()
    verify_store(filled, now=NOW, progress=watcher)
    assert watcher.said == ["progress.verify.chain", 21, 21, "end"]
