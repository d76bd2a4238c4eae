"""Sign in, be locked out, change a password, manage accounts and follow changes, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from api.auth.hashing import Hashing
from api.auth.openid import OpenId, Provider
from gridgis.access import Role
from tests.fakes.browser import Watched, watched_page
from tests.fakes.openid_provider import CLIENT, SECRET, FakeProvider
from tests.fakes.served import serving
from tests.fakes.signed_in import NOW, PASSWORD, Office, account_of, role_grant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

REFUSED_BY_PURPOSE = "the server responded with a status of 4"
LEFT_BY_PURPOSE = "net::ERR_"
ONE_TIME = "one-time-password-7k2m"
NEXT = "four grey herons wait"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    hashed, one_time = Hashing().hash(PASSWORD), Hashing().hash(ONE_TIME)
    made.add(account_of("wangwu", role_grant(Role.DISPATCHER, "")), hashed)
    made.add(account_of("security", role_grant(Role.SECURITY_ADMINISTRATOR)), hashed)
    made.add(account_of("audit", role_grant(Role.AUDIT_ADMINISTRATOR)), hashed)
    made.add(account_of("locked", role_grant(Role.DISPATCHER)), hashed)
    made.add(account_of("fresh", role_grant(Role.GRID_OFFICER), must_change=True), one_time)
    yield made
    made.close()


@pytest.fixture(scope="module")
def origin(office: Office) -> Iterator[str]:
    with serving(office.nobody.app) as address:  # type: ignore[arg-type]
        yield address


@pytest.fixture(params=[(1366, 768), (360, 780)], ids=["desk", "phone"])
def screen(request: pytest.FixtureRequest, chromium: Browser, origin: str) -> Iterator[Watched]:
    """A screen; afterwards nothing may have complained and nothing may have left the origin."""
    width, height = request.param
    with watched_page(chromium, origin=origin, width=width, height=height) as watched:
        yield watched
        assert watched.requests == []
        purposely = (REFUSED_BY_PURPOSE, LEFT_BY_PURPOSE)
        assert [text for text in watched.complaints if not any(part in text for part in purposely)] == []


def sign_in(page: Page, origin: str, name: str, password: str = PASSWORD, path: str = "/") -> None:
    page.goto(f"{origin}{path}")
    page.get_by_label("账号").fill(name)
    page.get_by_label("口令", exact=True).fill(password)
    page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back_to_where_he_wanted(screen: Watched, origin: str) -> None:
    page = screen.page
    sign_in(page, origin, "WangWu", path="/?lang=zh&layers=cells")
    page.locator(".map[data-drawn]").wait_for()
    assert page.url.startswith(f"{origin}/")
    assert "sign-in" not in page.url
    page.get_by_label("账号：wangwu先生").click()
    expect(page.locator(".account-menu")).to_contain_text("调度员")
    assert fits(page)
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/sign-in"))
    page.goto(f"{origin}/")
    page.wait_for_url(re.compile(r"/sign-in\?to="))


def test_a_wrong_password_is_told_and_the_page_fits(screen: Watched, origin: str) -> None:
    page = screen.page
    sign_in(page, origin, "wangwu", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("账号名或口令不对")
    assert fits(page)
    for target in page.locator("button, input").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 36


def test_it_is_done_by_keyboard_alone_and_the_password_can_be_shown(screen: Watched, origin: str) -> None:
    page = screen.page
    page.goto(f"{origin}/sign-in")
    page.locator("form").wait_for()
    expect(page.get_by_label("账号")).to_be_focused()
    page.keyboard.type("wangwu")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("口令", exact=True)).to_have_attribute("type", "text")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".map[data-drawn]").wait_for()


def test_an_address_elsewhere_is_not_gone_to(screen: Watched, origin: str) -> None:
    page = screen.page
    sign_in(page, origin, "wangwu", path="/sign-in?to=https://evil.example/")
    page.locator(".map[data-drawn]").wait_for()
    assert page.url.startswith(f"{origin}/")


def test_too_many_wrong_passwords_lock_and_say_for_how_long(chromium: Browser, origin: str) -> None:
    with watched_page(chromium, origin=origin) as watched:
        page = watched.page
        for _ in range(6):
            sign_in(page, origin, "locked", "not the password")
            page.get_by_role("alert").get_by_text(re.compile(".")).wait_for()
        expect(page.get_by_role("alert")).to_contain_text("15 分钟内不能登录")
        expect(page.get_by_role("button", name="登录")).to_be_disabled()


def test_a_password_made_by_somebody_else_is_changed_first(chromium: Browser, origin: str) -> None:
    with watched_page(chromium, origin=origin, width=360, height=780) as watched:
        page = watched.page
        sign_in(page, origin, "fresh", ONE_TIME)
        expect(page.get_by_role("heading", name="请先更改口令")).to_be_visible()
        page.get_by_label("新口令").fill("1234567890")
        page.get_by_label("再输一遍").fill("1234567890")
        page.get_by_role("button", name="更改口令").click()
        expect(page.get_by_role("alert")).to_contain_text("太常见")
        page.get_by_label("新口令").fill(NEXT)
        page.get_by_label("再输一遍").fill("four grey herons")
        page.get_by_role("button", name="更改口令").click()
        expect(page.get_by_role("alert")).to_contain_text("两遍不一样")
        page.get_by_label("再输一遍").fill(NEXT)
        assert fits(page)
        page.get_by_role("button", name="更改口令").click()
        page.locator(".map[data-drawn]").wait_for()


def test_the_security_administrator_makes_an_account_grants_and_disables_it(
    chromium: Browser, origin: str, office: Office
) -> None:
    with watched_page(chromium, origin=origin) as watched:
        page = watched.page
        sign_in(page, origin, "security", path="/admin")
        page.locator(".accounts").wait_for()
        page.get_by_label("账号", exact=True).fill("zhaoliu")
        page.get_by_label("姓名").fill("赵六<b>")
        page.get_by_role("button", name="新建账号").click()
        shown = page.locator(".once code").inner_text()
        assert re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", shown)
        row = page.locator(".account-row", has_text="zhaoliu")
        expect(row.get_by_role("heading")).to_have_text("赵六<b>")
        row.get_by_role("button", name="授权").click()
        row.get_by_label("角色").select_option("town_lead")
        row.get_by_role("button", name="加上这项授权").click()
        expect(row.get_by_role("alert")).to_contain_text("必须指定网格")
        row.locator("select[name=area]").select_option("321204102")
        row.get_by_role("button", name="加上这项授权").click()
        expect(row.locator(".rows")).to_contain_text("镇街负责人 · 乙镇")
        row.get_by_role("button", name="停用").click()
        expect(row).to_contain_text("已停用")
        mine = page.locator(".account-row", has=page.get_by_role("heading", name="security先生", exact=True))
        expect(mine).to_contain_text("本人，不能改自己")
        assert [text for text in watched.complaints if REFUSED_BY_PURPOSE not in text] == []
    account = office.store.account_named("zhaoliu")
    assert [(grant.role, grant.area) for grant in account.grants] == [(Role.TOWN_LEAD, "321204102")]
    assert not account.usable


def test_a_page_that_is_not_for_the_role_says_so_and_auditors_see_who_signed_in(chromium: Browser, origin: str) -> None:
    with watched_page(chromium, origin=origin) as watched:
        page = watched.page
        sign_in(page, origin, "audit", path="/")
        page.wait_for_url(f"{origin}/audit")
        expect(page.locator("table")).to_contain_text("audit")
        expect(page.locator(".chain")).to_contain_text("事件链完好")
        page.get_by_label("对象").select_option("account")
        expect(page.locator(".event").first).to_contain_text("账号")
        page.wait_for_url(f"{origin}/audit?noun=account")
        page.get_by_label("audit先生").click()
        expect(page.locator(".account-menu a")).to_have_text(["我的账号"])
        page.goto(f"{origin}/admin")
        expect(page.get_by_role("alert").first).to_contain_text("您的角色不能打开这一页")


def test_a_token_is_made_shown_once_and_taken_back(chromium: Browser, origin: str, office: Office) -> None:
    with watched_page(chromium, origin=origin) as watched:
        page = watched.page
        sign_in(page, origin, "wangwu", path="/account")
        page.get_by_text("新建令牌").click()
        page.get_by_label("用途").fill("QGIS")
        page.get_by_label("查看网格", exact=True).check()
        page.get_by_role("button", name="生成令牌").click()
        secret = page.locator(".once code").inner_text()
        client = office.client(token=secret)
        assert client.get("/api/v1/cells").status_code == 200
        assert client.get("/api/v1/alarms").status_code == 403
        page.get_by_role("button", name="收回").click()
        expect(page.get_by_role("button", name="收回")).to_have_count(0)
        assert client.get("/api/v1/cells").status_code == 401


def test_what_changes_on_the_server_is_shown_without_being_asked_for(
    chromium: Browser, origin: str, office: Office
) -> None:
    with watched_page(chromium, origin=origin) as watched:
        page = watched.page
        sign_in(page, origin, "wangwu", path=f"/?enterprise={office.enterprise(0).id}")
        expect(page.locator(".live")).to_contain_text("实时")
        expect(page.locator(".panel h2")).to_contain_text(office.enterprise(0).name)
        with office.store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises([replace(office.enterprise(0), name="改了名的企业")])
            work.commit()
        expect(page.locator(".panel h2")).to_contain_text("改了名的企业", timeout=5000)
        watched.page.context.set_offline(True)
        page.evaluate("dispatchEvent(new Event('offline'))")
        expect(page.locator(".live-lost")).to_be_visible()


@pytest.fixture
def provider(office: Office) -> Iterator[FakeProvider]:
    """A provider beside the service, on another port."""
    made = FakeProvider("", lambda: NOW)
    with made.serving(), httpx.Client() as client:
        app: Any = office.nobody.app
        app.state.openid = OpenId(Provider(made.issuer, CLIENT, SECRET), client)
        yield made
        app.state.openid = None


@pytest.mark.parametrize("size", [(1366, 768), (360, 780)], ids=["desk", "phone"])
def test_the_offices_provider_lets_somebody_in_and_nobody_whom_it_does_not_know(
    chromium: Browser, origin: str, provider: FakeProvider, size: tuple[int, int]
) -> None:
    width, height = size
    with watched_page(chromium, origin=origin, width=width, height=height) as watched:
        page = watched.page
        provider.name = "nobody"
        page.goto(f"{origin}/?layers=cells")
        page.get_by_role("link", name="用统一身份认证登录").click()
        expect(page.get_by_role("alert")).to_contain_text("没有与您对应的可用账号")
        assert fits(page)
        provider.name = "wangwu"
        page.get_by_role("link", name="用统一身份认证登录").click()
        page.locator(".map[data-drawn]").wait_for()
        assert page.url == f"{origin}/?layers=cells"
        page.get_by_label("账号：wangwu先生").click()
        expect(page.locator(".account-menu")).to_contain_text("调度员")
