"""Keep apart when something happened, when it was recorded, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from gridgis.errors import InvalidValue

CLOCK_SKEW = timedelta(minutes=2)
"""A telephone's clock may be ahead by so much; what it reports then happened now."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did something, and when.

    Attributes:
        actor: Name of the account.
        happened_at: When it happened, aware; never after it was recorded.
        recorded_at: When it was recorded, aware.
    """

    actor: str
    happened_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, actor: str, now: datetime, happened_at: datetime | None = None) -> Self:
        """A stamp of this moment; what happened earlier says when.

        Raises:
            InvalidValue: ``time.naive``; ``incident.in_future`` for more than a clock may be ahead.
        """
        if happened_at is None:
            return cls(actor, now, now)
        if happened_at.utcoffset() is None:
            raise InvalidValue("time.naive", value=happened_at.isoformat())
        if happened_at > now + CLOCK_SKEW:
            raise InvalidValue("incident.in_future", value=happened_at.isoformat(), now=now.isoformat())
        return cls(actor, min(happened_at, now), now)
