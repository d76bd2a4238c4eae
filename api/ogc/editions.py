"""Keep the features of the newest data, and for a while the older ones that pages handed out still point to."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from api.ogc.collection import Collection, Sources
from api.ogc.collections import COLLECTIONS
from api.ogc.features import Features
from api.snapshot import Snapshot
from gridgis.cells import GridPlan
from gridgis.errors import Conflict

KEPT_S = 600.0
MOST_KEPT_BYTES = 128_000_000


@dataclass(frozen=True, slots=True)
class _Edition:
    """Features as they are now, with what they were made of."""

    version: int
    plan: GridPlan | None
    sources: Sources
    features: Features


class Editions:
    """Features of every collection. Safe among threads.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._newest: dict[str, _Edition] = {}
        self._paged: OrderedDict[tuple[str, str], tuple[float, Features]] = OrderedDict()

    def ready(self, collection: Collection, snapshot: Snapshot, plan: GridPlan | None) -> Features | None:
        """Features of a collection when they are made already; never waits.

        Args:
            collection: The collection.
            snapshot: The data as they are now.
            plan: The plan in force now.
        """
        found = self._newest.get(collection.id)
        fits = found is not None and found.version == snapshot.version and found.plan is plan
        return found.features if fits and found is not None else None

    def make(self, collection: Collection, snapshot: Snapshot, plan: GridPlan | None) -> Features:
        """Features of a collection, made when its records are others than before."""
        with self._making.setdefault(collection.id, threading.Lock()):
            found = self.ready(collection, snapshot, plan)
            if found is None:
                sources = collection.sources(snapshot, plan)
                before = self._newest.get(collection.id)
                found = _features(collection, sources, before)
                self._newest[collection.id] = _Edition(snapshot.version, plan, sources, found)
            return found

    def warm(self, snapshot: Snapshot, now: datetime) -> None:
        """Make the features of all collections, before they are asked for."""
        plan = snapshot.state.plan_at(now)
        for one in COLLECTIONS.values():
            self.make(one, snapshot, plan)

    def hand_out(self, collection: Collection, features: Features) -> None:
        """Note that a page with a link to the next one was given, so that these features are kept for it."""
        now, key = self._clock(), (collection.id, features.tag)
        with self._lock:
            self._paged[key] = now, features
            self._paged.move_to_end(key)
            size = sum(one.size_bytes for _, one in self._paged.values())
            while len(self._paged) > 1:
                oldest, (given, one) = next(iter(self._paged.items()))
                if now - given <= KEPT_S and size <= MOST_KEPT_BYTES:
                    break
                size -= one.size_bytes
                del self._paged[oldest]

    def tagged(self, collection: Collection, newest: Features, tag: str) -> Features:
        """The features that a page belongs to.

        Raises:
            Conflict: ``ogc.page_gone`` when they are kept no more.
        """
        if newest.tag == tag:
            return newest
        with self._lock:
            given, found = self._paged.get((collection.id, tag), (0.0, None))
        if found is None or self._clock() - given > KEPT_S:
            raise Conflict("ogc.page_gone", collection=collection.id)
        return found


def _features(collection: Collection, sources: Sources, before: _Edition | None) -> Features:
    """New features; those of before where the records, or all that is told of them, are the same."""
    if before is not None and before.sources == sources:
        return before.features
    made = collection.features(sources)
    return before.features if before is not None and before.features.tag == made.tag else made
