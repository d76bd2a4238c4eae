"""Say which columns tell of persons, set them apart in events, and take them away from rows and events for good."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from geodata.store import schema
from geodata.store.changes import plain_rows
from gridgis.errors import NotKnown
from gridgis.events import body_text, set_apart

PERSONAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "alarm": frozenset({"caller", "phone", "note"}),
        "call": frozenset({"caller", "phone", "said"}),
        "dispatch": frozenset({"answered_by"}),
        "enterprise": frozenset({"contact", "phone"}),
        "hazard": frozenset({"text"}),
        "hazard_step": frozenset({"text"}),
        "incident": frozenset({"note", "commander"}),
        "log_entry": frozenset({"text"}),
        "officer": frozenset({"name", "phone", "licence"}),
        "lesson": frozenset({"owner"}),
        "team": frozenset({"leader", "phone"}),
        "team_member": frozenset({"name", "phone"}),
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


@dataclass(frozen=True, slots=True)
class Held:
    """What the store knows of persons in one record.

    Attributes:
        noun: What the record is.
        id: Its identifier.
        columns: Columns that tell of persons.
        events: Numbers of the events about it that have a personal part.
        in_row: Whether its row names anybody.
    """

    noun: str
    id: str
    columns: tuple[str, ...]
    events: tuple[int, ...]
    in_row: bool

    def __bool__(self) -> bool:
        return self.in_row or bool(self.events)


def personal_columns(noun: str) -> tuple[str, ...]:
    """Columns of a noun that tell of persons.

    Raises:
        NotKnown: ``store.not_personal`` when its records tell of nobody.
    """
    if noun not in PERSONAL:
        raise NotKnown("store.not_personal", value=noun, known=", ".join(PERSONAL))
    return tuple(sorted(PERSONAL[noun]))


def find_held(connection: Connection, noun: str, columns: tuple[str, ...], id_: str) -> Held:
    """What is known of persons in a record."""
    events = plain_rows(connection, "SELECT fid FROM events WHERE noun_id = ? AND personal <> '' ORDER BY fid", (id_,))
    some = " OR ".join(f"{name} <> ''" for name in columns)
    text = f"SELECT fid FROM {schema.RECORDS[noun].name} WHERE id = ? AND ({some})"  # noqa: S608  our own table
    in_row = bool(plain_rows(connection, text, (id_,)))
    return Held(noun, id_, columns, tuple(fid for (fid,) in events), in_row)


def empty(connection: Connection, held: Held, stamp: str) -> None:
    """Empty the columns and personal parts that were found; inside a transaction that may write."""
    table = schema.RECORDS[held.noun]
    stamped = "updated_at" in table.c
    blanks = ", ".join([f"{name} = ''" for name in held.columns] + ["updated_at = ?"] * stamped)
    values = (stamp, held.id) if stamped else (held.id,)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {blanks} WHERE id = ?", values)  # noqa: S608  our own
    connection.exec_driver_sql("UPDATE events SET personal = '' WHERE noun_id = ? AND personal <> ''", (held.id,))
