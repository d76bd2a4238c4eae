"""Copy a district from one database to another of any kind, and compare every row before it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, LargeBinary, Table

from geodata.progress import NoProgress, Progress
from geodata.store.changes import Extent, stored_rows, written_columns
from geodata.store.codec import Row, columns_of
from geodata.store.columns import moment_text
from geodata.store.database import Database, database_of
from geodata.store.migrating import upgrade
from geodata.store.opening import database_at
from geodata.store.reading import BEFORE_ALL
from geodata.store.tables import METADATA
from geodata.store.unit_of_work import UnitOfWork
from geodata.store.verifying import Verdict, verify_store
from gridgis.errors import StoreFault
from gridgis.events import Anchor

ROWS_A_PAGE = 2000
CONTENTS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Copied:
    """A district that was copied whole.

    Attributes:
        rows: How many rows each table holds.
        head: Head of its chain of events, as far as it holds.
    """

    rows: Mapping[str, int]
    head: Anchor


def copy_store(source: str | Path, target: str | Path, *, now: datetime, progress: Progress | None = None) -> Copied:
    """Copy a district with its events, accounts and all to a new database, which is there whole or not at all.

    Both databases are read to the end and compared row by row before the copy is kept, and its chain is walked.

    Args:
        source: A database, which may be in use: it is copied as it is at one moment.
        target: A path or address where there is none yet.
        now: When, aware.
        progress: Told of the work.

    Raises:
        Conflict: ``store.exists``; nothing is ever overwritten.
        StoreFault: What one of them refuses; ``copy.differs``; ``copy.chain`` when the chain of events is broken.
    """

    def refuse_broken(verdict: Verdict) -> None:
        if verdict.broken is not None:
            raise StoreFault("copy.chain", sequence=verdict.broken.sequence)

    return copy_between(database_at(source), database_at(target), now=now, progress=progress, check=refuse_broken)


def copy_between(
    source: Database,
    target: Database,
    *,
    now: datetime,
    progress: Progress | None = None,
    check: Callable[[Verdict], None] = lambda _: None,
) -> Copied:
    """Copy a district as `copy_store` does, whatever its chain of events is like.

    Args:
        source: What to copy.
        target: Where to.
        now: When, aware.
        progress: Told of the work.
        check: Told what a walk along the copied chain found; nothing is kept when it raises.
    """
    told = progress or NoProgress()
    with _opened(source) as reading, target.new() as writing:
        upgrade(writing)
        tables = METADATA.sorted_tables
        rows = _counts(reading, tables)
        told.start("progress.copy.rows", sum(rows.values()))
        copy_rows(reading, writing, tables, now=now, progress=told)
        told.finish()
        told.start("progress.copy.compare", sum(rows.values()))
        _compare(reading, writing, tables, told)
        told.finish()
        work = UnitOfWork(writing, database=target, actor="copy", now=now)
        verdict = verify_store(work, now=now, progress=progress)
        check(verdict)
    return Copied(rows, verdict.head)


def copy_rows(
    reading: Connection,
    writing: Connection,
    tables: Sequence[Table],
    *,
    now: datetime,
    progress: Progress | None = None,
) -> None:
    """Copy tables, those that others refer to first, into new ones; changes end to be permitted there.

    Args:
        reading: A transaction of the database that holds the rows.
        writing: A transaction of the one that was just laid out.
        tables: Which ones, in their order.
        now: When, aware.
        progress: Told of each row.
    """
    told, database = progress or NoProgress(), database_of(writing)
    extents: dict[str, Extent] = {}
    for table in tables:
        columns = ("fid", *columns_of(table))
        for page in _pages(reading, table):
            database.insert(writing, table, columns, page)
            if "geom" in table.c:
                noted, at = extents.setdefault(table.name, Extent(whole=True)), columns.index("geom")
                for row in page:
                    noted.add(new=row[at])
            told.advance(len(page))
        database.number_on(writing, table)
    database.note_changes(writing, [table.name for table in tables], extents, str(moment_text(now)))
    database.revoke(writing)


@contextmanager
def _opened(database: Database) -> Iterator[Connection]:
    """A transaction that reads a database of this program's schema."""
    with database.faults():
        engine = database.engine()
        try:
            with engine.connect() as connection, connection.begin():
                database.check(connection)
                yield connection
        finally:
            engine.dispose()


def _pages(connection: Connection, table: Table) -> Iterator[list[Row]]:
    """All rows of a table, ``fid`` first, in parts."""
    columns, after = written_columns(table, columns_of(table)), BEFORE_ALL
    limit = CONTENTS_A_PAGE if any(isinstance(column.type, LargeBinary) for column in table.c) else ROWS_A_PAGE
    with database_of(connection).faults():
        while page := stored_rows(connection, table, columns, after=after, limit=limit):
            yield page
            after = page[-1][0]


def _counts(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """How many rows tables hold."""
    count = "SELECT count(*) FROM "
    return {table.name: connection.exec_driver_sql(count + table.name).scalar_one() for table in tables}


def _compare(reading: Connection, writing: Connection, tables: Iterable[Table], progress: Progress) -> None:
    """Refuse a copy of which any row differs.

    Raises:
        StoreFault: ``copy.differs``.
    """
    for table in tables:
        copied = _pages(writing, table)
        for page in _pages(reading, table):
            if next(copied, None) != page:
                raise StoreFault("copy.differs", table=table.name, fid=page[0][0])
            progress.advance(len(page))
        if next(copied, None) is not None:
            raise StoreFault("copy.differs", table=table.name, fid=0)
