"""What the security administrator does, and may not do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from gridgis.access import Role
from tests.fakes.served import problem_of
from tests.fakes.signed_in import Office, account_of, role_grant
from tests.fakes.tiny_district import TOWN_1, VILLAGE_3

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture
def admin(office: Office) -> TestClient:
    return office.as_role(Role.SECURITY_ADMINISTRATOR)


def identifier(office: Office, name: str) -> str:
    return str(office.store.account_named(name).id)


def test_an_account_is_made_with_a_password_that_signs_in_once_shown(office: Office, admin: TestClient) -> None:
    wanted = {"name": "ZhaoLiu", "title": "赵六", "grants": [{"role": "town_lead", "area": TOWN_1}]}
    made = admin.post("/api/v1/accounts", json=wanted).json()
    assert made["account"]["name"] == "zhaoliu"
    assert made["account"]["must_change"] is True
    assert made["account"]["grants"][0]["since"].startswith("2020-06-30T04:00:0")
    client = office.client()
    signed = client.post("/api/v1/session", json={"name": "zhaoliu", "password": made["password"]}).json()
    assert signed["account"]["must_change"] is True
    assert problem_of(client.get("/api/v1/officers"))["code"] == "password.first"
    assert made["password"] not in admin.get("/api/v1/accounts").text
    assert made["password"] not in str(office.store.events())


def test_grants_are_changed_with_the_reason_and_hold_at_once(office: Office, admin: TestClient) -> None:
    planner = office.as_role(Role.PLANNER)
    assert planner.get("/api/v1/officers").json()["total"] == 7
    body = {"grants": [{"role": "planner", "area": VILLAGE_3}], "reason": "调岗"}
    changed = admin.put(f"/api/v1/accounts/{identifier(office, 'planner')}/grants", json=body)
    assert [one["area"] for one in changed.json()["grants"]] == [VILLAGE_3]
    assert planner.get("/api/v1/officers").json()["total"] == 3
    told = office.store.events(noun="account")[-1]
    assert (told.what, told.actor, told.reason) == ("granted", "security_administrator", "调岗")


def test_a_password_is_set_anew_and_an_account_disabled(office: Office, admin: TestClient) -> None:
    planner = office.as_role(Role.PLANNER)
    path = f"/api/v1/accounts/{identifier(office, 'planner')}"
    reset = admin.post(f"{path}/password").json()
    assert planner.get("/api/v1/officers").status_code == 401
    client = office.client()
    assert client.post("/api/v1/session", json={"name": "planner", "password": reset["password"]}).status_code == 200
    assert admin.post(f"{path}/disable").json()["disabled_at"] is not None
    assert client.get("/api/v1/session").json()["signed_in"] is False
    again = client.post("/api/v1/session", json={"name": "planner", "password": reset["password"]})
    assert again.status_code == 401
    assert admin.post(f"{path}/enable").json()["disabled_at"] is None


@pytest.mark.parametrize(
    ("grants", "code"),
    [
        ([{"role": "grid_officer"}], "access.area_needed"),
        ([{"role": "department"}], "access.department_needed"),
        ([{"role": "planner", "area": "32010100"}], "cell_code.length"),
        ([{"role": "planner", "area": "320101001"}], "cell_code.district"),
        ([{"role": "planner", "since": "2020-06-30T12:00", "until": "2020-06-30T11:00"}], "access.span"),
        ([{"role": "system_administrator", "area": TOWN_1}], "access.whole_district"),
        ([{"role": "audit_administrator"}, {"role": "system_administrator"}], "access.roles_conflict"),
        ([{"role": "king"}], "request.invalid"),
        ([{"role": "planner", "area": "' OR 1=1"}], "request.invalid"),
    ],
)
def test_grants_that_break_a_rule_are_refused_and_nothing_changes(
    office: Office, admin: TestClient, grants: list[dict[str, Any]], code: str
) -> None:
    held = office.store.account_named("planner").grants
    answer = admin.put(f"/api/v1/accounts/{identifier(office, 'planner')}/grants", json={"grants": grants})
    assert problem_of(answer)["code"] == code
    assert office.store.account_named("planner").grants == held
    made = admin.post("/api/v1/accounts", json={"name": "neu", "title": "x", "grants": grants})
    assert problem_of(made)["code"] == code


def test_nobody_raises_himself_nor_locks_himself_out(office: Office, admin: TestClient) -> None:
    own = f"/api/v1/accounts/{identifier(office, 'security_administrator')}"
    assert problem_of(admin.put(f"{own}/grants", json={"grants": []}))["code"] == "access.own_grants"
    for act in ("disable", "enable", "password"):
        assert problem_of(admin.post(f"{own}/{act}"))["code"] == "access.own_account"


def test_an_account_is_named_once_and_one_that_is_not_there_is_told(admin: TestClient) -> None:
    again = admin.post("/api/v1/accounts", json={"name": "Planner", "title": "x"})
    assert problem_of(again)["code"] == "account.exists"
    assert problem_of(admin.post(f"/api/v1/accounts/{uuid4()}/disable"))["code"] == "account.unknown"


def test_names_and_titles_may_hold_what_they_will_and_are_kept_as_they_are(admin: TestClient) -> None:
    title = "<img src=x onerror=alert(1)>'; DROP TABLE accounts; --"
    made = admin.post("/api/v1/accounts", json={"name": "王五.1", "title": title}).json()
    assert made["account"]["title"] == title
    assert title in {one["title"] for one in admin.get("/api/v1/accounts").json()["items"]}


def test_the_audit_administrator_reads_who_signed_in(office: Office) -> None:
    office.nobody.post("/api/v1/session", json={"name": "eve", "password": "guess"})
    listed = office.as_role(Role.AUDIT_ADMINISTRATOR).get("/api/v1/sign-ins", params={"limit": 1}).json()["items"]
    assert [(one["name"], one["outcome"], one["address"]) for one in listed] == [("eve", "wrong", "testclient")]


def test_two_who_change_the_same_account_leave_it_whole(office: Office, admin: TestClient) -> None:
    office.add(account_of("second", role_grant(Role.SECURITY_ADMINISTRATOR)))
    other = office.signed_in("second")
    path = f"/api/v1/accounts/{identifier(office, 'planner')}/grants"
    for client, role in ((admin, "planner"), (other, "supervisor"), (admin, "dispatcher")):
        assert client.put(path, json={"grants": [{"role": role}]}).status_code == 200
    assert [grant.role.value for grant in office.store.account_named("planner").grants] == ["dispatcher"]
