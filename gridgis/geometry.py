"""Move geometries between degrees and metres, and measure them in metres.

Records hold longitude and latitude (WGS84 / CGCS2000, x = lon, y = lat). Lengths and areas are measured in the
district's metric system, EPSG:4549 (CGCS2000 / 3-degree Gauss-Kruger, central meridian 120° E) unless the district
names another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

DEFAULT_METRIC_EPSG = 4549
GEOGRAPHIC_EPSG = 4326
Shape = TypeVar("Shape")


@lru_cache(maxsize=16)
def _transformer(source_epsg: int, target_epsg: int) -> Transformer:
    return Transformer.from_crs(source_epsg, target_epsg, always_xy=True)


def _move(shape: Shape, source_epsg: int, target_epsg: int) -> Shape:
    transformer = _transformer(source_epsg, target_epsg)

    def apply(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return shapely.transform(shape, apply)  # type: ignore[call-overload,no-any-return]


def to_metric(shape: Shape, metric_epsg: int = DEFAULT_METRIC_EPSG) -> Shape:
    """A geometry, or an array of them, from lon/lat degrees to metres."""
    return _move(shape, GEOGRAPHIC_EPSG, metric_epsg)


def to_lonlat(shape: Shape, metric_epsg: int = DEFAULT_METRIC_EPSG) -> Shape:
    """A geometry, or an array of them, from metres back to lon/lat degrees."""
    return _move(shape, metric_epsg, GEOGRAPHIC_EPSG)


def xy_to_metric(xy: ArrayLike, metric_epsg: int = DEFAULT_METRIC_EPSG) -> NDArray[np.float64]:
    """Points of shape (n, 2) from lon/lat degrees to metres."""
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    return np.column_stack(_transformer(GEOGRAPHIC_EPSG, metric_epsg).transform(points[:, 0], points[:, 1]))


def xy_to_lonlat(xy: ArrayLike, metric_epsg: int = DEFAULT_METRIC_EPSG) -> NDArray[np.float64]:
    """Points of shape (n, 2) from metres to lon/lat degrees."""
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    return np.column_stack(_transformer(metric_epsg, GEOGRAPHIC_EPSG).transform(points[:, 0], points[:, 1]))


def metric_epsg_for(longitude: float) -> int:
    """The CGCS2000 3-degree Gauss-Kruger zone for a longitude in China (EPSG:4534-4554).

    Outside 73.5° E to 136.5° E the WGS84 UTM north zone of that longitude is given (EPSG:326xx), so that extracts of
    other countries can be tried.
    """
    first_meridian, last_meridian, first_epsg = 75, 135, 4534
    zone = round(longitude / 3)
    if first_meridian <= 3 * zone <= last_meridian:
        return first_epsg + zone - first_meridian // 3
    return 32600 + int((longitude + 180) // 6) % 60 + 1


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """Metres east and north of a place, on a plane that keeps straight borders straight.

    A map projection bends a straight border between two lon/lat points (by about 1 m on 10 km), so that two cells that
    share a border but not all its points would seem to part. This plane only scales degrees (ellipsoid WGS84 at the
    place), so what meets in lon/lat meets here. Lengths are right at the place and within 0.3 % at 0.25° north or south
    of it (at latitude 32°): right for tolerances, not for areas, which are measured in the metric system.

    Attributes:
        lon: Longitude of the place.
        lat: Latitude of the place.
    """

    lon: float
    lat: float

    @classmethod
    def around(cls, areas: Iterable[shapely.Geometry]) -> LocalPlane:
        """A plane at the middle of the box around lon/lat geometries; at 0, 0 when there are none."""
        bounds = shapely.bounds(np.asarray(list(areas), dtype=object)).reshape(-1, 4)
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
        if not len(bounds):
            return cls(0.0, 0.0)
        (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
        return cls(float(west + east) / 2, float(south + north) / 2)

    @property
    def metres_a_degree(self) -> tuple[float, float]:
        """Metres in one degree of longitude and of latitude at the place."""
        semi_major_m, eccentricity_squared = 6_378_137.0, 0.006_694_379_990_14
        sine = math.sin(math.radians(self.lat))
        bend = 1 - eccentricity_squared * sine * sine
        east_m = semi_major_m / math.sqrt(bend) * math.cos(math.radians(self.lat))
        north_m = semi_major_m * (1 - eccentricity_squared) / bend**1.5
        return math.radians(east_m), math.radians(north_m)

    def xy_to_metres(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) from lon/lat degrees."""
        return np.asarray((xy - (self.lon, self.lat)) * self.metres_a_degree, dtype=np.float64)

    def to_metres(self, shape: Shape) -> Shape:
        """A geometry, or an array of them, from lon/lat degrees."""
        return shapely.transform(shape, self.xy_to_metres)  # type: ignore[call-overload,no-any-return]

    def to_lonlat(self, shape: Shape) -> Shape:
        """A geometry, or an array of them, back to lon/lat degrees."""
        return shapely.transform(  # type: ignore[call-overload,no-any-return]
            shape, lambda xy: xy / self.metres_a_degree + (self.lon, self.lat)
        )


EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth."""


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle metres between two lon/lat places (haversine)."""
    (lon, lat), (other_lon, other_lat) = (tuple(map(math.radians, place)) for place in (here, there))
    half = math.sin((other_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(other_lat) * (
        math.sin((other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))
