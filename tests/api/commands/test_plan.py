"""`gridgis plan`: propose cells and beats, keep a draft, look at it, compare it with today's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.cli import REFUSED, WRONG_CALL
from geodata import open_district
from geodata.store import open_store
from gridgis.cells import PlanStatus
from tests.fakes.command_line import gridgis
from tests.fakes.served import fill
from tests.fakes.tiny_district import VILLAGE_1, tiny_district

WORK = {"001001": 10.0, "001002": 10.0, "002001": 1.0, "002002": 1.0}
UNITS = {name: VILLAGE_1 + name for name in WORK}
FEW = ("--seconds", "2")


@pytest.fixture
def uneven(tmp_path: Path) -> Path:
    """The tiny district whose first village has ten times the work in its western cell; the others are even."""
    state = tiny_district()
    plan = state.plans[0]
    units = tuple(
        replace(unit, workload=WORK[unit.code[12:]] if unit.code.startswith(VILLAGE_1) else 5.0) for unit in plan.units
    )
    path = tmp_path / "district.gpkg"
    fill(path, replace(state, plans=(replace(plan, units=units),)))
    return path


def test_the_fewest_moves_that_even_a_village_are_proposed_and_nothing_is_kept_unasked(
    capsys: pytest.CaptureFixture[str], uneven: Path
) -> None:
    ran = gridgis(capsys, "plan", "propose", uneven, "--json", *FEW)
    assert ran.code == 0
    assert ran.json["way"] == "repair"
    assert ran.json["moved_units"] == 1
    assert ran.json["moves_proven"]
    assert ran.json["plan"] is None
    assert all(parent["within"] for parent in ran.json["parents"])
    with open_store(str(uneven)) as store:
        assert [plan.code for plan in store.plans()] == ["1"]


def test_a_kept_proposal_is_a_draft_that_can_be_shown_and_compared(
    capsys: pytest.CaptureFixture[str], uneven: Path, tmp_path: Path
) -> None:
    ran = gridgis(capsys, "plan", "propose", uneven, "--keep", "均衡方案", "--html", tmp_path / "plan.html", *FEW)
    assert ran.code == 0
    assert "小小区" in (tmp_path / "plan.html").read_text("utf-8")
    with open_store(str(uneven)) as store:
        draft = store.plans()[-1]
    assert (draft.code, draft.name, draft.status) == ("2", "均衡方案", PlanStatus.DRAFT)
    assert gridgis(capsys, "plan", "show", uneven, "2", "--json").json["cells"] == 6
    assert "均衡方案" in gridgis(capsys, "plan", "show", uneven, "2").out
    found = gridgis(capsys, "plan", "compare", uneven, "1", "2", "--json").json
    assert found["moved_units"] == 1
    assert {line["lineage"] for line in found["cells"]} >= {"kept"}
    assert gridgis(capsys, "plan", "compare", uneven, "1", "2").code == 0
    assert open_district(str(uneven)).plans[0].code == "1"


def test_a_village_that_can_not_be_even_is_named_with_the_nearest_possible(
    capsys: pytest.CaptureFixture[str], uneven: Path
) -> None:
    locked = [part for name in ("001001", "001002", "002001", "002002") for part in ("--lock", UNITS[name])]
    ran = gridgis(capsys, "plan", "propose", uneven, *locked, "--json", *FEW)
    assert ran.code == 1
    (village,) = [parent for parent in ran.json["parents"] if not parent["within"]]
    assert village["code"] == VILLAGE_1
    assert village["nearest_possible"] == pytest.approx(9 / 11)
    said = gridgis(capsys, "plan", "propose", uneven, *locked, *FEW)
    assert VILLAGE_1 in said.out
    assert "81.8%" in said.out


def test_units_that_must_be_together_are_and_units_that_must_be_apart_are(
    capsys: pytest.CaptureFixture[str], uneven: Path, tmp_path: Path
) -> None:
    out = tmp_path / "cells.geojson"
    options = ("--way", "redraw", "--tolerance", "0.9", "--geojson", out, *FEW)
    pair = f"{UNITS['001001']},{UNITS['001002']}"
    assert gridgis(capsys, "plan", "propose", uneven, "--together", pair, *options).code == 0
    cells = [set(one["properties"]["units"]) for one in json.loads(out.read_text("utf-8"))["features"]]
    assert any(set(pair.split(",")) <= cell for cell in cells)
    assert gridgis(capsys, "plan", "propose", uneven, "--apart", pair.replace(",", "，"), *options).code == 0
    features = json.loads(out.read_text("utf-8"))["features"]
    assert not any(set(pair.split(",")) <= set(one["properties"]["units"]) for one in features)
    assert sum(one["properties"]["hours"] for one in features) == pytest.approx(62)


def test_beats_cross_villages_inside_their_town_and_are_not_kept_as_cells(
    capsys: pytest.CaptureFixture[str], uneven: Path, tmp_path: Path
) -> None:
    out = tmp_path / "beats.geojson"
    options = ("--beats", "3", "--tolerance", "0.4", *FEW)
    ran = gridgis(capsys, "plan", "propose", uneven, *options, "--geojson", out, "--json")
    assert ran.code == 0
    assert ran.json["bound"] is not None
    beats = json.loads(out.read_text("utf-8"))["features"]
    assert len(beats) == 3
    assert all({unit[:9] for unit in one["properties"]["units"]} == {one["properties"]["parent"]} for one in beats)
    refused = gridgis(capsys, "plan", "propose", uneven, *options, "--keep", "片区")
    assert refused.code == WRONG_CALL
    assert "责任片区" in refused.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--way", "guess"), "guess"),
        (("--objective", "beauty"), "beauty"),
        (("--tolerance", "2"), "2"),
        (("--cells", "99"), "99"),
        (("--lock", "nobody"), "nobody"),
        (("--apart", "one"), "one"),
        (("--together", f"{VILLAGE_1}001001,321204102001001001"), "上级区域"),
    ],
)
def test_what_can_not_be_asked_is_refused_with_words(
    capsys: pytest.CaptureFixture[str], uneven: Path, options: tuple[str, ...], said: str
) -> None:
    ran = gridgis(capsys, "plan", "propose", uneven, *options, *FEW)
    assert ran.code in {REFUSED, WRONG_CALL}
    assert said in ran.err


def test_a_plan_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str], uneven: Path) -> None:
    ran = gridgis(capsys, "plan", "show", uneven, "7")
    assert ran.code == WRONG_CALL
    assert "7" in ran.err
    assert "1" in ran.err


def test_the_written_limits_name_neighbours_and_the_edge(capsys: pytest.CaptureFixture[str], uneven: Path) -> None:
    told = gridgis(capsys, "plan", "show", uneven, "1", "--limits", "--json").json["limits"]
    west = told[VILLAGE_1 + "001"]
    assert west["east"] == {"kind": "neighbour", "names": ["一村东格"]}
    assert west["west"]["kind"] == "edge"
    assert "南桥" not in str(west)
    said = gridgis(capsys, "plan", "show", uneven, "1", "--limits").out
    assert "东至" in said
    assert "一村东格" in said


def test_officers_are_counted_by_hours(capsys: pytest.CaptureFixture[str], uneven: Path) -> None:
    ran = gridgis(capsys, "plan", "propose", uneven, "--officer-hours", "10", "--json", *FEW)
    assert ran.json["officers"] == {VILLAGE_1: 3, "321204101002": 2, "321204102001": 2}
    assert "7" in gridgis(capsys, "plan", "propose", uneven, "--officer-hours", "10", *FEW).out
    assert gridgis(capsys, "plan", "propose", uneven, "--officer-hours", "0", *FEW).code == WRONG_CALL
