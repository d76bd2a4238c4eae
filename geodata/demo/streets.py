"""Draw the street grids of the district's seat and of the towns, with the service roads inside their blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.cells import PARKS, Grid
from geodata.demo.chance import stream, wander
from geodata.demo.ground import CORE_LONLAT, Ground
from geodata.demo.main_roads import Route, middle_lines
from geodata.demo.roads import Points, Road
from geodata.demo.waters import curve, runs

_OVERSHOOT_M = 4.0
_CORE_M = 3600.0
_BUILT = (1.0, 0.93, 0.72)  # share of the pieces of main, middle and other streets
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


def plan_grids(ground: Ground, seed: int, grid: Grid) -> tuple[StreetGrid, ...]:
    """The district's seat first, then the towns outside it, then the industrial parks."""
    chance = stream(seed, "street grids")
    core = ground.metres(CORE_LONLAT)[0]
    made = [_town(chance, "", core, (3000.0, 3800.0), 205.0, 0.03)]
    for town, seat in zip((one for one in ground.towns if one.governed), ground.seats, strict=True):
        if np.hypot(*(seat - core)) > _CORE_M:
            half_m = 260 + 50 * np.sqrt(len(town.villages))
            made.append(_town(chance, short_town(town.name), seat, (1.15 * half_m, 0.92 * half_m), 135.0, 0.1))
    parks = [place.name for place in PARKS]
    for name in parks:
        cells = grid.cells.shape[[number for number, one in enumerate(grid.cells.name) if one == name]]
        if len(cells):
            area = shapely.buffer(ground.plane.to_metres(shapely.union_all(cells)), -18)
            west, south, east, north = shapely.bounds(area)
            middle, half_m = (
                np.array([(west + east) / 2, (south + north) / 2]),
                ((east - west) / 2, (north - south) / 2),
            )
            classes = ("unclassified", "service", "service")
            made.append(StreetGrid(name[2:4], classes, middle, half_m, 175.0, float(chance.normal(0, 0.08)), area))
    return tuple(made)


def short_town(name: str) -> str:
    """A town's name without what kind of body it is."""
    return name.removesuffix("风景区").removesuffix("街道").removesuffix("镇")


def _town(
    chance: np.random.Generator, name: str, middle: Points, half_m: tuple[float, float], spacing_m: float, turn: float
) -> StreetGrid:
    """A rounded, uneven town."""
    classes = ("tertiary", "tertiary", "residential") if name else ("secondary", "tertiary", "residential")
    half_m = (half_m[0] * chance.uniform(0.92, 1.12), half_m[1] * chance.uniform(0.92, 1.12)) if name else half_m
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    uneven = np.exp(sum(chance.normal(0, 0.07) * np.cos(k * angle + chance.uniform(0, 6)) for k in range(2, 7)))
    square = (np.abs(np.cos(angle)) ** 3 + np.abs(np.sin(angle)) ** 3) ** (-1 / 3)
    rim = (uneven * square)[:, None] * np.column_stack((np.cos(angle), np.sin(angle))) * half_m
    return StreetGrid(
        name, classes, middle, half_m, spacing_m, float(chance.normal(0, turn)), shapely.Polygon(middle + rim)
    )


def street_area(grids: tuple[StreetGrid, ...]) -> shapely.Geometry:
    """What the grids cover."""
    return shapely.union_all([grid.area for grid in grids])


def draw_streets(seed: int, grids: tuple[StreetGrid, ...], routes: tuple[Route, ...]) -> list[Road]:
    """Every street of the grids."""
    lines = middle_lines(routes)
    main = shapely.STRtree(lines)
    roads: list[Road] = []
    for number, grid in enumerate(grids):
        roads += _streets(stream(seed, f"streets {number}"), grid, main, lines)
    return roads


