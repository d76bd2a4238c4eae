"""Describe an account: who it is, what it was given, and whether it may be used."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridgis.access import Action, Grant, Principal
from gridgis.errors import InvalidValue

_NAME = re.compile(r"[^\W_](?:[\w.@-]{0,38}[^\W_])")


def parse_account_name(text: str) -> str:
    """The name somebody signs in with, in its one form: half-width, small letters.

    Raises:
        InvalidValue: ``account.name`` unless it has 2 to 40 letters and digits (Chinese ones too), with ``.``, ``_``,
            ``-`` or ``@`` between them.
    """
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _NAME.fullmatch(name):
        raise InvalidValue("account.name", value=text[:60])
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in.

    Attributes:
        id: Stable identifier.
        code: Name to sign in with, as `parse_account_name` gives it; the trail names the account by it.
        title: Name for people.
        grants: What it was given, past and future grants too.
        must_change: Whether its password was made by somebody else and has to be changed before anything else.
        password_changed_at: When it got its password, aware.
        disabled_at: Since when it may not be used, None while it may.
    """

    id: UUID
    code: str
    title: str
    grants: tuple[Grant, ...] = ()
    must_change: bool = False
    password_changed_at: datetime
    disabled_at: datetime | None = None

    @property
    def usable(self) -> bool:
        """Whether anybody may sign in with it."""
        return self.disabled_at is None

    def principal(self, scopes: frozenset[Action] | None = None) -> Principal:
        """The account as one that asks, by a token where scopes are given."""
        return Principal(self.id, self.code, self.grants, scopes)
