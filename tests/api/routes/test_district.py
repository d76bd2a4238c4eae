"""The district over HTTP: what a page needs before anything else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shapely.geometry import shape

from gridgis.cells import GridPlan
from gridgis.dispatch.alarms import ALARM_TYPES
from gridgis.dispatch.run_cards import RunCards
from gridgis.dispatch.state import DistrictState
from maps.words import Words
from tests.fakes.served import FakeSource, client_of
from tests.fakes.tiny_district import NOON, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = tiny_district()


def test_the_district_tells_its_outline_levels_counts_and_plan(client: TestClient) -> None:
    body = client.get("/api/v1/district").json()
    assert (body["code"], body["name"]) == ("321204", "小小区")
    assert shape(body["outline"]).equals(STATE.district.outline)
    assert body["bbox"] == [120.1, 32.5, 120.16, 32.52]
    assert [(level["level"], level["cells"]) for level in body["levels"]] == [(1, 2), (2, 3), (3, 6)]
    assert body["counts"] == {
        "enterprises": 3,
        "sites": 4,
        "unplaced_sites": 1,
        "officers": 11,
        "teams": len(STATE.teams),
        "run_cards": 40,
        "alarms": 0,
    }
    assert body["plan"]["code"] == "1"
    assert body["roads"] is True
    assert body["demo"] is True


def test_its_vocabulary_is_in_the_language_asked_for(client: TestClient) -> None:
    for language in ("zh", "en"):
        words = Words.load(language)
        body = client.get("/api/v1/district", params={"lang": language}).json()
        assert body["alarm_types"] == [{"code": code, "name": words.text(f"alarm_type.{code}")} for code in ALARM_TYPES]
        assert [level["name"] for level in body["levels"]] == [words.text(f"cell_level.{n}") for n in (1, 2, 3)]


def test_a_type_of_its_own_without_words_is_shown_by_its_code() -> None:
    card = replace(STATE.run_cards.cards[0], type="avalanche")
    client = client_of(FakeSource(replace(STATE, run_cards=RunCards.of([card]))))
    assert client.get("/api/v1/district").json()["alarm_types"][-1] == {"code": "avalanche", "name": "avalanche"}


def test_the_time_is_the_clocks(client: TestClient) -> None:
    assert client.get("/api/v1/district").json()["now"].startswith("2020-06-30T04:0")


def test_each_set_of_tiles_has_an_address_that_answers(client: TestClient) -> None:
    body = client.get("/api/v1/district").json()
    for name in ("cells", "enterprises", "teams"):
        tiles = body["tiles"][name]
        address = tiles["url"].format(z=tiles["min_zoom"], x=0, y=0)
        answer = client.get(address)
        assert answer.status_code in {200, 204}
        assert "immutable" in answer.headers["cache-control"]


def test_an_empty_district_is_told_as_one() -> None:
    bare = DistrictState(district=replace(STATE.district, outline=None))
    body = client_of(FakeSource(bare)).get("/api/v1/district").json()
    assert (body["bbox"], body["outline"], body["plan"], body["roads"], body["demo"]) == (
        None,
        None,
        None,
        False,
        False,
    )
    assert [level["cells"] for level in body["levels"]] == [0, 0, 0]
    assert len(body["sources"]) == 1


def test_without_an_outline_the_cells_bound_it() -> None:
    district = replace(STATE.district, outline=None)
    plan: GridPlan = replace(STATE.plans[0], district=district)
    client = client_of(FakeSource(replace(STATE, district=district, plans=(plan,))))
    assert client.get("/api/v1/district").json()["bbox"] == [120.1, 32.5, 120.16, 32.52]


def test_before_the_first_plan_it_is_served_without_cells() -> None:
    body = client_of(FakeSource(), now=NOON.replace(year=2019)).get("/api/v1/district").json()
    assert body["plan"] is None
    assert [level["cells"] for level in body["levels"]] == [0, 0, 0]


def test_everything_drawn_names_its_source_and_the_setting_names_the_approval() -> None:
    given = {
        "basemap": "http://map.example:8080/wmts",
        "basemap_layer": "vec",
        "basemap_attribution": "区测绘院",
        "map_approval": "苏S(2026)1号",
    }
    body = client_of(FakeSource(), **given).get("/api/v1/district").json()
    assert body["map_approval"] == "苏S(2026)1号"
    assert body["basemap"] == {
        "kind": "wmts",
        "url": "http://map.example:8080/wmts",
        "layer": "vec",
        "matrix_set": "EPSG:3857",
        "attribution": "区测绘院",
    }
    assert [source["attribution"] for source in body["sources"]][-1] == "区测绘院"


def test_the_districts_own_approval_stands_where_the_setting_names_none() -> None:
    state = replace(STATE, district=replace(STATE.district, map_approval="苏S(2025)9号"))
    assert client_of(FakeSource(state)).get("/api/v1/district").json()["map_approval"] == "苏S(2025)9号"
