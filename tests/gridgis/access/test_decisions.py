from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.access import (
    ACTION_OF_NOUN,
    TABLE,
    Action,
    AreaFilter,
    Binding,
    Grant,
    Principal,
    Reason,
    Role,
    areas_for,
    decide,
    decide_anywhere,
    demand,
    visible_nouns,
)
from gridgis.access.areas import Part
from gridgis.errors import NotAllowed
from tests.fakes.accounts import (
    BASIC,
    CELLS,
    DEPARTMENTS,
    NOON,
    TOWNS,
    VILLAGES,
    actions,
    grant,
    moments,
    principal,
    principals,
    records,
)

EMERGENCY, HOUSING = DEPARTMENTS
Records = list[tuple[list[str], list[str]]]


def ancestry(code: str) -> set[str]:
    """A cell's code and its ancestors', told from the tree and not from the text."""
    lengths = {len(TOWNS[0]): 1, len(VILLAGES[0]): 2, len(BASIC[0]): 3}
    return {one for one in CELLS if lengths[len(one)] <= lengths[len(code)] and code[: len(one)] == one}


def allowed(who: Principal, action: Action, cells: Sequence[str], departments: Sequence[str], at: datetime) -> bool:
    """The rule a second time, grant by grant."""
    if action.binding is Binding.ANYONE:
        return True
    if who.scopes is not None and action not in who.scopes:
        return False
    if action.binding is Binding.ACCOUNT:
        return True
    above = {one for code in cells for one in ancestry(code)}
    for one in who.grants:
        if action not in TABLE[one.role] or at < one.since or (one.until is not None and at >= one.until):
            continue
        in_area, in_department = one.area in {"", *above}, one.department in {"", *departments}
        if {
            Binding.ROLE: True,
            Binding.AREA: in_area,
            Binding.AREA_AND_DEPARTMENT: in_area and in_department,
            Binding.DISTRICT: one.area == "" and one.department == "",
        }[action.binding]:
            return True
    return False


@given(principals(), actions, records, moments)
def test_a_decision_follows_the_rule(
    who: Principal, action: Action, record: tuple[list[str], list[str]], at: datetime
) -> None:
    cells, departments = record
    decision = decide(who, action, cell_codes=cells, departments=departments, at=at)
    assert decision.allowed is allowed(who, action, cells, departments, at)
    assert decision.allowed is (decision.reason is Reason.GRANTED)


@given(principals() | st.none(), actions, st.lists(records, max_size=12), moments)
def test_what_is_visible_among_many_is_what_is_decided_for_each(
    who: Principal | None, action: Action, many: Records, at: datetime
) -> None:
    cells = np.array([[*codes, "", "", ""][:3] for codes, _ in many], np.str_).reshape(-1, 3)
    departments = np.array([[*names, "", ""][:2] for _, names in many], np.str_).reshape(-1, 2)
    seen = areas_for(who, action, at).visible(cells, departments)
    assert seen.dtype == np.bool_
    assert seen.tolist() == [
        decide(who, action, cell_codes=codes, departments=names, at=at).allowed for codes, names in many
    ]


@given(principals(), actions, st.lists(st.sampled_from([*CELLS, ""]), max_size=12), moments)
def test_records_of_one_cell_may_come_as_a_plain_list(
    who: Principal, action: Action, codes: list[str], at: datetime
) -> None:
    where = areas_for(who, action, at)
    assert where.visible(codes).tolist() == [where.covers([code]) for code in codes]
    assert where.visible(codes, [HOUSING] * len(codes)).tolist() == [where.covers([code], [HOUSING]) for code in codes]


@given(principals(), actions, moments)
def test_something_is_allowed_anywhere_if_there_is_a_record_on_which_it_is_decided(
    who: Principal, action: Action, at: datetime
) -> None:
    somewhere = any(
        decide(who, action, cell_codes=[code], departments=[department], at=at).allowed
        for code in CELLS
        for department in DEPARTMENTS
    )
    decision = decide_anywhere(who, action, at=at)
    assert decision.allowed is somewhere is bool(areas_for(who, action, at))


@given(st.lists(st.builds(Part, st.sampled_from(["", *CELLS]), st.sampled_from(["", *DEPARTMENTS])), max_size=6))
def test_a_union_of_parts_covers_what_any_part_covers_and_has_one_form(parts: list[Part]) -> None:
    union, plain = AreaFilter.of(parts), AreaFilter(tuple(parts))
    assert AreaFilter.of(reversed(parts)) == union
    assert not any(one is not other and one.within(other) for one in union.parts for other in union.parts)
    for code in ("", *CELLS):
        for department in ("", *DEPARTMENTS):
            assert union.covers([code], [department]) is plain.covers([code], [department])


@pytest.mark.parametrize("action", list(Action))
def test_without_a_grant_nothing_but_what_is_open_to_all_is_allowed(action: Action) -> None:
    assert decide(None, action, at=NOON).allowed is (action.binding is Binding.ANYONE)
    assert decide(principal(), action, at=NOON).allowed is (action.binding in {Binding.ANYONE, Binding.ACCOUNT})
    assert visible_nouns(principal(), NOON) == visible_nouns(None, NOON) == frozenset()


