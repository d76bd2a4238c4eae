"""Make units, basic cells, villages and towns of the small pieces, each level the union of the one below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geodata.demo.divisions import Divisions
from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers, Web, in_parts, reach, share_out, spread_seeds
from geodata.demo.jiangyan import Village
from geodata.demo.land import Land
from geodata.demo.places import Place, find_places

BASIC_CELLS = 1000
_SIMPLER = 3.2e-4  # degrees: the root of the area of the corners that are cut off
_RURAL_PER_KM2, _BUILT_UP_PER_KM2 = 420.0, 7600.0
_NUMERALS = "一二三四五六七八九"
_BODIES = ("社区居民委员会", "居民委员会", "社区居委会", "居委会", "村委会", "虚拟社区", "虚拟生活区")


@dataclass(frozen=True)
class Layer:
    """The areas of one level.

    Attributes:
        code: Codes.
        name: Names.
        shape: Polygons in lon/lat.
        parent: Number of the area above each.
    """

    code: list[str]
    name: list[str]
    shape: NDArray[np.object_]
    parent: Numbers


@dataclass(frozen=True)
class Grid:
    """The whole grid; numbers are places in the layers.

    Attributes:
        outline: The district in lon/lat: the union of everything below.
        towns: Parent: 0, the district.
        villages: Parent: the town.
        cells: Parent: the village.
        units: Parent: the cell.
        village_of: The village of each unit.
        population: Of each unit.
        places: What each dedicated cell is, by the number of the cell.
        seat_unit: The unit at the middle of each village.
        unit_pair: Units (m, 2) that share a border.
    """

    outline: Polygon
    towns: Layer
    villages: Layer
    cells: Layer
    units: Layer
    village_of: Numbers
    population: Numbers
    places: Mapping[int, Place]
    seat_unit: Numbers
    unit_pair: Numbers

    def units_at(self, lonlat: NDArray[np.float64]) -> Numbers:
        """The unit of each point (n, 2) of the district, the first of several on a border."""
        points = np.asarray(shapely.points(lonlat), dtype=np.object_)
        asked, found = shapely.STRtree(self.units.shape).query(points, predicate="intersects")
        unit = np.full(len(lonlat), len(self.units.code))
        np.minimum.at(unit, asked, found)
        return unit

    def parks(self, ground: Ground) -> dict[str, shapely.Geometry]:
        """The industrial parks, by name and area in metres."""
        cells: dict[str, list[shapely.Geometry]] = {}
        for cell, place in self.places.items():
            if place.park:
                cells.setdefault(place.name, []).append(self.cells.shape[cell])
        return {name: ground.plane.to_metres(shapely.union_all(shapes)) for name, shapes in cells.items()}

    def town_name(self, village: int) -> str:
        """The name of the town of a village."""
        return self.towns.name[int(self.villages.parent[village])]


def make_grid(land: Land, divisions: Divisions) -> Grid:
    """The grid of the district."""
    ground, village_of = land.ground, divisions.village_of
    shape = dissolve(divisions.faces.shape, divisions.unit)
    shape = np.asarray(shapely.coverage_simplify(shape, _SIMPLER, simplify_boundary=False), dtype=np.object_)
    metric = ground.plane.to_metres(shape)
    middle = shapely.get_coordinates(shapely.centroid(metric))
    pair = _unit_pairs(divisions)
    people = _population(land.chance("population"), divisions)
    away_m = np.asarray(np.hypot(*(middle[pair[:, 0]] - middle[pair[:, 1]]).T), dtype=np.float64)
    web = Web(middle, people.astype(np.float64) + 30, pair, away_m)
    places = find_places(ground, web, village_of, metric)
    cell_of, rank = _in_order(_cells(land.chance("cells"), web, village_of, places), village_of, middle)
    placed = {int(rank[number]): place for number, place in enumerate(places)}
    cell_village = np.empty(int(cell_of.max()) + 1, dtype=np.intp)
    cell_village[cell_of] = village_of
    villages = [village for town in ground.towns for village in town.villages]
    town_of = np.repeat(np.arange(len(ground.towns)), [len(town.villages) for town in ground.towns])
    cell_shape = dissolve(shape, cell_of)
    village_shape = dissolve(cell_shape, cell_village)
    town_shape = dissolve(village_shape, town_of)
    codes, names = [town.code for town in ground.towns], [town.name for town in ground.towns]
    return Grid(
        outline=dissolve(town_shape, np.zeros(len(codes), dtype=np.intp))[0],
        towns=Layer(codes, names, town_shape, np.zeros(len(codes), dtype=np.intp)),
        villages=Layer([one.code for one in villages], [one.name for one in villages], village_shape, town_of),
        cells=_cell_layer(villages, cell_shape, cell_village, placed),
        units=_unit_layer(villages, shape, village_of, cell_of),
        village_of=village_of,
        population=people,
        places=placed,
        seat_unit=_seat_units(ground, village_of, middle),
        unit_pair=pair,
    )


def short(name: str) -> str:
    """A village's name without what kind of body it is."""
    return next((name.removesuffix(body) for body in _BODIES if name.endswith(body)), name)


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    lead = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return lead + (_NUMERALS[ones - 1] if ones else "")


