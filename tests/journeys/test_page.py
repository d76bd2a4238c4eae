"""Do what dispatchers and officers do on the page of the district today, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fakes.browser import Watched, watched_page
from tests.fakes.served import Served
from tests.fakes.tiny_district import VILLAGE_2

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

IN_VILLAGE_ACROSS_THE_RIVER = "120.134,32.5165"
REFUSED_BY_PURPOSE = "the server responded with a status of 4"


@pytest.fixture
def desk(chromium: Browser, served: Served) -> Iterator[Watched]:
    """A desk's screen; afterwards nothing may have complained and nothing may have left the origin."""
    with watched_page(chromium, origin=served.origin) as watched:
        yield watched
        assert watched.requests == []
        assert [text for text in watched.complaints if REFUSED_BY_PURPOSE not in text] == []


@pytest.fixture
def phone(chromium: Browser, served: Served) -> Iterator[Watched]:
    """The same on a phone's screen."""
    with watched_page(chromium, origin=served.origin, width=360, height=780) as watched:
        yield watched
        assert watched.requests == []
        assert [text for text in watched.complaints if REFUSED_BY_PURPOSE not in text] == []


@pytest.fixture(scope="module")
def spoken(chromium: Browser, served: Served) -> Iterator[Page]:
    """A page whose scripts can be asked one by one."""
    with watched_page(chromium, origin=served.origin) as watched:
        watched.page.goto(served.origin)
        watched.page.locator(".today").wait_for()
        yield watched.page


def show(page: Page, served: Served, query: str = "") -> None:
    page.goto(f"{served.origin}/{query}")
    page.locator(".map[data-drawn]").wait_for()


def search(page: Page, text: str) -> Locator:
    page.keyboard.press("/")
    page.keyboard.type(text)
    found = page.locator("#found [role=option][aria-selected=true]:not(.found-empty)")
    found.wait_for()
    return found


def seconds(text: str) -> int:
    minutes, rest = re.fullmatch(r"(?:(\d+)分)?(\d+)秒", text.strip()).groups()  # type: ignore[union-attr]
    return int(minutes or 0) * 60 + int(rest)


def test_a_click_on_the_map_shows_who_goes_in_order_of_arrival_with_their_routes(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served)
    page.get_by_label("火灾").check()
    page.get_by_label("Ⅱ级", exact=True).check()
    page.locator(".map").click(position={"x": 300, "y": 330})
    page.locator(".team-row").first.wait_for()
    arrivals = [
        seconds(text) for text in page.locator("section[aria-labelledby=sent-own] .row-eta b").all_inner_texts()
    ]
    assert len(arrivals) >= 3
    assert arrivals == sorted(arrivals)
    page.locator(".map:not([data-routes='0'])").wait_for()
    assert page.locator("section[aria-labelledby=sent-request] .team-row").count() >= 2
    assert "不计入本级出动" in page.locator("section[aria-labelledby=sent-request]").inner_text()
    assert page.locator(".people .phone").count() == 3


def test_an_alarm_by_coordinates_names_its_cells_and_the_tasks_of_untrained_teams(
    desk: Watched, served: Served
) -> None:
    page = desk.page
    show(page, served, "?type=hazmat&level=II")
    search(page, IN_VILLAGE_ACROSS_THE_RIVER)
    page.keyboard.press("Enter")
    page.locator(".team-row").first.wait_for()
    assert page.locator(".crumbs").inner_text().split() == ["甲镇", "二村", "二村东格"]
    village = page.locator(".team-row", has_text="V2").first
    assert "不得进入" in village.inner_text()
    assert "300 米" in village.inner_text()
    assert "二村东格" in page.locator("h2").first.inner_text()


def test_pointing_at_a_row_tells_the_reason_and_the_keyboard_walks_the_rows(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served, f"?at={IN_VILLAGE_ACROSS_THE_RIVER}&type=fire&level=II")
    first = page.locator(".team-row").first
    first.hover()
    assert page.locator(".caption .reason").inner_text()
    page.mouse.move(5, 5)
    page.keyboard.press("ArrowDown")
    assert page.locator("[data-row]:focus").count() == 1
    page.keyboard.press("Enter")
    assert page.locator(".team-row.open .reason").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".today").wait_for()
    assert "at=" not in page.url


def test_why_other_teams_stay_opens_in_place(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served, f"?at={IN_VILLAGE_ACROSS_THE_RIVER}&type=fire&level=III")
    page.get_by_role("button", name="为何不派").click()
    rows = page.locator(".passed li")
    rows.first.wait_for()
    assert all(text.strip() for text in page.locator(".passed .row-reason").all_inner_texts())
    bridge = page.locator(".passed li", has_text="T2").or_(page.locator(".passed li", has_text="T1"))
    assert bridge.count() >= 1


def test_a_place_outside_the_district_says_where_it_is_and_what_to_do(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served)
    zoom = page.locator(".map").get_attribute("data-zoom")
    search(page, "120.25,32.51")
    page.keyboard.press("Enter")
    refusal = page.locator(".refusal")
    refusal.wait_for()
    told = refusal.inner_text()
    assert "小小区" in told
    assert "乙镇" in told
    assert "公里" in told
    assert page.locator(".team-row").count() == 0
    page.locator(f".map:not([data-zoom='{zoom}'])").wait_for()  # zoomed out until both can be seen


