"""`gridgis settings`: what a district sets differently is put whole or not at all, and teams are chosen by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store, rebuild
from tests.fakes.command_line import Ran, gridgis
from tests.fakes.served import fill
from tests.fakes.signed_in import office_district


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "district.gpkg"
    fill(path, office_district())
    return path


def put(capsys: pytest.CaptureFixture[str], database: Path, told: Any) -> Ran:
    file = database.with_name("settings.json")
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return gridgis(capsys, "settings", database, "--put", file)


def test_settings_are_put_shown_and_taken_by_the_state(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"arrival_percentile": 90, "rest_h": 6, "vehicles": {"fire_engine": {"weight_t": 24}}}
    assert gridgis(capsys, "settings", database).code == 0
    assert put(capsys, database, told).code == 0
    assert gridgis(capsys, "settings", database, "--json").json == told
    with open_store(database) as store:
        state = store.state()
        assert (state.arrival_percentile, state.rest_h, state.profiles["fire_engine"].weight_t) == (90, 6, 24.0)
        assert rebuild(store) == ()


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"rest_h": 6, "colour": "red"}, "没有名为 colour 的设置"),
        ({"rest_h": "six"}, "six"),
        ({"vehicles": [1]}, "vehicles"),
        ({"rest_h": 6, "arrival_percentile": 75}, "arrival_percentile"),
        ({"rest_h": 6, "vehicles": {"car": {"wings": 2}}}, "wings"),
        ({"rest_h": 6, "working_hours": [["25:00", "26:00"]]}, "工作时间"),
        ("{", "settings.json"),
        ([1], "settings.json"),
    ],
)
def test_what_makes_no_sense_is_refused_whole(
    database: Path, capsys: pytest.CaptureFixture[str], told: Any, named: str
) -> None:
    refused = put(capsys, database, told)
    assert refused.code != 0
    assert named in refused.err
    assert gridgis(capsys, "settings", database, "--json").json == {}
