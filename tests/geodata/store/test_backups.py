"""Backups are whole, sound and named by time; a restore overwrites nothing; old ones are thinned out by rule."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.store import Store, open_store
from geodata.store.backups import Backup, back_up, backups_in, drill, restore, spared, thin_out
from geodata.store.examining import examine
from geodata.store.schema import REVISIONS
from gridgis.errors import Conflict, InvalidValue, StoreFault
from gridgis.events import Flaw
from tests.fakes.stores import NOW, rows, some_enterprises, some_sites


def put(store: Store, count: int) -> None:
    owners = some_enterprises(count)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        work.put_sites(some_sites(owners))
        work.commit()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def test_a_backup_of_an_open_database_holds_what_was_committed_and_no_more(store: Store, folder: Path) -> None:
    put(store, 30)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(60))
        backup, found = back_up(store.path, folder, now=NOW)
    assert found.contents.events == store.version()
    assert found.contents.revision == REVISIONS[-1]
    with open_store(backup.path) as copy:
        assert len(copy.enterprises()) == 30
        assert copy.events() == store.events()


def test_a_backup_is_one_file_that_only_its_owner_reads_named_by_local_time(store: Store, folder: Path) -> None:
    backup, _ = back_up(store.path, folder, now=NOW)
    assert [one.name for one in folder.iterdir()] == ["district-20200630T060000.gpkg"]
    assert backup.path.stat().st_mode & 0o077 == 0
    assert rows(backup.path, "PRAGMA journal_mode") == [("delete",)]


def test_two_backups_in_one_second_are_not_one(store: Store, folder: Path) -> None:
    backup, _ = back_up(store.path, folder, now=NOW)
    before = backup.path.read_bytes()
    put(store, 3)
    with pytest.raises(Conflict, match=r"store\.exists"):
        back_up(store.path, folder, now=NOW)
    assert backup.path.read_bytes() == before


def test_the_folder_of_backups_is_not_made(store: Store, tmp_path: Path) -> None:
    """It may be where a disk is to be mounted."""
    with pytest.raises(StoreFault) as refused:
        back_up(store.path, tmp_path / "not-mounted", now=NOW)
    assert refused.value.code == "backup.no_folder"
    assert not (tmp_path / "not-mounted").exists()


def test_a_restored_database_is_the_one_that_was_backed_up(store: Store, folder: Path, tmp_path: Path) -> None:
    put(store, 30)
    backup, found = back_up(store.path, folder, now=NOW)
    put(store, 40)
    assert restore(backup.path, tmp_path / "restored.gpkg") == found
    with open_store(tmp_path / "restored.gpkg") as restored:
        assert len(restored.enterprises()) == len(restored.sites()) == 30
        put(restored, 50)
        assert len(restored.enterprises()) == 50


def test_a_live_database_can_be_restored_from_too(store: Store, tmp_path: Path) -> None:
    """What stands in its write-ahead log only is not lost."""
    put(store, 7)
    assert restore(store.path, tmp_path / "restored.gpkg").contents.events == store.version()


@pytest.mark.parametrize("end", ["", "-wal"])
def test_a_restore_overwrites_nothing(store: Store, folder: Path, tmp_path: Path, end: str) -> None:
    backup, _ = back_up(store.path, folder, now=NOW)
    held = tmp_path / f"held.gpkg{end}"
    held.write_text("mine")
    with pytest.raises(Conflict):
        restore(backup.path, tmp_path / "held.gpkg")
    assert held.read_text() == "mine"


def test_a_drill_restores_reads_everything_and_leaves_nothing(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    put(store, 5)
    backup, found = back_up(store.path, folder, now=NOW)
    drilled, seconds = drill(backup.path)
    assert drilled == found
    assert seconds > 0
    assert list(elsewhere.iterdir()) == []


def test_a_backup_of_an_older_schema_is_taken_before_the_upgrade(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, 2)
    store.close()
    for module in ("database", "examining", "migrating"):
        monkeypatch.setattr(f"geodata.store.{module}.REVISIONS", (*REVISIONS, "9998"))
    backup, found = back_up(store.path, folder, now=NOW)
    assert found.contents.revision == REVISIONS[-1]
    assert restore(backup.path, folder / "restored.gpkg") == found


class TestUnsound:
    """A copy that can't be relied on is refused and does not stay."""

    @staticmethod
    def spoil(path: Path, *statements: str) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            triggers = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
            texts = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
            for name in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            for text in texts:
                connection.execute(text)

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM rtree_sites_geom WHERE id = 3",
            "INSERT INTO rtree_sites_geom VALUES (9999, 0, 1, 0, 1)",
            "UPDATE sites SET enterprise_id = 'nobody' WHERE fid = 1",
            "DELETE FROM rtree_sites_geom_node WHERE nodeno = 1",
        ],
    )
    def test_indexes_and_references_that_do_not_fit_are_found(self, store: Store, folder: Path, statement: str) -> None:
        put(store, 30)
        store.close()
        self.spoil(store.path, statement)
        with pytest.raises(StoreFault) as refused:
            back_up(store.path, folder, now=NOW)
        assert refused.value.code == "store.damaged"
        assert refused.value.fields["db"] == str(folder / "district-20200630T060000.gpkg")
        assert list(folder.iterdir()) == []

    def test_a_broken_chain_is_told_and_the_copy_kept_as_evidence(
        self, store: Store, folder: Path, tmp_path: Path
    ) -> None:
        put(store, 30)
        store.close()
        self.spoil(store.path, "UPDATE events SET actor = 'nobody' WHERE fid = 9")
        backup, found = back_up(store.path, folder, now=NOW)
        assert found.broken is not None
        assert (found.broken.flaw, found.broken.sequence) == (Flaw.CHANGED, 9)
        assert restore(backup.path, tmp_path / "restored.gpkg") == found

    def test_missing_triggers_are_found(self, store: Store, folder: Path) -> None:
        store.close()
        with closing(sqlite3.connect(store.path)) as connection:
            connection.execute("DROP TRIGGER rtree_sites_geom_insert")
        with pytest.raises(StoreFault, match=r"store\.altered"):
            back_up(store.path, folder, now=NOW)
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
    def test_a_torn_backup_is_not_restored(self, store: Store, folder: Path, tmp_path: Path, share: float) -> None:
        put(store, 500)
        backup, _ = back_up(store.path, folder, now=NOW)
        whole = backup.path.read_bytes()
        backup.path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(StoreFault) as refused:
            restore(backup.path, tmp_path / "restored.gpkg")
        assert refused.value.code in {"store.damaged", "store.disk"}
        assert not (tmp_path / "restored.gpkg").exists()

    def test_a_page_of_noise_is_found(self, store: Store, folder: Path) -> None:
        put(store, 500)
        backup, _ = back_up(store.path, folder, now=NOW)
        examine(backup.path)
        with backup.path.open("r+b") as file:
            file.seek(-4096 * 5, 2)
            file.write(b"\xa5" * 4096)
        with pytest.raises(StoreFault, match=r"store\.damaged"):
            examine(backup.path)

    def test_another_programs_file_is_no_backup(self, tmp_path: Path) -> None:
        (tmp_path / "notes.gpkg").write_text("hello")
        with pytest.raises(StoreFault, match=r"store\.foreign"):
            restore(tmp_path / "notes.gpkg", tmp_path / "restored.gpkg")


