"""Know where a team under way was last seen, how sure and how old that is, and when it should arrive from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

STALE_AFTER = timedelta(minutes=2)
"""A position older than this is shown as stale and decides nothing."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a team was seen on its way; only the last one of each dispatch is kept, and none is shown once it is there.

    Attributes:
        dispatch_id: The dispatch.
        lon: Longitude.
        lat: Latitude.
        taken_at: When its telephone took it, aware.
        accuracy_m: Radius in which it is with 68 %, None where the telephone did not say.
    """

    dispatch_id: UUID
    lon: float
    lat: float
    taken_at: datetime
    accuracy_m: float | None = None

    @property
    def id(self) -> UUID:
        """Stable identifier: there is one a dispatch."""
        return uuid5(self.dispatch_id, "position")

    @property
    def code(self) -> str:
        """Key in the store."""
        return str(self.dispatch_id)

    def stale_at(self, now: datetime) -> bool:
        """Whether it is too old to count on."""
        return now - self.taken_at > STALE_AFTER
