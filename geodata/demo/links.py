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
from geodata.demo.chance import Swell
from geodata.demo.divisions import Divisions
from geodata.demo.growth import Floats, Numbers
from geodata.demo.land import Land
from geodata.demo.roads import Points
from geodata.demo.waters import lakes_of, segments_of

_DRY_SHARE = 0.46
_EXTRA_M = {"canal": 2200.0, "river": 4500.0, "lake": 9000.0, "rail": 500.0, "motorway": 900.0}
WET = frozenset({"canal", "river", "lake"})
# A link is added where the way round is so many times its length and so many metres, so far from the next one.
_LONG_WAY_DRY, _LONG_WAY_WET = (2.4, 900.0, 200.0), (4.0, 4300.0, 1000.0)
_ROUNDS, _AT_ONCE = 3, 500
_SHORE_M, _DRY_M = 60.0, 10_000.0
TURN = 0.1


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


def join_settlements(land: Land, divisions: Divisions, grid: Grid, street_area: shapely.Geometry) -> Links:
    """The links of the district.

    Args:
        land: Its waters, railway and expressway are seldom crossed.
        divisions: Whose pieces say where units meet.
        grid: The units.
        street_area: Where towns' street grids lie, in metres.
    """
    chance = land.chance("links")
    home = _settlements(land, divisions, grid)
    pair, portal = _portals(divisions, home)
    halves = np.stack([np.stack((home[pair[:, side]], portal), axis=1) for side in (0, 1)])
    length_m = np.hypot(*(halves[:, :, 1] - halves[:, :, 0]).T).sum(axis=1)
    extra_m, wet = _barriers(land, halves)
    in_town = np.asarray(shapely.contains_xy(street_area, home[:, 0], home[:, 1]))
    streets = in_town[pair].all(axis=1) & ~wet
    cost = np.where(streets, 1.0, length_m * chance.uniform(0.75, 1.3, len(pair)) + extra_m)
    wanted = _Wanted(len(home), pair, portal, np.asarray(length_m), np.asarray(cost), wet, streets)
    chosen = _choose(chance, wanted)
    traffic = _traffic(len(home), pair[chosen], wanted.cost[chosen], grid)
    kept = chosen[~streets[chosen]]
    turn = TURN * Swell(chance, 6500)(home) + chance.normal(0, 0.05, len(home))
    step = home[pair[kept, 1]] - home[pair[kept, 0]]
    angle = turn[pair[kept]].mean(axis=1)
    east = step[:, 0] * np.cos(angle) + step[:, 1] * np.sin(angle)
    north = step[:, 1] * np.cos(angle) - step[:, 0] * np.sin(angle)
    across = np.abs(north) > np.abs(east)
    return Links(home, turn, in_town, pair[kept], portal[kept], across, wet[kept], traffic[~streets[chosen]])


@dataclass(frozen=True)
class _Wanted:
    """Every pair of neighbouring units, and what a road between them would be.

    Attributes:
        units: How many units there are.
        pair: Units (m, 2).
        portal: Where the road would cross their border (m, 2).
        length_m: Its length (m).
        cost: What it would cost (m).
        wet: Whether it would cross water (m).
        streets: Whether a street grid joins them anyway (m).
    """

    units: int
    pair: Numbers
    portal: Points
    length_m: Floats
    cost: Floats
    wet: NDArray[np.bool_]
    streets: NDArray[np.bool_]


def _settlements(land: Land, divisions: Divisions, grid: Grid) -> Points:
    """The dry piece of each unit that lies farthest from its border."""
    faces, unit = divisions.faces, divisions.unit
    rims = shapely.boundary(land.ground.plane.to_metres(grid.units.shape))
    points = np.asarray(shapely.points(faces.middle), dtype=np.object_)
    depth_m = shapely.distance(points, rims[unit])
    depth_m[shapely.dwithin(shapely.union_all(lakes_of(land.waters)), points, _SHORE_M)] -= _DRY_M
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


