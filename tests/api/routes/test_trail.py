"""The trail as the audit administrator reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gridgis.access import TABLE, Action, Role
from gridgis.events import Anchor
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.signed_in import NOW, Office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    alarm = made.state.alarms[0]
    later = NOW + timedelta(days=2)
    with made.store.unit_of_work(actor="dispatcher", now=later, reason="回拨 13812345678") as work:
        work.put_alarms([replace(alarm, caller="王小明", phone="13711112222", note="电话 13711112222")])
        work.commit()
    with made.store.unit_of_work(actor="dispatcher", now=later) as work:
        officer = made.state.officers[0]
        work.put_officers([replace(officer, name="欧阳锋", phone="13622223333")])
        work.commit()
    yield made
    made.close()


def events(office: Office, **query: Any) -> dict[str, Any]:
    answer = office.as_role(Role.AUDIT_ADMINISTRATOR).get("/api/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_the_whole_trail_comes_page_by_page_and_each_event_once(office: Office) -> None:
    numbers, before = [], None
    while True:
        page = events(office, limit=7, **({} if before is None else {"before": before}))
        numbers += [one["sequence"] for one in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert numbers == list(range(office.store.version(), 0, -1))
    assert page["total"] == office.store.version()


def test_a_filter_by_noun_record_actor_and_day_gives_those_and_no_others(office: Office) -> None:
    alarm = str(office.state.alarms[0].id)
    everything = office.store.events()
    for query, fits in (
        ({"noun": "alarm"}, [one for one in everything if one.noun == "alarm"]),
        ({"record": alarm}, [one for one in everything if str(one.noun_id) == alarm]),
        ({"actor": "dispatcher"}, [one for one in everything if one.actor == "dispatcher"]),
        ({"from": "2020-07-01"}, [one for one in everything if one.recorded_at >= NOW + timedelta(hours=12)]),
        ({"to": "2020-07-01"}, [one for one in everything if one.recorded_at < NOW + timedelta(days=1)]),
        ({"noun": "'; DROP TABLE events; --"}, []),
        ({"actor": "dispatcher", "noun": "alarm", "from": "2020-07-02", "to": "2020-07-02"}, [everything[-2]]),
    ):
        page = events(office, limit=500, **query)
        assert [one["sequence"] for one in page["items"]] == [one.sequence for one in reversed(fits)], query
        assert page["total"] == len(fits)
    wrong = office.as_role(Role.AUDIT_ADMINISTRATOR).get("/api/v1/events?from=2020-07-02&to=2020-07-01")
    assert problem_of(wrong)["code"] == "time.span"
    for edge in ("0001-01-01", "9999-12-31"):
        answer = office.as_role(Role.AUDIT_ADMINISTRATOR).get("/api/v1/events", params={"from": edge, "to": edge})
        assert answer.status_code in {200, 422}


def test_what_is_personal_is_masked_and_its_salt_is_not_told(office: Office) -> None:
    (alarm,) = events(office, record=str(office.state.alarms[0].id), actor="dispatcher")["items"]
    assert alarm["personal"]["after"] == {"caller": "王**", "phone": "137****2222", "note": "电话 137****2222"}
    assert alarm["reason"] == "回拨 138****5678"
    assert (alarm["subject"], alarm["what"]) == ("J001", "updated")
    (officer,) = events(office, noun="officer", actor="dispatcher")["items"]
    assert officer["personal"]["after"] == {"name": "欧**", "phone": "136****3333"}
    told = office.as_role(Role.AUDIT_ADMINISTRATOR).get("/api/v1/events", params={"limit": 500}).text
    for secret in ("13711112222", "13622223333", "13812345678", "13933334444", "王小明", "欧阳锋", '"salt"'):
        assert secret not in told


def test_an_auditor_who_may_read_the_records_too_sees_them_as_he_does_elsewhere(office: Office) -> None:
    both = office.store.account_named("audit_administrator")
    with office.store.unit_of_work(actor="test", now=NOW) as work:
        grant = replace(office.store.account_named("dispatcher").grants[0], area="")
        work.add_account(
            replace(both, id=UUID(int=77), code="both", title="兼任", grants=(*both.grants, grant)), "no hash"
        )
        work.commit()
    answer = office.signed_in("both").get("/api/v1/events", params={"noun": "alarm", "actor": "dispatcher"})
    (alarm,) = answer.json()["items"]
    assert alarm["personal"]["after"]["phone"] == "13711112222"
    assert alarm["personal"]["after"]["caller"] == "王小明"


def test_the_chain_is_walked_and_its_head_is_an_anchor_that_can_be_read_back(office: Office) -> None:
    told = office.as_role(Role.AUDIT_ADMINISTRATOR).get("/api/v1/trail").json()
    assert (told["state"], told["broken"], told["fault"]) == ("whole", None, "")
    anchor = Anchor.parse(told["head"])
    assert anchor.sequence == told["walked"] == told["count"] == office.store.version()
    assert anchor.hash == office.store.events(after=anchor.sequence - 1)[0].hash
    assert {"name": "dispatcher", "title": "dispatcher先生"} in told["actors"]
    assert "alarm" in told["nouns"]


def test_a_broken_chain_is_told_with_its_place_and_gives_no_anchor(tmp_path: Path) -> None:
    office = Office(tmp_path)
    with closing(sqlite3.connect(office.path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='events'"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE events SET actor = 'somebody' WHERE fid = 5")
        connection.commit()
    told = office.as_role(Role.AUDIT_ADMINISTRATOR).get("/api/v1/trail").json()
    assert (told["state"], told["head"], told["walked"]) == ("broken", "", 4)
    assert (told["broken"]["code"], told["broken"]["sequence"]) == ("chain.changed", 5)
    assert told["broken"]["detail"]
    office.close()


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/trail"])
def test_nobody_but_the_audit_administrator_reads_the_trail(office: Office, path: str) -> None:
    for role in Role:
        expected = 200 if Action.AUDIT_READ in TABLE[role] else 403
        assert office.as_role(role).get(path).status_code == expected
    assert problem_of(client_of(FakeSource()).get(path))["status"] in {403, 409}


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.AUDIT_ADMINISTRATOR, "/audit"),
        (Role.SECURITY_ADMINISTRATOR, "/admin"),
        (Role.SYSTEM_ADMINISTRATOR, "/"),
        (Role.GRID_OFFICER, "/"),
    ],
)
def test_everybody_begins_on_a_page_that_he_may_open(office: Office, role: Role, first: str) -> None:
    client = office.as_role(role)
    pages = client.get("/api/v1/session").json()["pages"]
    assert pages[0] == first
    for page in pages:
        assert client.get(page).status_code == 200
    at_bare = client.get("/")
    assert at_bare.status_code == 200
    assert ("/js/audit.js" in at_bare.text) is (first == "/audit")
