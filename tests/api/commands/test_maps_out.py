"""`gridgis map`: a page that opens with no network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fakes.command_line import gridgis


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_one_file(capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "map.html"
    ran = gridgis(capsys, "map", database, out, lang=lang)
    assert ran.code == 0
    assert "map.html" in ran.out
    page = out.read_text("utf-8")
    assert "小小区" in page
    assert not re.search(r'(<link[^>]*href|src)="https?:', page)


def test_an_alarm_is_drawn_with_its_teams(capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    options = ("--at", "120.134,32.5165", "--type", "gas", "--level", "II")
    assert gridgis(capsys, "map", database, out, *options).code == 0
    assert "危化队" in out.read_text("utf-8")


def test_a_page_that_can_not_be_written_is_told(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    ran = gridgis(capsys, "map", database, tmp_path / "none" / "map.html")
    assert ran.code == 3
    assert "map.html" in ran.err


def test_an_alarm_outside_writes_nothing(capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    assert gridgis(capsys, "map", database, out, "--at", "121,32").code == 1
    assert not out.exists()
