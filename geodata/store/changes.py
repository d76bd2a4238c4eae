"""Find what a batch of rows changes, and write just that: rows are matched by code, then by identifier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from geodata.store.binary import envelope
from geodata.store.codec import Codec, Row
from geodata.store.database import database_of
from gridgis.errors import Conflict, InvalidValue

MOST_LOOKED_UP = 500
_DIALECT = sqlite_dialect()
_QUOTING = _DIALECT.identifier_preparer
_QUOTING.reserved_words = _QUOTING.reserved_words | RESERVED_WORDS  # one text for every kind of database


@dataclass(frozen=True, slots=True)
class Changes:
    """How many records a put added, updated and left as they were."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.added + other.added, self.updated + other.updated, self.unchanged + other.unchanged)

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.updated)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a batch of rows changes in a table.

    Attributes:
        added: New rows.
        updated: Pairs of a stored row (with its ``fid`` first) and what it becomes.
        unchanged: How many rows are stored as they are.
        left: Stored rows that the batch does not name.
    """

    added: list[Row]
    updated: list[tuple[Row, Row]]
    unchanged: int
    left: list[Row]

    @property
    def changes(self) -> Changes:
        """The counts."""
        return Changes(len(self.added), len(self.updated), self.unchanged)


@dataclass
class Extent:
    """How a unit of work moved the extent of one layer.

    Attributes:
        brought: Boxes that came.
        taken: Boxes that went.
        whole: Whether what was brought is all that the layer holds.
    """

    brought: list[tuple[float, float, float, float]] = field(default_factory=list)
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.whole or self.brought or self.taken)

    def start_anew(self) -> None:
        """Note that everything went."""
        self.brought, self.taken, self.whole = [], [], True

    def add(self, *, new: bytes | None = None, old: bytes | None = None) -> None:
        """Note a geometry that came and one that went."""
        for blob, boxes in ((new, self.brought), (old, self.taken)):
            box = envelope(blob)
            if box is not None:
                boxes.append(box)


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements over one table's rows, compiled once."""

    select: str
    insert: str
    update: str
    delete: str

    @classmethod
    def of(cls, table: Table, columns: Sequence[str]) -> Self:
        """Statements over the named columns: rows out with ``fid`` first, in with ``updated_at`` last."""
        written = written_columns(table, columns)
        fid = table.c.fid == bindparam("row_fid")
        values: dict[Any, Any] = {table.c[name]: bindparam(name) for name in written}
        return cls(
            _compiled(select(table.c.fid, *(table.c[name] for name in columns)), ()),
            _compiled(insert(table).values(values), written),
            _compiled(update(table).where(fid).ordered_values(*values.items()), (*written, "row_fid")),
            _compiled(delete(table).where(fid), ("row_fid",)),
        )


