"""The abstract test suite of OGC API – Features part 1: GeoJSON, HTML, OpenAPI 3.0; the queryables of part 3."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.api.test_openapi import HERE, only_requests
from tests.fakes.ogc_client import COLLECTIONS, ROOT, everything, follow, links, one_link, read
from tests.fakes.ogc_district import LAND, ogc_district
from tests.fakes.served import FakeSource, client_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

GEOJSON, JSON, HTML = "application/geo+json", "application/json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
GEOMETRIES = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}
VOID = {"meta", "link", "br", "hr"}

CLIENT = client_of(FakeSource(ogc_district(), LAND), reload_after_s=3600)
DEFINITION: dict[str, Any] = CLIENT.get(f"{ROOT}/api").json()
OF_BASE_MAP = r"^/tiles|(roads|water|waterways|railways|places)/tiles"
OPERATIONS = schemathesis.openapi.from_asgi(f"{ROOT}/api", only_requests(CLIENT.app), headers=HERE)


def documents(ogc: TestClient) -> Iterator[str]:
    """Every resource that is no tile, by a path."""
    yield from ("/", "/api", "/conformance", "/collections", "/tiles", "/tileMatrixSets")
    yield "/tileMatrixSets/WebMercatorQuad"
    for name in COLLECTIONS:
        yield from (f"/collections/{name}", f"/collections/{name}/queryables", f"/collections/{name}/schema")
        yield f"/collections/{name}/items"
        if name != "unplaced":
            (first, *_) = read(ogc, f"/collections/{name}/items", limit=1)["features"]
            yield f"/collections/{name}/items/{first['id']}"


def is_feature_content(path: str) -> bool:
    return "/items" in path


def test_req_geojson_definition(ogc: TestClient) -> None:
    """Features are answered as GeoJSON, everything else as JSON, to who asks for GeoJSON or for nothing."""
    for path in documents(ogc):
        for accept in (GEOJSON, "*/*"):
            told = ogc.get(ROOT + path, headers={"accept": accept}).headers["content-type"]
            if is_feature_content(path):
                assert told == GEOJSON
            else:
                assert told in {JSON, SCHEMA, OPENAPI}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_geojson_content(ogc: TestClient, name: str) -> None:
    """Collections and features are GeoJSON objects with their links, and keep to the schema of their collection.

    Null is no value, and stands only where the schema says that there may be none.
    """
    schema = follow(ogc, one_link(read(ogc, f"/collections/{name}"), "describedby", SCHEMA)).json()
    jsonschema_rs.meta.validate(schema)
    form = jsonschema_rs.validator_for(schema)
    page = read(ogc, f"/collections/{name}/items", datetime="../..", limit=10_000)
    assert page["type"] == "FeatureCollection"
    assert page["features"]
    for feature in page["features"]:
        told, fields = feature["properties"], schema["properties"]["properties"]["properties"]
        assert set(told) == set(fields)
        form.validate({**feature, "properties": {key: value for key, value in told.items() if value is not None}})
        assert all(fields[key].get("nullable") for key, value in told.items() if value is None)
        if feature["geometry"] is not None:
            assert set(feature["geometry"]) == {"type", "coordinates"}
            assert feature["geometry"]["type"] in GEOMETRIES
    chosen = page["features"][0]["id"]
    alone = read(ogc, f"/collections/{name}/items/{chosen}")
    assert alone["id"] == chosen
    assert alone["links"]


class Page(HTMLParser):
    """What a page holds; refuses one whose elements do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: set[str] = set()
        self.text = ""
        self.attributes: dict[str, dict[str, str | None]] = {}
        assert text.startswith("<!DOCTYPE html>\n")
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes.setdefault(tag, dict(attrs))
        self.links |= {value for name, value in attrs if name == "href" and value}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def values_in(document: Any) -> Iterator[str]:
    """Every text and number of a document."""
    if isinstance(document, dict):
        for value in document.values():
            yield from values_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from values_in(value)
    elif isinstance(document, str) and document:
        yield document


def test_req_html_definition(ogc: TestClient) -> None:
    """Every resource is a page to who asks for one, by the address or by the header."""
    for path in documents(ogc):
        for answer in (ogc.get(ROOT + path, params={"f": "html"}), ogc.get(ROOT + path, headers={"accept": HTML})):
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/html; charset=utf-8"


TOLD_BY_FORM = {"self", "alternate", JSON, GEOJSON, "Feature", "FeatureCollection"}


def test_req_html_content(ogc: TestClient) -> None:
    """A page holds all that the JSON form tells, its links as links; it has a language, one heading and no script."""
    for path in documents(ogc):
        page = Page(ogc.get(ROOT + path, params={"f": "html"}).text)
        assert page.seen.count("h1") == page.seen.count("title") == page.seen.count("main") == 1
        assert page.attributes["html"]["lang"] == "zh-CN"
        assert page.attributes["nav"]["aria-label"]
        assert "script" not in page.seen
        if path == "/api":
            continue  # the page is shorter than the definition
        document = read(ogc, path)
        own = (
            {one["href"] for one in (*links(document, "self"), *links(document, "alternate"))}
            if "links" in document
            else set()
        )
        said = page.text + "".join(page.links)
        for value in values_in({key: value for key, value in document.items() if key != "timeStamp"}):
            assert value in said or value in own or value in TOLD_BY_FORM, (path, value)


