"""Hold what was read from one sheet or layer of an office's file, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
