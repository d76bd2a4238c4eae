from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fakes.served import FakeSource, client_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The tiny district at noon on 2020-06-30, started; nothing changes it."""
    folder = tmp_path_factory.mktemp("client")
    with client_of(FakeSource(), db=str(folder / "district.gpkg")) as client:
        yield client
