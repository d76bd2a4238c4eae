"""`gridgis verify`: the head of a whole chain alone on standard output, all else in words beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geodata.store import open_store
from geodata.store.sqlite import add_functions
from gridgis.events import Anchor
from tests.fakes.command_line import gridgis
from tests.fakes.stores import NOW, some_enterprises


@pytest.fixture
def copy(database: Path, tmp_path: Path) -> Path:
    """The tiny district in a file of its own."""
    path = tmp_path / "district.gpkg"
    with open_store(database) as store:
        store.copy_for_reading(path)
    return path


def tamper(path: Path, statement: str, *, table: str = "events") -> None:
    """Change a table as somebody does who lifts its guards and puts them back."""
    with closing(sqlite3.connect(path)) as connection:
        add_functions(connection)
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
        triggers = connection.execute(query, (table,)).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _, text in triggers:
            connection.execute(text)
        connection.commit()


def test_the_head_of_a_whole_chain_is_all_that_stands_on_standard_output(
    capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    ran = gridgis(capsys, "verify", database)
    with open_store(database) as store:
        last = store.events()[-1]
    head = Anchor.parse(ran.out)
    assert (ran.code, head.sequence, head.hash) == (0, last.sequence, last.hash)
    assert f"共 {last.sequence} 个事件" in ran.err


def test_what_it_prints_can_be_kept_in_a_file_and_given_back(
    capsys: pytest.CaptureFixture[str], copy: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "anchors.txt"
    kept.write_text("# 每周一抄存\n\n" + gridgis(capsys, "verify", copy).out, "utf-8")
    with open_store(copy) as store, store.unit_of_work(actor="x", now=NOW) as work:
        work.put_enterprises(some_enterprises(3))
        work.commit()
    second = gridgis(capsys, "verify", copy, "--anchors", kept)
    kept.write_text(kept.read_text("utf-8") + second.out, "utf-8")
    third = gridgis(capsys, "verify", copy, "--anchors", kept, "--anchor", second.out, lang="en")
    assert (second.code, third.code) == (0, 0)
    assert "in agreement with 3 anchors" in third.err


@pytest.mark.parametrize(
    ("statement", "zh", "en"),
    [
        ("UPDATE events SET actor = '某人' WHERE fid = 2", "第 2 号事件（", "Event 2 ("),
        ("DELETE FROM events WHERE fid = 3", "缺少第 3 号事件（其后是第 4 号）", "Event 3 is missing"),
    ],
)
def test_the_first_broken_link_is_named_in_words(
    capsys: pytest.CaptureFixture[str], copy: Path, statement: str, zh: str, en: str
) -> None:
    tamper(copy, statement)
    for lang, said in (("zh", zh), ("en", en)):
        ran = gridgis(capsys, "verify", copy, lang=lang)
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.err
        assert "{" not in ran.err


def test_events_cut_off_are_missed_by_an_anchor(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    head = gridgis(capsys, "verify", copy).out
    tamper(copy, "DELETE FROM events WHERE fid > 5")
    assert gridgis(capsys, "verify", copy).code == 0
    ran = gridgis(capsys, "verify", copy, "--anchor", head)
    assert (ran.code, ran.out) == (1, "")
    assert "第 6 号及以后的事件没有了" in ran.err


def test_tables_that_are_what_the_events_add_up_to(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    ran = gridgis(capsys, "verify", copy, "--rebuild")
    assert ran.code == 0
    assert "一致" in ran.err
    assert Anchor.parse(ran.out)


def test_tables_that_differ_are_listed(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    tamper(copy, "UPDATE enterprises SET risk = 'blue', staff = 7", table="enterprises")
    ran = gridgis(capsys, "verify", copy, "--rebuild")
    assert (ran.code, ran.out) == (1, "")
    assert "值与事件不符" in ran.err
    assert "enterprises" in ran.err
    assert "staff" in ran.err


@pytest.mark.parametrize("line", ["12", "x y z", f"1 {'0' * 63} 2020-06-30T00:00:00Z"])
def test_what_is_no_anchor_is_a_wrong_call(capsys: pytest.CaptureFixture[str], database: Path, line: str) -> None:
    ran = gridgis(capsys, "verify", database, "--anchor", line)
    assert (ran.code, ran.out) == (2, "")
    assert line in ran.err


def test_a_file_of_anchors_that_is_none_is_told(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    for path, code in ((picture, 2), (tmp_path, 3), (tmp_path / "nowhere.txt", 3)):
        ran = gridgis(capsys, "verify", database, "--anchors", path)
        assert (ran.code, ran.out) == (code, "")
        assert "{" not in ran.err


def test_a_database_that_is_none_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert gridgis(capsys, "verify", tmp_path / "nowhere.gpkg").code == 3
