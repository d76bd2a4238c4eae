from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.signed_in import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A database with accounts, and a service of it."""
    made = Office(tmp_path)
    yield made
    made.close()
