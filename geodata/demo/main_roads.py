"""Plan the roads that a county map names: expressway, national, provincial and county roads, and the railway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from geodata.demo.chance import stream, wander
from geodata.demo.ground import Ground
from geodata.demo.packaged import course, records
from geodata.demo.waters import curve

_MARGIN_M = 600.0
_STRAIGHT = frozenset({"motorway", "trunk", "rail"})


@dataclass(frozen=True, slots=True)
class Route:
    """A road as planned, before its carriageways are drawn.

    Attributes:
        highway: Its class in OpenStreetMap, ``rail`` for the railway.
        ref: Road number, made up but for the national road and the expressway.
        name: As signed.
        line: Middle line in metres.
    """

    highway: str
    ref: str
    name: str
    line: LineString


def plan_routes(ground: Ground, seed: int) -> tuple[Route, ...]:
    """Every main road, clipped a little beyond the outline."""
    bend = stream(seed, "road bends")
    shown = shapely.buffer(ground.area, _MARGIN_M)
    made = []
    for row in records("routes.csv"):
        off_m, wavelength_m = (25, 4000) if row["highway"] in _STRAIGHT else (55, 2600)
        points = curve(ground.metres(course(row["course"])), 90)
        line = LineString(wander(bend, points, off_m=off_m, wavelength_m=wavelength_m))
        inside = shapely.get_parts(shapely.intersection(line, shown))
        longest = max(inside, key=lambda part: float(part.length))
        made.append(Route(row["highway"], row["ref"], row["name"], longest))
    return tuple(made)


def middle_lines(routes: tuple[Route, ...]) -> NDArray[np.object_]:
    """The middle lines of all routes."""
    return np.array([route.line for route in routes], dtype=np.object_)
