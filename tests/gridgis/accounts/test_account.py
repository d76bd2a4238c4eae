"""Accounts, sessions and tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gridgis.access import Action, Grant, Role, areas_for
from gridgis.accounts import Account, ApiToken, Session, Span, check_token, parse_account_name
from gridgis.errors import InvalidValue, NotAllowed

NOON = datetime(2020, 6, 30, 4, 0, tzinfo=UTC)
SPAN = Span(idle=timedelta(hours=1), whole=timedelta(hours=3))
DISPATCHER = Grant(role=Role.DISPATCHER, since=NOON)


def session(*, seen: float = 0) -> Session:
    return Session(id=UUID(int=1), account_id=UUID(int=2), started_at=NOON, seen_at=NOON + timedelta(minutes=seen))


def token(*scopes: Action, days: float = 30) -> ApiToken:
    return ApiToken(
        id=UUID(int=3),
        account_id=UUID(int=2),
        title="QGIS",
        scopes=frozenset(scopes),
        created_at=NOON,
        expires_at=NOON + timedelta(days=days),
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [("WangWu", "wangwu"), (" 王五 ", "王五"), ("ｚｈａｎｇ.san", "zhang.san"), ("a1", "a1"), ("a@b-c.d", "a@b-c.d")],
)
def test_a_name_has_one_form(text: str, name: str) -> None:
    assert parse_account_name(text) == name == parse_account_name(name)


@pytest.mark.parametrize("text", ["", "a", "a b", "-ab", "ab-", "a/b", "x" * 41, "<b>", "a\nb", "王'五"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_account_name(text)
    assert caught.value.code == "account.name"


def test_a_session_ends_when_nothing_was_done_and_in_any_case_after_its_whole_time() -> None:
    assert session().holds_at(NOON + timedelta(minutes=59), SPAN)
    assert not session().holds_at(NOON + timedelta(minutes=60), SPAN)
    assert session(seen=50).holds_at(NOON + timedelta(minutes=109), SPAN)
    assert session(seen=179).ends_at(SPAN) == NOON + timedelta(hours=3)


def test_a_token_does_no_more_than_its_owner_may_and_ends() -> None:
    check_token(token(Action.ALARMS_READ), (DISPATCHER,))
    for wrong, code in (
        (token(Action.ACCOUNTS_MANAGE), "token.scope_own"),
        (token(Action.SESSION_OWN), "token.scope_own"),
        (token(), "token.scopes"),
        (token(Action.ALARMS_READ, days=0), "token.span"),
        (token(Action.ALARMS_READ, days=367), "token.span"),
    ):
        with pytest.raises((InvalidValue, NotAllowed)) as caught:
            check_token(wrong, (DISPATCHER,))
        assert caught.value.code == code


def test_a_token_holds_until_it_ends_or_is_taken_back() -> None:
    assert token(Action.ALARMS_READ).holds_at(NOON)
    assert not token(Action.ALARMS_READ).holds_at(NOON + timedelta(days=30))


def test_an_account_asks_with_its_grants_and_by_a_token_with_fewer() -> None:
    account = Account(id=UUID(int=2), code="wangwu", title="王五", grants=(DISPATCHER,), password_changed_at=NOON)
    assert account.usable
    assert areas_for(account.principal(), Action.ALARMS_READ, NOON).everything
    assert not areas_for(account.principal(frozenset({Action.TEAMS_READ})), Action.ALARMS_READ, NOON)