def test_an_answer_is_asked_again_when_type_or_level_changes(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served, f"?at={IN_VILLAGE_ACROSS_THE_RIVER}&type=fire&level=IV")
    page.locator(".card-name", has_text="fire/IV").wait_for()
    page.get_by_label("警情类型").select_option("gas")
    page.locator(".card-name", has_text="gas/IV").wait_for()
    page.get_by_label("Ⅰ级", exact=True).check()
    page.locator(".card-name", has_text="gas/I").wait_for()
    assert "type=gas&level=I" in page.url


def test_a_link_shows_the_same_and_back_goes_back(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served)
    search(page, IN_VILLAGE_ACROSS_THE_RIVER)
    page.keyboard.press("Enter")
    page.locator(".team-row").first.wait_for()
    page.go_back()
    page.locator(".today").wait_for()
    page.go_forward()
    page.locator(".team-row").first.wait_for()


def test_an_enterprise_is_found_and_takes_the_alarm_with_its_facts(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served)
    search(page, "小小企业2")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="在此接警").first.click()
    page.locator(".at-enterprise", has_text="小小企业2").wait_for()
    page.locator(".team-row").first.wait_for()
    assert "较大风险" in page.locator(".at-enterprise").inner_text()


def test_the_page_speaks_english_when_asked_and_remembers_it(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served)
    page.get_by_role("button", name="EN", exact=True).click()
    page.get_by_text("Last alarms").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    search(page, "120.25,32.51")
    page.keyboard.press("Enter")
    page.locator(".refusal").wait_for()
    assert re.search(r"[A-Za-z]{4,}", page.locator(".refusal").inner_text())
    page.reload()
    page.locator(".map[data-drawn]").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"


def test_an_officer_sees_the_own_cell_its_neighbours_and_enterprises_on_a_phone(phone: Watched, served: Served) -> None:
    page = phone.page
    officer = next(post.officer_id for post in served.state.posts if post.cell_code == f"{VILLAGE_2}001")
    show(page, served, f"?officer={officer}")
    page.locator(".officer").wait_for()
    text = page.locator(".officer").inner_text()
    assert "网格员" in text
    assert "二村西格" in text
    assert "一村东格" in text
    assert "二村东格" in text
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".officer .phone").first.bounding_box()["height"] >= 36  # type: ignore[index]


def test_the_sheet_of_a_phone_opens_by_its_handle(phone: Watched, served: Served) -> None:
    page = phone.page
    show(page, served)
    box = page.locator(".panel-box")
    assert box.get_attribute("data-sheet") == "low"
    page.locator(".handle").click()
    assert box.get_attribute("data-sheet") == "half"
    page.locator(".handle").click()
    assert box.get_attribute("data-sheet") == "full"


def test_what_can_be_pressed_has_a_name_and_on_a_phone_is_large_enough(phone: Watched, served: Served) -> None:
    page = phone.page
    show(page, served, f"?at={IN_VILLAGE_ACROSS_THE_RIVER}&type=fire&level=II")
    page.locator(".team-row").first.wait_for()
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, a[href], input, select")]
        .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length))
        .map((one) => one.outerHTML)"""
    )
    assert nameless == []
    small = page.evaluate(
        """[...document.querySelectorAll(".tool, .row, .icon-button, .fold, .panel .phone")]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 36)
        .map((one) => one.outerHTML)"""
    )
    assert small == []


def test_a_lost_line_is_said_and_taken_back(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served)
    page.context.set_offline(offline=True)
    page.locator(".live-lost").wait_for()
    assert "断线" in page.locator(".live").inner_text()
    page.context.set_offline(offline=False)
    page.locator(".live:not(.live-lost)").wait_for()


def test_on_paper_the_whole_answer_stands_below_the_map(desk: Watched, served: Served) -> None:
    page = desk.page
    show(page, served, f"?at={IN_VILLAGE_ACROSS_THE_RIVER}&type=fire&level=II")
    page.locator(".team-row").first.wait_for()
    page.emulate_media(media="print")
    assert not page.locator(".tools").is_visible()
    assert page.locator(".row-more .reason").first.is_visible()
    assert "demo" in page.locator(".sources").inner_text() or page.locator(".sources").inner_text()


def test_the_page_runs_under_the_strict_policy_of_its_server(desk: Watched, served: Served) -> None:
    answer = desk.page.goto(f"{served.origin}/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    desk.page.locator(".map[data-drawn]").wait_for()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("duration(45.2)", "45秒"),
        ("duration(59.6)", "1分00秒"),
        ("duration(250)", "4分10秒"),
        ("duration(3599.7)", "1小时00分"),
        ("duration(3900)", "1小时05分"),
        ("duration(7199)", "2小时00分"),
        ("distance(0)", "0 米"),
        ("distance(4)", "4 米"),
        ("distance(846)", "850 米"),
        ("distance(996)", "1.0 公里"),
        ("distance(3240)", "3.2 公里"),
        ("wallTime(new Date('2020-06-30T06:05:00Z'))", "2020-06-30T14:05"),
        ("telephone('13800000001')", "138 0000 0001"),
    ],
)
def test_times_and_distances_are_said_as_people_say_them(
    spoken: Page,
    call: str,
    words: str,
) -> None:
    assert spoken.evaluate(f"import('/js/format.js').then((format) => format.{call})") == words
