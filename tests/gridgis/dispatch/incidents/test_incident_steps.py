"""An incident goes from step to step as the law of the desk says; what may not be is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.incidents import Call, Case, Stamp, Status, Step
from gridgis.dispatch.incidents.closing import close, correct, note, reopen, take_command
from gridgis.dispatch.incidents.ordering import (
    Milestone,
    Order,
    begin_work,
    decline,
    order,
    reach_milestone,
    recall,
)
from gridgis.dispatch.incidents.receiving import (
    add_call,
    complete,
    day_code,
    link,
    merge,
    receive,
    set_level,
    set_nature,
)
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.teams import Commitment, CommitmentKind, Team
from gridgis.errors import Conflict, GridGISError, InvalidValue, NotKnown
from tests.fakes.tiny_district import NOON, teams

KNOWN: dict[str, Any] = {"type": "fire", "level": ResponseLevel.III, "lon": 120.11, "lat": 32.51}
BY_CODE = {team.code: team for team in teams()}


def at(minutes: float = 0, actor: str = "王芳") -> Stamp:
    moment = NOON + timedelta(minutes=minutes)
    return Stamp(actor, moment, moment)


def called(**known: Any) -> Case:
    incident = uuid4()
    case = receive(incident, "20200630-001", Call(uuid4(), "", incident, NOON, "李四", "110"), at())
    return complete(case, KNOWN | known, at(1))


def one(team: Team, task: Task = Task.RESCUE, **given: Any) -> Order:
    return Order(uuid4(), team, task, **given)


def sent(*codes: str, **known: Any) -> Case:
    return order(called(**known), [one(BY_CODE[code]) for code in codes], {}, at(2))


def steps(case: Case) -> list[str]:
    return [entry.step.value for entry in case.log]


def refused(code: str, kind: type[GridGISError] = Conflict) -> Any:
    return pytest.raises(kind, match=f"^{code.replace('.', chr(92) + '.')}")


def test_an_incident_goes_from_the_call_to_the_last_team_home() -> None:
    case = sent("DT")
    dispatch = case.dispatches[0].id
    for minutes, milestone in enumerate(Milestone, start=3):
        case = reach_milestone(case, dispatch, milestone, at(minutes))
        if milestone is Milestone.ON_SCENE:
            case = begin_work(case, dispatch, at(minutes))
    case = close(case, "已扑灭", at(9), seen=case.revision)
    assert case.incident.status is Status.CLOSED
    assert steps(case) == [
        "received",
        "completed",
        "ordered",
        "acknowledged",
        "en_route",
        "on_scene",
        "working",
        "released",
        "home",
        "closed",
    ]
    assert [entry.number for entry in case.log] == list(range(1, 11))
    alarm = case.alarm()
    assert alarm is not None
    assert (alarm.id, alarm.caller, alarm.type) == (case.incident.id, "李四", "fire")


def test_what_is_not_known_yet_can_be_completed_and_the_log_says_what_changed() -> None:
    incident = uuid4()
    case = receive(incident, "20200630-001", Call(uuid4(), "", incident, NOON), at())
    assert not case.incident.complete
    with refused("incident.incomplete", InvalidValue):
        order(case, [one(BY_CODE["DT"])], {}, at())
    case = complete(case, {"type": "gas", "note": "李四家"}, at())
    assert case.log[-1].facts == {"type": {"before": "", "after": "gas"}, "note": {}}
    assert complete(case, {"type": "gas"}, at()) is case


def test_what_was_sent_for_can_not_become_unknown_again() -> None:
    with refused("incident.taken_back", InvalidValue):
        complete(sent("DT"), {"lon": None}, at())


def test_levels_and_natures_change_with_a_reason() -> None:
    case = set_level(called(), ResponseLevel.II, "火势扩大", at())
    assert case.log[-1].facts == {"level": {"before": "III", "after": "II"}}
    assert set_level(case, ResponseLevel.II, "", at()) is case
    with refused("incident.why", InvalidValue):
        set_level(case, ResponseLevel.I, " ", at())
    drill = set_nature(case, AlarmNature.DRILL, "演练", at())
    assert drill.incident.nature is AlarmNature.DRILL
    with refused("incident.why", InvalidValue):
        set_nature(drill, AlarmNature.REAL, "", at())
    first = set_level(receive(uuid4(), "1", Call(uuid4(), "", uuid4(), NOON), at()), ResponseLevel.IV, "", at())
    assert first.log[-1].step is Step.LEVEL


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"in_service": False, "out_of_service_reason": "检修"}, "dispatch.team_out_of_service"),
        ({"people": 0}, "dispatch.people"),
    ],
)
def test_teams_that_can_not_go_are_refused(spoilt: dict[str, Any], code: str) -> None:
    with refused(code, GridGISError):
        order(called(), [one(replace(BY_CODE["DT"], **spoilt))], {}, at(2))


def test_a_team_that_is_not_free_goes_with_a_reason_and_the_log_says_so() -> None:
    team = BY_CODE["DT"]
    taken = {team.id: Commitment(team.id, CommitmentKind.DISPATCHED, NOON, alarm_code="A7")}
    with refused("dispatch.team_busy") as told:
        order(called(), [one(team)], taken, at(2))
    assert told.value.fields == {"team": team.name, "alarm": "A7"}
    case = order(called(), [one(team, override="A7 已结束")], taken, at(2))
    assert (case.log[-1].text, case.log[-1].facts["overridden"]) == ("A7 已结束", "passed.busy")


def test_a_requested_service_is_never_busy_and_answers_with_a_reference() -> None:
    service = BY_CODE["R120"]
    taken = {service.id: Commitment(service.id, CommitmentKind.DISPATCHED, NOON)}
    case = order(called(), [one(service, Task.STAND_BY)], taken, at(2))
    assert steps(case)[-1] == "requested"
    answered = reach_milestone(
        case, case.dispatches[0].id, Milestone.ACKNOWLEDGED, at(3), answered_by="周医生", reference="120-77"
    )
    assert (answered.dispatches[0].answered_by, answered.dispatches[0].reference) == ("周医生", "120-77")
    assert "周医生" not in str(answered.log[-1].facts)


@pytest.mark.parametrize("code", ["V1", "VOL"])
def test_nobody_untrained_is_sent_into_a_chemical_rescue_whatever_is_said(code: str) -> None:
    with refused("dispatch.untrained", InvalidValue):
        order(called(type="hazmat"), [one(BY_CODE[code], override="人手不够")], {}, at(2))
    assert order(called(type="hazmat"), [one(BY_CODE[code], Task.CORDON)], {}, at(2)).dispatches


def test_the_same_order_is_one_and_the_same_team_goes_once() -> None:
    wanted = one(BY_CODE["DT"])
    case = order(called(), [wanted], {}, at(2))
    assert order(case, [wanted], {}, at(2)) is case
    with refused("dispatch.twice"):
        order(case, [one(BY_CODE["DT"])], {}, at(2))


def test_milestones_may_come_late_but_never_out_of_order() -> None:
    case = sent("DT")
    dispatch = case.dispatches[0].id
    case = reach_milestone(case, dispatch, Milestone.ON_SCENE, at(10))
    late = reach_milestone(case, dispatch, Milestone.EN_ROUTE, Stamp("x", at(4).happened_at, at(30).recorded_at))
    assert late.dispatches[0].en_route_at == at(4).happened_at
    assert (late.log[-1].happened_at, late.log[-1].recorded_at) == (at(4).happened_at, at(30).recorded_at)
    for milestone, minutes in ((Milestone.EN_ROUTE, 11), (Milestone.RELEASED, 9), (Milestone.ACKNOWLEDGED, 1)):
        with refused("dispatch.out_of_order", InvalidValue):
            reach_milestone(case, dispatch, milestone, at(minutes))
    with refused("dispatch.reached"):
        reach_milestone(case, dispatch, Milestone.ON_SCENE, at(12))
    with refused("dispatch.unknown", NotKnown):
        reach_milestone(case, UUID(int=9), Milestone.HOME, at(12))
    with refused("dispatch.not_there"):
        begin_work(case, dispatch, at(9))


def test_who_comes_home_has_left_the_place() -> None:
    case = sent("DT")
    home = reach_milestone(case, case.dispatches[0].id, Milestone.HOME, at(30))
    assert home.dispatches[0].released_at == at(30).happened_at


def test_a_recalled_team_that_did_not_roll_is_free_at_once_and_counts_nobody() -> None:
    case = sent("DT")
    back = recall(case, case.dispatches[0].id, "误报", at(3))
    assert (back.dispatches[0].people, back.dispatches[0].home_at) == (0, at(3).happened_at)
    assert back.log[-1].facts["people"] == BY_CODE["DT"].people


def test_a_recalled_team_under_way_still_has_to_come_home() -> None:
    case = sent("DT")
    dispatch = case.dispatches[0].id
    case = reach_milestone(case, dispatch, Milestone.EN_ROUTE, at(3))
    case = recall(case, dispatch, "误报", at(5))
    assert case.dispatches[0].people == BY_CODE["DT"].people
    assert case.dispatches[0].home_at is None
    with refused("dispatch.released"):
        recall(case, dispatch, "误报", at(6))
    with refused("dispatch.under_way"):
        decline(case, dispatch, "车坏了", at(6))
    closed = close(case, "误报", at(7), seen=case.revision)
    home = reach_milestone(closed, dispatch, Milestone.HOME, at(20))
    assert home.incident.status is Status.CLOSED


def test_a_team_may_decline_with_a_reason_and_is_free() -> None:
    case = sent("VOL", type="fire")
    gone = decline(case, case.dispatches[0].id, "人不齐", at(3))
    assert (gone.dispatches[0].people, gone.dispatches[0].home_at) == (0, at(3).happened_at)
    with refused("incident.why", InvalidValue):
        decline(case, case.dispatches[0].id, "", at(3))


def test_nothing_is_closed_while_teams_are_there_or_more_happened_than_was_seen() -> None:
    case = sent("DT")
    with refused("incident.teams_out"):
        close(case, "完", at(3), seen=case.revision)
    case = recall(case, case.dispatches[0].id, "误报", at(3))
    with refused("incident.changed"):
        close(case, "完", at(3), seen=case.revision - 1)
    with refused("incident.why", InvalidValue):
        close(case, "", at(3), seen=case.revision)


def test_a_closed_incident_takes_no_orders_until_it_is_reopened() -> None:
    case = called()
    closed = close(case, "无需处置", at(3), seen=case.revision)
    refusals: list[Callable[[], object]] = [
        lambda: order(closed, [one(BY_CODE["DT"])], {}, at(4)),
        lambda: complete(closed, {"type": "gas"}, at(4)),
        lambda: close(closed, "再关", at(4), seen=closed.revision),
        lambda: set_level(closed, ResponseLevel.I, "x", at(4)),
        lambda: take_command(closed, "李队", at(4)),
    ]
    for step in refusals:
        with refused("incident.closed"):
            step()
    opened = reopen(closed, "复燃", at(5))
    assert (opened.incident.status, opened.incident.closed_at) == (Status.OPEN, None)
    with refused("incident.not_closed"):
        reopen(opened, "x", at(6))
    assert note(closed, "家属来电", at(6)).log[-1].text == "家属来电"


def test_a_false_alarm_may_be_closed_without_a_place_and_a_real_one_may_not() -> None:
    incident = uuid4()
    case = receive(incident, "1", Call(uuid4(), "", incident, NOON), at())
    with refused("incident.incomplete", InvalidValue):
        close(case, "无声电话", at(1), seen=1)
    false = set_nature(case, AlarmNature.FALSE, "无声电话", at(1))
    assert close(false, "无声电话", at(1), seen=2).alarm() is None


def test_a_merged_incident_gives_its_calls_and_what_it_knows_to_the_one_that_leads() -> None:
    first, second = called(), called(address="昌桥村", lon=120.12)
    led, folded = merge(first, second, at(5))
    assert len(led.calls) == 2
    assert {call.incident_id for call in led.calls} == {first.incident.id}
    assert (led.incident.address, led.incident.lon) == ("昌桥村", 120.11)
    assert (folded.incident.status, folded.incident.merged_into) == (Status.MERGED, first.incident.id)
    assert folded.alarm() is None
    refusals: list[Callable[[], object]] = [
        lambda: complete(folded, {"type": "gas"}, at(6)),
        lambda: reopen(folded, "x", at(6)),
        lambda: set_nature(folded, AlarmNature.TEST, "x", at(6)),
        lambda: merge(led, folded, at(6)),
    ]
    for step in refusals:
        with refused("incident.merged"):
            step()


def test_what_is_not_to_be_merged_is_told() -> None:
    first, second = called(), sent("DT")
    with refused("incident.merge_sent"):
        merge(first, second, at(5))
    with refused("incident.merge_same"):
        merge(first, first, at(5))
    linked = link(first, second, at(5))
    assert linked.incident.linked_to == second.incident.id
    with refused("incident.merge_same"):
        link(first, first, at(5))


def test_another_caller_stays_beside_the_first_and_can_be_completed() -> None:
    case = called()
    another = Call(uuid4(), "", case.incident.id, NOON, "王五", "120")
    case = add_call(case, another, at(3))
    case = add_call(case, replace(another, said="浓烟"), at(4))
    assert [(call.caller, call.said) for call in case.calls] == [("李四", ""), ("王五", "浓烟")]
    assert case.calls[1].code == "20200630-001/C02"
    assert steps(case).count("called") == 1


def test_an_entry_is_put_right_by_a_new_one() -> None:
    case = sent("DT")
    wrong = case.log[-1]
    case = correct(case, wrong.id, "实为14:01派出", at(9), happened_at=at(1).happened_at)
    assert case.log[:-1][-1] == wrong
    assert (case.log[-1].corrects, case.log[-1].step) == (wrong.id, Step.CORRECTED)
    with refused("incident.entry_unknown", NotKnown):
        correct(case, UUID(int=1), "x", at(9))


def test_command_at_the_scene_is_handed_over_in_the_log() -> None:
    case = take_command(take_command(sent("DT"), "李队", at(5)), "赵局", at(9))
    assert case.incident.commander == "赵局"
    assert [entry.text for entry in case.log if entry.step is Step.COMMAND] == ["李队", "赵局"]


def test_a_clock_that_is_a_little_ahead_is_taken_for_now_and_a_wrong_one_refused() -> None:
    ahead = Stamp.of("x", NOON, NOON + timedelta(seconds=90))
    assert ahead.happened_at == NOON
    with refused("incident.in_future", InvalidValue):
        Stamp.of("x", NOON, NOON + timedelta(minutes=3))
    with refused("time.naive", InvalidValue):
        Stamp.of("x", NOON, datetime(2020, 6, 30, 12))  # noqa: DTZ001  what is refused


def test_numbers_of_a_day_go_on_where_they_were() -> None:
    assert day_code(NOON, set()) == "20200630-001"
    assert day_code(NOON, {"20200630-007", "20200629-099", "20200630-x"}) == "20200630-008"
    assert day_code(NOON, {"20200630-999"}) == "20200630-1000"