def test_a_grant_for_a_town_covers_exactly_its_villages_and_cells() -> None:
    town = TOWNS[0]
    where = areas_for(principal(grant(Role.TOWN_LEAD, town)), Action.ENTERPRISES_READ, NOON)
    codes = [*CELLS, "", "321204", "3212041010", town[:-1] + "9001", "321205101001"]
    inside = {code for code in CELLS if town in ancestry(code)}
    assert {code for code, seen in zip(codes, where.visible(codes), strict=True) if seen} == inside | {"3212041010"}
    assert len(inside) == 1 + 2 + 4


def test_a_record_in_no_cell_is_seen_only_by_those_of_the_whole_district() -> None:
    somewhere, everywhere = principal(grant(Role.DISPATCHER, TOWNS[0])), principal(grant(Role.DISPATCHER))
    assert decide(somewhere, Action.ENTERPRISES_READ, at=NOON).reason is Reason.AREA
    assert decide(everywhere, Action.ENTERPRISES_READ, at=NOON).allowed


def test_where_codes_do_not_begin_with_their_parents_the_ancestors_are_named_too() -> None:
    where = areas_for(principal(grant(Role.TOWN_LEAD, TOWNS[0])), Action.ENTERPRISES_READ, NOON)
    assert not where.covers(["999001"])
    assert where.covers([TOWNS[0], "999", "999001"])


def test_a_grant_holds_from_its_first_moment_up_to_its_last_not_included() -> None:
    ends = NOON + timedelta(hours=1)
    who = principal(Grant(role=Role.DISPATCHER, since=NOON, until=ends))
    blink = timedelta(microseconds=1)
    told = {at: decide(who, Action.ALARMS_WRITE, at=at) for at in (NOON - blink, NOON, ends - blink, ends)}
    assert [one.allowed for one in told.values()] == [False, True, True, False]
    assert told[ends].reason is told[NOON - blink].reason is Reason.SPAN


def test_areas_and_departments_bind_both() -> None:
    """条块: a town's chemical plants are seen by the town and by their department, each in its own."""
    department = principal(grant(Role.DEPARTMENT, department=EMERGENCY))
    record = {"cell_codes": [BASIC[0]], "at": NOON}
    assert decide(department, Action.ENTERPRISES_READ, departments=[EMERGENCY], **record).allowed  # type: ignore[arg-type]
    other = decide(department, Action.ENTERPRISES_READ, departments=[HOUSING], **record)  # type: ignore[arg-type]
    assert other.reason is Reason.DEPARTMENT
    both = principal(grant(Role.DEPARTMENT, TOWNS[1], EMERGENCY))
    assert decide(both, Action.ENTERPRISES_READ, departments=[EMERGENCY], **record).reason is Reason.AREA  # type: ignore[arg-type]


def test_two_grants_do_not_lend_each_other_area_or_department() -> None:
    who = principal(grant(Role.DEPARTMENT, TOWNS[0], EMERGENCY), grant(Role.DEPARTMENT, TOWNS[1], HOUSING))
    crossed = decide(who, Action.ENTERPRISES_READ, cell_codes=[BASIC[0]], departments=[HOUSING], at=NOON)
    assert not crossed.allowed


def test_an_act_of_the_district_is_not_for_a_part_of_it() -> None:
    part = principal(grant(Role.SUPERVISOR, TOWNS[0]))
    assert decide(part, Action.PLANS_PUBLISH, cell_codes=[TOWNS[0]], at=NOON).reason is Reason.DISTRICT
    assert decide(principal(grant(Role.SUPERVISOR)), Action.PLANS_PUBLISH, at=NOON).allowed


def test_a_team_sees_the_alarm_it_is_sent_to_in_another_village() -> None:
    who = principal(grant(Role.TEAM_MEMBER, VILLAGES[0]))
    place, home = BASIC[-1], VILLAGES[0]
    assert not decide(who, Action.ALARMS_READ, cell_codes=[place], at=NOON).allowed
    assert decide(who, Action.ALARMS_READ, cell_codes=[place, home], at=NOON).allowed


def test_a_token_does_what_its_scopes_and_its_owner_may_and_never_gives_itself_more() -> None:
    token = principal(grant(Role.GRID_OFFICER, BASIC[0]), scopes=frozenset({Action.CELLS_READ, Action.ALARMS_WRITE}))
    assert decide(token, Action.CELLS_READ, at=NOON).allowed
    assert decide(token, Action.ALARMS_WRITE, at=NOON).reason is Reason.ROLE
    assert decide(token, Action.ENTERPRISES_READ, cell_codes=[BASIC[0]], at=NOON).reason is Reason.SCOPE
    assert decide(token, Action.SESSION_OWN, at=NOON).reason is Reason.SCOPE


def test_who_has_not_signed_in_is_asked_to() -> None:
    assert decide(None, Action.CELLS_READ, at=NOON).reason is Reason.SIGN_IN


def test_a_demand_raises_the_reason_with_the_action() -> None:
    demand(principal(grant(Role.PLANNER)), Action.CELLS_READ, at=NOON)
    with pytest.raises(NotAllowed) as refused:
        demand(principal(grant(Role.PLANNER)), Action.AUDIT_READ, at=NOON)
    assert (refused.value.code, refused.value.fields) == ("access.role", {"action": "audit.read"})


@given(principals(), moments)
def test_a_noun_is_visible_when_some_record_of_it_may_be_seen(who: Principal, at: datetime) -> None:
    seen = visible_nouns(who, at)
    assert seen == {noun for noun, action in ACTION_OF_NOUN.items() if decide_anywhere(who, action, at=at).allowed}
