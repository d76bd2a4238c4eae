"""Draw the lanes of the countryside: a crossroads in each natural village, rows of houses, farm tracks.

In its own slightly turned frame every village has an east–west and a north–south lane. The road to a neighbour leaves
one of them at a right angle and goes straight to the place where it enters the neighbour's land.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.cells import Grid, short
from geodata.demo.chance import stream
from geodata.demo.ground import Ground
from geodata.demo.links import Links
from geodata.demo.roads import Points, Road
from geodata.demo.waters import Water, lakes_of, lines_of, segments_of

_OVERSHOOT_M = 4.0
_STRAIGHT_M = 28.0
_INTO_TOWN_M = 260.0
_MAIN_TRAFFIC, _SOME_TRAFFIC = 3, 1
_ROW_EVERY_M = (230.0, 150.0)  # south, north
_ROW_M = ((110.0, 290.0), (60.0, 170.0))
_ROWS_SHARE = (0.42, 0.5)
_BOTH_SIDES = 0.7
_TRACKS = 0.15
_FREE_ENDS = 0.3
_CLEAR_M = 16.0


@dataclass(frozen=True)
class _Ends:
    """Where each link leaves the lanes of its two units.

    Attributes:
        foot: Point (m, 2, 2) on the lane of the first and second unit.
        along: Place of the foot on that lane (m, 2), metres from the settlement east or north.
    """

    foot: NDArray[np.float64]
    along: NDArray[np.float64]


def draw_lanes(ground: Ground, seed: int, grid: Grid, links: Links, waters: tuple[Water, ...]) -> list[Road]:
    """Every road of the countryside below the county roads."""
    chance = stream(seed, "lanes")
    wet = shapely.STRtree(segments_of(lines_of(waters)))
    ends = _feet(links, wet)
    names = [short(name) for name in grid.villages.name]
    roads = _link_roads(grid, links, ends, names)
    lanes, stems = _village_lanes(chance, links, ends)
    lakes = shapely.buffer(shapely.union_all(lakes_of(waters)), _CLEAR_M)
    land = shapely.difference(shapely.buffer(ground.plane.to_metres(grid.units.shape), -_CLEAR_M), lakes)
    north = ground.lakeland(links.home) > 0.5
    roads += lanes
    roads += _rows(chance, links, stems, land, north, grid.population)
    roads += _tracks(chance, links, stems, land)
    return roads


def _frame(links: Links, unit: NDArray[np.intp]) -> tuple[Points, Points]:
    """Unit vectors east and north of units, as their lanes are turned."""
    turn = links.turn[unit]
    return np.column_stack((np.cos(turn), np.sin(turn))), np.column_stack((-np.sin(turn), np.cos(turn)))


def _feet(links: Links, wet: shapely.STRtree) -> _Ends:
    foot, along = np.empty((len(links.pair), 2, 2)), np.empty((len(links.pair), 2))
    for side in (0, 1):
        unit = links.pair[:, side]
        home = links.home[unit]
        east, north = _frame(links, unit)
        step = links.portal - home
        at_east, at_north = (step * east).sum(axis=1), (step * north).sum(axis=1)
        place = np.where(links.across, at_east, at_north)
        place[np.abs(place) < _STRAIGHT_M] = 0.0
        lane = np.where(links.across[:, None], east, north)
        bent = home + place[:, None] * lane
        short_of = links.portal + (bent - links.portal) * 0.06
        for ways in (np.stack((home, bent), axis=1), np.stack((bent, short_of), axis=1)):
            place[wet.query(shapely.linestrings(ways), predicate="intersects")[0]] = 0.0
        foot[:, side] = home + place[:, None] * lane
        along[:, side] = place
    return _Ends(foot, along)


def _link_roads(grid: Grid, links: Links, ends: _Ends, names: list[str]) -> list[Road]:
    made = []
    village = grid.village_of[links.pair]
    for number, (unit, portal) in enumerate(zip(links.pair.tolist(), links.portal, strict=True)):
        points = []
        for side in (0, 1):
            foot = ends.foot[number, side]
            away = foot - portal
            length_m = float(np.hypot(*away)) or 1.0
            reach_m = _INTO_TOWN_M if links.in_town[unit[side]] else _OVERSHOOT_M
            points.append(foot + away / length_m * reach_m)
        used = links.traffic[number]
        highway = "tertiary" if used >= _MAIN_TRAFFIC else "unclassified" if used >= _SOME_TRAFFIC else "residential"
        first, second = (names[one] for one in village[number].tolist())
        joins = highway != "residential"
        name = f"{first}路" if first == second else f"{first[0]}{second[0]}路"
        line = np.array([points[0], portal, points[1]])
        made.append(Road(highway, line, name if joins else "", bridges=True))
    return made


@dataclass(frozen=True)
class _Stems:
    """Lanes running north and south, from which rows of houses and tracks branch off.

    Attributes:
        unit: The unit of each.
        start: Its southern or inner end (k, 2).
        end: The other end (k, 2).
    """

    unit: NDArray[np.intp]
    start: Points
    end: Points


def _village_lanes(chance: np.random.Generator, links: Links, ends: _Ends) -> tuple[list[Road], _Stems]:
    """The crossroads of every unit in the country, as long as its links need."""
    size = len(links.home)
    # unit; east–west, north–south; least, most
    free = chance.uniform(size=(size, 2, 2)) < _FREE_ENDS
    reach = free * chance.uniform((45, 35), (170, 120), (size, 2, 2)).swapaxes(1, 2) * (-1, 1)
    axis = np.where(links.across, 0, 1)
    for side in (0, 1):
        unit = links.pair[:, side]
        np.minimum.at(reach[:, :, 0], (unit, axis), ends.along[:, side] - _OVERSHOOT_M)
        np.maximum.at(reach[:, :, 1], (unit, axis), ends.along[:, side] + _OVERSHOOT_M)
    frame = _frame(links, np.arange(size))
    roads, stems = [], []
    for unit in np.flatnonzero(~links.in_town).tolist():
        for way in (0, 1):
            if reach[unit, way, 1] - reach[unit, way, 0] < 2 * _OVERSHOOT_M + 1:
                continue
            line = links.home[unit] + reach[unit, way][:, None] * frame[way][unit]
            roads.append(Road("residential", line))
            if way == 1:
                stems.append((unit, line[0], line[1]))
    for number in np.flatnonzero(links.across).tolist():
        for side in (0, 1):
            unit = int(links.pair[number, side])
            if not links.in_town[unit]:
                stems.append((unit, ends.foot[number, side], links.portal[number]))
    units, start, end = zip(*stems, strict=True)
    return roads, _Stems(np.array(units), np.array(start), np.array(end))


def _rows(
    chance: np.random.Generator,
    links: Links,
    stems: _Stems,
    land: NDArray[np.object_],
    north: NDArray[np.bool_],
    population: NDArray[np.intp],
) -> list[Road]:
    """Rows of houses on both sides of the stems, where people live."""
    unit, lines = [], []
    east, _ = _frame(links, np.arange(len(links.home)))
    for owner, start, end in zip(stems.unit.tolist(), stems.start, stems.end, strict=True):
        length_m = float(np.hypot(*(end - start)))
        zone = int(north[owner])
        lived = min(1.4, population[owner] / 110)
        at_m = _ROW_EVERY_M[zone] * chance.uniform(0.4, 0.8)
        while at_m < length_m - 35:
            at = start + (end - start) * at_m / length_m
            at_m += _ROW_EVERY_M[zone] * chance.uniform(0.75, 1.35)
            if chance.uniform() > _ROWS_SHARE[zone] * lived:
                continue
            reach = chance.uniform(*_ROW_M[zone], 2) * (chance.uniform(size=2) < _BOTH_SIDES)
            if reach.max() > 0:
                unit.append(owner)
                lines.append(
                    (at - max(reach[0], _OVERSHOOT_M) * east[owner], at + max(reach[1], _OVERSHOOT_M) * east[owner])
                )
    return [Road("residential", line) for line in _on_land(np.array(lines), land[np.array(unit)])]


def _tracks(chance: np.random.Generator, links: Links, stems: _Stems, land: NDArray[np.object_]) -> list[Road]:
    """Tracks from lanes into the fields, which end there."""
    east, north = _frame(links, np.arange(len(links.home)))
    wanted = chance.uniform(size=len(stems.unit)) < _TRACKS
    unit, lines = [], []
    for owner, start, end in zip(stems.unit[wanted].tolist(), stems.start[wanted], stems.end[wanted], strict=True):
        at = start + (end - start) * chance.uniform(0.25, 0.9)
        side = chance.choice((-1.0, 1.0))
        way = side * (east if chance.uniform() < 0.8 else north)[owner]
        unit.append(owner)
        lines.append((at - _OVERSHOOT_M * way, at + chance.uniform(120, 520) * way))
    return [Road("track", line) for line in _on_land(np.array(lines), land[np.array(unit)])]


def _on_land(lines: NDArray[np.float64], land: NDArray[np.object_]) -> list[Points]:
    """The part of each line on its unit's land that holds most of it; none where that is short."""
    inside = shapely.intersection(shapely.linestrings(lines), land)
    parts, owner = shapely.get_parts(inside, return_index=True)
    length_m = shapely.length(parts)
    order = np.lexsort((-length_m, owner))
    first = order[np.concatenate(([True], np.diff(owner[order]) != 0))]
    return [shapely.get_coordinates(parts[number]) for number in first if length_m[number] > 30]
