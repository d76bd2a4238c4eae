"""Write and read run cards: a row a card, its lines as JSON that the view ``run_card_needs`` unfolds for readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from geodata.store import schema
from geodata.store.codec import Codec, Row, columns_of
from geodata.store.columns import json_text
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCard, Task
from gridgis.dispatch.teams import Command, Tier


def card_code(card: RunCard) -> str:
    """What names a run card: its type and level."""
    return f"{card.type}/{card.level.value}"


def _rows(cards: Sequence[RunCard]) -> list[Row]:
    return [
        (
            str(card.id),
            card_code(card),
            card.type,
            card.level.value,
            card.name,
            json_text([line_of(need) for need in card.needs]),
        )
        for card in cards
    ]


def line_of(need: Need) -> dict[str, Any]:
    """A line of a card as JSON says it."""
    told = {
        "line": need.code,
        "tier": need.tier,
        "capability": need.capability,
        "command": need.command,
        "teams": need.teams,
        "people": need.people,
        "task": need.task,
        "safe_distance_m": need.safe_distance_m,
        "fallback": need.fallback,
        "local": need.local,
    }
    return told | ({"kit": [list(one) for one in need.kit]} if need.kit else {})


def need_of(line: dict[str, Any]) -> Need:
    """The line that JSON says."""
    kit = tuple((str(kind), int(quantity)) for kind, quantity in line.pop("kit", ()))
    return Need(
        code=line.pop("line"),
        tier=None if line["tier"] is None else Tier(line["tier"]),
        command=Command(line["command"]),
        task=Task(line["task"]),
        kit=kit,
        **{name: value for name, value in line.items() if name not in {"tier", "command", "task"}},
    )


def _cards(found: Sequence[Row]) -> tuple[RunCard, ...]:
    return tuple(
        RunCard(UUID(id_), type_, ResponseLevel(level), tuple(map(need_of, json.loads(needs))), name)
        for id_, _, type_, level, name, needs in found
    )


RUN_CARDS: Codec[RunCard] = Codec("run_card", schema.RUN_CARDS, columns_of(schema.RUN_CARDS), _rows, _cards)
