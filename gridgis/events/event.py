"""Say what one event is, and write it as the one text that its hash is made of.

What an event tells of persons (who called, and from which number) stands apart from its body, as its *personal* part;
the body holds only the SHA-256 of it. So it can be taken away when it may no longer be kept, and the chain still holds.
The part has a salt: without it, whoever tries all telephone numbers could find the one that was taken away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring as _text
from typing import Any, NamedTuple
from uuid import UUID

from gridgis.errors import InvalidValue

ERASED = "erased"
"""What happened to a record whose personal parts were taken away; the body lists under ``events`` of which events."""

PERSONAL_HASH = "personal_sha256"
"""Name in a body of the SHA-256 of the personal part's text."""

_PLAIN = frozenset({str, int, bool, type(None)})
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
        personal: What it tells of persons, see `set_apart`; empty where it tells nothing or that was erased.
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
    personal: Mapping[str, Any] = field(default_factory=dict)


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
        InvalidValue: ``event.content`` for what JSON can't say: NaN, infinities, names or values of other types, text
            that is no Unicode.
    """
    try:
        text = _json(_plain(body))
        text.encode()  # a ValueError for what is no Unicode
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidValue("event.content", value=str(error)) from error
    return text


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


def set_apart(body: Mapping[str, Any], personal: Mapping[str, Any], *, salt: str) -> tuple[dict[str, Any], str]:
    """A body with the hash of its personal part, and that part as text.

    Args:
        body: What may be told for ever.
        personal: What may have to be erased.
        salt: Something that nobody can guess, another one for each event.

    Raises:
        InvalidValue: ``event.content``.
    """
    text = body_text({**personal, "salt": salt})
    return {**body, PERSONAL_HASH: sha256(text.encode()).hexdigest()}, text


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
    personal: str = ""


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
        body_text(event.personal) if event.personal else "",
    )


def canonical(event: Written, previous_hash: str) -> bytes:
    """The bytes that an event's hash is made of: its JSON in UTF-8, names sorted, without hash and personal part.

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