def written_columns(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Columns that are written with the named ones: the moment of change last, where the table has it."""
    stamped = "updated_at" in table.c and "updated_at" not in columns
    return (*columns, "updated_at") if stamped else tuple(columns)


def _compiled(statement: Any, parameters: tuple[str, ...]) -> str:
    compiled = statement.compile(dialect=_DIALECT)
    if tuple(compiled.positiontup or ()) != parameters:
        raise AssertionError((compiled.positiontup, parameters))
    return str(compiled)


@lru_cache(maxsize=64)
def statements(table: Table, columns: tuple[str, ...]) -> Statements:
    """The statements of a table, compiled at first use."""
    return Statements.of(table, columns)


def stored_rows(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    where: Mapping[str, Any] | None = None,
    *,
    after: int = 0,
    limit: int | None = None,
) -> list[Row]:
    """Rows of a table as plain values, ``fid`` first, in order of ``fid``.

    Args:
        connection: An open transaction.
        table: The table.
        columns: Which columns.
        where: Values that rows must hold.
        after: Only rows whose ``fid`` is greater.
        limit: How many at most, None for all.
    """
    given = where or {}
    tests = "".join(f" AND {table.name}.{name} = ?" for name in given)
    text = f"{statements(table, columns).select} WHERE {table.name}.fid > ?{tests} ORDER BY {table.name}.fid"
    if limit is not None:
        text += f" LIMIT {limit:d}"
    return plain_rows(connection, text, (after, *given.values()))


def whole_rows(connection: Connection, table: Table, columns: tuple[str, ...]) -> list[Row]:
    """Columns of all rows of a table as plain values, in order of ``fid``, which comes only where it is named."""
    text = _compiled(select(*(table.c[name] for name in columns)).order_by(table.c.fid), ())
    return plain_rows(connection, text)


def plain_rows(connection: Connection, text: str, values: tuple[Any, ...] = ()) -> list[Row]:
    """What a query answers, as plain values."""
    return database_of(connection).query(connection, text, values)


def named_rows(connection: Connection, codec: Codec[Any], rows: Sequence[Row]) -> list[Row]:
    """Stored rows, ``fid`` first, that share a code or an identifier with one of a few rows."""
    marks = ",".join("?" * len(rows))
    text = (
        f"{statements(codec.table, codec.columns).select} WHERE {codec.table.name}.code IN ({marks}) "
        f"OR {codec.table.name}.id IN ({marks})"
    )
    values = (*(row[1] for row in rows), *(row[0] for row in rows))
    return plain_rows(connection, text, values)


def compare(
    connection: Connection, codec: Codec[Any], rows: Sequence[Row], *, where: Mapping[str, Any] | None = None
) -> Difference:
    """What rows would change; with ``where`` the batch stands for all stored rows that hold those values.

    A stored row keeps its identifier when its code comes again with another one.

    Raises:
        InvalidValue: ``store.code_missing`` for a row without a code, ``store.text`` for one with a character U+0000,
            which not every kind of database can keep.
        Conflict: ``store.code_twice`` when a batch names a code or an identifier twice, or one stored row by its code
            and again by its identifier.
    """
    _check_keys(codec.noun, rows)
    if where is None and len(rows) <= MOST_LOOKED_UP:
        stored = named_rows(connection, codec, rows) if rows else []
    else:
        stored = stored_rows(connection, codec.table, codec.columns, where)
    by_code = {row[2]: row for row in stored}
    by_id = {row[1]: row for row in stored}
    added, updated, unchanged, met = [], [], 0, set()
    for new in rows:
        old = by_code.get(new[1]) or by_id.get(new[0])
        if old is None:
            added.append(new)
            continue
        if old[0] in met:
            raise Conflict("store.code_twice", noun=codec.noun, value=new[1])
        met.add(old[0])
        kept = (old[1], *new[1:])
        if kept == old[1:]:
            unchanged += 1
        else:
            updated.append((old, kept))
    left = [row for row in stored if row[0] not in met] if where is not None else []
    return Difference(added, updated, unchanged, left)


def _check_keys(noun: str, rows: Sequence[Row]) -> None:
    codes, ids = set(), set()
    for row in rows:
        if not row[1]:
            raise InvalidValue("store.code_missing", noun=noun, id=row[0])
        if any("\0" in value for value in row if type(value) is str):
            raise InvalidValue("store.text", noun=noun, value=row[1].replace("\0", ""))
        if row[1] in codes or row[0] in ids:
            raise Conflict("store.code_twice", noun=noun, value=row[1])
        codes.add(row[1])
        ids.add(row[0])


def write(
    connection: Connection,
    codec: Codec[Any],
    difference: Difference,
    *,
    stamp: str,
    extent: Callable[[str], Extent],
    remove_left: bool = False,
) -> None:
    """Write a difference in as few statements as there are kinds of change.

    Args:
        connection: An open transaction.
        codec: Whose rows these are.
        difference: What to write.
        stamp: Moment of the change as text.
        extent: Gives the extent of a layer to note moved geometries in.
        remove_left: Whether stored rows that the batch does not name are deleted.
    """
    database = database_of(connection)
    removed = difference.left if remove_left else []
    if removed:
        connection.exec_driver_sql(statements(codec.table, codec.columns).delete, [(row[0],) for row in removed])
    if difference.updated:
        rows = [(*new, stamp, old[0]) for old, new in difference.updated]
        database.update(connection, codec.table, codec.columns, rows)
    if difference.added:
        stamped = [(*row, stamp) for row in difference.added] if "updated_at" in codec.table.c else difference.added
        database.insert(connection, codec.table, codec.columns, stamped)
    if codec.columns[-1] == "geom":
        noted = extent(codec.table.name)
        for row in difference.added:
            noted.add(new=row[-1])
        for old, new in difference.updated:
            if old[-1] != new[-1]:
                noted.add(new=new[-1], old=old[-1])
        for row in removed:
            noted.add(old=row[-1])


def check_references(
    connection: Connection, codec: Codec[Any], rows: Sequence[Row], references: Mapping[str, tuple[str, Table]]
) -> None:
    """Refuse rows that name a record which is not stored.

    Args:
        connection: An open transaction.
        codec: Whose rows these are.
        rows: The rows.
        references: Column of a reference to what it names and where that is kept.

    Raises:
        Conflict: ``store.reference``.
    """
    for column, (target, table) in references.items():
        at = codec.columns.index(column)
        wanted = {row[at] for row in rows} - {None}
        missing = wanted - _known_ids(connection, table, wanted)
        for row in rows if missing else ():
            if row[at] in missing:
                raise Conflict("store.reference", noun=codec.noun, value=row[1], target=target, id=row[at])


def _known_ids(connection: Connection, table: Table, wanted: Collection[str]) -> set[str]:
    if not wanted:
        return set()
    text = f"SELECT id FROM {table.name}"  # noqa: S608  names of our own tables
    if len(wanted) > MOST_LOOKED_UP:
        return {row[0] for row in connection.exec_driver_sql(text)}
    marks = ",".join("?" * len(wanted))
    return {row[0] for row in connection.exec_driver_sql(f"{text} WHERE id IN ({marks})", tuple(wanted))}
