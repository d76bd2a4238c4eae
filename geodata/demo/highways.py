"""Draw the carriageways of the main roads, and the ramps that join the expressway to the roads it crosses."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString

from geodata.demo.main_roads import Route
from geodata.demo.roads import Points, Road

_HALF_M = {"motorway": 14.0, "trunk": 9.0}
_RAMP_M, _RAMP_FOOT_M = 430.0, 150.0
_OVERSHOOT_M = 3.0
_APART_M = 2500.0


def draw_highways(routes: tuple[Route, ...]) -> list[Road]:
    """All main roads but the railway; expressway and national road have a carriageway for each direction."""
    roads = []
    for route in routes:
        if route.highway in _HALF_M:
            roads += _two_carriageways(route)
        elif route.highway != "rail":
            line = shapely.get_coordinates(route.line)
            roads.append(Road(route.highway, line, route.name, route.ref, bridges=True))
    for motorway in (route for route in routes if route.highway == "motorway"):
        roads += _interchanges(motorway, [route for route in routes if route.highway in {"primary", "secondary"}])
    return roads


def _carriageways(route: Route) -> tuple[Points, Points]:
    """The right-hand carriageway along the route, and the other one against it."""
    half_m = _HALF_M[route.highway]
    right, left = (shapely.get_coordinates(shapely.offset_curve(route.line, side * half_m)) for side in (-1, 1))
    ahead = route.line.coords[-1]
    sides = []
    for side, towards in ((right, True), (left, False)):
        ends_there = np.hypot(*(side[-1] - ahead)) < np.hypot(*(side[0] - ahead))
        sides.append(side if ends_there == towards else side[::-1])
    return sides[0], sides[1]


def _two_carriageways(route: Route) -> list[Road]:
    return [
        Road(route.highway, side, route.name, route.ref, oneway=True, bridges=True) for side in _carriageways(route)
    ]


def _interchanges(motorway: Route, others: list[Route]) -> list[Road]:
    """Four ramps at crossings with main roads, some kilometres apart."""
    sides = [LineString(side) for side in _carriageways(motorway)]
    made: list[Road] = []
    taken: list[float] = []
    for other in others:
        for at in shapely.get_parts(shapely.intersection(motorway.line, other.line)):
            place = motorway.line.project(at)
            if any(abs(place - one) < _APART_M for one in taken):
                continue
            taken.append(place)
            for side in sides:
                made += _ramps(side, other.line)
    return made


def _ramps(side: LineString, other: LineString) -> list[Road]:
    """The way off a carriageway and the way onto it, on its right-hand side."""
    at = shapely.get_parts(shapely.intersection(side, other))[0]
    along = side.project(at)
    if not _RAMP_M < along < side.length - _RAMP_M:
        return []
    ahead = np.subtract(side.interpolate(along + 10).coords[0], at.coords[0])
    right = np.array([ahead[1], -ahead[0]]) / np.hypot(*ahead)
    across = other.project(at)
    feet = [np.array(other.interpolate(across + step).coords[0]) for step in (_RAMP_FOOT_M, -_RAMP_FOOT_M)]
    foot = max(feet, key=lambda point: float((point - at.coords[0]) @ right))
    off = _ramp(side, along - _RAMP_M, along, foot, right)
    onto = _ramp(side, along + _RAMP_M, along, foot, right)[::-1]
    return [Road("motorway_link", line, oneway=True, bridges=True) for line in (off, onto)]


def _ramp(side: LineString, start: float, crossing: float, foot: Points, right: Points) -> Points:
    """A line from a place on a carriageway, gently away from it, to a little beyond its foot on the other road."""
    shares = np.array([0.0, 0.3, 0.6])
    along = shapely.get_coordinates(shapely.line_interpolate_point(side, start + shares * (crossing - start)))
    line = np.concatenate((along + np.array([-_OVERSHOOT_M, 14.0, 45.0])[:, None] * right, [foot]))
    last = line[-1] - line[-2]
    return np.concatenate((line, [foot + last / np.hypot(*last) * _OVERSHOOT_M]))
