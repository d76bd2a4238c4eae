#!/usr/bin/env python3
"""Take the documentation's pictures of a served demo district: ``tools/pictures.py http://127.0.0.1:8000``."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

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


@contextmanager
def shown(browser: Browser, screen: Screen, address: str) -> Iterator[Page]:
    """A page that is drawn."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme="dark" if screen.dark else "light",
        has_touch=screen.touch,
        is_mobile=screen.touch,
        device_scale_factor=2 if screen.touch else 1,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.goto(address)
    page.locator(".map[data-drawn]").wait_for()
    yield page
    context.close()


def take(page: Page, name: str) -> None:
    """Save what is shown, once it has settled."""
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=PICTURES / f"{name}.png")


def some_officer(origin: str) -> str:
    """Identifier of a grid officer who serves a basic cell."""
    with urllib.request.urlopen(f"{origin}/api/v1/officers?role=grid_officer&limit=1") as answer:  # noqa: S310  our own
        return str(json.load(answer)["items"][0]["id"])


def main() -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("origin", nargs="?", default="http://127.0.0.1:8000")
    origin = parser.parse_args().origin.rstrip("/")
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for screen, name in ((DESK, "today"), (DESK_DARK, "today-dark"), (PHONE, "today-phone")):
            with shown(browser, screen, f"{origin}/") as page:
                take(page, name)
        alarm = f"{origin}/?at={IN_TOWN}&type=fire&level=II"
        for screen, name in ((DESK, "alarm-in-town"), (LARGE, "alarm-in-town-large"), (PHONE, "alarm-phone")):
            with shown(browser, screen, alarm) as page:
                page.locator(".team-row").first.wait_for()
                take(page, name)
        with shown(browser, DESK, f"{origin}/?at={ACROSS_THE_RIVER}&type=hazmat&level=II") as page:
            page.locator(".team-row").nth(1).hover()
            take(page, "alarm-across-the-river")
            page.locator(".fold").click()
            page.locator(".passed li").first.scroll_into_view_if_needed()
            page.locator(".passed li").first.hover()
            take(page, "why-not")
        with shown(browser, DESK_DARK, f"{origin}/?at={OUTSIDE}&type=fire&level=III") as page:
            page.locator(".refusal").wait_for()
            take(page, "alarm-outside")
        with shown(browser, PHONE, f"{origin}/?officer={some_officer(origin)}") as page:
            page.locator(".officer").wait_for()
            take(page, "officer-phone")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
