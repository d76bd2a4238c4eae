"""A district of which nothing but the name is known is served too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gridgis.cells import District
from gridgis.dispatch.state import DistrictState
from tests.fakes.ogc_client import COLLECTIONS, read, status
from tests.fakes.served import FakeSource, client_of
from tests.fakes.tiny_district import DISTRICT, identify

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient


@pytest.fixture
def bare(tmp_path: Path) -> TestClient:
    state = DistrictState(District(identify("district", DISTRICT), DISTRICT, "小小区"))
    return client_of(FakeSource(state), db=str(tmp_path / "district.gpkg"))


def test_every_collection_is_there_and_empty(bare: TestClient) -> None:
    assert [one["id"] for one in read(bare, "/collections")["collections"]] == list(COLLECTIONS)
    for name in COLLECTIONS:
        page = read(bare, f"/collections/{name}/items", bbox="120,32,121,33", datetime="2020-01-01T00:00:00Z/..")
        assert page["numberMatched"] == (1 if name == "district" else 0)
        assert read(bare, f"/collections/{name}")["extent"] == {}
        assert status(bare, f"/collections/{name}/items", f="html") == 200


@pytest.mark.parametrize("path", ["/tiles", "/collections/roads/tiles", "/collections/cells1/tiles"])
def test_every_tile_is_empty(bare: TestClient, path: str) -> None:
    assert status(bare, f"{path}/WebMercatorQuad") == 200
    assert status(bare, f"{path}/WebMercatorQuad/10/414/853") == 204
