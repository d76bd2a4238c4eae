"""Let a service take every request for one from whomever a test names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from api.auth.recognising import Shown
from api.auth.who import Who
from gridgis.access import Action, Grant, Role
from gridgis.accounts import Account

if TYPE_CHECKING:
    from starlette.testclient import TestClient

LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


class EverybodyIs:
    """Recognises one account whatever is shown, None for nobody.

    Attributes:
        who: Whom every request comes from.
    """

    def __init__(self, who: Who | None) -> None:
        self.who = who

    def needed(self) -> bool:
        """Whether anybody has to sign in."""
        return True

    def recall(self, shown: Shown, now: datetime) -> tuple[bool, Who | None]:  # noqa: ARG002  whatever is shown
        """Whether it is known who this is, and who."""
        return True, self.who

    def see(self, who: Who, now: datetime) -> None:
        """Note that somebody did something."""

    def close(self) -> None:
        """Nothing is open."""


def account_with(*grants: Grant, scopes: frozenset[Action] | None = None) -> Who:
    """An account with grants, by a token where scopes are given."""
    account = Account(id=UUID(int=7), code="wangwu", title="王五", grants=grants, password_changed_at=LONG_AGO)
    return Who(account.principal(scopes), account)


def granted(role: Role, area: str = "", department: str = "") -> Grant:
    """A grant that holds since long ago."""
    return Grant(role=role, area=area, department=department, since=LONG_AGO)


def ask_as(client: TestClient, who: Who | None) -> None:
    """Let every request of a client come from somebody."""
    client.app.state.recognition = EverybodyIs(who)  # type: ignore[attr-defined]  # an application of ours
