"""The search over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from api.search import SearchIndex
from tests.fakes.served import problem_of
from tests.fakes.tiny_district import NOON, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = tiny_district()
INDEX = SearchIndex(STATE, STATE.plans[0], NOON.date())


@pytest.mark.parametrize(
    "query", ["二村", "人员", "120.105,32.505", "小小企业", "", "%", "\\", "'; drop table cells;--"]
)
def test_what_is_found_is_what_the_index_finds(client: TestClient, query: str) -> None:
    body = client.get("/api/v1/search", params={"q": query}).json()
    found = [asdict(hit) for hit in INDEX.find(query, 12)]
    assert body["items"] == [{**hit, "bbox": hit["bbox"] and list(hit["bbox"])} for hit in found]
    assert body["query"] == query


def test_the_limit_is_kept(client: TestClient) -> None:
    assert len(client.get("/api/v1/search?q=R&limit=2").json()["items"]) == 2


@pytest.mark.parametrize("query", ["", "?limit=5", "?q=a&limit=0", "?q=a&limit=51", "?q=" + "a" * 101])
def test_a_wrong_question_is_refused(client: TestClient, query: str) -> None:
    assert problem_of(client.get(f"/api/v1/search{query}"))["code"] == "request.invalid"
