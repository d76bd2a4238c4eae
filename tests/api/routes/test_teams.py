"""Teams and run cards over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from gridgis.dispatch.teams import Commitment, CommitmentKind
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import NOON, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = tiny_district()


def codes(client: TestClient, **asked: object) -> list[str]:
    body = client.get("/api/v1/teams", params=asked).json()
    assert body["total"] == len(body["items"])
    return [item["code"] for item in body["items"]]


def test_teams_are_listed_by_tier_and_command(client: TestClient) -> None:
    assert codes(client) == [team.code for team in STATE.teams]
    assert codes(client, tier="village") == ["V1", "V2", "V3"]
    assert codes(client, command="request") == ["R119", "R120", "R110"]
    assert codes(client, tier="town", command="invite") == []


def test_a_team_tells_how_soon_it_rolls_at_this_hour_and_when_it_answers(client: TestClient) -> None:
    volunteers = next(team for team in STATE.teams if team.code == "VOL")
    body = client.get(f"/api/v1/teams/{volunteers.id}").json()
    assert (body["turnout_s"], body["shift"], body["taken_by"]) == (60, "08:00-20:00", None)
    night = client_of(FakeSource(), now=NOON.replace(hour=23))
    assert night.get(f"/api/v1/teams/{volunteers.id}").json()["turnout_s"] == 120


def test_a_team_that_is_taken_says_by_what() -> None:
    team = STATE.teams[0]
    taken = Commitment(team.id, CommitmentKind.DISPATCHED, NOON - timedelta(minutes=1), alarm_code="J9")
    client = client_of(FakeSource(replace(STATE, commitments=(taken,))))
    body = client.get(f"/api/v1/teams/{team.id}").json()
    assert (body["taken_by"], body["alarm_code"]) == ("dispatched", "J9")


def test_run_cards_are_listed_by_type_and_level(client: TestClient) -> None:
    assert client.get("/api/v1/run-cards").json()["total"] == 40
    body = client.get("/api/v1/run-cards?type=hazmat&level=II").json()
    card = body["items"][0]
    assert (body["total"], card["name"]) == (1, "小小区hazmat/II")
    assert [need["line"] for need in card["needs"]] == list(range(1, len(card["needs"]) + 1))
    assert card["needs"][0]["task"] == "do_not_enter"
    assert client.get("/api/v1/run-cards?type=avalanche").json()["items"] == []


def test_a_team_that_is_not_in_the_register_is_not_found(client: TestClient) -> None:
    answer = client.get(f"/api/v1/teams/{UUID(int=1)}")
    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "team.unknown"


@pytest.mark.parametrize("path", ["teams?tier=king", "teams?command=beg", "teams/1", "run-cards?level=5"])
def test_a_wrong_question_is_refused(client: TestClient, path: str) -> None:
    assert problem_of(client.get(f"/api/v1/{path}"))["code"] == "request.invalid"
