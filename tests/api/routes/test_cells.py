"""Cells and places over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from api.questions import whereabouts
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import DISTRICT, NOON, TOWN_1, VILLAGE_1, VILLAGE_2, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = tiny_district()
PLAN = STATE.plans[0]


def codes(client: TestClient, **asked: object) -> list[str]:
    body = client.get("/api/v1/cells", params=asked).json()
    assert body["total"] == len(body["items"])
    return [item["code"] for item in body["items"]]


def test_all_cells_are_listed_or_those_of_a_level_or_under_a_parent(client: TestClient) -> None:
    assert codes(client) == [cell.code for cell in PLAN.cells]
    assert codes(client, level=2) == [cell.code for cell in PLAN.of_level(2)]
    assert codes(client, parent=TOWN_1) == [VILLAGE_1, VILLAGE_2]
    assert codes(client, parent=DISTRICT, level=1) == [cell.code for cell in PLAN.of_level(1)]
    assert codes(client, parent=TOWN_1, level=3) == []


def test_a_cell_has_its_area_people_relatives_and_enterprises(client: TestClient) -> None:
    body = client.get(f"/api/v1/cells/{VILLAGE_2}").json()
    assert shape(body["geometry"]).equals(PLAN.cell(VILLAGE_2).geometry)
    assert [officer["name"] for officer in body["officers"]] == ["人员04"]
    assert [cell["code"] for cell in body["ancestors"]] == [TOWN_1]
    assert [cell["code"] for cell in body["children"]] == [cell.code for cell in PLAN.children(VILLAGE_2)]
    assert [cell["code"] for cell in body["neighbours"]] == [cell.code for cell in PLAN.neighbours(VILLAGE_2)]
    assert body["enterprises"] == {"red": 1, "orange": 0, "yellow": 0, "blue": 0}


def test_a_cell_that_the_plan_does_not_have_is_not_found(client: TestClient) -> None:
    for path in ("/api/v1/cells/999", "/api/v1/cells?parent=999"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert problem_of(answer)["code"] == "cell.unknown"


@pytest.mark.parametrize("query", ["level=0", "level=4", "level=one", f"parent={'3' * 41}"])
def test_a_wrong_question_is_refused(client: TestClient, query: str) -> None:
    assert problem_of(client.get(f"/api/v1/cells?{query}"))["code"] == "request.invalid"


@settings(max_examples=50, deadline=None)
@given(lon=st.floats(120.09, 120.17), lat=st.floats(32.49, 32.53))
def test_a_place_is_answered_as_the_plan_locates_it(client: TestClient, lon: float, lat: float) -> None:
    body = client.get("/api/v1/locate", params={"lon": lon, "lat": lat}).json()
    found = whereabouts(STATE, (lon, lat), NOON)
    assert [cell["code"] for cell in body["cells"]] == [one.cell.code for one in found.cells]
    assert [cell["level"] for cell in body["cells"]] == list(range(1, len(found.cells) + 1))
    assert body["reason"] == found.reason.name.lower()
    assert body["on_border"] is found.on_border
    assert bool(body["detail"]) is (body["reason"] != "found")
    assert (body["lon"], body["lat"]) == (lon, lat)


def test_before_the_first_plan_there_is_none_to_answer_from() -> None:
    client = client_of(FakeSource(), now=NOON.replace(year=2019))
    for path in ("/api/v1/locate?lon=120.105&lat=32.505", "/api/v1/cells", f"/api/v1/cells/{TOWN_1}"):
        answer = client.get(path)
        assert answer.status_code == 409
        assert problem_of(answer)["code"] == "plan.none"
