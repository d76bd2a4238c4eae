"""Draw the roads that a county map names: expressway, national, provincial and county roads, and the railway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from geodata.demo.chance import stream, wander
from geodata.demo.ground import Ground
from geodata.demo.waters import curve

_MARGIN_M = 600.0


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


_Course = tuple[tuple[float, float], ...]
_ROUTES: tuple[tuple[str, str, str, _Course], ...] = (
    ("motorway", "S28", "启扬高速", ((119.99, 32.560), (120.07, 32.5625), (120.13, 32.566), (120.17, 32.574), (120.22, 32.584), (120.31, 32.588))),
    ("trunk", "G328", "姜堰大道", ((120.00, 32.493), (120.08, 32.4935), (120.14, 32.4955), (120.19, 32.4985), (120.235, 32.508), (120.30, 32.513))),
    ("primary", "S229", "溱姜公路", ((120.085, 32.73), (120.079, 32.69), (120.084, 32.652), (120.106, 32.62), (120.122, 32.585), (120.126, 32.545), (120.128, 32.50), (120.113, 32.468), (120.085, 32.452), (120.035, 32.424), (119.99, 32.40))),
    ("primary", "S231", "姜黄公路", ((120.175, 32.64), (120.188, 32.60), (120.197, 32.572), (120.181, 32.545), (120.171, 32.51), (120.175, 32.47), (120.168, 32.43), (120.163, 32.385), (120.158, 32.33))),
    ("primary", "S353", "南部干线", ((119.99, 32.421), (120.035, 32.418), (120.10, 32.412), (120.16, 32.3875), (120.215, 32.372), (120.32, 32.366))),
    ("secondary", "X301", "淤俞线", ((120.126, 32.550), (120.09, 32.565), (120.052, 32.579), (120.02, 32.612), (120.001, 32.638), (119.96, 32.652), (119.87, 32.658))),
    ("secondary", "X302", "俞溱线", ((119.90, 32.628), (119.95, 32.633), (120.001, 32.641), (120.04, 32.645), (120.081, 32.651))),
    ("secondary", "X303", "溱娄线", ((120.082, 32.648), (120.118, 32.628), (120.16, 32.605), (120.201, 32.572), (120.232, 32.548), (120.252, 32.521))),
    ("secondary", "X304", "白大蒋线", ((120.252, 32.523), (120.247, 32.48), (120.251, 32.441), (120.238, 32.405), (120.221, 32.371), (120.222, 32.32))),
    ("secondary", "X305", "梁大线", ((119.98, 32.461), (120.04, 32.458), (120.081, 32.460), (120.13, 32.437), (120.175, 32.438), (120.251, 32.4405), (120.30, 32.437))),
    ("secondary", "X306", "三桥线", ((120.02, 32.527), (120.07, 32.5275), (120.128, 32.5295))),
    ("secondary", "X307", "天白线", ((120.128, 32.5515), (120.152, 32.5515), (120.20, 32.538), (120.235, 32.532), (120.29, 32.536))),
    ("secondary", "X308", "淤溪路", ((119.94, 32.568), (120.00, 32.577), (120.052, 32.5795), (120.09, 32.598), (120.107, 32.6145))),
    ("secondary", "X309", "张蒋线", ((120.031, 32.419), (120.055, 32.385), (120.11, 32.365), (120.163, 32.3745), (120.221, 32.3705))),
    ("secondary", "X310", "顾梁线", ((120.160, 32.380), (120.118, 32.415), (120.083, 32.459))),
    ("rail", "", "新长线(演示)", ((119.99, 32.482), (120.08, 32.481), (120.16, 32.484), (120.22, 32.491), (120.31, 32.498))),
)  # fmt: skip


def plan_routes(ground: Ground, seed: int) -> tuple[Route, ...]:
    """Every main road, clipped a little beyond the outline."""
    bend = stream(seed, "road bends")
    shown = shapely.buffer(ground.area, _MARGIN_M)
    made = []
    for highway, ref, name, course in _ROUTES:
        off_m, wavelength_m = (25, 4000) if highway in {"motorway", "trunk", "rail"} else (55, 2600)
        line = LineString(wander(bend, curve(ground.metres(course), 90), off_m=off_m, wavelength_m=wavelength_m))
        inside = shapely.get_parts(shapely.intersection(line, shown))
        made.append(Route(highway, ref, name, max(inside, key=lambda part: float(part.length))))
    return tuple(made)


def middle_lines(routes: tuple[Route, ...]) -> NDArray[np.object_]:
    """The middle lines of all routes."""
    return np.array([route.line for route in routes], dtype=object)
