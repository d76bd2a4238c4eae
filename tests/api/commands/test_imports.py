from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.commands.imports import Noun
from geodata.importing import REGISTERS, ROADS
from geodata.store import open_store
from tests.fakes.office import Office, boundary_features, enterprise_rows, officer_rows, write_csv, write_layer


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit code and what it said."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    office = Office.new(tmp_path)
    office.store.close()
    return office.store.path


@pytest.fixture
def gridgis(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line, at a fixed moment and on a wide terminal."""
    monkeypatch.setenv("GRIDGIS_NOW", "2020-06-30T14:00+08:00")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: Any, lang: str = "zh") -> Ran:
        with pytest.raises(SystemExit) as left:
            main(["--lang", lang, *map(str, arguments)])
        said = capsys.readouterr()
        return Ran(int(left.value.code or 0), said.out, said.err)

    return run


def test_every_register_can_be_imported() -> None:
    assert {noun.value for noun in Noun} == {*REGISTERS, ROADS}


def test_columns_counts_and_unplaced_sites_are_shown(gridgis: Command, db: Path, tmp_path: Path) -> None:
    rows = [row | {"备注": "x"} for row in enterprise_rows()]
    ran = gridgis("import", "enterprises", db, write_csv(tmp_path / "e.csv", rows))
    assert ran.code == 0
    assert "企业名称 → name" in ran.out
    assert "未使用的列：备注" in ran.out
    assert "新增 4，更新 0，未变 0，搁置 0" in ran.out
    assert "1 个场所没有坐标" in ran.out
    assert "小小企业31厂" in ran.out


def test_bad_rows_are_shown_and_written_to_a_file(gridgis: Command, db: Path, tmp_path: Path) -> None:
    rows = officer_rows()
    rows[0]["姓名"] = ""
    rows[1]["专业背景"] = "[也许]"
    rejects = tmp_path / "rejects.csv"
    ran = gridgis("import", "officers", db, write_csv(tmp_path / "o.csv", rows), "--rejects", rejects)
    assert ran.code == 0
    assert "搁置 2" in ran.out
    assert "[也许]" in ran.out
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        _, *written = csv.reader(stream)
    assert [row[2:6] for row in written] == [
        ["2", "姓名", "", "value.missing"],
        ["3", "专业背景", "[也许]", "value.flag"],
    ]


def test_a_dry_run_says_so_and_keeps_nothing(gridgis: Command, db: Path, tmp_path: Path) -> None:
    ran = gridgis("import", "officers", db, write_csv(tmp_path / "o.csv", officer_rows()), "--dry-run")
    assert ran.code == 0
    assert "未写入" in ran.out
    with open_store(db) as store:
        assert store.officers() == ()


def test_a_refused_file_leaves_with_one_and_its_faults(gridgis: Command, db: Path, tmp_path: Path) -> None:
    rows = officer_rows()
    rows[0]["姓名"] = ""
    rejects = tmp_path / "rejects.csv"
    path = write_csv(tmp_path / "o.csv", rows)
    ran = gridgis("import", "officers", db, path, "--strict", "--rejects", rejects, lang="en")
    assert ran.code == 1
    assert "refused" in ran.err
    assert rejects.exists()
    with open_store(db) as store:
        assert store.officers() == ()


def test_missing_columns_name_what_was_found_and_what_is_wanted(gridgis: Command, db: Path, tmp_path: Path) -> None:
    ran = gridgis("import", "officers", db, write_csv(tmp_path / "o.csv", [{"甲": 1, "乙": "x"}]))
    assert ran.code == 1
    assert "工号" in ran.err
    assert "甲、乙" in ran.err
    assert "[columns]" in ran.err


def test_a_file_that_is_not_there_leaves_with_three(gridgis: Command, db: Path, tmp_path: Path) -> None:
    assert gridgis("import", "officers", db, tmp_path / "none.csv").code == 3


def test_a_plan_in_force_is_changed_by_a_date_only(gridgis: Command, db: Path, tmp_path: Path) -> None:
    path = write_layer(tmp_path / "b.geojson", boundary_features())
    assert gridgis("import", "boundaries", db, path, "--effective", "2020-01-01").code == 0
    changed = [(told | {"名称": f"新{told['名称']}"}, area) for told, area in boundary_features()]
    path = write_layer(tmp_path / "b.geojson", changed)
    ran = gridgis("import", "boundaries", db, path)
    assert ran.code == 1
    assert "--effective" in ran.err
    assert gridgis("import", "boundaries", db, path, "--effective", "2020-07-01T00:00").code == 0
    with open_store(db) as store:
        assert [plan.code for plan in store.plans()] == ["1", "2"]


def test_a_mapping_file_is_taken(gridgis: Command, db: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('[columns]\ncode = "代号"\nname = "称呼"\n', "utf-8")
    path = write_csv(tmp_path / "o.csv", [{"代号": "P1", "称呼": "甲"}])
    ran = gridgis("import", "officers", db, path, "--mapping", mapping)
    assert ran.code == 0
    assert "代号 → code" in ran.out


def test_the_file_of_a_warning_is_told_in_colour_words(gridgis: Command, db: Path, tmp_path: Path) -> None:
    rows = [row | {"风险等级": ""} for row in enterprise_rows()]
    ran = gridgis("import", "enterprises", db, write_csv(tmp_path / "e.csv", rows))
    assert "! 4 行没有风险等级" in ran.out
