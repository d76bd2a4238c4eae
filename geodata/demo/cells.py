"""Make units, basic cells, villages and towns of the small pieces, each level the union of the one below."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geodata.demo.chance import stream
from geodata.demo.divisions import Divisions
from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers, Web, in_parts, reach, share_out, spread_seeds
from geodata.demo.jiangyan import Village

BASIC_CELLS = 1000
_SIMPLER = 3.2e-4  # degrees: the root of the area of the corners that are cut off
_RURAL_PER_KM2, _BUILT_UP_PER_KM2 = 420.0, 7600.0
_NUMERALS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """A park, school, market or sight that is a dedicated cell.

    Attributes:
        name: As shown.
        at: Lon/lat of its middle.
        radius_m: Units whose middle lies so near belong to it; 0 for the one unit at its middle.
    """

    name: str
    at: tuple[float, float]
    radius_m: float = 0.0


PARKS: tuple[Place, ...] = (
    Place("演示经济开发区", (120.190, 32.506), 1050),
    Place("演示现代科技产业园", (120.108, 32.503), 900),
    Place("演示新能源产业园", (120.163, 32.562), 800),
    Place("演示溱潼工业集中区", (120.066, 32.661), 520),
    Place("演示张甸工业集中区", (120.043, 32.430), 560),
    Place("演示白米工业集中区", (120.238, 32.515), 620),
    Place("演示娄庄工业集中区", (120.212, 32.578), 520),
    Place("演示大伦工业集中区", (120.240, 32.431), 480),
    Place("演示蒋垛工业集中区", (120.208, 32.364), 420),
    Place("演示顾高工业集中区", (120.150, 32.386), 420),
    Place("演示梁徐工业集中区", (120.093, 32.470), 520),
    Place("演示俞垛工业集中区", (119.988, 32.634), 420),
)
_OTHERS: tuple[Place, ...] = (
    Place("演示中学", (120.140, 32.5125)),
    Place("演示实验小学", (120.155, 32.5215)),
    Place("演示职业学校", (120.118, 32.531)),
    Place("演示农贸市场", (120.147, 32.5085)),
    Place("演示建材市场", (120.171, 32.513)),
    Place("演示商贸城", (120.146, 32.531)),
    Place("演示汽车站", (120.131, 32.502)),
    Place("演示人民医院", (120.160, 32.531)),
    Place("演示湿地景区", (120.096, 32.626), 500),
    Place("演示古镇景区", (120.083, 32.648)),
)


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
        dedicated: Whether each cell is a dedicated one.
        site_group: Of each cell, '' for none.
        seat_unit: The unit at the middle of each village.
    """

    outline: Polygon
    towns: Layer
    villages: Layer
    cells: Layer
    units: Layer
    village_of: Numbers
    population: Numbers
    dedicated: NDArray[np.bool_]
    site_group: list[str]
    seat_unit: Numbers
    unit_pair: Numbers = field(repr=False)


