"""The desk's routes: calls taken, incidents led step by step, teams sent once, everything seen by those who may."""

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

PLACE = {"type": "fire", "level": "III", "lon": 120.105, "lat": 32.505}
IN_TOWN_2 = {"type": "fire", "level": "IV", "lon": 120.155, "lat": 32.505}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.add(account_of("desk", Grant(role=Role.DISPATCHER, since=role_grant(Role.DISPATCHER).since)))
    yield made
    made.close()


@pytest.fixture
def desk(office: Office) -> TestClient:
    return office.signed_in("desk")


def received(client: TestClient, known: dict[str, Any] | None = None, **call: str) -> dict[str, Any]:
    told = {"id": str(uuid4()), "call": {"id": str(uuid4()), **call}, "known": PLACE if known is None else known}
    answer = client.post("/api/v1/incidents", json=told)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def step(client: TestClient, incident: dict[str, Any], **told: Any) -> Any:
    return client.post(f"/api/v1/incidents/{incident['id']}/steps", json=told)


def team_id(office: Office, code: str) -> str:
    return str(next(team.id for team in office.state.teams if team.code == code))


def send(client: TestClient, office: Office, incident: dict[str, Any], code: str, **told: Any) -> Any:
    order = {"id": str(uuid4()), "team_id": team_id(office, code), "task": "rescue", **told}
    return client.post(f"/api/v1/incidents/{incident['id']}/orders", json={"orders": [order]})


def team_step(client: TestClient, dispatch: dict[str, Any], name: str, **told: Any) -> Any:
    return client.post(f"/api/v1/dispatches/{dispatch['id']}/steps", json={"step": name, **told})


def test_a_call_becomes_an_incident_at_its_first_field_and_is_completed_later(desk: TestClient) -> None:
    incident = received(desk, {}, phone="13911112222")
    assert (incident["status"], incident["type"], incident["lon"]) == ("open", "", None)
    assert incident["code"] == "20200630-001"
    known = step(desk, incident, step="completed", known=PLACE).json()
    assert [one["code"] for one in known["cells"]] == ["321204101", "321204101001", "321204101001001"]
    assert [one["step"] for one in known["log"]] == ["received", "completed"]
    listed = desk.get("/api/v1/incidents").json()["items"]
    assert [one["id"] for one in listed] == [incident["id"]]
    assert listed[0]["calls"][0]["phone"] == "13911112222"


def test_from_the_proposal_to_the_last_team_home(desk: TestClient) -> None:
    incident = received(desk)
    proposal = desk.get(f"/api/v1/incidents/{incident['id']}/proposal").json()
    assert not proposal["filled"]
    orders = [
        {"id": str(uuid4()), "team_id": one["team"]["id"], "task": one["task"]}
        for one in proposal["proposal"]["chosen"]
    ]
    sent = desk.post(f"/api/v1/incidents/{incident['id']}/orders", json={"orders": orders}).json()
    assert len(sent["teams"]) == len(orders)
    assert all(one["eta_at"] for one in sent["teams"] if one["command"] == "own")
    assert desk.get(f"/api/v1/incidents/{incident['id']}/proposal").json() == {"filled": True, "proposal": None}
    for one in sent["teams"]:
        for name in ("acknowledged", "en_route", "on_scene", "working", "released", "home"):
            answer = team_step(desk, one, name)
            assert answer.status_code == 200, answer.text
    now = desk.get(f"/api/v1/incidents/{incident['id']}").json()
    assert {one["state"] for one in now["teams"]} == {"home"}
    closed = step(desk, now, step="closed", text="已扑灭", seen=now["revision"]).json()
    assert closed["status"] == "closed"
    alarms = desk.get("/api/v1/alarms").json()["items"]
    assert incident["code"] in {one["code"] for one in alarms}


def test_a_higher_level_calls_for_what_is_still_missing(desk: TestClient, office: Office) -> None:
    incident = received(desk)
    first = desk.get(f"/api/v1/incidents/{incident['id']}/proposal").json()["proposal"]["chosen"]
    for one in first:
        send(desk, office, incident, one["team"]["code"], task=one["task"])
    step(desk, incident, step="level", level="II", why="火势扩大")
    more = desk.get(f"/api/v1/incidents/{incident['id']}/proposal").json()["proposal"]
    assert not {one["team"]["code"] for one in first} & {one["team"]["code"] for one in more["chosen"]}
    assert more["chosen"]


