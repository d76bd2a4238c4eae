"""Make up the register of enterprises: who they are, how dangerous, and where, clustered as parks and towns are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from stdnum.cn import uscc

from geodata.demo.cells import Grid, short
from geodata.demo.ground import CORE_LONLAT, CORE_M
from geodata.demo.growth import Floats, Numbers
from geodata.demo.industries import Industry, industries
from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.demo.land import Land
from geodata.demo.roads import RANK, Points
from geodata.demo.roadside import Roadside
from gridgis.codes import record_id
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site

ENTERPRISES, SECOND_SITES = 6500, 60
UNPLACED, WITHOUT_CODE, ON_BORDERS, FIXED = 37, 42, 24, 8
_OUTER_TOWNS = 2.5  # so many times more than by their streets alone
_SOME_KEEP_CHEMICALS = 0.15
_REASONS = ("个体工商户，证照正在办理(演示)", "合作社登记信息待核(演示)", "季节性作坊，未登记(演示)")
_FIXED_REASON = "厂区跨两个网格，按大门所在认定(演示)"
_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


@dataclass(frozen=True)
class EnterpriseRegister:
    """Enterprises and their places.

    Attributes:
        enterprises: In the order of their numbers.
        sites: In the order of the enterprises.
        unit: The unit of each site, -1 for those that are not placed.
    """

    enterprises: tuple[Enterprise, ...]
    sites: tuple[Site, ...]
    unit: Numbers


def make_enterprises(land: Land, grid: Grid, roadside: Roadside) -> EnterpriseRegister:
    """The whole register."""
    chance, kinds = land.chance("enterprises"), industries()
    share = np.array([kind.share for kind in kinds])
    kind_of = chance.choice(len(kinds), ENTERPRISES, p=share / share.sum())
    uncoded = set(chance.choice(ENTERPRISES, WITHOUT_CODE, replace=False).tolist())
    enterprises = [
        _enterprise(chance, number + 1, kinds[kind], coded=number not in uncoded)
        for number, kind in enumerate(kind_of.tolist())
    ]
    second = chance.choice(ENTERPRISES, SECOND_SITES, replace=False)
    owners = np.sort(np.concatenate((np.arange(ENTERPRISES), second)), kind="stable")
    lonlat = land.ground.lonlat(_places(land, chance, grid, roadside, [kinds[kind] for kind in kind_of[owners]]))
    special = chance.choice(len(owners), ON_BORDERS + UNPLACED, replace=False)
    bordering, unplaced = special[:ON_BORDERS], special[ON_BORDERS:]
    lonlat[bordering] = _border_points(chance, grid)
    unit = grid.units_at(lonlat)
    sites = _sites(enterprises, owners, lonlat, grid, unit)
    for number in bordering[:FIXED].tolist():
        cell = grid.cells.code[grid.units.parent[unit[number]]]
        sites[number] = replace(sites[number], cell_code=cell, cell_reason=_FIXED_REASON)
    for number in unplaced.tolist():
        sites[number] = replace(sites[number], lon=None, lat=None)
    unit[unplaced] = -1
    return EnterpriseRegister(tuple(enterprises), tuple(sites), unit)


def credit_code(number: int) -> str:
    """A credit code that is formed as it should be and can't be a real one: its body says DEM."""
    body = f"DEM{number:05d}"
    total = sum(weight * int(sign, 36) for weight, sign in zip(_CODE_WEIGHTS, body, strict=True))
    check = "0123456789X"[(11 - total % 11) % 11]
    stem = f"91{DISTRICT_CODE}{body}{check}"
    return stem + str(uscc.calc_check_digit(stem))


