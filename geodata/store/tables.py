"""Declare what every table and view of the store has in common.

Every table has ``fid`` (GeoPackage's integer key) and ``id`` (a UUID, the target of every reference); ``code`` is how
people and files name a row and is never referenced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from geodata.store.columns import Geometry, Identifier

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the store; importing `geodata.store` declares them all."""

WHOLE = Integer().with_variant(BigInteger(), "postgresql")
"""A whole number of 64 bits, as every ``INTEGER`` of a GeoPackage is."""


def declare(
    name: str, *items: SchemaItem, said: str, code: bool = True, private: bool = False, since: str = "0001"
) -> Table:
    """A table with the keys every table has.

    Args:
        name: Its name.
        items: Its other columns and constraints.
        said: Its name for people, in Chinese and English.
        code: Whether people and files name its rows.
        private: Whether it is nobody's but the service's: listed to no reader, and empty in copies for them.
        since: Schema version that brought it.
    """
    keys: list[SchemaItem] = [Column("fid", WHOLE, primary_key=True), column("id", Identifier())]
    if code:
        keys.append(column("code", Text))
    return Table(
        name,
        METADATA,
        *keys,
        *items,
        UniqueConstraint("id"),
        sqlite_autoincrement=True,
        comment=said,
        info={"private": private, "since": since},
    )


def column(name: str, kind: Any, *items: SchemaItem, null: bool = False) -> Column[Any]:
    """A column that holds a value in every row, unless it may be null."""
    return Column(name, WHOLE if kind is Integer else kind, *items, nullable=null)


def reference(name: str, target: str, *, null: bool = False) -> Column[Any]:
    """A column that names a row of another table by its ``id``."""
    return column(name, Identifier(), ForeignKey(target), null=null)


def one_of(name: str, *values: str) -> CheckConstraint:
    """The few values that a column may hold."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def is_private(table: Table) -> bool:
    """Whether a table is nobody's but the service's."""
    return bool(table.info["private"])


def tables_since(revision: str) -> list[Table]:
    """The tables that a schema version brought, those that others refer to first."""
    return [table for table in METADATA.sorted_tables if table.info["since"] == revision]


def geometry_column(table: Table) -> Geometry | None:
    """The geometry type of a table that is a map layer, None for others."""
    found = table.c.get("geom")
    return found.type if found is not None and isinstance(found.type, Geometry) else None


@dataclass(frozen=True, slots=True)
class View:
    """A query that is shown as a table to readers of the file.

    Attributes:
        name: Name in the file.
        said: Name for people.
        over: Table whose rows it shows.
        query: What it shows; the first column is an integer key.
        geometry: Geometry type when it is a map layer, empty otherwise.
        postgis: The query in the words of PostGIS, where these are others.
    """

    name: str
    said: str
    over: str
    query: str
    geometry: str = ""
    postgis: str = ""
