#!/usr/bin/env python3
"""Take the documentation's pictures of a served demo district: ``tools/pictures.py http://127.0.0.1:8000 demo``.

The folder is the one that `gridgis demo` wrote, for the passwords in it. An incident is begun on the desk.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
IN_TOWN = "120.1502,32.5098"
ACROSS_THE_RIVER = "120.0795,32.6405"
OUTSIDE = "119.9000,32.4200"
SETTLED_MS = 900


@dataclass(frozen=True)
class Screen:
    """A screen to take a picture on."""

    width: int = 1366
    height: int = 768
    dark: bool = False
    touch: bool = False


DESK = Screen()
DESK_DARK = Screen(dark=True)
LARGE = Screen(1920, 1080)
PHONE = Screen(360, 780, touch=True)


class Demo:
    """A served demo district.

    Args:
        browser: The browser.
        origin: Its address.
        folder: What `gridgis demo` wrote.
    """

    def __init__(self, browser: Browser, origin: str, folder: Path) -> None:
        self._browser = browser
        self.origin = origin
        with (folder / "accounts.csv").open(encoding="utf-8-sig", newline="") as file:
            self._passwords = {name: password for name, password, *_ in csv.reader(file)}
        self._states: dict[str, StorageState] = {}

    @contextmanager
    def shown(self, screen: Screen, path: str, who: str = "dispatcher") -> Iterator[Page]:
        """A page as somebody sees it who has signed in."""
        context = self._context(screen, self._signed_in(who))
        page = context.new_page()
        page.goto(f"{self.origin}{path}")
        yield page
        context.close()

    def _signed_in(self, who: str) -> StorageState:
        if who not in self._states:
            context = self._context(DESK)
            page = context.new_page()
            page.goto(f"{self.origin}/sign-in?to=/account")
            page.get_by_label("账号").fill(who)
            page.get_by_label("口令", exact=True).fill(self._passwords[who])
            page.keyboard.press("Enter")
            page.wait_for_url(f"{self.origin}/account")
            self._states[who] = context.storage_state()
            context.close()
        return self._states[who]

    def _context(self, screen: Screen, state: StorageState | None = None) -> BrowserContext:
        return self._browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            color_scheme="dark" if screen.dark else "light",
            has_touch=screen.touch,
            is_mobile=screen.touch,
            device_scale_factor=2 if screen.touch else 1,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            storage_state=state,
        )


def take(page: Page, name: str) -> None:
    """Save what is shown, once it has settled; large ones as JPEG, which takes a fifth."""
    page.wait_for_timeout(SETTLED_MS)
    if name.endswith("-large"):
        page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=88)
    else:
        page.screenshot(path=PICTURES / f"{name}.png")


def drawn(page: Page) -> Page:
    """A page whose map is drawn."""
    page.locator(".map[data-drawn]").wait_for()
    return page


def take_today(demo: Demo) -> None:
    """The district, alarms in it and outside, an officer."""
    for screen, name in ((DESK, "today"), (DESK_DARK, "today-dark"), (PHONE, "today-phone")):
        with demo.shown(screen, "/") as page:
            take(drawn(page), name)
    alarm = f"/?at={IN_TOWN}&type=fire&level=II"
    for screen, name in ((DESK, "alarm-in-town"), (LARGE, "alarm-in-town-large"), (PHONE, "alarm-phone")):
        with demo.shown(screen, alarm) as page:
            page.locator(".team-row").first.wait_for()
            take(drawn(page), name)
    with demo.shown(DESK, f"/?at={ACROSS_THE_RIVER}&type=hazmat&level=II") as page:
        page.locator(".team-row").nth(1).hover()
        take(drawn(page), "alarm-across-the-river")
        page.locator(".fold").click()
        page.locator(".passed li").first.scroll_into_view_if_needed()
        page.locator(".passed li").first.hover()
        take(page, "why-not")
    with demo.shown(DESK_DARK, f"/?at={OUTSIDE}&type=fire&level=III") as page:
        page.locator(".refusal").wait_for()
        take(drawn(page), "alarm-outside")
    with demo.shown(PHONE, "/") as page:
        found = page.request.get(f"{demo.origin}/api/v1/officers?role=grid_officer&limit=1").json()
        page.goto(f"{demo.origin}/?officer={found['items'][0]['id']}")
        page.locator(".officer").wait_for()
        take(drawn(page), "officer-phone")


def take_desk(demo: Demo) -> None:
    """A call taken down and the teams proposed for it; the wall; the trail."""
    with demo.shown(DESK, "/desk") as page:
        drawn(page)
        page.keyboard.press("F2")
        page.keyboard.insert_text(IN_TOWN)
        page.locator(".found li").first.wait_for()
        page.keyboard.press("Enter")
        page.keyboard.insert_text("厂房起火，有人被困")
        page.keyboard.press("Alt+Digit2")
        page.locator(".desk-proposed").first.wait_for()
        take(page, "desk")
    with demo.shown(LARGE, "/wall") as page:
        take(drawn(page), "wall-large")
    with demo.shown(DESK, "/audit", who="audit-administrator") as page:
        page.locator("code").first.wait_for()
        take(page, "audit")


def take_field(demo: Demo) -> None:
    """The officer's telephone: today, and the map of the own cells."""
    with demo.shown(PHONE, "/field", who="grid-officer") as page:
        page.locator(".row-button").first.wait_for()
        take(page, "field-phone")
        page.locator(".field-tabs button").nth(1).click()
        page.locator(".field-map-box[data-drawn]").wait_for()
        page.wait_for_timeout(2 * SETTLED_MS)
        take(page, "field-map-phone")


def main() -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("origin", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("demo"))
    asked = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        demo = Demo(browser, asked.origin.rstrip("/"), asked.folder)
        take_today(demo)
        take_desk(demo)
        take_field(demo)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
