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
            told = {key: said for key, said in error.fields.items() if key != "value"}
            self.refuse(error.code, name, **told)


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
    progress: Progress | None = None,
) -> Batch:
    """The rows of the sheets that hold what is looked for.

    A sheet that lacks a required column is passed over with a warning, as long as another one has them all.

    Raises:
        InputRejected: ``import.empty`` without any row; ``columns.refused`` with the faults when columns are missing,
            ambiguous, or named in vain by the mapping file.
    """
    sheets = [table for table in tables if table.rows or table.faults]
    if not sheets:
        raise InputRejected("import.empty", file=tables[0].file if tables else "")
    found = {id(table): find_columns(columns, table.headings, mapping.columns, table.sheet) for table in sheets}
    fitting = [table for table in sheets if not found[id(table)].missing and not found[id(table)].faults]
    _refuse_unfit(sheets, found, any_fits=bool(fitting))
    batch = Batch([])
    if progress is not None:
        progress.start("progress.import.rows", sum(len(table.rows) for table in fitting))
    for table in sheets:
        batch.warnings += table.warnings
        if table not in fitting:
            batch.warnings.append(Fault("sheet.passed_over", {"wanted": _wanted(found[id(table)])}, table.sheet))
            continue
        _take(batch, table, columns, found[id(table)], progress)
    if progress is not None:
        progress.finish()
    return batch


def _take(batch: Batch, table: SourceTable, columns: Sequence[Column], found: Found, progress: Progress | None) -> None:
    whole = table.without_damaged(set(found.headings.values()))
    for row in _rows(whole, columns, found):
        batch.rows.append(row)
        if progress is not None and len(batch.rows) % _ROWS_A_STEP == 0:
            progress.advance(_ROWS_A_STEP)
    batch.unread += whole.faults
    batch.unread_rows |= {(table.sheet, number): row for number, row in (whole.set_aside or {}).items()}
    batch.headings |= {heading: name for name, heading in found.headings.items()}
    batch.unused += [heading for heading in found.unused if heading not in batch.unused]


def _refuse_unfit(sheets: Sequence[SourceTable], found: Mapping[int, Found], *, any_fits: bool) -> None:
    told = [table for table in sheets if not (any_fits and found[id(table)].missing)]
    faults = [fault for table in told for fault in found[id(table)].faults]
    if not any_fits:
        faults += [
            Fault(
                "columns.missing",
                {"wanted": column.wanted, "field": column.field, "found": "、".join(table.headings)},
                table.sheet,
                1,
            )
            for table in sheets
            for column in found[id(table)].missing
        ]
    if faults:
        raise InputRejected("columns.refused", faults, file=sheets[0].file, count=len(faults))


def _wanted(found: Found) -> str:
    return "、".join(column.headings[0] for column in found.missing)


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
