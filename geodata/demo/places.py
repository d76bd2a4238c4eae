"""Find the land of parks, schools, markets and sights: what becomes a dedicated cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers, Web, in_parts
from geodata.demo.packaged import records

_MOST_VILLAGES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a place that lies in one village.

    Attributes:
        name: As shown.
        park: Whether it is an industrial park.
        several: Whether the place has parts in other villages too.
        units: The units it consists of, connected.
    """

    name: str
    park: bool
    several: bool
    units: Numbers


def find_places(ground: Ground, web: Web, village_of: Numbers, metric: NDArray[np.object_]) -> tuple[Place, ...]:
    """The parts of all places, no unit in two of them.

    Args:
        ground: The district.
        web: The units.
        village_of: Their villages.
        metric: Their areas in metres.
    """
    free = np.ones(len(village_of), dtype=bool)
    made: list[Place] = []
    for row in records("places.csv"):
        at, radius_m = ground.metres([(float(row["lon"]), float(row["lat"]))])[0], float(row["radius_m"])
        near = np.asarray(shapely.covers(metric, shapely.Point(at)))
        if radius_m:
            near = np.hypot(*(web.middle - at).T) <= radius_m
        groups = _by_village(web, village_of, near & free, least=2 if radius_m else 1)
        for units in groups:
            free[units] = False
            made.append(Place(row["name"], row["kind"] == "park", len(groups) > 1, units))
    return tuple(made)


def _by_village(web: Web, village_of: Numbers, near: NDArray[np.bool_], *, least: int) -> list[Numbers]:
    """Units near a place, village by village, the largest groups first; each connected, none a whole village."""
    groups = []
    for village in np.unique(village_of[near]):
        inside = np.flatnonzero(near & (village_of == village))
        parts = in_parts(len(inside), web.part(inside).pair, np.zeros(len(inside), dtype=np.intp))
        units = inside[parts == np.bincount(parts).argmax()]
        if least <= len(units) < np.count_nonzero(village_of == village):
            groups.append(units)
    groups.sort(key=lambda units: (-len(units), int(units[0])))
    return groups[:_MOST_VILLAGES]