def test_a_team_that_somebody_else_took_is_told_by_name_and_goes_only_with_a_reason(
    desk: TestClient, office: Office
) -> None:
    first, second = received(desk), received(desk)
    assert send(desk, office, first, "DT").status_code == 200
    refused = send(desk, office, second, "DT")
    problem = problem_of(refused)
    assert (refused.status_code, problem["code"]) == (409, "dispatch.team_busy")
    assert first["code"] in problem["detail"]
    assert "区综合队" in problem["detail"]
    overridden = send(desk, office, second, "DT", override="首处已控制")
    assert overridden.json()["log"][-1]["text"] == "首处已控制"


def test_duplicates_are_offered_and_merged_with_both_callers_kept(desk: TestClient) -> None:
    first = received(desk, phone="110")
    second = received(desk, {**PLACE, "lon": 120.1055}, phone="119")
    assert [one["id"] for one in second["alike"]] == [first["id"]]
    led = step(desk, first, step="took_over", other_id=second["id"]).json()
    assert {one["phone"] for one in led["calls"]} == {"110", "119"}
    gone = desk.get(f"/api/v1/incidents/{second['id']}").json()
    assert (gone["status"], gone["merged_into"]) == ("merged", first["id"])
    assert [one["id"] for one in desk.get("/api/v1/incidents").json()["items"]] == [first["id"]]


