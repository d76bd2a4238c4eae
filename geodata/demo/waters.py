"""Lay the rivers, canals and lakes: many in the north, few in the dry south."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from shapely import LineString, Polygon

from geodata.demo.chance import stream, wander
from geodata.demo.ground import Ground

STEP_M = 70.0
_MARGIN_M = 500.0


@dataclass(frozen=True, slots=True)
class Water:
    """A river, canal or lake.

    Attributes:
        kind: ``river``, ``canal`` or ``lake``.
        name: As shown.
        width_m: Of a river or canal.
        shape: Middle line, or the area of a lake, in metres.
    """

    kind: str
    name: str
    width_m: float
    shape: LineString | Polygon


# Rough courses, lon/lat, after the lie of the land; their exact course is made up.
_RIVERS: tuple[tuple[str, str, float, tuple[tuple[float, float], ...]], ...] = (
    ("canal", "新通扬运河", 75, ((120.02, 32.538), (120.09, 32.541), (120.14, 32.5405), (120.19, 32.546), (120.29, 32.553))),
    ("canal", "老通扬运河", 35, ((120.02, 32.513), (120.08, 32.5145), (120.14, 32.5165), (120.20, 32.522), (120.29, 32.528))),
    ("river", "泰东河", 85, ((119.93, 32.548), (119.985, 32.583), (120.03, 32.607), (120.06, 32.630), (120.085, 32.643), (120.135, 32.667))),
    ("river", "姜溱河", 30, ((120.136, 32.5165), (120.133, 32.54), (120.129, 32.56), (120.113, 32.592), (120.103, 32.618), (120.098, 32.647))),
    ("river", "卤汀河", 60, ((119.965, 32.53), (119.959, 32.59), (119.972, 32.64), (119.963, 32.70))),
    ("river", "中干河", 40, ((120.158, 32.518), (120.157, 32.48), (120.146, 32.43), (120.137, 32.39), (120.128, 32.33))),
    ("canal", "周山河", 45, ((119.98, 32.447), (120.06, 32.443), (120.15, 32.4485), (120.22, 32.452), (120.31, 32.456))),
    ("canal", "南干河", 25, ((119.99, 32.397), (120.09, 32.399), (120.16, 32.4015), (120.23, 32.402), (120.32, 32.407))),
    ("river", "东姜黄河", 35, ((120.213, 32.523), (120.207, 32.48), (120.201, 32.42), (120.193, 32.37), (120.186, 32.33))),
    ("canal", "西干河", 22, ((120.063, 32.514), (120.058, 32.48), (120.056, 32.42), (120.048, 32.34))),
    ("canal", "运粮河", 20, ((120.262, 32.527), (120.247, 32.49), (120.238, 32.45), (120.246, 32.40), (120.262, 32.34))),
)  # fmt: skip
_LAKES: tuple[tuple[str, tuple[float, float], float, float], ...] = (
    ("溱湖", (120.091, 32.6325), 830, 0.85),
    ("龙叉湖", (119.982, 32.661), 460, 0.7),
    ("夏家汪", (120.042, 32.659), 360, 1.2),
    ("仓场荡", (119.915, 32.652), 420, 0.8),
    ("靳潭", (120.022, 32.571), 300, 1.1),
)
_ROWS_M, _COLUMNS_M = 1900.0, 1500.0
_KEPT_EAST, _KEPT_NORTH = 0.66, 0.74


def curve(points: NDArray[np.float64], step_m: float = STEP_M) -> NDArray[np.float64]:
    """A smooth line through points (n, 2), drawn about every ``step_m`` metres."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    spline = CubicSpline(along, points)
    return np.asarray(spline(np.linspace(0, along[-1], max(2, round(along[-1] / step_m) + 1))))


def lay_waters(ground: Ground, seed: int) -> tuple[Water, ...]:
    """Rivers first, then lakes, then canals; lines reach a little beyond the outline."""
    chance = stream(seed, "waters")
    bend = stream(seed, "river bends")
    shown = shapely.buffer(ground.area, _MARGIN_M)
    made: list[Water] = []
    for kind, name, width_m, course in _RIVERS:
        line = wander(bend, curve(ground.metres(course)), off_m=45, wavelength_m=1800)
        made += _clipped(Water(kind, name, width_m, LineString(line)), shown)
    lakes = [_lake(chance, ground, *lake) for lake in _LAKES]
    made += [Water("lake", name, 0, shape) for (name, *_), shape in zip(_LAKES, lakes, strict=True)]
    for water in _canals(ground, chance):
        made += _clipped(water, shown)
    return tuple(made)


def _clipped(water: Water, shown: Polygon) -> list[Water]:
    parts = shapely.get_parts(shapely.intersection(water.shape, shown))
    return [Water(water.kind, water.name, water.width_m, part) for part in parts if part.length > 2 * STEP_M]


def _lake(
    chance: np.random.Generator, ground: Ground, _: str, middle: tuple[float, float], radius_m: float, flat: float
) -> Polygon:
    """A round area with bays."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    bays = sum(
        chance.normal(0, 0.16 / order) * np.cos(order * angle + chance.uniform(0, 2 * np.pi)) for order in range(2, 9)
    )
    radius = radius_m * np.exp(bays)
    shape = ground.metres(middle) + np.column_stack((radius * np.cos(angle), flat * radius * np.sin(angle)))
    return Polygon(np.round(shape, 1))


def _canals(ground: Ground, chance: np.random.Generator) -> list[Water]:
    """A bent lattice of canals over the lake land, with pieces missing."""
    west, south, east, north = ground.area.bounds
    columns = np.arange(west - 800, east + 800, _COLUMNS_M)
    rows = np.arange(south, north + 800, _ROWS_M)
    lattice = np.stack(np.meshgrid(columns, rows), axis=-1)
    lattice += chance.normal(0, 1, lattice.shape) * (0.19 * _COLUMNS_M, 0.17 * _ROWS_M)
    lattice = wander(chance, lattice.reshape(-1, 2), off_m=330, wavelength_m=9000).reshape(lattice.shape)
    wet = ground.lakeland(lattice.reshape(-1, 2)).reshape(lattice.shape[:2])
    town = ground.built_up(lattice.reshape(-1, 2)).reshape(lattice.shape[:2])
    share = np.where(town > 0.35, 0.15, wet)
    lines = [(f"{_LETTERS[row]}横河", lattice[row], share[row], _KEPT_EAST) for row in range(len(rows))]
    lines += [
        (f"{_LETTERS[column]}纵河", lattice[:, column], share[:, column], _KEPT_NORTH) for column in range(len(columns))
    ]
    bend = chance.spawn(1)[0]
    made = []
    for name, points, wetness, kept in lines:
        drawn = chance.uniform(size=len(points) - 1) < kept * np.minimum(wetness[1:], wetness[:-1])
        for run in runs(drawn):
            if run[1] - run[0] >= 2:
                line = wander(bend, curve(points[run[0] : run[1]]), off_m=18, wavelength_m=700)
                made.append(Water("canal", name, float(chance.choice((12, 16, 22, 28))), LineString(line)))
    return made


_LETTERS = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def runs(drawn: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Spans of points joined by pieces that are drawn, as slices."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], drawn, [False])).astype(int)))
    return [(int(start), int(end) + 1) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def lines_of(waters: tuple[Water, ...]) -> NDArray[np.object_]:
    """The middle lines of rivers and canals."""
    return np.array([water.shape for water in waters if water.kind != "lake"], dtype=object)


def lakes_of(waters: tuple[Water, ...]) -> NDArray[np.object_]:
    """The areas of lakes."""
    return np.array([water.shape for water in waters if water.kind == "lake"], dtype=object)


def segments_of(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Every straight piece of some lines, for an index."""
    pieces = [pair for line in lines for pair in pairwise(shapely.get_coordinates(line).tolist())]
    return np.asarray(shapely.linestrings(np.array(pieces)), dtype=object)
