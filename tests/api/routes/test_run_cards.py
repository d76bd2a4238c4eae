"""Run cards are edited by planners alone, tried on past alarms before they are used, and never rewrite the past."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gridgis.access import Grant, Role
from tests.fakes.served import problem_of
from tests.fakes.signed_in import Office, account_of, role_grant

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CARD = {
    "type": "fire",
    "level": "III",
    "name": "改后",
    "needs": [
        {"tier": "village", "task": "cordon", "local": True},
        {"capability": "fire", "teams": 2, "kit": [{"kind": "泡沫", "quantity": 2}]},
    ],
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    for name, role in (("planner", Role.PLANNER), ("desk", Role.DISPATCHER)):
        made.add(account_of(f"{name}-all", Grant(role=role, since=role_grant(role).since)))
    yield made
    made.close()


@pytest.fixture
def planner(office: Office) -> TestClient:
    return office.signed_in("planner-all")


def versions(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/run-cards/versions?type=fire&level=III").json()["items"]
    return found


def current(client: TestClient) -> dict[str, Any]:
    (card,) = client.get("/api/v1/run-cards?type=fire&level=III").json()["items"]
    found: dict[str, Any] = card
    return found


def test_a_version_is_in_force_from_its_moment_and_those_of_before_stay(planner: TestClient) -> None:
    before = current(planner)
    assert versions(planner) == []
    made = planner.post("/api/v1/run-cards/versions", json={**CARD, "reason": "演练后调整"})
    assert made.status_code == 200, made.text
    assert (made.json()["number"], made.json()["in_force"]) == (2, True)
    assert current(planner)["name"] == "改后"
    assert current(planner)["needs"][1]["kit"] == [{"kind": "泡沫", "quantity": 2}]
    newest, first = versions(planner)
    assert (newest["in_force"], first["in_force"], first["card"]["name"]) == (True, False, before["name"])
    later = {**CARD, "name": "再改", "reason": "x", "effective_from": "2020-07-01T00:00:00+08:00"}
    assert not planner.post("/api/v1/run-cards/versions", json=later).json()["in_force"]
    assert current(planner)["name"] == "改后"


def test_proposals_follow_the_new_card_at_once(planner: TestClient) -> None:
    question = {"lon": 120.105, "lat": 32.505, "type": "fire", "level": "III"}
    planner.post("/api/v1/run-cards/versions", json={**CARD, "reason": "x"})
    answer = planner.post("/api/v1/responses", json=question).json()
    assert answer["card"]["name"] == "改后"
    assert [one["reason_code"] for one in answer["shortfalls"]] == ["short.kit"]


def test_a_card_is_tried_on_past_alarms_and_nothing_is_kept(planner: TestClient) -> None:
    tried = planner.post("/api/v1/run-cards/try", json=CARD).json()
    assert (tried["total"], tried["differing"]) == (2, 2)
    assert [one["code"] for one in tried["items"]] == ["J001", "J002"]
    assert tried["items"][0]["fewer"]
    assert versions(planner) == []
    none = planner.post("/api/v1/run-cards/try", json={**CARD, "to_day": "2019-01-01"}).json()
    assert (none["total"], none["median_first_after_s"]) == (0, None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"needs": []}, "run_card.empty"),
        ({"needs": [{"task": "rescue"}]}, "run_card.need_open"),
        ({"reason": " "}, "run_card.reason"),
        ({"effective_from": "2020-01-01T00:00:00+08:00"}, "run_card.in_past"),
        ({"type": "martians"}, "alarm.type_unknown"),
        ({"type": "hazmat", "needs": [{"tier": "village", "task": "rescue"}]}, "run_card.untrained_rescue"),
    ],
)
def test_a_card_that_would_be_wrong_is_refused_with_words(
    planner: TestClient, changed: dict[str, Any], code: str
) -> None:
    refused = planner.post("/api/v1/run-cards/versions", json={**CARD, "reason": "x", **changed})
    assert problem_of(refused)["code"] == code
    assert versions(planner) == []


def test_dispatchers_read_cards_and_do_not_write_them(office: Office) -> None:
    desk = office.signed_in("desk-all")
    assert desk.post("/api/v1/run-cards/versions", json={**CARD, "reason": "x"}).status_code == 403
    assert versions(desk) == []
