"""Roads are flooded while teams are on the way, a chemical fire is fought by squads, cards and teams are edited."""

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

EAST = {"type": "fire", "level": "II", "lon": 120.155, "lat": 32.505, "address": "三村东格"}


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
        yield page
    assert page.requests == []


def told(origin: str, **known: Any) -> dict[str, Any]:
    """An incident that somebody else took."""
    body = {"id": str(uuid4()), "call": {"id": str(uuid4())}, "known": EAST | known}
    answer = httpx.post(f"{origin}/api/v1/incidents", json=body).raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def send(origin: str, incident: dict[str, Any], code: str, task: str = "rescue") -> None:
    teams = {one["code"]: one["id"] for one in httpx.get(f"{origin}/api/v1/teams").json()["items"]}
    order = {"id": str(uuid4()), "team_id": teams[code], "task": task}
    path = f"{origin}/api/v1/incidents/{incident['id']}/orders"
    httpx.post(path, json={"orders": [order]}).raise_for_status()


def flood(page: Page) -> None:
    """Draw a flood across the middle of the map, from top to bottom."""
    page.keyboard.press("Alt+r")
    page.get_by_role("radio", name="淹水").click()
    page.locator(".desk-roads input[name=reason]").fill("两桥漫水")
    page.locator(".desk-roads-form .desk-next").click()
    box = page.locator(".desk-map [data-map]").bounding_box()
    assert box is not None
    middle, top, bottom = box["x"] + box["width"] / 2, box["y"] + 110, box["y"] + box["height"] - 60
    for x, y in ((middle - 12, top), (middle + 12, top), (middle + 12, bottom)):
        page.mouse.click(x, y)
        page.wait_for_timeout(300)  # two clicks at once are a double click, which ends the drawing
    page.mouse.dblclick(middle - 12, bottom)


def test_a_flood_over_the_roads_warns_the_teams_on_the_way_and_sends_others(watched: Watched, desk: str) -> None:
    page = watched.page
    incident = told(desk)
    send(desk, incident, "DT")
    page.goto(f"{desk}/desk")
    page.locator("[data-map][data-drawn]").wait_for()
    page.locator(".desk-list li").first.click()
    page.locator(".desk-sent").first.wait_for()
    flood(page)
    page.locator(".desk-sent .desk-alert", has_text="路断").wait_for()
    page.locator(".desk-timeline li[data-step=road]").wait_for()
    (change,) = httpx.get(f"{desk}/api/v1/road-changes").json()["items"]
    assert (change["kind"], change["reason"]) == ("flood", "两桥漫水")
    (now,) = httpx.get(f"{desk}/api/v1/incidents").json()["items"]
    assert (now["lon"], now["lat"]) == (EAST["lon"], EAST["lat"])
    page.goto(f"{desk}/team")
    page.locator(".order-warning", has_text="没有路可到现场").wait_for()
    page.goto(f"{desk}/desk")
    page.locator("[data-map][data-drawn]").wait_for()
    page.keyboard.press("Alt+r")
    page.locator(".desk-roads li .text-button").click()
    page.locator(".desk-roads", has_text="道路都正常").wait_for()
    assert watched.complaints == []


def test_pointing_at_a_road_is_left_by_escape_and_nothing_has_changed(watched: Watched, desk: str) -> None:
    page = watched.page
    told(desk)
    page.goto(f"{desk}/desk")
    page.locator("[data-map][data-drawn]").wait_for()
    page.locator(".desk-list li").first.click()
    page.keyboard.press("Alt+r")
    page.get_by_role("radio", name="缓行").click()
    page.locator(".desk-roads-form .desk-next").click()
    page.locator(".desk-roads", has_text="Esc").wait_for()
    page.keyboard.press("Escape")
    page.locator(".desk-roads-form").wait_for()
    assert httpx.get(f"{desk}/api/v1/road-changes").json()["total"] == 0


def test_a_chemical_fire_at_level_two_by_three_squads_under_the_wall_s_eye(watched: Watched, desk: str) -> None:
    page = watched.page
    incident = told(desk, type="hazmat", lon=120.105)
    for code, task in (("S1", "rescue"), ("E1", "stand_by"), ("S2", "stand_by"), ("V1", "do_not_enter")):
        send(desk, incident, code, task)
    page.goto(f"{desk}/desk")
    page.locator(".desk-list li").first.click()
    assert page.locator(".desk-sent").count() == 4
    page.get_by_role("tab", name="记录").click()
    page.locator(".desk-record .link-button", has_text="记一条改进").click()
    page.locator("#desk-ask").fill("补配防化服 @危化队")
    page.keyboard.press("Enter")
    page.locator(".desk-result[data-ok=true]", has_text="记一条改进").wait_for()
    page.goto(f"{desk}/learning")
    page.locator(".lesson", has_text="补配防化服").locator("input[name=outcome]").fill("已补配 4 套")
    page.locator(".lesson .text-button").click()
    page.locator(".lesson", has_text="已补配 4 套").wait_for()
    page.goto(f"{desk}/sheet?id={incident['id']}#dial")
    page.locator("#dial tbody tr").nth(3).wait_for()
    assert watched.complaints == []


