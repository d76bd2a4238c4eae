"""The register of enterprises over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import NOON, VILLAGE_1, VILLAGE_2, VILLAGE_3, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = tiny_district()


def names(client: TestClient, **asked: object) -> list[str]:
    body = client.get("/api/v1/enterprises", params=asked).json()
    assert body["total"] >= len(body["items"])
    return [item["name"] for item in body["items"]]


def detail(client: TestClient, number: int) -> dict[str, Any]:
    body: dict[str, Any] = client.get(f"/api/v1/enterprises/{STATE.enterprises[number].id}").json()
    return body


def test_enterprises_are_found_by_text_colour_and_cell(client: TestClient) -> None:
    assert names(client) == ["小小企业1", "小小企业2", "小小企业3"]
    assert names(client, q="企业2") == ["小小企业2"]
    assert names(client, q=STATE.enterprises[2].code.lower()) == ["小小企业3"]
    assert names(client, q="化工") == ["小小企业1", "小小企业2", "小小企业3"]
    assert names(client, q="没有") == []
    assert names(client, risk="orange") == ["小小企业2"]
    assert names(client, cell=VILLAGE_1) == names(client, cell=VILLAGE_2) == ["小小企业1"]
    assert names(client, cell=VILLAGE_3, risk="red") == []


def test_a_page_is_a_part_of_the_whole(client: TestClient) -> None:
    assert names(client, limit=1, offset=1) == ["小小企业2"]
    assert client.get("/api/v1/enterprises?limit=1").json()["total"] == 3


def test_an_enterprise_has_its_sites_and_their_cells(client: TestClient) -> None:
    body = detail(client, 0)
    assert [site["cells"] for site in body["sites"]] == [
        [VILLAGE_1[:9], VILLAGE_1, VILLAGE_1 + "001"],
        [VILLAGE_2[:9], VILLAGE_2, VILLAGE_2 + "002"],
    ]
    assert (body["lon"], body["lat"]) == (120.103, 32.505)
    assert detail(client, 2)["sites"][0]["cells"] == []
    assert detail(client, 2)["lon"] is None


def test_a_cell_fixed_by_a_person_holds() -> None:
    fixed = replace(STATE.sites[0], cell_code=VILLAGE_3 + "002", cell_reason="办公楼在此")
    client = client_of(FakeSource(replace(STATE, sites=(fixed, *STATE.sites[1:]))))
    site = detail(client, 0)["sites"][0]
    assert site["cells"][-1] == VILLAGE_3 + "002"
    assert site["cell_reason"] == "办公楼在此"
    assert names(client, cell=VILLAGE_3) == ["小小企业1", "小小企业2"]


def test_before_the_first_plan_sites_have_no_cells() -> None:
    client = client_of(FakeSource(), now=NOON.replace(year=2019))
    assert [site["cells"] for site in detail(client, 0)["sites"]] == [[], []]
    assert problem_of(client.get(f"/api/v1/enterprises?cell={VILLAGE_1}"))["code"] == "plan.none"


def test_what_is_not_in_the_register_is_not_found(client: TestClient) -> None:
    answer = client.get(f"/api/v1/enterprises/{UUID(int=1)}")
    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "enterprise.unknown"
    assert problem_of(client.get("/api/v1/enterprises?cell=9"))["code"] == "cell.unknown"


@pytest.mark.parametrize("path", ["?risk=green", "?q=" + "x" * 101, "?limit=501", "/not-a-uuid"])
def test_a_wrong_question_is_refused(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/enterprises{path}")
    assert answer.status_code == 422
    assert problem_of(answer)["code"] == "request.invalid"
