"""Which teams go to an alarm, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from gridgis.dispatch import choose_response
from gridgis.dispatch.alarms import ALARM_TYPES, ResponseLevel
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, RunCards
from maps.words import LANGUAGES, Words
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import NOON, tiny_alarm, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = tiny_district()
WHEN = NOON.isoformat()


def ask(client: TestClient, lon: float, lat: float, *, language: str = "zh", **more: Any) -> dict[str, Any]:
    asked = {"lon": lon, "lat": lat, "type": "fire", "level": "II", "when": WHEN, **more}
    answer = client.post("/api/v1/responses", params={"lang": language}, json=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@bounded(max_examples=30, deadline=None)
@given(
    place=st.tuples(st.floats(120.1005, 120.1595), st.floats(32.5005, 32.5195)),
    alarm_type=st.sampled_from(ALARM_TYPES),
    level=st.sampled_from(list(ResponseLevel)),
    hour=st.integers(0, 23),
    language=st.sampled_from(LANGUAGES),
)
def test_the_answer_is_what_the_domain_chooses_in_words(
    client: TestClient,
    *,
    place: tuple[float, float],
    alarm_type: str,
    level: ResponseLevel,
    hour: int,
    language: str,
) -> None:
    when = NOON.replace(hour=hour)
    lon, lat = place
    answer = ask(client, lon, lat, language=language, type=alarm_type, level=level, when=when.isoformat())
    alarm = tiny_alarm(*place, alarm_type=alarm_type, level=level.value, when=when)
    chosen = choose_response(STATE, alarm, when=when).to_json(Words.load(language).say)
    for told in (answer, chosen):
        del told["alarm"]["id"]
        told["alarm"]["reported_at"] = datetime.fromisoformat(told["alarm"]["reported_at"])
        told["when"] = datetime.fromisoformat(told["when"])
    assert answer == chosen


def test_teams_come_in_order_of_arrival_with_their_routes(client: TestClient) -> None:
    body = ask(client, 120.134, 32.5165)
    arrivals = [team["eta_s"] for team in body["chosen"]]
    assert arrivals == sorted(arrivals)
    by_road = [team for team in body["chosen"] if not team["estimated"]]
    assert len(by_road) >= 4
    for team in by_road:
        assert team["route"]["type"] == "LineString"
        assert team["eta_s"] == pytest.approx(team["turnout_s"] + team["travel_s"] + team["walk_s"], abs=0.01)
    assert [cell["level"] for cell in body["cells"]] == [1, 2, 3]


def test_untrained_teams_are_never_sent_in_to_dangerous_alarms(client: TestClient) -> None:
    for alarm_type in NO_UNTRAINED_RESCUE:
        for level in ("I", "II", "III", "IV"):
            for team in ask(client, 120.134, 32.5165, type=alarm_type, level=level)["chosen"]:
                if team["tier"] in {"village", "volunteer"}:
                    assert team["task"] != "rescue"


def test_a_moment_without_offset_is_local_and_now_is_the_clocks(client: TestClient) -> None:
    day = ask(client, 120.134, 32.5165, when="2020-06-30T12:00")
    night = ask(client, 120.134, 32.5165, when="2020-06-30T23:00:00")
    assert day["when"] == "2020-06-30T04:00:00Z"
    assert night["when"] == "2020-06-30T15:00:00Z"
    assert {team["turnout_s"] for team in day["chosen"]} == {60}
    assert {team["turnout_s"] for team in night["chosen"]} == {120}
    asked = {"lon": 120.134, "lat": 32.5165, "type": "fire", "level": "II"}
    assert client.post("/api/v1/responses", json=asked).json()["when"].startswith("2020-06-30T04:0")


@pytest.mark.parametrize("place", [(121.0, 32.5), (120.105, 39.0), (-120.0, -32.0), (0, 0), (180, 90), (32.51, 120.15)])
def test_a_place_outside_is_refused_with_the_nearest_town_and_how_far_it_is(
    client: TestClient, place: tuple[float, float]
) -> None:
    lon, lat = place
    answer = client.post("/api/v1/responses", json={"lon": lon, "lat": lat, "type": "fire", "level": "II"})
    assert answer.status_code == 422
    problem = problem_of(answer)
    if -90 <= lat <= 90:
        assert problem["code"] == "place.outside_district"
        assert problem["fields"]["nearest"] in {"甲镇", "乙镇"}
        assert problem["fields"]["nearest"] in problem["detail"]
    else:
        assert problem["fields"]["where"] == "lat"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"type": "avalanche"}, "alarm.type_unknown"),
        ({"type": ""}, "request.invalid"),
        ({"type": "x" * 41}, "request.invalid"),
        ({"type": None}, "request.invalid"),
        ({"level": "V"}, "request.invalid"),
        ({"level": 2}, "request.invalid"),
        ({"lon": "120.105"}, "request.invalid"),
        ({"lon": None}, "request.invalid"),
        ({"lat": 91}, "request.invalid"),
        ({"people": 3}, "request.invalid"),
        ({"when": "1900-01-01"}, "time.year"),
        ({"when": "soon"}, "time.form"),
    ],
)
def test_a_wrong_question_is_refused(client: TestClient, given: dict[str, Any], code: str) -> None:
    asked = {"lon": 120.105, "lat": 32.505, "type": "fire", "level": "II", **given}
    answer = client.post("/api/v1/responses", json=asked)
    assert answer.status_code == 422
    assert problem_of(answer)["code"] == code


def test_a_missing_card_is_told_with_those_there_are() -> None:
    cards = [card for card in STATE.run_cards.cards if card.type == "gas" and card.level is ResponseLevel.I]
    client = client_of(FakeSource(replace(STATE, run_cards=RunCards.of(cards))))
    asked = {"lon": 120.105, "lat": 32.505, "type": "gas", "level": "II"}
    answer = client.post("/api/v1/responses", json=asked)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "run_card.level_unknown")
    answer = client.post("/api/v1/responses", json={**asked, "type": "fire"})
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "run_card.unknown")


def test_without_roads_every_time_is_an_estimate_and_says_so() -> None:
    client = client_of(FakeSource(replace(STATE, roads=None)))
    body = ask(client, 120.134, 32.5165)
    assert body["chosen"]
    assert all(team["estimated"] and team["route"] is None for team in body["chosen"])


def test_a_team_that_is_busy_is_passed_over_with_its_alarm() -> None:
    from gridgis.dispatch.teams import Commitment, CommitmentKind

    district_team = STATE.teams[0]
    taken = Commitment(district_team.id, CommitmentKind.DISPATCHED, NOON - timedelta(minutes=5), alarm_code="J100")
    client = client_of(FakeSource(replace(STATE, commitments=(taken,))))
    body = ask(client, 120.134, 32.5165)
    passed = next(one for one in body["passed_over"] if one["team"]["id"] == str(district_team.id))
    assert passed["reason_code"] == "passed.busy"
    assert "J100" in passed["reason"]
    assert any("区" in short["need"] for short in body["shortfalls"])


def test_nothing_is_written_by_a_proposal() -> None:
    source = FakeSource()
    client = client_of(source)
    before = client.get("/api/v1/alarms").json()
    ask(client, 120.134, 32.5165)
    assert client.get("/api/v1/alarms").json() == before
    assert source.version() == 1
