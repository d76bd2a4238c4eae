"""Incidents are kept whole, each step with its event; of two dispatchers who take one team one wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from geodata.store import Store, rebuild, verify_store
from geodata.store.commands import Command
from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.desk import DeskWork, Wanted, give_orders, merge_incidents, take_call, take_step, take_team_step
from gridgis.dispatch.incidents import Call, Case, Stamp, Status, Step
from gridgis.dispatch.incidents.closing import close, note, reopen
from gridgis.dispatch.incidents.ordering import Milestone, reach_milestone, recall
from gridgis.dispatch.incidents.receiving import complete
from gridgis.dispatch.run_cards import Task
from gridgis.errors import Conflict, StoreFault
from tests.fakes.stores import NOW, look
from tests.fakes.tiny_district import teams, tiny_district

PLACE = {"type": "fire", "level": ResponseLevel.III, "lon": 120.105, "lat": 32.505, "address": "一村"}
FIRST = teams()[0]


@pytest.fixture
def desk(store: Store) -> Store:
    """A store with the teams of the tiny district."""
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_teams(teams())
        work.commit()
    return store


def do(store: Store, run: Callable[[DeskWork, Stamp], Case], *, actor: str = "王芳", after_s: float = 0) -> Case:
    now = NOW + timedelta(seconds=after_s)
    with store.unit_of_work(actor=actor, now=now) as work:
        case = run(work, Stamp.of(actor, now))
        work.commit()
    return case


def received(store: Store, **known: object) -> Case:
    incident = uuid4()
    call = Call(uuid4(), "", incident, NOW, caller="李四", phone="13912345678", said="着火了")
    do(store, lambda work, stamp: take_call(work, incident, call, stamp))
    return do(store, lambda work, stamp: take_step(work, incident, lambda case: complete(case, PLACE | known, stamp)))


def sent(store: Store, incident: UUID, team: UUID = FIRST.id, *, override: str = "", after_s: float = 30) -> Case:
    wanted = [Wanted(uuid4(), team, Task.RESCUE, override=override)]
    return do(store, lambda work, stamp: give_orders(work, tiny_district(), incident, wanted, stamp), after_s=after_s)


def test_a_case_is_read_as_it_was_put_and_leaves_an_event_for_each_step(desk: Store) -> None:
    case = sent(desk, received(desk).incident.id)
    assert desk.case(case.incident.id) == case
    assert desk.case_of_dispatch(case.dispatches[0].id) == case
    assert [one.step for one in case.log] == [Step.RECEIVED, Step.COMPLETED, Step.ORDERED]
    entries = desk.events(noun="log_entry")
    assert [one.body["after"]["step"] for one in entries] == ["received", "completed", "ordered"]
    (call,) = desk.events(noun="call")
    assert call.personal["after"]["phone"] == "13912345678"
    assert "13912345678" not in str(call.body)
    assert verify_store(desk, now=NOW).broken is None
    assert rebuild(desk) == ()


def test_a_call_is_saved_at_its_first_field_and_counts_nowhere_before_somebody_is_sent(desk: Store) -> None:
    incident = uuid4()
    call = Call(uuid4(), "", incident, NOW, phone="110")
    case = do(desk, lambda work, stamp: take_call(work, incident, call, stamp))
    assert (case.incident.place, case.incident.type, case.incident.code) == (None, "", "20200630-001")
    assert desk.alarms() == ()
    assert [one.id for one in desk.incidents()] == [incident]
    again = do(desk, lambda work, stamp: take_call(work, incident, call, stamp))
    assert again == case
    counted = sent(desk, received(desk).incident.id)
    assert [one.code for one in desk.alarms()] == [counted.incident.code] == ["20200630-002"]


def test_what_happened_earlier_keeps_its_own_time_apart_from_the_recorded_one(desk: Store) -> None:
    case = sent(desk, received(desk).incident.id)
    dispatch, told = case.dispatches[0].id, NOW + timedelta(minutes=7)

    def late(work: DeskWork, stamp: Stamp) -> Case:
        real = Stamp(stamp.actor, told, stamp.recorded_at)
        return take_team_step(work, dispatch, lambda case: reach_milestone(case, dispatch, Milestone.ON_SCENE, real))

    after = do(desk, late, after_s=3600)
    assert after.dispatches[0].on_scene_at == told
    event = desk.events(noun="log_entry")[-1]
    assert (event.happened_at, event.recorded_at) == (told, NOW + timedelta(hours=1))


def test_merging_keeps_both_callers_and_counts_one_alarm(desk: Store) -> None:
    first, second = received(desk), received(desk)
    led = do(desk, lambda work, stamp: merge_incidents(work, first.incident.id, second.incident.id, stamp))
    sent(desk, led.incident.id)
    assert len(desk.case(first.incident.id).calls) == 2
    folded = desk.case(second.incident.id)
    assert (folded.incident.status, folded.incident.merged_into, folded.calls) == (Status.MERGED, led.incident.id, ())
    assert [one.id for one in desk.incidents()] == [first.incident.id]
    assert len(desk.alarms()) == 1
    assert rebuild(desk) == ()


def test_of_two_dispatchers_who_take_one_team_one_wins_and_the_other_is_told(desk: Store) -> None:
    cases = [received(desk) for _ in range(2)]
    start = Barrier(2)

    def take(case: Case) -> Case | Conflict:
        start.wait()
        try:
            return sent(desk, case.incident.id)
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(2) as hands:
        won, lost = sorted(hands.map(take, cases), key=lambda one: isinstance(one, Conflict))
    assert isinstance(won, Case)
    assert isinstance(lost, Conflict)
    assert (lost.code, lost.fields) == ("dispatch.team_busy", {"team": FIRST.name, "alarm": won.incident.code})
    assert len(desk.dispatches()) == 1
    other = next(case for case in cases if case.incident.id != won.incident.id)
    overridden = sent(desk, other.incident.id, override="该处已无需要")
    assert overridden.log[-1].facts["overridden"] == "passed.busy"
    assert overridden.log[-1].text == "该处已无需要"


def test_orders_are_given_all_or_none(desk: Store) -> None:
    busy, free = received(desk), received(desk)
    sent(desk, busy.incident.id)
    wanted = [Wanted(uuid4(), teams()[1].id, Task.RESCUE), Wanted(uuid4(), FIRST.id, Task.RESCUE)]
    with pytest.raises(Conflict, match=r"dispatch\.team_busy"):
        do(desk, lambda work, stamp: give_orders(work, tiny_district(), free.incident.id, wanted, stamp), after_s=60)
    assert len(desk.dispatches()) == 1
    assert desk.case(free.incident.id) == free


def test_a_team_that_is_home_may_go_again(desk: Store) -> None:
    case = sent(desk, received(desk).incident.id)
    dispatch = case.dispatches[0].id
    do(
        desk,
        lambda work, stamp: take_team_step(work, dispatch, lambda one: recall(one, dispatch, "误报", stamp)),
        after_s=40,
    )
    again = sent(desk, received(desk).incident.id, after_s=60)
    assert again.dispatches[0].team_id == FIRST.id


def test_a_command_that_comes_twice_is_carried_out_once(desk: Store) -> None:
    incident = uuid4()
    command = Command(uuid4(), "王芳", "alarms.receive", "0" * 64)
    call = Call(uuid4(), "", incident, NOW)

    def run(work: DeskWork) -> dict[str, object]:
        return {"code": take_call(work, incident, call, Stamp.of("王芳", NOW)).incident.code}

    first, second = (desk.once(command, run, now=NOW) for _ in range(2))
    assert (first.value, second.value, second.repeated) == (second.value, first.value, True)
    assert len(desk.all_incidents()) == 1


def test_an_old_page_or_timer_never_closes_what_was_reopened(desk: Store) -> None:
    case = received(desk)
    incident, seen = case.incident.id, case.revision

    def closing(work: DeskWork, stamp: Stamp) -> Case:
        return take_step(work, incident, lambda one: close(one, "已处置", stamp, seen=seen))

    do(desk, closing)
    do(desk, lambda work, stamp: take_step(work, incident, lambda one: reopen(one, "复燃", stamp)))
    with pytest.raises(Conflict, match=r"incident\.changed"):
        do(desk, closing)
    assert desk.incident(incident).status is Status.OPEN


def test_the_log_is_append_only_even_in_a_unit_of_work(desk: Store) -> None:
    case = received(desk)
    for statement in ("UPDATE incident_log SET step = 'home'", "DELETE FROM incident_log"):
        with desk.unit_of_work(actor="test", now=NOW) as work:
            work.put_case(case.logged(Step.NOTED, Stamp.of("test", NOW), text="记录"))
            with pytest.raises(StoreFault, match="only be added"), work._reading() as connection:
                connection.exec_driver_sql(statement)


def test_two_who_write_into_one_log_at_once_lose_nothing(desk: Store) -> None:
    case = received(desk)
    first, second = (note(case, text, Stamp.of(text, NOW)) for text in ("甲", "乙"))
    with desk.unit_of_work(actor="甲", now=NOW) as work:
        work.put_case(first)
        work.commit()
    with desk.unit_of_work(actor="乙", now=NOW) as work, pytest.raises(Conflict, match=r"incident\.changed"):
        work.put_case(second)
    assert desk.case(case.incident.id).log == first.log


def test_what_persons_said_can_be_taken_away_from_the_log_as_well(desk: Store) -> None:
    case = received(desk)
    do(desk, lambda work, stamp: take_step(work, case.incident.id, lambda one: note(one, "电话13912345678", stamp)))
    entry = desk.case(case.incident.id).log[-1]
    with desk.unit_of_work(actor="retention", now=NOW) as work:
        assert work.erase("log_entry", [entry.id]) == 1
        assert work.erase("call", [case.calls[0].id]) == 1
        work.commit()
    told = str([look(desk, f"SELECT * FROM {table}") for table in ("incident_log", "calls", "events")])  # noqa: S608
    assert "13912345678" not in told
    assert verify_store(desk, now=NOW).broken is None
    assert rebuild(desk) == ()


def test_drills_are_kept_out_of_the_figures(desk: Store) -> None:
    from gridgis.figures import dispatch_figures
    from tests.fakes.tiny_district import LOCAL

    incident = uuid4()
    call = Call(uuid4(), "", incident, NOW)
    do(desk, lambda work, stamp: take_call(work, incident, call, stamp, nature=AlarmNature.DRILL))
    do(desk, lambda work, stamp: take_step(work, incident, lambda case: complete(case, PLACE, stamp)))
    sent(desk, incident)
    real = sent(desk, received(desk).incident.id, teams()[1].id)
    day: datetime = NOW.astimezone(LOCAL)
    figures = dispatch_figures(desk.state(), day.date(), day.date(), LOCAL)
    assert (figures["alarms"], figures["person_dispatches"]) == (1, real.dispatches[0].people)


def test_a_team_that_was_out_for_long_rests_and_goes_only_with_a_reason(desk: Store) -> None:
    case = sent(desk, received(desk).incident.id)
    dispatch, home = case.dispatches[0].id, NOW + timedelta(hours=9)

    def came_home(work: DeskWork, stamp: Stamp) -> Case:
        return take_team_step(work, dispatch, lambda one: reach_milestone(one, dispatch, Milestone.HOME, stamp))

    do(desk, came_home, after_s=9 * 3600)
    again = received(desk)
    with pytest.raises(Conflict, match=r"dispatch\.team_resting"):
        sent(desk, again.incident.id, after_s=10 * 3600)
    assert sent(desk, again.incident.id, override="人手不足", after_s=10 * 3600).log[-1].text == "人手不足"
    rested = received(desk)
    assert desk.dispatches_out(home_since=home)
    with pytest.raises(Conflict, match=r"dispatch\.team_busy"):
        sent(desk, rested.incident.id, after_s=14 * 3600)
