"""What a cell holds becomes text by one rule."""

from __future__ import annotations

from datetime import date, datetime, time
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import cell_text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  姜堰　", "姜堰"),
        ("\ufeff编码\u200b", "编码"),
        ("\t321204101001", "321204101001"),
        ("321204101001.0", "321204101001"),
        ("-3.00", "-3"),
        ("12.50", "12.50"),
        ("0012", "0012"),
        ('="0012"', "0012"),
        ("'0012", "0012"),
        ("3.21204101001001E+14", "321204101001001"),
        ("1E5", "1E5"),
        ("-", "-"),
        ("=", "="),
        ("2020/3/1", "2020-03-01"),
        ("2020-3-1", "2020-03-01"),
        ("2020.3.1", "2020-03-01"),
        ("2020年3月1日", "2020-03-01"),
        ("2020/3/1 8:30", "2020-03-01T08:30:00"),
        ("2020-03-01 08:30:15.000", "2020-03-01T08:30:15"),
        ("2020年3月1日 8时30分", "2020-03-01T08:30:00"),
        ("2020-03-01T08:30:00+08:00", "2020-03-01T08:30:00+08:00"),
        ("1/3/2020", "1/3/2020"),
        ("2020/13/1", "2020/13/1"),
        ("2020/3/1 25:00", "2020/3/1 25:00"),
        ("3212-04-01", "3212-04-01"),
        ("08:00-20:00", "08:00-20:00"),
        ("一行\n两行", "一行\n两行"),
        ("", ""),
    ],
)
def test_text_is_trimmed_and_numbers_and_dates_are_plain(cell: str, text: str) -> None:
    assert cell_text.from_text(cell) == text


@pytest.mark.parametrize("text", ["3.21204E+14", "3E+14", "-1.5e+12", "3.21204E+17"])
def test_a_number_in_scientific_notation_that_lost_digits_is_noticed(text: str) -> None:
    assert cell_text.lost_digits(text)
    assert cell_text.from_text(text) == text


@pytest.mark.parametrize("text", ["321204101001001", "1E5", "3.2E-05", "E+14", "3.21204101001001E+14", ""])
def test_other_texts_lost_no_digits(text: str) -> None:
    assert not cell_text.lost_digits(text)


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_whole_numbers_carry_no_point(number: int) -> None:
    assert cell_text.from_number(float(number)) == str(number)


@given(st.floats(-1e6, 1e6))
def test_other_numbers_are_written_without_an_exponent_to_15_digits(number: float) -> None:
    text = cell_text.from_number(number)
    assert "e" not in text.lower()
    assert float(text) == pytest.approx(number, rel=1e-14)


def test_numbers_without_a_value_are_empty_and_too_large_ones_are_damaged() -> None:
    assert cell_text.from_number(nan) == ""
    assert cell_text.from_number(inf) == "INF"
    assert cell_text.lost_digits(cell_text.from_number(321204101001001234.0))


@pytest.mark.parametrize(
    ("digits", "text", "exact"),
    [
        ("321204101001", "321204101001", True),
        ("321204101001001", "321204101001001", True),
        ("3.21204101001E11", "321204101001", True),
        ("321204101001001234", "321204101001001234", True),
        ("321204101001001000", "3.21204E+17", False),
        ("3.2120410100100102E+17", "3.21204E+17", False),
        ("1E300", "1E+300", False),
        ("0.30000000000000004", "0.3", True),
        ("1E-7", "0.0000001", True),
        ("12.0", "12", True),
        ("0", "0", True),
    ],
)
def test_numbers_of_a_workbook_are_exact_to_the_15_digits_it_keeps(digits: str, text: str, exact: bool) -> None:  # noqa: FBT001
    assert cell_text.from_decimal(digits) == (text, exact)


def test_dates_moments_and_times_are_written_in_iso_8601() -> None:
    assert cell_text.from_moment(date(2020, 3, 1)) == "2020-03-01"
    assert cell_text.from_moment(datetime(2020, 3, 1, 8, 30)) == "2020-03-01T08:30:00"  # noqa: DTZ001
    assert cell_text.from_moment(time(8, 30)) == "08:30:00"
