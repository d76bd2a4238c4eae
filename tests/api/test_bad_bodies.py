"""Bad bodies at every route that takes one, and whatever the document allows as people who are signed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from api.auth.actions import ROUTES
from api.guards import MOST_BODY_BYTES
from gridgis.access import Role
from tests.api.test_openapi import only_requests
from tests.fakes.served import problem_of
from tests.fakes.signed_in import COOKIE, Office

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

TAKING = sorted(route for route in ROUTES if route.split(" ")[0] in {"POST", "PUT"})
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000, "1e-400", "0x10", "1_0")
DEEP = 15_000
OK = 200
OWN = {
    Role.SECURITY_ADMINISTRATOR: "/api/v1/accounts",
    Role.AUDIT_ADMINISTRATOR: "/api/v1/trail",
    Role.SYSTEM_ADMINISTRATOR: "/metrics",
    Role.SUPERVISOR: "/api/v1/exports/teams.{form}",
    Role.GRID_OFFICER: "/api/v1/officers",
}
"""A route that answers each role, and few others."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    made.hub.close()
    yield made
    made.close()


def asked_by(office: Office, route: str) -> TestClient:
    """Somebody whom no guard keeps from the route."""
    by_accounts = "/accounts" in route
    return office.as_role(Role.SECURITY_ADMINISTRATOR if by_accounts else Role.SUPERVISOR)


def bodies() -> Iterator[tuple[str, bytes, str]]:
    for number in NUMBERS:
        fields = ("lon", "lat", "expires_at", "name", "title", "grants")
        yield number[:9], ("{" + ",".join(f'"{name}": {number}' for name in fields) + "}").encode(), "application/json"
    yield "deep list", b"[" * DEEP + b"]" * DEEP, "application/json"
    yield "deep object", b'{"grants":' * (DEEP // 5) + b"1" + b"}" * (DEEP // 5), "application/json"
    yield "10 MB", b'{"name": "' + b"a" * 10_000_000 + b'"}', "application/json"
    yield "one byte too many", b" " * (MOST_BODY_BYTES + 1), "application/json"
    for encoding in ("utf-16", "utf-32", "gb18030", "utf-8-sig"):
        text = json.dumps({"name": "张三", "title": "张三", "lon": 120.1, "lat": 32.5}, ensure_ascii=False)
        yield encoding, text.encode(encoding), f"application/json; charset={encoding}"
    yield "surrogate", rb'{"name": "\ud800", "title": "\ud800", "old": "\ud800", "new": "\udfff"}', "application/json"
    yield "nul", rb'{"name": "a\u0000b", "title": "\u0000", "old": "\u0000", "new": "\u0000"}', "application/json"
    yield "no UTF-8", b'{"name": "\xff\xfe"}', "application/json"
    yield "half", b'{"name": "a', "application/json"
    yield "empty", b"", "application/json"
    yield "null", b"null", "application/json"
    yield "twice", b'{"lon": 1, "lon": 2}', "application/json"
    yield "form", b"name=a&title=b", "application/x-www-form-urlencoded"
    yield "xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "application/xml"


BODIES = {name: (body, kind) for name, body, kind in bodies()}


def is_refused(answer: Response) -> bool:
    problem_of(answer)
    return 400 <= answer.status_code < 500


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("route", TAKING)
def test_a_bad_body_is_refused_in_words_and_changes_nothing(office: Office, route: str, name: str) -> None:
    method, path = route.split(" ", 1)
    before, (body, kind) = office.store.version(), BODIES[name]
    client = asked_by(office, route)
    answer = client.request(method, path.replace("{id}", str(uuid4())), content=body, headers={"content-type": kind})
    assert is_refused(answer), (answer.status_code, answer.text[:200])
    assert office.store.version() == before


@pytest.mark.parametrize("route", TAKING)
def test_whatever_bytes_come_are_refused(office: Office, route: str) -> None:
    method, path = route.split(" ", 1)
    client, filled = asked_by(office, route), path.replace("{id}", str(uuid4()))

    @given(st.binary(max_size=60))
    @settings(max_examples=15, deadline=None, derandomize=True, database=None)
    def ask(body: bytes) -> None:
        answer = client.request(method, filled, content=body, headers={"content-type": "application/json"})
        assert answer.status_code < 500
        problem_of(answer)

    if path.endswith(("/password", "/disable", "/enable")) and "{id}" in path:
        pytest.skip("takes no body")
    ask()


@pytest.mark.parametrize("role", OWN)
def test_every_answer_to_somebody_signed_in_is_a_documented_one(office: Office, role: Role) -> None:
    """As nobody in particular `tests.api.test_openapi` asks; here administrators, a leader and an officer do."""
    client = office.as_role(role)
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    schema.app = only_requests(client.app)
    headers = {"host": "127.0.0.1:8000", "x-csrf-token": client.headers["x-csrf-token"]}
    headers["cookie"] = f"{COOKIE}={client.cookies[COOKIE]}"
    ending = {"/api/v1/session", "/api/v1/sessions/{id}", "/api/v1/session/password", "/api/v1/live"}

    answered = set()

    def check(operation: Any) -> None:
        @given(case=operation.as_strategy())
        @settings(
            max_examples=4,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        def ask(case: schemathesis.Case[Any]) -> None:
            answer = case.call_and_validate(
                headers=headers, excluded_checks=[positive_data_acceptance, negative_data_rejection]
            )
            if answer.status_code == OK:
                answered.add(operation.path)

        ask()

    found: Any
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path not in ending:  # it would end the session, or answer without end
            check(operation)
    assert OWN[role] in answered
