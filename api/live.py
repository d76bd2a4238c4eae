"""Tell listeners of every change they may see, in the order of the trail, without loss or doubling.

A message is an event's number, noun and record, never its content: whoever hears of it asks for the record, and the
answer is masked as always. So nothing has to be masked here, and nothing personal waits in a buffer.

One task waits for changes while anybody listens, loads them, and offers each listener those that he may see. A listener
that does not keep up is let go; he comes again with the number of the last message that he had, and the events between
are read from the trail.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from api.auth.who import Who
from api.served import ServedDistrict
from api.sight import Sight
from api.snapshot import Snapshot
from gridgis.access import ACTION_OF_NOUN
from gridgis.errors import GridGISError, StoreFault

if TYPE_CHECKING:
    from gridgis.events import Event

LOG = logging.getLogger("gridgis.api")
HEARTBEAT_S = 15.0
WAIT_S = 2.0
AFTER_FAULT_S = 1.0
MOST_LISTENERS = 2000
MOST_WAITING = 256
MOST_SINGLE = 100
MOST_REPLAYED = 10_000
RETRY_MS, RETRY_SPREAD_MS = 2000, 3000
HEARTBEAT = b":\n\n"
Result = TypeVar("Result")
Stream = AsyncGenerator[bytes, None]


class EventStore(Protocol):
    """What is asked of the store."""

    def changed(self, after: int, *, timeout_s: float) -> int: ...  # noqa: D102
    def events(self, *, after: int = 0, limit: int | None = None) -> tuple[Event, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed, or many of a kind at once.

    Attributes:
        sequence: Number of its event, of the last one where there are many.
        noun: What changed.
        record_id: Which one, None for many.
        what: What happened to it: ``added``, ``updated`` …, ``many``.
        at: When it was recorded.
    """

    sequence: int
    noun: str
    record_id: UUID | None
    what: str
    at: datetime

    def message(self) -> bytes:
        """The message."""
        told = {"noun": self.noun, "what": self.what, "at": self.at.isoformat()}
        if self.record_id is not None:
            told["id"] = str(self.record_id)
        return message("change", told, self.sequence)


def message(kind: str, told: object, sequence: int) -> bytes:
    """One server-sent event."""
    return f"id: {sequence}\nevent: {kind}\ndata: {json.dumps(told, separators=(',', ':'))}\n\n".encode()


def changes_of(events: Sequence[Event]) -> list[Change]:
    """What events tell: each by itself, or, when an import brought many, one change for each noun."""
    if len(events) <= MOST_SINGLE:
        return [Change(one.sequence, one.noun, one.noun_id, one.what, one.recorded_at) for one in events]
    last = {one.noun: one for one in events}
    ordered = sorted(last.values(), key=lambda one: one.sequence)
    return [Change(one.sequence, one.noun, None, "many", one.recorded_at) for one in ordered]


def is_seen(change: Change, who: Who, snapshots: Iterable[Snapshot], now: datetime) -> bool:
    """Whether somebody may see a change: the record as it is, or as it was before.

    Args:
        change: What changed.
        who: Who listens.
        snapshots: The data after the change, and before it where they are at hand.
        now: The moment, aware.
    """
    action = ACTION_OF_NOUN.get(change.noun)
    if action is None:
        return False
    for data in snapshots:
        sight = Sight(who, data, now)
        area = sight.areas(action)
        if area.everything or not area or change.record_id is None:
            return bool(area)
        bound = data.bound_to(change.noun, change.record_id)
        if bound is not None and sight.may(action, *bound):
            return True
    return False


@dataclass(eq=False)
class Listener:
    """Somebody who listens.

    Attributes:
        who: Who it is.
        waiting: Messages not sent yet; None ends the stream, an empty one has it checked who listens.
        behind: Whether messages were lost to him, so that he has to come again.
    """

    who: Who
    waiting: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    behind: bool = False

    def offer(self, text: bytes | None) -> None:
        """Put a message where it waits to be sent; where too many wait, the stream ends after them."""
        if self.behind:
            return
        self.behind = text is None or self.waiting.qsize() >= MOST_WAITING
        self.waiting.put_nowait(None if self.behind else text)


