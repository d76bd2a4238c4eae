"""Sign in and out, be locked out, change a password; sessions and tokens end when they should."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher

from api.auth.hashing import Hashing
from gridgis.access import Action, Role
from gridgis.accounts import BY_ACCOUNT
from tests.fakes.served import problem_of
from tests.fakes.signed_in import COOKIE, NOW, PASSWORD, Office, account_of, role_grant

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NEXT = "four grey herons wait"


@pytest.fixture
def wangwu(office: Office) -> Office:
    """The office with an account that somebody can sign in with."""
    office.nobody.app.state.signing_in._hashing = Hashing(QUICK)  # type: ignore[attr-defined]
    office.add(account_of("wangwu", role_grant(Role.DISPATCHER, "")), QUICK.hash(PASSWORD))
    return office


def sign_in(client: TestClient, name: str = "wangwu", password: str = PASSWORD, **headers: str) -> Response:
    answer: Response = client.post("/api/v1/session", json={"name": name, "password": password}, headers=headers)
    return answer


def signed_in(client: TestClient) -> dict[str, Any]:
    body: dict[str, Any] = sign_in(client).json()
    client.headers["x-csrf-token"] = body["csrf"]
    return body


def at(office: Office, **later: float) -> None:
    """Move the service's clock."""
    office.served._clock = lambda: NOW + timedelta(**later)


