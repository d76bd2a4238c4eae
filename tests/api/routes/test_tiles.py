"""Vector tiles over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import mapbox_vector_tile
import pytest

from gridgis.errors import StoreFault
from tests.fakes.served import FakeSource, client_of, problem_of

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

INSIDE = "12/3414/1656"


def layers(answer: Response) -> dict[str, int]:
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    return {name: len(layer["features"]) for name, layer in mapbox_vector_tile.decode(answer.content).items()}


def address(client: TestClient, name: str, tile: str = INSIDE) -> str:
    z, x, y = tile.split("/")
    url: str = client.get("/api/v1/district").json()["tiles"][name]["url"]
    return url.format(z=z, x=x, y=y)


def test_a_tile_shows_what_lies_in_it(client: TestClient) -> None:
    assert layers(client.get(address(client, "cells")))["cells2"] == 3
    assert layers(client.get(address(client, "teams"))) == {"teams": 11}
    assert client.get(address(client, "enterprises")).status_code == 200


def test_where_nothing_lies_there_is_no_content(client: TestClient) -> None:
    answer = client.get("/tiles/cells/12/0/0.mvt")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_tile_whose_address_names_the_version_is_kept_for_ever(client: TestClient) -> None:
    named, bare = client.get(address(client, "cells")), client.get(f"/tiles/cells/{INSIDE}.mvt")
    assert "immutable" in named.headers["cache-control"]
    assert bare.headers["cache-control"] == "no-cache"
    assert named.content == bare.content
    assert client.get(f"/tiles/cells/{INSIDE}.mvt?v=old").headers["cache-control"] == "no-cache"


def test_a_tile_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    path = f"/tiles/cells/{INSIDE}.mvt"
    again = client.get(path, headers={"if-none-match": client.get(path).headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_tile_is_packed_for_who_takes_it(client: TestClient) -> None:
    path = f"/tiles/cells/{INSIDE}.mvt"
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


@pytest.mark.parametrize(
    "tile", ["23/0/0", "1/2/0", "1/0/2", "-1/0/0", "1.5/0/0", "1e1/0/0", "a/b/c", "9" * 5000 + "/0/0", "1/\u0967/0"]
)
def test_an_address_without_a_tile_is_refused(client: TestClient, tile: str) -> None:
    answer = client.get(f"/tiles/cells/{tile}.mvt")
    assert answer.status_code == 422
    problem = problem_of(answer)
    assert problem["code"] == "tile.address"
    assert len(answer.content) < 2000


@pytest.mark.parametrize("path", ["/tiles/nothing/1/0/0.mvt", "/tiles/cells/1/0/0.png", "/tiles/cells/1/0.mvt"])
def test_tiles_of_another_name_are_not_found(client: TestClient, path: str) -> None:
    assert problem_of(client.get(path))["code"] == "page.unknown"


def test_the_base_map_is_cut_from_the_districts_roads(tmp_path: Path) -> None:
    client = client_of(FakeSource(), db=str(tmp_path / "district.gpkg"))
    answer = client.get(f"/tiles/base/{INSIDE}.mvt")
    assert layers(answer)["roads"] > 0
    assert "?v=" in address(client, "base")
    assert "immutable" in client.get(address(client, "base")).headers["cache-control"]


def test_a_base_map_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    client = client_of(FakeSource(), db=str(tmp_path / "none" / "district.gpkg"))
    answer = client.get(f"/tiles/base/{INSIDE}.mvt")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert problem_of(answer)["code"] == "base_map.unwritable"
    assert client.get(f"/tiles/cells/{INSIDE}.mvt").status_code == 200


def test_tiles_are_served_from_memory_while_the_database_is_locked() -> None:
    source = FakeSource()
    client = client_of(source)
    source.fault = StoreFault("store.locked", db="district.gpkg")
    assert client.get(f"/tiles/cells/{INSIDE}.mvt").status_code == 200
