"""What commands share: options, results, faults."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.commands.shared import FAULTS_SHOWN, Console, moment_or_now, now, parse_place, write_text
from gridgis.errors import Fault, InputRejected, InvalidValue, StoreFault
from maps.words import Words


@pytest.mark.parametrize("text", ["120.15,32.51", " 120.15 , 32.51 ", "120.15，32.51", "120.15 32.51", "+120.15,32.51"])
def test_a_place_is_longitude_and_latitude(text: str) -> None:
    assert parse_place(text) == (120.15, 32.51)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "place.form"),
        ("120.15", "place.form"),
        ("120.15,32.51,3", "place.form"),
        ("东,北", "place.form"),
        ("nan,32", "place.coordinates"),
        ("120,1e999", "place.coordinates"),
        ("180.1,0", "place.coordinates"),
        ("0,-90.1", "place.coordinates"),
    ],
)
def test_what_is_no_place_on_the_globe_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_place(text)
    assert refused.value.code == code


def test_the_clock_is_fixed_by_its_variable() -> None:
    fixed = now({"GRIDGIS_NOW": "2020-06-30T14:00"})
    assert 0 <= (fixed - datetime(2020, 6, 30, 6, tzinfo=UTC)).total_seconds() < 60
    assert abs((now({"GRIDGIS_NOW": ""}) - datetime.now(UTC)).total_seconds()) < 60
    assert moment_or_now("2020-06-30T06:00Z") == datetime(2020, 6, 30, 6, tzinfo=UTC)


def test_json_keeps_chinese_and_refuses_what_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(Words.load("zh"))
    console.json({"name": "姜堰"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": "姜堰"}
    assert "姜堰" in out
    with pytest.raises(ValueError, match="not JSON compliant"):
        console.json({"x": float("nan")})


def test_the_first_faults_are_shown_with_the_count_of_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    faults = [
        Fault("time.day", {"value": f"x{row}"}, sheet="表1", row=row, column="起始日", value=f"x{row}")
        for row in range(2, FAULTS_SHOWN + 7)
    ]
    Console(Words.load("zh")).error(InputRejected("time.day", faults, value="x"))
    said = capsys.readouterr().err
    assert "x2" in said
    assert f"x{FAULTS_SHOWN + 1}" in said
    assert f"x{FAULTS_SHOWN + 2}" not in said
    assert "5" in said.splitlines()[-1]


def test_words_are_never_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    Console(Words.load("en")).refuse("[red]100%[/red] [link=x]")
    assert "[red]100%[/red] [link=x]" in capsys.readouterr().err


def test_a_text_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as refused:
        write_text(tmp_path / "none" / "a.txt", "a")
    assert refused.value.code == "output.unwritable"
    write_text(tmp_path / "a.txt", "表")
    assert (tmp_path / "a.txt").read_text("utf-8") == "表"
