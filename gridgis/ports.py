"""Say what the domain asks of outside: a clock, a unit of work, somebody who tells the screens."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """This moment, aware."""
        ...


class UnitOfWork(Protocol):
    """One transaction: its changes and their events are kept together, or nothing is.

    A use case names beside itself what else it puts and gets, as a protocol that extends this one.
    """

    def commit(self) -> None:
        """Keep everything.

        Raises:
            StoreFault: What the store refuses; nothing was kept then.
        """
        ...


class Notifier(Protocol):
    """Who wakes the listeners after a commit; they read the events themselves."""

    def committed(self, sequence: int) -> None:
        """Say that the trail holds all events up to a sequence."""
        ...
