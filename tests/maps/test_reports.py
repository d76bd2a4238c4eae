"""The page that opens with no network: everything inside, small, quick, and data never taken for markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gridgis.dispatch import choose_response
from gridgis.dispatch.state import DistrictState
from gridgis.geometry import DEFAULT_METRIC_EPSG
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site
from maps.report_layers import cell_areas, distance, duration, embedded, enterprise_points, main_roads
from maps.reports import district_map
from maps.words import Words
from tests.fakes.browser import chromium, watched_page  # noqa: F401  the fixture is found by its name
from tests.fakes.tiny_district import NOON, cells, identify, tiny_alarm, tiny_district, tiny_roads

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WICKED = "</script><img src=x onerror=alert(1)><!--"


@pytest.fixture(scope="module")
def zh() -> Words:
    return Words.load("zh")


def with_sites(state: DistrictState, count: int) -> DistrictState:
    """The district with so many enterprises of one site each, the first with a wicked name."""
    chance = np.random.default_rng(7)
    xy = chance.uniform((120.101, 32.501), (120.159, 32.519), (count, 2))
    owners = [
        Enterprise(
            identify("enterprise", f"E{number}"),
            f"E{number}",
            WICKED if number == 0 else f"姜堰某某机械制造有限公司{number}",
            None,
            industry="通用设备制造",
            department="应急管理局",
            risk=list(RiskColour)[number % 4],
            chemicals="液氨" if number % 50 == 0 else "",
        )
        for number in range(count)
    ]
    sites = [
        Site(identify("site", owner.code), owner.id, owner.code, owner.name, f"人民路{row}号", float(lon), float(lat))
        for row, (owner, (lon, lat)) in enumerate(zip(owners, xy, strict=True))
    ]
    return replace(state, enterprises=tuple(owners), sites=tuple(sites))


def answered(state: DistrictState, words: Words) -> str:
    """The page of a district with the answer to a fire in village V2."""
    response = choose_response(state, tiny_alarm(120.1262, 32.5148, level="II"), NOON)
    return district_map(state, response=response, words=words, when=NOON)


def test_the_page_names_no_other_address(zh: Words) -> None:
    page = re.sub("<script>.*?</script>", "", answered(with_sites(tiny_district(), 50), zh), flags=re.DOTALL)
    assert re.findall(r"""(?:src|href)\s*=\s*["']?(?!data:)[a-z]+:?//""", page) == []
    assert "<link" not in page
    assert "default-src 'none'" in page


def test_the_same_input_makes_the_same_bytes(zh: Words) -> None:
    assert answered(tiny_district(), zh) == answered(tiny_district(), zh)


def test_6500_sites_fit_in_2_5_megabytes(zh: Words) -> None:
    page = district_map(with_sites(tiny_district(), 6500), words=zh)
    assert len(page.encode()) < 2_500_000


def test_a_wicked_name_can_not_end_the_script() -> None:
    text = embedded({"name": WICKED, "line": "\u2028"})
    assert not set("<>\u2028") & set(text)
    assert json.loads(text) == {"name": WICKED, "line": "\u2028"}


def test_sources_approval_and_demo_mark_are_on_the_page(zh: Words) -> None:
    state = tiny_district()
    page = district_map(replace(state, district=replace(state.district, map_approval="苏S(2020)001号")), words=zh)
    assert zh.text("page.map_approval", number="苏S(2020)001号") in page
    assert zh.text("page.demo") in page
    assert zh.text("page.source.grid", district="小小区") in page


def test_a_district_with_nothing_imported_still_has_a_page(zh: Words) -> None:
    bare = DistrictState(replace(tiny_district().district, outline=None))
    assert "小小区" in district_map(bare, words=zh)


def test_the_page_speaks_english_when_asked() -> None:
    assert '<html lang="en">' in district_map(tiny_district(), words=Words.load("en"))


def coordinates(value: Any) -> list[float]:
    """Every number of nested coordinates."""
    return [value] if isinstance(value, float) else [number for one in value for number in coordinates(one)]


def test_coordinates_have_six_digits_at_most() -> None:
    state = with_sites(tiny_district(), 20)
    collections = [
        cell_areas(cells(), 3, DEFAULT_METRIC_EPSG),
        main_roads(tiny_roads(), DEFAULT_METRIC_EPSG),
        enterprise_points(state.enterprises, state.sites),
    ]
    numbers = [
        number
        for collection in collections
        for feature in collection["features"]
        for number in coordinates(feature["geometry"]["coordinates"])
    ]
    assert len(numbers) > 100
    assert all(number == round(number, 6) for number in numbers)


def test_every_cell_of_a_level_is_drawn() -> None:
    drawn = cell_areas(cells(), 2, DEFAULT_METRIC_EPSG)
    assert [feature["properties"]["name"] for feature in drawn["features"]] == ["一村", "二村", "三村"]


def test_texts_that_many_sites_share_are_told_once() -> None:
    state = with_sites(tiny_district(), 300)
    texts = enterprise_points(state.enterprises, state.sites)["texts"]
    assert texts.count("应急管理局") == 1
    assert texts[0] == ""


@pytest.mark.parametrize(("seconds", "said"), [(380, "6分20秒"), (59.6, "1分00秒"), (None, "不详")])
def test_times_are_told_as_people_say_them(zh: Words, seconds: float | None, said: str) -> None:
    assert duration(seconds, zh) == said


@pytest.mark.parametrize(("metres", "said"), [(850.4, "850 米"), (3210, "3.2 公里"), (None, "不详")])
def test_distances_are_told_as_people_say_them(zh: Words, metres: float | None, said: str) -> None:
    assert distance(metres, zh) == said


@pytest.mark.browser
def test_the_page_opens_with_the_network_cut(tmp_path: Path, zh: Words, chromium: Browser) -> None:  # noqa: F811
    """No request, no complaint; clusters, cells, teams, routes and the table of answers are there."""
    file = tmp_path / "map.html"
    file.write_text(answered(with_sites(tiny_district(), 400), zh), "utf-8")
    with watched_page(chromium) as watched:
        page = watched.page
        page.goto(file.as_uri())
        page.locator("#answer tbody tr").first.wait_for()
        assert page.locator("#answer h1").inner_text() == "火灾 · Ⅱ级响应"
        assert page.locator(".team.chosen").count() >= 3
        assert page.locator("path, canvas").count() >= 1
        page.locator("#answer tbody tr").first.click()
        page.locator(".leaflet-control-layers").hover()
        page.get_by_text(zh.text("page.layer.enterprises"), exact=True).click()
        page.locator(".cluster, .site").first.wait_for()
        assert watched.requests == []
        assert watched.complaints == []


@pytest.mark.browser
def test_wicked_names_stay_names(tmp_path: Path, zh: Words, chromium: Browser) -> None:  # noqa: F811
    """A name made of markup is shown as text, in the list of layers and in a card."""
    state = tiny_district()
    teams = tuple(replace(team, name=WICKED + team.code) for team in state.teams)
    named = replace(state, teams=teams, district=replace(state.district, name=WICKED))
    file = tmp_path / "map.html"
    file.write_text(answered(named, zh), "utf-8")
    with watched_page(chromium) as watched:
        page = watched.page
        page.on("dialog", lambda dialog: watched.complaints.append(f"dialog: {dialog.message}"))
        page.goto(file.as_uri())
        page.locator("#answer tbody tr").first.wait_for()
        page.locator(".team.chosen").first.click(force=True)
        page.locator(".card").first.wait_for()
        assert WICKED in page.locator(".card strong").first.inner_text()
        assert page.locator("img[src=x]").count() == 0
        assert watched.complaints == []
