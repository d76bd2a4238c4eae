"""Open pages in a real Chromium, or say loudly why not.

Import the fixture where it is used: ``from tests.fakes.browser import chromium  # noqa: F401``. Without Chromium the
test is skipped with a reason; where ``CI`` is ``true`` that is a failure, because there it must run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LOADED_AS_FILE = ("file:", "data:", "blob:", "about:")


def chromium_path() -> str:
    """Path of the Chromium of this machine; skips the test without one, fails it in CI."""
    named = os.environ.get("CHROMIUM", "")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), "")
    if not found:
        message = f"no Chromium here (looked for CHROMIUM and {', '.join(NAMES)}); `make system` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium for the tests of one module."""
    path = chromium_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@dataclass
class Watched:
    """What a page did that the test should know.

    Attributes:
        page: The page.
        requests: Addresses asked for over a network, other than those allowed.
        complaints: Errors and warnings of the console, and scripts' uncaught errors.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def watched_page(
    browser: Browser,
    *,
    origin: str = "",
    width: int = 1366,
    height: int = 768,
    dark: bool = False,
    touch: bool = False,
) -> Iterator[Watched]:
    """A page whose requests to anywhere but ``origin`` are refused and noted, and whose complaints are noted."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        is_mobile=touch,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    watched = Watched(context.new_page())

    def decide(route: object) -> None:
        from playwright.sync_api import Route

        assert isinstance(route, Route)
        address = route.request.url
        if address.startswith(LOADED_AS_FILE) or (origin and address.startswith(origin)):
            route.continue_()
        else:
            watched.requests.append(address)
            route.abort()

    context.route("**/*", decide)
    watched.page.on("pageerror", lambda error: watched.complaints.append(f"uncaught: {error}"))
    watched.page.on(
        "console",
        lambda message: watched.complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )
    try:
        yield watched
    finally:
        context.close()
