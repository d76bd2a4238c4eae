"""An officer's day on a telephone in a real browser: with and without a signal, nothing is lost or doubled."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from gridgis.access import Role
from gridgis.hazards import HazardCase
from tests.contracts.test_page_assets import WEB
from tests.fakes.field import HERE, reported, taken
from tests.fakes.phone import Phone, phone
from tests.fakes.photos import jpeg
from tests.fakes.served import serving
from tests.fakes.signed_in import NOW, Office

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

AT_SITE = (120.1031, 32.5051)
PHOTO = jpeg(5, taken_at=NOW, place=HERE, width=2400, height=1800)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def origin(office: Office) -> Iterator[str]:
    with serving(office.nobody.app) as address:  # type: ignore[arg-type]
        yield address


@contextmanager
def officer(
    office: Office, chromium: Browser, origin: str, *, role: Role = Role.GRID_OFFICER, dark: bool = False
) -> Iterator[Phone]:
    """The telephone of somebody who is signed in; afterwards no script may have complained."""
    office.as_role(role)
    cookie = (f"gridgis-{origin.rsplit(':', 1)[1]}", f"secret of {role.value}")
    with phone(chromium, origin, cookie=cookie, place=AT_SITE, dark=dark) as held:
        yield held
        assert held.complaints == []


def newest(office: Office) -> HazardCase:
    return office.store.hazard_cases(office.store.hazards())[-1]


def test_a_hazard_with_a_photo_is_reported_in_two_taps(office: Office, chromium: Browser, origin: str) -> None:
    with officer(office, chromium, origin) as held:
        held.open()
        expect(held.page.get_by_text("我的网格 4 个")).to_be_visible()
        held.tab("上报")
        held.page.locator(".side").get_by_text("一村西格").wait_for()
        held.take_photo(PHOTO)
        held.page.locator(".report .thumbs img").wait_for()
        held.page.get_by_role("button", name="保存").click()
        held.all_sent()
        case = newest(office)
        expect(held.page.locator(".field-rows").first).to_contain_text(case.hazard.code)
    assert (case.hazard.enterprise_id, case.hazard.cell_code) == (office.enterprise(0).id, "321204101001001")
    (photo,) = office.store.photos_of([case.hazard.id])
    assert (photo.width, photo.height) == (1600, 1200)
    assert photo.taken_at == NOW.replace(microsecond=0)
    assert (photo.lon, photo.lat) == pytest.approx(HERE, abs=1e-4)
    assert photo.sha256 == sha256(office.store.photo_content(photo)).hexdigest()


def test_a_day_without_a_signal_is_sent_when_it_comes_back_and_survives_the_page(
    office: Office, chromium: Browser, origin: str
) -> None:
    before = len(office.store.hazards())
    with officer(office, chromium, origin) as held:
        held.take_along()
        held.signal(there=False)
        held.open()
        expect(held.page.locator(".queue-bar")).to_contain_text("无信号")
        held.report(PHOTO, text="断网一", kind="gas")
        held.report(text="断网二", kind="dust")
        expect(held.page.locator(".queue-bar")).to_contain_text("2 条待发 · 1 张照片")
        held.page.locator(".row-button", has_text="断网二").click()
        held.page.get_by_role("button", name="备注").click()
        held.page.get_by_label("说明").fill("已口头提醒")
        held.page.get_by_role("button", name="保存").click()
        held.tab("地图")
        held.page.locator(".field-map-box[data-drawn]").wait_for()
        held.open()
        held.tab("我")
        expect(held.page.locator(".outbox-item")).to_have_count(4)
        assert len(office.store.hazards()) == before
        held.signal(there=True)
        held.page.evaluate("dispatchEvent(new Event('online'))")
        held.all_sent()
    one, two = office.store.hazard_cases(office.store.hazards()[before:])
    assert [case.hazard.text for case in (one, two)] == ["断网一", "断网二"]
    assert [step.text for step in two.steps] == ["", "已口头提醒"]
    assert len(office.store.photos_of([one.hazard.id])) == 1


def told(case: HazardCase) -> list[Any]:
    """What the steps of a hazard say, but for identifiers and times."""
    hazard = replace(case.hazard, id=UUID(int=0), code="", text="", found_at=NOW)
    facts = [json.dumps(dict(step.facts), sort_keys=True, ensure_ascii=False) for step in case.steps]
    shown = [re.sub(r'"id": "[^"]+"', '"id": ""', text) for text in facts]
    return [hazard, [(step.act, step.actor, step.text, fact) for step, fact in zip(case.steps, shown, strict=True)]]


def the_same_work(held: Phone, text: str) -> None:
    """A report with a photo and two notes on it."""
    held.report(PHOTO, text=text, kind="electric")
    held.page.locator(".row-button", has_text=text).click()
    for note in ("甲", "乙"):
        held.page.get_by_role("button", name="备注").click()
        held.page.get_by_label("说明").fill(note)
        held.page.get_by_role("button", name="保存").click()
        held.page.get_by_role("button", name="备注").wait_for()


def test_work_without_a_signal_ends_as_the_same_work_with_one(office: Office, chromium: Browser, origin: str) -> None:
    with officer(office, chromium, origin) as held:
        held.take_along()
        the_same_work(held, "有信号")
        held.all_sent()
    online = newest(office)
    with officer(office, chromium, origin) as held:
        held.take_along()
        held.signal(there=False)
        the_same_work(held, "没信号")
        held.signal(there=True)
        held.page.evaluate("dispatchEvent(new Event('online'))")
        held.all_sent()
    without = newest(office)
    assert without.hazard.id != online.hazard.id
    assert told(without) == told(online)
    looks = [office.store.photos_of([case.hazard.id])[0].sha256 for case in (online, without)]
    assert looks[0] == looks[1]


def test_requests_that_overtake_each_other_end_in_their_order(office: Office, chromium: Browser, origin: str) -> None:
    """Every second request is lost on its way, after the server took it: nothing is doubled."""
    with officer(office, chromium, origin) as held:
        held.open()
        count = 0

        def lose(route: Any) -> None:
            nonlocal count
            count += 1
            if count % 2:
                route.fetch()
                route.abort()
            else:
                route.continue_()

        held.page.route(
            "**/api/v1/hazards**", lambda route: lose(route) if route.request.method == "POST" else route.continue_()
        )
        the_same_work(held, "丢答复")
        held.page.locator(".queue-bar[data-state=clear]").wait_for(timeout=60_000)
    case = newest(office)
    assert [step.text for step in case.steps] == ["", "甲", "乙"]


def test_what_the_office_ended_meanwhile_is_shown_with_both_sides_and_can_be_kept_as_a_note(
    office: Office, chromium: Browser, origin: str
) -> None:
    client, lead = office.as_role(Role.GRID_OFFICER), office.as_role(Role.TOWN_LEAD)
    hazard = reported(client, text="两边都改")
    taken(lead, hazard["id"], "accept")
    taken(lead, hazard["id"], "grade", severity="ordinary", text="一般")
    taken(lead, hazard["id"], "assign", assignee="enterprise", name="小小企业1", days=15)
    with officer(office, chromium, origin) as held:
        held.take_along()
        held.tab("隐患")
        held.page.locator(".row-button", has_text="两边都改").click()
        held.page.get_by_role("button", name="反馈整改").wait_for()
        held.signal(there=False)
        held.page.get_by_role("button", name="反馈整改").click()
        held.take_photo(jpeg(12))
        held.page.locator(".thumbs img").first.wait_for()
        held.page.get_by_label("说明").fill("锁已拆除")
        held.page.get_by_role("button", name="保存").click()
        taken(office.as_role(Role.SUPERVISOR), hazard["id"], "void", text="重复登记")
        held.signal(there=True)
        held.page.evaluate("dispatchEvent(new Event('online'))")
        held.page.locator(".queue-bar[data-state=refused]").click()
        item = held.page.locator(".outbox-item[data-state=refused]")
        expect(item).to_contain_text("锁已拆除")
        expect(item).to_contain_text("已作废")
        item.get_by_role("button", name="改作备注保存").click()
        held.all_sent()
    case = office.store.hazard_case(UUID(hazard["id"]))
    assert (case.steps[-1].act.value, case.steps[-1].text) == ("note", "锁已拆除")
    assert len(office.store.photos_of([case.hazard.id])) == 1


def test_a_session_that_ends_keeps_the_queue_until_somebody_signs_in_again(
    office: Office, chromium: Browser, origin: str
) -> None:
    before = len(office.store.hazards())
    with officer(office, chromium, origin) as held:
        held.take_along()
        cookies = held.context.cookies()
        held.context.clear_cookies()
        held.report(text="登录过期", kind="height")
        expect(held.page.locator(".queue-bar")).to_contain_text("须重新登录")
        held.tab("我")
        expect(held.page.get_by_role("alert")).to_contain_text("1 条待发都还在手机上")
        expect(held.page.get_by_role("link", name="去登录")).to_have_attribute("href", "/sign-in?to=%2Ffield")
        assert len(office.store.hazards()) == before
        kept: Any = [{name: one[name] for name in ("name", "value", "domain", "path")} for one in cookies]
        held.context.add_cookies(kept)
        held.open()
        held.all_sent()
    assert newest(office).hazard.text == "登录过期"


def test_whose_side_it_is_and_who_answers_for_it_is_told_without_a_signal(
    office: Office, chromium: Browser, origin: str
) -> None:
    with officer(office, chromium, origin) as held:
        held.take_along()
        held.signal(there=False)
        held.stand_at(120.1401, 32.5051, accuracy_m=30)
        held.tab("上报")
        side = held.page.locator(".side")
        expect(side).to_contain_text("三村西格")
        expect(side).to_contain_text("不是我的网格，照常上报")
        expect(side).to_contain_text("也可能属于：二村东格")
        expect(side).to_contain_text("人员10")
        held.stand_at(119.5, 32.5)
        expect(side).to_contain_text("不在本区任何网格内")


def test_what_is_no_photo_is_refused_in_words_and_a_place_that_is_coarse_is_said(
    office: Office, chromium: Browser, origin: str
) -> None:
    with officer(office, chromium, origin) as held:
        held.open()
        held.stand_at(*HERE, accuracy_m=3000)
        held.tab("上报")
        expect(held.page.locator(".place-line").first).to_contain_text("误差较大")
        for content, words in (
            (b"\x00\x00\x00\x18ftypheic" + bytes(64), "HEIC"),
            (b"MZ\x90\x00" + bytes(64), "不是照片"),
            (PHOTO[:900], "不完整或已损坏"),
        ):
            held.take_photo(content)
            expect(held.page.locator(".photo-picker [role=alert]")).to_contain_text(words)
        expect(held.page.get_by_role("button", name="保存")).to_be_disabled()


def test_whoever_may_sees_and_takes_the_next_step_on_the_telephone(
    office: Office, chromium: Browser, origin: str
) -> None:
    client, lead = office.as_role(Role.GRID_OFFICER), office.as_role(Role.TOWN_LEAD)
    hazard = reported(client, text="镇里来办", kind="gas")
    with officer(office, chromium, origin, role=Role.TOWN_LEAD) as held:
        held.open()
        held.tab("隐患")
        held.page.locator(".row-button", has_text="镇里来办").click()
        held.page.get_by_role("button", name="受理", exact=True).click()
        held.page.get_by_role("button", name="保存").click()
        held.page.locator(".state-badge", has_text="已受理").wait_for()
        held.page.get_by_role("button", name="定级", exact=True).click()
        held.page.get_by_label("说明").fill("可立即整改")
        held.page.get_by_role("button", name="保存").click()
        held.page.get_by_text("一般隐患").first.wait_for()
        held.page.get_by_role("button", name="派遣", exact=True).click()
        held.page.get_by_label("名称").fill("小小企业1")
        held.page.get_by_role("button", name="保存").click()
        held.page.locator(".state-badge", has_text="已派遣").wait_for()
        expect(held.page.locator(".clock-line").first).to_contain_text("还剩")
    assert lead.get(f"/api/v1/hazards/{hazard['id']}").json()["assignee"] == "小小企业1"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_tab_fits_and_every_target_is_large_enough_for_a_thumb(
    office: Office, chromium: Browser, origin: str, *, dark: bool
) -> None:
    reported(office.as_role(Role.GRID_OFFICER), text="无空格长文" * 60)
    with officer(office, chromium, origin, dark=dark) as held:
        held.open()
        for name in ("今日", "隐患", "上报", "我", "地图"):
            held.tab(name)
            held.page.wait_for_timeout(150)
            assert held.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            for target in held.page.locator("button:visible, input:visible:not([type=file]), select:visible").all():
                box = target.bounding_box()
                assert box is not None
                assert box["height"] >= 44, (name, target.inner_text())


def test_the_page_can_be_installed(office: Office, chromium: Browser, origin: str) -> None:
    with officer(office, chromium, origin) as held:
        held.take_along()
        session = held.context.new_cdp_session(held.page)
        manifest = session.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert json.loads(manifest["data"])["start_url"] == "/field"
        assert held.page.evaluate("navigator.serviceWorker.getRegistration('/field').then(one => one.scope)").endswith(
            "/field"
        )


def modules_of(path: Path, *, late: bool) -> set[Path]:
    """A module and all that it imports; with ``late`` also what it imports only when it is needed."""
    pattern = r'from "(\.[^"]+\.js)"' + (r'|import\("(\.[^"]+\.js)"\)' if late else "")
    found, edge = {path}, [path]
    while edge:
        module = edge.pop()
        for names in re.findall(pattern, module.read_text("utf-8")):
            target = (module.parent / (names if isinstance(names, str) else "".join(names))).resolve()
            if target not in found:
                found.add(target)
                edge.append(target)
    return found


def test_everything_that_the_page_imports_is_taken_along() -> None:
    """What is imported only later stands in the list that is fetched beside what the page has loaded."""
    page, offline = WEB / "js" / "field.js", (WEB / "js" / "field" / "offline.js").read_text("utf-8")
    late = modules_of(page, late=True) - modules_of(page, late=False)
    assert {f"/{one.relative_to(WEB.resolve())}" for one in late} <= set(re.findall(r'"(/js/[^"]+)"', offline))
