from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geodata.importing import REGISTERS, count_rows
from geodata.source import SourceTable
from gridgis.errors import InputRejected, NotKnown, Unreadable
from tests.fakes import tiny_district as tiny
from tests.fakes.office import NOUNS, ROWS, Office, enterprise_rows, officer_rows, post_rows, write_csv
from tests.fakes.stores import rows as stored


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office.new(tmp_path)
    with made.store:
        yield made


class Watcher:
    """Progress that notes what it is told."""

    def __init__(self) -> None:
        self.tasks: list[str] = []
        self.open = False

    def start(self, task: str, total: int | None) -> None:  # noqa: ARG002  the protocol's
        self.tasks.append(task)
        self.open = True

    def advance(self, done: int) -> None:
        assert self.open
        assert done > 0

    def finish(self) -> None:
        self.open = False


def test_the_files_of_an_office_make_the_district_they_were_written_from(office: Office) -> None:
    reports = office.usual()
    assert [(report.noun, report.set_aside, report.warnings) for report in reports] == [
        (noun, (), ()) for noun in NOUNS
    ]
    state, wanted = office.store.state(), tiny.tiny_district()
    seatless = {cell.code: replace(cell, seat=None) for cell in wanted.plans[0].cells}
    assert {cell.code: cell for cell in state.plans[0].cells} == seatless
    assert {unit.code: unit for unit in state.plans[0].units} == {unit.code: unit for unit in wanted.plans[0].units}
    assert state.district.outline == wanted.district.outline
    for name in ("officers", "posts", "enterprises", "sites", "teams"):
        assert {one.id: one for one in getattr(state, name)} == {one.id: one for one in getattr(wanted, name)}
    assert {card.id: card for card in state.run_cards.cards} == {card.id: card for card in wanted.run_cards.cards}


def test_importing_everything_twice_changes_nothing_at_all(office: Office) -> None:
    """Not one event, and not one byte of what is kept."""
    office.usual()
    before = (office.store.version(), office.store.imports(), stored(office.store.path, "SELECT * FROM gpkg_contents"))
    again = office.usual()
    assert [(report.added, report.updated) for report in again] == [(0, 0)] * len(NOUNS)
    assert all(report.unchanged for report in again)
    after = (office.store.version(), office.store.imports(), stored(office.store.path, "SELECT * FROM gpkg_contents"))
    assert after == before


def test_a_changed_row_updates_its_record_and_leaves_the_others_alone(office: Office) -> None:
    rows = officer_rows()
    office.table("officers", rows)
    rows[2]["电话"] = "13900000000"
    report = office.table("officers", rows)
    assert (report.added, report.updated, report.unchanged) == (0, 1, len(rows) - 1)
    assert office.store.officers()[2].phone == "13900000000"
    assert len(office.store.events(noun="officer", noun_id=office.store.officers()[2].id)) == 2


def test_what_a_file_has_no_column_for_stays_as_it_is_stored(office: Office) -> None:
    office.table("officers", [{"工号": "P1", "姓名": "甲", "电话": "139", "专业背景": "是"}])
    office.table("officers", [{"工号": "P1", "姓名": "甲乙"}])
    (officer,) = office.store.officers()
    assert (officer.name, officer.phone, officer.professional) == ("甲乙", "139", True)


def test_an_empty_cell_clears_what_was_stored(office: Office) -> None:
    office.table("officers", [{"工号": "P1", "姓名": "甲", "电话": "139"}])
    office.table("officers", [{"工号": "P1", "姓名": "甲", "电话": ""}])
    assert office.store.officers()[0].phone == ""


@pytest.mark.parametrize("noun", ["officers", "enterprises", "run-cards"])
def test_a_dry_run_reports_the_same_and_keeps_nothing(office: Office, noun: str) -> None:
    rows = ROWS[noun]()
    tried = office.table(noun, rows, dry_run=True)
    assert (office.store.version(), office.store.imports()) == (1, ())
    assert office.table(noun, rows) == tried


