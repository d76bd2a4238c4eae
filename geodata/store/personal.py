"""Say which columns tell of persons, and set them apart in events, so that they can be erased for good."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gridgis.events import body_text, set_apart

PERSONAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "alarm": frozenset({"caller", "phone", "note"}),
        "dispatch": frozenset({"answered_by"}),
        "enterprise": frozenset({"contact", "phone"}),
        "officer": frozenset({"name", "phone", "licence"}),
        "team": frozenset({"leader", "phone"}),
    }
)
"""Columns that tell of persons, by noun; all are texts, and empty once they were erased."""

_SALT_BYTES = 16


def event_texts(noun: str, told: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """Texts of the body and of the personal part of an event about a record.

    Args:
        noun: What the record is.
        told: Its values ``after``, and of a change ``before``.

    Returns:
        Both as canonical JSON; the personal part is empty when nobody is named.

    Raises:
        InvalidValue: ``event.content``.
    """
    names = PERSONAL.get(noun, frozenset())
    personal = {part: {name: values[name] for name in names & values.keys()} for part, values in told.items()}
    if not any(value for values in personal.values() for value in values.values()):
        personal = {}
    body: dict[str, Any] = {
        part: {name: value for name, value in values.items() if name not in names} for part, values in told.items()
    }
    if not personal:
        return body_text(body), ""
    body, text = set_apart(body, personal, salt=os.urandom(_SALT_BYTES).hex())
    return body_text(body), text
