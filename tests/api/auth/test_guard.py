"""What stands before every route: who is let through without an account, and until when."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.auth import recognising
from api.auth.guard import Authorise
from gridgis.access import Action, Role
from tests.fakes.served import HERE, client_of, fill, problem_of
from tests.fakes.signed_in import NOW, Office, account_of, role_grant
from tests.fakes.tiny_district import tiny_district


def asked_from(office: Office, address: str, path: str, **headers: str) -> int:
    """The status of an answer to a request from an address."""
    from starlette.testclient import TestClient

    client = TestClient(office.nobody.app, base_url=HERE, client=(address, 50000), raise_server_exceptions=False)
    return int(client.get(path, headers=headers).status_code)


@pytest.mark.filterwarnings("ignore::starlette.exceptions.StarletteDeprecationWarning")
@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_a_watcher_on_this_machine_needs_no_token_and_one_behind_a_proxy_does(office: Office, path: str) -> None:
    assert asked_from(office, "127.0.0.1", path) == 200
    assert asked_from(office, "::1", path) == 200
    assert asked_from(office, "10.0.0.9", path) == 401
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert asked_from(office, "127.0.0.1", path, **{header: "10.0.0.9"}) == 401
    assert asked_from(office, "127.0.0.1", "/api/v1/cells") == 401
    assert office.as_role(Role.SYSTEM_ADMINISTRATOR).get(path).status_code == 200
    assert office.as_role(Role.DISPATCHER).get(path).status_code == 403


def test_a_database_without_accounts_serves_this_machine_until_it_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "KEPT_S", 0.0)
    path = tmp_path / "district.gpkg"
    fill(path, tiny_district())
    client = client_of(None, db=str(path), allowed_hosts="grid.example")
    assert client.get("/api/v1/officers").status_code == 200
    told = client.get("/api/v1/session").json()
    assert (told["signed_in"], told["needed"]) == (False, False)
    assert problem_of(client.get("/api/v1/accounts"))["code"] == "access.role"
    assert client.get("/api/v1/officers", headers={"host": "grid.example"}).status_code == 421
    app: Any = client.app
    with app.state.accounts.unit_of_work(actor="test", now=NOW) as work:
        work.add_account(account_of("admin", role_grant(Role.SECURITY_ADMINISTRATOR)), "no hash")
        work.commit()
    assert client.get("/api/v1/officers").status_code == 401
    app.state.accounts.close()
    app.state.served.close()


def test_a_page_leads_to_signing_in_and_back(office: Office) -> None:
    answer = office.nobody.get("/?at=120.1,32.5&type=fire", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?to=%2F%3Fat%3D120.1%2C32.5%26type%3Dfire"
    assert answer.headers["cache-control"] == "no-store"
    refused = office.as_role(Role.DISPATCHER).get("/admin", follow_redirects=False)
    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("text/html")
    assert "script-src" in refused.headers["content-security-policy"]


def test_files_of_pages_are_for_everybody_and_nothing_beside_them_is(office: Office) -> None:
    for path in ("/js/main.js", "/css/tokens.css", "/icons/gridgis.svg", "/sign-in"):
        assert office.nobody.get(path).status_code == 200
    for path in ("/js/../index.html", "/js/%2e%2e/index.html", "/js/..%2findex.html", "/js/none.js", "/admin.html"):
        answer = office.nobody.get(path, follow_redirects=False)
        assert answer.status_code in {303, 404}, path


@pytest.mark.parametrize(
    "path",
    ["/api/v1/officers/", "/API/v1/officers", "//api/v1/officers", "/api/v1//officers", "/api/v1/officers/../officers"],
)
def test_an_address_written_otherwise_is_no_way_around(office: Office, path: str) -> None:
    assert office.nobody.get(path, follow_redirects=False).status_code in {401, 404}


def test_head_is_guarded_as_get(office: Office) -> None:
    assert office.nobody.head("/api/v1/officers").status_code == 401
    assert office.as_role(Role.DISPATCHER).head("/api/v1/officers").status_code == 200


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://127.0.0.1:9000", False),
        ("http://localhost:8000", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_change_comes_from_a_page_of_ours(office: Office, origin: str, allowed: bool) -> None:  # noqa: FBT001
    body = {"lon": 120.105, "lat": 32.505, "type": "fire", "level": "III"}
    answer = office.as_role(Role.DISPATCHER).post("/api/v1/responses", json=body, headers={"origin": origin})
    assert (answer.status_code == 200) is allowed
    assert allowed or problem_of(answer)["code"] == "request.origin"


def test_a_grant_that_ran_out_is_told_as_such(office: Office) -> None:
    past = replace(role_grant(Role.PLANNER), since=NOW - timedelta(days=9), until=NOW - timedelta(days=1))
    office.add(account_of("past", past))
    answer = office.signed_in("past").get("/api/v1/alarms")
    assert problem_of(answer)["code"] == "access.span_over"


def test_logs_name_the_account_by_its_identifier(office: Office) -> None:
    seen: dict[str, Any] = {}

    async def inner(scope: Any, *_: Any) -> None:
        seen.update(scope["state"])

    async def nothing(*_: Any) -> Any: ...

    client = office.as_role(Role.DISPATCHER)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/teams",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"cookie", cookies.encode())],
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 1),
        "app": client.app,
        "state": {},
    }
    asyncio.run(Authorise(inner).handle(scope, nothing, nothing))
    assert seen["account_id"] == office.store.account_named("dispatcher").id


def test_who_was_known_is_answered_from_memory_while_the_database_is_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "KEPT_S", 0.0)
    known, token = office.as_role(Role.DISPATCHER), office.with_token("dispatcher", [Action.TEAMS_READ])
    unknown = office.as_role(Role.SUPERVISOR)
    assert (known.get("/api/v1/teams").status_code, token.get("/api/v1/teams").status_code) == (200, 200)
    away = office.path.with_name("away.gpkg")
    office.path.rename(away)
    assert (known.get("/api/v1/teams").status_code, token.get("/api/v1/teams").status_code) == (200, 200)
    assert problem_of(unknown.get("/api/v1/teams"))["code"] == "store.missing"
    assert problem_of(office.nobody.get("/api/v1/session"))["code"] == "store.missing"
    assert office.nobody.get("/healthz").status_code == office.nobody.get("/js/main.js").status_code == 200
    away.rename(office.path)
    assert unknown.get("/api/v1/teams").status_code == 200
    assert office.nobody.get("/api/v1/teams").status_code == 401


def test_who_was_known_is_known_no_longer_than_a_session_may_be_idle(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "KEPT_S", 0.0)
    token = office.with_token("dispatcher", [Action.TEAMS_READ])
    assert token.get("/api/v1/teams").status_code == 200
    recognition: recognising.Recognition = office.nobody.app.state.recognition  # type: ignore[attr-defined]
    office.path.rename(office.path.with_name("away.gpkg"))
    assert token.get("/api/v1/teams").status_code == 200
    recognition.span = replace(recognition.span, idle=timedelta(0))
    assert token.get("/api/v1/teams").status_code == 503
