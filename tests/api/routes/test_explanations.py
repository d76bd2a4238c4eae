"""Ask over HTTP why a nearer team comes later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gridgis.roads.network import objects
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import BRIDGE_NAME, RIVER, identify, tiny_district, tiny_roads
from tests.gridgis.dispatch.test_closures_at import closure

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PATH = "/api/v1/explanations"
OVER_THE_BRIDGE = {"lon": 120.1315, "lat": 32.502, "type": "fire", "level": "I"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The tiny district with its river drawn; the bridge was closed from noon to one."""
    roads = replace(tiny_roads(), water=objects([RIVER]))
    with client_of(FakeSource(replace(tiny_district(), roads=roads, closures=(closure(),)))) as made:
        yield made


def ask(client: TestClient, **more: Any) -> Any:
    answer = client.post(PATH, json={**OVER_THE_BRIDGE, "when": "2020-06-30T14:00", **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_limit_is_told_in_words_as_data_and_with_both_ways(client: TestClient) -> None:
    (why,) = ask(client)["items"]
    assert why["cause"] == "why.blocked_by_limit"
    assert BRIDGE_NAME in why["text"]
    assert why["later"]["team"]["code"] == "T1"
    assert why["later"]["route"] is None
    assert why["sooner"]["team"]["code"] == "T2"
    assert why["sooner"]["route"]["type"] == "LineString"
    obstacle = why["obstacle"]
    assert (obstacle["kind"], obstacle["limit_kind"], obstacle["limit"]) == ("limit", "maxweight", 10)
    assert obstacle["saved_s"] is None
    assert obstacle["free_way"]["type"] == "LineString"
    assert why["later"]["straight_m"] < why["sooner"]["straight_m"]


def test_words_are_those_of_the_language_asked_for(client: TestClient) -> None:
    answer = client.post(f"{PATH}?lang=en", json={**OVER_THE_BRIDGE, "when": "2020-06-30T14:00"})
    assert "straight line" in answer.json()["items"][0]["text"]


def test_a_past_alarm_is_explained_by_the_roads_as_they_were(client: TestClient) -> None:
    during = ask(client, when="2020-06-30T12:30", team=str(identify("team", "DT")))
    after = ask(client, team=str(identify("team", "DT")))
    causes = [[one["cause"] for one in told["items"]] for told in (during, after)]
    assert causes[0] != causes[1]


def test_who_comes_first_has_nothing_to_explain(client: TestClient) -> None:
    assert ask(client, team=str(identify("team", "T2")))["items"] == []


def test_an_unknown_team_and_a_place_outside_are_refused(client: TestClient) -> None:
    unknown = client.post(PATH, json={**OVER_THE_BRIDGE, "team": "00000000-0000-4000-8000-000000000000"})
    assert (unknown.status_code, problem_of(unknown)["code"]) == (404, "team.unknown")
    outside = client.post(PATH, json={**OVER_THE_BRIDGE, "lon": 121.0})
    assert (outside.status_code, problem_of(outside)["code"]) == (422, "place.outside_district")
