"""The people of the grid over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import NOON, VILLAGE_1, VILLAGE_2, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = tiny_district()
WEST_OF_VILLAGE_2 = STATE.officers[7]


def names(client: TestClient, **asked: object) -> list[str]:
    body = client.get("/api/v1/officers", params=asked).json()
    return [item["name"] for item in body["items"]]


def test_officers_are_found_by_text_role_and_cell(client: TestClient) -> None:
    assert names(client) == [officer.name for officer in STATE.officers]
    assert names(client, q="人员03") == names(client, q="p03") == names(client, q="13800000003") == ["人员03"]
    assert names(client, role="grid_lead") == ["人员03", "人员04", "人员05"]
    assert names(client, role="safety_doctor") == []
    assert names(client, cell=VILLAGE_1) == ["人员03"]
    assert names(client, limit=2, offset=1) == ["人员02", "人员03"]


def test_an_officer_has_cells_their_neighbours_and_their_enterprises(client: TestClient) -> None:
    body = client.get(f"/api/v1/officers/{WEST_OF_VILLAGE_2.id}").json()
    assert [cell["name"] for cell in body["cells"]] == ["二村西格"]
    assert [cell["name"] for cell in body["neighbours"]] == ["一村东格", "二村东格"]
    assert body["posts"][0]["cell_name"] == "二村西格"
    assert body["bbox"] == [120.12, 32.5, 120.13, 32.52]
    assert body["enterprises"] == {"red": 0, "orange": 0, "yellow": 0, "blue": 0}


def test_an_enterprise_in_two_cells_of_an_officer_counts_once() -> None:
    posts = tuple(
        replace(post, officer_id=STATE.officers[0].id) if post.cell_code in {VILLAGE_1, VILLAGE_2} else post
        for post in STATE.posts
    )
    client = client_of(FakeSource(replace(STATE, posts=posts)))
    body = client.get(f"/api/v1/officers/{STATE.officers[0].id}").json()
    assert [cell["enterprises"]["red"] for cell in body["cells"]] == [1, 1, 1]
    assert body["enterprises"]["red"] == 1


def test_only_posts_of_the_day_are_told() -> None:
    ended = tuple(replace(post, until=NOON.date() - timedelta(days=1)) for post in STATE.posts)
    client = client_of(FakeSource(replace(STATE, posts=ended)))
    body = client.get(f"/api/v1/officers/{WEST_OF_VILLAGE_2.id}").json()
    assert (body["posts"], body["cells"], body["neighbours"], body["bbox"]) == ([], [], [], None)
    assert names(client, cell=VILLAGE_1) == []


def test_before_the_first_plan_officers_are_told_without_cells() -> None:
    client = client_of(FakeSource(), now=NOON.replace(year=2019))
    body = client.get(f"/api/v1/officers/{WEST_OF_VILLAGE_2.id}").json()
    assert (body["cells"], body["neighbours"], body["bbox"]) == ([], [], None)
    assert problem_of(client.get(f"/api/v1/officers?cell={VILLAGE_1}"))["code"] == "plan.none"


def test_who_is_not_in_the_register_is_not_found(client: TestClient) -> None:
    answer = client.get(f"/api/v1/officers/{UUID(int=1)}")
    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "officer.unknown"
    assert problem_of(client.get("/api/v1/officers?cell=9"))["code"] == "cell.unknown"


@pytest.mark.parametrize("path", ["?role=king", "?limit=0", "?cell=" + "3" * 41, "/1"])
def test_a_wrong_question_is_refused(client: TestClient, path: str) -> None:
    assert problem_of(client.get(f"/api/v1/officers{path}"))["code"] == "request.invalid"
