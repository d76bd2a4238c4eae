"""Lay the district on a plane in metres, and say where people live close together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import Polygon

from geodata.demo.jiangyan import Town, outline, towns
from gridgis.geometry import LocalPlane

DEGREE_DIGITS = 7
CORE_LONLAT = (120.147, 32.527)  # middle of the built-up seat of the district
CORE_M, TOWN_M = 2100.0, 620.0
LAKELAND_LAT = 32.535  # north of it the land is lakes and canals


@dataclass(frozen=True)
class Ground:
    """The district on a plane.

    Attributes:
        outline: Its outline in lon/lat.
        plane: Metres east and north of its middle.
        towns: Its towns as listed.
    """

    outline: Polygon
    plane: LocalPlane
    towns: tuple[Town, ...]

    @classmethod
    def of_jiangyan(cls) -> Ground:
        """Jiangyan on its plane."""
        area = outline()
        return cls(area, LocalPlane.around([area]), towns())

    @cached_property
    def area(self) -> Polygon:
        """The outline in metres, prepared."""
        area = self.plane.to_metres(self.outline)
        shapely.prepare(area)
        return area

    def metres(self, lonlat: ArrayLike) -> NDArray[np.float64]:
        """Points (n, 2) from lon/lat to metres."""
        return self.plane.xy_to_metres(np.asarray(lonlat, dtype=np.float64).reshape(-1, 2))

    def lonlat(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) from metres to lon/lat, rounded to a centimetre."""
        east_m, north_m = self.plane.metres_a_degree
        degrees = metres / (east_m, north_m) + (self.plane.lon, self.plane.lat)
        return np.round(degrees, DEGREE_DIGITS)

    @cached_property
    def seats(self) -> NDArray[np.float64]:
        """Seats of the governed towns in metres."""
        return self.metres([town.seat for town in self.towns if town.governed])

    def built_up(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """How closely built places (n, 2) are: 1 in the middle of the district's seat, about 0 in the fields."""
        core_m = np.hypot(*(xy - self.metres(CORE_LONLAT)).T)
        away_m = np.hypot(xy[:, :1] - self.seats[:, 0], xy[:, 1:] - self.seats[:, 1]).min(axis=1)
        core, town = np.exp(-((core_m / CORE_M) ** 2) / 2), np.exp(-((away_m / TOWN_M) ** 2) / 2)
        return np.asarray(np.maximum(core, 0.7 * town))

    def lakeland(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much places (n, 2) are lake and canal land: 1 in the north, 0 in the south."""
        _, north_m = self.metres([(self.plane.lon, LAKELAND_LAT)])[0]
        return np.asarray(1 / (1 + np.exp(-(xy[:, 1] - north_m) / 1200)))
