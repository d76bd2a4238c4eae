"""Draw the street grids of the district's seat and of the towns, with the service roads inside their blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.cells import Grid
from geodata.demo.chance import wander
from geodata.demo.ground import CORE_LONLAT
from geodata.demo.land import Land
from geodata.demo.main_roads import middle_lines
from geodata.demo.roads import Points, Road
from geodata.demo.waters import curve, runs

_OVERSHOOT_M = 4.0
_CORE_M, _INSIDE_PARK_M = 3600.0, 18.0
_CORE_CLASSES = ("secondary", "tertiary", "residential")
_TOWN_CLASSES = ("tertiary", "tertiary", "residential")
_PARK_CLASSES = ("unclassified", "service", "service")
_BUILT = (1.0, 0.93, 0.78)  # share of the pieces of main, middle and other streets
_ONEWAY = (0.0, 0.15, 0.3)
_COLUMN_NAMES = (
    "人民",
    "东方",
    "上海",
    "南京",
    "通扬",
    "振兴",
    "健康",
    "励才",
    "府前",
    "白云",
    "银河",
    "光华",
    "育才",
    "建设",
)
_ROW_NAMES = (
    "罗塘",
    "姜堰",
    "正太",
    "长江",
    "黄河",
    "三水",
    "扬州",
    "淮海",
    "文化",
    "广场",
    "科技",
    "新华",
    "解放",
    "兴隆",
)


@dataclass(frozen=True, slots=True)
class StreetGrid:
    """Where a grid of streets lies.

    Attributes:
        name: Stem of its street names, '' for the district's seat.
        classes: Class of its main, its middle and its other streets.
        middle: In metres.
        half_m: Half its width and height.
        spacing_m: Typical distance between streets.
        turn: Angle by which it is turned.
        area: What it covers, in metres.
    """

    name: str
    classes: tuple[str, str, str]
    middle: Points
    half_m: tuple[float, float]
    spacing_m: float
    turn: float
    area: shapely.Geometry


def plan_grids(land: Land, grid: Grid) -> tuple[StreetGrid, ...]:
    """The district's seat first, then the towns outside it, then the industrial parks."""
    ground, chance = land.ground, land.chance("street grids")
    core = ground.metres(CORE_LONLAT)[0]
    made = [_town(chance, "", core, half_m=(3000.0, 3800.0), spacing_m=205.0)]
    for town, seat in zip((one for one in ground.towns if one.governed), ground.seats, strict=True):
        if np.hypot(*(seat - core)) > _CORE_M:
            half_m = 260 + 50 * np.sqrt(len(town.villages))
            made.append(
                _town(chance, short_town(town.name), seat, half_m=(1.15 * half_m, 0.92 * half_m), spacing_m=118.0)
            )
    for name in dict.fromkeys(place.name for place in grid.places.values() if place.park):
        cells = [grid.cells.shape[cell] for cell, place in grid.places.items() if place.name == name]
        area = shapely.buffer(ground.plane.to_metres(shapely.union_all(cells)), -_INSIDE_PARK_M)
        west, south, east, north = area.bounds
        middle, half_m = np.array([(west + east) / 2, (south + north) / 2]), ((east - west) / 2, (north - south) / 2)
        stem = name.removeprefix("演示")[:2]
        made.append(StreetGrid(stem, _PARK_CLASSES, middle, half_m, 125.0, float(chance.normal(0, 0.08)), area))
    return tuple(made)


def short_town(name: str) -> str:
    """A town's name without what kind of body it is."""
    return name.removesuffix("风景区").removesuffix("街道").removesuffix("镇")


def _town(
    chance: np.random.Generator, name: str, middle: Points, *, half_m: tuple[float, float], spacing_m: float
) -> StreetGrid:
    """A rounded, uneven town; without a name the district's seat."""
    stretch = chance.uniform(0.92, 1.12, 2) if name else np.ones(2)
    width_m, height_m = (float(half) for half in half_m * stretch)
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    uneven = np.zeros(len(angle))
    for order in range(2, 7):
        uneven += chance.normal(0, 0.07) * np.cos(order * angle + chance.uniform(0, 2 * np.pi))
    square = (np.abs(np.cos(angle)) ** 3 + np.abs(np.sin(angle)) ** 3) ** (-1 / 3)
    rim = (np.exp(uneven) * square)[:, None] * np.column_stack((np.cos(angle), np.sin(angle))) * (width_m, height_m)
    turn = float(chance.normal(0, 0.1 if name else 0.03))
    classes = _TOWN_CLASSES if name else _CORE_CLASSES
    return StreetGrid(name, classes, middle, (width_m, height_m), spacing_m, turn, shapely.Polygon(middle + rim))