moments = st.datetimes(datetime(2020, 1, 1), datetime(2021, 12, 31)).map(lambda one: one.replace(microsecond=0))  # noqa: DTZ001  local


@given(st.lists(moments, unique=True, max_size=60), st.integers(1, 10))
def test_the_newest_and_the_last_of_every_month_are_spared_and_no_others(taken: list[datetime], keep: int) -> None:
    listed = [Backup(Path(f"{moment:%Y%m%dT%H%M%S}"), moment) for moment in taken]
    kept = spared(listed, keep=keep)
    newest = sorted(taken)[-keep:]
    months = {(moment.year, moment.month) for moment in taken}
    last = {max(moment for moment in taken if (moment.year, moment.month) == month) for month in months}
    assert {one.taken_at for one in kept} == {*newest, *last}


@given(st.lists(moments, unique=True, min_size=1, max_size=40), st.integers(1, 5))
def test_thinning_out_after_each_backup_keeps_what_thinning_out_once_keeps(taken: list[datetime], keep: int) -> None:
    held: frozenset[Backup] = frozenset()
    for moment in sorted(taken):
        held = spared([*held, Backup(Path(str(moment)), moment)], keep=keep)
    assert held == spared([Backup(Path(str(moment)), moment) for moment in taken], keep=keep)


class TestThinOut:
    """Only backups of the same database are removed."""

    def test_other_files_stay(self, folder: Path) -> None:
        others = ["notes.txt", "other-20200101T000000.gpkg", "district.gpkg", "district-20209901T000000.gpkg"]
        backups = [f"district-202001{day:02}T000000.gpkg" for day in range(1, 6)]
        for name in (*others, *backups):
            (folder / name).touch()
        removed = thin_out(folder, "elsewhere/district.gpkg", keep=2)
        assert [one.path.name for one in removed] == backups[:3]
        assert {one.name for one in folder.iterdir()} == {*others, *backups[3:]}
        assert [one.path.name for one in backups_in(folder, "district.gpkg")] == backups[3:]

    def test_at_least_one_is_kept(self, folder: Path) -> None:
        with pytest.raises(InvalidValue, match=r"backup\.keep"):
            thin_out(folder, "district.gpkg", keep=0)

    def test_what_a_killed_backup_left_is_removed_a_day_later(self, store: Store, folder: Path) -> None:
        import os

        new, old = (folder / f".district-20200630T05000{at}.gpkg.{'0' * 32}" for at in range(2))
        for path in (new, old):
            path.touch()
        before = (datetime.now() - timedelta(days=2)).timestamp()  # noqa: DTZ005
        os.utime(old, (before, before))
        back_up(store.path, folder, now=NOW)
        assert new.exists()
        assert not old.exists()
