from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given

from gridgis.access import ADMINISTRATORS, Grant, Principal, Role, regrant
from gridgis.codes import CodeScheme
from gridgis.errors import Conflict, InvalidValue, NotAllowed
from tests.fakes.accounts import DISTRICT, MOMENTS, NOON, TOWNS, grant, grants, principal

SECURITY = principal(grant(Role.SECURITY_ADMINISTRATOR), number=9)
LATER = NOON + timedelta(hours=1)
LAST = NOON + timedelta(hours=2)


def given_to(account: Principal, *wanted: Grant, giver: Principal = SECURITY, at: datetime = NOON) -> Principal:
    return regrant(giver, account, wanted, at=at, district=DISTRICT)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": Role.PLANNER, "area": "镇"}, "cell_code.form"),
        ({"role": Role.PLANNER, "area": "\uff13\uff12"}, "cell_code.form"),
        ({"role": Role.PLANNER, "since": NOON.replace(tzinfo=None)}, "time.offset"),
        ({"role": Role.PLANNER, "until": LATER.replace(tzinfo=None)}, "time.offset"),
        ({"role": Role.PLANNER, "until": NOON}, "access.span"),
        ({"role": Role.TOWN_LEAD}, "access.area_needed"),
        ({"role": Role.GRID_OFFICER}, "access.area_needed"),
        ({"role": Role.DEPARTMENT}, "access.department_needed"),
        ({"role": Role.SYSTEM_ADMINISTRATOR, "area": TOWNS[0]}, "access.whole_district"),
        ({"role": Role.AUDIT_ADMINISTRATOR, "department": "住建局"}, "access.whole_district"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Grant(**{"since": NOON, **fields})
    assert refused.value.code == code


@given(grants(), grants())
def test_grants_overlap_when_there_is_a_moment_of_both(first: Grant, second: Grant) -> None:
    """Spans here begin and end at whole hours, so that looking at each hour is enough."""
    hours = [*MOMENTS, MOMENTS[-1] + timedelta(hours=1)]
    both = any(first.holds_at(at) and second.holds_at(at) for at in hours)
    assert first.overlaps(second) is second.overlaps(first) is both


@pytest.mark.parametrize(("first", "second"), list(permutations(sorted(ADMINISTRATORS), 2)))
def test_nobody_is_two_of_the_three_administrators_at_a_time(first: Role, second: Role) -> None:
    with pytest.raises(Conflict) as refused:
        principal(grant(Role.PLANNER), grant(first), grant(second))
    assert refused.value.code == "access.roles_conflict"
    assert refused.value.fields == {"name": "王五", "first": first.value, "second": second.value}


def test_an_administrator_may_become_another_one_when_the_first_grant_has_ended() -> None:
    before = Grant(role=Role.SYSTEM_ADMINISTRATOR, since=NOON, until=LATER)
    after = Grant(role=Role.AUDIT_ADMINISTRATOR, since=LATER)
    assert principal(before, after).grants == (before, after)
    with pytest.raises(Conflict):
        principal(before, Grant(role=Role.AUDIT_ADMINISTRATOR, since=LATER - timedelta(seconds=1)))


def test_a_role_may_be_granted_twice() -> None:
    assert len(principal(grant(Role.AUDIT_ADMINISTRATOR), grant(Role.AUDIT_ADMINISTRATOR)).grants) == 2


def test_the_security_administrator_gives_and_takes_roles() -> None:
    account = principal(grant(Role.PLANNER))
    wanted = grant(Role.TOWN_LEAD, TOWNS[0])
    changed = given_to(account, wanted)
    assert (changed.account_id, changed.grants) == (account.account_id, (wanted,))
    assert given_to(changed).grants == ()


def test_nobody_changes_the_own_grants() -> None:
    for wanted in ((), (*SECURITY.grants, grant(Role.SUPERVISOR))):
        with pytest.raises(NotAllowed, match=r"access\.own_grants"):
            given_to(SECURITY, *wanted)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECURITY_ADMINISTRATOR])
def test_nobody_else_gives_rights_the_system_administrator_neither(role: Role) -> None:
    area = TOWNS[0] if role not in ADMINISTRATORS else ""
    giver = principal(grant(role, area, "住建局" if role is Role.DEPARTMENT else ""), number=9)
    with pytest.raises(NotAllowed, match=r"access\.role"):
        given_to(principal(), giver=giver)


def test_a_grant_that_has_run_out_gives_no_more_rights() -> None:
    giver = principal(Grant(role=Role.SECURITY_ADMINISTRATOR, since=NOON, until=LATER), number=9)
    assert given_to(principal(), giver=giver, at=NOON).grants == ()
    with pytest.raises(NotAllowed, match=r"access\.span_over"):
        given_to(principal(), giver=giver, at=LAST)


def test_a_token_without_the_scope_gives_no_rights() -> None:
    with pytest.raises(NotAllowed, match=r"access\.scope"):
        given_to(principal(), giver=principal(*SECURITY.grants, scopes=frozenset(), number=9))


def test_the_security_administrator_cannot_give_what_the_table_forbids() -> None:
    with pytest.raises(Conflict, match=r"access\.roles_conflict"):
        given_to(principal(), grant(Role.AUDIT_ADMINISTRATOR), grant(Role.SYSTEM_ADMINISTRATOR))


@pytest.mark.parametrize(
    ("area", "code"),
    [("32120410", "cell_code.length"), ("321204", "cell_code.length"), ("321299101", "cell_code.district")],
)
def test_an_area_that_is_no_cell_of_the_district_is_refused(area: str, code: str) -> None:
    """A code cut short would open ten towns at once."""
    with pytest.raises(InvalidValue) as refused:
        given_to(principal(), grant(Role.PLANNER, area))
    assert refused.value.code == code


def test_areas_follow_the_districts_own_lengths_of_codes() -> None:
    wanted = (grant(Role.PLANNER, "3212040101"),)
    scheme = CodeScheme((10, 14, 18))
    assert regrant(SECURITY, principal(), wanted, at=NOON, district=DISTRICT, scheme=scheme).grants == wanted
