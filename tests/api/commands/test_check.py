"""`gridgis check`: what it lists, and how it leaves."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from shapely.geometry import shape

from geodata import open_district
from geodata.store import open_store
from gridgis.checks import Severity, check_district
from tests.fakes.clean_district import clean_district
from tests.fakes.command_line import gridgis
from tests.fakes.served import fill
from tests.fakes.tiny_district import NOON


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.gpkg"
    fill(path, clean_district())
    return path


def test_findings_are_those_of_the_domain(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    expected = check_district(open_district(database), when=NOON)
    ran = gridgis(capsys, "check", database, "--json")
    found = ran.json["findings"]
    assert [(one["code"], one["noun"], one["subject"]) for one in found] == [
        (one.code, one.noun, one.subject_code) for one in expected
    ]
    assert ran.code == int(any(one.severity is not Severity.NOTE for one in expected))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fault_is_said_with_its_mending_and_the_exit_code_is_one(
    capsys: pytest.CaptureFixture[str], clean: Path, lang: str
) -> None:
    before = gridgis(capsys, "check", clean, lang=lang)
    with open_store(clean) as store, store.unit_of_work(actor="test", now=NOON.astimezone(UTC)) as work:
        work.put_teams([replace(store.teams()[0], lon=121.9)])
        work.commit()
    ran = gridgis(capsys, "check", clean, lang=lang)
    assert before.code == 0
    assert ran.code == 1
    assert store.teams()[0].code in ran.out
    assert "findings." not in ran.out
    assert "{" not in ran.out


def test_findings_are_drawn_as_geojson(capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path) -> None:
    out = tmp_path / "findings.geojson"
    ran = gridgis(capsys, "check", database, "--geojson", out, "--json")
    document = json.loads(out.read_text("utf-8"))
    assert document["type"] == "FeatureCollection"
    codes = Counter(feature["properties"]["code"] for feature in document["features"])
    assert codes == Counter(one["code"] for one in ran.json["findings"])
    for feature in document["features"]:
        assert "geometry" not in feature["properties"]
        if feature["geometry"] is not None:
            assert not shape(feature["geometry"]).is_empty


def test_a_file_that_can_not_be_written_is_told(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    ran = gridgis(capsys, "check", database, "--geojson", tmp_path / "none" / "findings.geojson")
    assert ran.code == 3
    assert "findings.geojson" in ran.err


def test_a_moment_is_read_before_anything_else(capsys: pytest.CaptureFixture[str]) -> None:
    ran = gridgis(capsys, "check", "none.gpkg", "--when", "soon")
    assert ran.code == 2
    assert "soon" in ran.err
