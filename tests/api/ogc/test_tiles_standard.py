"""The abstract test suite of OGC API – Tiles part 1: core, tile sets, lists of them, dataset and collections, MVT."""

from __future__ import annotations

from math import atan, degrees, pi, sinh
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest

from maps.tiles import DEEPEST_ZOOM
from tests.fakes.ogc_client import ROOT, everything, follow, links, one_link, read, status
from tests.fakes.served import problem_of

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILING = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
MVT = "application/vnd.mapbox-vector-tile"
SCHEME_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
WITH_TILES = (
    *("cells1", "cells2", "cells3", "enterprises", "teams"),
    *("roads", "water", "waterways", "railways", "places"),
)
WIDE, NEAR = ("10", "414", "853"), ("14", "6625", "13658")


def drawn(answer: Response) -> dict[str, int]:
    """Layers of a tile with how many features each has."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MVT
    return {name: len(layer["features"]) for name, layer in mapbox_vector_tile.decode(answer.content).items()}


def tile_of(ogc: TestClient, set_path: str, address: tuple[str, str, str]) -> Response:
    """A tile by the template of its set."""
    (item,) = links(read(ogc, set_path), "item")
    assert (item["templated"], item["type"]) == (True, MVT)
    href = item["href"]
    for name, value in zip(("tileMatrix", "tileRow", "tileCol"), address, strict=True):
        href = href.replace(f"{{{name}}}", value)
    return follow(ogc, href)


def sets(ogc: TestClient) -> list[str]:
    """Paths of all sets of tiles, by the links of the landing page and of the collections."""
    found = [one_link(read(ogc, "/"), VECTOR, "application/json")]
    for one in read(ogc, "/collections")["collections"]:
        found += [each["href"] for each in links(one, VECTOR) if each["type"] == "application/json"]
    return [
        one_link(each, "self").partition(ROOT)[2] for href in found for each in follow(ogc, href).json()["tilesets"]
    ]


def test_req_tiles_core_conformance_success(ogc: TestClient) -> None:
    classes = read(ogc, "/conformance")["conformsTo"]
    for one in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{one}" in classes


def test_req_tiles_dataset_tilesets_landingpage(ogc: TestClient) -> None:
    assert links(read(ogc, "/"), VECTOR)


def test_req_tiles_dataset_tilesets_operation(ogc: TestClient) -> None:
    assert one_link(read(ogc, "/"), VECTOR, "application/json").partition("?")[0].endswith(f"{ROOT}/tiles")


def test_req_tiles_geodata_tilesets_desc_links(ogc: TestClient) -> None:
    """Collections that have tiles lead to them."""
    told = [one["id"] for one in read(ogc, "/collections")["collections"] if links(one, VECTOR)]
    assert tuple(told) == WITH_TILES


def test_req_tiles_geodata_tilesets_operation(ogc: TestClient) -> None:
    for name in WITH_TILES:
        assert status(ogc, f"/collections/{name}/tiles") == 200
    for name in ("alarms", "nothing"):
        assert problem_of(ogc.get(f"{ROOT}/collections/{name}/tiles"))["code"] == "ogc.collection_unknown"


def test_req_tiles_tilesets_list_tileset_links(ogc: TestClient) -> None:
    """The list says of each set what data it holds, in which system and scheme, and where it is described."""
    for path in ("/tiles", *(f"/collections/{name}/tiles" for name in WITH_TILES)):
        (one,) = read(ogc, path)["tilesets"]
        assert one["dataType"] == "vector"
        assert one["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
        assert one["tileMatrixSetURI"] == SCHEME_URI
        assert one_link(one, "self").endswith(f"{path}/WebMercatorQuad")
        assert follow(ogc, one_link(one, TILING)).json()["id"] == "WebMercatorQuad"


def test_req_tiles_tileset_description(ogc: TestClient) -> None:
    """A set names its layers and zooms, its scheme, and the template of its tiles."""
    for path in sets(ogc):
        told = read(ogc, path)
        assert told["tileMatrixSetURI"] == SCHEME_URI
        assert links(told, TILING)
        layers = [one["id"] for one in told["layers"]]
        assert layers == ([path.split("/")[2]] if path.startswith("/collections") else list(WITH_TILES))
        zooms = [int(one["tileMatrix"]) for one in told["tileMatrixSetLimits"]]
        assert zooms == list(range(zooms[-1] + 1))
        assert all(one["boundingBox"]["lowerLeft"] <= one["boundingBox"]["upperRight"] for one in told["layers"])


def test_req_tiles_core_tc_op(ogc: TestClient) -> None:
    """The template makes addresses of tiles; row before column."""
    for path in sets(ogc):
        assert tile_of(ogc, path, NEAR).status_code in {200, 204}


def test_req_tiles_core_tc_success(ogc: TestClient) -> None:
    """A tile holds the layer of its collection alone, or every layer; what was in the pages' tiles."""
    assert drawn(tile_of(ogc, "/tiles/WebMercatorQuad", WIDE)).keys() >= {"cells1", "cells2", "enterprises", "teams"}
    for name in WITH_TILES:
        answer = tile_of(ogc, f"/collections/{name}/tiles/WebMercatorQuad", NEAR)
        if answer.status_code == 200:
            assert list(drawn(answer)) == [name]
    of_pages = drawn(ogc.get("/tiles/cells/14/13658/6625.mvt"))
    for level in (1, 2, 3):
        alone = drawn(tile_of(ogc, f"/collections/cells{level}/tiles/WebMercatorQuad", NEAR))
        assert alone[f"cells{level}"] == of_pages[f"cells{level}"]