def test_whoever_signs_in_is_told_who_he_is_and_gets_a_cookie_no_script_reads(wangwu: Office) -> None:
    client = wangwu.client()
    answer = sign_in(client, "WangWu ")
    body = answer.json()
    assert (body["signed_in"], body["needed"], body["account"]["name"]) == (True, True, "wangwu")
    assert "alarms.write" in body["actions"]
    assert "accounts.manage" not in body["actions"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/", "samesite=strict"}
    assert client.cookies[COOKIE] not in answer.text
    assert client.get("/api/v1/alarms").status_code == 200
    assert client.get("/api/v1/session").json()["csrf"] == body["csrf"]


def test_by_https_the_cookie_is_bound_to_the_host_and_to_https(wangwu: Office) -> None:
    client = wangwu.client()
    client.base_url = "https://localhost"  # as a proxy says it was asked
    cookie = sign_in(client).headers["set-cookie"].lower()
    assert cookie.startswith("__host-gridgis=")
    assert "secure" in cookie
    assert "domain" not in cookie


def test_no_password_is_taken_over_a_line_that_others_can_read(tmp_path: Any) -> None:
    office = Office(tmp_path, allowed_hosts="grid.example")
    client = office.client()
    assert problem_of(sign_in(client, host="grid.example"))["code"] == "sign_in.plain"
    assert problem_of(sign_in(client, host="other.example"))["code"] == "host.refused"
    office.close()


def test_name_password_and_a_disabled_account_are_refused_alike(wangwu: Office) -> None:
    with wangwu.store.unit_of_work(actor="test", now=NOW) as work:
        gone = account_of("gone", role_grant(Role.DISPATCHER))
        work.add_account(gone, QUICK.hash(PASSWORD))
        work.disable_account(gone.id)
        work.commit()
    told = []
    for name, password in (("nobody", PASSWORD), ("wangwu", "wrong"), ("gone", PASSWORD), ("!!", "x"), ("", "")):
        answer = sign_in(wangwu.nobody, name or "x" * 99, password or "y")
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers
        told.append(problem_of(answer))
    assert all(body == told[0] for body in told)
    assert told[0]["code"] == "sign_in.wrong"


def test_too_many_wrong_passwords_lock_even_the_right_one_out_until_time_has_passed(wangwu: Office) -> None:
    for _ in range(BY_ACCOUNT.most):
        assert sign_in(wangwu.nobody, password="wrong").status_code == 401  # noqa: S106
    locked = sign_in(wangwu.nobody)
    assert locked.status_code == 429
    assert problem_of(locked)["code"] == "sign_in.locked"
    assert locked.headers["retry-after"] == "900"
    at(wangwu, minutes=16)
    assert sign_in(wangwu.client()).status_code == 200
    assert [one.outcome for one in wangwu.store.sign_ins(limit=9)] == ["right", *["wrong"] * BY_ACCOUNT.most]


def test_a_new_sign_in_is_a_new_session_and_ends_the_one_before(wangwu: Office) -> None:
    client = wangwu.client()
    sign_in(client)
    first = client.cookies[COOKIE]
    sign_in(client)
    assert client.cookies[COOKIE] != first
    assert wangwu.client(cookie=first).get("/api/v1/alarms").status_code == 401
    assert client.get("/api/v1/alarms").status_code == 200


def test_a_cookie_that_somebody_planted_is_never_taken_over(wangwu: Office) -> None:
    client = wangwu.client(cookie="planted")
    sign_in(client)
    assert client.cookies[COOKIE] != "planted"
    assert wangwu.client(cookie="planted").get("/api/v1/alarms").status_code == 401


def test_signing_out_ends_the_session_at_once(wangwu: Office) -> None:
    client = wangwu.client()
    signed_in(client)
    secret = client.cookies[COOKIE]
    answer = client.delete("/api/v1/session")
    assert answer.json()["signed_in"] is False
    assert COOKIE not in client.cookies
    assert wangwu.client(cookie=secret).get("/api/v1/alarms").status_code == 401


def test_a_session_ends_when_nobody_does_anything_and_what_pages_ask_by_themselves_counts_for_nothing(
    wangwu: Office,
) -> None:
    client = wangwu.client()
    signed_in(client)
    for minutes in (50, 100, 150):
        at(wangwu, minutes=minutes)
        assert client.get("/api/v1/alarms").status_code == 200
    for minutes in (170, 190, 209):
        at(wangwu, minutes=minutes)
        answer = client.get("/api/v1/alarms", headers={"x-gridgis-background": "1"})
        assert answer.status_code == 200
    at(wangwu, minutes=211)
    assert client.get("/api/v1/alarms").status_code == 401


def test_a_session_ends_after_a_day_whatever_is_done(wangwu: Office) -> None:
    client = wangwu.client()
    signed_in(client)
    for half_hours in range(48):
        at(wangwu, minutes=30 * half_hours)
        assert client.get("/api/v1/alarms").status_code == 200
    at(wangwu, hours=24.01)
    assert client.get("/api/v1/alarms").status_code == 401


def test_what_somebody_does_is_written_down_for_other_processes(wangwu: Office) -> None:
    client = wangwu.client()
    signed_in(client)
    at(wangwu, minutes=10)
    client.get("/api/v1/alarms")
    wangwu.nobody.app.state.recognition.close()  # type: ignore[attr-defined]
    (session,) = wangwu.store.sessions(wangwu.store.account_named("wangwu").id)
    assert session.seen_at == NOW + timedelta(minutes=10)


def test_another_password_signs_every_other_browser_out(wangwu: Office) -> None:
    here, elsewhere = wangwu.client(), wangwu.client()
    signed_in(elsewhere)
    signed_in(here)
    changed = here.post("/api/v1/session/password", json={"old": PASSWORD, "new": NEXT})
    assert changed.status_code == 200
    assert elsewhere.get("/api/v1/alarms").status_code == 401
    here.headers["x-csrf-token"] = changed.json()["csrf"]
    assert here.get("/api/v1/alarms").status_code == 200
    assert sign_in(wangwu.client()).status_code == 401
    assert sign_in(wangwu.client(), password=NEXT).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", NEXT, "sign_in.wrong"),
        (PASSWORD, PASSWORD, "password.same"),
        (PASSWORD, "short", "password.short"),
        (PASSWORD, "wangwu is here", "password.names"),
        (PASSWORD, "13812345678", "password.common"),
    ],
)
def test_a_password_that_is_wrong_or_weak_changes_nothing(wangwu: Office, old: str, new: str, code: str) -> None:
    client = wangwu.client()
    signed_in(client)
    answer = client.post("/api/v1/session/password", json={"old": old, "new": new})
    assert problem_of(answer)["code"] == code
    assert new not in answer.text or new == "short"
    assert sign_in(wangwu.client()).status_code == 200


