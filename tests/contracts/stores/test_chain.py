"""Events are numbered without gaps and bound to each other as they are written, by whatever way they come."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.store import Store, UnitOfWork, open_store
from gridgis.errors import InvalidValue, StoreFault
from gridgis.events import GENESIS, Event, verify
from tests.fakes.stores import NOW, Places, look, some_enterprises, some_sites

LATER = NOW + timedelta(days=1)


def put(store: Store, count: int, *, name: str = "企业", commit: bool = True) -> None:
    """Some enterprises and their sites."""
    owners = some_enterprises(count, name=name)
    with store.unit_of_work(actor="王芳", now=LATER) as work:
        work.put_enterprises(owners)
        work.put_sites(some_sites(owners))
        if commit:
            work.commit()


def numbers(store: Store) -> list[int]:
    return [event.sequence for event in store.events()]


def test_events_are_bound_from_the_first_on(store: Store) -> None:
    put(store, 20)
    trail = store.events()
    assert verify(trail) is None
    assert trail[0].previous_hash == GENESIS
    assert numbers(store) == list(range(1, 42))


def test_what_was_not_committed_leaves_no_gap(store: Store) -> None:
    put(store, 3, commit=False)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(2))
        with pytest.raises(StoreFault):
            run(work, "INSERT INTO nowhere VALUES (1)")
    put(store, 3)
    assert numbers(store) == list(range(1, 8))
    assert verify(store.events()) is None


def run(work: UnitOfWork, statement: str) -> None:
    with work._reading() as connection:
        connection.exec_driver_sql(statement)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("甲乙丙"), st.booleans()), max_size=8))
@settings(max_examples=20, deadline=None)
def test_the_chain_is_whole_after_any_changes(places: Places, steps: list[tuple[int, str, bool]]) -> None:
    with places.new_store() as store:
        for count, name, commit in steps:
            put(store, count, name=name, commit=commit)
        assert verify(store.events()) is None
        assert numbers(store) == list(range(1, len(store.events()) + 1))


def test_writers_of_several_threads_and_stores_make_one_chain(store: Store) -> None:
    with open_store(store.database.name) as other, ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda at: put((store, other)[at % 2], at + 1, name=str(at)), range(24)))
    trail = store.events()
    assert verify(trail) is None
    assert numbers(store) == list(range(1, len(trail) + 1))


def test_a_body_is_stored_as_the_text_that_was_hashed(store: Store) -> None:
    put(store, 2)
    for body, text in look(store, "SELECT body, body FROM events"):
        assert json.dumps(json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}])
def test_what_json_cannot_say_is_refused_and_nothing_is_kept(store: Store, value: object) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work, pytest.raises(InvalidValue, match=r"event\.content"):
        work.put_settings({"limit": value})
    assert store.settings() == {}
    assert verify(store.events()) is None


def test_a_reader_follows_the_trail_in_parts(store: Store) -> None:
    put(store, 5)
    seen: list[Event] = []
    at = 0
    while part := store.events(after=at, limit=4):
        assert len(part) <= 4
        seen += part
        at = part[-1].sequence
    assert tuple(seen) == store.events()
    assert [event.noun for event in store.events(noun="site", after=1, limit=2)] == ["site", "site"]
    assert store.events(limit=0) == ()


def test_only_a_personal_part_may_be_emptied_and_nothing_else_changed(store: Store) -> None:
    for statement in (
        "UPDATE events SET personal = 'x'",
        "UPDATE events SET personal = '', actor = 'x'",
        "UPDATE events SET personal = '', fid = fid + 100",
        "UPDATE events SET body = '{}'",
        "DELETE FROM sources",
        "UPDATE sources SET bytes = 0",
    ):
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(some_enterprises(2))
            work.put_district(work.district())
            work._trail.write(work._connection)
            work._trail._keep(b"something")
            work._trail.write(work._connection)
            with pytest.raises(StoreFault, match="only be added"):
                run(work, statement)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(2))
        run(work, "UPDATE events SET personal = ''")


def test_a_record_that_no_event_can_tell_of_is_not_written_either(store: Store) -> None:
    good = some_enterprises(2)
    with store.unit_of_work(actor="test", now=NOW) as work:
        with pytest.raises(InvalidValue, match=r"event\.content"):
            work.put_district(replace(work.district(), border_tolerance_m=float("inf")))
        with pytest.raises(InvalidValue, match=r"event\.content"):
            work.put_enterprises([good[0], replace(good[1], name="\ud800")])
        work.put_enterprises(good[1:])
        work.commit()
    assert store.enterprises() == (good[1],)
    assert [event.noun for event in store.events()] == ["district", "enterprise"]
