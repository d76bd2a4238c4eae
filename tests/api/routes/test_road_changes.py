"""A road that changes at the desk changes proposals at once, and teams under way are warned."""

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

BRIDGE = [[120.1295, 32.49], [120.1305, 32.49], [120.1305, 32.53], [120.1295, 32.53]]
ROADS = [[120.1405, 32.495], [120.1495, 32.495], [120.1495, 32.525], [120.1405, 32.525]]
EAST = {"type": "fire", "level": "III", "lon": 120.155, "lat": 32.505}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.add(account_of("desk-all", Grant(role=Role.DISPATCHER, since=role_grant(Role.DISPATCHER).since)))
    yield made
    made.close()


@pytest.fixture
def desk(office: Office) -> TestClient:
    return office.signed_in("desk-all")


def flood(client: TestClient, area: list[list[float]], **told: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/road-changes", json={"id": str(uuid4()), "kind": "flood", "area": area, **told})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def sent(client: TestClient, office: Office, code: str = "DT") -> tuple[str, dict[str, Any]]:
    incident = client.post(
        "/api/v1/incidents", json={"id": str(uuid4()), "call": {"id": str(uuid4())}, "known": EAST}
    ).json()
    team = next(team for team in office.state.teams if team.code == code)
    order = {"id": str(uuid4()), "team_id": str(team.id), "task": "rescue"}
    after = client.post(f"/api/v1/incidents/{incident['id']}/orders", json={"orders": [order]}).json()
    return incident["id"], after["teams"][0]


def test_a_flood_cuts_a_team_under_way_off_and_it_is_warned(desk: TestClient, office: Office) -> None:
    incident, team = sent(desk, office)
    made = flood(desk, ROADS, reason="暴雨积水", until="2020-06-30T18:00:00+08:00")
    assert [(one["team"]["code"], one["after_s"]) for one in made["warned"]] == [("DT", None)]
    shown = desk.get(f"/api/v1/incidents/{incident}").json()
    assert shown["teams"][0]["warning"]["facts"]["change"] == made["code"]
    assert shown["teams"][0]["eta_at"] is None
    assert shown["log"][-1]["step"] == "road"
    mine = desk.get("/api/v1/my-orders").json()["items"][0]["teams"][0]
    assert mine["warning"]["facts"]["after_s"] is None
    proposal = desk.post("/api/v1/responses", json=EAST).json()
    assert "DT" not in {one["team"]["code"] for one in proposal["chosen"]}
    ended = desk.post(f"/api/v1/road-changes/{made['id']}/end", json={}).json()
    assert [one["team"]["code"] for one in ended["warned"]] == ["DT"]
    assert desk.get(f"/api/v1/incidents/{incident}").json()["teams"][0]["eta_at"] == team["eta_at"]
    assert desk.get("/api/v1/road-changes").json()["items"] == []


def test_who_is_not_hit_is_not_warned(desk: TestClient, office: Office) -> None:
    sent(desk, office, "T2")
    assert flood(desk, BRIDGE)["warned"] == []


def test_a_road_is_closed_or_slowed_where_somebody_points(desk: TestClient, office: Office) -> None:
    sent(desk, office)
    told = {"id": str(uuid4()), "kind": "slow", "lon": 120.137, "lat": 32.502, "factor": 10.0, "reason": "事故"}
    slow = desk.post("/api/v1/road-changes", json=told).json()
    assert (slow["road"], slow["factor"]) == ("纬路32.502", 10.0)
    assert slow["geometry"]["type"] == "LineString"
    assert [one["after_s"] > one["before_s"] for one in slow["warned"]] == [True]
    closed = {**told, "id": str(uuid4()), "kind": "closed"}
    closed.pop("factor")
    assert desk.post("/api/v1/road-changes", json=closed).status_code == 200
    listed = desk.get("/api/v1/road-changes").json()
    assert {one["kind"] for one in listed["items"]} == {"slow", "closed"}


def test_the_same_command_twice_changes_the_road_once(desk: TestClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    told = {"id": str(uuid4()), "kind": "flood", "area": ROADS}
    first, second = (desk.post("/api/v1/road-changes", json=told, headers=key) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert desk.get("/api/v1/road-changes").json()["total"] == 1


def test_another_end_may_be_expected(desk: TestClient) -> None:
    made = flood(desk, ROADS)
    told = {"until": "2020-07-01T08:00:00+08:00"}
    assert desk.post(f"/api/v1/road-changes/{made['id']}/until", json=told).json()["until"]
    desk.post(f"/api/v1/road-changes/{made['id']}/end", json={})
    again = desk.post(f"/api/v1/road-changes/{made['id']}/end", json={})
    assert (again.status_code, problem_of(again)["code"]) == (409, "road_change.ended")
    unknown = desk.post(f"/api/v1/road-changes/{uuid4()}/end", json={})
    assert problem_of(unknown)["code"] == "road_change.unknown"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"kind": "flood"}, "request.invalid"),
        ({"kind": "slow", "area": ROADS}, "request.invalid"),
        ({"kind": "closed", "lon": 121.0, "lat": 32.0}, "closure.no_road"),
        ({"kind": "flood", "area": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "roads.flooded"),
        ({"kind": "flood", "area": ROADS, "until": "2020-06-30T11:00:00+08:00"}, "road_change.until"),
    ],
)
def test_what_is_no_change_of_a_road_is_refused(desk: TestClient, told: dict[str, Any], code: str) -> None:
    refused = desk.post("/api/v1/road-changes", json={"id": str(uuid4()), **told})
    assert problem_of(refused)["code"] == code


