"""Hold the cells of one sheet as text, as they stand in the file, before its headings are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gridgis.errors import Fault


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row.

    Attributes:
        number: As a spreadsheet counts it, from 1.
        cells: Text from column A on.
        fault: Why the whole row can't be relied on.
    """

    number: int
    cells: list[str]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet.

    Attributes:
        name: '' where the file has no sheets.
        rows: In order; rows that hold nothing may be missing.
        damaged: Cells that can't be relied on: row number, column from 0, why.
        warnings: What ought to be known of the sheet.
        spans: Cells merged across columns: row number, first column from 0, number of columns.
    """

    name: str
    rows: Sequence[SheetRow]
    damaged: Sequence[tuple[int, int, Fault]] = ()
    warnings: Sequence[Fault] = ()
    spans: Sequence[tuple[int, int, int]] = field(default=())
