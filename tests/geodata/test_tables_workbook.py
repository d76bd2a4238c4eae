"""XLSX workbooks: values as a person sees them, what can't be relied on told by cell, bad files refused."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geodata import archives
from geodata.source import SourceTable
from geodata.sources import read_source
from gridgis.errors import Unreadable
from tests.fakes.office_files import change_part, write_cells, write_workbook

SHEET = "xl/worksheets/sheet1.xml"


def read(path: Path, layer: str | None = None) -> SourceTable:
    (table,) = read_source(path, layer=layer)
    return table


def cell(tmp_path: Path, value: Any, number_format: str | None = None) -> str:
    """The text of one cell."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编码", "值"])
    sheet.append(["1", value])
    if number_format:
        sheet["B2"].number_format = number_format
    book.save(tmp_path / "a.xlsx")
    return read(tmp_path / "a.xlsx").rows[0].values["值"]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (321204101001.0, None, "321204101001"),
        (321204101001001, None, "321204101001001"),
        (12, "000000", "000012"),
        (0.1 + 0.2, None, "0.3"),
        (-5, None, "-5"),
        (120.123456789, "0.00", "120.123456789"),
        (0.5, "0%", "0.5"),
        (True, None, "true"),
        (False, None, "false"),
        ("  罗塘　", None, "罗塘"),
        ("2020/3/1", None, "2020-03-01"),
        (date(2020, 3, 1), None, "2020-03-01"),
        (date(2020, 3, 1), 'yyyy"年"m"月"d"日"', "2020-03-01"),
        (date(2020, 3, 1), "[$-804]yyyy/m/d;@", "2020-03-01"),
        (datetime(2020, 3, 1, 8, 30), None, "2020-03-01T08:30:00"),  # noqa: DTZ001
        (datetime(2020, 3, 1, 8, 30, 59, 999_900), None, "2020-03-01T08:31:00"),  # noqa: DTZ001
        (datetime(2020, 3, 1), "yyyy-mm-dd hh:mm", "2020-03-01T00:00:00"),  # noqa: DTZ001
        (datetime(2020, 3, 1, 12), "yyyy-mm-dd", "2020-03-01T12:00:00"),  # noqa: DTZ001
        (time(8, 30), None, "08:30:00"),
        (timedelta(hours=26, minutes=5), "[h]:mm:ss", "26:05:00"),
    ],
)
def test_values_are_read_as_they_are_seen(tmp_path: Path, value: Any, number_format: str | None, text: str) -> None:
    assert cell(tmp_path, value, number_format) == text


@pytest.mark.parametrize(("number", "text"), [(31, "2020-03-01"), (58, "2020-03-01"), (14, "2020-03-01")])
def test_date_formats_that_chinese_excel_only_numbers_are_known(tmp_path: Path, number: int, text: str) -> None:
    path = write_cells(tmp_path / "a.xlsx", '<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>43891</v></c></row>')
    change_part(path, "xl/styles.xml", ("</cellXfs>", f'<xf numFmtId="{number}"/></cellXfs>'))
    assert read(path).rows[0].values["名称"] == text


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    path = write_cells(tmp_path / "a.xlsx", '<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>42429</v></c></row>')
    change_part(path, "xl/styles.xml", ("</cellXfs>", '<xf numFmtId="14"/></cellXfs>'))
    change_part(path, "xl/workbook.xml", ("<workbookPr ", '<workbookPr date1904="1" '))
    assert read(path).rows[0].values["名称"] == "2020-03-01"


@pytest.mark.parametrize(
    ("xml", "text", "code"),
    [
        ("<v>3.2120410100100102E+17</v>", "3.21204E+17", "table.number_damaged"),
        ("<v>321204101001001000</v>", "3.21204E+17", "table.number_damaged"),
        ("<f>VLOOKUP(A2,B:C,2,0)</f>", "=VLOOKUP(A2,B:C,2,0)", "table.formula_without_value"),
        ("<f>A1</f><v/>", "=A1", "table.formula_without_value"),
        ("<f>1+1</f><v>2</v>", "2", ""),
        ("<v>321204101001001</v>", "321204101001001", ""),
    ],
)
def test_numbers_and_formulas_that_cannot_be_relied_on_are_told_by_cell(
    tmp_path: Path, xml: str, text: str, code: str
) -> None:
    path = write_cells(tmp_path / "a.xlsx", f'<row r="2"><c r="A2"><v>7</v></c><c r="B2">{xml}</c></row>')
    table = read(path)
    assert table.rows[0].values["名称"] == text
    told = [(fault.code, fault.sheet, fault.row, fault.column, fault.value) for fault in table.damaged]
    assert told == ([(code, "台账", 2, "名称", text)] if code else [])


