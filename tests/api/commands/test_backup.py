"""`gridgis backup` and `gridgis restore`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geodata.store import open_store
from tests.fakes.command_line import gridgis


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_backup_is_taken_rehearsed_and_brought_back(
    capsys: pytest.CaptureFixture[str], database: Path, folder: Path, lang: str
) -> None:
    ran = gridgis(capsys, "backup", database, folder, "--keep", 3, "--drill", lang=lang)
    assert (ran.code, ran.err) == (0, "")
    (taken,) = folder.iterdir()
    assert str(taken) in ran.out
    assert len(ran.out.splitlines()) == 3

    ran = gridgis(capsys, "restore", taken, folder / "new.gpkg", lang=lang)
    assert (ran.code, ran.err) == (0, "")
    with open_store(database) as original, open_store(folder / "new.gpkg") as restored:
        assert restored.events() == original.events()


def test_what_was_done_is_told_as_json(capsys: pytest.CaptureFixture[str], database: Path, folder: Path) -> None:
    for day in range(1, 5):
        (folder / f"district-2020010{day}T000000.gpkg").touch()
    told = gridgis(capsys, "backup", database, folder, "--keep", 2, "--json").json
    assert told["bytes"] == Path(told["backup"]).stat().st_size
    assert told["events"] > 0
    assert [Path(one).name for one in told["removed"]] == [f"district-2020010{day}T000000.gpkg" for day in (1, 2, 3)]
    assert "drill_s" not in told


def test_the_clock_of_a_demonstration_does_not_date_backups(
    capsys: pytest.CaptureFixture[str], database: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two backups would take one name, and the newest would seem old."""
    monkeypatch.setenv("GRIDGIS_NOW", "2020-06-30T12:00+08:00")
    gridgis(capsys, "backup", database, folder)
    (taken,) = folder.iterdir()
    assert not taken.name.startswith("district-2020")


def test_older_backups_stay_when_the_new_one_fails(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    old = [folder / f"district-2020010{day}T000000.gpkg" for day in range(1, 5)]
    for path in old:
        path.touch()
    assert gridgis(capsys, "backup", "district.gpkg", folder, "--keep", 1).code == 3
    assert sorted(folder.iterdir()) == old


def test_a_broken_chain_is_told_and_costs_no_older_backup(
    capsys: pytest.CaptureFixture[str], database: Path, folder: Path, tmp_path: Path
) -> None:
    old = [folder / f"district-2020010{day}T000000.gpkg" for day in range(1, 5)]
    for path in old:
        path.touch()
    tampered = tmp_path / "district.gpkg"
    with open_store(database) as store:
        store.copy_for_reading(tampered)
    with closing(sqlite3.connect(tampered)) as connection:
        (text,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events_guard_update'").fetchone()
        (kept,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events_kept_update'").fetchone()
        connection.executescript(
            "DROP TRIGGER events_guard_update; DROP TRIGGER events_kept_update; "  # noqa: S608  the file's own triggers
            f"UPDATE events SET actor = 'nobody' WHERE fid = 2; {text}; {kept};"
        )
    ran = gridgis(capsys, "backup", tampered, folder, "--keep", 1, "--json")
    assert ran.code == 1
    assert ran.json["chain"] == "chain.changed"
    assert "2" in ran.err
    assert Path(ran.json["backup"]).exists()
    assert all(path.exists() for path in old)


def test_a_restore_over_a_file_is_refused(capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path) -> None:
    held = tmp_path / "held.gpkg"
    held.write_text("mine")
    ran = gridgis(capsys, "restore", database, held)
    assert ran.code == 1
    assert str(held) in ran.err
    assert held.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["backup", "{db}", "/nowhere/at/all"], 3),
        (["backup", "{db}", "{folder}", "--keep", "0"], 2),
        (["backup", "nothing.gpkg", "{folder}"], 3),
        (["restore", "nothing.gpkg", "{folder}/new.gpkg"], 3),
        (["restore", "{db}", "/nowhere/at/all/new.gpkg"], 3),
    ],
)
def test_what_can_not_be_done_is_said(
    capsys: pytest.CaptureFixture[str], database: Path, folder: Path, *, arguments: list[str], code: int
) -> None:
    ran = gridgis(capsys, *(one.format(db=database, folder=folder) for one in arguments))
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("✗ ")
    assert list(folder.iterdir()) == []
