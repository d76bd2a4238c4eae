from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fakes.ogc_district import LAND, ogc_district
from tests.fakes.served import FakeSource, client_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def ogc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A district with something in every collection at noon on 2020-06-30; nothing changes it."""
    folder = tmp_path_factory.mktemp("ogc")
    with client_of(FakeSource(ogc_district(), LAND), db=str(folder / "district.gpkg"), reload_after_s=3600) as client:
        yield client
