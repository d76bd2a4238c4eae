"""Decide which neighbouring natural villages a local road joins, and where it crosses water.

Every unit has a settlement. A tree of least cost joins all of them; water, railway and expressway cost much, so that
few bridges do. More roads are added where the way round would be long: often on dry land, seldom across water.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from geodata.demo.cells import Grid
from geodata.demo.chance import Swell, stream
from geodata.demo.divisions import Divisions
from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers
from geodata.demo.main_roads import Route
from geodata.demo.waters import Water, lakes_of, segments_of

Points = NDArray[np.float64]
_DRY_SHARE = 0.5
_EXTRA_M = {"canal": 1500.0, "river": 4500.0, "lake": 9000.0, "rail": 500.0, "motorway": 900.0}
_LONG_WAY = ((2.4, 900.0), (3.4, 3400.0))  # dry, wet: so many times the length of the link, and metres
_ROUNDS = 3
_APART_M = 750.0
TURN = 0.1
_SHORE_M, _DRY_M = 60.0, 10_000.0


@dataclass(frozen=True)
class Links:
    """Settlements and the local roads wanted between them.

    Attributes:
        home: Settlement (n, 2) of each unit, in metres.
        turn: Angle (n) by which lanes there are turned from the compass.
        in_town: Whether a town's street grid covers it (n).
        pair: Units (m, 2) joined.
        portal: Point (m, 2) where the road goes from one unit into the other.
        across: Whether it goes north or south through the portal, more than east or west (m).
        wet: Whether it crosses a river, canal or lake (m).
        traffic: How many villages' ways to their town use it (m).
    """

    home: Points
    turn: NDArray[np.float64]
    in_town: NDArray[np.bool_]
    pair: Numbers
    portal: Points
    across: NDArray[np.bool_]
    wet: NDArray[np.bool_]
    traffic: Numbers


def join_settlements(
    ground: Ground,
    seed: int,
    divisions: Divisions,
    grid: Grid,
    waters: tuple[Water, ...],
    routes: tuple[Route, ...],
    street_area: shapely.Geometry,
) -> Links:
    """The links of the district.

    Args:
        ground: The district.
        seed: What is made up is drawn from it.
        divisions: Whose pieces say where units meet.
        grid: The units.
        waters: What costs a bridge to cross.
        routes: Main roads; railway and expressway are seldom crossed.
        street_area: Where towns' street grids lie, in metres.
    """
    chance = stream(seed, "links")
    home = _settlements(ground, divisions, grid, shapely.union_all(lakes_of(waters)))
    pair, portal = _portals(divisions, home)
    ways = [shapely.linestrings(np.stack((home[pair[:, side]], portal), axis=1)) for side in (0, 1)]
    length_m = shapely.length(ways[0]) + shapely.length(ways[1])
    extra_m, wet = _barriers(ways, waters, routes)
    in_town = np.asarray(shapely.contains_xy(street_area, home[:, 0], home[:, 1]))
    cost = length_m * chance.uniform(0.75, 1.3, len(pair)) + extra_m
    both = in_town[pair].all(axis=1) & ~wet
    cost = np.where(both, 1.0, cost)
    chosen = _choose(chance, len(home), pair, cost, length_m, wet, both, portal)
    traffic = _traffic(len(home), pair[chosen], cost[chosen], grid)
    kept = ~both[chosen]
    pair, portal, wet = pair[chosen][kept], portal[chosen][kept], wet[chosen][kept]
    turn = TURN * Swell(chance, 6500)(home) + chance.normal(0, 0.05, len(home))
    step = home[pair[:, 1]] - home[pair[:, 0]]
    angle = -turn[pair].mean(axis=1)
    east = step[:, 0] * np.cos(angle) - step[:, 1] * np.sin(angle)
    north = step[:, 0] * np.sin(angle) + step[:, 1] * np.cos(angle)
    return Links(home, turn, in_town, pair, portal, np.abs(north) > np.abs(east), wet, traffic[kept])


def _settlements(ground: Ground, divisions: Divisions, grid: Grid, lakes: shapely.Geometry) -> Points:
    """The dry piece of each unit that lies farthest from its border."""
    faces, unit = divisions.faces, divisions.unit
    rims = shapely.boundary(ground.plane.to_metres(grid.units.shape))
    depth_m = shapely.distance(shapely.points(faces.middle), rims[unit])
    depth_m[shapely.dwithin(lakes, shapely.points(faces.middle), _SHORE_M)] -= _DRY_M
    order = np.lexsort((-depth_m, unit))
    first = order[np.searchsorted(unit[order], np.arange(len(rims)))]
    return faces.middle[first]


def _portals(divisions: Divisions, home: Points) -> tuple[Numbers, Points]:
    """Units that meet, and the place on their border by which the way between their settlements is shortest."""
    faces, unit = divisions.faces, divisions.unit
    meets = (unit[faces.pair[:, 0]] != unit[faces.pair[:, 1]]) & (faces.border_m > 25)
    ends = faces.pair[meets]
    middle = faces.middle[ends].mean(axis=1)
    pair = np.sort(unit[ends], axis=1)
    way_m = np.hypot(*(home[pair[:, 0]] - middle).T) + np.hypot(*(home[pair[:, 1]] - middle).T)
    order = np.lexsort((way_m, pair[:, 1], pair[:, 0]))
    first = np.concatenate(([True], (np.diff(pair[order], axis=0) != 0).any(axis=1)))
    return pair[order][first], middle[order][first]


def _barriers(
    ways: list[NDArray[np.object_]], waters: tuple[Water, ...], routes: tuple[Route, ...]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What crossing barriers costs each link, and whether it crosses water."""
    extra_m, wet = np.zeros(len(ways[0])), np.zeros(len(ways[0]), dtype=bool)
    kinds: dict[str, list[shapely.Geometry]] = {}
    for water in waters:
        kinds.setdefault(water.kind, []).append(water.shape)
    for route in routes:
        kinds.setdefault(route.highway, []).append(route.line)
    for kind, cost_m in _EXTRA_M.items():
        shapes = np.array(kinds.get(kind, []), dtype=object)
        tree = shapely.STRtree(shapes if kind == "lake" else segments_of(shapes))
        crossed = np.zeros(len(wet), dtype=bool)
        for way in ways:
            crossed[tree.query(way, predicate="intersects")[0]] = True
        extra_m[crossed] += cost_m
        if kind in {"river", "canal", "lake"}:
            wet |= crossed
    return extra_m, wet


