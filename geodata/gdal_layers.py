"""Read a vector layer through GDAL, and say in our words what it complains about."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import cell_text
from geodata.raw_layer import BrokenShape, RawLayer, Shapes, choose_layer
from gridgis.errors import Fault, Unreadable

BYTES_AS_TEXT = "ISO-8859-1"  # a character for each byte, whatever it means
_KEPT_BY_QGIS = frozenset({"layer_styles", "qgis_projects"})
_SAID_OTHERWISE = ("closed ring",)
_NOT_CLOSED = "closed linestring"


@dataclass(frozen=True, slots=True)
class GdalLayer:
    """What GDAL gives.

    Attributes:
        crs: Named by the file, '' for none.
        fields: Names of the fields.
        columns: By field, the values of all features.
        booleans: Whether each field is one of truth values, which come as numbers where some are missing.
        wkb: Shapes, None for a layer without geometry.
        said: What GDAL complained about.
    """

    crs: str
    fields: tuple[str, ...]
    columns: Sequence[NDArray[Any]]
    booleans: Sequence[bool]
    wkb: NDArray[np.object_] | None
    said: Sequence[str] = field(default_factory=list)


def layer_name(path: Path, wanted: str | None) -> str:
    """The layer that is named, or the only one with shapes, or the only one.

    Raises:
        Unreadable: ``layer.none``, ``layer.which``, ``layer.unknown``, ``file.damaged``, ``file.unknown``.
    """
    import pyogrio

    with _in_words(path.name):
        kinds = {str(name): kind for name, kind in pyogrio.list_layers(path) if name not in _KEPT_BY_QGIS}
    names = list(kinds)
    with_shapes = [name for name, kind in kinds.items() if kind is not None]
    if wanted is None and len(with_shapes) == 1:
        return with_shapes[0]
    return choose_layer(names, wanted, path.name)


def feature_count(path: Path, name: str) -> int:
    """How many features a layer says it has, below zero where it does not say."""
    import pyogrio

    with _in_words(path.name):
        return int(pyogrio.read_info(path, layer=name)["features"])


def read_gdal(source: Path | bytes, *, file: str, layer: str | None, encoding: str | None = None) -> GdalLayer:
    """A layer of a file, or of one held in memory, with two dimensions and lines for curves.

    Raises:
        Unreadable: ``file.damaged``, ``file.unknown``.
    """
    import pyogrio

    with _in_words(file) as said:
        meta, _, wkb, columns = pyogrio.raw.read(
            source, layer=layer, encoding=encoding, force_2d=True, datetime_as_string=True
        )
    return GdalLayer(
        meta["crs"] or "",
        tuple(map(str, meta["fields"])),
        columns,
        [kind == "OFSTBoolean" for kind in meta["ogr_subtypes"]],
        None if meta["geometry_type"] is None else wkb,
        said,
    )


@contextmanager
def _in_words(file: str) -> Iterator[list[str]]:
    """Turn what GDAL refuses into our own errors, and gather what it only remarks."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        try:
            yield said
        except (RuntimeError, ValueError, IndexError) as error:
            code = "file.unknown" if "not recognized" in str(error) else "file.damaged"
            raise Unreadable(code, file=file, reason=str(error)) from error
    said += dict.fromkeys(str(remark.message) for remark in remarks)


def to_raw_layer(read: GdalLayer, name: str) -> RawLayer:
    """The layer with its fields as text and its shapes as shapes."""
    shapes, broken = (None, {}) if read.wkb is None else _shapes(read.wkb)
    columns = [_texts(*column) for column in zip(read.columns, read.booleans, strict=True)]
    damaged = [
        (number, at, Fault("table.number_damaged", value=text))
        for at, texts in enumerate(columns)
        for number, text in enumerate(texts, start=1)
        if "E" in text.upper() and cell_text.lost_digits(text)
    ]
    told = [
        Fault("layer.remark", {"reason": remark})
        for remark in read.said
        if not any(known in remark for known in _SAID_OTHERWISE)
    ]
    return RawLayer(name, read.fields, columns, shapes, read.crs, broken, damaged, told)


def _shapes(wkb: NDArray[np.object_]) -> tuple[Shapes, dict[int, BrokenShape]]:
    with np.errstate(invalid="ignore"):
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        broken = {int(at) + 1: _why_broken(wkb[at]) for at in np.flatnonzero(shapely.is_missing(shapes)) if wkb[at]}
    return shapes, broken


def _why_broken(wkb: bytes) -> BrokenShape:
    """A ring that is not closed, with its start; whatever else can't be understood."""
    try:
        shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError as error:
        if _NOT_CLOSED not in str(error):
            return BrokenShape("geometry.unreadable", value=str(error))
    x, y = shapely.get_coordinates(shapely.from_wkb(wkb, on_invalid="fix"))[0]
    return BrokenShape("geometry.unclosed", (float(x), float(y)))


def _texts(column: NDArray[Any], boolean: bool) -> list[str]:  # noqa: FBT001
    kind = column.dtype.kind
    if kind == "O":
        return [_object_text(value) for value in column]
    to_text: Callable[[Any], str] = str
    if boolean:
        to_text = _boolean_text
    elif kind == "f":
        to_text = cell_text.from_number
        column = column.astype(str).astype(float) if column.dtype.itemsize < np.dtype(float).itemsize else column
    return [to_text(value) for value in column.tolist()]


def _boolean_text(value: float) -> str:
    return "" if value != value else cell_text.from_boolean(bool(value))  # noqa: PLR0124  NaN


def _object_text(value: Any) -> str:
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, np.ndarray):
        return ", ".join(map(str, value.tolist()))
    return cell_text.from_text(str(value))
