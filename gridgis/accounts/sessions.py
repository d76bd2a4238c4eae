"""Say how long somebody stays signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Span:
    """How long sessions last.

    Attributes:
        idle: After the last thing that the person did.
        whole: After signing in, whatever was done.
    """

    idle: timedelta = timedelta(hours=1)
    whole: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which somebody is signed in.

    Attributes:
        id: What it is called; not the secret that the browser holds, of which only the hash is stored.
        account_id: Whose it is.
        started_at: When the person signed in, aware.
        seen_at: When the person last did something, to within a minute, aware.
        address: From where.
        agent: What the browser calls itself.
    """

    id: UUID
    account_id: UUID
    started_at: datetime
    seen_at: datetime
    address: str = ""
    agent: str = ""

    def ends_at(self, span: Span) -> datetime:
        """When it ends unless something is done."""
        return min(self.seen_at + span.idle, self.started_at + span.whole)

    def holds_at(self, moment: datetime, span: Span) -> bool:
        """Whether the person is still signed in at a moment."""
        return moment < self.ends_at(span)
