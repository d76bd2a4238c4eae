"""Say who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from gridgis.access import Action, AreaFilter, Grant, Principal, Role, areas_for
from gridgis.accounts import Account, Session


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who was recognised.

    Attributes:
        principal: With what was granted.
        account: The account; None for whoever sits at this machine before there are accounts.
        session: The session of a browser, None for a program with a token.
        csrf: What the session's pages have to show with everything that changes something.
        proved: Whether a provider proved who it is, so that the password here does not matter.
    """

    principal: Principal
    account: Account | None = None
    session: Session | None = None
    csrf: str = field(default="", repr=False)
    proved: bool = False

    @property
    def must_change(self) -> bool:
        """Whether the password has to be changed before anything else."""
        return self.account is not None and self.account.must_change and not self.proved

    def actions_at(self, moment: datetime) -> list[Action]:
        """What may be done somewhere at a moment, in the table's order."""
        return [action for action in Action if areas_for(self.principal, action, moment)]


def always(role: Role) -> Grant:
    """A role for the whole district that has no beginning and no end."""
    return Grant(role=role, since=datetime(1, 1, 1, tzinfo=UTC))


_AT_THIS_MACHINE = (Role.DISPATCHER, Role.PLANNER, Role.SUPERVISOR, Role.SYSTEM_ADMINISTRATOR)

LOCAL = Who(Principal(UUID(int=0), "local", tuple(map(always, _AT_THIS_MACHINE))))
"""Whoever sits at this machine while the database has no accounts: the service then answers this machine only."""


def areas_of(who: Who | None, action: Action, moment: datetime) -> AreaFilter:
    """Where somebody, or nobody in particular, may do something."""
    return areas_for(None if who is None else who.principal, action, moment)