@pytest.mark.parametrize(
    ("attributes", "xml", "text", "code"),
    [
        ('t="e"', "<v>#N/A</v>", "#N/A", "table.cell_error"),
        ('t="str"', "<f>A1</f><v>甲</v>", "甲", ""),
        ('t="str"', "<f>A1</f><v></v>", "", ""),
        ('t="inlineStr"', "<is><r><t>罗</t></r><r><t>塘</t></r><rPh><t>luo</t></rPh></is>", "罗塘", ""),
        ('t="d"', "<v>2020-03-01T00:00:00</v>", "2020-03-01T00:00:00", ""),
        ('t="inlineStr"', "<is><t>一行_x000D_\n两行</t></is>", "一行\r\n两行", ""),
        ('t="inlineStr"', "<is><t>3.21204E+14</t></is>", "3.21204E+14", "table.number_damaged"),
        ('s="1"', "<v>-5</v>", "-5", "table.date"),
        ('s="1"', "<v>0</v>", "0", "table.date"),
        ('s="1"', "<v>99999999</v>", "99999999", "table.date"),
    ],
)
def test_every_kind_of_cell_is_read(tmp_path: Path, attributes: str, xml: str, text: str, code: str) -> None:
    path = write_cells(tmp_path / "a.xlsx", f'<row r="2"><c r="A2"><v>7</v></c><c r="B2" {attributes}>{xml}</c></row>')
    change_part(path, "xl/styles.xml", ("</cellXfs>", '<xf numFmtId="14"/></cellXfs>'))
    table = read(path)
    assert table.rows[0].values["名称"] == text
    assert [fault.code for fault in table.damaged] == ([code] if code else [])


def test_cells_and_rows_without_references_follow_one_another(tmp_path: Path) -> None:
    path = write_cells(tmp_path / "a.xlsx", "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    assert [(row.number, row.values) for row in read(path).rows] == [
        (2, {"编码": "1", "名称": "2"}),
        (3, {"编码": "3", "名称": ""}),
    ]


def test_a_cell_merged_over_rows_counts_for_each_and_is_told(tmp_path: Path) -> None:
    rows = [("镇街", "村居", "人口"), ("罗塘", "甲村", 1), (None, "乙村", 2), ("三水", "丙村", 3)]
    table = read(write_workbook(tmp_path / "a.xlsx", rows, merged=["A2:A3"]))
    assert [row.values["镇街"] for row in table.rows] == ["罗塘", "罗塘", "三水"]
    assert [warning.code for warning in table.warnings] == ["table.merged"]


def test_a_cell_merged_across_counts_for_its_first_column(tmp_path: Path) -> None:
    rows = [("编码", "经度", "纬度"), ("1", "无坐标", None), ("2", 120.1, 32.5)]
    table = read(write_workbook(tmp_path / "a.xlsx", rows, merged=["B2:C2"]))
    assert table.rows[0].values == {"编码": "1", "经度": "无坐标", "纬度": ""}
    assert table.warnings == ()


def test_a_note_merged_beside_the_table_makes_no_rows(tmp_path: Path) -> None:
    rows = [("编码", "名称", None, "填表说明"), ("1", "罗塘")]
    table = read(write_workbook(tmp_path / "a.xlsx", rows, merged=["D1:D900"]))
    assert [row.number for row in table.rows] == [2]


def test_headings_in_two_rows_are_read_from_a_workbook(tmp_path: Path) -> None:
    rows = [("编码", "位置", None), (None, "经度", "纬度"), ("1", 120.1, 32.5)]
    table = read(write_workbook(tmp_path / "a.xlsx", rows, merged=["A1:A2", "B1:C1"]))
    assert table.headings == ("编码", "经度", "纬度")
    assert [(row.number, row.values["纬度"]) for row in table.rows] == [(3, "32.5")]


