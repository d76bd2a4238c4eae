from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.served import fill
from tests.fakes.tiny_district import NOON, tiny_district


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny district with two alarms; only read."""
    path = tmp_path_factory.mktemp("database") / "district.gpkg"
    fill(path, tiny_district())
    return path


@pytest.fixture(autouse=True)
def wide_terminal_at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that do not fold, and noon of 2020-06-30 for a clock."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("GRIDGIS_NOW", NOON.isoformat())
