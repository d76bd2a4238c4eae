"""Draw the lanes of the countryside: a crossroads in each natural village, rows of houses, farm tracks.

In its own slightly turned frame every village has an east–west and a north–south lane. The road to a neighbour leaves
one of them at a right angle and goes straight to the place where it enters the neighbour's land.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.cells import Grid, short
from geodata.demo.growth import Floats, Numbers
from geodata.demo.land import Land
from geodata.demo.links import Links
from geodata.demo.roads import Points, Road
from geodata.demo.waters import lakes_of, lines_of, segments_of

_OVERSHOOT_M = 4.0
_STRAIGHT_M = 28.0
_INTO_TOWN_M = 260.0
_MAIN_TRAFFIC = 3
_ROW_EVERY_M = (230.0, 150.0)  # south, north
_ROW_M = ((110.0, 290.0), (60.0, 170.0))
_ROWS_SHARE = (0.33, 0.4)
_BOTH_SIDES = 0.7
_TRACKS = 0.12
_FREE_ENDS = 0.2
_CLEAR_M = 16.0
_LEAST_M = 30.0


@dataclass(frozen=True)
class _Feet:
    """Where each link leaves the lanes of its two units.

    Attributes:
        at: Points (m, 2, 2) on the lane of the first and of the second unit.
        along: Their places on that lane (m, 2), metres from the settlement east or north.
    """

    at: Floats
    along: Floats


@dataclass(frozen=True)
class _Stem:
    """A lane running north and south, from which rows of houses and tracks branch off."""

    unit: int
    start: Points
    end: Points

    def point(self, share: float) -> Points:
        """A point of it."""
        return self.start + share * (self.end - self.start)


def draw_lanes(land: Land, grid: Grid, links: Links) -> list[Road]:
    """Every road of the countryside below the county roads."""
    chance = land.chance("lanes")
    feet = _find_feet(links, shapely.STRtree(segments_of(lines_of(land.waters))))
    roads = _link_roads(grid, links, feet)
    lanes, stems = _village_lanes(chance, links, feet)
    lakes = shapely.buffer(shapely.union_all(lakes_of(land.waters)), _CLEAR_M)
    dry = shapely.difference(shapely.buffer(land.ground.plane.to_metres(grid.units.shape), -_CLEAR_M), lakes)
    north = (land.ground.lakeland(links.home) > 0.5).astype(int)
    rows = list(_rows(chance, links, stems, north, grid.population))
    tracks = list(_tracks(chance, links, stems))
    roads += lanes
    roads += [Road("residential", line) for line in _on_land(rows, dry)]
    roads += [Road("track", line) for line in _on_land(tracks, dry)]
    return roads


def _frame(links: Links, unit: Numbers) -> tuple[Points, Points]:
    """Unit vectors east and north of units, as their lanes are turned."""
    turn = links.turn[unit]
    return np.column_stack((np.cos(turn), np.sin(turn))), np.column_stack((-np.sin(turn), np.cos(turn)))


def _find_feet(links: Links, wet: shapely.STRtree) -> _Feet:
    """The feet of all links; a link whose bent way would cross water goes straight from the settlement."""
    at, along = np.empty((len(links.pair), 2, 2)), np.empty((len(links.pair), 2))
    for side in (0, 1):
        unit = links.pair[:, side]
        home = links.home[unit]
        east, north = _frame(links, unit)
        step = links.portal - home
        place = np.where(links.across, (step * east).sum(axis=1), (step * north).sum(axis=1))
        place[np.abs(place) < _STRAIGHT_M] = 0.0
        lane = np.where(links.across[:, None], east, north)
        bent = home + place[:, None] * lane
        short_of = links.portal + (bent - links.portal) * 0.06
        for ways in (np.stack((home, bent), axis=1), np.stack((bent, short_of), axis=1)):
            lines = np.asarray(shapely.linestrings(ways), dtype=np.object_)
            place[wet.query(lines, predicate="intersects")[0]] = 0.0
        at[:, side] = home + place[:, None] * lane
        along[:, side] = place
    return _Feet(at, along)


def _link_roads(grid: Grid, links: Links, feet: _Feet) -> list[Road]:
    """A road for each link, from foot to foot by its portal; into a town it goes on until it meets a street."""
    names = [short(name) for name in grid.villages.name]
    made = []
    for number, (unit, portal) in enumerate(zip(links.pair.tolist(), links.portal, strict=True)):
        ends = []
        for side in (0, 1):
            away = feet.at[number, side] - portal
            beyond_m = _INTO_TOWN_M if links.in_town[unit[side]] else _OVERSHOOT_M
            ends.append(feet.at[number, side] + away * beyond_m / max(float(np.hypot(*away)), 1.0))
        used = links.traffic[number]
        highway = "tertiary" if used >= _MAIN_TRAFFIC else "unclassified" if used else "residential"
        first, second = (names[grid.village_of[one]] for one in unit)
        name = f"{first}路" if first == second else f"{first[0]}{second[0]}路"
        line = np.array([ends[0], portal, ends[1]])
        made.append(Road(highway, line, name if used else "", bridges=True))
    return made


def _village_lanes(chance: np.random.Generator, links: Links, feet: _Feet) -> tuple[list[Road], list[_Stem]]:
    """The crossroads of every unit in the country, as long as its links need and sometimes longer."""
    size = len(links.home)
    free = chance.uniform(size=(size, 2, 2)) < _FREE_ENDS
    reach = free * chance.uniform((45, 35), (170, 120), (size, 2, 2)).swapaxes(1, 2) * (-1, 1)
    lane = np.where(links.across, 0, 1)
    for side in (0, 1):
        unit = links.pair[:, side]
        np.minimum.at(reach[:, :, 0], (unit, lane), feet.along[:, side] - _OVERSHOOT_M)
        np.maximum.at(reach[:, :, 1], (unit, lane), feet.along[:, side] + _OVERSHOOT_M)
    frame = _frame(links, np.arange(size))
    roads, stems = [], []
    for one in np.flatnonzero(~links.in_town).tolist():
        for way in (0, 1):
            if reach[one, way, 1] - reach[one, way, 0] <= 2 * _OVERSHOOT_M + 1:
                continue
            line = links.home[one] + reach[one, way][:, None] * frame[way][one]
            roads.append(Road("residential", line))
            if way:
                stems.append(_Stem(one, line[0], line[1]))
    for number in np.flatnonzero(links.across).tolist():
        for side, one in enumerate(links.pair[number].tolist()):
            if not links.in_town[one]:
                stems.append(_Stem(one, feet.at[number, side], links.portal[number]))
    return roads, stems


def _rows(
    chance: np.random.Generator, links: Links, stems: Sequence[_Stem], north: Numbers, population: Numbers
) -> Iterator[tuple[int, Points]]:
    """Unit and line of rows of houses on both sides of the stems, where people live."""
    east, _ = _frame(links, np.arange(len(links.home)))
    for stem in stems:
        length_m = float(np.hypot(*(stem.end - stem.start)))
        zone = int(north[stem.unit])
        lived = min(1.4, population[stem.unit] / 110)
        at_m = _ROW_EVERY_M[zone] * chance.uniform(0.4, 0.8)
        while at_m < length_m - 35:
            reach_m = chance.uniform(*_ROW_M[zone], 2) * (chance.uniform(size=2) < _BOTH_SIDES)
            if reach_m.max() > 0 and chance.uniform() < _ROWS_SHARE[zone] * lived:
                ends_m = np.maximum(reach_m, _OVERSHOOT_M) * (-1, 1)
                yield stem.unit, stem.point(at_m / length_m) + ends_m[:, None] * east[stem.unit]
            at_m += _ROW_EVERY_M[zone] * chance.uniform(0.75, 1.35)


def _tracks(chance: np.random.Generator, links: Links, stems: Sequence[_Stem]) -> Iterator[tuple[int, Points]]:
    """Unit and line of tracks from stems into the fields, which end there."""
    east, north = _frame(links, np.arange(len(links.home)))
    for stem in stems:
        if chance.uniform() < _TRACKS:
            way = chance.choice((-1.0, 1.0)) * (east if chance.uniform() < 0.8 else north)[stem.unit]
            ends_m = np.array([-_OVERSHOOT_M, chance.uniform(120, 520)])
            yield stem.unit, stem.point(float(chance.uniform(0.25, 0.9))) + ends_m[:, None] * way


def _on_land(lines: Sequence[tuple[int, Points]], land: NDArray[np.object_]) -> list[Points]:
    """The longest part of each line on its unit's land; none where that is short."""
    units = np.array([unit for unit, _ in lines])
    inside = shapely.intersection(shapely.linestrings(np.array([line for _, line in lines])), land[units])
    parts, owner = shapely.get_parts(inside, return_index=True)
    length_m = shapely.length(parts)
    order = np.lexsort((-length_m, owner))
    first = order[np.diff(owner[order], prepend=-1) != 0]
    return [shapely.get_coordinates(parts[number]) for number in first if length_m[number] > _LEAST_M]
