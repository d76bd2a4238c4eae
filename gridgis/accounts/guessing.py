"""Stop whoever guesses passwords: so many wrong ones in a time, for one account and from one address.

The rule is a window that slides: a guess is let through only while fewer than ``most`` were wrong within the last
``within``. So no window of that length, wherever it is laid, ever holds more than ``most`` wrong guesses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gridgis.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Guessing:
    """How many wrong guesses are let through.

    Attributes:
        most: So many …
        within: … in a window of this length.
    """

    most: int
    within: timedelta

    def free_at(self, wrong: Iterable[datetime], now: datetime) -> datetime:
        """When the next guess is let through: now, or later.

        Args:
            wrong: When there were wrong guesses, in any order; those before the window don't matter.
            now: The moment of the guess, aware.
        """
        lately = sorted(moment for moment in wrong if moment > now - self.within)
        return now if len(lately) < self.most else lately[-self.most] + self.within


BY_ACCOUNT = Guessing(most=5, within=timedelta(minutes=15))
"""For one account since it was last signed in to: 480 guesses a day at most, against passwords of ten characters."""

BY_ADDRESS = Guessing(most=30, within=timedelta(minutes=15))
"""From one address, whatever accounts it names; an office behind one address has room for its own mistakes."""


def check_guesses(*, account: Iterable[datetime], address: Iterable[datetime], now: datetime) -> None:
    """Refuse a guess while there were too many wrong ones.

    Args:
        account: When guesses for this account were wrong since it was last signed in to.
        address: When guesses from this address were wrong.
        now: The moment, aware.

    Raises:
        NotAllowed: ``sign_in.locked`` with the ``minutes`` to wait, and ``until`` when, ISO 8601.
    """
    free = max(BY_ACCOUNT.free_at(account, now), BY_ADDRESS.free_at(address, now))
    if free > now:
        minutes = -(-(free - now) // timedelta(minutes=1))
        raise NotAllowed("sign_in.locked", minutes=minutes, until=free.isoformat(timespec="seconds"))
