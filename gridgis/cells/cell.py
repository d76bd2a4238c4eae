"""Record the district, its cells of three levels and the units that cells are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shapely import MultiPolygon, Polygon

from gridgis.codes import DEFAULT_SCHEME, CodeScheme
from gridgis.geometry import DEFAULT_METRIC_EPSG

LEVELS = (1, 2, 3)


class CellKind(StrEnum):
    """What a cell is; a dedicated cell (专属网格) is a park, school or market at level 3."""

    TOWN = "town"
    VILLAGE = "village"
    BASIC = "basic"
    DEDICATED = "dedicated"


@dataclass(frozen=True, slots=True)
class District:
    """The root of the grid: one county-level division.

    Attributes:
        id: Stable identifier.
        code: Six digits (GB/T 2260).
        name: Name as shown.
        outline: Area in lon/lat, None until boundaries are imported.
        metric_epsg: System in which lengths and areas are measured.
        scheme: Lengths of the cell codes.
        border_tolerance_m: How far two borders may differ and still be one.
        map_approval: 审图号 of the maps shown, empty when the district has none.
    """

    id: UUID
    code: str
    name: str
    outline: Polygon | MultiPolygon | None = None
    metric_epsg: int = DEFAULT_METRIC_EPSG
    scheme: CodeScheme = DEFAULT_SCHEME
    border_tolerance_m: float = 0.5
    map_approval: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A contiguous area given to people.

    Attributes:
        id: Stable identifier within its plan.
        code: Cell code, unique within its plan.
        name: Name as shown.
        level: 1 town cell, 2 village cell, 3 basic cell.
        kind: What the cell is.
        parent_code: Code of the cell one level up; the district's code at level 1.
        geometry: Area in lon/lat.
        governed: Whether the unit carries staffing, fund and team rules (towns; a seed farm is not governed).
        key_town: Whether it is a key town (五名以上监管执法人员).
        site_group: Joins the cells of one park that lies in several villages; empty otherwise.
        parts_joined: Whether a declared ferry or bridge joins its separate parts.
        seat: Lon/lat of the office or label point, None when not known.
    """

    id: UUID
    code: str
    name: str
    level: int
    kind: CellKind
    parent_code: str
    geometry: Polygon | MultiPolygon
    governed: bool = True
    key_town: bool = False
    site_group: str = ""
    parts_joined: bool = False
    seat: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece that the planner moves; always inside one village.

    Attributes:
        id: Stable identifier within its plan.
        code: Village code and a sequence, unique within its plan.
        name: Name as shown.
        cell_code: The basic cell it belongs to.
        geometry: Area in lon/lat.
        population: People living there.
        enterprises: Enterprises there, as imported.
        workload: Work a year in hours, None until computed.
    """

    id: UUID
    code: str
    name: str
    cell_code: str
    geometry: Polygon | MultiPolygon
    population: int = 0
    enterprises: int = 0
    workload: float | None = None