def test_a_card_is_tried_then_saved_and_the_next_proposal_follows_it(watched: Watched, desk: str) -> None:
    page = watched.page
    page.goto(f"{desk}/run-cards?type=fire&level=III")
    page.locator(".card-lines tbody tr").first.wait_for()
    lines = page.locator(".card-lines tbody tr").count()
    page.get_by_role("button", name="加一行").click()
    page.get_by_label("类别").nth(lines).select_option("specialist")
    page.get_by_label("能力", exact=True).nth(lines).select_option("flood")
    page.locator("#card-try").click()
    page.locator("section[aria-label=试算结果] .work-more", has_text="水上队").first.wait_for()
    page.locator("input[name=reason]").fill("夏季加水上队")
    page.locator(".work-save .primary").click()
    page.locator("section[aria-label=版本] li", has_text="第 2 版").wait_for()
    answer = httpx.post(f"{desk}/api/v1/responses", json={**EAST_QUESTION, "level": "III"}).json()
    assert "S2" in {one["team"]["code"] for one in answer["chosen"]}
    assert watched.complaints == []


EAST_QUESTION = {"type": "fire", "lon": 120.155, "lat": 32.505}


def test_a_leader_registers_a_certificate_that_ran_out_and_the_squad_is_passed_over_by_name(
    watched: Watched, desk: str
) -> None:
    page = watched.page
    page.goto(f"{desk}/teams")
    page.locator(".team-list input[type=search]").fill("危化")
    page.locator(".team-pick").first.click()
    page.get_by_role("button", name="＋ 登记队员").click()
    page.locator("input[name=name]").first.fill("周一")
    page.locator("input[name=certificates]").fill("危化处置 2020-06-01")
    page.locator(".team-file .card").nth(1).locator("form .primary").click()
    page.locator(".work-alert", has_text="危化处置").wait_for()
    question = {**EAST_QUESTION, "type": "hazmat", "level": "III"}
    answer = httpx.post(f"{desk}/api/v1/responses", json=question).json()
    reasons = {one["team"]["code"]: one["reason_code"] for one in answer["passed_over"]}
    assert reasons["S1"] == "passed.unqualified"
    assert watched.complaints == []


def test_past_alarms_are_answered_again_without_a_team_and_run_on_the_map(watched: Watched, desk: str) -> None:
    page = watched.page
    page.goto(f"{desk}/replay")
    page.locator("[data-map][data-drawn]").wait_for()
    page.locator(".replay-question select").select_option("DT")
    page.get_by_role("button", name="去掉这队").click()
    page.locator(".replay-chips", has_text="区综合队").wait_for()
    page.locator(".replay-question .primary").click()
    page.locator(".replay-list tbody tr").nth(1).wait_for()
    page.locator(".replay-list .link-button").first.click()
    page.locator(".replay-bar", has_text="暂停").wait_for()
    assert watched.complaints == []


def test_a_storm_night_of_thirty_alarms_is_planned_as_a_whole_and_sent_once(watched: Watched, desk: str) -> None:
    page = watched.page
    for number in range(30):
        kind = ("flood", "traffic", "fire")[number % 3]
        known = {"type": kind, "level": "IV", "lon": 120.102 + 0.0019 * number, "lat": 32.503 + 0.0005 * number}
        told(desk, **known, address=f"积水点{number + 1}")
    page.goto(f"{desk}/desk")
    page.locator(".desk-list li").nth(29).wait_for()
    page.keyboard.press("Alt+a")
    page.locator(".desk-wave .desk-wave-team").first.wait_for()
    page.locator(".desk-wave .desk-alert", has_text="缺").first.wait_for()
    assert not any(one["teams"] for one in httpx.get(f"{desk}/api/v1/incidents").json()["items"])
    page.locator(".desk-wave .desk-send").click()
    page.locator(".desk-result[data-ok=true]").wait_for()
    page.locator(".desk-saved", has_text="待发").wait_for(state="detached")
    listed = httpx.get(f"{desk}/api/v1/incidents").json()["items"]
    own = [sent["team"]["code"] for one in listed for sent in one["teams"] if sent["command"] == "own"]
    assert len(own) == len(set(own)) >= 5
    page.keyboard.press("Alt+c")
    page.locator(".desk-roads", has_text="防区").wait_for()
    page.goto(f"{desk}/wall")
    page.locator(".wall-list li").nth(29).wait_for()
    assert watched.complaints == []
