"""A file that is written beside its place appears there whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from geodata.store import create_store
from geodata.store.new_file import SIDE_FILES, new_file
from gridgis.errors import Conflict, StoreFault
from tests.fakes.stores import DISTRICT, NOW


def test_the_name_is_taken_when_the_file_is_done(tmp_path: Path) -> None:
    target = tmp_path / "a.gpkg"
    with new_file(target) as made:
        assert not target.exists()
        made.write_text("content")
    assert target.read_text() == "content"
    assert [one.name for one in tmp_path.iterdir()] == ["a.gpkg"]


def test_nothing_stays_of_a_file_that_was_not_done(tmp_path: Path) -> None:
    def interrupted() -> None:
        with new_file(tmp_path / "a.gpkg") as made:
            made.write_text("half")
            made.with_name(f"{made.name}-wal").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_who_comes_second_loses_nothing_of_the_first(tmp_path: Path) -> None:
    target = tmp_path / "a.gpkg"

    def overtaken() -> None:
        with new_file(target) as made:
            made.write_text("second")
            target.write_text("first")

    with pytest.raises(Conflict, match=r"store\.exists"):
        overtaken()
    assert target.read_text() == "first"


def test_a_private_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    with new_file(tmp_path / "a.gpkg", mode=0o600) as made:
        assert made.stat().st_mode & 0o077 == 0
    assert (tmp_path / "a.gpkg").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("end", SIDE_FILES)
def test_no_database_is_made_where_the_log_of_another_one_lies(tmp_path: Path, end: str) -> None:
    """SQLite would play that log into the new file."""
    leftover = tmp_path / f"district.gpkg{end}"
    leftover.write_bytes(b"changes of the old one")
    with pytest.raises(Conflict) as refused:
        create_store(tmp_path / "district.gpkg", DISTRICT, now=NOW)
    assert refused.value.code == "store.leftover"
    assert refused.value.fields["file"] == str(leftover)
    assert list(tmp_path.iterdir()) == [leftover]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "store.full"),
        (errno.EDQUOT, "store.full"),
        (errno.EROFS, "store.read_only"),
        (errno.EACCES, "store.read_only"),
        (errno.EIO, "store.disk"),
        (errno.ENOTDIR, "store.cannot_open"),
    ],
)
def test_what_the_file_system_says_is_told_as_a_code(tmp_path: Path, number: int, code: str) -> None:
    with pytest.raises(StoreFault) as refused, new_file(tmp_path / "a.gpkg"):
        raise OSError(number, os.strerror(number))
    assert refused.value.code == code
    assert refused.value.fields["cause"] == os.strerror(number)
    assert list(tmp_path.iterdir()) == []
