"""The abstract test suite of OGC API – Features part 2, coordinate reference systems by reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import shape

from tests.fakes.ogc_client import COLLECTIONS, ROOT, everything, read
from tests.fakes.served import problem_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"
SYSTEMS = (CRS84, *(f"{EPSG}/{code}" for code in (4326, 4490, 4549, 3857)))
MILLIMETRE_DEG = 1.1e-8
SPATIAL = tuple(name for name in COLLECTIONS if name != "unplaced")


def back_to_lonlat(geometry: shapely.Geometry, uri: str) -> shapely.Geometry:
    """A geometry with the axes of a system's own definition, by pyproj alone, as longitude and latitude."""
    if uri == CRS84:
        return geometry
    transformer = Transformer.from_crs(CRS.from_epsg(int(uri.rpartition("/")[2])), CRS.from_epsg(4326))

    def move(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        latitude, longitude = transformer.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([longitude, latitude])

    moved: shapely.Geometry = shapely.transform(geometry, move)
    return moved


def bbox_in(uri: str, west: float, south: float, east: float, north: float) -> str:
    """The box around a box of longitude and latitude in another system, axes in its order."""
    if uri == CRS84:
        return f"{west},{south},{east},{north}"
    transformer = Transformer.from_crs(CRS.from_epsg(4326), CRS.from_epsg(int(uri.rpartition("/")[2])))
    first, second = transformer.transform([south, south, north, north], [west, east, west, east])
    return ",".join(map(str, (min(first), min(second), max(first), max(second))))


def test_req_crs_crs_uri(ogc: TestClient) -> None:
    """Systems are named by their URIs in the register of OGC."""
    for one in read(ogc, "/collections")["collections"]:
        assert tuple(one["crs"]) == SYSTEMS


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_crs_fc_md_crs_list(ogc: TestClient, name: str) -> None:
    """The default is listed, first."""
    assert read(ogc, f"/collections/{name}")["crs"][0] == CRS84


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_crs_fc_md_storage_crs_valid_value(ogc: TestClient, name: str) -> None:
    described = read(ogc, f"/collections/{name}")
    assert described["storageCrs"] in described["crs"]


@pytest.mark.parametrize("uri", SYSTEMS)
@pytest.mark.parametrize("name", SPATIAL)
def test_req_crs_fc_crs_action(ogc: TestClient, name: str, uri: str) -> None:
    """Coordinates are of the system asked for, axes in the order of its definition, of many features and of one."""
    plain = everything(ogc, f"/collections/{name}/items")
    moved = everything(ogc, f"/collections/{name}/items", crs=uri)
    assert [one["id"] for one in moved] == [one["id"] for one in plain]
    for one, other in zip(plain, moved, strict=True):
        assert one["properties"] == other["properties"]
        wanted, found = shape(one["geometry"]), back_to_lonlat(shape(other["geometry"]), uri)
        assert shapely.equals_exact(found, wanted, 2 * MILLIMETRE_DEG), uri
    alone = read(ogc, f"/collections/{name}/items/{plain[0]['id']}", crs=uri)
    assert alone["geometry"] == moved[0]["geometry"]


@pytest.mark.parametrize("uri", SYSTEMS)
def test_req_crs_ogc_crs_header_value(ogc: TestClient, uri: str) -> None:
    """The header names the system in angle brackets, for many features, for one, and on pages."""
    chosen = read(ogc, "/collections/teams/items")["features"][0]["id"]
    for path in ("/collections/teams/items", f"/collections/teams/items/{chosen}"):
        for form in ("json", "html"):
            assert ogc.get(ROOT + path, params={"crs": uri, "f": form}).headers["content-crs"] == f"<{uri}>"


def test_req_crs_fc_crs_default_value(ogc: TestClient) -> None:
    answer = ogc.get(f"{ROOT}/collections/cells3/items")
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert answer.json()["features"] == everything(ogc, "/collections/cells3/items", crs=CRS84)


@pytest.mark.parametrize("wrong", ["", "EPSG:4326", f"{EPSG}/2154", f"{EPSG}/4326/", "http://example.com/crs"])
def test_req_crs_fc_crs_valid_value(ogc: TestClient, wrong: str) -> None:
    """A system that is not listed is refused, with those that are."""
    chosen = read(ogc, "/collections/teams/items")["features"][0]["id"]
    for path in ("/collections/teams/items", f"/collections/teams/items/{chosen}"):
        problem = problem_of(ogc.get(ROOT + path, params={"crs": wrong}))
        assert (problem["status"], problem["code"]) == (400, "ogc.crs")
        assert CRS84 in problem["detail"]


@pytest.mark.parametrize("wrong", ["", "EPSG:4326", f"{EPSG}/2154"])
def test_req_crs_fc_bbox_crs_valid_value(ogc: TestClient, wrong: str) -> None:
    """Also when there is no box for it."""
    for asked in ({"bbox": "120,32,121,33"}, {}):
        problem = problem_of(ogc.get(f"{ROOT}/collections/teams/items", params={"bbox-crs": wrong, **asked}))
        assert (problem["status"], problem["code"]) == (400, "ogc.crs")


@pytest.mark.parametrize("uri", SYSTEMS)
@pytest.mark.parametrize("name", SPATIAL)
def test_req_crs_fc_bbox_crs_action(ogc: TestClient, name: str, uri: str) -> None:
    """A box in another system finds what lies in it, whatever system is answered in."""
    asked = bbox_in(uri, 120.1101, 32.5011, 120.1299, 32.5149)
    first, second, third, fourth = map(float, asked.split(","))
    box = shapely.box(first, second, third, fourth)
    wanted = [
        one["id"]
        for one in everything(ogc, f"/collections/{name}/items", crs=uri)
        if shape(one["geometry"]).intersects(box)
    ]
    for answered in (CRS84, uri):
        found = everything(ogc, f"/collections/{name}/items", **{"bbox": asked, "bbox-crs": uri, "crs": answered})
        assert [one["id"] for one in found] == wanted


@pytest.mark.parametrize("name", SPATIAL)
def test_req_crs_fc_bbox_crs_default_value(ogc: TestClient, name: str) -> None:
    asked = "120.1101,32.5011,120.1299,32.5149"
    found = everything(ogc, f"/collections/{name}/items", bbox=asked)
    assert found == everything(ogc, f"/collections/{name}/items", **{"bbox": asked, "bbox-crs": CRS84})


@pytest.mark.parametrize("parameter", ["crs", "bbox-crs"])
@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_crs_fc_crs_definition(ogc: TestClient, name: str, parameter: str) -> None:
    """Both parameters stand in the definition as URIs, of the items; of one feature only that of the answer."""
    document = read(ogc, "/api")
    told = document["components"]["parameters"][parameter]
    assert (told["in"], told["required"], told["style"], told["explode"]) == ("query", False, "form", False)
    assert (told["schema"]["type"], told["schema"]["format"]) == ("string", "uri")
    reference = {"$ref": f"#/components/parameters/{parameter}"}
    assert reference in document["paths"][f"/collections/{name}/items"]["get"]["parameters"]
    of_one = document["paths"][f"/collections/{name}/items/{{featureId}}"]["get"]["parameters"]
    assert (reference in of_one) == (parameter == "crs")


def test_a_box_far_beyond_where_a_system_is_used_finds_what_lies_in_it(ogc: TestClient) -> None:
    """A map that is zoomed out asks for more than the system can tell."""
    every = everything(ogc, "/collections/teams/items")
    for uri in (f"{EPSG}/4549", f"{EPSG}/3857"):
        wide = {"bbox": "-1e9,-1e9,1e9,1e9", "bbox-crs": uri}
        assert everything(ogc, "/collections/teams/items", **wide) == every
        assert everything(ogc, "/collections/teams/items", **{**wide, "bbox": "1e8,1e8,1e9,1e9"}) == []


def test_a_box_in_metres_may_not_be_turned_round(ogc: TestClient) -> None:
    asked = {"bbox": "1e6,0,0,1e6", "bbox-crs": f"{EPSG}/3857"}
    assert problem_of(ogc.get(f"{ROOT}/collections/teams/items", params=asked))["code"] == "ogc.bbox"


def test_a_box_without_width_is_a_line_or_a_point(ogc: TestClient) -> None:
    (team, *_) = everything(ogc, "/collections/teams/items")
    lon, lat = team["geometry"]["coordinates"]
    assert team in everything(ogc, "/collections/teams/items", bbox=f"{lon},{lat},{lon},{lat}")
    assert team in everything(ogc, "/collections/teams/items", bbox=f"{lon},{lat - 1},{lon},{lat + 1}")
    cells = everything(ogc, "/collections/cells3/items", bbox=f"{lon},{lat},{lon},{lat}")
    assert len(cells) == 1
