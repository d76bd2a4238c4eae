"""Tell by how far the coordinates of Chinese web maps lie off, and take them back.

GCJ-02 (the shift that web maps in China apply) and BD-09 (Baidu's further shift) are named by their public formulas. A
register whose coordinates were copied from such a map lies some hundreds of metres off, all in one direction.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

_SEMI_MAJOR_M = 6_378_245.0  # Krasovsky ellipsoid, as in the public formula
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
_CENTRE_LON, _CENTRE_LAT = 105.0, 35.0
_BD_TURN = np.pi * 3000 / 180
_BD_LON, _BD_LAT = 0.0065, 0.006
_ROUNDS = 4


class Shift(StrEnum):
    """A shifted system of coordinates."""

    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


def shifted(xy: NDArray[np.float64], shift: Shift) -> NDArray[np.float64]:
    """Lon/lat points (n, 2) as a map of a shifted system shows them."""
    gcj = xy + _gcj_offset(xy)
    return gcj if shift is Shift.GCJ02 else _bd_of_gcj(gcj)


def taken_back(xy: NDArray[np.float64], shift: Shift) -> NDArray[np.float64]:
    """Lon/lat points (n, 2) without the shift that they were given, to a millimetre."""
    found = xy.copy()
    for _ in range(_ROUNDS):
        found += xy - shifted(found, shift)
    return found


def _gcj_offset(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = xy[:, 0] - _CENTRE_LON, xy[:, 1] - _CENTRE_LAT
    root = np.sqrt(np.abs(x))
    fine = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (fine + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (fine + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    latitude = np.radians(xy[:, 1])
    bend = 1 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    north_degrees = north * 180 / (_SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / bend**1.5 * np.pi)
    east_degrees = east * 180 / (_SEMI_MAJOR_M / np.sqrt(bend) * np.cos(latitude) * np.pi)
    return np.column_stack((east_degrees, north_degrees))


def _bd_of_gcj(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = xy[:, 0], xy[:, 1]
    radius = np.hypot(x, y) + 0.000_02 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000_003 * np.cos(x * _BD_TURN)
    return np.column_stack((radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT))
