"""A hazard moves along the table of legal steps alone, and another person verifies."""

from __future__ import annotations

import pytest

from gridgis.access import TABLE as ROLES
from gridgis.access import Action, Role
from gridgis.errors import Conflict, InvalidValue
from gridgis.hazards import OPEN, Act, HazardCase, Severity, State
from gridgis.hazards.taking import Assignee as To
from gridgis.hazards.taking import amend, assign, close, grade, put_on_list, report, take, unsettled, verify
from gridgis.hazards.transitions import ENDS, TABLE, legal
from tests.fakes.hazards import (
    LEAD,
    LEADER,
    MONDAY,
    OFFICER,
    OTHER,
    PLACE,
    Following,
    hazard,
    named,
    photo,
    reported,
    stamp,
)


def test_the_whole_loop_closes_by_steps_of_four_people() -> None:
    case = Following().closed().case
    assert case.hazard.state is State.CLOSED
    assert [step.act for step in case.steps] == [
        Act.REPORT,
        Act.ACCEPT,
        Act.GRADE,
        Act.ASSIGN,
        Act.ANSWER,
        Act.VERIFY,
        Act.CLOSE,
    ]
    assert [step.number for step in case.steps] == list(range(1, 8))
    assert case.hazard.closed_at == case.steps[-1].happened_at


def test_every_act_has_a_transition_and_every_action_is_held_by_some_role() -> None:
    assert set(TABLE) == set(Act)
    held = {action for actions in ROLES.values() for action in actions}
    assert {one.action for one in TABLE.values()} <= held


def test_grid_officers_report_and_answer_and_do_nothing_else() -> None:
    may = {act for act, one in TABLE.items() if one.action in ROLES[Role.GRID_OFFICER]}
    assert may == {
        Act.REPORT,
        Act.AMEND,
        Act.URGE,
        Act.NOTE,
        Act.ANSWER,
        Act.START,
        Act.SEND_BACK,
        Act.RESUME,
        Act.ASK_EXTENSION,
        Act.ASK_PAUSE,
        Act.ASK_RESUMPTION,
    }
    assert Action.HAZARDS_VERIFY not in ROLES[Role.GRID_OFFICER]


def test_every_state_that_is_open_has_a_way_to_an_end_and_no_end_leads_on_but_by_reopening() -> None:
    reached = dict.fromkeys(State, frozenset[State]())
    for one in TABLE.values():
        for source in one.sources:
            if one.target is not None:
                reached[source] |= {one.target}
    for state in OPEN:
        seen, edge = {state}, {state}
        while edge:
            edge = {target for source in edge for target in reached[source]} - seen
            seen |= edge
        assert State.CLOSED in seen
        assert State.VOID in seen
    assert {state: reached[state] for state in ENDS} == {
        State.CLOSED: {State.RECTIFYING},
        State.REFUSED: frozenset(),
        State.VOID: frozenset(),
    }


def test_whoever_answered_does_not_verify_send_back_or_close() -> None:
    answered = Following().assigned().answered(LEAD)
    with pytest.raises(Conflict, match=r"hazard\.same_person"):
        answered.verified(LEAD)
    with pytest.raises(Conflict, match=r"hazard\.same_person"):
        answered.take(LEAD, Act.REWORK, "不合格")
    with pytest.raises(Conflict, match=r"hazard\.same_person"):
        answered.verified(OTHER).by(LEAD, close)


def test_a_step_that_its_state_does_not_know_is_refused_and_names_the_state() -> None:
    with pytest.raises(Conflict) as refused:
        Following().answered()
    assert refused.value.code == "hazard.step_illegal"
    assert refused.value.fields["state"] == "reported"


@pytest.mark.parametrize("act", [act for act, one in TABLE.items() if one.why and act in {Act.REFUSE, Act.NOTE}])
def test_a_step_that_needs_a_reason_is_refused_without_one(act: Act) -> None:
    with pytest.raises(InvalidValue, match=r"hazard\.why"):
        Following().take(LEAD, act, "  ")


