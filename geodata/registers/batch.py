"""Hold the rows of one file with their values by field, and set the bad ones aside with what is wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geodata.headings import Column, Found, find_columns, reader_under
from geodata.mapping import MappingFile
from geodata.source import SourceRow, SourceTable
from geodata.values import EMPTY, NOTHING, Reader, flag
from gridgis.errors import Fault, InputRejected, InvalidValue

if TYPE_CHECKING:
    from geodata.progress import Progress

ROWS_SHOWN = 8
_ROWS_A_STEP = 500


@dataclass(slots=True)
class Row:
    """One row of the file.

    Attributes:
        sheet: Sheet or layer.
        source: The row as it was read.
        headings: Field to heading.
        values: Field to value, of the fields that the sheet has a column for.
        faults: What is wrong with it; a row with faults is set aside.
    """

    sheet: str
    source: SourceRow
    headings: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands in the file."""
        return self.sheet, self.source.number

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, or something else where the sheet has no such column."""
        return self.values.get(name, default)

    def given(self, *names: str) -> dict[str, Any]:
        """The named fields that the sheet has a column for; what it has none for stays as it is stored."""
        return {name: self.values[name] for name in names if name in self.values}

    def fault(self, code: str, name: str = "", /, **fields: Any) -> Fault:
        """A fault at the cell of a field, or of the whole row."""
        heading = self.headings.get(name, "")
        return Fault(code, fields, self.sheet, self.source.number, heading, self.source.values.get(heading, ""))

    def refuse(self, code: str, name: str = "", /, **fields: Any) -> None:
        """Set the row aside for a fault."""
        self.faults.append(self.fault(code, name, **fields))

    def read(self, name: str, value: str, read: Reader) -> None:
        """Keep what a reader makes of a text as the value of a field, or set the row aside for the rule it breaks."""
        try:
            self.values[name] = read(value)
        except InvalidValue as error:
            self.refuse(error.code, name, **error.fields)


@dataclass(slots=True)
class Batch:
    """The rows of one file.

    Attributes:
        rows: All of them, in the order of the file.
        unread: Faults of rows that could not be read at all.
        unread_rows: Those rows, by sheet and number.
        warnings: What does not stop the import but ought to be known.
        headings: Heading to field, as used.
        unused: Headings that no field takes.
    """

    rows: list[Row]
    unread: list[Fault] = field(default_factory=list)
    unread_rows: dict[tuple[str, int], SourceRow] = field(default_factory=dict)
    warnings: list[Fault] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    @property
    def good(self) -> list[Row]:
        """Rows with which nothing is wrong so far."""
        return [row for row in self.rows if row.good]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why rows are set aside, in the order of the file."""
        faults = [*self.unread, *(fault for row in self.rows for fault in row.faults)]
        order = {sheet: at for at, sheet in enumerate(dict.fromkeys(fault.sheet for fault in faults))}
        return tuple(sorted(faults, key=lambda fault: (order[fault.sheet], fault.row)))

    @property
    def whole_rows(self) -> dict[tuple[str, int], Mapping[str, str]]:
        """The rows set aside as they stand in the file."""
        bad = {row.place: row.source.values for row in self.rows if not row.good}
        return {place: row.values for place, row in self.unread_rows.items()} | bad

    def take(self, table: SourceTable, found: Found) -> None:
        """Take over what is known of a sheet besides its good rows."""
        self.warnings += table.warnings
        self.unread += table.faults
        self.unread_rows |= {(table.sheet, number): row for number, row in (table.set_aside or {}).items()}
        self.headings |= {heading: name for name, heading in found.headings.items()}
        self.unused += [heading for heading in found.unused if heading not in self.unused]

    def warn(self, code: str, rows: Iterable[Row] = (), /, **fields: Any) -> None:
        """Note something about some rows, or about the file."""
        found = tuple(rows)
        where = {"count": len(found), "rows": numbered(found)} if found else {}
        self.warnings.append(Fault(code, {**where, **fields}))

    def refuse_repeated(self, key: Callable[[Row], Hashable], name: str) -> None:
        """Set aside the good rows whose key an earlier good row has."""
        first: dict[Hashable, Row] = {}
        for row in self.good:
            held = first.setdefault(key(row), row)
            if held is not row:
                row.refuse("row.code_twice", name, first=held.source.number, first_sheet=held.sheet)

    def check(self, test: Callable[[Row], None]) -> None:
        """Try something on every good row; what it refuses sets the row aside."""
        for row in self.good:
            test(row)


