"""Read the areas of cells and units, and tell where they can't be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from geodata.registers.batch import Batch, Row
from geodata.values import narrow
from gridgis.codes import DEFAULT_SCHEME, DISTRICT_DIGITS, CodeScheme, parse_cell_code
from gridgis.errors import InputRejected, InvalidValue

Area = Polygon | MultiPolygon
_SAME_DEGREES = 1e-8  # a millimetre: the same border, written by another program
_LEAST_INSIDE = 0.5


def read_areas(batch: Batch, file: str) -> None:
    """Give every good row its ``geometry``; rows without a polygon go aside.

    Raises:
        InputRejected: ``import.no_areas`` when no row of the file has a shape.
    """
    if batch.rows and all(row.source.geometry is None for row in batch.rows):
        raise InputRejected("import.no_areas", file=file)
    batch.check(_read_area)


def _read_area(row: Row) -> None:
    shape = row.source.geometry
    if shape is None or shape.is_empty:
        row.refuse("geometry.missing")
    elif not isinstance(shape, Polygon | MultiPolygon):
        row.refuse("geometry.not_area", kind=shape.geom_type)
    else:
        parts = shapely.get_parts(shape)
        row.values["geometry"] = parts[0] if len(parts) == 1 else shape


def refuse_outside(rows: Sequence[Row], parents: Mapping[str, Area | None], parent_of: Callable[[Row], str]) -> None:
    """Set aside rows whose area lies mostly outside that of their parent, where the parent's area is known."""
    placed = [(row, parents.get(parent_of(row))) for row in rows]
    known = [(row, area) for row, area in placed if area is not None]
    if not known:
        return
    own = np.array([row.values["geometry"] for row, _ in known], dtype=object)
    above = np.array([area for _, area in known], dtype=object)
    share = shapely.area(shapely.intersection(own, above)) / np.maximum(shapely.area(own), 1e-300)
    for (row, _), inside in zip(known, share.tolist(), strict=True):
        if inside < _LEAST_INSIDE:
            row.refuse("cell.outside_parent", "code", parent=parent_of(row), share=round(100 * inside))


def same_area(first: Area, second: Area) -> bool:
    """Whether two areas have the same borders, whatever corner they begin at."""
    if first.equals_exact(second, 0):
        return True
    return bool(shapely.equals_exact(first.normalize(), second.normalize(), _SAME_DEGREES))


def cell_code(text: str, scheme: CodeScheme = DEFAULT_SCHEME, district: str | None = None) -> str:
    """The code of a cell or district, zeros at the end of the statistical form left out.

    In the statistical list counties and towns have twelve digits too, the lower ones nought.

    Raises:
        InvalidValue: ``cell_code.form``, ``cell_code.length``, ``cell_code.district``.
    """
    code = "".join(narrow(text).split())
    town, village = scheme.lengths[0], scheme.lengths[1]
    if code.isascii() and code.isdigit() and len(code) in {town, village}:
        if not code[DISTRICT_DIGITS:].strip("0"):
            code = code[:DISTRICT_DIGITS]
        elif len(code) == village and not code[town:].strip("0"):
            code = code[:town]
    if len(code) == DISTRICT_DIGITS and code.isdigit():
        if district not in {None, code}:
            raise InvalidValue("cell_code.district", value=text, district=district)
        return code
    return parse_cell_code(code, district=district, scheme=scheme)