@pytest.mark.parametrize(
    "address", ["23/0/0", "3/8/0", "3/0/8", "a/0/0", "3/-1/0", "3/0/1.5", "9" * 30 + "/0/0", "1/0/\u0661"]
)
def test_req_tiles_core_tc_error(ogc: TestClient, address: str) -> None:
    """An address beyond the scheme is no tile; one where nothing lies has no content."""
    for above in ("", "/collections/cells3"):
        problem = problem_of(ogc.get(f"{ROOT}{above}/tiles/WebMercatorQuad/{address}"))
        assert (problem["status"], problem["code"]) == (404, "ogc.tile_unknown")
        assert status(ogc, f"{above}/tiles/WebMercatorQuad/3/0/0") == 204


def test_a_scheme_that_there_is_not_is_refused(ogc: TestClient) -> None:
    for path in ("/tiles/CDB1GlobalGrid", "/tiles/CDB1GlobalGrid/1/0/0", "/tileMatrixSets/CDB1GlobalGrid"):
        assert problem_of(ogc.get(ROOT + path))["code"] == "ogc.tileset_unknown"


def test_req_tiles_mvt_content(ogc: TestClient) -> None:
    """Features have geometries of a type; the tile's upper left corner is the origin, its lower right one 4096."""
    body = tile_of(ogc, "/collections/teams/tiles/WebMercatorQuad", NEAR).content
    layer = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})["teams"]
    assert layer["extent"] == 4096
    teams = everything(ogc, "/collections/teams/items")
    place = {one["properties"]["code"]: one["geometry"]["coordinates"] for one in teams}
    for feature in layer["features"]:
        assert feature["geometry"]["type"] == "Point"
        x, y = feature["geometry"]["coordinates"]
        lon = (13658 + x / 4096) / 2**14 * 360 - 180
        lat = degrees(atan(sinh(pi * (1 - 2 * (6625 + y / 4096) / 2**14))))
        assert (lon, lat) == pytest.approx(place[feature["properties"]["code"]], abs=1e-5)


def test_req_tiles_oas30_completeness(ogc: TestClient) -> None:
    paths = read(ogc, "/api")["paths"]
    for above in ("", *(f"/collections/{name}" for name in WITH_TILES)):
        tile = paths[f"{above}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"]["get"]
        types = {one["name"]: (one["in"], one["required"], one["schema"]["type"]) for one in tile["parameters"]}
        assert types == {
            "tileMatrix": ("path", True, "string"),
            "tileRow": ("path", True, "integer"),
            "tileCol": ("path", True, "integer"),
        }


def test_req_tiles_oas30_operation_id(ogc: TestClient) -> None:
    """Operations end as the standard names them, so that clients find them."""
    names = {path: one["get"]["operationId"] for path, one in read(ogc, "/api")["paths"].items()}
    for above, origin in (("", "dataset"), ("/collections/teams", "collection")):
        for rest, end in (("", "getTileSetsList"), ("/WebMercatorQuad", "getTileSet")):
            assert names[f"{above}/tiles{rest}"].endswith(f".{origin}.vector.{end}")


def test_the_scheme_is_the_registered_one(ogc: TestClient) -> None:
    """WebMercatorQuad: 256 pixels, zoom 0 one tile of the whole world, half the size a zoom."""
    assert read(ogc, "/tileMatrixSets")["tileMatrixSets"][0]["uri"] == SCHEME_URI
    matrices: list[dict[str, Any]] = read(ogc, "/tileMatrixSets/WebMercatorQuad")["tileMatrices"]
    assert [one["id"] for one in matrices] == [str(zoom) for zoom in range(DEEPEST_ZOOM + 1)]
    assert matrices[0]["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-9)
    assert matrices[0]["cellSize"] == pytest.approx(156543.033928041, rel=1e-9)
    assert all(one["matrixWidth"] == one["matrixHeight"] == 2 ** int(one["id"]) for one in matrices)


def test_a_tile_that_has_not_changed_is_not_sent_again(ogc: TestClient) -> None:
    path = f"{ROOT}/collections/cells3/tiles/WebMercatorQuad/14/6625/13658"
    answer = ogc.get(path)
    again = ogc.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert answer.headers["cache-control"] == "private, no-cache"