def numbered(rows: Sequence[Row]) -> str:
    """Numbers of rows, the first ones only."""
    listed = "、".join(str(row.source.number) for row in rows[:ROWS_SHOWN])
    return f"{listed}…" if len(rows) > ROWS_SHOWN else listed


def read_batch(
    tables: Sequence[SourceTable],
    columns: Sequence[Column],
    mapping: MappingFile,
    progress: Progress,
) -> Batch:
    """The rows of the sheets that hold what is looked for.

    Raises:
        InputRejected: ``columns.refused``, see `sheets_with`.
    """
    batch = Batch([])
    fitting = sheets_with(tables, columns, mapping, batch)
    progress.start("progress.import.rows", sum(len(table.rows) for table, _ in fitting))
    for table, found in fitting:
        batch.take(table, found)
        for at, row in enumerate(_rows(table, columns, found), start=1):
            batch.rows.append(row)
            if at % _ROWS_A_STEP == 0:
                progress.advance(_ROWS_A_STEP)
    progress.finish()
    return batch


def sheets_with(
    tables: Sequence[SourceTable], columns: Sequence[Column], mapping: MappingFile, batch: Batch
) -> list[tuple[SourceTable, Found]]:
    """The sheets that have every required column, and where each column is.

    One that lacks a required column is passed over with a warning, as long as another one has them all. Rows with a
    damaged cell in a column that is used are set aside.

    Raises:
        InputRejected: ``columns.refused`` with the faults when columns are missing, ambiguous, or named in vain by the
            mapping file.
    """
    found = [(table, find_columns(columns, table.headings, mapping.columns, table.sheet)) for table in tables]
    lacking = [(table, told) for table, told in found if told.missing]
    fitting = [(table, told) for table, told in found if not told.missing]
    faults = [fault for _, told in fitting or lacking for fault in told.faults]
    if not fitting:
        faults += [_missing(table, column) for table, told in lacking for column in told.missing]
    if faults:
        raise InputRejected("columns.refused", faults, file=tables[0].file, count=len(faults))
    for table, told in lacking:
        wanted = "、".join(column.headings[0] for column in told.missing)
        batch.warnings.append(Fault("sheet.passed_over", {"wanted": wanted}, table.sheet))
    return [(table.without_damaged(set(told.headings.values())), told) for table, told in fitting]


def _missing(table: SourceTable, column: Column) -> Fault:
    fields = {"wanted": column.wanted, "field": column.field, "found": "、".join(table.headings)}
    return Fault("columns.missing", fields, table.sheet, 1)


def _rows(table: SourceTable, columns: Sequence[Column], found: Found) -> Iterator[Row]:
    readers = [
        (column, found.headings[column.field], reader_under(column, found.headings[column.field]))
        for column in columns
        if column.field in found.headings
    ]
    for source in table.rows:
        row = Row(table.sheet, source, found.headings)
        for column, heading, read in readers:
            _read_cell(row, column, source.values.get(heading, ""), read)
        yield row


def _read_cell(row: Row, column: Column, value: str, read: Reader) -> None:
    if value in EMPTY or (read is not flag and value.casefold() in NOTHING):
        row.values[column.field] = column.blank
        if column.required:
            row.refuse("value.missing", column.field, wanted=column.headings[0])
    else:
        row.read(column.field, value, read)