def test_pages_show_what_people_wrote_as_text() -> None:
    """Nothing in a record can become part of a page."""
    from dataclasses import replace

    state = ogc_district()
    evil = '<script>alert("1")</script>&amp;'
    teams = tuple(replace(team, name=evil) for team in state.teams)
    client = client_of(FakeSource(replace(state, teams=teams)))
    page = Page(client.get(f"{ROOT}/collections/teams/items", params={"f": "html"}).text)
    assert "script" not in page.seen
    assert evil in page.text


def test_a_page_allows_nothing_but_its_own_style(ogc: TestClient) -> None:
    policy = ogc.get(f"{ROOT}/", params={"f": "html"}).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize(("lang", "said"), [("zh", "救援队伍"), ("en", "Rescue teams")])
def test_every_answer_speaks_the_language_asked_for(ogc: TestClient, lang: str, said: str) -> None:
    assert read(ogc, "/collections/teams", lang=lang)["title"] == said
    asked = ogc.get(f"{ROOT}/collections/teams", headers={"accept-language": lang})
    assert asked.json()["title"] == said
    assert "Accept-Language" in asked.headers["vary"]


def test_req_oas30_oas_definition_1(ogc: TestClient) -> None:
    """The landing page leads to the definition in JSON and to its HTML form."""
    landing = read(ogc, "/")
    assert follow(ogc, one_link(landing, "service-desc", OPENAPI)).headers["content-type"] == OPENAPI
    assert follow(ogc, one_link(landing, "service-doc", HTML)).headers["content-type"].startswith(HTML)


def test_req_oas30_oas_definition_2() -> None:
    """The definition is valid OpenAPI 3.0, and every reference in it leads somewhere."""
    assert DEFINITION["openapi"].startswith("3.0.")
    OPERATIONS.validate()
    for target in references(DEFINITION):
        found: Any = DEFINITION
        for part in target.removeprefix("#/").split("/"):
            found = found[part]
    names = [one["get"]["operationId"] for one in DEFINITION["paths"].values()]
    assert len(names) == len(set(names))


def references(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        if "$ref" in document:
            yield document["$ref"]
        for value in document.values():
            yield from references(value)
    elif isinstance(document, list):
        for value in document:
            yield from references(value)


@OPERATIONS.exclude(path_regex=OF_BASE_MAP).parametrize()
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_req_oas30_oas_impl(case: schemathesis.Case[Any]) -> None:
    """Each path is answered as the definition has it, whatever it is asked: no fault, no other status, no other form.

    The definition can't say that a box has its lower corner first, so what keeps to it may be refused too; and a limit
    above the greatest is no fault (/req/core/fc-limit-response-1), so what breaks it may be answered.
    """
    case.call_and_validate(excluded_checks=[positive_data_acceptance, negative_data_rejection], headers=HERE)


def test_req_oas30_completeness(ogc: TestClient) -> None:
    """Every resource that links lead to has its path in the definition."""
    paths = set(DEFINITION["paths"])
    for path in documents(ogc):
        known = (
            path
            if is_feature_content(path) is False or path.endswith("/items")
            else f"{path.rpartition('/')[0]}/{{featureId}}"
        )
        assert known in paths
        document = read(ogc, path)
        for one in document.get("links", []):
            target = one["href"].partition("?")[0].removeprefix(f"http://127.0.0.1:8000{ROOT}")
            assert is_feature_content(target) or target in paths, target


def test_req_oas30_exceptions_codes() -> None:
    """Every refusal that a path can answer with stands in the definition."""
    for path, one in DEFINITION["paths"].items():
        wanted = {"400", "401", "403", "404", "421", "500", "503"} | ({"410"} if path.endswith("/items") else set())
        assert wanted <= one["get"]["responses"].keys(), path


def test_req_oas30_security() -> None:
    """Tokens and sessions are described; while nobody has to sign in, none is called for."""
    assert set(DEFINITION["components"]["securitySchemes"]) == {"token", "session"}
    assert "security" not in DEFINITION


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_queryables_get_queryables_response(ogc: TestClient, name: str) -> None:
    """The queryables are a JSON Schema of the properties by which features are found, and no others."""
    href = one_link(read(ogc, f"/collections/{name}"), "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA)
    answer = follow(ogc, href)
    assert answer.headers["content-type"] == SCHEMA
    schema = answer.json()
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == href.partition("?")[0]
    assert schema["additionalProperties"] is False
    for key, one in schema["properties"].items():
        assert (
            one["format"].startswith("geometry-")
            if key == "geometry"
            else one["type"] in {"string", "integer", "number", "boolean"}
        )
        assert ("type" in one) == (key != "geometry")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_req_queryables_query_parameters_parameters(ogc: TestClient, name: str) -> None:
    """Each queryable is a parameter of the same schema, and finds the features that have the value."""
    queryables = read(ogc, f"/collections/{name}/queryables")["properties"]
    given = {
        one["name"]: one["schema"]
        for one in DEFINITION["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        if "name" in one
    }
    every = everything(ogc, f"/collections/{name}/items")
    for key, schema in queryables.items():
        if key == "geometry":
            continue
        assert given[key] == {part: value for part, value in schema.items() if part != "title"}
        values = {one["properties"][key] for one in every} - {None}
        for value in sorted(values, key=str)[:3]:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            found = everything(ogc, f"/collections/{name}/items", **{key: text})
            assert found == [one for one in every if one["properties"][key] == value]
