"""A database that was moved away or replaced under an open store is noticed, and written to no more."""

from __future__ import annotations

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
