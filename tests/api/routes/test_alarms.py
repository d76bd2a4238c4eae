"""The register of alarms over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gridgis.codes import record_id
from gridgis.dispatch.alarms import Dispatch
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import LOCAL, NOON, teams, tiny_alarm, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

MOMENTS = {
    "J001": datetime(2020, 1, 1, 0, 0, tzinfo=LOCAL),
    "J002": datetime(2020, 3, 31, 23, 59, tzinfo=LOCAL),
    "J003": datetime(2020, 6, 30, 8, 0, tzinfo=LOCAL),
}
ALARMS = tuple(
    replace(tiny_alarm(120.105, 32.505, when=when, code=code), caller="张三", phone="13900000000")
    for code, when in MOMENTS.items()
)
SENT = tuple(
    Dispatch(record_id("321204", "dispatch", team.code), team.code, ALARMS[0].id, team.id, people, "rescue", NOON)
    for team, people in zip(teams()[:2], (7, 5), strict=True)
)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_of(FakeSource(replace(tiny_district(), alarms=ALARMS, dispatches=SENT)))


def listed(client: TestClient, **asked: object) -> dict[str, Any]:
    body: dict[str, Any] = client.get("/api/v1/alarms", params=asked).json()
    return body


def codes(client: TestClient, **asked: object) -> list[str]:
    return [item["code"] for item in listed(client, **asked)["items"]]


def test_the_newest_alarm_comes_first(client: TestClient) -> None:
    assert codes(client) == ["J003", "J002", "J001"]


def test_days_are_local_and_both_ends_belong(client: TestClient) -> None:
    assert codes(client, **{"from": "2020-01-01", "to": "2020-03-31"}) == ["J002", "J001"]
    assert codes(client, **{"from": "2020-01-02"}) == ["J003", "J002"]
    assert codes(client, to="2020-03-30") == ["J001"]
    assert codes(client, **{"from": "2020-06-30", "to": "2020-06-30"}) == ["J003"]


def test_a_page_is_a_part_of_the_whole(client: TestClient) -> None:
    body = listed(client, limit=1, offset=1)
    assert [item["code"] for item in body["items"]] == ["J002"]
    assert (body["total"], body["limit"], body["offset"]) == (3, 1, 1)
    assert codes(client, offset=1_000_000) == []


def test_each_alarm_tells_what_was_sent_and_nobody_who_called(client: TestClient) -> None:
    body = listed(client)
    first = body["items"][-1]
    assert (first["dispatches"], first["people"]) == (2, 12)
    assert (body["items"][0]["dispatches"], body["items"][0]["people"]) == (0, 0)
    assert first["reported_at"] == "2019-12-31T16:00:00Z"
    assert "张三" not in str(body)
    assert "13900000000" not in str(body)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2020-06-31"}, "time.day"),
        ({"to": "yesterday"}, "time.day"),
        ({"to": "0"}, "time.day"),
        ({"to": "1593500000"}, "time.day"),
        ({"from": "2020-02-01", "to": "2020-01-31"}, "time.span"),
        ({"limit": "0"}, "request.invalid"),
        ({"limit": "501"}, "request.invalid"),
        ({"offset": "-1"}, "request.invalid"),
        ({"limit": "9" * 5000}, "request.invalid"),
    ],
)
def test_a_wrong_question_is_refused(client: TestClient, asked: dict[str, str], code: str) -> None:
    answer = client.get("/api/v1/alarms", params=asked)
    assert answer.status_code == 422
    assert problem_of(answer)["code"] == code
