"""How every refusal becomes problem details (RFC 9457)."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.errors import CODE_OF_STATUS, DESCRIPTIONS, STATUS_OF_CODE, plain, status_of
from gridgis.errors import (
    Conflict,
    GridGISError,
    InputRejected,
    InvalidValue,
    NotAllowed,
    NotKnown,
    StoreFault,
    Unreadable,
)
from maps.words import LANGUAGES, Words
from tests.fakes.served import FakeSource, client_of, problem_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ROOT = Path(__file__).parents[2]
JSON = {"content-type": "application/json"}
ALARM = {"lon": 120.105, "lat": 32.505, "type": "fire", "level": "II"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidValue("time.form", value="x"), 422),
        (InvalidValue("body.too_large"), 413),
        (InvalidValue("host.refused", host="x"), 421),
        (NotKnown("cell.unknown", value="x"), 404),
        (NotKnown("run_card.unknown", type="x"), 422),
        (InputRejected("import.refused"), 422),
        (Unreadable("base_map.unreadable", file="x"), 503),
        (StoreFault("store.locked", db="x"), 503),
        (Conflict("plan.none", when="x"), 409),
        (NotAllowed("access.area", action="x"), 403),
        (NotAllowed("access.sign_in", action="x"), 401),
        (GridGISError("anything"), 500),
    ],
)
def test_a_status_follows_from_the_code_or_else_from_the_class(error: GridGISError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_has_a_title_and_every_documented_one_a_description(language: str) -> None:
    words = Words.load(language)
    for status in {*DESCRIPTIONS, *STATUS_OF_CODE.values(), 405, 500}:
        assert f"problem.{status}" in words


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "page.unknown"),
        ("/api/v1/nothing", 404, "page.unknown"),
        ("/api/v1/cells/999", 404, "cell.unknown"),
        ("/api/v1/locate?lon=1", 422, "request.invalid"),
        ("/api/v1/alarms?from=2020-02-01&to=2020-01-01", 422, "time.span"),
        ("/tiles/cells/1/2/3.mvt", 422, "tile.address"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_says_in_the_language_asked_for_what_is_wrong_and_how_to_mend_it(
    client: TestClient, path: str, status: int, code: str, language: str
) -> None:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == status
    problem = problem_of(answer)
    assert problem["code"] == code
    chinese = any("\u4e00" <= character <= "\u9fff" for character in problem["detail"])
    assert chinese is (language == "zh")
    assert problem["instance"] == path.partition("?")[0]


def test_each_wrong_part_of_a_request_is_named(client: TestClient) -> None:
    answer = client.post("/api/v1/responses", json={"lon": True, "lat": "32", "level": "V", "extra": 1})
    problem = problem_of(answer)
    assert problem["code"] == "request.invalid"
    assert {tuple(error["where"]) for error in problem["errors"]} == {
        ("body", "lon"),
        ("body", "lat"),
        ("body", "type"),
        ("body", "level"),
        ("body", "extra"),
    }
    assert all(error["detail"] for error in problem["errors"])
    assert problem["fields"]["count"] == 5


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"fire"', 422),
        (b"\xff\xfe\x00", 400),
        ("\u706b".encode("gb18030"), 400),
        (b'{"lon":NaN,"lat":Infinity,"type":"fire","level":"I"}', 422),
        (b'{"lon":1e999,"lat":-1e999,"type":"fire","level":"I"}', 422),
        (b'{"lon":' + b"9" * 400 + b',"lat":32,"type":"fire","level":"I"}', 422),
        (b'{"lon":' + b"9" * 5000 + b',"lat":32,"type":"fire","level":"I"}', 400),
        (b"[" * 60_000, 400),
        (b'{"lon":120.1,"lat":32.5,"type":"\\ud800","level":"I"}', 422),
        (b'{"\\ud800":1}', 422),
        (b'{"lon":120.105,"lat":32.505,"type":"fire\\u0000","level":"I"}', 422),
    ],
)
def test_a_body_that_is_no_question_is_refused(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/api/v1/responses", content=body, headers=JSON)
    assert answer.status_code == status
    problem_of(answer)


def test_a_body_that_is_not_declared_as_json_is_refused(client: TestClient) -> None:
    """A form of another site can send JSON only under a media type of forms."""
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post(
            "/api/v1/responses", content=json.dumps(ALARM).encode(), headers={"content-type": media_type}
        )
        assert answer.status_code == 422
        problem_of(answer)


@pytest.mark.parametrize(
    "moment", [5, 1593500000, True, "", "yesterday", "0001-01-01", "9999-12-31", "2020-06-30T25:00", [], {}]
)
def test_what_is_no_moment_is_refused(client: TestClient, moment: object) -> None:
    answer = client.post("/api/v1/responses", json={**ALARM, "when": moment})
    assert answer.status_code == 422
    problem_of(answer)


@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity", "1e999", "181", "-180.0001", "", "12o", "1,2"])
def test_coordinates_off_the_globe_are_refused(client: TestClient, value: str) -> None:
    for lon, lat in ((value, "32.5"), ("120.1", value)):
        answer = client.get("/api/v1/locate", params={"lon": lon, "lat": lat})
        assert answer.status_code == 422
        problem_of(answer)


def test_a_fault_of_the_store_says_when_to_come_again() -> None:
    source = FakeSource()
    client = client_of(source)
    source.fault = StoreFault("store.locked", db="district.gpkg")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert problem_of(answer)["code"] == "store.locked"


def test_values_are_made_fit_for_json_and_utf_8() -> None:
    made = plain({"a": [float("nan"), float("inf"), 1.5, True, None], "b\ud800": ("x" * 1000, {"y"})})
    assert json.dumps(made, allow_nan=False, ensure_ascii=False).encode()
    assert made["a"] == ["nan", "inf", 1.5, True, None]
    assert len(made["b?"][0]) == 200


def raised_codes() -> set[str]:
    """Every code that what serves raises by name, and those that stand in the tables."""
    kinds = {"GridGISError", *(kind.__name__ for kind in GridGISError.__subclasses__())}
    found = {*STATUS_OF_CODE, *CODE_OF_STATUS.values(), "request.invalid", "server.fault"}
    for package in ("api", "maps"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add(first.value)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_is_explained_at_the_address_that_its_problem_names(client: TestClient, language: str) -> None:
    unexplained = []
    for code in sorted(raised_codes()):
        answer = client.get(f"/api/v1/problems/{code}", params={"lang": language})
        if answer.status_code != 200 or not answer.json()["what"]:
            unexplained.append(code)
    assert unexplained == []