def _choose(
    chance: np.random.Generator,
    size: int,
    pair: Numbers,
    cost: NDArray[np.float64],
    length_m: NDArray[np.float64],
    wet: NDArray[np.bool_],
    both: NDArray[np.bool_],
    portal: Points,
) -> Numbers:
    """Numbers of the links that are built."""
    tree = minimum_spanning_tree(csr_array((cost, pair.T), shape=(size, size))).tocoo()
    in_tree = set(zip(*(np.sort(np.stack((tree.row, tree.col)), axis=0).tolist()), strict=True))
    built = np.array([ends in in_tree for ends in zip(*pair.T.tolist(), strict=True)])
    built |= both | (~wet & (chance.uniform(size=len(pair)) < _DRY_SHARE * np.exp(-length_m / 1200)))
    for crosses, (times, least_m) in zip((False, True), _LONG_WAY, strict=True):
        for _ in range(_ROUNDS):
            asked = np.flatnonzero(~built & (wet == crosses))
            round_m = _round_m(size, pair[built], length_m[built], pair[asked], 3 * least_m)
            long = asked[round_m > np.maximum(times * length_m[asked], least_m)]
            built[_apart(chance, long, portal, cost, _APART_M if crosses else 200.0)] = True
    return np.flatnonzero(built)


def _round_m(
    size: int, built: Numbers, way_m: NDArray[np.float64], asked: Numbers, limit_m: float
) -> NDArray[np.float64]:
    """How far it is by what is built between pairs of units, infinity beyond a limit."""
    links = csr_array((way_m, built.T), shape=(size, size))
    origin, place = np.unique(asked[:, 0], return_inverse=True)
    found = np.empty(len(asked))
    for start in range(0, len(origin), 500):
        rows = dijkstra(links, directed=False, indices=origin[start : start + 500], limit=limit_m)
        mine = (place >= start) & (place < start + 500)
        found[mine] = rows[place[mine] - start, asked[mine, 1]]
    return found


def _apart(
    chance: np.random.Generator, numbers: Numbers, portal: Points, cost: NDArray[np.float64], apart_m: float
) -> list[int]:
    """Links whose portals keep a distance from each other, cheap ones first, with some chance."""
    kept: list[int] = []
    for number in numbers[np.argsort(cost[numbers] * chance.uniform(0.6, 1.6, len(numbers)))].tolist():
        if not kept or np.hypot(*(portal[kept] - portal[number]).T).min() > apart_m:
            kept.append(number)
    return kept


def _traffic(size: int, pair: Numbers, cost: NDArray[np.float64], grid: Grid) -> Numbers:
    """How many villages' cheapest ways to the seat of their town, and to that of the next, use each link."""
    links = csr_array((cost, pair.T), shape=(size, size))
    number = {tuple(ends): link for link, ends in enumerate(pair.tolist())}
    used = np.zeros(len(pair), dtype=np.intp)
    first = np.searchsorted(grid.villages.parent, np.arange(len(grid.towns.code)))
    seats = grid.seat_unit[first]
    away, before = dijkstra(links, directed=False, indices=seats, return_predecessors=True)
    for unit in grid.seat_unit.tolist():
        for town in np.argsort(away[:, unit])[:2].tolist():
            at = unit
            while before[town, at] >= 0:
                onward = int(before[town, at])
                used[number[min(at, onward), max(at, onward)]] += 1
                at = onward
    return used
