"""Know what is real in the demo: Jiangyan's outline, the names and codes of its towns and villages, its seats."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources

import numpy as np
from shapely import Polygon

DISTRICT_CODE, DISTRICT_NAME = "321204", "泰州市姜堰区"
_TOWN_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Village:
    """A village-level unit of the public list."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town-level unit of the public list, and what the demo needs to lay it out.

    Attributes:
        code: Nine digits.
        name: As in the list.
        villages: Its villages, in the order of their codes.
        governed: Whether it carries staffing, fund and team rules.
        key: Whether it is a key town; which six are is made up.
        seat: Lon/lat of its seat, approximate.
        heart: Lon/lat of the middle of the land around it, made up.
        area_km2: Area to aim at, made up.
    """

    code: str
    name: str
    villages: tuple[Village, ...]
    governed: bool
    key: bool
    seat: tuple[float, float]
    heart: tuple[float, float]
    area_km2: float


_KEY = frozenset({"罗塘街道", "三水街道", "天目山街道", "溱潼镇", "张甸镇", "白米镇"})
_LAID_OUT: dict[str, tuple[tuple[float, float], tuple[float, float], float]] = {
    "罗塘街道": ((120.150, 32.510), (120.172, 32.488), 72),
    "三水街道": ((120.130, 32.530), (120.080, 32.540), 72),
    "天目山街道": ((120.150, 32.550), (120.185, 32.545), 46),
    "梁徐街道": ((120.080, 32.460), (120.100, 32.465), 58),
    "溱潼镇": ((120.080, 32.650), (120.070, 32.690), 88),
    "蒋垛镇": ((120.220, 32.370), (120.235, 32.365), 56),
    "顾高镇": ((120.160, 32.380), (120.150, 32.375), 42),
    "大伦镇": ((120.250, 32.440), (120.225, 32.435), 62),
    "张甸镇": ((120.030, 32.420), (120.060, 32.395), 92),
    "淤溪镇": ((120.050, 32.580), (120.010, 32.585), 52),
    "白米镇": ((120.250, 32.520), (120.230, 32.505), 58),
    "娄庄镇": ((120.200, 32.570), (120.185, 32.600), 62),
    "俞垛镇": ((120.000, 32.640), (119.950, 32.640), 74),
    "溱湖风景区": ((120.090, 32.620), (120.105, 32.612), 19),
}
_UNGOVERNED: dict[str, tuple[tuple[float, float], float]] = {
    "林场": ((120.118, 32.432), 1.3),
    "种猪场": ((120.205, 32.478), 0.7),
    "林业站": ((120.040, 32.470), 0.4),
    "渔业社": ((120.045, 32.630), 0.9),
}


def _rows(name: str) -> list[list[str]]:
    text = resources.files("geodata.demo").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def outline() -> Polygon:
    """The district's outline in lon/lat (WGS84)."""
    return Polygon(np.array(_rows("outline.csv"), dtype=np.float64))


def towns() -> tuple[Town, ...]:
    """Every town-level unit with its villages, in the order of the list."""
    listed = _rows("divisions.csv")
    made = []
    for code, name in listed:
        if len(code) != _TOWN_DIGITS:
            continue
        villages = tuple(Village(*row) for row in listed if len(row[0]) > _TOWN_DIGITS and row[0].startswith(code))
        if name in _LAID_OUT:
            seat, heart, area_km2 = _LAID_OUT[name]
            made.append(Town(code, name, villages, True, name in _KEY, seat, heart, area_km2))
        else:
            seat, area_km2 = _UNGOVERNED[name]
            made.append(Town(code, name, villages, False, False, seat, seat, area_km2))
    return tuple(made)
