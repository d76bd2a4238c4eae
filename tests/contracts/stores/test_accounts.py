"""Accounts in the store: what is kept, what events tell, what no reader gets."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from geodata.store import Store
from gridgis.access import Action, Grant, Role
from gridgis.accounts import BY_ACCOUNT, BY_ADDRESS, Account, ApiToken, Session
from gridgis.errors import Conflict, NotAllowed, NotKnown
from tests.fakes.stores import NOW, look, rows

HASH = "$argon2id$v=19$of-a-password"
SECRET = "5e" * 32
TABLES = ("accounts", "account_grants", "sessions", "api_tokens", "sign_ins")
GRANTS = (
    Grant(role=Role.GRID_OFFICER, area="321204101", since=NOW),
    Grant(role=Role.DEPARTMENT, department="住建局", since=NOW, until=NOW + timedelta(days=1)),
)


def account(code: str = "wangwu", *, grants: tuple[Grant, ...] = GRANTS) -> Account:
    return Account(
        id=UUID(bytes=code.encode()[:16].ljust(16)),
        code=code,
        title="王五",
        grants=grants,
        must_change=True,
        password_changed_at=NOW,
    )


def session(of: Account, number: int = 1) -> Session:
    return Session(
        id=UUID(int=number), account_id=of.id, started_at=NOW, seen_at=NOW, address="10.0.0.1", agent="Chromium"
    )


def token(of: Account) -> ApiToken:
    return ApiToken(
        id=UUID(int=9),
        account_id=of.id,
        title="QGIS",
        scopes=frozenset({Action.TEAMS_READ, Action.CELLS_READ}),
        created_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )


def keep(store: Store, *accounts: Account) -> None:
    with store.unit_of_work(actor="admin", now=NOW) as doing:
        for one in accounts:
            doing.add_account(one, HASH)
        doing.commit()


def test_an_account_comes_back_as_it_was_kept(store: Store) -> None:
    assert not store.has_accounts()
    keep(store, account(), account("admin", grants=()))
    assert store.has_accounts()
    assert store.account_named("wangwu") == account() == store.account(account().id)
    assert [one.code for one in store.accounts()] == ["admin", "wangwu"]
    assert store.accounts()[1] == account()
    assert store.password_hash(account().id) == HASH
    assert store.password_hash(uuid4()) == ""


def test_an_account_is_named_once(store: Store) -> None:
    keep(store, account())
    with pytest.raises(Conflict, match=r"account\.exists"):
        keep(store, account())
    with pytest.raises(NotKnown, match=r"account\.unknown"):
        store.account_named("nobody")


def test_what_is_done_to_an_account_is_told_and_no_secret_is(store: Store) -> None:
    keep(store, account())
    with store.unit_of_work(actor="admin", now=NOW, reason="离职") as doing:
        doing.set_password(account().id, "$argon2id$another", must_change=False)
        doing.set_grants(account().id, GRANTS[:1])
        doing.set_grants(account().id, GRANTS[:1])
        doing.add_token(token(account()), SECRET)
        doing.revoke_token(account().id, token(account()).id)
        doing.revoke_token(account().id, token(account()).id)
        doing.disable_account(account().id)
        doing.disable_account(account().id)
        doing.enable_account(account().id)
        doing.commit()
    told = store.events(noun="account")
    assert [one.what for one in told] == [
        *("added", "granted", "password_set", "granted", "token_added", "token_revoked", "disabled", "enabled"),
    ]
    assert {one.noun_id for one in told} == {account().id}
    assert told[0].body == {"code": "wangwu"}
    assert told[3].body["after"] == told[3].body["before"][:1]
    said = str([one.body for one in told])
    assert "argon2" not in said
    assert SECRET not in said


def test_sessions_and_sign_ins_are_no_change_of_the_data(store: Store) -> None:
    keep(store, account())
    version = store.version()
    with store.unit_of_work(actor="wangwu", now=NOW) as doing:
        doing.guess_was_right(doing.note_guess("wangwu", "10.0.0.1", account().id))
        doing.open_session(session(account()), SECRET)
        doing.commit()
    assert store.version() == version
    assert store.session(SECRET) == session(account())
    assert store.session("00" * 32) is None
    assert [(one.name, one.address, one.outcome) for one in store.sign_ins(limit=5)] == [
        ("wangwu", "10.0.0.1", "right")
    ]


def test_another_password_signs_out_everywhere_and_so_does_disabling(store: Store) -> None:
    keep(store, account(), account("other", grants=()))
    for end in ("set_password", "disable_account", "end_sessions"):
        with store.unit_of_work(actor="admin", now=NOW) as doing:
            doing.open_session(session(account(), 1), SECRET)
            doing.open_session(session(account(), 2), SECRET[::-1])
            doing.open_session(session(account("other"), 3), "77" * 32)
            if end == "set_password":
                doing.set_password(account().id, HASH, must_change=False)
            else:
                getattr(doing, end)(account().id)
            assert doing.sessions(account().id) == ()
            assert len(doing.sessions(account("other").id)) == 1
    assert store.sessions(account().id) == ()


def test_a_session_is_seen_ended_and_forgotten(store: Store) -> None:
    keep(store, account())
    with store.unit_of_work(actor="admin", now=NOW) as doing:
        doing.open_session(session(account(), 1), SECRET)
        doing.open_session(session(account(), 2), SECRET[::-1])
        doing.commit()
    later = NOW + timedelta(minutes=5)
    with store.unit_of_work(actor="admin", now=later) as doing:
        doing.see_session(UUID(int=1))
        doing.end_session(UUID(int=2))
        doing.commit()
    assert [(one.id.int, one.seen_at) for one in store.sessions(account().id)] == [(1, later)]
    with store.unit_of_work(actor="admin", now=later) as doing:
        doing.forget_old(sessions_before=later)
        assert doing.sessions(account().id) == ()


def test_a_token_is_found_by_its_secret_until_it_is_taken_back(store: Store) -> None:
    keep(store, account())
    with store.unit_of_work(actor="wangwu", now=NOW) as doing:
        doing.add_token(token(account()), SECRET)
        doing.commit()
    assert store.token(SECRET) == token(account()) == store.tokens(account().id)[0]
    with store.unit_of_work(actor="wangwu", now=NOW) as doing:
        with pytest.raises(NotKnown, match=r"token\.unknown"):
            doing.revoke_token(uuid4(), token(account()).id)
        doing.revoke_token(account().id, token(account()).id)
        doing.commit()
    found = store.token(SECRET)
    assert found is not None
    assert not found.holds_at(NOW)


def guess(store: Store, name: str, address: str, *, minutes: float = 0, right: bool = False) -> None:
    with store.unit_of_work(actor="", now=NOW + timedelta(minutes=minutes)) as doing:
        noted = doing.note_guess(name, address, account().id if name == "wangwu" else None)
        if right:
            doing.guess_was_right(noted)
        doing.commit()


def test_wrong_guesses_lock_an_account_wherever_they_come_from_and_time_frees_it(store: Store) -> None:
    keep(store, account())
    for number in range(BY_ACCOUNT.most):
        guess(store, "wangwu", f"10.0.0.{number}")
    with pytest.raises(NotAllowed, match=r"sign_in\.locked"):
        guess(store, "wangwu", "10.9.9.9")
    guess(store, "other", "10.0.0.1")
    guess(store, "wangwu", "10.9.9.9", minutes=15.1)


def test_a_right_guess_forgives_those_before_it(store: Store) -> None:
    keep(store, account())
    for number in range(12):
        guess(store, "wangwu", "10.0.0.1", minutes=number / 10, right=number % 4 == 3)


def test_an_address_is_stopped_whatever_names_it_tries(store: Store) -> None:
    for number in range(BY_ADDRESS.most):
        guess(store, f"name{number}", "10.0.0.1")
    with pytest.raises(NotAllowed):
        guess(store, "somebody", "10.0.0.1")
    guess(store, "somebody", "10.0.0.2")


def test_a_new_password_lets_its_owner_try_again(store: Store) -> None:
    keep(store, account())
    for _ in range(BY_ACCOUNT.most):
        guess(store, "wangwu", "10.0.0.1")
    with store.unit_of_work(actor="admin", now=NOW) as doing:
        doing.set_password(account().id, HASH, must_change=True)
        doing.commit()
    guess(store, "wangwu", "10.0.0.1")


def test_a_copy_for_readers_holds_nothing_of_accounts_and_the_database_all(store: Store, tmp_path: Path) -> None:
    keep(store, account())
    with store.unit_of_work(actor="wangwu", now=NOW) as doing:
        doing.open_session(session(account()), SECRET)
        doing.add_token(token(account()), SECRET)
        doing.note_guess("wangwu", "10.0.0.1", account().id)
        doing.commit()
    copy = store.copy_for_reading(tmp_path / "copy.gpkg")
    for name in TABLES:
        count = f"SELECT count(*) FROM {name}"  # noqa: S608  our own table
        assert rows(copy, count) == [(0,)], name
        assert look(store, count) != [(0,)], name
    content = copy.read_bytes()
    assert b"argon2id" not in content
    assert SECRET.encode() not in content
    listed = {name for (name,) in rows(copy, "SELECT table_name FROM gpkg_contents")}
    assert listed.isdisjoint(TABLES)
