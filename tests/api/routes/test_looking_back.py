"""Past alarms are answered again, runs teach, lessons become tasks; each seen and written by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from gridgis.access import Grant, Role
from gridgis.dispatch.alarms import Dispatch
from tests.fakes.served import problem_of
from tests.fakes.signed_in import NOW, Office, account_of, role_grant
from tests.fakes.tiny_district import tiny_alarm

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PERIOD = {"from_day": "2020-06-01", "to_day": "2020-06-30"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    for role in (Role.PLANNER, Role.DISPATCHER):
        made.add(account_of(f"{role.value}-all", Grant(role=role, since=role_grant(role).since)))
    team = next(team for team in made.state.teams if team.code == "T2")
    alarms = [
        replace(tiny_alarm(120.1551, 32.515, code=f"P{number}", when=NOW - timedelta(days=number + 1)), id=uuid4())
        for number in range(8)
    ]
    sent = [
        Dispatch(
            uuid4(),
            f"{alarm.code}/1",
            alarm.id,
            team.id,
            8,
            "rescue",
            alarm.reported_at,
            en_route_at=alarm.reported_at + timedelta(seconds=120),
            on_scene_at=alarm.reported_at + timedelta(seconds=420),
            home_at=alarm.reported_at + timedelta(seconds=900),
        )
        for alarm in alarms
    ]
    with made.store.unit_of_work(actor="test", now=NOW) as work:
        work.put_alarms(alarms)
        work.put_dispatches(sent)
        work.commit()
    yield made
    made.close()


@pytest.fixture
def planner(office: Office) -> TestClient:
    return office.signed_in("planner-all")


def test_a_period_stands_side_by_side_as_it_was_is_and_would_be(planner: TestClient) -> None:
    told = planner.post("/api/v1/replays", json={**PERIOD, "without": ["T2"], "routes": True}).json()
    assert told["total"] == 10
    one = next(one for one in told["items"] if one["code"] == "P0")
    assert (one["happened_first_s"], one["happened_people"]) == (420, 8)
    assert "T2" in {each["team"]["code"] for each in one["now"]["going"]}
    assert "T2" not in {each["team"]["code"] for each in one["tried"]["going"]}
    assert one["now"]["going"][0]["route"]["type"] == "LineString"
    assert told["happened"]["count"] == 8


def test_without_anything_to_try_only_what_is_stands_beside_what_was(planner: TestClient) -> None:
    told = planner.post("/api/v1/replays", json=PERIOD).json()
    assert (told["tried"], told["items"][0]["tried"]) == (None, None)
    assert told["items"][0]["now"]["going"][0]["route"] is None


def test_another_base_and_a_closed_road_change_the_answer(planner: TestClient) -> None:
    moved = {**PERIOD, "moved": [{"team": "DT", "place": [120.1551, 32.5151]}]}
    told = planner.post("/api/v1/replays", json=moved).json()
    assert any(one["tried"]["first_s"] < one["now"]["first_s"] for one in told["items"])
    closed = planner.post("/api/v1/replays", json={**PERIOD, "closed": [[120.155, 32.512]]}).json()
    assert closed["tried"]["count"] == closed["now"]["count"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"without": ["X9"]}, "team.unknown"),
        ({"closed": [[121.0, 31.0]]}, "closure.no_road"),
        ({"from_day": "2020-07-01"}, "time.span"),
    ],
)
def test_what_can_t_be_tried_is_refused(planner: TestClient, told: dict[str, Any], code: str) -> None:
    assert problem_of(planner.post("/api/v1/replays", json={**PERIOD, **told}))["code"] == code


def test_what_runs_teach_is_shown_switched_on_and_off(planner: TestClient, office: Office) -> None:
    shown = planner.get("/api/v1/learning").json()
    (one,) = shown["items"]
    assert (one["team"]["code"], one["runs"], one["used"], shown["in_use"]) == ("T2", 8, None, False)
    assert one["turnout"] > 1

    def eta() -> float:
        question = {"lon": 120.155, "lat": 32.515, "type": "fire", "level": "III"}
        chosen = planner.post("/api/v1/responses", json=question).json()["chosen"]
        return float(next(each["eta_s"] for each in chosen if each["team"]["code"] == "T2"))

    before = eta()
    used = planner.post("/api/v1/learning", json={"use": True}).json()
    assert used["items"][0]["used"] == pytest.approx([one["turnout"], one["travel"]], abs=0.001)
    assert eta() > before
    assert not planner.post("/api/v1/learning", json={"use": False}).json()["in_use"]
    assert eta() == before
    assert office.signed_in("dispatcher-all").post("/api/v1/learning", json={"use": True}).status_code == 403


def test_a_lesson_becomes_a_task_that_is_done_once(office: Office) -> None:
    desk = office.signed_in("dispatcher-all")
    known = {"type": "fire", "level": "III", "lon": 120.105, "lat": 32.505}
    incident = desk.post(
        "/api/v1/incidents", json={"id": str(uuid4()), "call": {"id": str(uuid4())}, "known": known}
    ).json()
    told = {"id": str(uuid4()), "text": "补配防化服", "owner": "危化队", "due_on": "2020-06-29"}
    made = desk.post(f"/api/v1/incidents/{incident['id']}/lessons", json=told).json()
    assert (made["code"], made["late"]) == (f"{incident['code']}/L01", True)
    assert [one["id"] for one in desk.get("/api/v1/lessons?open=true").json()["items"]] == [made["id"]]
    done = desk.post(f"/api/v1/lessons/{made['id']}/done", json={"outcome": "已补配"}).json()
    assert (done["done_by"], done["late"]) == ("dispatcher-all", False)
    again = desk.post(f"/api/v1/lessons/{made['id']}/done", json={"outcome": "又"})
    assert problem_of(again)["code"] == "lesson.done"
    assert desk.get("/api/v1/lessons?open=true").json()["total"] == 0
    assert desk.get(f"/api/v1/lessons?incident={incident['id']}").json()["total"] == 1
    nothing = desk.post(f"/api/v1/incidents/{incident['id']}/lessons", json={"id": str(uuid4()), "text": " "})
    assert problem_of(nothing)["code"] == "lesson.text"
    assert problem_of(desk.post(f"/api/v1/lessons/{uuid4()}/done", json={"outcome": "x"}))["code"] == "lesson.unknown"