class LiveHub:
    """Everybody who listens to one process. `recheck` and `close` may be called by any thread, the rest by its loop.

    Args:
        served: The district served.
        store: Where the events are.
    """

    def __init__(self, served: ServedDistrict, store: EventStore) -> None:
        self._served = served
        self._store = store
        self._listeners: set[Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._last = 0
        self._closed = False
        self._waiting = ThreadPoolExecutor(1, thread_name_prefix="gridgis-live")

    def __len__(self) -> int:
        return len(self._listeners)

    def check_room(self) -> None:
        """Refuse a listener more than there is room for.

        Raises:
            StoreFault: ``live.full``.
        """
        if len(self._listeners) >= MOST_LISTENERS or self._closed:
            raise StoreFault("live.full", most=MOST_LISTENERS)

    async def listen(self, who: Who, last_seen: int | None, again: Callable[[], Who | None]) -> Stream:
        """The stream of one listener.

        Args:
            who: Who listens.
            last_seen: Number of the last message that the listener had, None for one who comes for the first time.
            again: Says who this is now; None ends the stream.
        """
        listener, start = Listener(who), self._join()
        self._listeners.add(listener)
        try:
            yield f"retry: {RETRY_MS + random.randrange(RETRY_SPREAD_MS)}\n\n".encode()  # noqa: S311  spreads load
            async for text in self._missed(listener, last_seen, start):
                yield text
            async for text in self._following(listener, again):
                yield text
        finally:
            self._listeners.discard(listener)

    def _join(self) -> int:
        """Number of the last change that was told; begins to wait for more when nobody has."""
        if self._task is None or self._task.done():
            self._loop = asyncio.get_running_loop()
            self._last = self._served.current().version
            self._task = self._loop.create_task(self._run())
        return self._last

    async def _missed(self, listener: Listener, last_seen: int | None, start: int) -> Stream:
        """What the listener has not heard of what was told before, and where he stands now."""
        told = {"version": start}
        if last_seen is not None and not start - MOST_REPLAYED <= last_seen <= start:
            yield message("reset", told, start)
            return
        if last_seen is not None and last_seen < start:
            events = await self._read(last_seen, start)
            data, now = self._served.current(), self._served.now()
            for change in changes_of(events):
                if is_seen(change, listener.who, (data,), now):
                    yield change.message()
        yield message("ready", told, start)

    async def _following(self, listener: Listener, again: Callable[[], Who | None]) -> Stream:
        """What is told from now on, heart-beats between, until the listener is behind or nobody any more."""
        while True:
            text: bytes | None = b""
            with suppress(TimeoutError):
                text = await asyncio.wait_for(listener.waiting.get(), HEARTBEAT_S)
            if text is None:
                return
            if text:
                yield text
                continue
            with suppress(GridGISError):  # of a database that is away; nobody is sent away for that
                who = await asyncio.to_thread(again)
                if who is None:
                    yield message("end", {}, self._last)
                    return
                listener.who = who
            yield HEARTBEAT

    async def _run(self) -> None:
        """Wait for changes and tell them, while anybody listens."""
        while self._listeners and not self._closed:
            try:
                before = self._served.current()
                version = await self._in_thread(partial(self._store.changed, self._last, timeout_s=WAIT_S))
                if version > self._last:
                    after = await self._in_thread(partial(self._served.reach, version))
                    self._tell(await self._read(self._last, after.version), (after, before))
                    self._last = after.version
                elif version < self._last:  # another database took its place
                    self._last = version
                    self._offer_all(message("reset", {"version": version}, version))
            except GridGISError as error:
                LOG.warning("listeners wait: %s", error.code)
                await asyncio.sleep(AFTER_FAULT_S)

    async def _read(self, after: int, upto: int) -> tuple[Event, ...]:
        """Events after a number, up to another one."""
        return await self._in_thread(partial(self._store.events, after=after, limit=upto - after))

    async def _in_thread(self, call: Callable[[], Result]) -> Result:
        """The result of a call that waits, made beside the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._waiting, call)

    def _tell(self, events: Sequence[Event], snapshots: tuple[Snapshot, Snapshot]) -> None:
        """Offer each listener the changes that he may see."""
        now = self._served.now()
        for change in changes_of(events):
            text = change.message()
            for listener in self._listeners:
                if is_seen(change, listener.who, snapshots, now):
                    listener.offer(text)
        accounts = {one.noun_id for one in events if one.noun == "account"}
        self._check(lambda who: who.principal.account_id in accounts)

    def _offer_all(self, text: bytes | None) -> None:
        for listener in self._listeners:
            listener.offer(text)

    def _check(self, chosen: Callable[[Who], bool]) -> None:
        """Have it checked at once who some listeners are."""
        for listener in self._listeners:
            if chosen(listener.who):
                listener.offer(b"")

    def recheck(self, account_id: UUID) -> None:
        """Have it checked whether listeners of an account still are who they were."""
        self._soon(lambda: self._check(lambda who: who.principal.account_id == account_id))

    def close(self) -> None:
        """End every stream, and take no more."""
        self._closed = True
        self._soon(lambda: self._offer_all(None))
        self._waiting.shutdown(wait=False, cancel_futures=True)

    def _soon(self, call: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)