def dissolve(shapes: NDArray[np.object_], label: Numbers) -> NDArray[np.object_]:
    """The unions of shapes that tile, one for each label from 0 up."""
    order = np.argsort(label, kind="stable")
    groups = np.split(shapes[order], np.flatnonzero(np.diff(label[order])) + 1)
    return np.asarray(shapely.normalize([shapely.coverage_union_all(group) for group in groups]), dtype=np.object_)


def _unit_pairs(divisions: Divisions) -> Numbers:
    pair = divisions.unit[divisions.faces.pair]
    return np.unique(np.sort(pair[pair[:, 0] != pair[:, 1]], axis=1), axis=0)


def _population(chance: np.random.Generator, divisions: Divisions) -> Numbers:
    density = _RURAL_PER_KM2 + _BUILT_UP_PER_KM2 * divisions.built_up**1.3
    lived = np.bincount(divisions.unit, density * divisions.faces.area_m2 / 1e6)
    return np.rint(lived * np.exp(chance.normal(0, 0.3, len(lived)))).astype(np.intp)


def _cells(chance: np.random.Generator, web: Web, village_of: Numbers, places: Sequence[Place]) -> Numbers:
    """The cell of each unit: the places first, then the rest of each village shared out."""
    cell_of = np.full(len(village_of), -1)
    for number, place in enumerate(places):
        cell_of[place.units] = number
    free = cell_of < 0
    units_a_cell = free.sum() / (BASIC_CELLS - len(places))
    part = in_parts(len(cell_of), web.pair, np.where(free, village_of, village_of.max() + 1 + cell_of))
    count = len(places)
    for number in np.unique(part[free]):
        chosen = np.flatnonzero(part == number)
        inner = web.part(chosen)
        wanted = int(np.clip(chance.normal(len(chosen) / units_a_cell, 0.35) + 0.5, 1, len(chosen)))
        cost = reach(inner, spread_seeds(chance, inner, wanted))
        cell_of[chosen] = count + share_out(cost, inner.mass, np.ones(wanted), 12)
        count += wanted
    return cell_of


def _in_order(cell_of: Numbers, village_of: Numbers, middle: NDArray[np.float64]) -> tuple[Numbers, Numbers]:
    """Cells numbered village by village, north to south and west to east, and the new number of each."""
    size = np.bincount(cell_of)
    centre = np.column_stack([np.bincount(cell_of, middle[:, axis]) / size for axis in (0, 1)])
    village = np.empty(len(size), dtype=np.intp)
    village[cell_of] = village_of
    rank = np.argsort(np.lexsort((centre[:, 0], -np.round(centre[:, 1] / 700), village)))
    return rank[cell_of], rank


def _cell_layer(
    villages: Sequence[Village], shape: NDArray[np.object_], village: Numbers, places: Mapping[int, Place]
) -> Layer:
    code, name = [], []
    for number, owner in enumerate(village.tolist()):
        sequence = number - int(np.searchsorted(village, owner)) + 1
        code.append(f"{villages[owner].code}{sequence:03d}")
        basic = f"{short(villages[owner].name)}第{numeral(sequence)}网格"
        name.append(places[number].name if number in places else basic)
    return Layer(code, name, shape, village)


def _unit_layer(
    villages: Sequence[Village], shape: NDArray[np.object_], village_of: Numbers, cell_of: Numbers
) -> Layer:
    code, name = [], []
    for number, owner in enumerate(village_of.tolist()):
        sequence = number - int(np.searchsorted(village_of, owner)) + 1
        code.append(f"{villages[owner].code}{sequence:04d}")
        kind = "组" if villages[owner].name.endswith("村委会") else "片"
        name.append(f"{short(villages[owner].name)}{numeral(sequence)}{kind}")
    return Layer(code, name, shape, cell_of)


def _seat_units(ground: Ground, village_of: Numbers, middle: NDArray[np.float64]) -> Numbers:
    """The most built-up unit near the middle of each village."""
    built = ground.built_up(middle)
    seats = []
    for village in range(int(village_of.max()) + 1):
        units = np.flatnonzero(village_of == village)
        away_m = np.hypot(*(middle[units] - middle[units].mean(axis=0)).T)
        seats.append(units[(away_m - 4000 * built[units]).argmin()])
    return np.array(seats)
