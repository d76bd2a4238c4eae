"""Share the small pieces of land out to towns, villages and units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from geodata.demo.chance import Swell, stream
from geodata.demo.faces import Faces
from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers, Web, reach, share_out, spread_seeds
from geodata.demo.main_roads import Route
from geodata.demo.waters import Water, segments_of

UNITS = 4000
_HEART_M = 350.0
_CROSSING_M = {"lake": 900.0, "river": 700.0, "canal": 420.0}
_MAIN_ROAD_M = {"motorway": 420.0, "rail": 160.0}
_ROAD_M = 110.0


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
        crossing_m: What it costs to grow across each border between pieces, over the plain distance.
    """

    faces: Faces
    town: Numbers
    village: Numbers
    unit: Numbers
    village_of: Numbers
    built_up: NDArray[np.float64]


def divide(ground: Ground, seed: int, faces: Faces, waters: tuple[Water, ...], routes: tuple[Route, ...]) -> Divisions:
    """Towns around their seats, villages in towns, units in villages; borders keep to waters and main roads."""
    built_up = ground.built_up(faces.middle)
    cost = _cost(seed, faces, waters, routes)
    area = Web(faces.middle, faces.area_m2, faces.pair, cost)
    town = _towns(ground, area)
    people = Web(
        faces.middle,
        faces.area_m2 * (0.3 + 3.0 * built_up),
        faces.pair,
        cost * np.sqrt(0.3 + 3.0 * built_up[faces.pair].mean(axis=1)),
    )
    village = _villages(ground, seed, people, town)
    unit, village_of = _units(seed, people, village)
    return Divisions(faces, town, village, unit, village_of, built_up)


def _cost(seed: int, faces: Faces, waters: tuple[Water, ...], routes: tuple[Route, ...]) -> NDArray[np.float64]:
    """What it costs to grow from a piece to its neighbour, in metres."""
    ends = faces.middle[faces.pair]
    way_m = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    rough = Swell(stream(seed, "rough ground"), 900)(ends.mean(axis=1))
    cost = way_m * np.exp(0.35 * rough)
    ways = np.asarray(shapely.linestrings(ends), dtype=object)
    barriers = [(water.shape, _CROSSING_M[water.kind]) for water in waters]
    barriers += [(route.line, _MAIN_ROAD_M.get(route.highway, _ROAD_M)) for route in routes]
    for shape, extra_m in _by_extra(barriers):
        crossing, _ = shapely.STRtree(shape).query(ways, predicate="intersects")
        cost[np.unique(crossing)] += extra_m
    return cost


def _by_extra(barriers: list[tuple[shapely.Geometry, float]]) -> list[tuple[NDArray[np.object_], float]]:
    made = []
    for extra_m in sorted({extra for _, extra in barriers}):
        shapes = [shape for shape, extra in barriers if extra == extra_m]
        lines = np.array([shape if isinstance(shape, LineString) else shape.exterior for shape in shapes], dtype=object)
        made.append((segments_of(lines), extra_m))
    return made


def _towns(ground: Ground, area: Web) -> Numbers:
    """The town of each piece: the governed ones share the land, the small ones are cut out where two of them meet."""
    governed = [number for number, town in enumerate(ground.towns) if town.governed]
    seeds = []
    for number in governed:
        town = ground.towns[number]
        spine = LineString(ground.metres([town.seat, town.heart]))
        seeds.append(np.flatnonzero(shapely.dwithin(spine, shapely.points(area.middle), _HEART_M)))
    claimed = np.concatenate(seeds)
    if len(np.unique(claimed)) < len(claimed):
        owner = np.full(len(area.middle), -1)
        for place, chosen in enumerate(seeds):
            owner[chosen[owner[chosen] < 0]] = place
        seeds = [np.flatnonzero(owner == place) for place in range(len(governed))]
    target = np.array([ground.towns[number].area_km2 for number in governed])
    label = np.array(governed)[share_out(reach(area, seeds), area.mass, target, 60)]
    for number, town in enumerate(ground.towns):
        if not town.governed:
            _cut_out(area, label, number, ground.metres(town.seat)[0], town.area_km2 * 1e6)
    return label


def _cut_out(area: Web, label: Numbers, number: int, near: NDArray[np.float64], area_m2: float) -> None:
    """Give a small unit its land around the border between two towns that is nearest to a place."""
    border = area.pair[label[area.pair[:, 0]] != label[area.pair[:, 1]]]
    away_m = np.hypot(*(area.middle[border[:, 0]] - near).T)
    seed = border[away_m.argmin(), 0]
    order = np.argsort(reach(area, [np.array([seed])])[0], kind="stable")
    taken = order[: int(np.searchsorted(np.cumsum(area.mass[order]), area_m2)) + 1]
    label[taken] = number


def _villages(ground: Ground, seed: int, people: Web, town: Numbers) -> Numbers:
    """The village of each piece, numbered in the order of the codes: the first of a town lie nearest to its seat."""
    chance = stream(seed, "villages")
    village = np.empty(len(town), dtype=np.intp)
    first = 0
    for number, listed in enumerate(ground.towns):
        chosen = np.flatnonzero(town == number)
        web = people.part(chosen)
        count = len(listed.villages)
        seeds = spread_seeds(chance, web, count)
        target = np.exp(chance.normal(0, 0.2, count))
        label = share_out(reach(web, [np.array([one]) for one in seeds]), web.mass, target, 25)
        away_m = np.hypot(*(web.middle[seeds] - ground.metres(listed.seat)[0]).T)
        village[chosen] = first + np.argsort(np.argsort(away_m))[label]
        first += count
    return village


def _units(seed: int, people: Web, village: Numbers) -> tuple[Numbers, Numbers]:
    """The unit of each piece, and the village of each unit; about 4,000, more where many live."""
    chance = stream(seed, "units")
    count = int(village.max()) + 1
    pieces = [np.flatnonzero(village == number) for number in range(count)]
    weight = np.array([people.mass[chosen].sum() for chosen in pieces]) ** 0.75
    wanted = np.clip(np.rint(UNITS * weight / weight.sum()), 1, 40).astype(int)
    unit = np.empty(len(village), dtype=np.intp)
    village_of: list[int] = []
    for number, chosen in enumerate(pieces):
        web = people.part(chosen)
        parts = min(int(wanted[number]), len(chosen) // 3 or 1)
        seeds = spread_seeds(chance, web, parts)
        target = np.exp(chance.normal(0, 0.25, parts))
        label = share_out(reach(web, [np.array([one]) for one in seeds]), web.mass, target, 8)
        middle = np.column_stack([np.bincount(label, web.middle[:, axis], parts) for axis in (0, 1)])
        middle /= np.bincount(label, minlength=parts)[:, None]
        order = np.lexsort((middle[:, 0], -np.round(middle[:, 1] / 400)))
        unit[chosen] = len(village_of) + np.argsort(order)[label]
        village_of += [number] * parts
    return unit, np.array(village_of)
