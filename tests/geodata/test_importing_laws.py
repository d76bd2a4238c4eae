"""What holds whatever an office writes into its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.importing import ImportReport, count_rows
from gridgis.errors import Conflict, GridGISError, InputRejected
from tests.fakes.office import FEATURES, ROWS, Office, clear
from tests.fakes.stores import rows as stored

LIKELY = (
    "", " ", "无", "/", "0", "1", "-1", "是", "否", "2020-02-30", "2020-01-01", "2020-01-01 08:00", "Ⅱ级", "321204101",
    "321204101001", "321204101001001", "120.11", "32.51", "1e5", "火灾", "救援", "=1+1", "DT", "A1", "P01",
    "999999999999", "91321204MA1000000X", "\U0001f525", "　全角　", "-5", "nan", "08:00-08:00", "0,0", "灭火、灭火",
)  # fmt: skip
damages = st.sampled_from(LIKELY) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{"), max_size=12
)
KEPT = ("officers", "posts", "enterprises", "sites", "teams", "run_cards", "alarms", "dispatches", "cells", "units")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose files are all imported; for tests that keep nothing."""
    made = Office.new(tmp_path_factory.mktemp("office"))
    with made.store:
        made.usual()
        yield made


def outcome(import_: Callable[[], ImportReport]) -> ImportReport | GridGISError:
    """What came of an import: its report, or why it was refused."""
    try:
        return import_()
    except GridGISError as refused:
        return refused


def accounted(report: ImportReport, rows: list[dict[str, Any]]) -> bool:
    """Whether every row became part of a record or was set aside."""
    records = report.added + report.updated + report.unchanged
    if report.noun == "run-cards":
        bad = {fault.row for fault in report.set_aside}
        good = [row for number, row in enumerate(rows, start=2) if number not in bad and any(map(str, row.values()))]
        return records <= len(good) and bool(records) == bool(good)
    return records + count_rows(report.set_aside) == len(rows)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_cells_never_break_an_import_and_every_row_is_accounted_for(full: Office, data: st.DataObject) -> None:
    noun = data.draw(st.sampled_from(sorted(ROWS)))
    rows = ROWS[noun]()[:40]
    version = full.store.version()
    for _ in range(data.draw(st.integers(1, 6))):
        row = data.draw(st.integers(0, len(rows) - 1))
        heading = data.draw(st.sampled_from(sorted(rows[row])))
        rows[row][heading] = data.draw(damages)
    came = outcome(lambda: full.table(noun, rows, dry_run=True))
    if isinstance(came, ImportReport):
        assert accounted(came, rows)
        assert clear(*came.set_aside, *came.warnings, *came.waiting)
        assert all(fault.row and fault.code for fault in came.set_aside)
    else:
        assert isinstance(came, InputRejected)
        assert (came.code, bool(came.faults)) == ("import.nothing_left", True)
        assert clear(came, *came.faults)
    assert full.store.version() == version


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_features_never_break_an_import_either(full: Office, data: st.DataObject) -> None:
    noun = data.draw(st.sampled_from(sorted(FEATURES)))
    features = FEATURES[noun]()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(features) - 1))
        told, area = features[at]
        heading = data.draw(st.sampled_from(sorted(told)))
        moved = data.draw(st.sampled_from([area, features[0][1], None, area.centroid if area else None]))
        features[at] = (told | {heading: data.draw(damages)}, moved)
    effective = data.draw(st.sampled_from([None, full.store.plans()[0].effective_from.replace(year=2021)]))
    came = outcome(lambda: full.layer(noun, features, dry_run=True, effective=effective))
    if isinstance(came, ImportReport):
        assert came.added + came.updated + came.unchanged + count_rows(came.set_aside) == len(features)
    elif isinstance(came, Conflict):
        assert (came.code, effective) == ("plan.in_force", None)
    else:
        assert isinstance(came, InputRejected)
        assert came.faults


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_rows_in_any_order_make_the_same_store(data: st.DataObject) -> None:
    """But for run cards without line numbers, whose lines count in the order of the file."""
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        one, other = Office.new(Path(first)), Office.new(Path(second))
        with one.store, other.store:
            one.usual()
            for noun, features in FEATURES.items():
                other.layer(noun, data.draw(st.permutations(features())), effective=one.store.plans()[0].effective_from)
            for noun, rows in ROWS.items():
                other.table(noun, data.draw(st.permutations(rows())))
            for table in KEPT:
                assert content(one, table) == content(other, table)


def content(office: Office, table: str) -> list[tuple[Any, ...]]:
    """The rows of a table without the order and moment in which they came."""
    path = office.store.path
    names = [name for (name,) in stored(path, "SELECT name FROM pragma_table_info(?)", table)]
    kept = ", ".join(name for name in names if name not in {"fid", "updated_at"})
    return sorted(stored(path, f"SELECT {kept} FROM {table}"), key=str)  # noqa: S608  our own table


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_part_of_a_file_may_come_first(data: st.DataObject) -> None:
    """A file in two parts leaves what the whole file leaves."""
    rows = ROWS["enterprises"]() + [
        {**ROWS["enterprises"]()[0], "场所编号": "", "场所名称": name, "地址": address}
        for name, address in (("", "一路"), ("", "二路"), ("东厂", "三路"))
    ]
    cut = data.draw(st.integers(1, len(rows) - 1))
    order = data.draw(st.permutations(rows))
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        one, other = Office.new(Path(first)), Office.new(Path(second))
        with one.store, other.store:
            one.table("enterprises", rows)
            other.table("enterprises", order[:cut])
            other.table("enterprises", order)
            held = {site.code for site in one.store.sites()}
            assert held <= {site.code for site in other.store.sites()}
            assert content(one, "enterprises") == content(other, "enterprises")
