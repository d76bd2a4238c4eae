"""Name the coordinate systems that features are given in, each with its axes in the order of its definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from gridgis.errors import InvalidValue
from gridgis.geometry import GEOGRAPHIC_EPSG
from maps.tiles import MERCATOR_LATITUDE

CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SERVED_EPSG = (4326, 4490, 4549, 3857)
DEGREE_DIGITS = 8  # about a millimetre
METRE_DIGITS = 3
BEYOND_USE_DEG = 3.0  # how far beyond a system's area of use a box in it is followed
STEPS_ALONG_EDGE = 32  # an edge of a box in metres is bent in degrees
GLOBE = (-180.0, -90.0, 180.0, 90.0)

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Crs:
    """A coordinate system.

    Attributes:
        uri: What requests and answers call it.
        epsg: Its number; of the same coordinates the other way round for CRS84.
        north_first: Whether its first axis is latitude or northing.
        degrees: Whether it has the records' own longitude and latitude; else it is in metres.
    """

    uri: str
    epsg: int
    north_first: bool
    degrees: bool

    def of_lonlat(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Geometries in this system, axes in its order, out of lon/lat; rounded to about a millimetre."""
        digits = DEGREE_DIGITS if self.degrees else METRE_DIGITS

        def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            moved = xy if self.degrees else np.column_stack(self._transformer.transform(xy[:, 0], xy[:, 1]))
            return np.round(moved[:, ::-1] if self.north_first else moved, digits)

        made: NDArray[np.object_] = shapely.transform(shapes, move)
        return made

    def windows(self, numbers: Sequence[float]) -> tuple[shapely.Geometry, ...]:
        """The areas in lon/lat of a box given by its lower and upper corner in this system's axes.

        In degrees a box whose west lies east of its east spans the 180th meridian and so is two. A box in metres is
        followed as far as the system is used; beyond, it is none.

        Raises:
            InvalidValue: ``ogc.bbox`` for a box that is turned round or lies beyond the globe.
        """
        west, south, east, north = numbers
        if self.north_first:
            west, south, east, north = south, west, north, east
        if south > north or (west > east and not self.degrees):
            raise InvalidValue("ogc.bbox", value=_shown(numbers))
        if self.degrees:
            return _windows_in_degrees((west, south, east, north), numbers)
        least_x, least_y, most_x, most_y = self._limits
        corners = (max(west, least_x), max(south, least_y), min(east, most_x), min(north, most_y))
        if corners[0] > corners[2] or corners[1] > corners[3]:
            return ()
        return (self._bent(corners),)

    def _bent(self, corners: Bounds) -> shapely.Geometry:
        """A box in metres as an area in lon/lat."""
        box = rectangle(*corners)
        longest = max(corners[2] - corners[0], corners[3] - corners[1])
        if longest > 0:
            box = shapely.segmentize(box, longest / STEPS_ALONG_EDGE)
        transformer = self._transformer

        def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

        moved: shapely.Geometry = shapely.transform(box, move)
        return moved

    @property
    def _transformer(self) -> Transformer:
        return _transformer(self.epsg)

    @property
    def _limits(self) -> Bounds:
        """The box in metres, x eastward, in which the system is used, and some way beyond."""
        return _limits(self.epsg)


CRS84 = Crs(CRS84_URI, GEOGRAPHIC_EPSG, north_first=False, degrees=True)


@cache
def crs_of(epsg: int) -> Crs:
    """A system by its EPSG number; of those in degrees WGS84 and CGCS2000 only."""
    definition = CRS.from_epsg(epsg)
    north_first = definition.axis_info[0].direction == "north"
    return Crs(f"http://www.opengis.net/def/crs/EPSG/0/{epsg}", epsg, north_first, definition.is_geographic)


@cache
def served_systems(metric_epsg: int) -> tuple[Crs, ...]:
    """The systems of a district that measures in one of them, CRS84 first."""
    return (CRS84, *map(crs_of, dict.fromkeys((*SERVED_EPSG, metric_epsg))))


def system_named(uri: str, known: Sequence[Crs], parameter: str) -> Crs:
    """The system that a parameter names.

    Raises:
        InvalidValue: ``ogc.crs``.
    """
    for one in known:
        if one.uri == uri:
            return one
    raise InvalidValue("ogc.crs", name=parameter, value=uri, known=", ".join(one.uri for one in known))


@lru_cache(maxsize=16)
def _transformer(epsg: int) -> Transformer:
    """From lon/lat to metres, x eastward first."""
    return Transformer.from_crs(GEOGRAPHIC_EPSG, epsg, always_xy=True)


@lru_cache(maxsize=16)
def _limits(epsg: int) -> Bounds:
    used = CRS.from_epsg(epsg).area_of_use
    west, south, east, north = GLOBE if used is None else used.bounds
    return _transformer(epsg).transform_bounds(
        max(west - BEYOND_USE_DEG, -180.0),
        max(south - BEYOND_USE_DEG, -MERCATOR_LATITUDE),
        min(east + BEYOND_USE_DEG, 180.0),
        min(north + BEYOND_USE_DEG, MERCATOR_LATITUDE),
    )


def _windows_in_degrees(box: Bounds, numbers: Sequence[float]) -> tuple[shapely.Geometry, ...]:
    west, south, east, north = box
    least_x, least_y, most_x, most_y = GLOBE
    if not (least_x <= min(west, east) and max(west, east) <= most_x and least_y <= south and north <= most_y):
        raise InvalidValue("ogc.bbox", value=_shown(numbers))
    if west <= east:
        return (rectangle(west, south, east, north),)
    return rectangle(west, south, most_x, north), rectangle(least_x, south, east, north)


def rectangle(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """A box; a line or a point when it has no width or height, since an area of no size meets nothing."""
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    if west == east and south == north:
        return shapely.Point(west, south)
    return shapely.LineString([(west, south), (east, north)])


def _shown(numbers: Sequence[float]) -> str:
    return ",".join(f"{number:g}" for number in numbers)


def geometries_in(crs: Crs, shapes: NDArray[np.object_]) -> list[str | None]:
    """Geometries in lon/lat as GeoJSON in a system; None where there is none."""
    told: list[str | None] = shapely.to_geojson(crs.of_lonlat(shapes)).tolist()
    return told
