"""Bring a layer's shapes to longitude and latitude, and set aside, feature by feature, those that are wrong.

Nothing is repaired but points that follow themselves. Collections of one kind become multi-shapes; an empty shape
counts as none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs import Crs, to_wgs84
from geodata.positions import check_positions, out_of_range, outside_area
from geodata.raw_layer import BrokenShape, Shapes
from gridgis.errors import Fault

_REASON = re.compile(r"(.*?)\[(\S+) (\S+)\]")
_CODES = {
    "Self-intersection": "geometry.crossing",
    "Ring Self-intersection": "geometry.touching",
    "Hole lies outside shell": "geometry.hole_outside",
    "Holes are nested": "geometry.holes_nested",
    "Nested shells": "geometry.parts_nested",
    "Interior is disconnected": "geometry.cut_in_two",
    "Duplicate Rings": "geometry.rings_repeated",
    "Too few points in geometry component": "geometry.too_few_points",
    "Ring is not closed": "geometry.unclosed",
}
_MULTI: dict[str, Callable[..., BaseGeometry]] = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}
_DRAWN = [
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTILINESTRING,
    shapely.GeometryType.MULTIPOLYGON,
]
_DIGITS = 7


@dataclass(frozen=True, slots=True)
class PlacedShapes:
    """Shapes in longitude and latitude.

    Attributes:
        shapes: None for features without one.
        faults: By feature from 1, why its shape is not to be used.
        repeated: Features whose points that follow themselves were taken out.
    """

    shapes: Shapes
    faults: Mapping[int, Fault]
    repeated: Sequence[int]


def place_shapes(shapes: Shapes, crs: Crs, *, broken: Mapping[int, BrokenShape], file: str, layer: str) -> PlacedShapes:
    """The shapes of a layer in longitude and latitude.

    Raises:
        Unreadable: The layer as a whole can't be in that system; see `check_positions`.
    """
    faults: dict[int, Fault] = {}
    flat = _of_one_kind(shapes, faults)
    xy, owners = shapely.get_coordinates(flat, return_index=True)
    finite = np.isfinite(xy).all(axis=1)
    _tell(faults, owners[~finite], "geometry.not_finite")
    moved = to_wgs84(xy, crs)
    check_positions(xy[finite], moved[finite], crs, file=file, layer=layer)
    wrong = finite & (out_of_range(xy) if crs.in_degrees else outside_area(moved, crs))
    _tell(faults, owners[wrong], "geometry.out_of_range" if crs.in_degrees else "geometry.outside_crs", xy[wrong])
    nowhere = np.array([number - 1 for number in faults], dtype=np.int64)
    flat[nowhere] = None
    placed = shapely.set_coordinates(flat, moved[~np.isin(owners, nowhere)])
    repeated = _drop_repeats(placed)
    for at in np.flatnonzero(~shapely.is_valid(placed) & ~shapely.is_missing(placed)).tolist():
        faults[at + 1] = _why_invalid(placed[at])
    faults.update((number, _why_broken(shape, crs)) for number, shape in broken.items())
    return PlacedShapes(placed, faults, [number for number in repeated if number not in faults])


def _tell(
    faults: dict[int, Fault], owners: NDArray[np.int64], code: str, xy: NDArray[np.float64] | None = None
) -> None:
    """One fault for each feature, with its first wrong coordinates as they stand in the file."""
    features, firsts = np.unique(owners, return_index=True)
    for feature, first in zip(features.tolist(), firsts.tolist(), strict=True):
        fields = {} if xy is None else {"place": _place(*xy[first].tolist())}
        faults.setdefault(feature + 1, Fault(code, fields))


def _place(x: float, y: float) -> str:
    return f"{round(x, _DIGITS):.10g}, {round(y, _DIGITS):.10g}"


def _of_one_kind(shapes: Shapes, faults: dict[int, Fault]) -> Shapes:
    """The shapes, empty ones as none, collections of points, of lines or of areas joined; mixed ones are told."""
    flat = shapes.copy()
    flat[shapely.is_empty(flat)] = None
    for at in np.flatnonzero(shapely.get_type_id(flat) == shapely.GeometryType.GEOMETRYCOLLECTION).tolist():
        parts = [part for part in _parts(flat[at]) if not part.is_empty]
        kinds = {part.geom_type for part in parts}
        if len(kinds) > 1:
            faults[at + 1] = Fault("geometry.mixed", value=", ".join(sorted(kinds)))
        elif len(parts) > 1:
            flat[at] = _MULTI[kinds.pop()](parts)
        else:
            flat[at] = parts[0] if parts else None
    return flat


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """The single shapes of a collection, those of collections inside it too."""
    if not hasattr(shape, "geoms"):
        return [shape]
    return [part for inner in shape.geoms for part in _parts(inner)]


def _drop_repeats(shapes: Shapes) -> list[int]:
    """Take out points that follow themselves, in place; the features from 1 that had some."""
    drawn = np.isin(shapely.get_type_id(shapes), _DRAWN)
    shorter = shapely.remove_repeated_points(shapes[drawn], 0)
    fewer = shapely.get_num_coordinates(shorter) < shapely.get_num_coordinates(shapes[drawn])
    changed = np.flatnonzero(drawn)[fewer]
    shapes[changed] = shorter[fewer]
    numbers: list[int] = (changed + 1).tolist()
    return numbers


def _why_broken(shape: BrokenShape, crs: Crs) -> Fault:
    fields = {}
    if shape.at is not None:
        lonlat = to_wgs84(np.array([shape.at]), crs)[0]
        fields = {"place": _place(*lonlat.tolist())}
    return Fault(shape.code, fields, value=shape.value)


def _why_invalid(shape: BaseGeometry) -> Fault:
    reason = shapely.is_valid_reason(shape)
    match = _REASON.fullmatch(reason)
    if match is None or match[1] not in _CODES:
        return Fault("geometry.invalid", {"reason": reason})
    return Fault(_CODES[match[1]], {"place": _place(float(match[2]), float(match[3]))})
