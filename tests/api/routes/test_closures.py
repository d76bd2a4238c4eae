"""Close the tiny district's bridge over HTTP and see who goes how change, then open it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geodata.store import open_store
from tests.fakes.served import client_of, fill
from tests.fakes.tiny_district import NOON, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

BRIDGE = {"lon": 120.13, "lat": 32.502}
EAST_BANK = {"lon": 120.155, "lat": 32.515, "type": "fire", "level": "I"}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "district.gpkg"
    fill(path, tiny_district())
    return path


@pytest.fixture
def client(database: Path) -> Iterator[TestClient]:
    with client_of(None, db=str(database), now=NOON) as made:
        yield made


def teams_by_road(client: TestClient) -> dict[str, Any]:
    answer = client.post("/api/v1/responses", json=EAST_BANK).json()
    return {team["team"]["code"]: (team["eta_s"], team["route"]) for team in answer["chosen"]}


def test_a_closed_bridge_changes_who_comes_how_and_opening_it_changes_it_back(client: TestClient) -> None:
    before = teams_by_road(client)
    made = client.post("/api/v1/closures", json={**BRIDGE, "reason": "桥面塌陷"})
    assert made.status_code == 200
    told = made.json()
    assert told["closed_by"] == "local"
    assert told["on_the_roads"] is True
    assert teams_by_road(client) != before
    listed = client.get("/api/v1/closures").json()
    assert [one["id"] for one in listed["items"]] == [told["id"]]
    opened = client.post(f"/api/v1/closures/{told['id']}/open")
    assert opened.json()["opened_at"] is not None
    assert client.get("/api/v1/closures").json()["total"] == 0
    assert teams_by_road(client) == before


def test_each_change_leaves_an_event_with_its_reason(client: TestClient, database: Path) -> None:
    told = client.post("/api/v1/closures", json={**BRIDGE, "reason": "桥面塌陷"}).json()
    client.post(f"/api/v1/closures/{told['id']}/open")
    with open_store(str(database)) as store:
        events = store.events(noun="closure")
    assert [(event.what, event.reason) for event in events] == [("added", "桥面塌陷"), ("updated", "")]


def test_what_can_not_be_closed_or_opened_is_refused_with_words(client: TestClient) -> None:
    told = client.post("/api/v1/closures", json=BRIDGE).json()
    again = client.post("/api/v1/closures", json=BRIDGE)
    assert (again.status_code, again.json()["code"]) == (409, "closure.closed")
    far = client.post("/api/v1/closures", json={"lon": 120.2, "lat": 32.6})
    assert (far.status_code, far.json()["code"]) == (404, "closure.no_road")
    unknown = client.post("/api/v1/closures/00000000-0000-4000-8000-000000000000/open")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "closure.unknown")
    client.post(f"/api/v1/closures/{told['id']}/open")
    twice = client.post(f"/api/v1/closures/{told['id']}/open")
    assert (twice.status_code, twice.json()["code"]) == (409, "closure.open")
    long = client.post("/api/v1/closures", json={**BRIDGE, "reason": "长" * 201})
    assert long.status_code == 422


def test_a_closure_outlives_a_restart(client: TestClient, database: Path) -> None:
    client.post("/api/v1/closures", json=BRIDGE)
    with open_store(str(database)) as store:
        state = store.state()
        assert state.router is not None
        assert len(state.router.changes) == 2
        assert state.open_router is not None
        assert not state.open_router.changes
