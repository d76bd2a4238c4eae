"""Answer a command that comes twice as it was answered the first time, and carry it out once.

A telephone without signal sends again what it is not sure to have sent, a person presses a button twice. Each command
has a key, a UUID that the sender makes; its answer is kept under the key in the transaction that carries it out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from geodata.store import schema
from geodata.store.changes import plain_rows
from geodata.store.codec import columns_of
from geodata.store.database import database_of
from gridgis.errors import Conflict
from gridgis.events import body_text, moment_text

ANSWERS_KEPT = timedelta(days=30)
"""How long a command that comes again is recognised; longer than a telephone stays offline."""


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asks for.

    Attributes:
        key: What the sender calls it; the same again when it is sent again.
        actor: Who asks.
        action: What for, such as ``alarms.receive``.
        request_hash: SHA-256 of all that it says.
    """

    key: UUID
    actor: str
    action: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command is answered with.

    Attributes:
        value: The answer, as JSON can say it.
        repeated: Whether it was carried out before.
    """

    value: Mapping[str, Any]
    repeated: bool = False


def kept_answer(connection: Connection, command: Command, now: datetime) -> Answer | None:
    """The answer that a command had before, None when it comes for the first time or its answer is no longer kept.

    Raises:
        Conflict: ``command.key_reused`` when another command came with the same key.
    """
    text = "SELECT actor, action, request_hash, answer FROM commands WHERE id = ? AND answered_at >= ?"
    found = plain_rows(connection, text, (str(command.key), moment_text(now - ANSWERS_KEPT)))
    if not found:
        return None
    *told, answer = found[0]
    if told != [command.actor, command.action, command.request_hash]:
        raise Conflict("command.key_reused", key=str(command.key))
    return Answer(json.loads(answer), repeated=True)


def keep_answer(connection: Connection, command: Command, value: Mapping[str, Any], now: datetime) -> Answer:
    """Keep the answer to a command instead of those that are too old; inside a transaction that may write.

    Raises:
        InvalidValue: ``event.content`` for an answer that JSON can't say.
    """
    text = body_text(value)
    connection.exec_driver_sql("DELETE FROM commands WHERE answered_at < ?", (moment_text(now - ANSWERS_KEPT),))
    row = (str(command.key), command.actor, command.action, command.request_hash, text, moment_text(now))
    database_of(connection).insert(connection, schema.COMMANDS, columns_of(schema.COMMANDS), [row])
    return Answer(json.loads(text))
