"""Turn coordinates of any system into longitude and latitude, China's two shifted map systems included.

GCJ-02 (the system of web maps sold in China) moves WGS84 by hundreds of metres; BD-09 (Baidu) moves GCJ-02 once more.
Both are known by public formulas that only go forward; the way back is found by iteration. Neither can be told from
WGS84 by looking at a file, so they are used only when a person names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import InvalidValue
from gridgis.geometry import GEOGRAPHIC_EPSG

if TYPE_CHECKING:
    import pyproj

__all__ = ["BD09", "GCJ02", "Crs", "parse_crs", "to_wgs84"]

Points = NDArray[np.float64]
GCJ02, BD09 = "GCJ02", "BD09"
_NAMES = {
    "GCJ02": GCJ02,
    "火星坐标": GCJ02,
    "火星坐标系": GCJ02,
    "高德": GCJ02,
    "高德坐标": GCJ02,
    "BD09": BD09,
    "BD09LL": BD09,
    "百度": BD09,
    "百度坐标": BD09,
    "WGS84": "EPSG:4326",
    "CGCS2000": "EPSG:4490",
    "国家2000": "EPSG:4490",
}
_KRASOVSKY_AXIS_M = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BAIDU_TURN = np.pi * 3000 / 180
_CLOSE_ENOUGH_DEG = 1e-12
_MOST_ROUNDS = 50
_WGS84_BY_OTHERS = (("OGC", "CRS84"), ("IGNF", "WGS84G"))
_EXACT_DATUMS = ("World Geodetic System 1984", "China 2000")
_LOOSE_DATUMS = ("Beijing", "Xian 1980")  # their parameters differ by region and are not public


@dataclass(frozen=True, slots=True)
class Crs:
    """A coordinate system that coordinates can be converted from; x runs east (or is the longitude), y north.

    Attributes:
        name: ``EPSG:4549``, ``GCJ02``, ``BD09``, or the name it gives itself.
        definition: What pyproj makes of it; None for the two shifted systems.
    """

    name: str
    definition: pyproj.CRS | None = None

    @property
    def in_degrees(self) -> bool:
        """Whether the coordinates are longitude and latitude."""
        return self.definition is None or self.definition.is_geographic

    @property
    def area(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees of where the system is used; the globe where nothing is said."""
        if self.definition is None:
            return _WEST, _SOUTH, _EAST, _NORTH
        used = self.definition.area_of_use
        return (-180.0, -90.0, 180.0, 90.0) if used is None else used.bounds

    @property
    def exact(self) -> bool:
        """Whether it is known to a few metres how the system lies to WGS84; not so for Beijing 1954, Xi'an 1980."""
        if self.definition is None:
            return True
        from pyproj.transformer import TransformerGroup

        geodetic = self.definition.geodetic_crs
        datum = "" if geodetic is None or geodetic.datum is None else geodetic.datum.name
        if any(name in datum for name in _EXACT_DATUMS):
            return True
        if any(name in datum for name in _LOOSE_DATUMS):
            return False
        best = TransformerGroup(self.definition, GEOGRAPHIC_EPSG, always_xy=True).transformers[:1]
        return any(one.accuracy >= 0 for one in best)


def parse_crs(text: str) -> Crs:
    """A coordinate system by what people write: ``EPSG:4549``, ``4490``, ``GCJ-02``, ``BD09``, WKT or a PROJ string.

    Raises:
        InvalidValue: ``crs.unknown``; ``crs.unusable`` for a system without east and north (vertical, geocentric).
    """
    return _parse(text.strip())


