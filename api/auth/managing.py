"""Make accounts and change what they may do: the use cases of the security administrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from api.auth.hashing import Hashing
from api.auth.recognising import Recognition
from api.auth.secret import one_time_password
from gridgis.access import Action, Grant, Principal, demand, regrant
from gridgis.accounts import Account, parse_account_name
from gridgis.cells import District
from gridgis.errors import NotAllowed

if TYPE_CHECKING:
    from geodata.store import Store, UnitOfWork


class Managing:
    """The accounts of a district, in the hands of somebody who manages them.

    Args:
        store: Where accounts are kept.
        recognition: Is told when somebody is no longer who he was.
        hashing: How passwords are hashed.
    """

    def __init__(self, store: Store, recognition: Recognition, hashing: Hashing) -> None:
        self._store = store
        self._recognition = recognition
        self._hashing = hashing

    def all(self) -> tuple[Account, ...]:
        """All accounts by name."""
        return self._store.accounts()

    def add(
        self, giver: Principal, name: str, title: str, grants: Iterable[Grant], *, district: District, now: datetime
    ) -> tuple[Account, str]:
        """Make an account with a one-time password; both.

        Raises:
            InvalidValue: ``account.name``, and what `regrant` refuses.
            Conflict: ``account.exists``, ``access.roles_conflict``.
            NotAllowed: What `regrant` refuses.
        """
        made = new_account(name, title, now=now)
        granted = regrant(
            giver, made.principal(), grants, at=now, district=district.code, scheme=district.scheme
        ).grants
        password = one_time_password()
        hashed = self._hashing.hash(password)
        with self._store.unit_of_work(actor=giver.name, now=now) as work:
            work.add_account(replace(made, grants=granted), hashed)
            work.commit()
        self._recognition.forget(made.id)
        return self._store.account(made.id), password

    def grant(
        self,
        giver: Principal,
        account_id: UUID,
        grants: Iterable[Grant],
        *,
        district: District,
        now: datetime,
        reason: str = "",
    ) -> Account:
        """Give an account these grants instead of those that it has.

        Raises:
            NotKnown: ``account.unknown``.
            InvalidValue: What `regrant` refuses.
            Conflict: ``access.roles_conflict``.
            NotAllowed: What `regrant` refuses.
        """
        with self._store.unit_of_work(actor=giver.name, now=now, reason=reason) as work:
            held = work.account(account_id).principal()
            granted = regrant(giver, held, grants, at=now, district=district.code, scheme=district.scheme).grants
            work.set_grants(account_id, granted)
            work.commit()
        self._recognition.forget(account_id)
        return self._store.account(account_id)

    def reset_password(self, giver: Principal, account_id: UUID, *, now: datetime) -> tuple[Account, str]:
        """Give an account a one-time password; both. It is signed out everywhere, and may sign in again at once.

        Raises:
            NotKnown: ``account.unknown``.
            NotAllowed: A reason of `gridgis.access`; ``access.own_account`` for the own one, which has a page for it.
        """
        password = one_time_password()
        hashed = self._hashing.hash(password)
        with self._store.unit_of_work(actor=giver.name, now=now) as work:
            _check_other(giver, work, account_id, now)
            work.set_password(account_id, hashed, must_change=True)
            work.commit()
        self._recognition.forget(account_id)
        return self._store.account(account_id), password

    def set_usable(self, giver: Principal, account_id: UUID, *, usable: bool, now: datetime) -> Account:
        """Let an account be used, or no more.

        Raises:
            NotKnown: ``account.unknown``.
            NotAllowed: A reason of `gridgis.access`; ``access.own_account``.
        """
        with self._store.unit_of_work(actor=giver.name, now=now) as work:
            _check_other(giver, work, account_id, now)
            (work.enable_account if usable else work.disable_account)(account_id)
            work.commit()
        self._recognition.forget(account_id)
        return self._store.account(account_id)


def _check_other(giver: Principal, work: UnitOfWork, account_id: UUID, now: datetime) -> None:
    """Refuse what somebody may not do to an account, or would do to his own."""
    demand(giver, Action.ACCOUNTS_MANAGE, at=now)
    account = work.account(account_id)
    if account.id == giver.account_id:
        raise NotAllowed("access.own_account", name=account.code)


def new_account(name: str, title: str, *, now: datetime) -> Account:
    """An account whose password has to be changed at the first sign-in, without grants.

    Raises:
        InvalidValue: ``account.name``.
    """
    return Account(
        id=uuid4(), code=parse_account_name(name), title=title.strip(), must_change=True, password_changed_at=now
    )
