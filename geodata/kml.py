"""Read KML: placemarks with their data and shapes; a layer is a folder that holds placemarks.

GDAL writes underscores for the Chinese names of data fields, so that two of them become one; hence a reader of our own.
KML is always in longitude and latitude (WGS84).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import cell_text
from geodata.raw_layer import BrokenShape, RawLayer, Shapes, choose_layer
from geodata.text_encoding import decode_text
from gridgis.errors import Unreadable
from gridgis.geometry import GEOGRAPHIC_EPSG

_FOLDERS = frozenset({"kml", "Document", "Folder"})
_SHAPES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "MultiTrack", "Track"})
_TEXTS = ("name", "description", "address", "phoneNumber")
_LEAST_RING_POINTS = 4
Positions = list[tuple[float, float]]


class _BrokenShapeError(Exception):
    """A shape that is none."""

    def __init__(self, shape: BrokenShape) -> None:
        super().__init__(shape.code)
        self.shape = shape


def read_kml(path: Path, *, layer: str | None) -> RawLayer:
    """The placemarks of the only folder that holds some, or of the named one.

    Raises:
        Unreadable: ``file.truncated``, ``file.damaged``, ``layer.none``, ``layer.which``, ``layer.unknown``.
    """
    text = decode_text(path.read_bytes(), path.name).strip("\0 \t\r\n")
    folders: dict[str, list[ET.Element]] = {}
    try:
        root = ET.fromstring(text)  # noqa: S314  expat limits how far entities grow, loads nothing from outside
        for folder, placemarks in _folders(root, ()):
            folders.setdefault(folder or path.stem, []).extend(placemarks)
    except (ET.ParseError, RecursionError) as error:
        cut = not text.endswith(">") or "no element found" in str(error)
        raise Unreadable("file.truncated" if cut else "file.damaged", file=path.name, reason=str(error)) from error
    name = choose_layer(list(folders), layer, path.name)
    rows: list[dict[str, str]] = []
    shapes: list[BaseGeometry | None] = []
    broken: dict[int, BrokenShape] = {}
    for number, placemark in enumerate(folders[name], start=1):
        rows.append(_values(placemark))
        try:
            shapes.append(_join([_shape(child) for child in placemark if _local(child) in _SHAPES]))
        except _BrokenShapeError as problem:
            shapes.append(None)
            broken[number] = problem.shape
    headings = tuple(dict.fromkeys(heading for row in rows for heading in row))
    columns = [[row.get(heading, "") for row in rows] for heading in headings]
    return RawLayer(name, headings, columns, _array(shapes), f"EPSG:{GEOGRAPHIC_EPSG}", broken)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: ET.Element, *path: str) -> Iterator[ET.Element]:
    """Descendants by the names of the way to them."""
    for child in element:
        if _local(child) == path[0]:
            if len(path) == 1:
                yield child
            else:
                yield from _children(child, *path[1:])


def _text(element: ET.Element, *path: str) -> str:
    return next((cell_text.from_text(found.text or "") for found in _children(element, *path)), "")


def _folders(element: ET.Element, above: tuple[str, ...]) -> Iterator[tuple[str, list[ET.Element]]]:
    """The folders that hold placemarks, by the names on the way to them."""
    placemarks = list(_children(element, "Placemark"))
    if placemarks:
        yield "/".join(above[1:] or above), placemarks
    for child in element:
        if _local(child) in _FOLDERS:
            yield from _folders(child, (*above, _text(child, "name")))


def _values(placemark: ET.Element) -> dict[str, str]:
    """Its own texts that say something, then its data, typed or not."""
    values = {name: text for name in _TEXTS if (text := _text(placemark, name))}
    for data in _children(placemark, "ExtendedData", "Data"):
        values[cell_text.trim(data.get("name", ""))] = _text(data, "value")
    for data in _children(placemark, "ExtendedData", "SchemaData", "SimpleData"):
        values[cell_text.trim(data.get("name", ""))] = cell_text.from_text(data.text or "")
    return values


def _shape(element: ET.Element) -> BaseGeometry:
    kind = _local(element)
    if kind == "Point":
        return shapely.Point(_positions(element)[:1])
    if kind in {"LineString", "LinearRing"}:
        return _line(_positions(element))
    if kind == "Track":
        places = [(coord.text or "").replace(" ", ",") for coord in _children(element, "coord")]
        return _line(_parse(" ".join(places)))
    if kind == "Polygon":
        rings = [
            _ring(ring)
            for boundary in ("outerBoundaryIs", "innerBoundaryIs")
            for ring in _children(element, boundary, "LinearRing")
        ]
        return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()
    return shapely.GeometryCollection([_shape(child) for child in element if _local(child) in _SHAPES])


def _positions(element: ET.Element) -> Positions:
    return _parse(next((found.text or "" for found in _children(element, "coordinates")), ""))


def _parse(text: str) -> Positions:
    """Longitude and latitude of each ``lon,lat,height``; blanks beside the commas are forgiven."""
    try:
        return [(float(lon), float(lat)) for lon, lat, *_ in (one.split(",") for one in _tuples(text))]
    except ValueError as error:
        raise _BrokenShapeError(BrokenShape("geometry.coordinates", value=text.strip()[:80])) from error


def _tuples(text: str) -> list[str]:
    return re.sub(r"\s*,\s*", ",", text).split()


def _line(positions: Positions) -> BaseGeometry:
    if len(positions) == 1:
        raise _BrokenShapeError(BrokenShape("geometry.too_few_points", positions[0]))
    return shapely.LineString(positions)


def _ring(element: ET.Element) -> Positions:
    """A ring that ends where it began."""
    positions = _positions(element)
    if positions and positions[0] != positions[-1]:
        raise _BrokenShapeError(BrokenShape("geometry.unclosed", positions[0]))
    if 0 < len(positions) < _LEAST_RING_POINTS:
        raise _BrokenShapeError(BrokenShape("geometry.too_few_points", positions[0]))
    return positions


def _join(shapes: list[BaseGeometry]) -> BaseGeometry | None:
    if len(shapes) > 1:
        return shapely.GeometryCollection(shapes)
    return shapes[0] if shapes else None


def _array(shapes: list[BaseGeometry | None]) -> Shapes:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array
