"""Read whole tables as columns, and put columns in place of everything that a table held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table

from geodata.store.changes import Extent, plain_rows, statements
from geodata.store.codec import columns_of
from geodata.store.database import database_of

Columns = tuple[tuple[Any, ...], ...]
"""Columns of a table in their order, all equally long."""


def stored_columns(connection: Connection, table: Table, *leave: str) -> Columns:
    """Columns of a whole table in order of ``fid``; those named and ``fid`` itself are left out."""
    columns = columns_of(table, *leave)
    text = f"{statements(table, columns).select} ORDER BY {table.name}.fid"
    rows = plain_rows(connection, text)
    return tuple(zip(*rows, strict=True))[1:] if rows else ((),) * len(columns)


def replace_columns(connection: Connection, table: Table, columns: Columns, extent: Callable[[str], Extent]) -> None:
    """Write columns in place of everything a table held.

    Args:
        connection: An open transaction.
        table: The table.
        columns: What it is to hold.
        extent: Gives the extent of a layer to note its geometries in.
    """
    connection.exec_driver_sql(f"DELETE FROM {table.name}")  # noqa: S608  our own table
    if columns[0]:
        rows = list(zip(*columns, strict=True))
        database_of(connection).insert(connection, table, columns_of(table), rows)
    if "geom" in table.c:
        noted = extent(table.name)
        noted.start_anew()
        for blob in columns[-1]:
            noted.add(new=blob)


def replaced_counts(stored: Columns, made: Columns) -> dict[str, int]:
    """How many rows are ``added``, ``updated``, ``removed`` and ``unchanged`` when a table comes to hold others."""
    if stored == made:
        return {"added": 0, "updated": 0, "removed": 0, "unchanged": len(made[0])}
    before = {row[0]: row for row in zip(*stored, strict=True)}
    added = sum(one not in before for one in made[0])
    unchanged = sum(before.get(row[0]) == row for row in zip(*made, strict=True))
    updated = len(made[0]) - added - unchanged
    removed = len(before) - updated - unchanged
    return {"added": added, "updated": updated, "removed": removed, "unchanged": unchanged}
