"""Keep apart what a telephone's clock said, when something happened, and when it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from gridgis.errors import InvalidValue

CLOCK_SKEW = timedelta(minutes=2)
"""A telephone's clock may differ by so much without being called wrong."""


@dataclass(frozen=True, slots=True)
class DeviceStamp:
    """Who did something, and when.

    Attributes:
        actor: Name of the account.
        happened_at: When it happened by the service's clock, aware; never after it was recorded.
        recorded_at: When it was recorded, aware.
        device_at: What the telephone's clock showed, aware; None where that clock was right.
    """

    actor: str
    happened_at: datetime
    recorded_at: datetime
    device_at: datetime | None = None

    @classmethod
    def of(cls, actor: str, now: datetime, made_at: datetime | None = None, *, sent_at: datetime | None = None) -> Self:
        """A stamp of this moment, or of an earlier one that a telephone kept until it had a signal.

        A clock that is wrong when something is sent was as wrong when it was made, unless somebody set it in between:
        then what would lie after now happened now.

        Args:
            actor: Name of the account.
            now: This moment by the service's clock, aware.
            made_at: What the telephone's clock showed when it was done, aware; now if None.
            sent_at: What it showed when it was sent, aware; a right clock if None.

        Raises:
            InvalidValue: ``time.naive``; ``hazard.in_future`` for what is not yet, by a clock that is said to be right.
        """
        if made_at is None:
            return cls(actor, now, now)
        for moment in filter(None, (made_at, sent_at)):
            if moment.utcoffset() is None:
                raise InvalidValue("time.naive", value=moment.isoformat())
        ahead = timedelta(0) if sent_at is None else sent_at - now
        if abs(ahead) <= CLOCK_SKEW:
            ahead = timedelta(0)
        if sent_at is None and made_at > now + CLOCK_SKEW:
            raise InvalidValue("hazard.in_future", value=made_at.isoformat(), now=now.isoformat())
        happened_at = min(made_at - ahead, now)
        differs = abs(made_at - happened_at) > CLOCK_SKEW
        return cls(actor, happened_at, now, made_at if differs else None)
