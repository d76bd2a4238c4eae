from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geodata.rejects import HEADINGS, write_faults
from gridgis.errors import Fault, Unreadable


def say(fault: Fault) -> str:
    return f"坏：{fault.value}"


def test_faults_are_written_as_spreadsheets_read_them(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_faults(path, "企业.xlsx", [Fault("value.flag", {}, "表一", 7, "专业背景", "可能,\n也许")], say)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        heading, row = csv.reader(stream)
    assert tuple(heading) == HEADINGS
    assert row == ["企业.xlsx", "表一", "7", "专业背景", "可能,\n也许", "value.flag", "坏：可能,\n也许"]


@pytest.mark.parametrize("value", ["=cmd|' /C calc'!A0", "+1", "-2", "@sum", "\tx", "\r=1"])
def test_no_value_is_run_as_a_formula(tmp_path: Path, value: str) -> None:
    path = tmp_path / "r.csv"
    write_faults(path, "=f.csv", [Fault("x", {}, value, 0, value, value)], lambda _: value)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        _, row = csv.reader(stream)
    assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert row[4] == f"'{value}"
    assert row[2] == ""


def test_a_place_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"rejects\.unwritable"):
        write_faults(tmp_path / "no" / "r.csv", "f", [], say)
