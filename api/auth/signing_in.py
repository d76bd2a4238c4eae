"""Open sessions, end them, change passwords: the use cases of somebody's own account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from api.auth.hashing import Hashing
from api.auth.recognising import Recognition
from api.auth.secret import PROVED_PREFIX, new_secret, secret_hash
from gridgis.accounts import Account, Session, check_password, parse_account_name
from gridgis.errors import InvalidValue, NotAllowed, NotKnown

if TYPE_CHECKING:
    from starlette.requests import Request

    from geodata.store import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    """Where a browser is.

    Attributes:
        address: Its address.
        agent: What it calls itself.
    """

    address: str
    agent: str = ""


def place_of(request: Request) -> Place:
    """Where a request comes from."""
    address = "" if request.client is None else request.client.host
    return Place(address, request.headers.get("user-agent", ""))


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened.

    Attributes:
        account: Whose.
        session: The session.
        secret: What the browser gets to hold.
    """

    account: Account
    session: Session
    secret: str = field(repr=False)


class SigningIn:
    """What is done with passwords and sessions.

    Args:
        store: Where accounts are kept.
        recognition: Is told when somebody is no longer who he was.
        hashing: How passwords are hashed.
    """

    def __init__(self, store: Store, recognition: Recognition, hashing: Hashing) -> None:
        self._store = store
        self._recognition = recognition
        self._hashing = hashing

    def sign_in(self, name: str, password: str, place: Place, now: datetime, *, instead_of: str = "") -> Opened:
        """Open a session; the one that the browser had before ends.

        Args:
            name: Name of the account, as typed.
            password: The password.
            place: Where the browser is.
            now: The moment, aware.
            instead_of: Secret of the session that the browser had.

        Raises:
            NotAllowed: ``sign_in.wrong``, whether it was the name, the password, or an account that may not be used;
                ``sign_in.locked``.
        """
        account = self._proved(name, password, place, now)
        hashed = self._store.password_hash(account.id)
        stronger = self._hashing.hash(password) if self._hashing.is_weak(hashed) else ""
        with self._store.unit_of_work(actor=account.code, now=now) as work:
            if stronger and work.password_hash(account.id) == hashed:
                work.renew_hash(account.id, stronger)
            opened = self._open(work, account, place, now, instead_of=instead_of)
            work.commit()
        self._recognition.forget(account.id)
        return opened

    def sign_in_proved(self, name: str, place: Place, now: datetime, *, instead_of: str = "") -> Opened:
        """Open a session for somebody whom a provider that the office trusts has proved.

        Args:
            name: Name of the account, as the provider tells it.
            place: Where the browser is.
            now: The moment, aware.
            instead_of: Secret of the session that the browser had.

        Raises:
            NotAllowed: ``openid.unknown`` when there is no such account, or none that may be used.
        """
        account = self._named(name)
        if account is None or not account.usable:
            raise NotAllowed("openid.unknown")
        with self._store.unit_of_work(actor=account.code, now=now) as work:
            work.note_proved(account.code, place.address, account.id)
            opened = self._open(work, account, place, now, instead_of=instead_of, prefix=PROVED_PREFIX)
            work.commit()
        self._recognition.forget(account.id)
        return opened

    def _open(
        self, work: UnitOfWork, account: Account, place: Place, now: datetime, *, instead_of: str, prefix: str = ""
    ) -> Opened:
        """Open a session in a unit of work; the one that the browser had before ends, and old ones are forgotten."""
        opened = _opened(account, place, now, prefix)
        before = work.session(secret_hash(instead_of)) if instead_of else None
        if before is not None:
            work.end_session(before.id)
        work.forget_old(sessions_before=now - self._recognition.span.whole)
        work.open_session(opened.session, secret_hash(opened.secret))
        return opened

    def _proved(self, name: str, password: str, place: Place, now: datetime) -> Account:
        """The account whose password this is; every guess is counted before it is looked at."""
        account = self._named(name)
        typed = account.code if account is not None else name.strip().casefold()[:40]
        with self._store.unit_of_work(actor=typed, now=now) as work:
            guess = work.note_guess(typed, place.address, None if account is None else account.id)
            work.commit()
        usable = account is not None and account.usable
        hashed = self._store.password_hash(account.id) if account is not None and usable else ""
        if not self._hashing.is_right(hashed, password) or account is None:
            raise NotAllowed("sign_in.wrong")
        with self._store.unit_of_work(actor=typed, now=now) as work:
            work.guess_was_right(guess)
            work.commit()
        return account

    def _named(self, name: str) -> Account | None:
        try:
            return self._store.account_named(parse_account_name(name))
        except (InvalidValue, NotKnown):
            return None

    def sign_out(self, session: Session, now: datetime, *, actor: str) -> None:
        """End a session."""
        with self._store.unit_of_work(actor=actor, now=now) as work:
            work.end_session(session.id)
            work.commit()
        self._recognition.forget(session.account_id)

    def change_password(self, account: Account, old: str, new: str, place: Place, now: datetime) -> Opened:
        """Give the own account another password; it is signed out everywhere and in again here.

        Raises:
            NotAllowed: ``sign_in.wrong`` when the old one is wrong, ``sign_in.locked``.
            InvalidValue: ``password.same``, and what `check_password` refuses.
        """
        self._proved(account.code, old, place, now)
        if old == new:
            raise InvalidValue("password.same")
        check_password(new, names=(account.code, account.title))
        opened = _opened(account, place, now)
        hashed = self._hashing.hash(new)
        with self._store.unit_of_work(actor=account.code, now=now) as work:
            work.set_password(account.id, hashed, must_change=False)
            work.open_session(opened.session, secret_hash(opened.secret))
            work.commit()
        self._recognition.forget(account.id)
        return Opened(self._store.account(account.id), opened.session, opened.secret)


def _opened(account: Account, place: Place, now: datetime, prefix: str = "") -> Opened:
    session = Session(
        id=uuid4(), account_id=account.id, started_at=now, seen_at=now, address=place.address, agent=place.agent
    )
    return Opened(account, session, prefix + new_secret())
