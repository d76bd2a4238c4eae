"""A dispatcher works at the desk by keyboard alone, in a real browser, and everything is in the record afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from tests.fakes.browser import Watched, chromium, watched_page
from tests.fakes.served import fill, serving
from tests.fakes.tiny_district import NOON, tiny_district

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium"]

PLACE = "120.105, 32.505"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[str]:
    """A desk of its own for each journey; its address."""
    database = tmp_path / "district.gpkg"
    fill(database, tiny_district())
    with serving(create_app(Settings(db=str(database), now=NOON.astimezone(UTC)))) as origin:
        yield origin


@pytest.fixture
def watched(chromium: Browser, desk: str) -> Iterator[Watched]:
    with watched_page(chromium, origin=desk) as page:
        page.page.goto(f"{desk}/desk")
        page.page.locator("[data-map][data-drawn]").wait_for()
        yield page
    assert page.requests == []


def take(page: Page, said: str, place: str = PLACE) -> None:
    """Take a call: place, then words, and the proposal is there."""
    page.keyboard.press("F2")
    page.locator("#desk-place").fill(place)
    page.locator("#desk-found li").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.insert_text(said)
    page.locator(".desk-proposed").first.wait_for()


def incidents(origin: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{origin}/api/v1/incidents").json()["items"]
    return found


def test_a_caller_with_a_duplicate(watched: Watched, desk: str) -> None:
    page = watched.page
    take(page, "厨房着火了")
    page.locator("#desk-phone").fill("13911112222")
    page.locator(".desk-saved", has_text="已保存").wait_for()
    take(page, "浓烟很大，烧起来了", "120.1052, 32.5051")
    page.locator(".desk-alike", has_text="疑似重复（1）").wait_for()
    page.keyboard.press("F3")
    page.locator(".desk-result[data-ok=true]").wait_for()
    page.locator(".desk-list h2", has_text="警情（1）").wait_for()
    (left,) = incidents(desk)
    assert len(left["calls"]) == 2
    assert [one["phone"] for one in left["calls"]] == ["13911112222", ""]
    assert watched.complaints == []


def test_a_chemical_fire_at_level_two_from_the_call_to_the_last_team_home(watched: Watched, desk: str) -> None:
    page = watched.page
    take(page, "化工厂储罐着火")
    assert page.locator("#desk-type").input_value() == "hazmat"
    page.keyboard.press("Alt+Digit2")
    page.locator(".desk-proposed", has_text="区综合队").wait_for()
    page.locator(".desk-proposed", has_text="危化队").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("F4")
    page.locator(".desk-sent").first.wait_for()
    sent = incidents(desk)[0]["teams"]
    tasks = {one["team"]["code"]: one["task"] for one in sent}
    assert tasks["S1"] == "rescue"
    assert tasks["V1"] == "do_not_enter"
    for _ in range(40):
        if page.locator(".desk-next").count() == 0:
            break
        told = page.locator(".desk-timeline li").count()
        page.keyboard.press("F7")
        page.locator(".desk-timeline li").nth(told).wait_for()
    page.locator(".desk-hint", has_text="都已派出").wait_for()
    page.keyboard.press("F8")
    page.locator("#desk-ask").fill("已堵漏")
    page.keyboard.press("Enter")
    page.locator(".desk-list h2", has_text="警情（0）").wait_for()
    (over,) = incidents(desk)
    assert over["status"] == "closed"
    assert all(one["home_at"] for one in over["teams"])
    assert watched.complaints == []


def test_two_dispatchers_take_one_team_and_the_second_is_told(watched: Watched, desk: str) -> None:
    page = watched.page
    take(page, "着火了")
    chosen = page.locator(".desk-proposed").first.get_attribute("data-team")
    teams = {one["code"]: one["id"] for one in httpx.get(f"{desk}/api/v1/teams").json()["items"]}
    other = {
        "id": str(uuid4()),
        "call": {"id": str(uuid4())},
        "known": {"type": "traffic", "level": "IV", "lon": 120.155, "lat": 32.515},
    }
    httpx.post(f"{desk}/api/v1/incidents", json=other).raise_for_status()
    page.route("**/api/v1/responses*", lambda _: None)  # nothing is answered: the proposal stays as it was
    orders = {"orders": [{"id": str(uuid4()), "team_id": teams[str(chosen)], "task": "cordon"}]}
    httpx.post(f"{desk}/api/v1/incidents/{other['id']}/orders", json=orders).raise_for_status()
    page.keyboard.press("F4")
    page.locator(".desk-result[data-ok=false]", has_text="正在处置警情").wait_for()


def test_a_storm_of_alarms_is_answered_together_and_shown_on_the_wall(watched: Watched, desk: str) -> None:
    page = watched.page
    for number in range(5):
        told = {
            "id": str(uuid4()),
            "call": {"id": str(uuid4())},
            "known": {
                "type": "flood",
                "level": "IV",
                "lon": 120.105 + 0.012 * number,
                "lat": 32.506,
                "address": "积水",
            },
        }
        httpx.post(f"{desk}/api/v1/incidents", json=told).raise_for_status()
    page.locator(".desk-list h2", has_text="警情（5）").wait_for()
    page.keyboard.press("Alt+a")
    page.locator(".desk-wave .desk-wave-team").first.wait_for()
    assert not any(one["teams"] for one in incidents(desk))
    page.locator(".desk-wave .desk-send").click()
    page.locator(".desk-result[data-ok=true]").wait_for()
    page.locator(".desk-saved", has_text="待发").wait_for(state="detached")
    teams = [sent["team"]["code"] for one in incidents(desk) for sent in one["teams"]]
    assert len(teams) == len(set(teams)) >= 3
    page.goto(f"{desk}/wall")
    page.locator(".wall-list li").nth(4).wait_for()
    assert watched.complaints == []


def test_a_team_reports_by_its_one_button(watched: Watched, desk: str) -> None:
    page = watched.page
    take(page, "着火了")
    page.keyboard.press("F4")
    page.locator(".desk-sent").first.wait_for()
    page.goto(f"{desk}/team")
    first = page.locator(".order").first
    for word in ("接令", "出动", "到场"):
        first.locator(".order-next", has_text=word).click()
    first.locator(".order-next", has_text="撤离").wait_for()
    assert any(sent["on_scene_at"] for sent in incidents(desk)[0]["teams"])


def test_without_a_line_commands_wait_and_are_sent_once_when_it_is_back(watched: Watched, desk: str) -> None:
    page = watched.page
    take(page, "着火了")
    page.locator(".desk-saved", has_text="已保存").wait_for()
    page.context.set_offline(True)
    page.keyboard.press("F9")
    page.locator("#desk-ask").fill("断网时记的")
    page.keyboard.press("Enter")
    page.locator(".desk-queue", has_text="1 条待发").wait_for()
    assert "断网时记的" not in str(detail(desk))
    page.context.set_offline(False)
    page.locator(".desk-result[data-ok=true]").wait_for()
    texts = [one["text"] for one in detail(desk)["log"]]
    assert texts.count("断网时记的") == 1


def detail(origin: str) -> dict[str, Any]:
    (one,) = incidents(origin)
    found: dict[str, Any] = httpx.get(f"{origin}/api/v1/incidents/{one['id']}").json()
    return found


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_nothing_scrolls_the_page(chromium: Browser, desk: str, width: int, height: int) -> None:
    with watched_page(chromium, origin=desk, width=width, height=height) as watched:
        page = watched.page
        page.goto(f"{desk}/desk")
        take(page, "着火了")
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [width, height]
