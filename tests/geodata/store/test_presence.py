"""A database that was moved away or replaced under an open store is noticed, and written to no more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geodata.store import Store, open_store
from geodata.store.presence import check_room
from gridgis.errors import StoreFault
from tests.fakes.stores import NOW, new_store, some_enterprises


def put(store: Store, count: int) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(count))
        work.commit()


def move(store: Store, to: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path = store.path.with_name(store.path.name + end)
        if path.exists():
            path.rename(to / path.name)


def test_a_database_that_was_moved_away_is_missing_until_it_is_back(store: Store, tmp_path: Path) -> None:
    put(store, 3)
    (tmp_path / "away").mkdir()
    move(store, tmp_path / "away")
    for _ in range(2):
        with pytest.raises(StoreFault, match=r"store\.missing"):
            store.version()
        with pytest.raises(StoreFault, match=r"store\.missing"):
            put(store, 4)
    assert not store.path.exists()
    for path in (tmp_path / "away").iterdir():
        path.rename(tmp_path / path.name)
    put(store, 4)
    assert len(store.enterprises()) == 4


def test_a_database_that_was_replaced_is_opened_anew_and_the_old_file_left(store: Store, tmp_path: Path) -> None:
    put(store, 3)
    for name in ("away", "new"):
        (tmp_path / name).mkdir()
    with new_store(tmp_path / "new") as other:
        put(other, 1)
    move(store, tmp_path / "away")
    other.path.rename(store.path)
    put(store, 2)
    assert len(store.enterprises()) == 2
    with open_store(tmp_path / "away" / store.path.name) as old:
        assert len(old.enterprises()) == 3


def test_room_is_looked_for(store: Store) -> None:
    check_room(store.path, 0)
    with pytest.raises(StoreFault) as refused:
        check_room(store.path, 10**18)
    assert refused.value.code == "store.nearly_full"
    assert refused.value.fields["free_mb"] < refused.value.fields["least_mb"] == 10**12


class TestReadiness:
    """Ready is what can be read and written now."""

    def test_a_sound_store_is_ready_and_tells_its_version(self, store: Store) -> None:
        put(store, 3)
        assert store.check_ready() == store.version() > 0

    def test_what_is_being_written_by_ourselves_is_ready(self, store: Store) -> None:
        with store.unit_of_work(actor="test", now=NOW):
            assert store.check_ready() == store.version()

    def test_what_another_program_keeps_locked_is_not_ready_until_it_ends(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("geodata.store.sqlite.READY_WITHIN_S", 0.01)
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreFault, match=r"store\.locked"):
                store.check_ready()
            assert store.version() >= 0
            other.execute("ROLLBACK")
        store.check_ready()
        put(store, 1)

    def test_a_disk_without_room_is_not_ready(self, store: Store) -> None:
        with pytest.raises(StoreFault, match=r"store\.nearly_full"):
            store.check_ready(least_free_bytes=10**18)

    def test_a_file_whose_triggers_were_taken_away_meanwhile_is_not_ready(self, store: Store) -> None:
        with closing(sqlite3.connect(store.path)) as other:
            other.execute("DROP TRIGGER rtree_sites_geom_insert")
        with pytest.raises(StoreFault, match=r"store\.altered"):
            store.check_ready()

    def test_a_file_system_that_became_read_only_is_not_ready(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.access", lambda *_: False)
        with pytest.raises(StoreFault, match=r"store\.read_only"):
            store.check_ready()