def test_a_command_sent_again_is_carried_out_once(desk: TestClient) -> None:
    incident = received(desk)
    key = {"Idempotency-Key": str(uuid4())}
    told = {"step": "noted", "text": "现场浓烟"}
    path = f"/api/v1/incidents/{incident['id']}/steps"
    first, second = (desk.post(path, json=told, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert [one["step"] for one in second.json()["log"]].count("noted") == 1
    other = desk.post(path, json={"step": "noted", "text": "别的"}, headers=key)
    assert problem_of(other)["code"] == "command.key_reused"


def test_what_happened_earlier_is_noted_with_both_moments(desk: TestClient, office: Office) -> None:
    incident = received(desk)
    sent = send(desk, office, incident, "DT").json()
    future = team_step(desk, sent["teams"][0], "on_scene", happened_at="2020-06-30T20:00:00+08:00")
    assert problem_of(future)["code"] == "incident.in_future"
    early = team_step(desk, sent["teams"][0], "on_scene", happened_at="2020-06-30T11:00:00+08:00")
    assert problem_of(early)["code"] == "dispatch.out_of_order"


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"type": "ufo"}, "alarm.type_unknown"),
        ({"lon": 120.1}, "incident.half_place"),
        ({"lon": 120.1, "lat": None}, "incident.half_place"),
        ({"enterprise_id": str(uuid4())}, "enterprise.unknown"),
        ({"level": "V"}, "request.invalid"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(desk: TestClient, known: dict[str, Any], code: str) -> None:
    told = {"id": str(uuid4()), "call": {"id": str(uuid4())}, "known": known}
    assert problem_of(desk.post("/api/v1/incidents", json=told))["code"] == code
    assert desk.get("/api/v1/incidents").json()["items"] == []


def test_a_place_outside_the_district_is_kept_and_the_proposal_says_where_it_lies(desk: TestClient) -> None:
    incident = received(desk, {**PLACE, "lon": 121.0})
    refused = desk.get(f"/api/v1/incidents/{incident['id']}/proposal")
    assert problem_of(refused)["code"] == "place.outside_district"


def test_a_dispatcher_of_one_town_leads_no_incident_of_another(office: Office, desk: TestClient) -> None:
    town = office.as_role(Role.DISPATCHER)
    inside, outside = received(desk), received(desk, IN_TOWN_2)
    assert [one["id"] for one in town.get("/api/v1/incidents").json()["items"]] == [inside["id"]]
    assert problem_of(town.get(f"/api/v1/incidents/{outside['id']}"))["code"] == "incident.unknown"
    assert problem_of(step(town, outside, step="noted", text="x"))["code"] == "access.area"
    assert problem_of(step(town, inside, step="linked", other_id=outside["id"]))["code"] == "access.area"
    assert problem_of(send(town, office, outside, "T2"))["code"] == "access.area"


def test_telephones_of_callers_are_masked_for_those_who_may_not_call(office: Office, desk: TestClient) -> None:
    incident = received(desk, phone="13911112222", said="电话13911112222")
    shown = office.as_role(Role.GRID_OFFICER).get(f"/api/v1/incidents/{incident['id']}").json()
    assert shown["calls"][0]["phone"] == "139****2222"
    assert "13911112222" not in str(shown)


def test_a_team_leader_reports_the_own_team_and_no_other(office: Office, desk: TestClient) -> None:
    incident = received(desk)
    own = send(desk, office, incident, "T1").json()["teams"][0]
    other = send(desk, office, incident, "T2").json()["teams"][1]
    leader = office.as_role(Role.TEAM_LEADER)
    assert team_step(leader, own, "acknowledged").json()["teams"][0]["state"] == "acknowledged"
    assert problem_of(team_step(leader, other, "acknowledged"))["code"].startswith("access.")
    recalled = leader.post(f"/api/v1/dispatches/{own['id']}/recall", json={"why": "x"})
    assert problem_of(recalled)["code"] == "access.role"


def test_what_is_typed_tells_type_and_place(desk: TestClient) -> None:
    found = desk.get("/api/v1/typed", params={"text": "化工厂储罐着火", "place": "一村"}).json()
    assert found["types"][0] == "hazmat"
    assert found["places"][0]["name"].startswith("一村")
    gcj = desk.get("/api/v1/typed", params={"place": "高德 120.11,32.51"}).json()["places"][0]
    assert gcj["kind"] == "coordinates"
    assert gcj["lon"] != 120.11
    factory = desk.get("/api/v1/typed", params={"place": "小小企业1"}).json()["places"][0]
    assert factory["enterprise_id"] == factory["id"]


def test_without_a_database_nothing_can_be_taken(client: TestClient) -> None:
    assert problem_of(client.get("/api/v1/incidents"))["code"] == "desk.no_store"


def test_an_incident_stays_when_the_server_starts_again(office: Office, desk: TestClient) -> None:
    incident = received(desk)
    send(desk, office, incident, "DT")
    from tests.fakes.served import client_of

    app: Any = client_of(None, db=str(office.path)).app
    try:
        case = app.state.accounts.cases(app.state.accounts.incidents())[0]
        assert str(case.incident.id) == incident["id"]
        assert len(case.dispatches) == 1
    finally:
        app.state.live.close()
        app.state.served.close()
        app.state.recognition.close()
        app.state.accounts.close()


def test_the_record_tells_grade_clocks_heads_and_papers(desk: TestClient, office: Office) -> None:
    incident = received(desk, {**PLACE, "type": "work_injury"})
    sent = send(desk, office, incident, "DT").json()["teams"][0]
    team_step(desk, sent, "on_scene")
    assert team_step(desk, sent, "accounted", people=18).status_code == 200
    step(desk, incident, step="casualties", deaths=3, production=True, saved_yuan=50_000)
    step(desk, incident, step="reported", report="first", to="区应急局")
    record = desk.get(f"/api/v1/incidents/{incident['id']}/record").json()
    assert record["grade"]["grade"] == "larger"
    assert [one["report"] for one in record["due"]] == ["phone", "first", "follow_up"]
    assert record["heads"][0]["people"] == 18
    assert record["spreads"]["order_to_arrival_s"]["count"] == 1
    for kind in ("first", "follow_up", "final"):
        paper = desk.get(f"/api/v1/incidents/{incident['id']}/reports/{kind}.docx")
        assert paper.status_code == 200
        assert paper.content[:2] == b"PK"
    cap = desk.get(f"/api/v1/incidents/{incident['id']}/cap.xml")
    assert "<status>Actual</status>" in cap.text
    shift = desk.get("/api/v1/hand-over").json()
    assert [one["code"] for one in shift] == [incident["code"]]
    assert problem_of(desk.get(f"/api/v1/incidents/{uuid4()}/record"))["code"] == "incident.unknown"


def test_all_open_incidents_are_planned_together_and_cover_is_told(desk: TestClient, office: Office) -> None:
    incidents = [received(desk, {**PLACE, "level": "II"}), received(desk, IN_TOWN_2), received(desk, {})]
    plan = desk.get("/api/v1/wave").json()
    assert {one["id"] for one in plan["incidents"]} == {incidents[0]["id"], incidents[1]["id"]}
    given = [team["team"]["code"] for one in plan["incidents"] for team in one["teams"]]
    assert len(given) == len(set(given)) > 3
    send(desk, office, incidents[1], "T2")
    assert desk.get("/api/v1/wave").status_code == 200
    cover = desk.get("/api/v1/cover").json()
    assert cover["villages"] == 3
    out = desk.get("/api/v1/cover", params={"team": [team_id(office, code) for code in ("DT", "T1")]}).json()
    assert out["covered"] <= cover["covered"]


def test_a_teams_own_page_lists_its_orders_alone(desk: TestClient, office: Office) -> None:
    incident = received(desk)
    send(desk, office, incident, "T1")
    send(desk, office, incident, "T2")
    (mine,) = office.as_role(Role.TEAM_LEADER).get("/api/v1/my-orders").json()["items"]
    assert [one["team"]["code"] for one in mine["teams"]] == ["T1"]
    file = desk.get("/api/v1/place-file", params={"lon": 120.105, "lat": 32.505, "phone": "110"}).json()
    assert file["people"][0]["phone"]
    routes = desk.get(f"/api/v1/incidents/{incident['id']}/routes").json()["items"]
    assert len(routes) == 2
