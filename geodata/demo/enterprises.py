"""Make up the register of enterprises: who they are, how dangerous, and where, clustered as parks and towns are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from stdnum.cn import uscc

from geodata.demo.cells import PARKS, Grid, short
from geodata.demo.chance import stream
from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers
from geodata.demo.industries import INDUSTRIES, Industry
from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.demo.roads import Points
from geodata.demo.roadside import Roadside
from gridgis.codes import record_id
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site

ENTERPRISES, SECOND_SITES = 6500, 60
_UNPLACED, _WITHOUT_CODE, _ON_BORDERS, _FIXED = 37, 42, 24, 8
_PARK, _TOWN, _VILLAGE = 0, 1, 2
_REASONS = ("个体工商户，证照正在办理(演示)", "合作社登记信息待核(演示)", "季节性作坊，未登记(演示)")
_FIXED_REASON = "厂区跨两个网格，按大门所在认定(演示)"


@dataclass(frozen=True)
class EnterpriseRegister:
    """Enterprises and their places.

    Attributes:
        enterprises: In the order of their names.
        sites: In the order of the enterprises.
        unit: The unit of each site that is placed, -1 for others.
    """

    enterprises: tuple[Enterprise, ...]
    sites: tuple[Site, ...]
    unit: Numbers


def make_enterprises(ground: Ground, seed: int, grid: Grid, roadside: Roadside) -> EnterpriseRegister:
    """The whole register."""
    chance = stream(seed, "enterprises")
    share = np.array([industry.share for industry in INDUSTRIES])
    kinds = chance.choice(len(INDUSTRIES), ENTERPRISES, p=share / share.sum())
    enterprises = [_enterprise(chance, number, INDUSTRIES[kind]) for number, kind in enumerate(kinds.tolist(), start=1)]
    owners = np.concatenate((np.arange(ENTERPRISES), np.sort(chance.choice(ENTERPRISES, SECOND_SITES, replace=False))))
    owners = np.sort(owners, kind="stable")
    lonlat = _places(ground, chance, grid, roadside, kinds[owners])
    bordering = chance.choice(len(owners), _ON_BORDERS + _UNPLACED, replace=False)
    lonlat[bordering[:_ON_BORDERS]] = _border_points(chance, grid)
    sites = _sites(enterprises, owners, lonlat, grid)
    for number in bordering[:_FIXED].tolist():
        unit = _units_at(grid, lonlat[[number]])[0]
        sites[number] = replace(
            sites[number], cell_code=grid.cells.code[grid.units.parent[unit]], cell_reason=_FIXED_REASON
        )
    for number in bordering[_ON_BORDERS:].tolist():
        sites[number] = replace(sites[number], lon=None, lat=None)
    unit = _units_at(grid, lonlat)
    unit[bordering[_ON_BORDERS:]] = -1
    return EnterpriseRegister(tuple(enterprises), tuple(sites), unit)


def credit_code(number: int) -> str:
    """A credit code that is formed as it should be and can't be a real one: its body says DEM."""
    body = f"DEM{number:05d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(sign, 36) for weight, sign in zip(weights, body, strict=True))
    check = (11 - total % 11) % 11
    stem = f"91{DISTRICT_CODE}{body}{'X' if check == 10 else check}"
    return stem + str(uscc.calc_check_digit(stem))


