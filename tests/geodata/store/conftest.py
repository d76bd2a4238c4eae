from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.store import Store
from tests.fakes.stores import new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store of a district, in its own folder."""
    with new_store(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An empty store for tests that never commit."""
    with new_store(tmp_path_factory.mktemp("shared")) as made:
        yield made