def _enterprise(chance: np.random.Generator, number: int, kind: Industry, *, coded: bool) -> Enterprise:
    code = credit_code(number) if coded else f"演示登记{number:04d}"
    risk = list(RiskColour)[int(np.searchsorted(np.cumsum(kind.risks), chance.uniform(0, 100)))]
    dangerous = risk in {RiskColour.RED, RiskColour.ORANGE}
    keeps = kind.chemicals and (dangerous or chance.uniform() < _SOME_KEEP_CHEMICALS)
    chemicals = chance.permutation(kind.chemicals)[: int(chance.integers(1, 3))].tolist() if keeps else []
    return Enterprise(
        id=record_id(DISTRICT_CODE, "enterprise", code),
        code=code,
        name=f"姜堰演示{kind.stem}{kind.kind}{number:04d}",
        credit_code=code if coded else None,
        no_credit_code_reason="" if coded else _REASONS[number % len(_REASONS)],
        industry=kind.name,
        department=kind.department,
        risk=risk,
        staff=max(1, round(kind.staff * float(np.exp(chance.normal(-0.2, 0.75))))),
        chemicals="、".join(chemicals),
        contact=f"演示联系人{number:04d}",
        phone=f"000-2{number:07d}",
    )


def _places(
    land: Land, chance: np.random.Generator, grid: Grid, roadside: Roadside, kinds: Sequence[Industry]
) -> Points:
    """Places in metres for sites of some industries."""
    shares = np.array([kind.places for kind in kinds])
    until = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    zone_of = (chance.uniform(size=len(kinds))[:, None] > until).sum(axis=1)
    metres = np.empty((len(kinds), 2))
    for zone, weight in enumerate(_weights(land, grid, roadside)):
        mine = np.flatnonzero(zone_of == zone)
        metres[mine] = roadside.draw(chance, weight, len(mine))
    return metres


def _weights(land: Land, grid: Grid, roadside: Roadside) -> tuple[Floats, Floats, Floats]:
    """How likely each piece of road has an enterprise of a park, of a town, of the country beside it."""
    ground, middle = land.ground, roadside.middle
    tree = shapely.STRtree(list(grid.parks(ground).values()))
    in_park = np.zeros(len(middle), dtype=bool)
    in_park[tree.query(np.asarray(shapely.points(middle)), predicate="within")[0]] = True
    built = ground.built_up(middle)
    length_m = np.minimum(roadside.length_m, 300)
    busy = length_m * (1 + 0.5 * np.clip(roadside.rank - RANK["residential"], 0, 3)) * ~in_park
    core_m = np.hypot(*(middle - ground.metres(CORE_LONLAT)).T)
    outer = 1 + _OUTER_TOWNS * (core_m > 3 * CORE_M)
    return length_m * in_park, busy * outer * built**1.3, busy * (1 - built) ** 2


def _border_points(chance: np.random.Generator, grid: Grid) -> Points:
    """Corners of cells, in lon/lat, away from the outline."""
    rim = {(lon, lat) for lon, lat in shapely.get_coordinates(grid.outline).tolist()}
    order = chance.permutation(len(grid.cells.shape))
    corners = [tuple(shapely.get_coordinates(cell)[1].tolist()) for cell in grid.cells.shape[order]]
    inside = [corner for corner in dict.fromkeys(corners) if corner not in rim]
    return np.array(inside[:ON_BORDERS])


def _sites(enterprises: Sequence[Enterprise], owners: Numbers, lonlat: Points, grid: Grid, unit: Numbers) -> list[Site]:
    made: list[Site] = []
    again = np.diff(owners, prepend=-1) == 0
    villages = grid.village_of[unit]
    for place, owner in enumerate(owners.tolist()):
        enterprise, village = enterprises[owner], int(villages[place])
        code = f"{enterprise.code}-{2 if again[place] else 1}"
        name = f"{enterprise.name}二厂区" if again[place] else enterprise.name
        address = f"{grid.town_name(village)}{short(grid.villages.name[village])}演示{owner % 300 + 1}号"
        lon, lat = lonlat[place].tolist()
        made.append(Site(record_id(DISTRICT_CODE, "site", code), enterprise.id, code, name, address, lon, lat))
    return made
