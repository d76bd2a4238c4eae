"""Keep accounts with their grants, sessions and tokens; of every secret only what it is recognised by.

What is done to an account leaves an event of the noun ``account``; it says that a password was set, never which.
Sessions and sign-ins leave none: they are no change of the district, and so don't move the version of its data.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Executable, RowMapping, Table, delete, func, insert, select, update

from geodata.store.account_schema import ACCOUNTS, GRANTS, SESSIONS, SIGN_INS, TOKENS
from geodata.store.columns import moment_text
from geodata.store.events import Trail
from gridgis.access import Action, Grant, Role
from gridgis.accounts import Account, ApiToken, Session, check_guesses
from gridgis.accounts.guessing import BY_ACCOUNT, BY_ADDRESS
from gridgis.errors import Conflict, NotKnown

SIGN_INS_KEPT = timedelta(days=400)
"""How long it is kept who signed in or tried to; logs have to be kept for six months at least."""
SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class SignIn:
    """One time that somebody signed in or tried to.

    Attributes:
        id: Stable identifier.
        name: Name of the account that was given.
        address: From where.
        at: When, aware.
        outcome: ``right``; ``wrong``; ``excused`` when it was wrong and an administrator let the person try again.
    """

    id: UUID
    name: str
    address: str
    at: datetime
    outcome: str


class AccountReads(ABC):
    """The getters of accounts."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A connection inside a transaction."""

    def _rows(self, statement: Executable) -> list[RowMapping]:
        with self._reading() as connection:
            return list(connection.execute(statement).mappings())

    def has_accounts(self) -> bool:
        """Whether anybody can sign in."""
        return bool(self._rows(select(ACCOUNTS.c.fid).limit(1)))

    def accounts(self) -> tuple[Account, ...]:
        """All accounts by name, those that may not be used any more too."""
        with self._reading():
            grants: dict[UUID, list[Grant]] = {}
            for row in self._rows(select(GRANTS).order_by(GRANTS.c.fid)):
                grants.setdefault(row["account_id"], []).append(_grant(row))
            found = self._rows(select(ACCOUNTS).order_by(ACCOUNTS.c.code))
        return tuple(_account(row, grants.get(row["id"], ())) for row in found)

    def account(self, account_id: UUID) -> Account:
        """One account.

        Raises:
            NotKnown: ``account.unknown``.
        """
        return self._one_account(ACCOUNTS.c.id == account_id, str(account_id))

    def account_named(self, code: str) -> Account:
        """The account of a name, as `parse_account_name` gives it.

        Raises:
            NotKnown: ``account.unknown``.
        """
        return self._one_account(ACCOUNTS.c.code == code, code)

    def _one_account(self, condition: Any, named: str) -> Account:
        with self._reading():
            found = self._rows(select(ACCOUNTS).where(condition))
            if not found:
                raise NotKnown("account.unknown", value=named)
            (row,) = found
            given = self._rows(select(GRANTS).where(GRANTS.c.account_id == row["id"]).order_by(GRANTS.c.fid))
        return _account(row, map(_grant, given))

    def password_hash(self, account_id: UUID) -> str:
        """The argon2 hash of an account's password, empty for an account that is not known."""
        found = self._rows(select(ACCOUNTS.c.password_hash).where(ACCOUNTS.c.id == account_id))
        return str(found[0]["password_hash"]) if found else ""

    def session(self, secret_hash: str) -> Session | None:
        """The session of which a browser holds the secret."""
        found = self._rows(select(SESSIONS).where(SESSIONS.c.secret_hash == secret_hash))
        return _session(found[0]) if found else None

    def sessions(self, account_id: UUID) -> tuple[Session, ...]:
        """Sessions of an account, the newest first, those that ended by themselves too."""
        chosen = select(SESSIONS).where(SESSIONS.c.account_id == account_id).order_by(SESSIONS.c.fid.desc())
        return tuple(map(_session, self._rows(chosen)))

    def token(self, secret_hash: str) -> ApiToken | None:
        """The token of which a program holds the secret."""
        found = self._rows(select(TOKENS).where(TOKENS.c.secret_hash == secret_hash))
        return _token(found[0]) if found else None

    def tokens(self, account_id: UUID) -> tuple[ApiToken, ...]:
        """Tokens of an account, the newest first."""
        chosen = select(TOKENS).where(TOKENS.c.account_id == account_id).order_by(TOKENS.c.fid.desc())
        return tuple(map(_token, self._rows(chosen)))

    def sign_ins(self, *, limit: int) -> tuple[SignIn, ...]:
        """The last times that somebody signed in or tried to, the newest first."""
        found = self._rows(select(SIGN_INS).order_by(SIGN_INS.c.fid.desc()).limit(limit))
        return tuple(SignIn(row["id"], row["name"], row["address"], row["at"], row["outcome"]) for row in found)


