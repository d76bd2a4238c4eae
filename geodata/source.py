"""Hold what was read from one sheet or layer of an office's file, before anything is made of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from shapely.geometry.base import BaseGeometry

from gridgis.errors import Fault


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a table or one feature of a layer.

    Attributes:
        number: Row as a person counts it in the file (the heading of a table is row 1), or feature from 1.
        values: Heading to text, trimmed, '' where empty. Whole numbers carry no point, dates and moments are ISO 8601.
        geometry: Shape in lon/lat (WGS84 / CGCS2000) in two dimensions; None in tables and for features without one.
    """

    number: int
    values: Mapping[str, str]
    geometry: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class SourceTable:
    """The rows of one sheet or layer.

    Attributes:
        file: File name without folders.
        sha256: Of the file's bytes, hexadecimal (of a Shapefile: of all its parts).
        sheet: Sheet or layer, '' where the file has none.
        headings: As they stand in the file, in order.
        rows: Rows that could be read.
        crs: System the coordinates were converted from (``EPSG:4490``, ``GCJ02``), '' for a table.
        faults: Rows that could not be read and are set aside; their whole rows are in ``set_aside``.
        set_aside: The rows of ``faults``, by row number.
        damaged: Single cells that can't be relied on (a code in scientific notation, an error, a formula without its
            value), with row and column. Their text is as it stands in the file; whoever uses that column has to set the
            row aside, see `without_damaged`.
        warnings: What does not stop the import but ought to be known.
    """

    file: str
    sha256: str
    sheet: str
    headings: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    crs: str = ""
    faults: tuple[Fault, ...] = ()
    set_aside: Mapping[int, SourceRow] | None = None
    warnings: tuple[Fault, ...] = ()
    damaged: tuple[Fault, ...] = ()

    def without_damaged(self, columns: Collection[str]) -> SourceTable:
        """The same table, the rows with a damaged cell in one of these columns set aside."""
        faults = tuple(fault for fault in self.damaged if fault.column in columns)
        numbers = {fault.row for fault in faults}
        aside = {row.number: row for row in self.rows if row.number in numbers}
        return replace(
            self,
            rows=tuple(row for row in self.rows if row.number not in numbers),
            faults=self.faults + faults,
            set_aside={**(self.set_aside or {}), **aside},
            damaged=tuple(fault for fault in self.damaged if fault.column not in columns),
        )
