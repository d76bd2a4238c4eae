"""HTML and SQL in every text of every record are shown as they were written, on every page, and do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.auth.hashing import Hashing
from gridgis.access import Role
from tests.fakes.browser import watched_page
from tests.fakes.served import serving
from tests.fakes.signed_in import NOW, PASSWORD, Office, account_of, role_grant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

EVIL = """<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'; DROP TABLE events; --"""
PEOPLE = {"audit": Role.AUDIT_ADMINISTRATOR, "security": Role.SECURITY_ADMINISTRATOR, "chief": Role.SUPERVISOR}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made, hashed = Office(tmp_path_factory.mktemp("office")), Hashing().hash(PASSWORD)
    for name, role in PEOPLE.items():
        made.add(replace(account_of(name, role_grant(role, "")), title=EVIL), hashed)
    state = made.state
    with made.store.unit_of_work(actor="chief", now=NOW, reason=EVIL) as work:
        work.put_district(replace(state.district, name=EVIL))
        work.put_enterprises(
            replace(one, name=EVIL, phone=EVIL, industry=EVIL, department=EVIL, chemicals=EVIL, contact=EVIL)
            for one in state.enterprises
        )
        work.put_sites(replace(one, name=EVIL, address=EVIL, cell_reason=EVIL) for one in state.sites)
        work.put_officers(replace(one, name=EVIL, phone=EVIL) for one in state.officers)
        work.put_teams(
            replace(one, name=EVIL, phone=EVIL, leader=EVIL, department=EVIL, out_of_service_reason=EVIL)
            for one in state.teams
        )
        work.put_alarms(replace(one, address=EVIL, note=EVIL, caller=EVIL, phone=EVIL) for one in state.alarms)
        work.commit()
    yield made
    made.close()


@pytest.fixture(scope="module")
def origin(office: Office) -> Iterator[str]:
    with serving(office.nobody.app) as address:  # type: ignore[arg-type]
        yield address


def sign_in(page: Page, origin: str, name: str) -> None:
    page.goto(f"{origin}/sign-in")
    page.get_by_label("账号").fill(name)
    page.get_by_label("口令", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def shows(page: Page, where: str) -> None:
    """The text stands there letter by letter, and nothing of it became a part of the page."""
    expect(page.locator(where).first).to_contain_text("<img src=x onerror=")
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize(
    "visit",
    [
        ("audit", "/audit", ".events"),
        ("security", "/admin", ".accounts"),
        ("chief", "/account", "main"),
        ("chief", "/", ".topbar"),
        ("chief", "/", ".panel"),
        ("chief", "/?enterprise={enterprise}", ".panel"),
        ("chief", "/?officer={officer}", ".panel"),
        ("chief", "/?team={team}", ".panel"),
        ("chief", "/?cell=321204101001", ".panel"),
        ("chief", "/?at=120.105,32.505&type=fire&level=III", ".panel"),
    ],
)
def test_what_was_written_is_shown_and_not_run(
    chromium: Browser, origin: str, office: Office, visit: tuple[str, str, str]
) -> None:
    name, path, where = visit
    with watched_page(chromium, origin=origin) as watched:
        sign_in(watched.page, origin, name)
        state = office.state
        filled = path.format(enterprise=state.enterprises[0].id, officer=state.officers[0].id, team=state.teams[0].id)
        watched.page.goto(f"{origin}{filled}")
        shows(watched.page, where)
        assert watched.requests == []
        assert [text for text in watched.complaints if "Content Security Policy" in text] == []
