"""Draw the streets of the grids, with the service roads inside their blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.land import Land
from geodata.demo.main_roads import middle_lines
from geodata.demo.roads import Points, Road
from geodata.demo.street_grids import OTHER, StreetGrid, StreetLine, street_curve
from geodata.demo.waters import runs

_OVERSHOOT_M = 4.0
_BUILT = (1.0, 0.93, 0.78)  # share of the pieces of main, middle and other streets
_ONEWAY = (0.0, 0.15, 0.3)


def draw_streets(land: Land, grids: Iterable[StreetGrid]) -> list[Road]:
    """Every street of some grids, and the drives inside their blocks."""
    main = _MainRoads.of(land)
    roads: list[Road] = []
    for number, grid in enumerate(grids):
        chance = land.chance(f"streets {number}")
        for line in grid.lines():
            open_land = line.inside[1:] & line.inside[:-1] & ~main.beside(line.points, 0.3 * grid.spacing_m)
            roads += _street(chance, grid, line, open_land)
        roads += _blocks(chance, grid.points, grid.inside)
    return roads


@dataclass(frozen=True)
class _MainRoads:
    """Main roads, beside which no street is built."""

    lines: NDArray[np.object_]
    tree: shapely.STRtree

    @classmethod
    def of(cls, land: Land) -> _MainRoads:
        lines = middle_lines(land.routes)
        return cls(lines, shapely.STRtree(lines))

    def beside(self, line: Points, within_m: float) -> NDArray[np.bool_]:
        """Whether each piece of a line runs along a main road."""
        start, end = line[:-1], line[1:]
        middle = np.asarray(shapely.points((start + end) / 2), dtype=np.object_)
        piece, road = self.tree.query(middle, predicate="dwithin", distance=within_m)
        at = shapely.line_locate_point(self.lines[road], middle[piece])
        ahead, behind = (
            shapely.get_coordinates(shapely.line_interpolate_point(self.lines[road], np.maximum(at + step, 0)))
            for step in (20.0, -20.0)
        )
        way, course = (end - start)[piece], ahead - behind
        along = np.abs((way * course).sum(axis=1)) > 0.75 * np.hypot(*way.T) * np.hypot(*course.T)
        made = np.zeros(len(start), dtype=bool)
        made[piece[along]] = True
        return made


def _street(
    chance: np.random.Generator, grid: StreetGrid, line: StreetLine, open_land: NDArray[np.bool_]
) -> list[Road]:
    """The pieces of a line that are built, of those between its corners where there is room."""
    highway = grid.classes[line.order]
    built = open_land & (chance.uniform(size=len(open_land)) < _BUILT[line.order])
    oneway = not grid.name and bool(chance.uniform() < _ONEWAY[line.order])
    small = line.order == OTHER
    name = "" if highway == "service" else f"{line.name}{'巷' if small else '路'}"
    made = []
    for start, end in runs(built):
        points = line.points[start:end]
        if oneway and chance.uniform() < 0.5:
            points = points[::-1]
        made.append(Road(highway, _stretched(points), name, oneway=oneway, bridges=not small))
    return made


def _stretched(points: Points) -> Points:
    """A street a few metres longer at both ends, so that it meets what it ends at."""
    drawn = street_curve(points).copy()
    first, last = drawn[0] - drawn[1], drawn[-1] - drawn[-2]
    drawn[0] += first / np.hypot(*first) * _OVERSHOOT_M
    drawn[-1] += last / np.hypot(*last) * _OVERSHOOT_M
    return drawn


def _blocks(chance: np.random.Generator, points: Points, kept: NDArray[np.bool_]) -> list[Road]:
    """Drives inside blocks: housing estates and yards, many behind a gate."""
    roads = []
    for row in range(points.shape[0] - 1):
        for column in range(points.shape[1] - 1):
            if not kept[row : row + 2, column : column + 2].all() or chance.uniform() > 0.72:
                continue
            south, north = points[row, column : column + 2], points[row + 1, column : column + 2]
            share = chance.uniform(0.3, 0.7)
            bottom, top = (side[0] + share * (side[1] - side[0]) for side in (south, north))
            if chance.uniform() < 0.5:
                bottom, top = top, bottom
            up = (top - bottom) / np.hypot(*(top - bottom))
            depth = chance.uniform(0.55, 0.8) if chance.uniform() < 0.75 else 1.0
            end = bottom + depth * (top - bottom) + (up * _OVERSHOOT_M if depth == 1 else 0)
            roads.append(Road("service", np.array([bottom - up * _OVERSHOOT_M, end]), gated=chance.uniform() < 0.45))
            across = np.array([-up[1], up[0]])
            for level in chance.uniform(0.3, 0.95, chance.integers(1, 3)) * depth:
                at = bottom + level * (top - bottom)
                reach = chance.uniform(0.15, 0.34, 2) * np.hypot(*(south[1] - south[0]))
                roads.append(Road("service", np.array([at - across * reach[0], at + across * reach[1]])))
    return roads
