"""Ask the roads for all teams and the whole district at once, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
import shapely
from shapely.geometry import shape

from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import BRIDGE_NAME, identify, tiny_district, tiny_roads

if TYPE_CHECKING:
    from starlette.testclient import TestClient

BRIDGE = {"lon": 120.13, "lat": 32.502}
ROADS = "/api/v1/roads"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with client_of(FakeSource()) as made:
        yield made


def told(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_matrix_is_networkxs_between_junctions(client: TestClient) -> None:
    roads = tiny_roads()
    nodes = [0, 3, 9, 20]
    places = [[float(roads.x[node]), float(roads.y[node])] for node in nodes]
    made = told(client.post(f"{ROADS}/matrix", json={"profile": "car", "places": places}))
    graph: nx.DiGraph[int] = nx.DiGraph()
    for tail, head, metres in zip(roads.tail, roads.head, roads.length_m, strict=True):
        graph.add_edge(int(tail), int(head), metres=float(metres))
    for row, origin in enumerate(nodes):
        assert made["travel_s"][row][row] == 0
        for column, place in enumerate(nodes):
            least = nx.dijkstra_path_length(graph, origin, place, weight="metres")
            assert made["distance_m"][row][column] >= least - 0.05
    assert made["no_way"] == 0
    assert len(made["walk_m"]) == len(nodes)
    one = told(client.post(f"{ROADS}/matrix", json={"profile": "foot", "places": places, "origins": places[:1]}))
    assert (len(one["travel_s"]), len(one["travel_s"][0])) == (1, 4)


def test_a_pair_without_a_way_is_null(client: TestClient) -> None:
    ends = {"profile": "fire_engine", "origins": [[120.125, 32.502]], "places": [[120.145, 32.502]]}
    assert told(client.post(f"{ROADS}/matrix", json=ends))["travel_s"] == [[None]]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"profile": "tank"}, 404, "profile.unknown"),
        ({"places": []}, 422, "request.invalid"),
        ({"places": [[120.1, 99.0]]}, 422, "request.invalid"),
        ({"places": [[120.1]]}, 422, "request.invalid"),
        ({"places": [[120.1, 32.5]] * 301}, 422, "request.invalid"),
        ({"places": [[120.1, 32.5]] * 201}, 422, "roads.pairs"),
        ({"hour": 24}, 422, "request.invalid"),
        ({"more": 1}, 422, "request.invalid"),
    ],
)
def test_a_matrix_that_can_not_be_made_is_refused(
    client: TestClient, change: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(f"{ROADS}/matrix", json={"profile": "car", "places": [[120.11, 32.51]], **change})
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


def test_reach_grows_with_time_and_shrinks_to_what_a_second_team_reaches(client: TestClient) -> None:
    first = told(client.get(f"{ROADS}/reach", params={"within": [120, 300]}))
    second = told(client.get(f"{ROADS}/reach", params={"within": [300, 120], "by": 2}))
    assert [one["within_s"] for one in first["items"]] == [one["within_s"] for one in second["items"]] == [120, 300]
    assert first["items"][0]["area_km2"] < first["items"][1]["area_km2"]
    assert second["items"][0]["area_km2"] < first["items"][0]["area_km2"]
    assert (first["teams"], first["villages"], first["items"][1]["villages"]) == (9, 3, 3)
    area = shape(first["items"][1]["geometry"])
    assert area.is_valid
    assert area.contains(shapely.Point(120.105, 32.5101))


def test_reach_of_each_team_names_the_team(client: TestClient) -> None:
    made = told(client.get(f"{ROADS}/reach", params={"tier": "town", "each": True, "within": 200}))
    assert [one["team"]["code"] for one in made["items"]] == ["T1", "T2"]
    one = told(client.get(f"{ROADS}/reach", params={"team": str(identify("team", "DT")), "within": 200}))
    assert one["teams"] == 1


def test_cover_names_first_and_second_the_longest_wait_first(client: TestClient) -> None:
    made = told(client.get(f"{ROADS}/cover", params={"of": "cells", "within": [150, 600]}))
    waits = [one["first"]["eta_s"] for one in made["items"]]
    assert waits == sorted(waits, reverse=True)
    assert made["total"] == len(waits) == 6
    assert all(one["second"]["eta_s"] >= one["first"]["eta_s"] for one in made["items"])
    assert made["within"][0] == {
        "within_s": 150,
        "first": sum(wait <= 150 for wait in waits),
        "second": sum(one["second"]["eta_s"] <= 150 for one in made["items"]),
    }
    page = told(client.get(f"{ROADS}/cover", params={"of": "cells", "limit": 2, "offset": 1}))
    assert [one["code"] for one in page["items"]] == [one["code"] for one in made["items"][1:3]]
    enterprises = told(client.get(f"{ROADS}/cover", params={"of": "enterprises", "tier": "town"}))
    assert enterprises["total"] == 3
    assert all(one["second"] is None for one in enterprises["items"])


def test_parts_cover_the_district(client: TestClient) -> None:
    made = told(client.get(f"{ROADS}/parts", params={"tier": ["town", "district"]}))
    assert [one["team"]["code"] for one in made["items"]] == ["DT", "T1", "T2"]
    outline = tiny_district().district.outline
    assert outline is not None
    whole = shapely.union_all([shape(one["geometry"]) for one in made["items"]])
    assert whole.symmetric_difference(outline).area < outline.area / 1000


def test_a_detour_tells_who_comes_later_and_closes_nothing(client: TestClient) -> None:
    made = told(client.post(f"{ROADS}/detours", json={**BRIDGE, "tiers": ["district"], "of": "cells"}))
    assert made["road"] == BRIDGE_NAME
    assert made["cut_off"] == len(made["items"]) > 0
    assert all(one["after"] is None and one["later_s"] is None for one in made["items"])
    assert made["teams"] == [
        {
            "team": {"id": str(identify("team", "DT")), "name": "区综合队", "code": "DT"},
            "places": made["cut_off"],
        }
    ]
    assert told(client.get("/api/v1/closures"))["total"] == 0


def test_bridges_are_ranked_by_what_their_closure_costs(client: TestClient) -> None:
    made = told(client.get(f"{ROADS}/bridges", params={"tier": "district"}))
    (bridge,) = made["items"]
    assert (bridge["rank"], bridge["road"]) == (1, BRIDGE_NAME)
    assert bridge["cut_off"] == bridge["later"] == 2
    assert bridge["cut_off_risk"] > 0
    assert (made["bridges"], made["total"], made["places"]) == (1, 1, 3)
    assert told(client.get(f"{ROADS}/bridges", params={"of": "villages"}))["total"] == 0


def test_a_moment_may_be_named_and_changes_turnout(client: TestClient) -> None:
    day, night = (
        told(client.get(f"{ROADS}/cover", params={"when": when, "tier": "town"}))
        for when in ("2020-06-30T12:00", "2020-06-30T02:00:00+08:00")
    )
    assert night["items"][0]["first"]["eta_s"] == day["items"][0]["first"]["eta_s"] + 60
    assert client.get(f"{ROADS}/cover", params={"when": "noon"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("reach?team=00000000-0000-4000-8000-000000000000", "team.unknown"),
        ("reach?within=-1", "request.invalid"),
        ("reach?within=99999", "request.invalid"),
        ("reach?by=3", "request.invalid"),
        ("reach?tier=army", "request.invalid"),
        ("cover?of=moons", "request.invalid"),
        ("bridges?limit=0", "request.invalid"),
    ],
)
def test_what_can_not_be_asked_is_refused_with_words(client: TestClient, path: str, code: str) -> None:
    assert problem_of(client.get(f"{ROADS}/{path}"))["code"] == code


def test_a_place_without_a_road_and_a_district_without_roads_are_told(client: TestClient) -> None:
    far = client.post(f"{ROADS}/detours", json={"lon": 120.2, "lat": 32.6})
    assert (far.status_code, problem_of(far)["code"]) == (404, "closure.no_road")
    bare = FakeSource(replace(tiny_district(), roads=None))
    with client_of(bare) as nowhere:
        for path in ("reach", "cover", "parts", "bridges"):
            answer = nowhere.get(f"{ROADS}/{path}")
            assert (answer.status_code, problem_of(answer)["code"]) == (409, "roads.none"), path
        for path, body in (("matrix", {"profile": "car", "places": [[120.1, 32.5]]}), ("detours", BRIDGE)):
            answer = nowhere.post(f"{ROADS}/{path}", json=body)
            assert (answer.status_code, problem_of(answer)["code"]) == (409, "roads.none"), path


def test_an_answer_is_kept_until_the_data_it_is_made_of_change() -> None:
    state = tiny_district()
    source = FakeSource(state)
    with client_of(source) as own:
        before = told(own.get(f"{ROADS}/reach", params={"tier": "town"}))
        assert told(own.get(f"{ROADS}/reach", params={"tier": "town"})) == before
        source.change(replace(state, teams=tuple(team for team in state.teams if team.code != "T1")))
        after = told(own.get(f"{ROADS}/reach", params={"tier": "town"}))
        assert after["teams"] == before["teams"] - 1
        assert after["items"][0]["area_km2"] < before["items"][0]["area_km2"]
