"""`gridgis respond`: who goes, in words and as the JSON that is promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.commands.respond import distance, duration
from maps.words import Words
from tests.fakes.command_line import Ran, gridgis
from tests.fakes.served import client_of
from tests.fakes.tiny_district import NOON

ACROSS_THE_RIVER = "120.134,32.5165"
ZH = Words.load("zh")


def ask(
    capsys: pytest.CaptureFixture[str], database: Path, *more: object, kind: str = "hazmat", lang: str = "zh"
) -> Ran:
    return gridgis(
        capsys, "respond", database, "--at", ACROSS_THE_RIVER, "--type", kind, "--level", "II", *more, lang=lang
    )


def test_the_json_has_exactly_the_keys_that_are_promised(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    """Design: ``respond --json``; programs of others read it."""
    answer = ask(capsys, database, "--json").json
    assert list(answer) == ["alarm", "cells", "chosen", "passed_over", "shortfalls"]
    assert answer["chosen"]
    assert answer["passed_over"]
    for cell in answer["cells"]:
        assert list(cell) == ["level", "code", "name", "officers"]
        assert [list(officer) for officer in cell["officers"]] == [["name", "role", "phone"]]
    for chosen in answer["chosen"]:
        assert list(chosen) == [
            *("team", "tier", "capabilities", "people", "turnout_s", "travel_s", "walk_s", "eta_s"),
            *("distance_m", "estimated", "reason", "route"),
        ]
        assert list(chosen["team"]) == ["id", "name"]
    for passed in answer["passed_over"]:
        assert list(passed) == ["team", "eta_s", "reason"]
        assert list(passed["team"]) == ["id", "name"]


def test_a_shortfall_has_its_need_and_reason(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    answer = ask(capsys, database, "--when", "2020-06-30T23:00", "--json").json
    assert [list(short) for short in answer["shortfalls"]] == [["need", "reason"]]
    assert "志愿队" in str([passed["team"]["name"] for passed in answer["passed_over"]])


def test_teams_stand_in_order_of_arrival(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    chosen = ask(capsys, database, "--json").json["chosen"]
    arrivals = [float("inf") if team["eta_s"] is None else team["eta_s"] for team in chosen]
    assert arrivals == sorted(arrivals)
    assert [cell["level"] for cell in ask(capsys, database, "--json").json["cells"]] == [1, 2, 3]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_task_is_part_of_the_order(capsys: pytest.CaptureFixture[str], database: Path, lang: str) -> None:
    """Nobody untrained is sent in: the reason begins with what the team is sent to do."""
    words = Words.load(lang)
    village = next(
        team for team in ask(capsys, database, "--json", lang=lang).json["chosen"] if team["tier"] == "village"
    )
    keep_away = words.text("cli.respond.keep_away", task=words.text("task.do_not_enter"), metres=300)
    assert village["reason"].startswith(keep_away)
    assert keep_away in ask(capsys, database, lang=lang).out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_command_line_and_http_answer_alike(capsys: pytest.CaptureFixture[str], database: Path, lang: str) -> None:
    told = ask(capsys, database, "--json", lang=lang).json
    asked = {"lon": 120.134, "lat": 32.5165, "type": "hazmat", "level": "II", "when": NOON.isoformat()}
    with client_of(None, db=str(database)) as client:
        answer = client.post("/api/v1/responses", params={"lang": lang}, json=asked).json()
    for own in told["chosen"]:
        same = next(team for team in answer["chosen"] if team["team"]["id"] == own["team"]["id"])
        assert own.pop("reason").endswith(same["reason"])
        assert own == promised(same, own)
    assert told["passed_over"] == [promised(one, told["passed_over"][0]) for one in answer["passed_over"]]
    assert told["shortfalls"] == [{"need": one["need"], "reason": one["reason"]} for one in answer["shortfalls"]]
    assert told["cells"] == answer["cells"]
    assert {key: told["alarm"][key] for key in ("type", "level", "lon", "lat")} == {
        key: answer["alarm"][key] for key in ("type", "level", "lon", "lat")
    }


def promised(told: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    """What HTTP tells of a team, as far as the command line promises it."""
    return {
        key: {"id": told["team"]["id"], "name": told["team"]["name"]} if key == "team" else told[key] for key in keys
    }


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["危险化学品", "Ⅱ级响应", "甲镇 › 二村 › 二村东格", "分", "未派"]),
        ("en", ["hazardous chemicals", "level II", "not sent"]),
    ],
)
def test_the_table_speaks_one_language(
    capsys: pytest.CaptureFixture[str], database: Path, lang: str, said: list[str]
) -> None:
    ran = ask(capsys, database, lang=lang)
    assert ran.code == 0
    for text in said:
        assert text in ran.out
    assert "reasons." not in ran.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_place_outside_is_no_with_the_nearest_town(
    capsys: pytest.CaptureFixture[str], database: Path, lang: str
) -> None:
    ran = gridgis(capsys, "respond", database, "--at", "120.25,32.51", "--type", "fire", "--level", "I", lang=lang)
    assert (ran.code, ran.out) == (1, "")
    assert "乙镇" in ran.err


def test_an_unknown_type_is_a_wrong_call_with_the_known_ones(
    capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    ran = ask(capsys, database, kind="avalanche")
    assert (ran.code, ran.out) == (2, "")
    assert "confined_space" in ran.err


def test_times_and_distances_are_said_as_people_say_them() -> None:
    assert duration(250, ZH) == "4分10秒"
    assert duration(59.6, ZH) == "1分00秒"
    assert distance(846.4, ZH) == "846 米"
    assert distance(999.6, ZH) == "1.0 公里"
    assert distance(3240, ZH) == "3.2 公里"
    assert duration(None, ZH) == distance(None, ZH) == ZH.text("unit.unknown")
