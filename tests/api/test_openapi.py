"""The OpenAPI document, and that the service keeps it for whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fakes.served import FakeSource, client_of

HERE = {"host": "127.0.0.1"}


def only_requests(app: ASGIApp) -> ASGIApp:
    """An application that is asked and never started, so that no base map is made."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await app(scope, receive, send)
            return
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    return answer


CLIENT = client_of(FakeSource())
DOCUMENT: dict[str, Any] = CLIENT.get("/openapi.json").json()
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", only_requests(CLIENT.app), headers=HERE)


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@SCHEMA.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_every_answer_is_a_documented_one(case: schemathesis.Case[Any]) -> None:
    """Nothing fails, no status or form is undocumented, and what breaks the document is refused.

    The document can't say that a place has to lie in the district, so what keeps it may be refused too.
    """
    case.call_and_validate(excluded_checks=[positive_data_acceptance], headers=HERE)


@pytest.mark.parametrize(("name", "operation"), list(operations()))
def test_every_operation_says_what_it_does_what_it_takes_and_how_it_refuses(
    name: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"], name
    assert operation["description"], name
    assert operation["tags"], name
    for parameter in operation.get("parameters", []):
        assert parameter.get("description") or parameter["in"] == "path", (name, parameter["name"])
    for status, answer in operation["responses"].items():
        assert answer["description"], (name, status)
        if int(status) >= 400:
            assert list(answer["content"]) == ["application/problem+json"], (name, status)
    assert {"421", "422", "503"} <= operation["responses"].keys(), name
    assert {"200", "303"} & operation["responses"].keys(), name


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names))


def test_the_document_tells_units_axes_and_errors_in_both_languages() -> None:
    told = DOCUMENT["info"]["description"]
    for word in ("WGS84", "经度", "Longitude" if "Longitude" in told else "longitude", "RFC 9457", "/tiles/"):
        assert word in told
    assert DOCUMENT["openapi"].startswith("3.1")
    assert "Problem" in DOCUMENT["components"]["schemas"]
    assert "HTTPValidationError" not in DOCUMENT["components"]["schemas"]


def test_the_collections_are_plural_nouns_below_one_prefix() -> None:
    paths = {path for path in DOCUMENT["paths"] if path.startswith("/api/")}
    assert {"/api/v1/alarms", "/api/v1/enterprises", "/api/v1/officers", "/api/v1/teams", "/api/v1/cells"} <= paths
    assert all(path.startswith("/api/v1/") for path in paths)
    assert set(DOCUMENT["paths"]) - paths == {"/healthz", "/readyz", "/metrics"}
