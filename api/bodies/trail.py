"""Shape the trail: events with what is personal in them masked, and what a walk along the chain found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gridgis.access import MASKS, Action, mask_id_number, mask_name, mask_text
from gridgis.events import Event

SALT = "salt"
_NUMBERS = frozenset({"licence"})


class EventBody(BaseModel):
    """One change of state, as it was recorded."""

    sequence: int = Field(description="Place in the trail: 1, 2, 3 and so on")
    id: UUID
    noun: str
    noun_id: UUID
    what: str
    subject: str = Field(description="Code or name of the record, empty where nothing tells it")
    actor: str
    actor_title: str = Field(description="Name of the person whose account it is, empty where it is none")
    happened_at: datetime
    recorded_at: datetime
    reason: str
    body: dict[str, Any] = Field(description="What is told of it")
    personal: dict[str, Any] = Field(description="What it tells of persons, masked; empty once erased")
    previous_hash: str
    hash: str


class EventPage(BaseModel):
    """Events that fit, the newest first."""

    items: list[EventBody]
    total: int = Field(description="How many fit in all")
    next: int | None = Field(description="`before` of the next page, None on the last one")


class ActorBody(BaseModel):
    """Somebody whose doing stands in the trail."""

    name: str
    title: str


class BrokenBody(BaseModel):
    """Where the chain breaks."""

    code: str
    sequence: int
    sound: int = Field(description="How many events hold")
    detail: str


class TrailBody(BaseModel):
    """The chain: its head, and what the last walk along it found."""

    count: int = Field(description="Events there are now")
    state: str = Field(description="`whole`, `broken`, `walking` before the first walk ended, or `unreadable`")
    head: str = Field(description="Anchor of the last walk, `sequence hash moment`; empty unless the chain is whole")
    walked_at: datetime | None = Field(description="When the last walk began")
    walked: int = Field(description="Events that the last walk found to hold")
    seconds: float | None = Field(description="How long it took")
    walking: int | None = Field(description="Events that the walk going on has passed, None while none goes on")
    broken: BrokenBody | None
    fault: str = Field(description="Why the last walk came to no end, empty where it did")
    actors: list[ActorBody]
    nouns: list[str] = Field(description="Nouns that events can be of")


def event_body(
    event: Event, *, subject: str, actor_title: str, allowed: Callable[[Action], bool], reads: bool
) -> EventBody:
    """An event as somebody may see it.

    Args:
        event: The event.
        subject: Code or name of the record.
        actor_title: Name of the person who did it.
        allowed: Whether an action is allowed on the record.
        reads: Whether the record itself may be read; who may not sees of names the first character.
    """
    return EventBody(
        sequence=event.sequence,
        id=event.id,
        noun=event.noun,
        noun_id=event.noun_id,
        what=event.what,
        subject=subject,
        actor=event.actor,
        actor_title=actor_title,
        happened_at=event.happened_at,
        recorded_at=event.recorded_at,
        reason=event.reason if reads else mask_text(event.reason),
        body=dict(event.body),
        personal=shown_personal(event.noun, event.personal, allowed=allowed, reads=reads),
        previous_hash=event.previous_hash,
        hash=event.hash,
    )


def shown_personal(
    noun: str, personal: Mapping[str, Any], *, allowed: Callable[[Action], bool], reads: bool
) -> dict[str, Any]:
    """The personal part of an event, without its salt, by which masked numbers could be found."""
    masks = MASKS.get(noun, {})

    def shown(name: str, value: Any) -> Any:
        if not isinstance(value, str) or not value:
            return value
        if name in masks:
            return value if allowed(masks[name].action) else masks[name].hide(value)
        if reads:
            return value
        return mask_id_number(value) if name in _NUMBERS else mask_name(value)

    return {
        part: {name: shown(name, value) for name, value in values.items()}
        for part, values in personal.items()
        if part != SALT and isinstance(values, Mapping)
    }