def street_area(grids: tuple[StreetGrid, ...]) -> shapely.Geometry:
    """What the grids cover."""
    return shapely.union_all([grid.area for grid in grids])


def draw_streets(land: Land, grids: tuple[StreetGrid, ...]) -> list[Road]:
    """Every street of the grids."""
    main = _MainRoads.of(land)
    roads: list[Road] = []
    for number, grid in enumerate(grids):
        roads += _streets(land.chance(f"streets {number}"), grid, main)
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


def _streets(chance: np.random.Generator, grid: StreetGrid, main: _MainRoads) -> list[Road]:
    """The streets of one grid, and the drives inside its blocks."""
    columns, rows = (_ticks(chance, half, grid.spacing_m) for half in grid.half_m)
    points = np.stack(np.meshgrid(columns, rows), axis=-1)
    points += chance.normal(0, 5, points.shape)
    turn = np.array([(np.cos(grid.turn), np.sin(grid.turn)), (-np.sin(grid.turn), np.cos(grid.turn))])
    flat = wander(chance, points.reshape(-1, 2) @ turn, off_m=0.13 * grid.spacing_m, wavelength_m=2600) + grid.middle
    points = flat.reshape(points.shape)
    inside = np.asarray(shapely.contains_xy(grid.area, flat[:, 0], flat[:, 1])).reshape(points.shape[:2])
    lines = [(points[:, at], inside[:, at], _COLUMN_NAMES, at) for at in range(len(columns))]
    lines += [(points[at], inside[at], _ROW_NAMES, at) for at in range(len(rows))]
    roads: list[Road] = []
    for line, within, names, place in lines:
        open_land = within[1:] & within[:-1] & ~main.beside(line, 0.3 * grid.spacing_m)
        order = 0 if place % 4 == 0 else 1 if not grid.name and place % 2 == 0 else 2
        name = f"{grid.name}{names[place % len(names)]}"
        roads += _street(chance, grid, line, open_land, name=name, order=order)
    return roads + _blocks(chance, points, inside)


def _ticks(chance: np.random.Generator, half_m: float, spacing_m: float) -> NDArray[np.float64]:
    """Places of streets across a town, unevenly spaced."""
    steps = spacing_m * chance.uniform(0.7, 1.3, int(2.4 * half_m / spacing_m) + 2)
    ticks = np.cumsum(steps)
    ticks -= ticks[np.abs(ticks - ticks.mean()).argmin()]
    return np.asarray(ticks[np.abs(ticks) <= 1.1 * half_m])


def _street(
    chance: np.random.Generator, grid: StreetGrid, line: Points, land: NDArray[np.bool_], *, name: str, order: int
) -> list[Road]:
    """One line of a grid: pieces of it, where it is built.

    Args:
        chance: What is made up is drawn from it.
        grid: The grid.
        line: Corners of the line.
        land: Which pieces between them can be built.
        name: Stem of its name.
        order: 0 for a main street, 1 for a middle one, 2 for another.
    """
    highway = grid.classes[order]
    built = land & (chance.uniform(size=len(land)) < _BUILT[order])
    oneway = not grid.name and bool(chance.uniform() < _ONEWAY[order])
    shown = "" if highway == "service" else f"{name}{'路' if order < 2 else '巷'}"
    made = []
    for start, end in runs(built):
        points = line[start:end]
        if oneway and chance.uniform() < 0.5:
            points = points[::-1]
        made.append(Road(highway, _stretched(points), shown, oneway=oneway, bridges=order < 2))
    return made


def _stretched(points: Points) -> Points:
    """A street a few metres longer at both ends, so that it meets what it ends at."""
    drawn = curve(points, 60) if len(points) > 3 else points
    first, last = drawn[0] - drawn[1], drawn[-1] - drawn[-2]
    drawn = drawn.copy()
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
