"""Gateways that remember what they were given."""

from __future__ import annotations

from collections.abc import Callable

from gridgis.ports import Delivery, OrderMessage


class Recorded:
    """A gateway that remembers every order and answers as it was told to.

    Args:
        state: What it answers.
        channel: Its name.
        answer: Says what it answers to each order, instead of always the same.
    """

    def __init__(
        self,
        state: Delivery = Delivery.SENT,
        channel: str = "recorded",
        answer: Callable[[OrderMessage], Delivery] | None = None,
    ) -> None:
        self.state = state
        self._channel = channel
        self._answer = answer
        self.given: list[OrderMessage] = []

    @property
    def channel(self) -> str:
        """Its name in the log."""
        return self._channel

    def send(self, message: OrderMessage) -> Delivery:
        """Remember an order."""
        self.given.append(message)
        return self.state if self._answer is None else self._answer(message)