def test_a_bad_row_is_set_aside_whole_with_sheet_row_column_value_and_rule(office: Office) -> None:
    rows = officer_rows()
    rows[1]["姓名"] = ""
    rows[3]["专业背景"] = "大概"
    report = office.table("officers", rows)
    told = [(fault.row, fault.column, fault.value, fault.code) for fault in report.set_aside]
    assert told == [(3, "姓名", "", "value.missing"), (5, "专业背景", "大概", "value.flag")]
    assert (report.added, report.rows_set_aside) == (len(rows) - 2, 2)
    kept = office.store.set_aside()
    assert [one.fault for one in kept] == list(report.set_aside)
    assert kept[1].row == {heading: str(value) for heading, value in rows[3].items()}


def test_every_fault_of_a_row_is_told_at_once(office: Office) -> None:
    office.table("officers", officer_rows())
    office.usual("boundaries")
    bad = {"工号": "不在", "网格编码": "99", "岗位": "站长", "起始日": "昨天"}
    with pytest.raises(InputRejected) as refused:
        office.table("posts", [bad])
    assert refused.value.code == "import.nothing_left"
    assert {fault.column for fault in refused.value.faults} == {"岗位", "起始日"}
    bad |= {"岗位": "网格员", "起始日": "2020-01-01"}
    with pytest.raises(InputRejected) as refused:
        office.table("posts", [bad])
    assert {fault.code for fault in refused.value.faults} == {"cell_code.length", "officer.unknown"}


def test_with_strict_one_bad_row_refuses_the_file(office: Office) -> None:
    rows = officer_rows()
    rows[0]["姓名"] = ""
    with pytest.raises(InputRejected, match=r"import\.strict") as refused:
        office.table("officers", rows, strict=True)
    assert [fault.row for fault in refused.value.faults] == [2]
    assert (office.store.officers(), office.store.imports()) == ((), ())


def test_a_file_whose_rows_are_all_bad_is_refused_and_nothing_is_kept(office: Office) -> None:
    with pytest.raises(InputRejected, match=r"import\.nothing_left"):
        office.table("officers", [{"工号": "P1", "姓名": ""}])
    assert office.store.imports() == ()


def test_a_file_without_rows_is_refused(office: Office) -> None:
    path = office.folder / "officers.csv"
    path.write_text("工号,姓名\n", "utf-8")
    with pytest.raises(Unreadable, match=r"table\.empty"):
        office.file(path, "officers")


def test_a_missing_file_says_so(office: Office) -> None:
    with pytest.raises(Unreadable, match=r"file\.missing"):
        office.file(office.folder / "nowhere.csv", "officers")


def test_an_unknown_noun_names_the_known_ones(office: Office) -> None:
    with pytest.raises(NotKnown) as refused:
        office.table("people", officer_rows())
    assert "officers" in refused.value.fields["known"]
    assert "roads" in refused.value.fields["known"]


def test_the_same_code_twice_sets_the_later_row_aside_and_names_the_first(office: Office) -> None:
    rows = officer_rows()
    report = office.table("officers", [*rows, rows[4] | {"姓名": "别人"}])
    (fault,) = report.set_aside
    assert (fault.code, fault.row, fault.fields["first"]) == ("row.code_twice", len(rows) + 2, 6)
    assert office.store.officers()[4].name == rows[4]["姓名"]


def test_the_import_is_recorded_with_its_file_hash_counts_and_columns(office: Office) -> None:
    report = office.table("officers", officer_rows())
    (record,) = office.store.imports()
    assert (record.noun, record.file, record.actor, record.added) == ("officers", "officers.csv", "test", report.added)
    assert record.mapping == report.mapping == {
        "工号": "code", "姓名": "name", "电话": "phone", "专业背景": "professional", "执法证号": "licence"
    }  # fmt: skip
    assert len(record.sha256) == 64


def test_a_file_that_is_repaired_takes_its_rows_off_the_list(office: Office) -> None:
    rows = officer_rows()
    bad = [{**rows[0], "姓名": ""}, *rows[1:]]
    office.table("officers", bad)
    assert len(office.store.set_aside()) == 1
    office.table("officers", rows)
    assert office.store.set_aside() == ()


