"""Close the bridge by a click on the map, in a real browser, and see ranking and routes change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.settings import Settings
from tests.fakes.browser import Watched, watched_page
from tests.fakes.served import fill, serving
from tests.fakes.tiny_district import BRIDGE_NAME, NOON, tiny_district

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

OVER_THE_BRIDGE = "?at=120.155,32.515&type=fire&level=II"
ARRIVALS = ".team-row .row-eta"


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[str]:
    database = tmp_path / "district.gpkg"
    fill(database, tiny_district())
    with serving(create_app(Settings(db=str(database), now=NOON))) as address:
        yield address


@pytest.fixture(params=[(1366, 768), (1920, 1080)], ids=["desk", "wall"])
def screen(request: pytest.FixtureRequest, chromium: Browser, origin: str) -> Iterator[Watched]:
    """A screen; afterwards nothing may have complained and nothing may have left the origin."""
    width, height = request.param
    with watched_page(chromium, origin=origin, width=width, height=height) as watched:
        yield watched
        assert watched.requests == []
        assert watched.complaints == []


def arrivals(page: Page) -> str:
    return "|".join(page.locator(ARRIVALS).all_inner_texts())


def wait_for_arrivals(page: Page, *, other_than: str = "", like: str = "") -> None:
    page.wait_for_function(
        """([selector, other, like]) => {
            const now = [...document.querySelectorAll(selector)].map((one) => one.innerText).join("|");
            return now !== "" && (like ? now === like : now !== other);
        }""",
        arg=[ARRIVALS, other_than, like],
    )


def close_by_click(page: Page, name: str) -> None:
    """Find a road, so that it stands in the middle of the map, and close it there."""
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.locator("#found [role=option][aria-selected=true]:not(.found-empty)").wait_for()
    page.keyboard.press("Enter")
    page.locator(".panel-head", has_text=name).wait_for()
    page.wait_for_function("() => Number(document.querySelector('.map').dataset.zoom) >= 15")
    page.get_by_role("button", name="封闭道路", exact=True).click()
    box = page.locator(".map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_closes_the_bridge_and_who_comes_when_changes_until_it_is_opened(screen: Watched, origin: str) -> None:
    page = screen.page
    page.goto(f"{origin}/{OVER_THE_BRIDGE}")
    page.locator(".map[data-drawn]").wait_for()
    page.locator(".team-row").first.wait_for()
    before = arrivals(page)
    close_by_click(page, BRIDGE_NAME)
    page.get_by_role("status").filter(has_text=f"已封闭：{BRIDGE_NAME}").wait_for()
    page.keyboard.press("Escape")
    wait_for_arrivals(page, other_than=before)
    row = page.locator(".closure-row")
    row.get_by_role("button", name="恢复通行").click()
    row.wait_for(state="detached")
    wait_for_arrivals(page, like=before)
