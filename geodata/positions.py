"""Notice coordinates that are not in the system they are said to be in, before anything is made of them.

Certain are: degrees where metres are said, metres where degrees are said, latitudes beyond 90°. Longitude and latitude
are taken for exchanged when the layer lies where its system is not used, and would lie there with x and y exchanged;
a system for the whole globe says less, but nobody lives north of 73° N where western China would come to lie. What
could be another country's right place is never refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.crs import Crs, to_wgs84
from gridgis.errors import Unreadable

Points = NDArray[np.float64]
_FARTHEST_LON, _FARTHEST_LAT = 180.0, 90.0
_METRES_FROM = 1000.0
_MOST = 0.5
_AROUND_AREA_DEG = 6.0
_NOBODY_NORTH_OF = 73.0
_WESTERN_CHINA = (73.0, 26.0, 97.0, 50.0)


def out_of_range(xy: Points) -> NDArray[np.bool_]:
    """Which of n points are no longitude and latitude; those that are not finite are not told here."""
    return np.asarray((np.abs(xy[:, 0]) > _FARTHEST_LON) | (np.abs(xy[:, 1]) > _FARTHEST_LAT))


def outside_area(lonlat: Points, crs: Crs) -> NDArray[np.bool_]:
    """Which of n points (n, 2) lie far outside where a system is used; offices use a zone beyond its own degrees."""
    return ~_within(lonlat, crs.area, _AROUND_AREA_DEG)


def check_positions(xy: Points, lonlat: Points, crs: Crs, *, file: str, layer: str) -> None:
    """Refuse n finite points (n, 2) that as a whole can't be in a system, by what is made of them.

    Raises:
        Unreadable: ``layer.degrees_in_metric``, ``layer.metres_in_degrees``, ``layer.swapped``, ``layer.outside_crs``.
    """
    if not len(xy):
        return
    code = _wrong_degrees(xy, crs) if crs.in_degrees else _wrong_metres(xy, lonlat, crs)
    if code:
        x, y = np.median(xy, axis=0)
        west, south, east, north = crs.area
        area = f"{west:g}…{east:g}, {south:g}…{north:g}"
        raise Unreadable(code, file=file, layer=layer, crs=crs.name, x=f"{x:.10g}", y=f"{y:.10g}", area=area)


def _wrong_degrees(xy: Points, crs: Crs) -> str:
    if out_of_range(xy).mean() > _MOST:
        if out_of_range(xy[:, ::-1]).mean() < _MOST:
            return "layer.swapped"
        metres = np.median(np.abs(xy).max(axis=1)) > _METRES_FROM
        return "layer.metres_in_degrees" if metres else "layer.outside_crs"
    middle = np.median(xy, axis=0)
    swapped = middle[::-1]
    outside = _within(swapped, crs.area) & ~_within(middle, crs.area)
    in_ice = _within(swapped, _WESTERN_CHINA) & (middle[1] > _NOBODY_NORTH_OF)
    return "layer.swapped" if (outside | in_ice).all() else ""


def _wrong_metres(xy: Points, lonlat: Points, crs: Crs) -> str:
    if not out_of_range(xy).any():
        return "layer.degrees_in_metric"
    if outside_area(lonlat, crs).mean() < _MOST:
        return ""
    swapped = outside_area(to_wgs84(xy[:, ::-1], crs), crs).mean() < _MOST
    return "layer.swapped" if swapped else "layer.outside_crs"


def _within(lonlat: Points, area: tuple[float, float, float, float], around_deg: float = 0.0) -> NDArray[np.bool_]:
    """Which of n points lie in an area, or so near it; an area over the 180th meridian has its east below its west."""
    west, south, east, north = area
    width = (east - west) % 360 or 360
    lon, lat = np.reshape(lonlat, (-1, 2)).T
    with np.errstate(invalid="ignore"):
        in_lon = (lon - west + around_deg) % 360 <= width + 2 * around_deg
    return np.asarray(in_lon & (lat >= south - around_deg) & (lat <= north + around_deg))