def test_a_mapping_file_decides_over_every_heading(office: Office) -> None:
    mapping = office.folder / "officers.toml"
    mapping.write_text('[columns]\ncode = "代号"\nname = "姓名"\nphone = ""\n', "utf-8")
    rows = [{"代号": "P1", "工号": "X1", "姓名": "甲", "电话": "139"}]
    report = office.table("officers", rows, mapping=mapping)
    assert report.mapping == {"代号": "code", "姓名": "name"}
    assert report.unused == ("工号", "电话")
    assert [(one.code, one.phone) for one in office.store.officers()] == [("P1", "")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[columns]\nnumber = "工号"\n', "mapping.field"),
        ('[columns]\ncode = "不在"\n', "columns.refused"),
        ('[columns]\ncode = ""\n', "columns.refused"),
        ('[classes]\n"一级" = "primary"\n', "mapping.section"),
        ('[spalten]\ncode = "工号"\n', "mapping.section"),
        ("[columns]\ncode = 7\n", "mapping.value"),
        ('columns = "工号"\n', "mapping.value"),
    ],
)
def test_a_mapping_file_that_says_something_impossible_is_refused(office: Office, text: str, code: str) -> None:
    mapping = office.folder / "m.toml"
    mapping.write_text(text, "utf-8")
    with pytest.raises(InputRejected) as refused:
        office.table("officers", officer_rows(), mapping=mapping)
    assert refused.value.code == code
    assert office.store.officers() == ()


@pytest.mark.parametrize(
    ("content", "code"), [(b"[columns", "mapping.form"), ("[columns]\ncode='工号'".encode("gbk"), "mapping.form")]
)
def test_a_mapping_file_that_is_no_toml_says_so(office: Office, content: bytes, code: str) -> None:
    mapping = office.folder / "m.toml"
    mapping.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        office.table("officers", officer_rows(), mapping=mapping)
    assert refused.value.code == code


def test_a_missing_mapping_file_says_so(office: Office) -> None:
    with pytest.raises(Unreadable, match=r"mapping\.missing"):
        office.table("officers", officer_rows(), mapping=office.folder / "none.toml")


def test_progress_is_told_and_every_task_ends(office: Office) -> None:
    watcher = Watcher()
    office.table("officers", officer_rows() * 200, progress=watcher)
    assert watcher.tasks[-2:] == ["progress.import.rows", "progress.import.write"]
    assert not watcher.open


def test_sheets_of_notes_are_passed_over_and_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(office.folder / "officers.csv", officer_rows())
    from geodata import importing, sources

    def with_notes(*given: Any, **options: Any) -> tuple[SourceTable, ...]:
        (table,) = real(*given, **options)
        notes = replace(
            table, sheet="说明", headings=("说明",), rows=(replace(table.rows[0], values={"说明": "填表"}),)
        )
        return notes, replace(table, sheet="人员")

    real = sources.read_source
    monkeypatch.setattr(importing, "read_source", with_notes)
    report = office.file(path, "officers")
    assert report.added == len(officer_rows())
    assert [(one.code, one.sheet) for one in report.warnings] == [("sheet.passed_over", "说明")]


def test_a_store_that_fails_keeps_nothing_of_the_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enterprises are put before sites: a failure in between leaves neither."""
    from geodata.store import UnitOfWork

    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(UnitOfWork, "put_sites", broken)
    with pytest.raises(RuntimeError):
        office.table("enterprises", enterprise_rows())
    assert (office.store.enterprises(), office.store.version()) == ((), 1)


def test_posts_find_the_officers_of_an_earlier_import_only(office: Office) -> None:
    office.usual("boundaries", "cells")
    with pytest.raises(InputRejected) as refused:
        office.table("posts", post_rows())
    assert {fault.code for fault in refused.value.faults} == {"officer.unknown"}
    assert count_rows(refused.value.faults) == len(post_rows())
    office.usual("officers")
    assert office.table("posts", post_rows()).added == len(post_rows())


@pytest.mark.parametrize("noun", sorted(REGISTERS))
def test_every_register_documents_a_heading_for_each_field_and_shares_no_word_between_two(noun: str) -> None:
    from geodata.headings import plain_heading

    taken: dict[str, str] = {}
    for column in REGISTERS[noun].columns:
        for name in {*map(plain_heading, column.headings), plain_heading(column.field)}:
            assert taken.setdefault(name, column.field) == column.field
