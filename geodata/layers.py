"""Read vector layers through GDAL."""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import cell_text
from geodata.crs import Crs, parse_crs, to_wgs84
from geodata.source import SourceRow, SourceTable
from gridgis.errors import Fault, Unreadable

_KEPT_ASIDE_BY_QGIS = frozenset({"layer_styles", "qgis_projects"})


def read_layer(path: Path, *, sha256: str, layer: str | None, crs: Crs | None) -> SourceTable:
    """The features of a layer.

    Raises:
        Unreadable: ``layer.which``, ``layer.unknown``, ``layer.crs_missing``, ``layer.empty``, ``file.damaged``.
    """
    import pyogrio

    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        try:
            names = [str(name) for name, _ in pyogrio.list_layers(path) if name not in _KEPT_ASIDE_BY_QGIS]
            name = _choose(names, layer, path.name)
            meta, _, shapes, columns = pyogrio.raw.read(path, layer=name, force_2d=True, datetime_as_string=True)
        except pyogrio.errors.DataSourceError as error:
            raise Unreadable("file.damaged", file=path.name, reason=str(error)) from error
    if not len(columns[0] if columns else shapes):
        raise Unreadable("layer.empty", file=path.name, layer=name)
    found = crs or (parse_crs(meta["crs"]) if meta["crs"] else None)
    if found is None:
        raise Unreadable("layer.crs_missing", file=path.name, layer=name)
    headings = tuple(map(str, meta["fields"]))
    texts = [_texts(column) for column in columns]
    geometries = shapely.transform(shapely.from_wkb(shapes, on_invalid="ignore"), lambda xy: to_wgs84(xy, found))
    rows: list[SourceRow] = []
    aside: dict[int, SourceRow] = {}
    faults: list[Fault] = []
    valid = shapely.is_valid(geometries) | shapely.is_missing(geometries)
    for number, (geometry, fits) in enumerate(zip(geometries, valid, strict=True), start=1):
        row = SourceRow(number, dict(zip(headings, (text[number - 1] for text in texts), strict=True)), geometry)
        if fits:
            rows.append(row)
        else:
            aside[number] = row
            reason = shapely.is_valid_reason(geometry)
            faults.append(Fault("geometry.invalid", {"reason": reason}, sheet=name, row=number))
    return SourceTable(
        path.name, sha256, name, headings, tuple(rows), found.name, faults=tuple(faults), set_aside=aside
    )


def _choose(names: list[str], wanted: str | None, file: str) -> str:
    known = ", ".join(names)
    if wanted is not None:
        if wanted not in names:
            raise Unreadable("layer.unknown", file=file, value=wanted, known=known)
        return wanted
    if len(names) != 1:
        raise Unreadable("layer.which", file=file, known=known)
    return names[0]


def _texts(column: NDArray[Any]) -> list[str]:
    to_text: Callable[[Any], str] = str
    if column.dtype.kind == "f":
        to_text = cell_text.from_number
    elif column.dtype.kind == "b":
        to_text = cell_text.from_boolean
    elif column.dtype.kind == "O":
        return ["" if value is None else cell_text.from_text(str(value)) for value in column]
    elif column.dtype.kind == "M":
        return ["" if np.isnat(value) else str(value) for value in column]
    return [to_text(value) for value in column.tolist()]