def test_a_town_s_dispatcher_changes_roads_of_that_town_alone(office: Office) -> None:
    town = office.as_role(Role.DISPATCHER)
    refused = town.post("/api/v1/road-changes", json={"id": str(uuid4()), "kind": "flood", "area": ROADS})
    assert (refused.status_code, problem_of(refused)["code"]) == (403, "access.area")


def test_a_position_on_the_way_moves_the_arrival_and_an_old_one_decides_nothing(
    desk: TestClient, office: Office
) -> None:
    incident, team = sent(desk, office)
    path = f"/api/v1/dispatches/{team['id']}/position"
    near = desk.post(path, json={"lon": 120.1549, "lat": 32.502, "accuracy_m": 9.0}).json()
    assert near["eta_at"] < team["eta_at"]
    older = {"lon": 120.105, "lat": 32.502, "taken_at": "2020-06-30T11:50:00+08:00"}
    desk.post(path, json=older)
    (way,) = desk.get(f"/api/v1/incidents/{incident}/routes").json()["items"]
    assert (way["lon"], way["position"]["stale"], way["position"]["accuracy_m"]) == (120.1549, False, 9.0)
    assert way["eta_at"][:19] == near["eta_at"][:19]
    office.add(account_of("lead", Grant(role=Role.ENFORCEMENT_OFFICER, since=role_grant(Role.DISPATCHER).since)))
    (masked,) = office.signed_in("lead").get(f"/api/v1/incidents/{incident}/routes").json()["items"]
    assert (masked["position"], masked["eta_at"], masked["lon"]) == (None, None, 120.105)


def test_whom_to_dial_stands_in_order_with_what_came_of_it(desk: TestClient, office: Office) -> None:
    incident, team = sent(desk, office)
    listed = desk.get(f"/api/v1/incidents/{incident}/dial-list").json()["items"]
    assert [one["phone"] for one in listed[0]["numbers"]] == ["13811112222"]
    told = {"state": "delivered", "channel": "sms", "person": "孙七"}
    noted = desk.post(f"/api/v1/dispatches/{team['id']}/receipts", json=told).json()["items"][0]["notices"]
    assert [(one["person"], one["state"]) for one in noted] == [("孙七", "delivered")]
    assert desk.get(f"/api/v1/incidents/{incident}").json()["teams"][0]["called"] == "delivered"
