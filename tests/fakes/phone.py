"""A telephone for tests: a small touch screen with a place, a camera of files, and a signal that comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WIDTH, HEIGHT = 360, 780
ABOUT_SIGNAL = ("net::ERR_", "Failed to load resource", "the server responded with a status of")


@dataclass
class Phone:
    """A telephone with the officer's page.

    Attributes:
        context: What it keeps: cookies, storage, the service worker.
        page: The page.
        origin: Where the service is.
        complaints: Errors and warnings of the console that are not about the signal.
    """

    context: BrowserContext
    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Open the page, or open it again."""
        self.page.goto(f"{self.origin}/field")
        self.page.locator(".field-tabs").wait_for()

    def take_along(self) -> None:
        """Open the page and wait until everything is kept for use without a signal."""
        self.open()
        self.tab("我")
        self.page.get_by_text("块").wait_for()
        self.page.wait_for_timeout(100)

    def tab(self, name: str) -> None:
        """Press a tab."""
        self.page.locator(".field-tabs button", has_text=name).click()

    def signal(self, *, there: bool) -> None:
        """Let the signal come or go."""
        self.context.set_offline(not there)

    def stand_at(self, lon: float, lat: float, accuracy_m: float = 8) -> None:
        """Be somewhere."""
        self.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": accuracy_m})

    def report(self, *photos: bytes, text: str = "", kind: str = "") -> None:
        """Report a hazard."""
        self.tab("上报")
        for number, photo in enumerate(photos):
            self.take_photo(photo, name=f"IMG_{number}.jpg")
            self.page.locator(".report .thumbs img").nth(number).wait_for()
        if kind:
            self.page.get_by_label("隐患类别").select_option(kind)
        if text:
            self.page.get_by_label("情况").fill(text)
        self.page.get_by_role("button", name="保存").click()
        self.page.get_by_text("已存下").wait_for()

    def take_photo(self, content: bytes, *, name: str = "IMG_0001.jpg") -> None:
        """Take a photo with the camera."""
        file: Any = {"name": name, "mimeType": "image/jpeg", "buffer": content}
        self.page.locator(".photo-picker input").first.set_input_files(file)

    def all_sent(self) -> None:
        """Wait until nothing waits any more."""
        self.page.locator(".queue-bar[data-state=clear]").wait_for(timeout=20_000)


@contextmanager
def phone(
    browser: Browser, origin: str, *, cookie: tuple[str, str] | None, place: tuple[float, float], dark: bool = False
) -> Iterator[Phone]:
    """A telephone that is signed in by a cookie, at a place."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        has_touch=True,
        color_scheme="dark" if dark else "light",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        permissions=["geolocation"],
        geolocation={"longitude": place[0], "latitude": place[1], "accuracy": 8},
    )
    if cookie is not None:
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": origin}])
    held = Phone(context, context.new_page(), origin)
    held.page.on("pageerror", lambda error: held.complaints.append(f"uncaught: {error}"))
    held.page.on(
        "console",
        lambda message: (
            held.complaints.append(message.text)
            if message.type in {"error", "warning"} and not any(part in message.text for part in ABOUT_SIGNAL)
            else None
        ),
    )
    try:
        yield held
    finally:
        context.close()
