"""CSV and TSV files: encoding, delimiter, quotes, and row numbers as a spreadsheet shows them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.delimited import read_delimited, sniff_delimiter
from geodata.source import SourceTable
from geodata.sources import read_source
from geodata.text_encoding import decode_lines
from gridgis.errors import Unreadable
from tests.fakes.office_files import write_csv

ROWS = "编码,名称,人数\n321204101,罗塘街道,12\n321204102,三水街道,7\n"
CHINESE = st.text(st.characters(codec="gb2312", exclude_categories=("C", "Z"), min_codepoint=0x4E00), min_size=2)


def read(path: Path, layer: str | None = None) -> SourceTable:
    (table,) = read_source(path, layer=layer)
    return table


def values(table: SourceTable, heading: str) -> list[str]:
    return [row.values[heading] for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    table = read(write_csv(tmp_path / "镇街.csv", ROWS, encoding))
    assert table.headings == ("编码", "名称", "人数")
    assert values(table, "名称") == ["罗塘街道", "三水街道"]
    assert (table.faults, table.warnings, table.damaged) == ((), (), ())


@given(st.lists(CHINESE, min_size=1, max_size=30))
def test_chinese_in_gb18030_is_never_taken_for_another_encoding(names: list[str]) -> None:
    text = "\n".join(["编码,名称,所属街道", *(f"{at},{name},罗塘街道" for at, name in enumerate(names))])
    decoded = decode_lines(text.encode("gb18030"), "a.csv")
    assert (decoded.encoding, decoded.odd, "".join(decoded.lines)) == ("gb18030", frozenset(), text)


def test_a_line_that_could_be_utf8_by_chance_stays_gb18030() -> None:
    """The two bytes of each character of 联通 in GBK are a valid pair in UTF-8 too."""
    decoded = decode_lines("名称,备注\n联通,联通\n姜堰,溱潼\n".encode("gbk"), "a.csv")
    assert "".join(decoded.lines) == "名称,备注\n联通,联通\n姜堰,溱潼\n"


@pytest.mark.parametrize(("main", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_rows_in_another_encoding_are_set_aside_with_their_number(tmp_path: Path, main: str, other: str) -> None:
    lines = [f"3212041{at:02},网格{at}".encode(main) for at in range(10)]
    lines[6] = "321204106,张甸镇".encode(other)
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n".join(["编码,名称".encode(main), *lines]))
    table = read(path)
    assert [(fault.code, fault.row, fault.fields) for fault in table.faults] == [
        ("table.encoding", 8, {"encoding": main})
    ]
    assert table.set_aside is not None
    assert table.set_aside[8].values["名称"] == "张甸镇"
    assert len(table.rows) == 9


def test_a_row_cut_inside_a_character_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编码,名称\n1,罗塘\n2,三水\n".encode() + "3,溱潼".encode()[:-1] + b"\n")
    assert [(fault.code, fault.row) for fault in read(path).faults] == [("table.encoding", 4)]


def test_headings_in_another_encoding_than_the_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编码,名称\n".encode("gbk") + "1,罗塘街道\n2,三水街道\n".encode())
    with pytest.raises(Unreadable) as refused:
        read_source(path)
    assert (refused.value.code, refused.value.fields["row"]) == ("table.heading_encoding", 1)


def test_text_of_another_country_is_read_by_a_guess_that_is_told(tmp_path: Path) -> None:
    text = "nimi,osoite\n" + "Mäkelä,Hämeentie\nYrjölä,Töölönkatu\nPöyry,Sörnäinen\n" * 20
    table = read(write_csv(tmp_path / "a.csv", text, "cp1252"))
    assert [warning.code for warning in table.warnings] == ["table.encoding_guessed"]
    assert values(table, "nimi")[0] == "Mäkelä"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(Unreadable) as refused:
        read_source(path)
    assert refused.value.code == "file.unknown"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    table = read(write_csv(tmp_path / "a.txt", ROWS.replace(",", delimiter)))
    assert table.headings == ("编码", "名称", "人数")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("编码,地址\n1,姜堰大道，1号\n2,人民路，2号\n", ","),
        ("台账，2020年\n编码,地址,电话\n1,姜堰大道,1\n", ","),
        ("名称;经度;纬度\n甲;120,15;32,51\n乙;120,16;32,52\n", ";"),
        ("名称\n甲\n乙\n", ","),
        ('编码\t备注\n1\t"a,b,c"\n2\t"d,e,f"\n', "\t"),
    ],
)
def test_other_delimiters_inside_the_text_do_not_count(text: str, delimiter: str) -> None:
    assert sniff_delimiter(text.splitlines(keepends=True)) == delimiter


def test_a_quoted_cell_over_several_lines_is_one_row_and_blank_lines_count(tmp_path: Path) -> None:
    """As a spreadsheet numbers them."""
    table = read(write_csv(tmp_path / "a.csv", '编码,地址\n1,"罗塘\n街道"\n\n2,"说""好"""\n'))
    assert [(row.number, row.values["地址"]) for row in table.rows] == [(2, "罗塘\n街道"), (4, '说"好"')]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_ends_a_row(tmp_path: Path, end: str) -> None:
    table = read(write_csv(tmp_path / "a.csv", ROWS.replace("\n", end)))
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize("text", ['编码,名称\n1,甲\n2,"乙\n3,丙\n', '编码,名称\n1,甲\n2,"乙'])
def test_a_quote_that_is_never_closed_is_refused_with_the_row_where_it_opens(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_source(write_csv(tmp_path / "a.csv", text))
    assert (refused.value.code, refused.value.fields["row"]) == ("table.quote", 3)


def test_a_cell_longer_than_any_real_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read_source(write_csv(tmp_path / "a.csv", f'编码,名称\n1,"{"长" * 200_000}"\n'))
    assert refused.value.code == "table.quote"


def test_a_delimiter_too_many_sets_the_row_aside(tmp_path: Path) -> None:
    table = read(write_csv(tmp_path / "a.csv", "编码,地址,电话\n1,姜堰大道,110\n2,罗塘,大道,110\n3,a,1,,\n"))
    assert [(fault.code, fault.row, fault.value) for fault in table.faults] == [("table.row_too_long", 3, "110")]
    assert [row.number for row in table.rows] == [2, 4]


def test_a_row_that_ends_early_has_empty_cells(tmp_path: Path) -> None:
    table = read(write_csv(tmp_path / "a.csv", "编码,地址,电话\n1\n"))
    assert table.rows[0].values == {"编码": "1", "地址": "", "电话": ""}


def test_codes_that_lost_digits_are_told_by_cell_and_kept_as_they_stand(tmp_path: Path) -> None:
    table = read(write_csv(tmp_path / "a.csv", "编码,备注\n3.21204E+14,好\n321204101001001,3E+14\n"))
    assert [(fault.code, fault.row, fault.column, fault.value) for fault in table.damaged] == [
        ("table.number_damaged", 2, "编码", "3.21204E+14"),
        ("table.number_damaged", 3, "备注", "3E+14"),
    ]
    assert values(table, "编码") == ["3.21204E+14", "321204101001001"]


def test_rows_with_a_damaged_cell_are_set_aside_when_its_column_is_used(tmp_path: Path) -> None:
    table = read(write_csv(tmp_path / "a.csv", "编码,备注\n3.21204E+14,好\n1,3E+14\n")).without_damaged({"编码"})
    assert [row.number for row in table.rows] == [3]
    assert [fault.row for fault in table.faults] == [2]
    assert table.set_aside is not None
    assert table.set_aside[2].values["备注"] == "好"
    assert [fault.row for fault in table.damaged] == [3]


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    for text in ("编码,名称\n", "编码,名称\n,\n,,\n"):
        with pytest.raises(Unreadable) as refused:
            read_source(write_csv(tmp_path / "a.csv", text))
        assert refused.value.code == "table.empty"


def test_a_csv_file_has_no_other_sheet_than_itself(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "镇街.csv", ROWS)
    assert len(read(path, layer="镇街").rows) == 2
    with pytest.raises(Unreadable) as refused:
        read_source(path, layer="村居")
    assert refused.value.code == "layer.unknown"


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), min_size=1, max_size=8))
def test_no_text_at_all_makes_the_reader_fail_but_in_words(cells: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in cells)
    with suppress(Unreadable):
        read_delimited(text.encode("utf-8", "surrogatepass"), "a.csv")