def test_a_report_says_what_is_wrong_by_words_or_a_photo_and_names_a_known_kind() -> None:
    with pytest.raises(InvalidValue, match=r"hazard\.why"):
        report(hazard(text=" "), stamp(), named("x"))
    assert report(hazard(text=""), stamp(), named("x"), photos=[photo()]).hazard.state is State.REPORTED
    with pytest.raises(InvalidValue, match=r"hazard\.kind"):
        report(hazard(kind="nothing"), stamp(), named("x"))
    with pytest.raises(InvalidValue, match=r"hazard\.half_place"):
        report(hazard(lat=None), stamp(), named("x"))


def test_an_answer_needs_a_photo_and_is_not_verified_before_the_photo_came() -> None:
    following = Following().assigned()
    with pytest.raises(InvalidValue, match=r"hazard\.photo_missing"):
        following.by(OFFICER, _answer_without_photo)
    answered = Following().assigned().answered()
    with pytest.raises(Conflict, match=r"hazard\.photos_awaited"):
        answered.by(OTHER, verify, place=PLACE, arrived=())


def _answer_without_photo(case: HazardCase, *rest: object) -> HazardCase:
    from gridgis.hazards.taking import answer

    return answer(case, *rest, text="好了", photos=[])  # type: ignore[arg-type]


def test_whoever_verifies_is_at_the_place_or_says_why_not() -> None:
    answered, far = Following().assigned().answered(), (120.113, 32.505)
    with pytest.raises(InvalidValue, match=r"hazard\.not_there"):
        answered.by(OTHER, verify, place=far, arrived={photo("after").id})
    with pytest.raises(InvalidValue, match=r"hazard\.not_there"):
        answered.by(OTHER, verify, place=None, arrived={photo("after").id})
    with pytest.raises(InvalidValue, match=r"hazard\.not_there"):
        answered.by(OTHER, verify, place=far, accuracy_m=3000.0, arrived={photo("after").id})
    seen = answered.by(OTHER, verify, place=far, arrived={photo("after").id}, text="厂区视频核实").case
    assert seen.steps[-1].facts == {"there": False, "away_m": 938}


def test_nothing_is_assigned_before_a_person_graded_it_and_another_assignee_needs_a_reason() -> None:
    with pytest.raises(Conflict, match=r"hazard\.not_graded"):
        Following().take(LEAD, Act.ACCEPT).by(LEAD, assign, To.ENTERPRISE, "小小企业1", days=15)
    assigned = Following().assigned()
    with pytest.raises(InvalidValue, match=r"hazard\.why"):
        assigned.by(LEAD, assign, To.TOWN, "甲镇", days=15)
    assert assigned.by(LEAD, assign, To.TOWN, "甲镇", days=15, text="企业已停业").case.hazard.assignee == "甲镇"
    with pytest.raises(InvalidValue, match=r"hazard\.days"):
        assigned.by(LEAD, assign, To.TOWN, "甲镇", days=-1, text="改派")


def test_extensions_and_pauses_are_granted_only_where_they_were_asked_for_and_by_another_person() -> None:
    assigned = Following().assigned()
    for act in (Act.GRANT_EXTENSION, Act.DENY_EXTENSION, Act.GRANT_PAUSE, Act.DENY_PAUSE, Act.RESUME):
        with pytest.raises(Conflict, match=r"hazard\.not_asked"):
            assigned.take(LEADER, act, "同意")
    asked = Following().assigned().take(LEADER, Act.ASK_PAUSE, "等配件")
    with pytest.raises(Conflict, match=r"hazard\.same_person"):
        asked.take(LEADER, Act.GRANT_PAUSE, "同意")
    granted = asked.take(OTHER, Act.GRANT_PAUSE)
    with pytest.raises(Conflict, match=r"hazard\.not_asked"):
        granted.take(OTHER, Act.GRANT_PAUSE)


