"""A backup of any kind of database is one file that is sound, and comes back in any kind of place."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from geodata.store import Store, backups, open_store, verify_store
from gridgis.errors import Conflict
from tests.fakes.stores import NOW, Places, some_enterprises, some_sites


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def put(store: Store, count: int) -> None:
    owners = some_enterprises(count)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        work.put_sites(some_sites(owners))
        work.commit()


def test_a_backup_comes_back_in_any_kind_of_place(store: Store, folder: Path, other_places: Places) -> None:
    put(store, 30)
    taken, found = backups.back_up(store.database.name, folder, now=NOW)
    assert [one.name for one in folder.iterdir()] == [taken.path.name]
    assert stat.S_IMODE(taken.path.stat().st_mode) == 0o600
    assert (found.contents.events, found.broken) == (61, None)
    put(store, 31)
    with other_places.free() as place:
        assert backups.restore(taken.path, place).contents == found.contents
        with open_store(place) as again:
            assert again.enterprises() == tuple(some_enterprises(30))
            assert verify_store(again, now=NOW).broken is None
            put(again, 31)
        with pytest.raises(Conflict, match=r"store\.exists"):
            backups.restore(taken.path, place)


def test_a_backup_can_be_rehearsed_and_old_ones_go(store: Store, folder: Path) -> None:
    taken = [backups.back_up(store.database.name, folder, now=NOW + timedelta(hours=at))[0] for at in range(3)]
    found, _ = backups.drill(taken[-1].path)
    assert found.contents.district == store.district().name
    assert backups.backups_in(folder, store.database.name) == tuple(taken)
    assert backups.thin_out(folder, store.database.name, keep=1) == tuple(taken[:2])
    assert datetime(2020, 6, 30, 8) == taken[-1].taken_at  # noqa: DTZ001  local, as named
