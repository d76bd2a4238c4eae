"""Areas, departments and roles bind here as on the pages: items, counts, extents and tiles are of what may be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest

from gridgis.access import TABLE, Action, Role
from gridgis.access.roles import NEEDS_AREA, NEEDS_DEPARTMENT
from tests.fakes.ogc_client import COLLECTIONS, ROOT, everything, read, status
from tests.fakes.ogc_district import LAND, ogc_district
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import TOWN_1, TOWN_2
from tests.fakes.who_asks import account_with, ask_as, granted

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

WIDE = "/tiles/WebMercatorQuad/10/414/853"
ACTIONS = {
    **dict.fromkeys(("district", "cells1", "cells2", "cells3", "units"), Action.CELLS_READ),
    **dict.fromkeys(("enterprises", "unplaced"), Action.ENTERPRISES_READ),
    **dict.fromkeys(("alarms", "dispatches"), Action.ALARMS_READ),
    **dict.fromkeys(("roads", "water", "waterways", "railways", "places"), Action.MAP_READ),
    "posts": Action.OFFICERS_READ,
    "teams": Action.TEAMS_READ,
}


def departments_named() -> Any:
    """The district with a department of each enterprise's and each team's own."""
    state = ogc_district()
    enterprises = tuple(replace(one, department=f"局{number}") for number, one in enumerate(state.enterprises))
    teams = tuple(replace(one, department="应急局") for one in state.teams)
    return replace(state, enterprises=enterprises, teams=teams)


@pytest.fixture
def ogc(tmp_path: Path) -> TestClient:
    source = FakeSource(departments_named(), LAND)
    return client_of(source, db=str(tmp_path / "district.gpkg"), reload_after_s=3600)


def test_the_collections_are_those_of_the_table() -> None:
    assert set(ACTIONS) == set(COLLECTIONS)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_the_collections_that_the_table_gives_it(ogc: TestClient, role: Role) -> None:
    """What a role may not read is not listed, and refused by name."""
    area = TOWN_1 if role in NEEDS_AREA else ""
    department = "局0" if role in NEEDS_DEPARTMENT else ""
    ask_as(ogc, account_with(granted(role, area, department)))
    wanted = [name for name in COLLECTIONS if ACTIONS[name] in TABLE[role]]
    if Action.CELLS_READ not in TABLE[role]:
        assert status(ogc, "/collections") == 403
        return
    assert [one["id"] for one in read(ogc, "/collections")["collections"]] == wanted
    for name in COLLECTIONS:
        paths = (
            "",
            "/items",
            "/items/x",
            "/queryables",
            "/schema",
            *(("/tiles",) if name in {"teams", "roads"} else ()),
        )
        for path in paths:
            found = status(ogc, f"/collections/{name}{path}")
            allowed = 404 if path == "/items/x" else 200
            assert found == (allowed if name in wanted else 403), (name, path)


def test_nobody_in_particular_is_asked_to_sign_in(ogc: TestClient) -> None:
    ask_as(ogc, None)
    for path in ("", "/collections", "/collections/teams/items"):
        assert problem_of(ogc.get(ROOT + path))["status"] == 401


def test_a_token_reads_what_it_is_for(ogc: TestClient) -> None:
    scopes = frozenset({Action.CELLS_READ, Action.TEAMS_READ})
    ask_as(ogc, account_with(granted(Role.SUPERVISOR), scopes=scopes))
    assert status(ogc, "/collections/teams/items") == 200
    refused = problem_of(ogc.get(f"{ROOT}/collections/enterprises/items"))
    assert (refused["status"], refused["code"]) == (403, "access.scope")


def test_items_and_counts_are_of_the_area(ogc: TestClient) -> None:
    """Of the enterprises those with a site there, of the posts those of the people there."""
    every = everything(ogc, "/collections/enterprises/items")
    ask_as(ogc, account_with(granted(Role.GRID_OFFICER, TOWN_2)))
    assert [one["properties"]["town_code"] for one in every] == [TOWN_1, TOWN_1, TOWN_2]
    page = read(ogc, "/collections/enterprises/items", bbox="120,32,121,33")
    assert page["features"] == every[2:]
    assert page["numberMatched"] == 1
    assert read(ogc, "/collections/unplaced/items")["numberMatched"] == 0
    posts = everything(ogc, "/collections/posts/items")
    assert posts
    assert all(one["properties"]["cell_code"].startswith(TOWN_2) for one in posts)


def test_a_feature_outside_is_not_there(ogc: TestClient) -> None:
    outside, _, inside = everything(ogc, "/collections/enterprises/items")
    ask_as(ogc, account_with(granted(Role.GRID_OFFICER, TOWN_2)))
    assert status(ogc, f"/collections/enterprises/items/{inside['id']}") == 200
    refused = problem_of(ogc.get(f"{ROOT}/collections/enterprises/items/{outside['id']}"))
    assert refused["code"] == "ogc.feature_unknown"


def test_an_extent_is_of_what_is_seen(ogc: TestClient) -> None:
    ask_as(ogc, account_with(granted(Role.GRID_OFFICER, TOWN_2)))
    (bbox,) = read(ogc, "/collections/enterprises")["extent"]["spatial"]["bbox"]
    assert bbox == [120.152, 32.506, 120.152, 32.506]


def test_a_department_sees_its_own(ogc: TestClient) -> None:
    """条块: an enterprise by its department, an alarm by those of the teams that were sent."""
    ask_as(ogc, account_with(granted(Role.DEPARTMENT, department="局1")))
    assert [one["properties"]["department"] for one in everything(ogc, "/collections/enterprises/items")] == ["局1"]
    assert everything(ogc, "/collections/alarms/items") == []
    ask_as(ogc, account_with(granted(Role.DEPARTMENT, department="应急局")))
    assert len(everything(ogc, "/collections/alarms/items")) == len(ogc_district().alarms)


def test_an_alarm_is_seen_where_it_is_and_where_its_teams_are_at_home(ogc: TestClient) -> None:
    every = everything(ogc, "/collections/alarms/items")
    ask_as(ogc, account_with(granted(Role.GRID_OFFICER, TOWN_2)))
    seen = [one["properties"]["code"] for one in everything(ogc, "/collections/alarms/items")]
    there = [one["properties"]["code"] for one in every if one["properties"]["town_code"] == TOWN_2]
    home = {team.id for team in ogc_district().teams if team.home_cell_code.startswith(TOWN_2)}
    sent = {one.alarm_id for one in ogc_district().dispatches if one.team_id in home}
    assert set(seen) == {*there, *(alarm.code for alarm in ogc_district().alarms if alarm.id in sent)}
    assert {one["properties"]["alarm_code"] for one in everything(ogc, "/collections/dispatches/items")} == set(seen)


def test_plans_past_and_to_come_take_the_right_to_see_plans(ogc: TestClient) -> None:
    """A grid officer sees the cells in force now whatever time is asked for; a planner sees all."""
    cells = len(everything(ogc, "/collections/cells3/items"))
    ask_as(ogc, account_with(granted(Role.PLANNER)))
    assert len(everything(ogc, "/collections/cells3/items", datetime="../..")) == 3 * cells
    (past, *_) = everything(ogc, "/collections/cells3/items", datetime="2019-06-01T00:00:00Z")
    ask_as(ogc, account_with(granted(Role.GRID_OFFICER, TOWN_1)))
    assert len(everything(ogc, "/collections/cells3/items", datetime="../..")) == cells
    assert everything(ogc, "/collections/cells3/items", datetime="2019-06-01T00:00:00Z") == []
    assert status(ogc, f"/collections/cells3/items/{past['id']}") == 404


def test_tiles_are_of_the_area(ogc: TestClient) -> None:
    """Who sees a part of the enterprises has tiles of that part, alone and among all layers."""

    def drawn(path: str) -> dict[str, Any]:
        answer = ogc.get(ROOT + path)
        tile: dict[str, Any] = mapbox_vector_tile.decode(answer.content) if answer.status_code == 200 else {}
        return tile

    def sites(path: str) -> int:
        return sum(one["properties"]["count"] for one in drawn(path).get("enterprises", {"features": []})["features"])

    assert (sites(f"/collections/enterprises{WIDE}"), sites(WIDE)) == (3, 3)
    ask_as(ogc, account_with(granted(Role.GRID_OFFICER, TOWN_2)))
    assert (sites(f"/collections/enterprises{WIDE}"), sites(WIDE)) == (1, 1)
    ask_as(ogc, account_with(granted(Role.TEAM_MEMBER)))
    assert status(ogc, f"/collections/enterprises{WIDE}") == 403
    assert "enterprises" not in drawn(WIDE)
    assert "teams" in drawn(WIDE)


def test_the_definition_says_how_to_sign_in_once_anybody_has_to(ogc: TestClient) -> None:
    """/req/oas30/security."""
    assert "security" not in read(ogc, "/api")
    ask_as(ogc, account_with(granted(Role.GRID_OFFICER, TOWN_1)))
    definition = read(ogc, "/api")
    assert definition["security"] == [{"token": []}, {"session": []}]
    schemes = definition["components"]["securitySchemes"]
    assert schemes["token"]["scheme"] == "bearer"
    assert schemes["session"]["in"] == "cookie"
