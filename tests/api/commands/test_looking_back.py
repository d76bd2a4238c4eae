"""`gridgis replay` and `gridgis learn`: past alarms answered again, and what runs teach, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata import open_district
from geodata.store import open_store
from tests.fakes.command_line import gridgis
from tests.fakes.served import fill
from tests.fakes.signed_in import NOW
from tests.fakes.tiny_district import tiny_district

SPAN = ("--from", "2020-06-01", "--to", "2020-06-30")


def test_a_period_is_answered_again_with_what_is_tried(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    told = gridgis(capsys, "replay", database, *SPAN, "--without", "DT", "--json").json
    assert [one["code"] for one in told["alarms"]] == ["J001", "J002"]
    assert told["tried_median_s"] >= told["now_median_s"]
    plain = gridgis(capsys, "replay", database, *SPAN)
    assert plain.code == 0
    assert "J001" in plain.out
    moved = gridgis(
        capsys, "replay", database, *SPAN, "--move", "DT=120.155,32.515", "--close", "120.155,32.512", "--json"
    )
    assert moved.json["tried_median_s"] is not None


@pytest.mark.parametrize("more", [("--without", "X9"), ("--move", "DT"), ("--close", "121,31")])
def test_what_can_t_be_tried_is_refused(
    capsys: pytest.CaptureFixture[str], database: Path, more: tuple[str, str]
) -> None:
    assert gridgis(capsys, "replay", database, *SPAN, *more).code == 2


def test_what_runs_teach_is_shown_and_switched(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "district.gpkg"
    fill(path, tiny_district())
    assert gridgis(capsys, "learn", path, "--json").json == {"runs": 0, "in_use": False, "teams": []}
    with open_store(path) as store, store.unit_of_work(actor="test", now=NOW) as work:
        work.put_settings({"learned_times": {"DT": [2.0, 1.0]}})
        work.commit()
    assert gridgis(capsys, "learn", path, "--json").json["in_use"]
    assert gridgis(capsys, "learn", path, "--leave").code == 0
    assert open_district(path).learned_times == {}