def _enterprise(chance: np.random.Generator, number: int, industry: Industry) -> Enterprise:
    red, orange, yellow = industry.risks
    drawn = chance.uniform(0, 100)
    risk = (
        RiskColour.RED
        if drawn < red
        else RiskColour.ORANGE
        if drawn < red + orange
        else RiskColour.YELLOW
        if drawn < red + orange + yellow
        else RiskColour.BLUE
    )
    coded = number % (ENTERPRISES // _WITHOUT_CODE) != 7
    code = credit_code(number) if coded else f"演示登记{number:04d}"
    kept = industry.chemicals and (risk in {RiskColour.RED, RiskColour.ORANGE} or chance.uniform() < 0.15)
    chemicals = chance.permutation(industry.chemicals)[: int(chance.integers(1, 3))].tolist() if kept else []
    return Enterprise(
        id=record_id(DISTRICT_CODE, "enterprise", code),
        code=code,
        name=f"姜堰演示{industry.stem}{industry.kind}{number:04d}",
        credit_code=code if coded else None,
        no_credit_code_reason="" if coded else _REASONS[number % len(_REASONS)],
        industry=industry.name,
        department=industry.department,
        risk=risk,
        staff=max(1, round(industry.staff * float(np.exp(chance.normal(-0.2, 0.75))))),
        chemicals="、".join(chemicals),
        contact=f"演示联系人{number:04d}",
        phone=f"000-2{number:07d}",
    )


def _places(
    ground: Ground, chance: np.random.Generator, grid: Grid, roadside: Roadside, kinds: Numbers
) -> NDArray[np.float64]:
    """Lon/lat of sites of some industries."""
    weights = _weights(ground, grid, roadside)
    shares = np.array([industry.places for industry in INDUSTRIES])[kinds]
    total = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    where = (chance.uniform(size=len(kinds))[:, None] > total).sum(axis=1)
    metres = np.empty((len(kinds), 2))
    for zone in (_PARK, _TOWN, _VILLAGE):
        mine = np.flatnonzero(where == zone)
        metres[mine] = roadside.draw(chance, weights[zone], len(mine))
    return ground.lonlat(metres)


def _weights(ground: Ground, grid: Grid, roadside: Roadside) -> list[NDArray[np.float64]]:
    """How likely each piece of road has an enterprise of a park, of a town, of the country beside it."""
    middle = roadside.middle
    parks = [cell for cell, name in zip(grid.cells.shape, grid.cells.name, strict=True) if name in _PARK_NAMES]
    in_park = np.zeros(len(middle), dtype=bool)
    tree = shapely.STRtree(ground.plane.to_metres(np.array(parks, dtype=object)))
    in_park[tree.query(shapely.points(middle), predicate="within")[0]] = True
    built = ground.built_up(middle)
    length_m = np.minimum(roadside.length_m, 300)
    busy = 1 + 0.5 * np.clip(roadside.rank - 2, 0, 3)
    return [length_m * in_park, length_m * busy * built**1.5 * ~in_park, length_m * busy * (1 - built) ** 2 * ~in_park]


_PARK_NAMES = frozenset(place.name for place in PARKS)


def _border_points(chance: np.random.Generator, grid: Grid) -> Points:
    """Corners that two cells share, away from the outline."""
    rim = {tuple(point) for point in shapely.get_coordinates(grid.outline).tolist()}
    corners = [
        tuple(shapely.get_coordinates(cell)[1].tolist()) for cell in chance.permutation(np.asarray(grid.cells.shape))
    ]
    inside = list(dict.fromkeys(corner for corner in corners if corner not in rim))
    return np.array(inside[:_ON_BORDERS])


def _units_at(grid: Grid, lonlat: Points) -> Numbers:
    """The unit of each point."""
    asked, found = shapely.STRtree(grid.units.shape).query(shapely.points(lonlat), predicate="intersects")
    unit = np.full(len(lonlat), len(grid.units.code))
    np.minimum.at(unit, asked, found)
    return unit


def _sites(enterprises: list[Enterprise], owners: Numbers, lonlat: Points, grid: Grid) -> list[Site]:
    villages = grid.village_of[_units_at(grid, lonlat)]
    made = []
    before = -1
    for owner, village, (lon, lat) in zip(owners.tolist(), villages.tolist(), lonlat.tolist(), strict=True):
        enterprise = enterprises[owner]
        second = owner == before
        before = owner
        code = f"{enterprise.code}-{2 if second else 1}"
        town = grid.towns.name[grid.villages.parent[village]]
        address = f"{town}{short(grid.villages.name[village])}演示{owner % 300 + 1}号"
        name = f"{enterprise.name}二厂区" if second else enterprise.name
        made.append(Site(record_id(DISTRICT_CODE, "site", code), enterprise.id, code, name, address, lon, lat))
    return made
