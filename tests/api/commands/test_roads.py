"""`gridgis roads`: the report, and what is asked for all teams, in words and as the JSON of the API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.command_line import gridgis
from tests.fakes.tiny_district import BRIDGE_NAME

OVER_THE_BRIDGE = ("--at", "120.1315,32.502", "--type", "fire", "--level", "I")


def test_the_report_is_written_with_and_without_its_name(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    for number, name in enumerate(((), ("quality",))):
        out = tmp_path / f"{number}.html"
        assert gridgis(capsys, "roads", *name, database, out).code == 0
        assert "道路质量" in out.read_text("utf-8")


def test_a_matrix_is_a_table_and_the_json_of_the_api(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    points = ("--at", "120.105,32.505", "--at", "120.155,32.515")
    shown = gridgis(capsys, "roads", "matrix", database, *points)
    assert (shown.code, "8分58秒" in shown.out) == (0, True)
    made = gridgis(capsys, "roads", "matrix", database, *points, "--profile", "foot", "--json").json
    assert made["travel_s"][0][0] == 0
    assert gridgis(capsys, "roads", "matrix", database, *points, "--profile", "tank").code != 0


def test_reach_cover_and_parts_are_told(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    reach = gridgis(capsys, "roads", "reach", database, "--tier", "town", "--within", "5", "--within", "10")
    assert "3 个村中 3 个" in reach.out
    assert len(gridgis(capsys, "roads", "reach", database, "--by", "2", "--free", "--json").json["items"]) == 3
    cover = gridgis(capsys, "roads", "cover", database, "--of", "villages", "--most", "2")
    assert "二村" in cover.out
    assert gridgis(capsys, "roads", "cover", database, "--of", "cells", "--json").json["total"] == 6
    parts = gridgis(capsys, "roads", "parts", database, "--tier", "town")
    assert "T1" in parts.out
    assert len(gridgis(capsys, "roads", "parts", database, "--tier", "town", "--json").json["items"]) == 2


def test_detours_and_bridges_are_told(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    at = ("--at", "120.13,32.502", "--tier", "district")
    detours = gridgis(capsys, "roads", "detours", database, *at)
    assert f"封闭“{BRIDGE_NAME}”" in detours.out
    assert gridgis(capsys, "roads", "detours", database, *at, "--json").json["cut_off"] > 0
    bridges = gridgis(capsys, "roads", "bridges", database, "--tier", "district")
    assert BRIDGE_NAME in bridges.out
    assert "120.13000,32.50200" in bridges.out
    assert gridgis(capsys, "roads", "bridges", database, "--tier", "district", "--json").json["total"] == 1
    away = gridgis(capsys, "roads", "detours", database, "--at", "120.2,32.6")
    assert away.code != 0
    assert "没有道路" in away.err


def test_a_nearer_team_is_explained(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    explained = gridgis(capsys, "roads", "explain", database, *OVER_THE_BRIDGE)
    assert BRIDGE_NAME in explained.out
    made = gridgis(capsys, "roads", "explain", database, *OVER_THE_BRIDGE, "--team", "T1", "--json").json
    assert [one["cause"] for one in made["items"]] == ["why.blocked_by_limit"]
    nothing = gridgis(capsys, "roads", "explain", database, *OVER_THE_BRIDGE, "--team", "T2")
    assert "没有更近却晚到" in nothing.out
    unknown = gridgis(capsys, "roads", "explain", database, *OVER_THE_BRIDGE, "--team", "T9")
    assert unknown.code != 0


def test_english_is_spoken(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    assert "straight line" in gridgis(capsys, "roads", "explain", database, *OVER_THE_BRIDGE, lang="en").out
    assert "km²" in gridgis(capsys, "roads", "reach", database, lang="en").out
