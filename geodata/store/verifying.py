"""Walk the chain of events in a store, and name its head for an anchor or its first broken link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from geodata.progress import NoProgress, Progress
from geodata.store.reading import Reads
from gridgis.events import Anchor, BrokenLink, walk


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain of a store found.

    Attributes:
        head: The last event that holds, to be kept elsewhere when the chain is whole.
        broken: The first broken link, None when the chain is whole.
    """

    head: Anchor
    broken: BrokenLink | None


def verify_store(
    store: Reads, *, anchors: Iterable[Anchor] = (), now: datetime, progress: Progress | None = None
) -> Verdict:
    """Walk along the chain of a store from its first event to its last.

    Args:
        store: The store.
        anchors: Heads that were written down before, in any order.
        now: When, aware; the head is dated with it.
        progress: Told of the work.

    Raises:
        StoreFault: What can't be read at all.
    """
    told = progress or NoProgress()
    told.start("progress.verify.chain", store.version())
    try:
        found = walk(store.trail(told), anchors=anchors)
    finally:
        told.finish()
    return Verdict(Anchor(found.sound, found.head, now), found.broken)
