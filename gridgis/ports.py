"""Say what the domain asks of outside: a clock, a unit of work, somebody who brings orders to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


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


class Delivery(StrEnum):
    """How far an order is proven to have come; nobody counts as told before there is proof."""

    SENT = "sent"  # the gateway took it
    DELIVERED = "delivered"  # it says that it reached the telephone
    FAILED = "failed"  # it could not be sent: somebody has to dial


@dataclass(frozen=True, slots=True)
class OrderMessage:
    """An order on its way to a team.

    Attributes:
        dispatch_id: The dispatch it is about.
        team: Name of the team.
        phone: Telephone, empty where none is known.
        text: What is said.
        person: Who is called, empty for the team's own number.
        place: Which attempt of the order it is, from 1.
        about: ``order``, or ``road`` for news on the way.
        channel: By which adapter it goes, empty for the first one.
    """

    dispatch_id: UUID
    team: str
    phone: str
    text: str
    person: str = ""
    place: int = 1
    about: str = "order"
    channel: str = ""


class Notifier(Protocol):
    """What brings orders to people: a gateway of short messages or voice, a webhook."""

    @property
    def channel(self) -> str:
        """Its name in the log."""
        ...

    def send(self, message: OrderMessage) -> Delivery:
        """Send an order; waits until it is known whether it was taken, and never raises."""
        ...
