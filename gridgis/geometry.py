"""Move geometries between degrees and metres, and measure them in metres.

Records hold longitude and latitude (WGS84 / CGCS2000, x = lon, y = lat). Lengths and areas are measured in the
district's metric system, EPSG:4549 (CGCS2000 / 3-degree Gauss-Kruger, central meridian 120° E) unless the district names another.
"""

from __future__ import annotations

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
    points = np.atleast_2d(np.asarray(xy, dtype=np.float64))
    return np.column_stack(_transformer(GEOGRAPHIC_EPSG, metric_epsg).transform(points[:, 0], points[:, 1]))


def xy_to_lonlat(xy: ArrayLike, metric_epsg: int = DEFAULT_METRIC_EPSG) -> NDArray[np.float64]:
    """Points of shape (n, 2) from metres to lon/lat degrees."""
    points = np.atleast_2d(np.asarray(xy, dtype=np.float64))
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
