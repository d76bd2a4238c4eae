"""Let a program ask in somebody's name, for some acts and for some time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gridgis.access import TABLE, Action, Grant
from gridgis.errors import InvalidValue, NotAllowed

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What a program shows instead of a password; the secret itself is stored nowhere.

    Attributes:
        id: What it is called.
        account_id: In whose name it asks.
        title: What it is for.
        scopes: What it may do, of what the account may.
        created_at: Since when, aware.
        expires_at: Until when, that moment not included.
        revoked_at: When it was taken back, None while it holds.
    """

    id: UUID
    account_id: UUID
    title: str
    scopes: frozenset[Action]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Whether it may be used at a moment."""
        return self.revoked_at is None and moment < self.expires_at


def check_token(token: ApiToken, grants: tuple[Grant, ...]) -> None:
    """Refuse a token that would do more than its owner, or last too long.

    Own sessions, passwords and tokens are nothing that a token may touch: no role's table holds them.

    Raises:
        InvalidValue: ``token.scopes`` without any scope; ``token.span`` unless it ends after it begins and within 366
            days.
        NotAllowed: ``token.scope_own`` for an act that no role of the owner allows.
    """
    if not token.scopes:
        raise InvalidValue("token.scopes")
    if not token.created_at < token.expires_at <= token.created_at + LONGEST:
        raise InvalidValue("token.span", days=LONGEST.days)
    own = frozenset().union(*(TABLE[grant.role] for grant in grants))
    beyond = sorted(token.scopes - own)
    if beyond:
        raise NotAllowed("token.scope_own", scope=", ".join(beyond))