def write_sheets(path: Path) -> Path:
    book = openpyxl.Workbook()
    for name, state in (("企业", "visible"), ("空", "visible"), ("旧表", "hidden"), ("场所", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        if name != "空":
            sheet.append(["编码", "名称"])
            sheet.append(["1", name])
    del book["Sheet"]
    book.save(path)
    return path


def test_visible_sheets_that_hold_rows_are_read_and_hidden_ones_told(tmp_path: Path) -> None:
    tables = read_source(write_sheets(tmp_path / "a.xlsx"))
    assert [table.sheet for table in tables] == ["企业", "场所"]
    told = [(warning.code, warning.value) for table in tables for warning in table.warnings]
    assert told == [("table.sheet_hidden", "旧表")]


def test_a_named_sheet_is_read_even_when_it_is_hidden(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "a.xlsx")
    assert read(path, layer="旧表").rows[0].values["名称"] == "旧表"
    assert read(path, layer="场所").warnings == ()


def test_an_unknown_sheet_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read_source(write_sheets(tmp_path / "a.xlsx"), layer="人员")
    assert refused.value.code == "layer.unknown"
    assert refused.value.fields["known"] == "企业, 空, 旧表, 场所"


def test_a_workbook_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read_source(write_sheets(tmp_path / "a.xlsx"), layer="空")
    assert refused.value.code == "table.empty"


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    rows = '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>'
    table = read(write_cells(tmp_path / "a.xlsx", rows))
    assert len(table.rows) == 2
    assert [(warning.code, warning.fields) for warning in table.warnings] == [("table.rows_hidden", {"count": 1})]


def test_many_formatted_rows_without_content_are_passed_over_in_little_memory(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{letter}{{0}}" s="1"/>' for letter in "ABCDE")
    empty = f'<row r="{{0}}" spans="1:5" s="1" customFormat="1">{cells}</row>'
    path = write_cells(
        tmp_path / "a.xlsx",
        '<row r="2"><c r="A2"><v>7</v></c></row>'
        + "".join(empty.format(number) for number in range(3, 30_003))
        + '<row r="1048576"><c r="A1048576"><v>8</v></c></row>',
    )
    tracemalloc.start()
    table = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [row.number for row in table.rows] == [2, 1048576]
    assert peak < 12 << 20


def refused(path: Path) -> str:
    with pytest.raises(Unreadable) as error:
        read_source(path)
    return error.value.code


def test_a_workbook_of_another_kind_says_how_to_save_it(tmp_path: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    (tmp_path / "a.xls").write_bytes(old + "Workbook".encode("utf-16-le"))
    (tmp_path / "a.xlsx").write_bytes(old + "EncryptedPackage".encode("utf-16-le"))
    (tmp_path / "a.doc").write_bytes(old + "WordDocument".encode("utf-16-le"))
    (tmp_path / "web.xls").write_bytes(b"<html><body><table><tr><td>1</td></tr></table></body></html>")
    with zipfile.ZipFile(tmp_path / "a.xlsb", "w") as book:
        book.writestr("xl/workbook.bin", b"")
    found = {name: refused(tmp_path / name) for name in ("a.xls", "a.xlsx", "a.doc", "web.xls", "a.xlsb")}
    assert found == {
        "a.xls": "workbook.old",
        "a.xlsx": "workbook.locked",
        "a.doc": "file.foreign",
        "web.xls": "file.html",
        "a.xlsb": "workbook.binary",
    }


def test_a_workbook_cut_off_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [("编码", "名称"), ("1", "罗塘")])
    path.write_bytes(path.read_bytes()[:-200])
    assert refused(path) == "file.truncated"


def test_a_workbook_with_damaged_bytes_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [("编码", "名称")] + [(str(at), "罗塘") for at in range(5000)])
    with zipfile.ZipFile(path) as book:
        info = book.getinfo(SHEET)
    data = bytearray(path.read_bytes())
    middle = info.header_offset + info.compress_size // 2
    data[middle : middle + 40] = bytes(40)
    path.write_bytes(bytes(data))
    assert refused(path) == "file.damaged"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, "</sheetData>", ""),
        (SHEET, "<sheetData>", '<sheetData><row r="2"><c r="A2" t="s"><v>99</v></c></row>'),
        (SHEET, "<sheetData>", '<sheetData><row r="2"><c r="ZZZZ2"><v>1</v></c></row>'),
        (SHEET, "<sheetData>", '<sheetData><row r="2"><c r="A2"><v>neun</v></c></row>'),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml"),
    ],
)
def test_a_workbook_that_contradicts_itself_is_refused(tmp_path: Path, part: str, old: str, new: str) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [("编码", "名称"), ("1", "罗塘")])
    assert refused(change_part(path, part, (old, new))) == "file.damaged"


def test_a_workbook_that_grows_beyond_reason_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [("编码", "名称"), ("1", "罗塘" * 5000)])
    monkeypatch.setattr(archives, "MOST_UNPACKED_BYTES", 10_000)
    assert refused(path) == "archive.too_large"


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [("编码", "名称"), ("1", "罗塘")])
    nested = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    text = parts[SHEET].decode().replace("<sheetData>", '<sheetData><row r="9"><c r="A9"><v>&a11;</v></c></row>')
    parts[SHEET] = (f'<!DOCTYPE x [<!ENTITY a0 "9">{nested}]>' + text).encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    assert refused(path) == "file.damaged"
