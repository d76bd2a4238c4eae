from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a store that knows the district's name only."""
    made = Office.new(tmp_path)
    with made.store:
        yield made
