"""Keep what happened as events, each bound to the one before by its hash, so that nothing is changed unnoticed.

An event's hash is the SHA-256 of its canonical bytes, which hold the hash of the event before. Whoever changes, drops,
moves or doubles an event breaks the chain at that place, and `verify` names it. Whoever rewrites the chain from some
place on, or cuts off its end, leaves it whole: against that an office writes down the head now and then (an `Anchor`,
printed or kept elsewhere) and hands it to `verify`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json.encoder import encode_basestring as _text
from typing import Any, NamedTuple, Self
from uuid import UUID

from gridgis.errors import InvalidValue

GENESIS = "0" * 64
"""What stands for the hash before the first event."""

_PLAIN = frozenset({str, int, bool, type(None)})
_HASH = re.compile(r"[0-9a-f]{64}")
_ANCHOR = re.compile(r"\s*(\d{1,18})\s+(\w{64})\s+(\S+)\s*", re.ASCII)
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Event:
    """One change of state, as it was recorded.

    Attributes:
        sequence: Place in the trail: 1, 2, 3 and so on without a gap.
        id: Stable identifier.
        noun: What changed: ``officer``, ``team``, ``plan``, ``roads`` …
        noun_id: Which one.
        what: What happened to it: ``added``, ``updated``, ``dispatched`` …
        actor: Who did it.
        happened_at: When it happened, aware.
        recorded_at: When it was recorded, aware.
        reason: Why.
        body: What JSON can say of it, names being text.
        previous_hash: Hash of the event before, `GENESIS` for the first; empty while not chained.
        hash: Its own hash in hexadecimal; empty while not chained.
    """

    sequence: int
    id: UUID
    noun: str
    noun_id: UUID
    what: str
    actor: str
    happened_at: datetime
    recorded_at: datetime
    reason: str
    body: Mapping[str, Any]
    previous_hash: str = ""
    hash: str = ""


def moment_text(moment: datetime) -> str:
    """An aware moment as UTC text, cut to the millisecond.

    Raises:
        InvalidValue: ``time.offset`` when the moment has no offset; ``event.content`` past the first or last year.
    """
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise InvalidValue("time.offset", value=moment.isoformat())
        try:
            moment = moment.astimezone(UTC)
        except OverflowError as error:
            raise InvalidValue("event.content", value=moment.isoformat()) from error
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def body_text(body: Mapping[str, Any]) -> str:
    """A body as canonical JSON: names sorted by code point, no blanks, whole numbers without a fraction.

    Equal values give the same text, whatever the order of their names: ``1``, ``1.0`` and ``1e0`` are ``1``, ``-0.0``
    is ``0``, a tuple is a list.

    Raises:
        InvalidValue: ``event.content`` for what JSON can't say: NaN, infinities, names or values of other types.
    """
    try:
        return _json(_plain(body))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidValue("event.content", value=str(error)) from error


def _plain(value: Any) -> Any:
    """A value with one form for each number and text for every name."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict | Mapping):
        "".join(value)  # a TypeError for a name that is no text, which JSON would quietly turn into one
        return {name: item if type(item) in _PLAIN else _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in _PLAIN else _plain(item) for item in value]
    return value


class Written(NamedTuple):
    """An event as it is stored, each part as its canonical text; see `Event` for what they mean."""

    sequence: int
    id: str
    noun: str
    noun_id: str
    what: str
    actor: str
    happened_at: str
    recorded_at: str
    reason: str
    body: str
    previous_hash: str = ""
    hash: str = ""


def written(event: Event) -> Written:
    """An event with each part as its canonical text.

    Raises:
        InvalidValue: ``event.content``, ``time.offset``.
    """
    return Written(
        event.sequence,
        str(event.id),
        event.noun,
        str(event.noun_id),
        event.what,
        event.actor,
        moment_text(event.happened_at),
        moment_text(event.recorded_at),
        event.reason,
        body_text(event.body),
        event.previous_hash,
        event.hash,
    )


def canonical(event: Written, previous_hash: str) -> bytes:
    """The bytes that an event's hash is made of: its JSON in UTF-8, names sorted, without its own hash.

    Two events with the same bytes are the same: only the body stands there unquoted, between a beginning and an end
    that can be told from it.

    Raises:
        InvalidValue: ``event.content`` for text that is no Unicode.
    """
    try:
        return (
            f'{{"actor":{_text(event.actor)},"body":{event.body},"happened_at":{_text(event.happened_at)},'
            f'"id":{_text(event.id)},"noun":{_text(event.noun)},"noun_id":{_text(event.noun_id)},'
            f'"previous_hash":{_text(previous_hash)},"reason":{_text(event.reason)},'
            f'"recorded_at":{_text(event.recorded_at)},"sequence":{event.sequence},"what":{_text(event.what)}}}'
        ).encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise InvalidValue("event.content", value=str(error)) from error


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


def verify(events: Iterable[Event | Written], *, anchors: Iterable[Anchor] = ()) -> BrokenLink | None:
    """The first broken link of a chain, None when it is whole and agrees with every anchor.

    The chain is read once and not kept, so that it may be of any length. Without an anchor at its end, events cut off
    there are not missed.

    Args:
        events: The whole chain from its first event, in the order in which it is stored.
        anchors: Heads that were written down, in any order.
    """
    due = sorted(anchors, key=lambda anchor: anchor.sequence, reverse=True)
    sequence, head, anchored = 0, GENESIS, 0
    stream = iter(events)
    event: Event | Written | None = None
    while True:
        while due and due[-1].sequence == sequence:
            if due.pop().hash != head:
                return BrokenLink(Flaw.REWRITTEN, sequence, anchored, event)
            anchored = sequence
        event = next(stream, None)
        if event is None:
            return BrokenLink(Flaw.CUT, sequence + 1, sequence) if due else None
        if event.sequence != sequence + 1 or event.previous_hash != head or not _sealed(event):
            return BrokenLink(_flaw(event, sequence + 1, stream), sequence + 1, sequence, event)
        sequence, head = event.sequence, event.hash


def _sealed(event: Event | Written) -> bool:
    """Whether an event's own hash holds for its content."""
    try:
        return link(event, event.previous_hash) == event.hash
    except InvalidValue:
        return False


def _flaw(event: Event | Written, expected: int, rest: Iterable[Event | Written]) -> Flaw:
    """Why an event can't stand at a place before which all is well."""
    if not _sealed(event):
        return Flaw.CHANGED
    if event.sequence < expected:
        return Flaw.DOUBLED
    if event.sequence == expected:
        return Flaw.UNLINKED
    return Flaw.REORDERED if any(later.sequence == expected for later in rest) else Flaw.MISSING
