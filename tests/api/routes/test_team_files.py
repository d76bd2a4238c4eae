"""People, roster, kit and bases of teams are edited by those who lead them, and proposals follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from gridgis.access import Grant, Role
from tests.fakes.served import problem_of
from tests.fakes.signed_in import Office, account_of, role_grant

if TYPE_CHECKING:
    from starlette.testclient import TestClient

HAZMAT = {"lon": 120.105, "lat": 32.505, "type": "hazmat", "level": "III"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.add(account_of("desk-all", Grant(role=Role.DISPATCHER, since=role_grant(Role.DISPATCHER).since)))
    yield made
    made.close()


@pytest.fixture
def desk(office: Office) -> TestClient:
    return office.signed_in("desk-all")


def path(office: Office, code: str, what: str) -> str:
    team = next(team for team in office.state.teams if team.code == code)
    return f"/api/v1/teams/{team.id}/{what}"


def passed(client: TestClient, code: str) -> str:
    answer = client.post("/api/v1/responses", json=HAZMAT).json()
    return next((one["reason_code"] for one in answer["passed_over"] if one["team"]["code"] == code), "")


def test_certificates_that_run_out_take_a_squad_off_what_they_are_for(desk: TestClient, office: Office) -> None:
    person = {
        "id": str(uuid4()),
        "name": "周一",
        "phone": "13600000001",
        "role": "leader",
        "certificates": [{"capability": "hazmat", "until": "2020-06-29"}],
    }
    held = desk.post(path(office, "S1", "members"), json=person).json()
    assert held["lapsed"] == ["confined_space", "gas", "hazmat"]
    assert [(one["capability"], one["days"]) for one in held["expiring"]] == [("hazmat", -1)]
    assert passed(desk, "S1") == "passed.unqualified"
    renewed = {**person, "certificates": [{"capability": "hazmat", "until": "2020-07-29"}]}
    held = desk.post(path(office, "S1", "members"), json=renewed).json()
    assert [one["code"] for one in held["members"]] == ["S1/01"]
    assert held["lapsed"] == ["confined_space", "gas"]
    assert passed(desk, "S1") == ""


def test_whom_the_roster_does_not_name_is_off_duty_unless_a_reason_is_given(desk: TestClient, office: Office) -> None:
    duty = {"id": str(uuid4()), "since": "2020-06-30T20:00:00+08:00", "until": "2020-07-01T08:00:00+08:00"}
    held = desk.post(path(office, "S1", "duties"), json=duty).json()
    assert "值班" in held["not_free"]
    assert passed(desk, "S1") == "passed.off_duty"
    known = {"type": "hazmat", "level": "III", "lon": 120.105, "lat": 32.505}
    incident = desk.post(
        "/api/v1/incidents", json={"id": str(uuid4()), "call": {"id": str(uuid4())}, "known": known}
    ).json()
    team = next(team for team in office.state.teams if team.code == "S1")
    order = {"id": str(uuid4()), "team_id": str(team.id), "task": "rescue"}
    refused = desk.post(f"/api/v1/incidents/{incident['id']}/orders", json={"orders": [order]})
    assert problem_of(refused)["code"] == "dispatch.team_off_duty"
    order |= {"override": "全员召回"}
    assert desk.post(f"/api/v1/incidents/{incident['id']}/orders", json={"orders": [order]}).status_code == 200
    assert desk.post(path(office, "S1", "duties"), json={**duty, "cancelled": True}).json()["duties"] == []


def test_a_team_waits_at_another_base_and_back_at_its_own(desk: TestClient, office: Office) -> None:
    other = {"id": str(uuid4()), "name": "东岸备勤点", "lon": 120.1551, "lat": 32.5099}
    held = desk.post(path(office, "S1", "bases"), json=other).json()
    assert [(one["name"], one["here"]) for one in held["bases"]] == [("原驻地", True), ("东岸备勤点", False)]
    moved = desk.post(path(office, "S1", "move"), json={"base_id": other["id"], "reason": "移防"}).json()
    assert [one["here"] for one in moved["bases"]] == [False, True]
    shown = desk.get(path(office, "S1", "")[:-1]).json()
    assert (shown["lon"], shown["lat"]) == (120.1551, 32.5099)
    unknown = desk.post(path(office, "DT", "move"), json={"base_id": other["id"], "reason": "x"})
    assert problem_of(unknown)["code"] == "base.unknown"


def test_out_of_service_needs_a_reason_and_excludes_by_name(desk: TestClient, office: Office) -> None:
    bare = desk.post(path(office, "S1", "service"), json={"in_service": False})
    assert problem_of(bare)["code"] == "team.why_out"
    held = desk.post(path(office, "S1", "service"), json={"in_service": False, "reason": "车辆年检"}).json()
    assert "车辆年检" in held["not_free"]
    assert passed(desk, "S1") == "passed.out_of_service"
    assert desk.post(path(office, "S1", "service"), json={"in_service": True}).json()["not_free"] == ""


def test_kit_of_a_kind_is_told_once(desk: TestClient, office: Office) -> None:
    for quantity in (3, 5):
        told = {"kind": "防化服", "quantity": quantity, "unit": "套", "checked_on": "2020-06-01"}
        held = desk.post(path(office, "S1", "kit"), json=told).json()
    assert [(one["kind"], one["quantity"]) for one in held["kit"]] == [("防化服", 5)]
    assert problem_of(desk.post(path(office, "S1", "kit"), json={"kind": " ", "quantity": 1}))["code"] == "kit.form"


def test_telephones_are_masked_for_those_who_only_read(desk: TestClient, office: Office) -> None:
    desk.post(path(office, "T1", "members"), json={"id": str(uuid4()), "name": "周一", "phone": "13600000001"})
    seen: list[dict[str, Any]] = office.as_role(Role.GRID_OFFICER).get(path(office, "T1", "file")).json()["members"]
    assert seen[0]["phone"] != "13600000001"
    lead = office.as_role(Role.TOWN_LEAD)
    assert lead.get(path(office, "T1", "file")).json()["members"][0]["phone"] == "13600000001"
    other = lead.post(path(office, "T2", "kit"), json={"kind": "沙袋", "quantity": 1})
    assert (other.status_code, problem_of(other)["code"]) == (403, "access.area")
