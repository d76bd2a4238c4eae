"""Know what is real in the demo: Jiangyan's outline, the names and codes of its towns and villages, its seats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from geodata.demo.packaged import records
from gridgis.cells import District
from gridgis.codes import record_id

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


def district() -> District:
    """The district before its boundaries are imported."""
    return District(record_id(DISTRICT_CODE, "district", DISTRICT_CODE), DISTRICT_CODE, DISTRICT_NAME)


def outline() -> Polygon:
    """The district's outline in lon/lat (WGS84)."""
    return Polygon(np.array([(row["lon"], row["lat"]) for row in records("outline.csv")], dtype=np.float64))


def towns() -> tuple[Town, ...]:
    """Every town-level unit with its villages, in the order of the list."""
    listed = [(row["code"], row["name"]) for row in records("divisions.csv")]
    laid_out = {row["name"]: row for row in records("towns.csv")}
    return tuple(
        Town(
            code,
            name,
            tuple(Village(*one) for one in listed if len(one[0]) > _TOWN_DIGITS and one[0].startswith(code)),
            governed=bool(laid_out[name]["governed"]),
            key=bool(laid_out[name]["key"]),
            seat=(float(laid_out[name]["seat_lon"]), float(laid_out[name]["seat_lat"])),
            heart=(float(laid_out[name]["heart_lon"]), float(laid_out[name]["heart_lat"])),
            area_km2=float(laid_out[name]["area_km2"]),
        )
        for code, name in listed
        if len(code) == _TOWN_DIGITS
    )
