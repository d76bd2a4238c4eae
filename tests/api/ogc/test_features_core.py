"""The abstract test suite of OGC API – Features part 1, class Core: a test a requirement, named after it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import shapely
from shapely.geometry import shape

from tests.fakes.ogc_client import COLLECTIONS, ROOT, everything, follow, links, one_link, pages, read, status
from tests.fakes.served import problem_of
from tests.fakes.tiny_district import NOON

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WEST_HALF = "120.0999,32.4999,120.1199,32.5301"
TIMED = ("cells1", "cells2", "cells3", "units", "posts", "alarms", "dispatches")
ALL_TIMES = "../.."
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"


def check_own_links(document: dict[str, Any], media_type: str) -> None:
    """A link to the answer itself and one to its other form, each with its type."""
    assert [one["type"] for one in links(document, "self")] == [media_type]
    assert [one["type"] for one in links(document, "alternate")] == [HTML]
    assert all({"href", "rel", "type"} <= one.keys() for one in document["links"])


def parameter(ogc: TestClient, collection: str, name: str) -> dict[str, Any]:
    """A parameter of the items of a collection as the API definition has it."""
    document = follow(ogc, one_link(read(ogc, "/"), "service-desc")).json()
    given = document["paths"][f"/collections/{collection}/items"]["get"]["parameters"]
    found = [document["components"]["parameters"].get(one.get("$ref", "").rpartition("/")[2], one) for one in given]
    (wanted,) = [one for one in found if one["name"] == name]
    return {key: value for key, value in wanted.items() if key != "description"}


def geometries(features: list[dict[str, Any]]) -> list[shapely.Geometry]:
    return [shape(one["geometry"]) for one in features if one["geometry"] is not None]


def ids(features: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in features]


def test_req_core_root_op(ogc: TestClient) -> None:
    """The landing page is at the root, with and without a slash at its end."""
    assert status(ogc, "/") == status(ogc, "") == 200


def test_req_core_root_success(ogc: TestClient) -> None:
    """It leads to the API definition, the conformance classes and the data."""
    landing = read(ogc, "/")
    for relation in ("service-desc", "service-doc", "conformance", "data"):
        assert links(landing, relation), relation
    assert landing["title"]
    assert landing["description"]
    assert read(ogc, "")["links"] == landing["links"]


def test_req_core_api_definition_op(ogc: TestClient) -> None:
    landing = read(ogc, "/")
    for relation in ("service-desc", "service-doc"):
        assert follow(ogc, one_link(landing, relation)).status_code == 200


def test_req_core_api_definition_success(ogc: TestClient) -> None:
    """The definition is answered in the type that its link names, when that is asked for."""
    for relation in ("service-desc", "service-doc"):
        (found,) = links(read(ogc, "/"), relation)
        answer = follow(ogc, found["href"].partition("?")[0], found["type"])
        assert answer.headers["content-type"].startswith(found["type"])


def test_req_core_conformance_op(ogc: TestClient) -> None:
    assert status(ogc, "/conformance") == 200
    for one in links(read(ogc, "/"), "conformance"):
        assert follow(ogc, one["href"]).status_code == 200


def test_req_core_conformance_success(ogc: TestClient) -> None:
    """Every class is listed by its URI, Core first of all, and each is tested here."""
    classes = read(ogc, "/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/core" in classes
    assert len(classes) == len(set(classes))
    assert all(
        re.fullmatch(r"http://www\.opengis\.net/spec/[a-z]+-[a-z]+-\d/\d\.\d/conf/[a-z0-9-]+", one) for one in classes
    )


def test_req_core_http(ogc: TestClient) -> None:
    """GET and HEAD answer alike, other methods are refused with those allowed, what has not changed is not sent."""
    for path in ("/", "/conformance", "/collections", "/collections/teams", "/collections/teams/items"):
        got, head = ogc.get(ROOT + path), ogc.head(ROOT + path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
        refused = ogc.post(ROOT + path, json={})
        assert refused.status_code == 405
        assert "GET" in refused.headers["allow"]
        again = ogc.get(ROOT + path, headers={"if-none-match": got.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert problem_of(ogc.get(f"{ROOT}/nothing"))["status"] == 404


def test_req_core_crs84(ogc: TestClient) -> None:
    """Longitude comes first wherever nobody asked for another system."""
    for name in COLLECTIONS:
        if name == "unplaced":
            continue
        west, south, east, north = shapely.total_bounds(geometries(everything(ogc, f"/collections/{name}/items")))
        assert 120.0 <= west <= east <= 120.2, name
        assert 32.4 <= south <= north <= 32.6, name


def test_req_core_fc_md_op(ogc: TestClient) -> None:
    assert status(ogc, "/collections") == 200


def test_req_core_fc_md_success(ogc: TestClient) -> None:
    document = read(ogc, "/collections")
    assert document["collections"]
    assert all(one["crs"][0] == CRS84 for one in document["collections"])


def test_req_core_fc_md_links(ogc: TestClient) -> None:
    check_own_links(read(ogc, "/collections"), JSON)


def test_req_core_fc_md_items(ogc: TestClient) -> None:
    assert tuple(one["id"] for one in read(ogc, "/collections")["collections"]) == COLLECTIONS


def test_req_core_fc_md_items_links(ogc: TestClient) -> None:
    """Each collection leads to its features in every form."""
    for one in read(ogc, "/collections")["collections"]:
        assert [found["type"] for found in links(one, "items")] == [GEOJSON, HTML]
        for found in links(one, "items"):
            answer = follow(ogc, found["href"])
            assert answer.headers["content-type"].startswith(found["type"])
        assert all({"href", "rel", "type"} <= found.keys() for found in one["links"])


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_md_extent(ogc: TestClient, name: str) -> None:
    """The extent holds every geometry and every time; an open end is null."""
    extent = read(ogc, f"/collections/{name}")["extent"]
    found = everything(ogc, f"/collections/{name}/items", **({"datetime": ALL_TIMES} if name in TIMED else {}))
    shapes = geometries(found)
    assert ("spatial" in extent) == bool(shapes)
    if shapes:
        (bbox,) = extent["spatial"]["bbox"]
        assert bbox == pytest.approx(shapely.total_bounds(shapes).tolist(), abs=0)
    assert ("temporal" in extent) == (name in TIMED)
    if name in TIMED:
        ((since, until),) = extent["temporal"]["interval"]
        assert datetime.fromisoformat(since) <= NOON
        assert until is None or datetime.fromisoformat(until) >= NOON


def test_req_core_fc_md_extent_multi(ogc: TestClient) -> None:
    """There is one box and one interval, which then hold everything."""
    for one in read(ogc, "/collections")["collections"]:
        for part, member in (("spatial", "bbox"), ("temporal", "interval")):
            assert len(one["extent"].get(part, {member: [0]})[member]) == 1


def test_req_core_sfc_md_op(ogc: TestClient) -> None:
    for name in COLLECTIONS:
        assert status(ogc, f"/collections/{name}") == 200
    assert problem_of(ogc.get(f"{ROOT}/collections/nothing"))["status"] == 404


def test_req_core_sfc_md_success(ogc: TestClient) -> None:
    """A collection by itself says what the list says of it."""
    for listed in read(ogc, "/collections")["collections"]:
        alone = read(ogc, f"/collections/{listed['id']}")
        for member in ("id", "title", "description", "extent", "itemType"):
            assert alone[member] == listed[member]
        assert all(one in alone["links"] for one in listed["links"])


def test_req_core_fc_op(ogc: TestClient) -> None:
    for name in COLLECTIONS:
        assert status(ogc, f"/collections/{name}/items") == 200
    assert problem_of(ogc.get(f"{ROOT}/collections/nothing/items"))["status"] == 404


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_bbox_definition(ogc: TestClient, name: str) -> None:
    assert parameter(ogc, name, "bbox") == {
        "name": "bbox",
        "in": "query",
        "required": False,
        "schema": {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "style": "form",
        "explode": False,
    }


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_bbox_response(ogc: TestClient, name: str) -> None:
    """Features that meet the box are chosen, and those without a geometry; heights change nothing."""
    least_x, least_y, most_x, most_y = map(float, WEST_HALF.split(","))
    box = shapely.box(least_x, least_y, most_x, most_y)
    found = everything(ogc, f"/collections/{name}/items", bbox=WEST_HALF)
    wanted = [
        one["id"]
        for one in everything(ogc, f"/collections/{name}/items")
        if one["geometry"] is None or shape(one["geometry"]).intersects(box)
    ]
    assert ids(found) == wanted
    west, south, east, north = WEST_HALF.split(",")
    with_heights = everything(ogc, f"/collections/{name}/items", bbox=f"{west},{south},-10,{east},{north},9000")
    assert ids(with_heights) == wanted


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_limit_definition(ogc: TestClient, name: str) -> None:
    assert parameter(ogc, name, "limit") == {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100},
        "style": "form",
        "explode": False,
    }


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_limit_response_1(ogc: TestClient, name: str) -> None:
    """No page has more than was asked for; more than the most are the most and no error."""
    all_of_them = read(ogc, f"/collections/{name}/items", limit=10_000)["numberMatched"]
    for limit in (1, 2, 3):
        assert len(read(ogc, f"/collections/{name}/items", limit=limit)["features"]) == min(limit, all_of_them)
    assert len(read(ogc, f"/collections/{name}/items", limit=10**17)["features"]) == all_of_them


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_time_definition(ogc: TestClient, name: str) -> None:
    assert parameter(ogc, name, "datetime") == {
        "name": "datetime",
        "in": "query",
        "required": False,
        "schema": {"type": "string"},
        "style": "form",
        "explode": False,
    }


def test_req_core_fc_time_response(ogc: TestClient) -> None:
    """A moment, a closed interval and intervals open on either side, by dots or nothing, choose what they meet."""
    every = everything(ogc, "/collections/alarms/items")
    when = [datetime.fromisoformat(one["properties"]["reported_at"]) for one in every]
    assert when == sorted(when)
    first, third = (when[place].strftime("%Y-%m-%dT%H:%M:%SZ") for place in (0, 2))
    for asked, wanted in (
        (first, every[:1]),
        (f"{first}/{third}", every[:3]),
        (f"../{third}", every[:3]),
        (f"/{third}", every[:3]),
        (f"{third}/..", every[2:]),
        (f"{third}/", every[2:]),
        (ALL_TIMES, every),
        ("2019-01-01T00:00:00Z", []),
    ):
        assert everything(ogc, "/collections/alarms/items", datetime=asked) == wanted, asked


@pytest.mark.parametrize("name", sorted(set(COLLECTIONS) - set(TIMED)))
def test_req_core_fc_time_response_without_times(ogc: TestClient, name: str) -> None:
    """What has no time is part of every answer."""
    asked = everything(ogc, f"/collections/{name}/items", datetime="1999-01-01T00:00:00Z")
    assert asked == everything(ogc, f"/collections/{name}/items")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_response(ogc: TestClient, name: str) -> None:
    """Only what was asked for is answered; box and time both hold when both are given."""
    page = read(ogc, f"/collections/{name}/items")
    assert page["type"] == "FeatureCollection"
    both = {"bbox": WEST_HALF, "datetime": "2020-04-01T00:00:00Z/2020-05-31T00:00:00Z"}
    by_box = ids(everything(ogc, f"/collections/{name}/items", bbox=both["bbox"], datetime=ALL_TIMES))
    by_time = ids(everything(ogc, f"/collections/{name}/items", datetime=both["datetime"]))
    assert ids(everything(ogc, f"/collections/{name}/items", **both)) == [one for one in by_time if one in by_box]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_links(ogc: TestClient, name: str) -> None:
    """Each page leads to itself, to its other form and to the next page while there is one; the pages are all."""
    found = pages(ogc, f"/collections/{name}/items", limit=2)
    for page in found:
        check_own_links(page, GEOJSON)
        assert page["numberReturned"] <= 2
    assert [bool(links(page, "next")) for page in found] == [True] * (len(found) - 1) + [False]
    assert [one for page in found for one in page["features"]] == everything(ogc, f"/collections/{name}/items")


def test_req_core_fc_rel_type(ogc: TestClient) -> None:
    """Links to answers of the same kind name their type, in either form."""
    page = read(ogc, "/collections/teams/items", limit=4)
    types = {relation: [one["type"] for one in links(page, relation)] for relation in ("self", "alternate", "next")}
    assert types == {"self": [GEOJSON], "alternate": [HTML], "next": [GEOJSON]}
    shown = follow(ogc, one_link(page, "alternate")).text
    told = dict(re.findall(r'<a [^>]*rel="(\w+)" type="([^"]+)"', shown))
    assert told == {"self": HTML, "alternate": GEOJSON, "next": HTML, "collection": JSON}


def test_req_core_fc_timestamp(ogc: TestClient) -> None:
    """The time of the answer, by the service's clock."""
    stamp = read(ogc, "/collections/teams/items")["timeStamp"]
    assert stamp.endswith("Z")
    assert 0 <= (datetime.fromisoformat(stamp) - NOON.astimezone(UTC)).total_seconds() < 3600


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_number_matched(ogc: TestClient, name: str) -> None:
    """It counts what fits on all pages."""
    for asked in ({}, {"bbox": WEST_HALF}, {"datetime": "2020-04-01T00:00:00Z/.."}):
        found = pages(ogc, f"/collections/{name}/items", limit=3, **asked)
        assert {page["numberMatched"] for page in found} == {sum(len(page["features"]) for page in found)}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_fc_number_returned(ogc: TestClient, name: str) -> None:
    for page in pages(ogc, f"/collections/{name}/items", limit=3):
        assert page["numberReturned"] == len(page["features"])


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_f_op(ogc: TestClient, name: str) -> None:
    """Each feature is at its own address, also one that is not valid now."""
    for one in everything(ogc, f"/collections/{name}/items", datetime=ALL_TIMES)[:20]:
        assert status(ogc, f"/collections/{name}/items/{one['id']}") == 200
    answer = ogc.get(f"{ROOT}/collections/{name}/items/nothing")
    assert problem_of(answer)["code"] == "ogc.feature_unknown"


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_f_success(ogc: TestClient, name: str) -> None:
    """A feature by itself tells what it tells among others."""
    for listed in everything(ogc, f"/collections/{name}/items")[:10]:
        alone = read(ogc, f"/collections/{name}/items/{listed['id']}")
        assert {key: value for key, value in alone.items() if key != "links"} == listed


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_core_f_links(ogc: TestClient, name: str) -> None:
    """It leads to itself, to its other form and to its collection."""
    for listed in everything(ogc, f"/collections/{name}/items")[:3]:
        alone = read(ogc, f"/collections/{name}/items/{listed['id']}")
        check_own_links(alone, GEOJSON)
        assert urlsplit(one_link(alone, "collection")).path == f"{ROOT}/collections/{name}"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/api", "/conformance", "/collections", "/collections/teams", "/collections/teams/items"),
        *("/collections/teams/queryables", "/collections/teams/schema", "/collections/teams/tiles", "/tiles"),
        *("/tiles/WebMercatorQuad", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad"),
    ],
)
def test_req_core_query_param_unknown(ogc: TestClient, path: str) -> None:
    problem = problem_of(ogc.get(ROOT + path, params={"unknown": "1"}))
    assert (problem["status"], problem["code"]) == (400, "ogc.parameter_unknown")


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "bbox=",
            "bbox=1,2,3",
            "bbox=1,2,3,4,5",
            "bbox=1,2,3,x",
            "bbox=1,2,3,nan",
            "bbox=1,2,3,inf",
            "bbox=1,2,3,1_0",
        ),
        *("bbox=10,50,20,40", "bbox=-200,0,20,40", "bbox=0,-91,20,40", "bbox=0,0,9,1,1,3", "bbox=1,2,3,4,5,6,7"),
        *("limit=0", "limit=-1", "limit=1.5", "limit=x", "limit=", "limit=%D9%A1"),
        *("datetime=", "datetime=x", "datetime=2020", "datetime=2020-13-01T00:00:00Z", "datetime=2020-01-01T00:00:00"),
        *("datetime=2020-02-01T00:00:00Z/2020-01-01T00:00:00Z", "datetime=a/b/c"),
        *("crs=EPSG:4326", "crs=", "bbox-crs=http://www.opengis.net/def/crs/EPSG/0/2154", "f=xml", "f="),
        *("cursor=x", "cursor=0123456789abcdef", "cursor=0123456789abcdef.-1", "people=x", "people=1.5"),
        *("in_service=yes", "in_service=1", "tier=none", "limit=1&limit=2", "&".join(f"p{n}=1" for n in range(60))),
    ],
)
def test_req_core_query_param_invalid(ogc: TestClient, asked: str) -> None:
    """A value that breaks its rule is refused with words."""
    assert problem_of(ogc.get(f"{ROOT}/collections/teams/items?{asked}"))["status"] == 400
