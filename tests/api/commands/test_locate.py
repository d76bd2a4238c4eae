"""`gridgis locate`: the cells of a place and who answers for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.questions import whereabouts
from tests.fakes.command_line import gridgis
from tests.fakes.tiny_district import NOON, tiny_district


def test_the_cells_are_those_of_the_plan_with_their_people(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    ran = gridgis(capsys, "locate", database, "--at", "120.105,32.505", "--json")
    assert ran.code == 0
    found = whereabouts(tiny_district(), (120.105, 32.505), NOON)
    assert ran.json == {
        "lon": 120.105,
        "lat": 32.505,
        "cells": [
            {
                "level": one.cell.level,
                "code": one.cell.code,
                "name": one.cell.name,
                "officers": [
                    {"name": officer.name, "role": post.role.value, "phone": officer.phone}
                    for officer, post in one.people
                ],
            }
            for one in found.cells
        ],
        "reason": "found",
        "on_border": False,
    }


@pytest.mark.parametrize(("lang", "said"), [("zh", ["镇街网格", "网格员"]), ("en", ["town cell", "Grid officer"])])
def test_the_table_speaks_one_language(
    capsys: pytest.CaptureFixture[str], database: Path, lang: str, said: list[str]
) -> None:
    ran = gridgis(capsys, "locate", database, "--at", "120.105,32.505", lang=lang)
    assert ran.code == 0
    for text in (*said, "一村西格", "人员06", "13800000006"):
        assert text in ran.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_outside_the_answer_is_no(capsys: pytest.CaptureFixture[str], database: Path, lang: str) -> None:
    ran = gridgis(capsys, "locate", database, "--at", "121,32", lang=lang)
    assert ran.code == 1
    assert ran.out.strip()
    as_json = gridgis(capsys, "locate", database, "--at", "121,32", "--json", lang=lang)
    assert as_json.code == 1
    assert (as_json.json["cells"], as_json.json["reason"]) == ([], "outside")


def test_a_border_is_told(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    ran = gridgis(capsys, "locate", database, "--at", "120.11,32.505", lang="en")
    assert "smallest code" in ran.out


def test_before_the_first_plan_the_answer_is_no(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    ran = gridgis(capsys, "locate", database, "--at", "120.105,32.505", "--when", "2019-06-30")
    assert ran.code == 1
    assert "2019-06-30" in ran.err


@pytest.mark.parametrize(
    "place", ["", "120.1", "a,b", "120.1,32.5,4", "nan,32", "inf,0", "32.5;120.1", "181,0", "0,91"]
)
def test_what_is_no_place_is_a_wrong_call(capsys: pytest.CaptureFixture[str], place: str) -> None:
    ran = gridgis(capsys, "locate", "none.gpkg", f"--at={place}")
    assert ran.code == 2
    assert ran.err.startswith("✗ ")