def test_a_major_hazard_closes_when_five_are_settled_and_stopped_work_was_reviewed() -> None:
    following = Following().assigned(severity=Severity.MAJOR).take(LEAD, Act.STOP_WORK, "停产整改")
    following.answered().verified()
    with pytest.raises(Conflict, match=r"hazard\.duties_open") as refused:
        following.by(OTHER, close)
    assert refused.value.fields["duties"] == ["duty", "measures", "money", "time", "plan"]
    following.settled()
    assert unsettled(following.case) == ()
    with pytest.raises(Conflict, match=r"hazard\.work_stopped"):
        following.by(OTHER, close)
    following.take(OFFICER, Act.ASK_RESUMPTION, "书面申请恢复生产")
    with pytest.raises(Conflict, match=r"hazard\.same_person"):
        following.take(OFFICER, Act.ALLOW_RESUMPTION, "同意")
    following.take(OTHER, Act.ALLOW_RESUMPTION, "现场审查合格")
    assert following.by(OTHER, close).case.hazard.state is State.CLOSED


def test_what_belongs_to_major_hazards_is_refused_for_ordinary_ones() -> None:
    with pytest.raises(Conflict, match=r"hazard\.not_major"):
        Following().assigned().settled()


def test_the_pending_list_has_a_day_of_review_that_is_not_over() -> None:
    from datetime import date

    with pytest.raises(InvalidValue, match=r"hazard\.review_past"):
        Following().assigned().by(LEADER, put_on_list, date(2020, 5, 31), text="受外部因素影响")
    listed = Following().assigned().by(LEADER, put_on_list, date(2020, 9, 1), text="受外部因素影响")
    assert listed.case.hazard.state is State.LISTED
    assert listed.take(LEADER, Act.UNLIST, "条件具备").case.hazard.state is State.RECTIFYING


def test_what_another_changed_meanwhile_is_shown_with_both_sides_and_not_overwritten() -> None:
    case = reported()
    theirs = amend(case, {"address": "二车间东门"}, {"address": ""}, stamp(LEAD), named("theirs"))
    with pytest.raises(Conflict) as refused:
        amend(theirs, {"address": "仓库北门"}, {"address": ""}, stamp(OFFICER), named("mine"))
    assert refused.value.code == "hazard.both_changed"
    assert (refused.value.fields["theirs"], refused.value.fields["mine"]) == ("二车间东门", "仓库北门")
    other = amend(theirs, {"kind": "storage"}, {"kind": "fire_exit"}, stamp(OFFICER), named("mine"))
    assert (other.hazard.kind, other.hazard.address) == ("storage", "二车间东门")
    with pytest.raises(InvalidValue, match=r"hazard\.nothing"):
        amend(theirs, {"address": "二车间东门"}, {}, stamp(OFFICER), named("mine"))


def test_words_of_people_stand_in_the_hazard_and_not_in_the_facts_of_its_record() -> None:
    case = amend(reported(), {"text": "李四锁了门"}, {}, stamp(), named("x"))
    assert case.steps[-1].facts == {"text": {}}
    assert "李四" in case.hazard.text


def test_a_grade_names_the_clause_and_the_list_that_it_rests_on() -> None:
    case = grade(reported(), Severity.MAJOR, stamp(LEAD), named("g"), text="符合", clause="例-1", rules="示例 2026-01")
    assert case.steps[-1].facts == {"before": None, "after": "major", "clause": "例-1", "rules": "示例 2026-01"}


def test_what_is_legal_next_is_told_by_the_table() -> None:
    following = Following()
    assert set(legal(following.case, LEAD)) == {
        Act.AMEND,
        Act.ACCEPT,
        Act.REFUSE,
        Act.GRADE,
        Act.SUPERVISE,
        Act.VOID,
        Act.NOTE,
    }
    assert legal(following.closed().case, LEAD) == (Act.REOPEN, Act.NOTE)


def test_the_same_steps_give_the_same_record() -> None:
    first, second = Following().closed().case, Following().closed().case
    assert first == second


def test_only_steps_of_words_are_taken_by_words() -> None:
    with pytest.raises(AssertionError):
        take(reported(), Act.ASSIGN, stamp(at=MONDAY), named("x"))
