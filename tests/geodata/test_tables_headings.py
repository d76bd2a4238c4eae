"""Headings are found below titles and notes, in one row or two."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from geodata.sheet import Merged, Sheet, SheetRow
from geodata.source import SourceTable
from geodata.sources import read_source
from geodata.tables import column_letter, to_table
from tests.fakes.office_files import write_csv, write_workbook


def table(*rows: Sequence[str], merged: Sequence[Merged] = ()) -> SourceTable:
    numbered = [SheetRow(number, list(cells)) for number, cells in enumerate(rows, start=1)]
    return to_table(Sheet("台账", numbered, merged=merged), file="a.xlsx", sha256="")


HEADINGS = ("编码", "名称", "经度", "纬度")
ROW = ("1", "罗塘", "120.1", "32.5")


@pytest.mark.parametrize(
    "above",
    [
        [],
        [("姜堰区网格台账",)],
        [("姜堰区网格台账", "", "", ""), ("填报单位：安监局", "", "填报日期：2020年6月", "")],
        [
            ("姜堰区网格台账",),
            (),
            ("说明：经纬度为 WGS84；编码为 15 位，不足的请补齐，详见附件",),
            ("", "", "单位：度"),
        ],
        [("泰州市姜堰区", "2020年6月")],
    ],
)
def test_titles_and_notes_above_the_headings_are_passed_over(above: list[tuple[str, ...]]) -> None:
    read = table(*above, HEADINGS, ROW, ROW)
    assert read.headings == HEADINGS
    assert [row.number for row in read.rows] == [len(above) + 2, len(above) + 3]


def test_data_that_is_sparse_or_wordy_is_not_taken_for_headings() -> None:
    sparse = table(
        ("编码", "名称", "电话", "地址", "备注", "行业"), ("甲", "乙", "", "", "", ""), ("丙", "丁", "", "", "", "")
    )
    assert sparse.headings[0] == "编码"
    wordy = table(("姓名", "岗位"), ("张三", "网格员"), ("李四", "网格长"))
    assert wordy.headings == ("姓名", "岗位")


def test_one_column_is_a_table_too() -> None:
    assert [row.values for row in table(("编码",), ("1",), ("2",)).rows] == [{"编码": "1"}, {"编码": "2"}]


def test_one_row_under_the_headings_is_enough() -> None:
    assert [row.values["名称"] for row in table(("台账",), HEADINGS, ("1", "罗塘", "", "")).rows] == ["罗塘"]


def test_empty_rows_and_columns_are_left_out() -> None:
    read = table(("", "编码", "", "名称"), (), ("", "1", "", "罗塘"), ("", "", "", ""), ("", "2", "", "三水"), ())
    assert read.headings == ("编码", "名称")
    assert [(row.number, row.values) for row in read.rows] == [
        (3, {"编码": "1", "名称": "罗塘"}),
        (5, {"编码": "2", "名称": "三水"}),
    ]


def test_a_heading_over_two_lines_is_one() -> None:
    assert table(("统一社会\n信用代码", "name of\nplace"), ("1", "a")).headings == ("统一社会信用代码", "name of place")


def test_repeated_headings_are_told_and_named_by_their_column() -> None:
    read = table(("编码", "名称", "名称"), ("1", "甲", "乙"))
    assert read.rows[0].values == {"编码": "1", "名称": "甲", "名称 [C]": "乙"}
    (warning,) = read.warnings
    assert (warning.code, warning.sheet, warning.row, warning.column) == ("table.heading_repeated", "台账", 1, "名称")


def test_values_without_a_heading_are_told_and_named_by_their_column() -> None:
    read = table(("编码", "名称", ""), ("1", "甲", "乙"))
    assert read.rows[0].values == {"编码": "1", "名称": "甲", "[C]": "乙"}
    assert [(warning.code, warning.fields) for warning in read.warnings] == [("table.heading_missing", {"letter": "C"})]


def test_a_csv_column_without_a_heading_is_told_too(tmp_path: Path) -> None:
    """As programs write that number the rows."""
    (read,) = read_source(write_csv(tmp_path / "a.csv", ",名称,人数\n0,罗塘,3\n1,三水,5\n"))
    assert read.headings == ("[A]", "名称", "人数")
    assert [warning.code for warning in read.warnings] == ["table.heading_missing"]


def test_headings_under_a_heading_merged_across_count() -> None:
    merged = [Merged(1, 1, 1, 2), Merged(1, 2, 0, 0)]
    read = table(("编码", "位置", ""), ("编码", "经度", "纬度"), ("1", "120.1", "32.5"), merged=merged)
    assert read.headings == ("编码", "经度", "纬度")
    assert [row.number for row in read.rows] == [3]
    assert read.warnings == ()


def test_headings_that_are_all_merged_across_are_no_title() -> None:
    merged = [Merged(2, 2, 0, 2), Merged(2, 2, 3, 4), Merged(1, 1, 0, 3)]
    read = table(
        ("企业台账", "", "", "", "附件1"),
        ("企业", "", "", "位置", ""),
        ("编码", "名称", "行业", "经度", "纬度"),
        ("1", "甲", "化工", "120.1", "32.5"),
        ("2", "乙", "化工", "120.1", "32.5"),
        merged=merged,
    )
    assert read.headings == ("编码", "名称", "行业", "经度", "纬度")
    assert [row.number for row in read.rows] == [4, 5]


def test_a_row_of_words_under_a_heading_merged_across_stays_a_row() -> None:
    read = table(
        ("名称", "地址", ""), ("甲", "姜堰大道", "一号"), ("乙", "人民路", "二号"), merged=[Merged(1, 1, 1, 2)]
    )
    assert read.headings == ("名称", "地址", "[C]")
    assert [row.number for row in read.rows] == [2, 3]


def test_columns_are_lettered_as_spreadsheets_do() -> None:
    assert [column_letter(at) for at in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_headings_of_a_csv_file_are_found_below_a_title_too(tmp_path: Path) -> None:
    (read,) = read_source(write_csv(tmp_path / "a.csv", "台账,,\n填报：甲,,\n编码,名称,人数\n1,罗塘,3\n", "gbk"))
    assert [(row.number, row.values["名称"]) for row in read.rows] == [(4, "罗塘")]


def test_a_title_merged_over_the_headings_is_passed_over(tmp_path: Path) -> None:
    rows = [("姜堰区网格台账", None, None), ("编码", "名称", "人数"), ("1", "罗塘", 3)]
    (read,) = read_source(write_workbook(tmp_path / "a.xlsx", rows, merged=["A1:C1"]))
    assert read.headings == ("编码", "名称", "人数")
    assert [row.number for row in read.rows] == [3]