@lru_cache(maxsize=32)
def _parse(text: str) -> Crs:
    import pyproj

    plain = re.sub(r"[\s_-]", "", text).upper()
    known = _NAMES.get(plain, text)
    if known in {GCJ02, BD09}:
        return Crs(known)
    try:
        definition = pyproj.CRS.from_user_input(int(known) if known.isdigit() else known)
    except (pyproj.exceptions.CRSError, OverflowError) as error:
        raise InvalidValue("crs.unknown", value=text[:80]) from error
    if definition.is_compound:
        definition = definition.sub_crs_list[0]
    if not (definition.is_geographic or definition.is_projected):
        raise InvalidValue("crs.unusable", value=text[:80], name=definition.name)
    authority = definition.to_authority()
    if authority in _WGS84_BY_OTHERS:
        authority = ("EPSG", str(GEOGRAPHIC_EPSG))
    if authority:
        definition = pyproj.CRS.from_authority(*authority)  # which says, unlike WKT, where it is used
    return Crs(":".join(authority) if authority else definition.name, definition)


def to_wgs84(xy: Points, crs: Crs) -> Points:
    """Longitude and latitude of n points of shape (n, 2) of a system; infinite where there is none."""
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if crs.name == GCJ02:
        return gcj02_to_wgs84(points)
    if crs.name == BD09:
        return bd09_to_wgs84(points)
    if crs.definition is None or crs.name == f"EPSG:{GEOGRAPHIC_EPSG}":
        return points.copy()
    return np.column_stack(_transformer(crs).transform(points[:, 0], points[:, 1]))


@lru_cache(maxsize=16)
def _transformer(crs: Crs) -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(crs.definition, GEOGRAPHIC_EPSG, always_xy=True)


def wgs84_to_gcj02(xy: Points) -> Points:
    """GCJ-02 of n WGS84 points (n, 2), degrees; the same outside the box around China in which it is defined."""
    return _inside_only(xy, _shift_gcj02)


def gcj02_to_wgs84(xy: Points) -> Points:
    """WGS84 of n GCJ-02 points (n, 2), degrees, to 1e-9 degrees; the same outside China's box."""
    return _inside_only(xy, lambda points: _back(points, _shift_gcj02))


def wgs84_to_bd09(xy: Points) -> Points:
    """BD-09 of n WGS84 points (n, 2), degrees; the same outside China's box."""
    return _inside_only(xy, lambda points: _shift_bd09(_shift_gcj02(points)))


def bd09_to_wgs84(xy: Points) -> Points:
    """WGS84 of n BD-09 points (n, 2), degrees, to 1e-9 degrees; the same outside China's box."""
    return _inside_only(xy, lambda points: _back(_back(points, _shift_bd09), _shift_gcj02))


def _inside_only(xy: Points, move: Callable[[Points], Points]) -> Points:
    moved = np.array(xy, dtype=np.float64).reshape(-1, 2)
    lon, lat = moved.T
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    if inside.any():
        moved[inside] = move(moved[inside])
    return moved


def _back(shifted: Points, shift: Callable[[Points], Points]) -> Points:
    """The points that a small, smooth shift brings to the given ones."""
    found = shifted.copy()
    for _ in range(_MOST_ROUNDS):
        off = shifted - shift(found)
        found += off
        if np.abs(off).max() < _CLOSE_ENOUGH_DEG:
            break
    return found


def _shift_gcj02(xy: Points) -> Points:
    lon, lat = xy.T
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
        + (wave + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x)) * 2 / 3
        + (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x)) * 2 / 3
    )  # fmt: skip
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
        + (wave + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y)) * 2 / 3
        + (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y)) * 2 / 3
    )  # fmt: skip
    phi = np.radians(lat)
    curvature = 1 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian_m = _KRASOVSKY_AXIS_M * (1 - _KRASOVSKY_E2) / (curvature * np.sqrt(curvature))
    parallel_m = _KRASOVSKY_AXIS_M / np.sqrt(curvature) * np.cos(phi)
    shift: Points = np.degrees(np.column_stack((east / parallel_m, north / meridian_m)))
    return xy + shift


def _shift_bd09(xy: Points) -> Points:
    x, y = xy.T
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_TURN)
    return np.column_stack((radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006))
