"""Bind events to each other by hash, and find the first place at which a chain does not hold.

An event's hash is the SHA-256 of its canonical bytes, which hold the hash of the event before. Whoever changes, drops,
moves or doubles an event breaks the chain at that place, and `verify` names it. Whoever rewrites the chain from some
place on, or cuts off its end, leaves it whole: against that an office writes down the head now and then (an `Anchor`,
printed or kept elsewhere) and hands it to `verify`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from gridgis.errors import InvalidValue
from gridgis.events.event import ERASED, PERSONAL_HASH, Event, Written, canonical, moment_text, written

GENESIS = "0" * 64
"""What stands for the hash before the first event."""

_HASH = re.compile(r"[0-9a-f]{64}")
_ANCHOR = re.compile(r"\s*(\d{1,18})\s+(\w{64})\s+(\S+)\s*", re.ASCII)
_PERSONAL = f'"{PERSONAL_HASH}":"'


def link(event: Event | Written, previous_hash: str) -> str:
    """Hash of an event that follows the one with a hash; what the event says of hashes itself does not count.

    Raises:
        InvalidValue: ``event.content``, ``time.offset``.
    """
    text = event if isinstance(event, Written) else written(event)
    return sha256(canonical(text, previous_hash)).hexdigest()


def chained(events: Iterable[Event | Written], previous_hash: str = GENESIS) -> Iterator[Written]:
    """The events as they are to be stored, each bound to the one before.

    Raises:
        InvalidValue: ``event.content``, ``time.offset``.
    """
    for event in events:
        text = event if isinstance(event, Written) else written(event)
        own = link(text, previous_hash)
        yield text._replace(previous_hash=previous_hash, hash=own)
        previous_hash = own


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain at a moment, signed off and kept where nobody who can write the chain can reach it.

    Its text, ``sequence hash moment``, is what an office prints; `parse` reads it back.

    Attributes:
        sequence: Place of the last event then, 0 when there was none.
        hash: Its hash.
        taken_at: When the head was written down, aware.

    Raises:
        InvalidValue: ``anchor.form``; ``time.offset``.
    """

    sequence: int
    hash: str
    taken_at: datetime

    def __post_init__(self) -> None:
        if not _ANCHOR.fullmatch(str(self)) or not _HASH.fullmatch(self.hash):
            raise InvalidValue("anchor.form", value=str(self))

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash} {moment_text(self.taken_at)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """An anchor as it was printed.

        Raises:
            InvalidValue: ``anchor.form``; ``time.offset``.
        """
        found = _ANCHOR.fullmatch(text)
        if found is None:
            raise InvalidValue("anchor.form", value=text)
        try:
            taken_at = datetime.fromisoformat(found[3])
        except ValueError as error:
            raise InvalidValue("anchor.form", value=text) from error
        return cls(int(found[1]), found[2].lower(), taken_at)


class Flaw(StrEnum):
    """What is wrong where a chain breaks."""

    CHANGED = "changed"  # the event's content is not what its hash was made of
    MISSING = "missing"  # the event that should stand here is nowhere in the chain
    REORDERED = "reordered"  # the event that should stand here comes later
    DOUBLED = "doubled"  # an event with a number that has been
    UNLINKED = "unlinked"  # whole in itself, but made to follow another event than the one before it
    CUT = "cut"  # the chain ends before an anchor
    REWRITTEN = "rewritten"  # whole in itself, but not the chain that an anchor was taken of
    BLANKED = "blanked"  # its personal part is gone, and no event says that it was erased


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place at which a chain does not hold; ``errors.chain.<flaw>`` are its words.

    Attributes:
        flaw: What is wrong.
        sequence: Number of the event that should stand there; of a rewritten chain the anchor's.
        sound: How many events from the first one on hold; of a rewritten chain, up to the last anchor that agrees.
        event: The event that stands there, None where the chain ends.
    """

    flaw: Flaw
    sequence: int
    sound: int
    event: Event | Written | None = None

    @property
    def code(self) -> str:
        """Its key in the catalogues under ``errors``."""
        return f"chain.{self.flaw}"

    @property
    def fields(self) -> dict[str, Any]:
        """What fills its words."""
        found = self.event
        told = {"found": found.sequence, "noun": found.noun, "event": str(found.id)} if found else {}
        return {"sequence": self.sequence, "sound": self.sound, **told}


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk along a chain found.

    Attributes:
        sound: How many events from the first one on are bound to each other.
        head: Hash of the last of them.
        broken: The first broken link, None when the chain is whole.
    """

    sound: int
    head: str
    broken: BrokenLink | None = None


def verify(events: Iterable[Event | Written], *, anchors: Iterable[Anchor] = ()) -> BrokenLink | None:
    """The first broken link of a chain, None when it is whole and agrees with every anchor; see `walk`."""
    return walk(events, anchors=anchors).broken


def walk(events: Iterable[Event | Written], *, anchors: Iterable[Anchor] = ()) -> Walk:
    """Walk along a chain up to its first broken link, or to its end when it is whole and agrees with every anchor.

    The chain is read once and not kept, so that it may be of any length. Without an anchor at its end, events cut off
    there are not missed.

    Args:
        events: The whole chain from its first event, in the order in which it is stored.
        anchors: Heads that were written down, in any order.
    """
    due = sorted(anchors, key=lambda anchor: anchor.sequence, reverse=True)
    sequence, head, anchored = 0, GENESIS, 0
    blank: dict[int, str] = {}
    stream = iter(events)
    event: Event | Written | None = None
    while True:
        while due and due[-1].sequence == sequence:
            if due.pop().hash != head:
                return Walk(sequence, head, BrokenLink(Flaw.REWRITTEN, sequence, anchored, event))
            anchored = sequence
        event = next(stream, None)
        if event is None:
            return Walk(sequence, head, _at_the_end(sequence, blank, due))
        text = _sealed(event)
        if text is None or text.sequence != sequence + 1 or text.previous_hash != head:
            flaw = Flaw.CHANGED if text is None else _flaw(event, sequence + 1, stream)
            return Walk(sequence, head, BrokenLink(flaw, sequence + 1, sequence, event))
        if _PERSONAL in text.body and not text.personal:
            blank[text.sequence] = text.noun_id
        elif text.what == ERASED:
            _explain(text, blank)
        sequence, head = text.sequence, text.hash


def _at_the_end(sequence: int, blank: Iterable[int], due: Collection[Anchor]) -> BrokenLink | None:
    """What is wrong with a chain of which every link holds."""
    if due:
        return BrokenLink(Flaw.CUT, sequence + 1, sequence)
    first = min(blank, default=None)
    return None if first is None else BrokenLink(Flaw.BLANKED, first, first - 1)


def _explain(erasure: Written, blank: dict[int, str]) -> None:
    """Take out those events without their personal part that an erasure of the same record names."""
    with suppress(ValueError, LookupError, TypeError):  # of a forged one that says nothing
        for sequence in json.loads(erasure.body)["events"]:
            if blank.get(sequence) == erasure.noun_id:
                del blank[sequence]


def _sealed(event: Event | Written) -> Written | None:
    """The text of an event, None when its own hash or that of its personal part does not hold."""
    try:
        text = event if isinstance(event, Written) else written(event)
        if sha256(canonical(text, text.previous_hash)).hexdigest() != text.hash or not isinstance(text.body, str):
            return None
        if text.personal and f'{_PERSONAL}{sha256(text.personal.encode()).hexdigest()}"' not in text.body:
            return None
    except (InvalidValue, UnicodeEncodeError):
        return None
    return text


def _flaw(event: Event | Written, expected: int, rest: Iterable[Event | Written]) -> Flaw:
    """Why an event that is whole in itself can't stand at a place before which all is well."""
    if event.sequence < expected:
        return Flaw.DOUBLED
    if event.sequence == expected:
        return Flaw.UNLINKED
    return Flaw.REORDERED if any(later.sequence == expected for later in rest) else Flaw.MISSING
