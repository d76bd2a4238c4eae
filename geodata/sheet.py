"""Hold the cells of one sheet as text, as they stand in the file, before its headings are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


class Merged(NamedTuple):
    """A range of cells merged into one: rows from 1, columns from 0, the last ones included."""

    top: int
    bottom: int
    left: int
    right: int


DamagedCell = tuple[int, int, Fault]  # row from 1, column from 0, why


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet.

    Attributes:
        name: '' where the file has no sheets.
        rows: In order; rows that hold nothing may be missing.
        damaged: Cells that can't be relied on.
        warnings: What ought to be known of the sheet.
        merged: Ranges merged into one cell; the rows have its value already, in its first column.
        delimited: Whether a delimiter parts the cells, so that one too many moves those behind it.
    """

    name: str
    rows: Sequence[SheetRow]
    damaged: Sequence[DamagedCell] = ()
    warnings: Sequence[Fault] = ()
    merged: Sequence[Merged] = ()
    delimited: bool = False
