"""See in a real browser why a nearer team comes later, and how far a tier reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.settings import Settings
from gridgis.roads.network import objects
from tests.fakes.browser import Watched, watched_page
from tests.fakes.served import fill, serving
from tests.fakes.tiny_district import BRIDGE_NAME, NOON, RIVER, tiny_district, tiny_roads

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

OVER_THE_BRIDGE = "?at=120.1315,32.502&type=fire&level=I"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = tmp_path_factory.mktemp("why") / "district.gpkg"
    fill(database, replace(tiny_district(), roads=replace(tiny_roads(), water=objects([RIVER]))))
    with serving(create_app(Settings(db=str(database), now=NOON))) as address:
        yield address


@pytest.fixture(params=[(1366, 768, False), (360, 780, True)], ids=["desk", "phone-dark"])
def screen(request: pytest.FixtureRequest, chromium: Browser, origin: str) -> Iterator[Watched]:
    """A screen; afterwards nothing may have complained and nothing may have left the origin."""
    width, height, dark = request.param
    with watched_page(chromium, origin=origin, width=width, height=height, dark=dark) as watched:
        yield watched
        assert watched.requests == []
        assert watched.complaints == []


def test_the_bridge_that_is_too_weak_is_told_compared_and_drawn(screen: Watched, origin: str) -> None:
    page = screen.page
    page.goto(f"{origin}/{OVER_THE_BRIDGE}")
    page.locator(".map[data-drawn]").wait_for()
    row = page.locator(".why [data-why]").first
    row.wait_for()
    assert BRIDGE_NAME in row.inner_text()
    row.click()
    page.locator(".map[data-why='why.blocked_by_limit']").wait_for()
    assert row.get_attribute("aria-expanded") == "true"
    compared = page.locator(".compared").inner_text()
    assert "T1" in compared
    assert "T2" in compared
    assert "若无阻碍" in compared
    page.keyboard.press("Escape")
    page.locator(".compared").wait_for(state="detached")


def test_a_team_passed_over_is_explained_when_its_row_is_opened(screen: Watched, origin: str) -> None:
    page = screen.page
    page.goto(f"{origin}/?at=120.1315,32.502&type=fire&level=IV")
    page.locator(".passed .fold").click()
    row = page.locator(".row-passed[data-row]", has_text="T1")
    row.click()
    page.locator(".why-text").wait_for()
    assert BRIDGE_NAME in page.locator(".why-text").inner_text()


def test_the_reach_of_a_tier_is_switched_on_and_counted_and_stays_in_the_address(screen: Watched, origin: str) -> None:
    page = screen.page
    page.goto(f"{origin}/?cover=town")
    page.locator(".map[data-drawn]").wait_for()
    page.get_by_role("button", name="图层与图例").click()
    steps = page.locator(".cover-steps li")
    steps.nth(2).wait_for()
    assert ["3/3 村" in text for text in steps.all_inner_texts()] == [True, True, True]
    page.get_by_role("button", name="第二队也到").click()
    page.wait_for_function("() => document.querySelector('.cover-steps')?.innerText.includes('0/3 村')")
    page.wait_for_function("() => location.search.includes('cover=town') && location.search.includes('by=2')")
    page.get_by_label("覆盖范围").uncheck()
    steps.first.wait_for(state="detached")
