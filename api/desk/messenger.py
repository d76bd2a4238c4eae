"""Bring orders to people by whatever gateway is set, and note in the log how far each is proven to have come."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import UUID

from gridgis.dispatch.desk import take_team_step
from gridgis.dispatch.incidents import Stamp
from gridgis.dispatch.incidents.recording import note_delivery
from gridgis.errors import GridGISError
from gridgis.ports import Delivery, Notifier, OrderMessage

if TYPE_CHECKING:
    from geodata.store import Store

LOG = logging.getLogger("gridgis.api")
LONGEST_S = 10.0
ACTOR = "notifier"
ANSWERED = range(200, 300)


class Webhook:
    """A gateway that takes each order as a JSON document by POST: ``{"id", "team", "phone", "text", …}``.

    Args:
        address: Where it is.
        token: What it knows us by, empty for nothing.
        channel: What it is called in the log: ``sms``, ``voice`` …
    """

    def __init__(self, address: str, token: str = "", channel: str = "webhook") -> None:
        self._address = address
        self._token = token
        self._channel = channel

    @property
    def channel(self) -> str:
        """Its name in the log."""
        return self._channel

    def send(self, message: OrderMessage) -> Delivery:
        """Post an order; whatever is no answer of success failed."""
        told = {
            "id": str(message.dispatch_id),
            "team": message.team,
            "phone": message.phone,
            "text": message.text,
            "person": message.person,
            "place": message.place,
            "channel": self.channel,
        }
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        asked = Request(self._address, json.dumps(told).encode(), headers, method="POST")  # noqa: S310  http(s) by form
        try:
            with urlopen(asked, timeout=LONGEST_S) as answer:  # noqa: S310
                return Delivery.SENT if answer.status in ANSWERED else Delivery.FAILED
        except (URLError, OSError, ValueError) as error:
            LOG.warning("an order was not taken: %s", error)
            return Delivery.FAILED


class Messenger:
    """Sends orders in the background, one after the other, and notes what became of each; nothing without a gateway.

    Args:
        store: Where incidents are kept, None where there is none.
        notifiers: The gateways, the one that is tried first first; none for a list to dial.
        now: What time it is.
    """

    def __init__(self, store: Store | None, notifiers: Sequence[Notifier], now: Callable[[], datetime]) -> None:
        self._store = store
        self._notifiers = {one.channel: one for one in notifiers}
        self._now = now
        self._on_the_way: set[UUID] = set()
        self._sending = ThreadPoolExecutor(1, thread_name_prefix="gridgis-orders")

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the gateways, the one that is tried first first."""
        return tuple(self._notifiers)

    def send(self, messages: Sequence[OrderMessage]) -> list[Future[None]]:
        """Send orders; each future is done when it is noted what became of the order.

        An order of which an attempt is still on its way is not sent again meanwhile.
        """
        if not self._notifiers or self._store is None:
            return []
        sent = []
        for message in messages:
            if message.about == "order":
                if message.dispatch_id in self._on_the_way:
                    continue
                self._on_the_way.add(message.dispatch_id)
            sent.append(self._sending.submit(self._send, message, self._store))
        return sent

    def _send(self, message: OrderMessage, store: Store) -> None:
        notifier = self._notifiers.get(message.channel) or next(iter(self._notifiers.values()))
        state = notifier.send(message) if message.phone else Delivery.FAILED
        now = self._now()
        stamp = Stamp(ACTOR, now, now)
        try:
            with store.unit_of_work(actor=ACTOR, now=now) as work:
                take_team_step(
                    work,
                    message.dispatch_id,
                    lambda case: note_delivery(
                        case,
                        message.dispatch_id,
                        stamp,
                        team=message.team,
                        channel=notifier.channel,
                        state=state.value,
                        person=message.person,
                        place=message.place,
                        about=message.about,
                    ),
                )
                work.commit()
        except GridGISError as error:
            LOG.warning("what became of an order was not noted: %s", error)
        finally:
            self._on_the_way.discard(message.dispatch_id)

    @property
    def busy(self) -> bool:
        """Whether an order is still on its way."""
        return bool(self._on_the_way)

    def wait(self) -> None:
        """Wait until what was sent so far is noted."""
        self._sending.submit(lambda: None).result()

    def close(self) -> None:
        """End; orders that wait are sent first."""
        self._sending.shutdown(wait=True)