def test_guessing_the_old_password_locks_the_account_too(wangwu: Office) -> None:
    client = wangwu.client()
    signed_in(client)
    for _ in range(BY_ACCOUNT.most):
        client.post("/api/v1/session/password", json={"old": "wrong", "new": NEXT})
    assert client.post("/api/v1/session/password", json={"old": PASSWORD, "new": NEXT}).status_code == 429


def test_a_hash_with_weaker_parameters_is_renewed_at_the_next_sign_in(office: Office) -> None:
    account = office.add(account_of("wangwu", role_grant(Role.DISPATCHER)), QUICK.hash(PASSWORD))
    assert sign_in(office.client()).status_code == 200
    assert not Hashing().is_weak(office.store.password_hash(account.id))
    assert sign_in(office.client()).status_code == 200


def test_own_sessions_are_listed_and_ended_and_nobody_elses(wangwu: Office) -> None:
    here, elsewhere = wangwu.client(), wangwu.client()
    signed_in(elsewhere)
    signed_in(here)
    listed = here.get("/api/v1/sessions").json()["items"]
    assert [one["here"] for one in listed] == [True, False]
    left = here.delete(f"/api/v1/sessions/{listed[1]['id']}").json()["items"]
    assert [one["here"] for one in left] == [True]
    assert elsewhere.get("/api/v1/alarms").status_code == 401
    wangwu.signed_in("planner")
    (other,) = wangwu.store.sessions(wangwu.store.account_named("planner").id)
    assert problem_of(here.delete(f"/api/v1/sessions/{other.id}"))["code"] == "session.unknown"


def test_a_token_is_made_used_and_taken_back(wangwu: Office) -> None:
    client = wangwu.client()
    signed_in(client)
    wanted = {"title": "QGIS", "scopes": ["cells.read"], "expires_at": (NOW + timedelta(days=30)).isoformat()}
    made = client.post("/api/v1/tokens", json=wanted).json()
    program = wangwu.client(token=made["secret"])
    assert program.get("/api/v1/cells").status_code == 200
    assert problem_of(program.get("/api/v1/alarms"))["code"] == "access.scope"
    assert problem_of(program.post("/api/v1/tokens", json=wanted))["code"] == "access.scope"
    assert made["secret"] not in client.get("/api/v1/tokens").text
    client.delete(f"/api/v1/tokens/{made['token']['id']}")
    assert program.get("/api/v1/cells").status_code == 401


def test_a_token_ends_with_its_time_its_account_and_its_grants(wangwu: Office) -> None:
    program = wangwu.with_token("wangwu", {Action.CELLS_READ}, until=NOW + timedelta(hours=1))
    assert program.get("/api/v1/cells").status_code == 200
    at(wangwu, hours=1)
    wangwu.nobody.app.state.recognition.forget(wangwu.store.account_named("wangwu").id)  # type: ignore[attr-defined]
    assert program.get("/api/v1/cells").status_code == 401
    at(wangwu)
    other = wangwu.with_token("planner", {Action.CELLS_READ})
    admin = wangwu.as_role(Role.SECURITY_ADMINISTRATOR)
    planner = wangwu.store.account_named("planner").id
    assert other.get("/api/v1/cells").status_code == 200
    admin.put(f"/api/v1/accounts/{planner}/grants", json={"grants": []})
    assert other.get("/api/v1/cells").status_code == 403
    admin.post(f"/api/v1/accounts/{planner}/disable")
    assert other.get("/api/v1/cells").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer x", "bearer  ", "Basic d2FuZ3d1Ong=", "Bearer " + "x" * 5000, "Bearer \xff"]
)
def test_what_is_no_token_is_nobody(wangwu: Office, header: str) -> None:
    answer = wangwu.nobody.get("/api/v1/cells", headers={"authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_neither_a_wrong_name_nor_a_body_in_pieces_breaks_anything(wangwu: Office) -> None:
    for name in ("' OR 1=1 --", "<script>", "王" * 100, "a\u0000b", "\u202e"):
        assert sign_in(wangwu.nobody, name, "x").status_code in {401, 422, 429}
    for body in (b"{}", b"[]", b'{"name": 1, "password": []}', b'{"name":"a","password":"b","more":1}'):
        answer = wangwu.nobody.post("/api/v1/session", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert "password" not in answer.text or "more" in answer.text or "name" in answer.text