def _barriers(land: Land, halves: NDArray[np.float64]) -> tuple[Floats, NDArray[np.bool_]]:
    """What crossing barriers costs each link, both halves (2, m, 2, 2) of its way, and whether it crosses water."""
    ways = np.asarray(shapely.linestrings(halves), dtype=np.object_)
    extra_m, wet = np.zeros(ways.shape[1]), np.zeros(ways.shape[1], dtype=bool)
    kinds: dict[str, list[shapely.Geometry]] = {}
    for water in land.waters:
        kinds.setdefault(water.kind, []).append(water.shape)
    for route in land.routes:
        kinds.setdefault(route.highway, []).append(route.line)
    for kind, cost_m in _EXTRA_M.items():
        shapes = kinds.get(kind, [])
        tree = shapely.STRtree(shapes if kind == "lake" else segments_of(shapes))
        crossed = np.zeros(len(wet), dtype=bool)
        for half in ways:
            crossed[tree.query(half, predicate="intersects")[0]] = True
        extra_m[crossed] += cost_m
        if kind in WET:
            wet |= crossed
    return extra_m, wet


def _choose(chance: np.random.Generator, wanted: _Wanted) -> Numbers:
    """Numbers of the links that are built."""
    pair, wet, length_m = wanted.pair, wanted.wet, wanted.length_m
    tree = minimum_spanning_tree(_links(wanted.units, pair, wanted.cost)).tocoo()
    in_tree = set(zip(*np.sort(np.stack((tree.row, tree.col)), axis=0).tolist(), strict=True))
    built = np.array([ends in in_tree for ends in zip(*pair.T.tolist(), strict=True)])
    built |= wanted.streets | (~wet & (chance.uniform(size=len(pair)) < _DRY_SHARE * np.exp(-length_m / 1200)))
    for crosses, (times, least_m, apart_m) in ((False, _LONG_WAY_DRY), (True, _LONG_WAY_WET)):
        for _ in range(_ROUNDS):
            asked = np.flatnonzero(~built & (wet == crosses))
            round_m = _round_m(_links(wanted.units, pair[built], length_m[built]), pair[asked], 3 * least_m)
            long = asked[round_m > np.maximum(times * length_m[asked], least_m)]
            built[_apart(chance, wanted, long, apart_m)] = True
    return np.flatnonzero(built)


def _links(units: int, pair: Numbers, cost: Floats) -> csr_array[np.float64]:
    """Links as a symmetric sparse matrix."""
    return csr_array((cost, (pair[:, 0], pair[:, 1])), shape=(units, units))


def _round_m(links: csr_array[np.float64], asked: Numbers, limit_m: float) -> Floats:
    """How far it is by what is built between pairs of units, infinity beyond a limit."""
    origin, place = np.unique(asked[:, 0], return_inverse=True)
    found = np.empty(len(asked))
    for start in range(0, len(origin), _AT_ONCE):
        rows = dijkstra(links, directed=False, indices=origin[start : start + _AT_ONCE], limit=limit_m)
        mine = (place >= start) & (place < start + _AT_ONCE)
        found[mine] = rows[place[mine] - start, asked[mine, 1]]
    return found


def _apart(chance: np.random.Generator, wanted: _Wanted, numbers: Numbers, apart_m: float) -> list[int]:
    """Links whose portals keep a distance from each other, cheap ones first, with some chance."""
    kept: list[int] = []
    cost = wanted.cost[numbers] * chance.uniform(0.6, 1.6, len(numbers))
    for number in numbers[np.argsort(cost)].tolist():
        if not kept or np.hypot(*(wanted.portal[kept] - wanted.portal[number]).T).min() > apart_m:
            kept.append(number)
    return kept


def _traffic(units: int, pair: Numbers, cost: Floats, grid: Grid) -> Numbers:
    """How many villages' cheapest ways to the seats of the two nearest towns use each link."""
    number = {(first, second): link for link, (first, second) in enumerate(pair.tolist())}
    used = np.zeros(len(pair), dtype=np.intp)
    seats = grid.seat_unit[np.searchsorted(grid.villages.parent, np.arange(len(grid.towns.code)))]
    away, before = dijkstra(_links(units, pair, cost), directed=False, indices=seats, return_predecessors=True)
    for unit in grid.seat_unit.tolist():
        for town in np.argsort(away[:, unit])[:2].tolist():
            at = unit
            while before[town, at] >= 0:
                onward = int(before[town, at])
                used[number[min(at, onward), max(at, onward)]] += 1
                at = onward
    return used