class AccountWrites(AccountReads):
    """What a unit of work does to accounts."""

    _now: datetime
    _trail: Trail

    @abstractmethod
    def _touch(self, table: str) -> None:
        """Note that a table changes."""

    def _do(self, table: Table, statement: Executable) -> int:
        """Change a table; how many rows."""
        with self._reading() as connection:
            self._touch(table.name)
            return connection.execute(statement).rowcount

    def _tell(self, account_id: UUID, what: str, body: Mapping[str, Any]) -> None:
        self._trail.act("account", str(account_id), what, body)

    def add_account(self, account: Account, password_hash: str) -> None:
        """Keep a new account with its grants.

        Raises:
            Conflict: ``account.exists``.
        """
        if self._rows(select(ACCOUNTS.c.fid).where(ACCOUNTS.c.code == account.code)):
            raise Conflict("account.exists", value=account.code)
        row = {
            "id": account.id,
            "code": account.code,
            "title": account.title,
            "password_hash": password_hash,
            "must_change": account.must_change,
            "password_changed_at": account.password_changed_at,
            "disabled_at": account.disabled_at,
            "updated_at": self._now,
        }
        self._do(ACCOUNTS, insert(ACCOUNTS).values(row))
        self._tell(account.id, "added", {"code": account.code})
        self.set_grants(account.id, account.grants)

    def set_grants(self, account_id: UUID, grants: Iterable[Grant]) -> None:
        """Give an account these grants instead of those that it had; who may do so is decided by `access.regrant`."""
        held, wanted = self.account(account_id).grants, tuple(grants)
        if held == wanted:
            return
        self._do(GRANTS, delete(GRANTS).where(GRANTS.c.account_id == account_id))
        if wanted:
            self._do(GRANTS, insert(GRANTS).values([_grant_row(account_id, grant) for grant in wanted]))
        told = {"before": list(map(_told, held)), "after": list(map(_told, wanted))}
        self._tell(account_id, "granted", told)

    def set_password(self, account_id: UUID, password_hash: str, *, must_change: bool) -> None:
        """Give an account another password, and sign it out everywhere.

        Args:
            account_id: The account.
            password_hash: Argon2 hash of the password.
            must_change: Whether somebody else made it, so that the owner has to change it.
        """
        changed = {
            "password_hash": password_hash,
            "must_change": must_change,
            "password_changed_at": self._now,
            "updated_at": self._now,
        }
        self._do(ACCOUNTS, update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(changed))
        self.end_sessions(account_id)
        self._excuse(account_id)
        self._tell(account_id, "password_set", {"must_change": must_change})

    def renew_hash(self, account_id: UUID, password_hash: str) -> None:
        """Keep the same password by a stronger hash."""
        self._do(ACCOUNTS, update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(password_hash=password_hash))

    def disable_account(self, account_id: UUID) -> None:
        """Let nobody use an account any more, and sign it out everywhere; its tokens end with it."""
        self._set_disabled(account_id, self._now, "disabled")
        self.end_sessions(account_id)

    def enable_account(self, account_id: UUID) -> None:
        """Let an account be used again."""
        self._set_disabled(account_id, None, "enabled")
        self._excuse(account_id)

    def _set_disabled(self, account_id: UUID, at: datetime | None, what: str) -> None:
        if self.account(account_id).usable != (at is not None):
            return
        changed = {"disabled_at": at, "updated_at": self._now}
        self._do(ACCOUNTS, update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(changed))
        self._tell(account_id, what, {})

    def open_session(self, session: Session, secret_hash: str) -> None:
        """Keep a new session."""
        row = {
            "id": session.id,
            "account_id": session.account_id,
            "secret_hash": secret_hash,
            "started_at": session.started_at,
            "seen_at": session.seen_at,
            "address": session.address,
            "agent": session.agent[:SHOWN_CHARACTERS],
        }
        self._do(SESSIONS, insert(SESSIONS).values(row))

    def see_session(self, session_id: UUID) -> None:
        """Note that somebody did something in a session now."""
        self._do(SESSIONS, update(SESSIONS).where(SESSIONS.c.id == session_id).values(seen_at=self._now))

    def end_session(self, session_id: UUID) -> None:
        """Forget a session."""
        self._do(SESSIONS, delete(SESSIONS).where(SESSIONS.c.id == session_id))

    def end_sessions(self, account_id: UUID) -> None:
        """Forget every session of an account."""
        self._do(SESSIONS, delete(SESSIONS).where(SESSIONS.c.account_id == account_id))

    def forget_old(self, *, sessions_before: datetime) -> None:
        """Forget sessions that began before a moment, and sign-ins that need not be kept any longer."""
        self._do(SESSIONS, delete(SESSIONS).where(SESSIONS.c.started_at < sessions_before))
        self._do(SIGN_INS, delete(SIGN_INS).where(SIGN_INS.c.at < self._now - SIGN_INS_KEPT))

    def add_token(self, token: ApiToken, secret_hash: str) -> None:
        """Keep a new token, which `gridgis.accounts.check_token` let pass."""
        scopes = sorted(token.scopes)
        row = {
            "id": token.id,
            "account_id": token.account_id,
            "title": token.title,
            "secret_hash": secret_hash,
            "scopes": scopes,
            "created_at": token.created_at,
            "expires_at": token.expires_at,
            "revoked_at": token.revoked_at,
        }
        self._do(TOKENS, insert(TOKENS).values(row))
        told = {"token": str(token.id), "scopes": scopes, "expires_at": moment_text(token.expires_at)}
        self._tell(token.account_id, "token_added", told)

    def revoke_token(self, account_id: UUID, token_id: UUID) -> None:
        """Take a token of an account back.

        Raises:
            NotKnown: ``token.unknown``.
        """
        own = (TOKENS.c.id == token_id) & (TOKENS.c.account_id == account_id)
        found = self._rows(select(TOKENS).where(own))
        if not found:
            raise NotKnown("token.unknown", value=str(token_id))
        if found[0]["revoked_at"] is None:
            self._do(TOKENS, update(TOKENS).where(own).values(revoked_at=self._now))
            self._tell(account_id, "token_revoked", {"token": str(token_id)})

    def note_guess(self, name: str, address: str, account_id: UUID | None) -> UUID:
        """Note a sign-in before its password is looked at, as a wrong one until it is known to be right.

        So those that come at the same moment are counted too.

        Raises:
            NotAllowed: ``sign_in.locked``.
        """
        check_guesses(
            account=self._wrong("name", name, self._now - BY_ACCOUNT.within),
            address=self._wrong("address", address, self._now - BY_ADDRESS.within),
            now=self._now,
        )
        return self._note(name, address, account_id, "wrong")

    def note_proved(self, name: str, address: str, account_id: UUID) -> None:
        """Note a sign-in of somebody whom another service proved."""
        self._note(name, address, account_id, "right")

    def _note(self, name: str, address: str, account_id: UUID | None, outcome: str) -> UUID:
        noted = uuid4()
        row = {"id": noted, "account_id": account_id, "name": name, "address": address, "at": self._now}
        self._do(SIGN_INS, insert(SIGN_INS).values({**row, "outcome": outcome}))
        return noted

    def _wrong(self, column: str, value: str, since: datetime) -> list[datetime]:
        """When guesses were wrong; for a name those since the last right one."""
        same = (SIGN_INS.c[column] == value) & (SIGN_INS.c.at >= since)
        if column == "name":
            right = select(func.max(SIGN_INS.c.fid)).where(same & (SIGN_INS.c.outcome == "right")).scalar_subquery()
            same &= SIGN_INS.c.fid > func.coalesce(right, 0)
        return [row["at"] for row in self._rows(select(SIGN_INS.c.at).where(same & (SIGN_INS.c.outcome == "wrong")))]

    def guess_was_right(self, guess: UUID) -> None:
        """Note that a sign-in was right."""
        self._do(SIGN_INS, update(SIGN_INS).where(SIGN_INS.c.id == guess).values(outcome="right"))

    def _excuse(self, account_id: UUID) -> None:
        """Let the owner of an account try again, whatever went before."""
        wrong = (SIGN_INS.c.account_id == account_id) & (SIGN_INS.c.outcome == "wrong")
        self._do(SIGN_INS, update(SIGN_INS).where(wrong).values(outcome="excused"))


