"""`gridgis init` and `gridgis migrate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.store import open_store
from geodata.store.schema import REVISIONS
from tests.fakes.command_line import gridgis

DISTRICT = ("--name", " 泰州市姜堰区 ", "--code", "321204")


def test_a_new_database_holds_its_district(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "district.gpkg"
    ran = gridgis(capsys, "init", path, *DISTRICT)
    assert ran.code == 0
    assert "321204" in ran.out
    with open_store(path) as store:
        district = store.district()
    assert (district.code, district.name, district.metric_epsg) == ("321204", "泰州市姜堰区", 4549)


def test_a_database_is_never_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "district.gpkg"
    gridgis(capsys, "init", path, *DISTRICT)
    before = path.read_bytes()
    ran = gridgis(capsys, "init", path, *DISTRICT)
    assert ran.code == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [
        ["--name", "  ", "--code", "321204"],
        ["--name", "姜堰区", "--code", "3212"],
        ["--name", "姜堰区", "--code", "32120四"],
        ["--name", "姜堰区", "--code", "321204", "--epsg", "4326"],
        ["--name", "姜堰区", "--code", "321204", "--epsg", "4490"],
        ["--name", "姜堰区", "--code", "321204", "--epsg", "0"],
        ["--name", "姜堰区", "--code", "321204", "--epsg", "999999"],
        ["--name", "姜堰区", "--code", "321204", "--epsg", "2263"],
        ["--name", "姜堰区"],
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_district_makes_no_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str], lang: str
) -> None:
    ran = gridgis(capsys, "init", tmp_path / "district.gpkg", *options, lang=lang)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert list(tmp_path.iterdir()) == []


def test_another_metric_system_is_taken(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "district.gpkg"
    assert gridgis(capsys, "init", path, *DISTRICT, "--epsg", "32650").code == 0


def test_a_folder_that_does_not_exist_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert gridgis(capsys, "init", tmp_path / "none" / "district.gpkg", *DISTRICT).code == 3


def test_migrating_a_current_database_changes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "district.gpkg"
    gridgis(capsys, "init", path, *DISTRICT)
    ran = gridgis(capsys, "migrate", path)
    assert ran.code == 0
    assert REVISIONS[-1] in ran.out


def test_a_server_that_does_not_answer_is_told_without_the_password(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    address = f"postgresql://gridgis:hunter2@/db?host={tmp_path}"
    for command in (["check"], ["init", *DISTRICT], ["locate", "--at", "120,32"]):
        ran = gridgis(capsys, command[0], address, *command[1:])
        assert ran.code == 3
        assert "连不上" in ran.err
        assert "hunter2" not in ran.err


def test_a_district_is_copied_whole_and_never_over_another(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    one, other = tmp_path / "one.gpkg", tmp_path / "other.gpkg"
    gridgis(capsys, "init", one, *DISTRICT)
    ran = gridgis(capsys, "copy", one, other)
    assert ran.code == 0
    assert str(other) in ran.out
    assert gridgis(capsys, "verify", other).code == 0
    assert gridgis(capsys, "copy", one, other).code == 1
