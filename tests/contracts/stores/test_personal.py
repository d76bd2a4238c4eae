"""What rows and events tell of persons can be erased for good; the chain holds, and an event says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Text

from geodata.store import Store, schema
from geodata.store.personal import PERSONAL
from gridgis.dispatch.alarms import Alarm, ResponseLevel
from gridgis.errors import Fault, NotKnown
from gridgis.events import ERASED, PERSONAL_HASH, verify
from gridgis.people.officers import Officer
from tests.fakes.stores import NOW, Places, look, some_enterprises

LATER = NOW + timedelta(days=400)
ALARM = Alarm(
    uuid4(),
    "A1",
    "fire",
    ResponseLevel.II,
    120.1,
    32.5,
    NOW,
    "姜堰大道",
    "钱七",
    "13812345678",
    "二楼，电话 13987654321",
)
SECRETS = ("钱七", "13812345678", "13987654321", "13700001111")


@pytest.fixture
def called(store: Store) -> Store:
    """A store with an alarm that was corrected once, and one whose caller is not known."""
    for alarm in (ALARM, replace(ALARM, phone="13700001111")):
        with store.unit_of_work(actor="张三", now=NOW) as work:
            work.put_alarms([alarm, Alarm(UUID(int=1), "A2", "gas", ResponseLevel.I, 120.2, 32.5, NOW)])
            work.commit()
    return store


def erase(store: Store, noun: str, *ids: UUID) -> int:
    with store.unit_of_work(actor="retention", now=LATER, reason="保存期满") as work:
        count = work.erase(noun, ids)
        work.commit()
    return count


def told(store: Store) -> str:
    """Everything that the tables say."""
    tables = ("alarms", "events", "officers")
    return str([look(store, f"SELECT * FROM {table}") for table in tables])  # noqa: S608


def test_personal_values_stand_apart_from_the_body(called: Store) -> None:
    first, _, second = called.events(noun="alarm")
    assert not any(secret in str(event.body) for event in (first, second) for secret in SECRETS)
    assert first.personal["after"] == {"caller": "钱七", "phone": "13812345678", "note": "二楼，电话 13987654321"}
    assert second.personal["before"] == {"phone": "13812345678"}
    assert second.personal["after"] == {"phone": "13700001111"}
    assert second.body.keys() == {"before", "after", PERSONAL_HASH}


def test_a_record_that_names_nobody_has_no_personal_part(called: Store) -> None:
    (event,) = called.events(noun_id=UUID(int=1))
    assert event.personal == {}
    assert PERSONAL_HASH not in event.body


def test_what_was_erased_is_nowhere_in_the_tables_and_the_chain_holds(called: Store) -> None:
    assert all(secret in told(called) for secret in SECRETS)
    assert erase(called, "alarm", ALARM.id) == 1
    assert not any(secret in told(called) for secret in SECRETS)
    assert verify(called.events()) is None
    (alarm, _) = called.alarms()
    assert alarm == replace(ALARM, caller="", phone="", note="")


def test_an_erasure_is_an_event_that_names_the_events(called: Store) -> None:
    erase(called, "alarm", ALARM.id)
    event = called.events()[-1]
    assert (event.what, event.noun_id, event.actor, event.reason) == (ERASED, ALARM.id, "retention", "保存期满")
    assert event.body == {"events": [2, 4], "fields": ["caller", "note", "phone"]}


def test_nothing_is_erased_twice(called: Store) -> None:
    erase(called, "alarm", ALARM.id)
    version = called.version()
    assert erase(called, "alarm", ALARM.id, UUID(int=1), UUID(int=99)) == 0
    assert called.version() == version


def test_what_is_learnt_after_an_erasure_can_be_erased_again(called: Store) -> None:
    erase(called, "alarm", ALARM.id)
    with called.unit_of_work(actor="张三", now=LATER) as work:
        work.put_alarms([replace(ALARM, caller="孙八", phone="", note="")])
        assert work.erase("alarm", [ALARM.id]) == 1
        work.commit()
    assert "孙八" not in told(called)
    assert verify(called.events()) is None


def test_a_person_who_left_can_be_erased(store: Store) -> None:
    officer = Officer(uuid4(), "001", "李强", "13812345678", licence="苏-001")
    with store.unit_of_work(actor="x", now=NOW) as work:
        work.put_officers([officer])
        work.commit()
    erase(store, "officer", officer.id)
    assert store.officers() == (replace(officer, name="", phone="", licence=""),)
    assert not any(secret in told(store) for secret in ("李强", "13812345678", "苏-001"))


def test_a_noun_that_tells_of_nobody_is_refused(store: Store) -> None:
    with store.unit_of_work(actor="x", now=NOW) as work, pytest.raises(NotKnown, match=r"store\.not_personal"):
        work.erase("site", [])


def test_an_erasure_that_is_not_committed_takes_nothing_away(called: Store) -> None:
    before = told(called)
    with called.unit_of_work(actor="x", now=LATER) as work:
        assert work.erase("alarm", [ALARM.id]) == 1
    assert told(called) == before


def test_personal_columns_are_texts_that_may_be_empty() -> None:
    for noun, names in PERSONAL.items():
        table = schema.RECORDS[noun]
        for name in names:
            assert isinstance(table.c[name].type, Text)
            assert not table.c[name].unique


def test_rows_that_old_imports_set_aside_are_deleted(store: Store) -> None:
    fault = Fault("alarm.no_place", {}, "Sheet1", 2, "经度", "")
    for now in (NOW, LATER):
        with store.unit_of_work(actor="x", now=now) as work:
            changes = work.put_enterprises(some_enterprises(1, name=str(now)))
            whole = {("Sheet1", 2): {"电话": "13812345678"}}
            file = f"{now:%Y}.csv"
            work.record_import(
                noun="alarms", file=file, sha256="", changes=changes, set_aside=[fault], whole_rows=whole
            )
            work.commit()
    with store.unit_of_work(actor="retention", now=LATER) as work:
        assert work.erase_set_aside(before=LATER) == 1
        assert work.erase_set_aside(before=LATER) == 0
        work.commit()
    assert [aside.row for aside in store.set_aside()] == [{"电话": "13812345678"}]
    assert [one.file for one in store.imports()] == ["2020.csv", "2021.csv"]
    assert store.events()[-1].what == ERASED
    assert verify(store.events()) is None


def test_the_same_values_leave_no_trace_of_which_numbers_they_were(places: Places) -> None:
    """Without the salt, a hash of a telephone number could be found by trying them all."""
    hashes = set()
    for _ in range(2):
        with places.new_store() as store:
            with store.unit_of_work(actor="x", now=NOW) as work:
                work.put_alarms([ALARM])
                work.commit()
            hashes |= {event.body[PERSONAL_HASH] for event in store.events(noun="alarm")}
    assert len(hashes) == 2
