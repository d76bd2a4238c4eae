"""Lay the street grids of the district's seat, of the towns and of the industrial parks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from geodata.demo.chance import stream, wander
from geodata.demo.ground import CORE_LONLAT, Ground
from geodata.demo.roads import Points
from geodata.demo.waters import curve, runs

MAIN, MIDDLE, OTHER = 0, 1, 2
_EVERY_MAIN, _EVERY_MIDDLE = 4, 2
_CORE_M, _INSIDE_PARK_M = 3600.0, 18.0
_CORE_CLASSES = ("secondary", "tertiary", "residential")
_TOWN_CLASSES = ("tertiary", "tertiary", "residential")
_PARK_CLASSES = ("unclassified", "service", "service")
_COLUMNS = "人民 东方 上海 南京 通扬 振兴 健康 励才 府前 白云 银河 光华 育才 建设"
_ROWS = "罗塘 姜堰 正太 长江 黄河 三水 扬州 淮海 文化 广场 科技 新华 解放 兴隆"


@dataclass(frozen=True, slots=True)
class StreetLine:
    """One line of a grid.

    Attributes:
        points: Its corners (n, 2), where other lines cross it.
        inside: Whether each corner lies in the grid's area (n).
        name: Stem of its name.
        order: `MAIN`, `MIDDLE` or `OTHER`.
    """

    points: Points
    inside: NDArray[np.bool_]
    name: str
    order: int


@dataclass(frozen=True)
class StreetGrid:
    """A grid of streets.

    Attributes:
        name: Stem of its street names, '' for the district's seat.
        classes: Class of its main, its middle and its other streets.
        spacing_m: Typical distance between streets.
        area: What it covers, in metres.
        points: Crossings (rows, columns, 2) in metres.
    """

    name: str
    classes: tuple[str, str, str]
    spacing_m: float
    area: shapely.Geometry
    points: NDArray[np.float64]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether each crossing lies in the area."""
        return np.asarray(shapely.contains_xy(self.area, self.points[..., 0], self.points[..., 1]))

    def lines(self) -> Iterator[StreetLine]:
        """Its lines, columns first."""
        inside = self.inside
        for at in range(self.points.shape[1]):
            yield StreetLine(self.points[:, at], inside[:, at], self._named(_COLUMNS, at), self._order(at))
        for at in range(self.points.shape[0]):
            yield StreetLine(self.points[at], inside[at], self._named(_ROWS, at), self._order(at))

    def _named(self, names: str, at: int) -> str:
        stems = names.split()
        return f"{self.name}{stems[at % len(stems)]}"

    def _order(self, at: int) -> int:
        """In the district's seat every second street is a middle one, in towns none."""
        if at % _EVERY_MAIN == 0:
            return MAIN
        return MIDDLE if not self.name and at % _EVERY_MIDDLE == 0 else OTHER


def plan_towns(ground: Ground, seed: int) -> tuple[StreetGrid, ...]:
    """The district's seat, then the towns outside it."""
    chance = stream(seed, "towns")
    core = ground.metres(CORE_LONLAT)[0]
    made = [_town(chance, "", core, half_m=(3000.0, 3800.0), spacing_m=205.0)]
    for town, seat in zip((one for one in ground.towns if one.governed), ground.seats, strict=True):
        if np.hypot(*(seat - core)) > _CORE_M:
            half_m = 260 + 50 * np.sqrt(len(town.villages))
            size = (1.15 * half_m, 0.92 * half_m)
            made.append(_town(chance, short_town(town.name), seat, half_m=size, spacing_m=118.0))
    return tuple(made)


def plan_parks(chance: np.random.Generator, parks: Mapping[str, shapely.Geometry]) -> tuple[StreetGrid, ...]:
    """The industrial parks, by name and area in metres."""
    made = []
    for name, whole in parks.items():
        area = shapely.buffer(whole, -_INSIDE_PARK_M)
        west, south, east, north = area.bounds
        middle, half_m = np.array([(west + east) / 2, (south + north) / 2]), ((east - west) / 2, (north - south) / 2)
        points = _crossings(chance, middle, half_m, spacing_m=125.0, turn=float(chance.normal(0, 0.08)))
        made.append(StreetGrid(name.removeprefix("演示")[:2], _PARK_CLASSES, 125.0, area, points))
    return tuple(made)


def short_town(name: str) -> str:
    """A town's name without what kind of body it is."""
    return name.removesuffix("风景区").removesuffix("街道").removesuffix("镇")


def area_of(grids: Iterable[StreetGrid]) -> shapely.Geometry:
    """What grids cover."""
    return shapely.union_all([grid.area for grid in grids])


def main_lines(grids: Iterable[StreetGrid]) -> NDArray[np.object_]:
    """The main streets of grids, as lines in metres."""
    made = []
    for grid in grids:
        for line in grid.lines():
            if line.order == MAIN:
                for start, end in runs(line.inside[1:] & line.inside[:-1]):
                    made.append(LineString(street_curve(line.points[start:end])))
    return np.array(made, dtype=np.object_)


def street_curve(points: Points) -> Points:
    """A street through its corners."""
    return curve(points, 60) if len(points) > 3 else points


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
    points = _crossings(chance, middle, (width_m, height_m), spacing_m=spacing_m, turn=turn)
    classes = _TOWN_CLASSES if name else _CORE_CLASSES
    return StreetGrid(name, classes, spacing_m, shapely.Polygon(middle + rim), points)


def _crossings(
    chance: np.random.Generator, middle: Points, half_m: tuple[float, float], *, spacing_m: float, turn: float
) -> NDArray[np.float64]:
    """Where the streets of a grid cross: a turned, bent lattice, unevenly spaced."""
    columns, rows = (_ticks(chance, half, spacing_m) for half in half_m)
    points = np.stack(np.meshgrid(columns, rows), axis=-1)
    points += chance.normal(0, 5, points.shape)
    turned = points.reshape(-1, 2) @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    bent = wander(chance, turned, off_m=0.13 * spacing_m, wavelength_m=2600) + middle
    return np.asarray(bent.reshape(points.shape))


def _ticks(chance: np.random.Generator, half_m: float, spacing_m: float) -> NDArray[np.float64]:
    """Places of streets across a grid, unevenly spaced."""
    ticks = np.cumsum(spacing_m * chance.uniform(0.7, 1.3, int(2.4 * half_m / spacing_m) + 2))
    ticks -= ticks[np.abs(ticks - ticks.mean()).argmin()]
    return np.asarray(ticks[np.abs(ticks) <= 1.1 * half_m])
