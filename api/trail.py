"""Walk the chain of events in the background, and tell an auditor what was found."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from geodata.store import Verdict, verify_store
from gridgis.errors import GridGISError

if TYPE_CHECKING:
    from geodata.store import Store

LOG = logging.getLogger("gridgis.api")
WAIT_S = 2.0
"""How long a request waits for a walk; a chain of some ten thousand events is walked within."""

REST = 30
"""A walk is begun again after so many times its own duration: it takes no more than a thirtieth of a core."""


@dataclass(slots=True)
class Steps:
    """How far a walk has come.

    Attributes:
        total: Events there are.
        done: Events walked.
    """

    total: int = 0
    done: int = 0

    def start(self, _task: str, total: int | None) -> None:
        """Begin."""
        self.total, self.done = total or 0, 0

    def advance(self, done: int) -> None:
        """So many more."""
        self.done += done

    def finish(self) -> None:
        """End."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What the last walk found.

    Attributes:
        verdict: Its result.
        began: When it began, aware.
        seconds: How long it took.
    """

    verdict: Verdict
    began: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of the chain now.

    Attributes:
        count: Events there are.
        walked: The last walk, None before one ended.
        walking: How far the walk that goes on has come, None while none does.
        fault: Why the last walk came to no end, None where it did.
    """

    count: int
    walked: Walked | None
    walking: Steps | None
    fault: GridGISError | None


class TrailCheck:
    """One walk at a time, begun when somebody asks and the last one is out of date. Safe among threads.

    Args:
        store: Whose chain it is.
        now: What time it is.
        timer: Seconds that only grow.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], timer: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._timer = timer
        self._lock = threading.Lock()
        self._background = ThreadPoolExecutor(1, thread_name_prefix="gridgis-trail")
        self._walk: Future[None] | None = None
        self._steps = Steps()
        self._walked: Walked | None = None
        self._ended = 0.0
        self._fault: GridGISError | None = None

    def check(self, *, wait_s: float = WAIT_S) -> Checked:
        """What is known of the chain; waits a moment for a walk that is soon at its end.

        Raises:
            StoreFault: When the database can't be read.
        """
        count = self._store.version()
        with self._lock:
            if self._walk is None and self._due(count):
                self._walk = self._background.submit(self._go)
            walk = self._walk
        if walk is not None:
            try:
                walk.result(wait_s)
            except StillRunning:
                return Checked(count, self._walked, self._steps, None)
        return Checked(count, self._walked, None, self._fault)

    def _due(self, count: int) -> bool:
        """Whether the last walk is out of date: other events since, or long ago."""
        if self._walked is None or self._fault is not None:
            return True
        rested = self._timer() - self._ended >= REST * self._walked.seconds
        return rested or (self._walked.verdict.head.sequence != count and self._walked.seconds * REST < WAIT_S)

    def _go(self) -> None:
        began, started, steps = self._now(), self._timer(), Steps()
        self._steps = steps
        try:
            verdict = verify_store(self._store, now=began, progress=steps)
        except GridGISError as error:
            LOG.warning("the chain can't be walked: %s", error.code)
            self._fault = error
        else:
            self._fault = None
            self._walked = Walked(verdict, began, self._timer() - started)
            if verdict.broken is not None:
                LOG.error("the chain of events is broken: %s at %s", verdict.broken.code, verdict.broken.sequence)
        finally:
            with self._lock:
                self._ended = self._timer()
                self._walk = None

    def close(self) -> None:
        """Wait for a walk that goes on."""
        self._background.shutdown(wait=True, cancel_futures=True)