def _streets(
    chance: np.random.Generator,
    town: StreetGrid,
    main: shapely.STRtree,
    routes: NDArray[np.object_],
) -> list[Road]:
    columns, rows = (_ticks(chance, half, town.spacing_m) for half in town.half_m)
    points = np.stack(np.meshgrid(columns, rows), axis=-1)
    points += chance.normal(0, 5, points.shape)
    turn = np.array([(np.cos(town.turn), np.sin(town.turn)), (-np.sin(town.turn), np.cos(town.turn))])
    flat = wander(chance, points.reshape(-1, 2) @ turn, off_m=0.13 * town.spacing_m, wavelength_m=2600) + town.middle
    points = flat.reshape(points.shape)
    kept = np.asarray(shapely.contains_xy(town.area, flat[:, 0], flat[:, 1])).reshape(points.shape[:2])
    roads: list[Road] = []
    for line, inside, name, place in (
        *((points[:, at], kept[:, at], _COLUMN_NAMES[at % 14], at) for at in range(len(columns))),
        *((points[at], kept[at], _ROW_NAMES[at % 14], at) for at in range(len(rows))),
    ):
        roads += _street(chance, town, line, inside, name, place, main, routes)
    return roads + _blocks(chance, town, points, kept)


def _ticks(chance: np.random.Generator, half_m: float, spacing_m: float) -> NDArray[np.float64]:
    """Places of streets across a town, unevenly spaced."""
    steps = spacing_m * chance.uniform(0.7, 1.3, int(2.4 * half_m / spacing_m) + 2)
    ticks = np.cumsum(steps)
    ticks -= ticks[np.abs(ticks - ticks.mean()).argmin()]
    return np.asarray(ticks[np.abs(ticks) <= 1.1 * half_m])


def _street(
    chance: np.random.Generator,
    town: StreetGrid,
    line: Points,
    inside: NDArray[np.bool_],
    name: str,
    place: int,
    main: shapely.STRtree,
    routes: NDArray[np.object_],
) -> list[Road]:
    """One line of a grid: pieces of it, where it is built."""
    core = not town.name
    order = 0 if place % 4 == 0 else 1 if core and place % 2 == 0 else 2
    share = _BUILT[order]
    built = inside[1:] & inside[:-1] & (chance.uniform(size=len(line) - 1) < share)
    middle = shapely.points((line[1:] + line[:-1]) / 2)
    asked, found = main.query(middle, predicate="dwithin", distance=0.3 * town.spacing_m)
    for piece, route in zip(asked.tolist(), found.tolist(), strict=True):
        built[piece] &= not _beside(line[piece], line[piece + 1], routes[route])
    oneway = core and chance.uniform() < _ONEWAY[order]
    made = []
    for start, end in runs(built):
        points = line[start:end]
        if oneway and chance.uniform() < 0.5:
            points = points[::-1]
        named = town.classes[order] != "service"
        shown = f"{town.name}{name}{'路' if order < 2 else '巷'}" if named else ""
        made.append(Road(town.classes[order], _stretched(points), shown, oneway=oneway, bridges=order < 2))
    return made


def _beside(start: Points, end: Points, route: shapely.LineString) -> bool:
    """Whether a piece of street runs along a main road."""
    way = (end - start) / np.hypot(*(end - start))
    at = route.project(shapely.Point((start + end) / 2))
    ahead = np.subtract(route.interpolate(at + 20).coords[0], route.interpolate(max(at - 20, 0)).coords[0])
    return bool(abs(way @ ahead) > 0.75 * np.hypot(*ahead))


def _stretched(points: Points) -> Points:
    """A street a few metres longer at both ends, so that it meets what it ends at."""
    drawn = curve(points, 60) if len(points) > 3 else points
    first, last = drawn[0] - drawn[1], drawn[-1] - drawn[-2]
    drawn = drawn.copy()
    drawn[0] += first / np.hypot(*first) * _OVERSHOOT_M
    drawn[-1] += last / np.hypot(*last) * _OVERSHOOT_M
    return drawn


def _blocks(chance: np.random.Generator, town: StreetGrid, points: Points, kept: NDArray[np.bool_]) -> list[Road]:
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
