"""Share the small pieces of land out to towns, villages and units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from geodata.demo.chance import Swell
from geodata.demo.faces import Faces
from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers, Web, in_parts, reach, reach_from_any, share_out, spread_seeds
from geodata.demo.land import Land
from geodata.demo.street_grids import main_lines
from geodata.demo.waters import segments_of

UNITS = 4000
_HEART_M = 350.0
_CROSSING_M = {"lake": 900.0, "river": 700.0, "canal": 420.0, "motorway": 420.0, "rail": 160.0}
_ROAD_M, _STREET_M = 110.0, 130.0


@dataclass(frozen=True)
class Divisions:
    """Which town, village and unit each piece lies in.

    Attributes:
        faces: The pieces (n).
        town: Number of the town of each piece.
        village: Number (0 … 284) of the village of each piece, in the order of the codes.
        unit: Number of the unit of each piece; units are numbered village by village.
        village_of: The village of each unit.
        built_up: How closely built each piece is.
    """

    faces: Faces
    town: Numbers
    village: Numbers
    unit: Numbers
    village_of: Numbers
    built_up: NDArray[np.float64]


def divide(land: Land, faces: Faces) -> Divisions:
    """Towns around their seats, villages in towns, units in villages; borders keep to waters and main roads."""
    built_up = land.ground.built_up(faces.middle)
    cost = _cost(land, faces)
    area = Web(faces.middle, faces.area_m2, faces.pair, cost)
    town = _towns(land.ground, area)
    people = Web(
        faces.middle,
        faces.area_m2 * (0.3 + 3.0 * built_up),
        faces.pair,
        cost * np.sqrt(0.3 + 3.0 * built_up[faces.pair].mean(axis=1)),
    )
    village = _villages(land, people, town)
    unit, village_of = _units(land.chance("units"), people, village)
    return Divisions(faces, town, village, unit, village_of, built_up)


def _cost(land: Land, faces: Faces) -> NDArray[np.float64]:
    """What it costs to grow from a piece to its neighbour, in metres."""
    ends = faces.middle[faces.pair]
    way_m = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    rough = Swell(land.chance("rough ground"), 900)(ends.mean(axis=1))
    cost = way_m * np.exp(0.35 * rough)
    ways = np.asarray(shapely.linestrings(ends), dtype=np.object_)
    lines: dict[float, list[shapely.Geometry]] = {}
    for water in land.waters:
        shape = water.shape.exterior if isinstance(water.shape, Polygon) else water.shape
        lines.setdefault(_CROSSING_M[water.kind], []).append(shape)
    for route in land.routes:
        lines.setdefault(_CROSSING_M.get(route.highway, _ROAD_M), []).append(route.line)
    lines[_STREET_M] = list(main_lines(land.towns))
    for extra_m, shapes in lines.items():
        crossing, _ = shapely.STRtree(segments_of(shapes)).query(ways, predicate="intersects")
        cost[np.unique(crossing)] += extra_m
    return np.asarray(cost, dtype=np.float64)


def _towns(ground: Ground, area: Web) -> Numbers:
    """The town of each piece: the governed ones share the land, the small ones are cut out where two of them meet."""
    governed = [number for number, town in enumerate(ground.towns) if town.governed]
    points = np.asarray(shapely.points(area.middle), dtype=np.object_)
    owner = np.full(len(points), -1)
    for place, number in enumerate(governed):
        town = ground.towns[number]
        spine = LineString(ground.metres([town.seat, town.heart]))
        near = shapely.dwithin(spine, points, _HEART_M)
        owner[near & (owner < 0)] = place
    seeds = [np.flatnonzero(owner == place) for place in range(len(governed))]
    target = np.array([ground.towns[number].area_km2 for number in governed])
    label = np.array(governed)[share_out(reach_from_any(area, seeds), area.mass, target, 60)]
    for number, town in enumerate(ground.towns):
        if not town.governed:
            _cut_out(area, label, number, ground.metres(town.seat)[0], town.area_km2 * 1e6)
    return label


def _cut_out(area: Web, label: Numbers, number: int, near: NDArray[np.float64], area_m2: float) -> None:
    """Give a small unit its land on the border between two towns, near a place, so that no town falls apart."""
    border = area.pair[label[area.pair[:, 0]] != label[area.pair[:, 1]], 0]
    border = border[np.argsort(np.hypot(*(area.middle[border] - near).T), kind="stable")]
    for seed in dict.fromkeys(border.tolist()):
        order = np.argsort(reach(area, np.array([seed]))[0], kind="stable")
        taken = order[: int(np.searchsorted(np.cumsum(area.mass[order]), area_m2)) + 1]
        tried = label.copy()
        tried[taken] = number
        if in_parts(len(tried), area.pair, tried).max() + 1 == len(np.unique(tried)):
            label[:] = tried
            return


def _villages(land: Land, people: Web, town: Numbers) -> Numbers:
    """The village of each piece, numbered in the order of the codes: the first of a town lie nearest to its seat."""
    chance = land.chance("villages")
    village = np.empty(len(town), dtype=np.intp)
    first = 0
    for listed, (chosen, web) in zip(land.ground.towns, people.parts(town), strict=True):
        count = len(listed.villages)
        seeds = spread_seeds(chance, web, count)
        target = np.exp(chance.normal(0, 0.2, count))
        label = share_out(reach(web, seeds), web.mass, target, 25)
        away_m = np.hypot(*(web.middle[seeds] - land.ground.metres(listed.seat)[0]).T)
        village[chosen] = first + np.argsort(np.argsort(away_m))[label]
        first += count
    return village


def _units(chance: np.random.Generator, people: Web, village: Numbers) -> tuple[Numbers, Numbers]:
    """The unit of each piece, and the village of each unit; about 4,000, more where many live."""
    weight = np.bincount(village, people.mass) ** 0.75
    wanted = np.clip(np.rint(UNITS * weight / weight.sum()), 1, 40).astype(int)
    unit = np.empty(len(village), dtype=np.intp)
    village_of: list[int] = []
    for number, (chosen, web) in enumerate(people.parts(village)):
        parts = min(int(wanted[number]), len(chosen) // 3 or 1)
        seeds = spread_seeds(chance, web, parts)
        target = np.exp(chance.normal(0, 0.25, parts))
        label = share_out(reach(web, seeds), web.mass, target, 8)
        size = np.bincount(label, minlength=parts)
        middle = np.column_stack([np.bincount(label, web.middle[:, axis], parts) / size for axis in (0, 1)])
        order = np.lexsort((middle[:, 0], -np.round(middle[:, 1] / 400)))
        unit[chosen] = len(village_of) + np.argsort(order)[label]
        village_of += [number] * parts
    return unit, np.array(village_of)
