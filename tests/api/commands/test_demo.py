"""`gridgis demo` refuses a database that is there before it works for half a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli import REFUSED, run


def test_a_database_that_is_there_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "district.gpkg"
    db.write_bytes(b"somebody's")
    assert run(["demo", str(tmp_path / "files"), "--db", str(db)], {}) == REFUSED
    assert "district.gpkg" in capsys.readouterr().err
    assert db.read_bytes() == b"somebody's"
    assert not (tmp_path / "files").exists()
