"""Hazards are kept whole, each step with its event; photos and what is on its way survive; of two one is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from geodata.store import Store, UnitOfWork, rebuild, verify_store
from gridgis.errors import Conflict, NotKnown, StoreFault
from gridgis.hazards import Act, DeviceStamp, HazardCase, Severity, State
from gridgis.hazards.following import open_hazard, take_hazard_step
from gridgis.hazards.taking import take
from tests.fakes.hazards import (
    CONTENT,
    LEAD,
    MONDAY,
    OFFICER,
    OTHER,
    Following,
    a_change,
    a_photo,
    an_upload,
    named,
    reported,
    stamp,
)
from tests.fakes.stores import NOW, look, some_enterprises


def do(store: Store, run: Callable[[UnitOfWork], object], *, actor: str = OFFICER, now: datetime = MONDAY) -> None:
    with store.unit_of_work(actor=actor, now=now) as work:
        run(work)
        work.commit()


def test_a_case_is_read_as_it_was_put_and_leaves_an_event_for_each_step(store: Store) -> None:
    following = Following().closed()
    for count in range(1, following.case.revision + 1):
        do(store, lambda work, count=count: work.put_hazard_case(_upto(following.case, count)))  # type: ignore[misc]
    do(store, lambda work: work.put_hazard_case(following.case))
    held = store.hazard_case(following.case.hazard.id)
    assert held == following.case
    assert [one.body["after"]["act"] for one in store.events(noun="hazard_step")] == [
        step.act.value for step in held.steps
    ]
    (first, *_) = store.events(noun="hazard")
    assert first.personal["after"]["text"] == "二楼安全出口被锁"
    assert "安全出口" not in str(first.body)
    assert verify_store(store, now=NOW).broken is None
    assert rebuild(store) == ()


def _upto(case: HazardCase, count: int) -> HazardCase:
    return replace(case, steps=case.steps[:count])


def test_every_value_of_a_hazard_and_a_step_comes_back(store: Store) -> None:
    (owner,) = some_enterprises(1)
    do(store, lambda work: work.put_enterprises([owner]))
    case = reported(enterprise_id=owner.id, cell_code="321204101001001", department="住建局", address="二车间")
    wrong_clock = DeviceStamp(LEAD, MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(days=9))
    case = take(case, Act.NOTE, wrong_clock, named("note"), text="已电话核实")
    case = replace(case, hazard=replace(case.hazard, severity=Severity.MAJOR, assignee="甲镇"))
    do(store, lambda work: work.put_hazard_case(case))
    assert store.hazard_case(case.hazard.id) == case
    bare = reported("bare", lon=None, lat=None, accuracy_m=None)
    do(store, lambda work: work.put_hazard_case(bare))
    assert store.hazard_cases(store.hazards()) == (case, bare)


def test_of_two_who_take_a_step_of_what_they_both_read_the_second_is_told(store: Store) -> None:
    case = reported()
    do(store, lambda work: work.put_hazard_case(case))
    mine = take(case, Act.ACCEPT, stamp(LEAD), named("mine"))
    theirs = take(case, Act.REFUSE, stamp(OTHER), named("theirs"), text="不属实")
    do(store, lambda work: work.put_hazard_case(theirs))
    with pytest.raises(Conflict, match=r"hazard\.changed"):
        do(store, lambda work: work.put_hazard_case(mine))
    assert store.hazard_case(case.hazard.id).hazard.state is State.REFUSED


def test_a_report_and_a_step_that_come_twice_change_nothing(store: Store) -> None:
    case = reported()
    do(store, lambda work: open_hazard(work, case))

    def note(work: UnitOfWork) -> HazardCase:
        made = named("note")
        return take_hazard_step(
            work, case.hazard.id, made, lambda held: take(held, Act.NOTE, stamp(), made, text="看过了")
        )

    do(store, note)
    version = store.version()
    do(store, lambda work: open_hazard(work, case))
    do(store, note)
    assert store.version() == version
    assert store.hazard_case(case.hazard.id).revision == 2


def test_an_enterprise_that_is_not_stored_is_refused(store: Store) -> None:
    with pytest.raises(Conflict, match=r"store\.reference"):
        do(store, lambda work: work.put_hazard_case(reported(enterprise_id=UUID(int=1))))
    assert store.hazards() == ()


def test_steps_are_never_changed_or_deleted(store: Store) -> None:
    do(store, lambda work: work.put_hazard_case(reported()))
    for change in ("DELETE FROM hazard_steps", "UPDATE hazard_steps SET actor = 'x'"):
        with pytest.raises(StoreFault, match=r"store\."):
            do(store, lambda work, change=change: _force(work, change))  # type: ignore[misc]


def _force(work: UnitOfWork, change: str) -> None:
    work._touch("hazard_steps")
    with work._reading() as connection:
        connection.exec_driver_sql(change)


def test_words_about_people_are_erased_and_the_chain_holds(store: Store) -> None:
    case = take(reported(), Act.NOTE, stamp(), named("note"), text="李四 13912345678")
    do(store, lambda work: work.put_hazard_case(case))
    do(store, lambda work: work.erase("hazard", [case.hazard.id]))
    do(store, lambda work: work.erase("hazard_step", [step.id for step in case.steps]))
    held = store.hazard_case(case.hazard.id)
    assert {held.hazard.text, *(step.text for step in held.steps)} == {""}
    assert not any(one.personal for one in store.events(noun="hazard_step"))
    assert verify_store(store, now=NOW).broken is None
    assert rebuild(store) == ()


def test_hazards_are_chosen_by_state_time_and_reporter(store: Store) -> None:
    old = Following(reported("old", at=MONDAY - timedelta(days=90))).closed().case
    new = reported("new", actor="tongshi")
    do(store, lambda work: (work.put_hazard_case(old), work.put_hazard_case(new)))
    assert store.hazards(open_only=True) == (new.hazard,)
    assert store.hazards(open_only=True, since=MONDAY - timedelta(days=90)) == (old.hazard, new.hazard)
    assert store.hazards(since=MONDAY) == (new.hazard,)
    assert store.hazards(reporter="tongshi") == (new.hazard,)
    assert store.hazards(reporter=OFFICER) == (old.hazard,)


def test_hazards_of_the_same_village_or_enterprise_may_be_the_same(store: Store) -> None:
    (owner,) = some_enterprises(1)
    do(store, lambda work: work.put_enterprises([owner]))
    one = reported("one", cell_code="321204101001001", enterprise_id=owner.id)
    near = reported("near", cell_code="321204101001002")
    far = reported("far", cell_code="321204102001001")
    same = reported("same", cell_code="321204102001001", enterprise_id=owner.id)
    old = reported("old", cell_code="321204101001001", at=MONDAY - timedelta(days=99))
    for case in (one, near, far, same, old):
        do(store, lambda work, case=case: work.put_hazard_case(case))  # type: ignore[misc]
    found = store.hazards_like(one.hazard, since=MONDAY - timedelta(days=60))
    assert found == (near.hazard, same.hazard)
    assert store.hazards_like(reported("bare").hazard, since=MONDAY) == ()


def test_a_step_is_known_by_its_identifier(store: Store) -> None:
    case = reported()
    do(store, lambda work: work.put_hazard_case(case))
    assert store.hazard_of_step(case.steps[0].id) == case.hazard.id
    assert store.hazard_of_step(named("nothing")) is None
    with pytest.raises(NotKnown, match=r"hazard\.unknown"):
        store.hazard_case(named("nothing"))


def test_a_photo_may_come_before_its_hazard_and_its_bytes_are_kept_once(store: Store) -> None:
    do(store, lambda work: work.put_photo(a_photo(), CONTENT))
    do(store, lambda work: work.put_photo(a_photo("again", hazard="other", taken_at=None, lon=None, lat=None), CONTENT))
    do(store, lambda work: work.put_photo(a_photo(), CONTENT))
    assert store.photos_of([a_photo().hazard_id]) == (a_photo(),)
    assert store.photo(a_photo().id) == a_photo()
    assert store.photo_content(a_photo()) == CONTENT
    assert look(store, "SELECT count(*) FROM photo_contents") == [(1,)]
    assert store.photo_looks() == {named("hazard/h"): [(1 << 63) | 5], named("hazard/other"): [(1 << 63) | 5]}
    assert len(store.events(noun="photo")) == 2
    assert rebuild(store) == ()
    with pytest.raises(NotKnown, match=r"photo\.unknown"):
        store.photo(named("nothing"))


def test_a_photo_on_its_way_is_there_after_each_part_and_gone_at_the_end(store: Store) -> None:
    begun = an_upload()
    version = store.version()
    do(store, lambda work: work.begin_upload(begun), now=NOW)
    do(store, lambda work: work.add_part(begun, b"abc"), now=NOW)
    held = store.upload(begun.id)
    assert held == replace(begun, received=3)
    do(store, lambda work: work.add_part(replace(begun, received=3), b"\x00\xffz"), now=NOW)
    assert store.upload_content(begun.id) == b"abc\x00\xffz"
    assert store.version() == version
    do(store, lambda work: work.end_upload(begun.id), now=NOW)
    assert store.upload(begun.id) is None
    assert look(store, "SELECT count(*) FROM upload_parts") == [(0,)]


def test_the_same_part_is_not_kept_twice(store: Store) -> None:
    begun = an_upload()
    do(store, lambda work: work.begin_upload(begun), now=NOW)
    do(store, lambda work: work.add_part(begun, b"abc"), now=NOW)
    with pytest.raises(StoreFault):
        do(store, lambda work: work.add_part(begun, b"abc"), now=NOW)
    assert store.upload_content(begun.id) == b"abc"


def test_what_never_comes_is_forgotten_after_a_month(store: Store) -> None:
    old = an_upload("old", at=NOW - timedelta(days=31))
    new = an_upload("new", at=NOW)
    do(store, lambda work: work.begin_upload(old), now=NOW - timedelta(days=31))
    do(store, lambda work: work.add_part(old, b"abc"), now=NOW - timedelta(days=31))
    do(store, lambda work: work.begin_upload(new), now=NOW)
    assert store.upload(old.id) is None
    assert store.upload(new.id) == new


def test_a_change_waits_for_the_one_before_and_is_kept_once(store: Store) -> None:
    change = a_change()
    for _ in range(2):
        do(store, lambda work: work.hold_change(change), now=NOW)
    assert store.held_for(named("a")) == (change,)
    assert store.held_for(named("b")) == ()
    do(store, lambda work: work.release_change(change.id), now=NOW)
    assert store.held_for(named("a")) == ()