def short(name: str) -> str:
    """A village's name without what kind of body it is."""
    for ending in ("社区居民委员会", "居民委员会", "社区居委会", "居委会", "村委会", "虚拟社区", "虚拟生活区"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def make_grid(ground: Ground, seed: int, divisions: Divisions) -> Grid:
    """The grid of the district."""
    faces = divisions.faces
    shape = dissolve(faces.shape, divisions.unit)
    shape = np.asarray(shapely.coverage_simplify(shape, _SIMPLER, simplify_boundary=False), dtype=object)
    metric = ground.plane.to_metres(shape)
    middle = shapely.get_coordinates(shapely.centroid(metric))
    pair = _unit_pairs(divisions)
    people = _population(seed, divisions)
    web = Web(middle, people + 30.0, pair, np.hypot(*(middle[pair[:, 0]] - middle[pair[:, 1]]).T))
    cell_of, site = _cells(ground, seed, web, divisions.village_of, metric)
    cell_of, cell_village, site = _in_order(cell_of, divisions.village_of, middle, site)
    villages: list[Village] = [village for town in ground.towns for village in town.villages]
    town_of = np.repeat(np.arange(len(ground.towns)), [len(town.villages) for town in ground.towns])
    cells, dedicated, groups = _cell_layer(villages, dissolve(shape, cell_of), cell_village, site)
    village_shape = dissolve(cells.shape, cell_village)
    town_shape = dissolve(village_shape, town_of)
    return Grid(
        outline=shapely.coverage_union_all(town_shape),
        towns=Layer(
            [town.code for town in ground.towns],
            [town.name for town in ground.towns],
            town_shape,
            np.zeros(len(ground.towns), dtype=np.intp),
        ),
        villages=Layer([one.code for one in villages], [one.name for one in villages], village_shape, town_of),
        cells=cells,
        units=_unit_layer(villages, shape, divisions.village_of, cell_of),
        village_of=divisions.village_of,
        population=people,
        dedicated=dedicated,
        site_group=groups,
        seat_unit=_seat_units(ground, divisions, middle),
        unit_pair=pair,
    )


def dissolve(shapes: NDArray[np.object_], label: Numbers) -> NDArray[np.object_]:
    """The unions of shapes that tile, by label 0, 1, 2 …"""
    order = np.argsort(label, kind="stable")
    groups = np.split(shapes[order], np.flatnonzero(np.diff(label[order])) + 1)
    return np.asarray(shapely.normalize([shapely.coverage_union_all(group) for group in groups]), dtype=object)


def _unit_pairs(divisions: Divisions) -> Numbers:
    pair = divisions.unit[divisions.faces.pair]
    return np.unique(np.sort(pair[pair[:, 0] != pair[:, 1]], axis=1), axis=0)


def _population(seed: int, divisions: Divisions) -> Numbers:
    density = _RURAL_PER_KM2 + _BUILT_UP_PER_KM2 * divisions.built_up**1.3
    lived = np.bincount(divisions.unit, density * divisions.faces.area_m2 / 1e6)
    return np.rint(lived * np.exp(stream(seed, "population").normal(0, 0.3, len(lived)))).astype(np.intp)


def _cells(
    ground: Ground, seed: int, web: Web, village_of: Numbers, metric: NDArray[np.object_]
) -> tuple[Numbers, dict[int, tuple[str, bool]]]:
    """The cell of each unit, and name and whether it is one of several of each dedicated cell."""
    chance = stream(seed, "cells")
    cell_of = np.full(len(village_of), -1)
    named: dict[int, tuple[str, bool]] = {}
    for place in (*PARKS, *_OTHERS):
        groups = _units_of_place(ground, place, web, village_of, metric, cell_of)
        for units in groups:
            cell_of[units] = len(named)
            named[len(named)] = (place.name, len(groups) > 1)
    next_cell = len(named)
    free = cell_of < 0
    wanted = (BASIC_CELLS - len(named)) / free.sum()
    label = np.where(free, village_of, village_of.max() + 1 + cell_of)
    part = in_parts(len(label), web.pair, label)
    for number in np.unique(part[free]):
        chosen = np.flatnonzero(part == number)
        inner = web.part(chosen)
        count = min(len(chosen), max(1, int(chance.normal(wanted * len(chosen), 0.35) + 0.5)))
        seeds = spread_seeds(chance, inner, count)
        shares = share_out(reach(inner, [np.array([one]) for one in seeds]), inner.mass, np.ones(count), 12)
        cell_of[chosen] = next_cell + shares
        next_cell += count
    return cell_of, named


def _units_of_place(
    ground: Ground, place: Place, web: Web, village_of: Numbers, metric: NDArray[np.object_], taken: Numbers
) -> list[Numbers]:
    """The units of a place, village by village, each group connected; never the whole of a village."""
    at = ground.metres(place.at)[0]
    away_m = np.hypot(*(web.middle - at).T)
    near = away_m <= place.radius_m
    if not place.radius_m:
        near = np.asarray(shapely.covers(metric, shapely.Point(at)))
    near &= taken < 0
    groups = []
    for village in np.unique(village_of[near]):
        inside = np.flatnonzero(near & (village_of == village))
        whole = np.flatnonzero(village_of == village)
        parts = in_parts(len(inside), web.part(inside).pair, np.zeros(len(inside), dtype=np.intp))
        units = inside[parts == np.bincount(parts).argmax()]
        left = np.setdiff1d(whole, units)
        if len(left) and len(units) >= min(2, 1 + place.radius_m):
            groups.append(units)
    groups.sort(key=lambda units: (-len(units), int(units[0])))
    return groups[:3]


def _in_order(
    cell_of: Numbers, village_of: Numbers, middle: NDArray[np.float64], site: dict[int, tuple[str, bool]]
) -> tuple[Numbers, Numbers, dict[int, tuple[str, bool]]]:
    """Cells numbered village by village, west to east and north to south."""
    count = int(cell_of.max()) + 1
    size = np.bincount(cell_of, minlength=count)
    centre = np.column_stack([np.bincount(cell_of, middle[:, axis], count) / size for axis in (0, 1)])
    village = np.empty(count, dtype=np.intp)
    village[cell_of] = village_of
    order = np.lexsort((centre[:, 0], -np.round(centre[:, 1] / 700), village))
    rank = np.argsort(order)
    return rank[cell_of], village[order], {int(rank[cell]): named for cell, named in site.items()}


def _cell_layer(
    villages: list[Village], shape: NDArray[np.object_], village: Numbers, site: dict[int, tuple[str, bool]]
) -> tuple[Layer, NDArray[np.bool_], list[str]]:
    code, name, groups = [], [], []
    for number, owner in enumerate(village.tolist()):
        sequence = number - int(np.searchsorted(village, owner)) + 1
        code.append(f"{villages[owner].code}{sequence:03d}")
        named, several = site.get(number, ("", False))
        name.append(named or f"{short(villages[owner].name)}第{numeral(sequence)}网格")
        groups.append(named if several else "")
    dedicated = np.isin(np.arange(len(code)), list(site))
    return Layer(code, name, shape, village), dedicated, groups


def _unit_layer(villages: list[Village], shape: NDArray[np.object_], village_of: Numbers, cell_of: Numbers) -> Layer:
    code, name = [], []
    for number, owner in enumerate(village_of.tolist()):
        sequence = number - int(np.searchsorted(village_of, owner)) + 1
        code.append(f"{villages[owner].code}{sequence:04d}")
        kind = "组" if villages[owner].name.endswith("村委会") else "片"
        name.append(f"{short(villages[owner].name)}{numeral(sequence)}{kind}")
    return Layer(code, name, shape, cell_of)


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    lead = "" if not tens else ("十" if tens == 1 else f"{_NUMERALS[tens - 1]}十")
    return lead + (_NUMERALS[ones - 1] if ones else "")


def _seat_units(ground: Ground, divisions: Divisions, middle: NDArray[np.float64]) -> Numbers:
    """The most built-up unit near the middle of each village; at the town's seat for the village that holds it."""
    built = ground.built_up(middle)
    seats = []
    for village in range(int(divisions.village_of.max()) + 1):
        units = np.flatnonzero(divisions.village_of == village)
        away_m = np.hypot(*(middle[units] - middle[units].mean(axis=0)).T)
        seats.append(units[(away_m - 4000 * built[units]).argmin()])
    return np.array(seats)
