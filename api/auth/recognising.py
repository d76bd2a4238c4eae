"""Find who a session's cookie or a token belongs to, from memory where it was looked up a moment ago."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol
from uuid import UUID

from api.auth.secret import PROVED_PREFIX, csrf_token, secret_hash
from api.auth.who import LOCAL, Who
from gridgis.accounts import Account, ApiToken, Session, Span
from gridgis.errors import GridGISError, NotKnown, StoreFault

if TYPE_CHECKING:
    from geodata.store import UnitOfWork

KEPT_S = 1.0
MOST_KEPT = 10_000
SEEN_EVERY = timedelta(minutes=1)


class AccountStore(Protocol):
    """What is asked of the store."""

    def has_accounts(self) -> bool: ...  # noqa: D102
    def session(self, secret_hash: str) -> Session | None: ...  # noqa: D102
    def token(self, secret_hash: str) -> ApiToken | None: ...  # noqa: D102
    def account(self, account_id: UUID) -> Account: ...  # noqa: D102
    def unit_of_work(  # noqa: D102
        self, *, actor: str, now: datetime, reason: str = ""
    ) -> AbstractContextManager[UnitOfWork]: ...


class Shown(NamedTuple):
    """What somebody shows of himself.

    Attributes:
        cookie: Secret of a session.
        token: Secret of a token; where there is one, the cookie does not count.
    """

    cookie: str = ""
    token: str = ""


class _Kept(NamedTuple):
    since: float
    who: Who


class Recognition:
    """Who is who. What it says may be as old as `KEPT_S`, so that an account ends within that time in every process.

    While the store can't be read, whoever was known stays known for as long as a session may be idle: what is in memory
    is still answered to those who need it.

    Args:
        store: Where accounts are kept; None where there can be none.
        span: How long sessions last.
    """

    def __init__(self, store: AccountStore | None, span: Span) -> None:
        self.span = span
        self._store = store
        self._kept: dict[Shown, _Kept] = {}
        self._open_since = -inf
        self._noting = ThreadPoolExecutor(1, thread_name_prefix="gridgis-sessions")
        self._noted: dict[UUID, datetime] = {}
        self._lock = threading.Lock()
        self.when_changed: Callable[[UUID], None] = lambda _: None

    def needed(self) -> bool:
        """Whether anybody has to sign in, asked of the store.

        Raises:
            StoreFault: When the database can't be read.
        """
        return self._store is not None and self._store.has_accounts()

    def recall(self, shown: Shown, now: datetime) -> tuple[bool, Who | None]:
        """Whether it is known without asking the store who this is, and who."""
        if self._store is None:
            return True, LOCAL
        kept = self._kept.get(shown)
        if kept is None or time.monotonic() - kept.since >= KEPT_S:
            return time.monotonic() - self._open_since < KEPT_S, LOCAL
        return True, kept.who if self._holds(kept.who, now) else None

    def look_up(self, shown: Shown, now: datetime) -> Who | None:
        """Who this is, asked of the store: LOCAL while there are no accounts, None for nobody.

        Raises:
            StoreFault: When the database can't be read, and this is nobody who was known before.
        """
        try:
            return self._asked_of_store(shown, now)
        except StoreFault:
            known = self._known_before(shown, now)
            if known is None:
                raise
            return known

    def _known_before(self, shown: Shown, now: datetime) -> Who | None:
        """Who this was when the store could be read, if that is not long ago."""
        oldest = time.monotonic() - self.span.idle.total_seconds()
        if self._open_since > oldest:
            return LOCAL
        kept = self._kept.get(shown)
        return kept.who if kept is not None and kept.since > oldest and self._holds(kept.who, now) else None

    def _asked_of_store(self, shown: Shown, now: datetime) -> Who | None:
        if not self.needed():
            self._open_since = time.monotonic()
            return LOCAL
        self._open_since = -inf
        who = self._by_token(shown.token, now) if shown.token else self._by_cookie(shown.cookie, now)
        if who is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept = {}
            self._kept[shown] = _Kept(time.monotonic(), who)
        return who

    def find(self, shown: Shown, clock: Callable[[], datetime]) -> Who | None:
        """Who this is now, from memory where that is new enough.

        Raises:
            StoreFault: When the database can't be read.
        """
        now = clock()
        known, who = self.recall(shown, now)
        return who if known else self.look_up(shown, now)

    def _by_token(self, secret: str, now: datetime) -> Who | None:
        token = self._store.token(secret_hash(secret)) if self._store else None
        account = self._usable(token.account_id) if token is not None and token.holds_at(now) else None
        return None if account is None or token is None else Who(account.principal(token.scopes), account)

    def _by_cookie(self, secret: str, now: datetime) -> Who | None:
        session = self._store.session(secret_hash(secret)) if self._store and secret else None
        account = self._usable(session.account_id) if session is not None else None
        if session is None or account is None:
            return None
        session = replace(session, seen_at=max(session.seen_at, self._noted.get(session.id, session.seen_at)))
        who = Who(account.principal(), account, session, csrf_token(secret), secret.startswith(PROVED_PREFIX))
        return who if self._holds(who, now) else None

    def _usable(self, account_id: UUID) -> Account | None:
        """An account that may be used."""
        try:
            account = self._store.account(account_id) if self._store else None
        except NotKnown:
            return None
        return account if account is not None and account.usable else None

    def _holds(self, who: Who, now: datetime) -> bool:
        """Whether a session goes on."""
        if who.session is None:
            return True
        seen = max(who.session.seen_at, self._noted.get(who.session.id, who.session.seen_at))
        return replace(who.session, seen_at=seen).holds_at(now, self.span)

    def see(self, who: Who, now: datetime) -> None:
        """Note that somebody did something; it is written in the background, about once a minute a session."""
        session = who.session
        if session is None or self._store is None:
            return
        with self._lock:
            if now - max(session.seen_at, self._noted.get(session.id, session.seen_at)) < SEEN_EVERY:
                return
            if len(self._noted) >= MOST_KEPT:
                self._noted = {}
            self._noted[session.id] = now
        with suppress(RuntimeError):  # the service is ending
            self._noting.submit(self._write_seen, session.id, who.principal.name, now)

    def _write_seen(self, session_id: UUID, name: str, now: datetime) -> None:
        if self._store is not None:
            with suppress(GridGISError), self._store.unit_of_work(actor=name, now=now) as work:
                work.see_session(session_id)
                work.commit()

    def forget(self, account_id: UUID) -> None:
        """Look everybody up anew: something about an account or a session of it changed."""
        self._kept = {}
        self._open_since = -inf
        self.when_changed(account_id)

    def close(self) -> None:
        """End the background work."""
        self._noting.shutdown(wait=True, cancel_futures=True)
