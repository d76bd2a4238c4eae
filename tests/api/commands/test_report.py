"""`gridgis report`: figures of a span of days."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from geodata import open_district
from gridgis.figures import dispatch_figures
from tests.fakes.command_line import Ran, gridgis
from tests.fakes.tiny_district import LOCAL, NOON


def ask(capsys: pytest.CaptureFixture[str], database: Path, *more: object, lang: str = "zh") -> Ran:
    span = ("--from", "2020-01-01", "--to", "2020-06-30")
    return gridgis(capsys, "report", "dispatch", database, *span, *more, lang=lang)


def test_the_figures_are_those_of_the_domain_by_their_promised_names(
    capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    told = ask(capsys, database, "--json").json
    figures = dispatch_figures(open_district(database), NOON.date().replace(month=1, day=1), NOON.date(), LOCAL)
    assert told == {"report": "dispatch", "from": "2020-01-01", "to": "2020-06-30", **figures}
    assert told["alarms"] == 2
    assert told["person_dispatches"] == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_stands_with_its_definition(capsys: pytest.CaptureFixture[str], database: Path, lang: str) -> None:
    ran = ask(capsys, database, lang=lang)
    assert ran.code == 0
    assert "figure." not in ran.out
    assert len([line for line in ran.out.splitlines() if "│" in line]) >= 6


def test_the_figures_go_into_a_workbook(capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures.xlsx"
    ran = ask(capsys, database, "--xlsx", out)
    assert ran.code == 0
    rows = list(load_workbook(out).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 7
    assert rows[1][1] == 2
    assert all(row[2] for row in rows)


def test_a_workbook_that_can_not_be_written_is_told(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    assert ask(capsys, database, "--xlsx", tmp_path / "none" / "figures.xlsx").code == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["figures", "a.gpkg", "--from", "2020-01-01", "--to", "2020-01-02"],
        ["dispatch", "a.gpkg", "--from", "2020-01-02", "--to", "2020-01-01"],
        ["dispatch", "a.gpkg", "--from", "yesterday", "--to", "2020-01-01"],
        ["dispatch", "a.gpkg", "--from", "2020-01-01"],
    ],
)
def test_a_wrong_span_or_name_is_a_wrong_call(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert gridgis(capsys, "report", *arguments).code == 2