def _account(row: RowMapping, grants: Iterable[Grant]) -> Account:
    return Account(
        id=row["id"],
        code=row["code"],
        title=row["title"],
        grants=tuple(grants),
        must_change=bool(row["must_change"]),
        password_changed_at=row["password_changed_at"],
        disabled_at=row["disabled_at"],
    )


def _grant(row: RowMapping) -> Grant:
    return Grant(
        role=Role(row["role"]),
        area=row["area"],
        department=row["department"],
        since=row["since"],
        until=row["until"],
    )


def _grant_row(account_id: UUID, grant: Grant) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "account_id": account_id,
        "role": grant.role.value,
        "area": grant.area,
        "department": grant.department,
        "since": grant.since,
        "until": grant.until,
    }


def _told(grant: Grant) -> dict[str, Any]:
    """A grant as events tell it."""
    return {
        "role": grant.role.value,
        "area": grant.area,
        "department": grant.department,
        "since": moment_text(grant.since),
        "until": moment_text(grant.until),
    }


def _session(row: RowMapping) -> Session:
    return Session(
        id=row["id"],
        account_id=row["account_id"],
        started_at=row["started_at"],
        seen_at=row["seen_at"],
        address=row["address"],
        agent=row["agent"],
    )


def _token(row: RowMapping) -> ApiToken:
    return ApiToken(
        id=row["id"],
        account_id=row["account_id"],
        title=row["title"],
        scopes=frozenset(map(Action.named, row["scopes"])),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )
