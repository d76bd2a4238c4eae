"""Lay the rivers, canals and lakes: many in the north, few in the dry south."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from shapely import LineString, Polygon

from geodata.demo.chance import meander, stream, wander
from geodata.demo.ground import Ground
from geodata.demo.packaged import course, records

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


_ROWS_M, _COLUMNS_M = 1900.0, 1500.0
_KEPT_EAST, _KEPT_NORTH = 0.76, 0.82


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
    for row in records("rivers.csv"):
        line = wander(bend, curve(ground.metres(course(row["course"]))), off_m=45, wavelength_m=1800)
        made += _clipped(Water(row["kind"], row["name"], float(row["width_m"]), LineString(line)), shown)
    made += _lakes(chance, ground)
    for water in _canals(ground, chance):
        made += _clipped(water, shown)
    return tuple(made)


def _clipped(water: Water, shown: Polygon) -> list[Water]:
    parts = shapely.get_parts(shapely.intersection(water.shape, shown))
    return [Water(water.kind, water.name, water.width_m, part) for part in parts if part.length > 2 * STEP_M]


def _lakes(chance: np.random.Generator, ground: Ground) -> list[Water]:
    """Round areas with bays."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    made = []
    for row in records("lakes.csv"):
        bays = np.zeros(len(angle))
        for order in range(2, 9):
            bays += chance.normal(0, 0.16 / order) * np.cos(order * angle + chance.uniform(0, 2 * np.pi))
        radius_m = float(row["radius_m"]) * np.exp(bays)
        rim = np.column_stack((radius_m * np.cos(angle), float(row["flatness"]) * radius_m * np.sin(angle)))
        middle = ground.metres([(float(row["lon"]), float(row["lat"]))])
        made.append(Water("lake", row["name"], 0, Polygon(np.round(middle + rim, 1))))
    return made


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
    eastward = chance.uniform(size=(len(rows), len(columns) - 1)) < _KEPT_EAST * np.minimum(share[:, 1:], share[:, :-1])
    northward = chance.uniform(size=(len(rows) - 1, len(columns))) < _KEPT_NORTH * np.minimum(share[1:], share[:-1])
    _open_ends(eastward, northward, _led_on(ground, lattice))
    lines = [(f"{_LETTERS[row]}横河", lattice[row], eastward[row]) for row in range(len(rows))]
    lines += [(f"{_LETTERS[at]}纵河", lattice[:, at], northward[:, at]) for at in range(len(columns))]
    bend = chance.spawn(1)[0]
    made = []
    for name, points, drawn in lines:
        for start, end in runs(drawn):
            line = meander(bend, curve(points[start:end]), off_m=18, wavelength_m=700)
            made.append(Water("canal", name, float(chance.choice((12, 16, 22, 28))), LineString(line)))
    return made


def _led_on(ground: Ground, lattice: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Corners of the lattice at which a canal may end: near a river or lake, or outside the district."""
    others = [LineString(curve(ground.metres(course(row["course"])))) for row in records("rivers.csv")]
    for row in records("lakes.csv"):
        middle = ground.metres([(float(row["lon"]), float(row["lat"]))])[0]
        others.append(shapely.Point(middle).buffer(float(row["radius_m"])).exterior)
    corners = shapely.points(lattice.reshape(-1, 2))
    near = shapely.dwithin(shapely.union_all(others), corners, 350.0) | ~shapely.intersects(ground.area, corners)
    return np.asarray(near).reshape(lattice.shape[:2])


def _open_ends(eastward: NDArray[np.bool_], northward: NDArray[np.bool_], led_on: NDArray[np.bool_]) -> None:
    """Take away pieces of canal that end in the fields, a few rounds."""
    for _ in range(3):
        degree = np.zeros(led_on.shape, dtype=int)
        degree[:, 1:] += eastward
        degree[:, :-1] += eastward
        degree[1:] += northward
        degree[:-1] += northward
        dead = (degree == 1) & ~led_on
        eastward &= ~(dead[:, 1:] | dead[:, :-1])
        northward &= ~(dead[1:] | dead[:-1])


_LETTERS = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def runs(drawn: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Spans of points joined by pieces that are drawn, as slices."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], drawn, [False])).astype(int)))
    return [(int(start), int(end) + 1) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def lines_of(waters: tuple[Water, ...]) -> NDArray[np.object_]:
    """The middle lines of rivers and canals."""
    return np.array([water.shape for water in waters if water.kind != "lake"], dtype=np.object_)


def lakes_of(waters: tuple[Water, ...]) -> NDArray[np.object_]:
    """The areas of lakes."""
    return np.array([water.shape for water in waters if water.kind == "lake"], dtype=np.object_)


def segments_of(lines: Sequence[shapely.Geometry] | NDArray[np.object_]) -> NDArray[np.object_]:
    """Every straight piece of some lines, line by line, for an index."""
    corners, owner = shapely.get_coordinates(np.asarray(lines, dtype=np.object_), return_index=True)
    ends = np.stack((corners[:-1], corners[1:]), axis=1)[owner[:-1] == owner[1:]]
    return np.asarray(shapely.linestrings(ends), dtype=np.object_)
