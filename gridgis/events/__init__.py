"""Keep what happened as events, each bound to the one before by its hash, so that nothing is changed unnoticed."""

from gridgis.events.chain import GENESIS, Anchor, BrokenLink, Flaw, Walk, chained, link, verify, walk
from gridgis.events.event import (
    ERASED,
    PERSONAL_HASH,
    Event,
    Written,
    body_text,
    canonical,
    moment_text,
    set_apart,
    written,
)

__all__ = [
    "ERASED",
    "GENESIS",
    "PERSONAL_HASH",
    "Anchor",
    "BrokenLink",
    "Event",
    "Flaw",
    "Walk",
    "Written",
    "body_text",
    "canonical",
    "chained",
    "link",
    "moment_text",
    "set_apart",
    "verify",
    "walk",
    "written",
]
