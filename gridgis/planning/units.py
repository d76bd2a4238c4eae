"""Lay out units from their shapes: which share a border and how long it is, and where they fail to tile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.cells import Cell, CellKind, Unit
from gridgis.cells.adjacency import shared_borders
from gridgis.cells.tiling import TilingFault, tiling_faults
from gridgis.errors import Fault, InputRejected, InvalidValue
from gridgis.geometry import DEFAULT_METRIC_EPSG, to_metric
from gridgis.planning.graph import UnitGraph

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class UnitSet:
    """Units (n) as the planner takes them.

    Attributes:
        codes: Their codes.
        graph: Which share a border, with lengths in metres.
        xy: float64 (n, 2), a point inside each, metres.
        area_m2: float64 (n).
        outer_m: float64 (n), length of border with no other unit.
        load: float64 (n), workload.
        population: int64 (n).
        enterprises: int64 (n).
        parent: Code of the village or town in which each lies, '' where there is none.
        today: Code of the cell of each today, '' for none.
    """

    codes: tuple[str, ...]
    graph: UnitGraph
    xy: Floats
    area_m2: Floats
    outer_m: Floats
    load: Floats
    population: NDArray[np.int64]
    enterprises: NDArray[np.int64]
    parent: tuple[str, ...]
    today: tuple[str, ...]

    @classmethod
    def of_units(
        cls,
        units: Sequence[Unit],
        load: Floats,
        parent: Sequence[str],
        *,
        tolerance_m: float = 0.5,
        metric_epsg: int = DEFAULT_METRIC_EPSG,
    ) -> UnitSet:
        """Units of a plan with their workload and the code of the area that holds their cells."""
        graph, xy, area_m2, outer_m = lay_out_shapes([unit.geometry for unit in units], tolerance_m, metric_epsg)
        return cls(
            codes=tuple(unit.code for unit in units),
            graph=graph,
            xy=xy,
            area_m2=area_m2,
            outer_m=outer_m,
            load=np.asarray(load, dtype=np.float64),
            population=np.array([unit.population for unit in units], dtype=np.int64),
            enterprises=np.array([unit.enterprises for unit in units], dtype=np.int64),
            parent=tuple(parent),
            today=tuple(unit.cell_code for unit in units),
        )


@dataclass(frozen=True, slots=True)
class FrameColumns:
    """Names of the columns of a GeoDataFrame of units; the index is the code where there is no such column."""

    code: str = "code"
    load: str = "workload"
    population: str = "population"
    enterprises: str = "enterprises"
    parent: str = "parent"
    today: str = "cell_code"


def units_of_frame(
    frame: GeoDataFrame,
    columns: FrameColumns = FrameColumns(),
    *,
    tolerance_m: float = 0.5,
    metric_epsg: int | None = None,
) -> UnitSet:
    """Units of a GeoDataFrame, one a row.

    Args:
        frame: Polygons with a coordinate system; columns that are not there count as 0 or ''.
        columns: Which column is what.
        tolerance_m: How long a border must be, and how far apart its two sides may lie.
        metric_epsg: Plane in which to measure; None: the district's default.

    Raises:
        InvalidValue: ``planning.frame_crs`` without a coordinate system.
        InputRejected: ``planning.frame`` with a fault for each row without an area (``planning.shape``), a code given
            twice (``planning.code_twice``) or a load that is none (``planning.workload``).
    """
    if frame.crs is None:
        raise InvalidValue("planning.frame_crs", value="crs")
    shapes = frame.geometry.to_crs(4326).to_numpy()
    rows = range(len(frame))

    def texts(column: str) -> tuple[str, ...]:
        return tuple(str(one) for one in frame[column]) if column in frame else ("",) * len(frame)

    def numbers(column: str) -> Floats:
        return frame[column].to_numpy(dtype=np.float64) if column in frame else np.zeros(len(frame))

    codes = texts(columns.code) if columns.code in frame else tuple(str(row) for row in frame.index)
    load = numbers(columns.load)
    faults = [
        Fault("planning.shape", {"unit": codes[row]}, row=row + 1)
        for row in rows
        if shapes[row] is None or shapes[row].is_empty or shapes[row].geom_type not in {"Polygon", "MultiPolygon"}
    ]
    faults += [
        Fault("planning.code_twice", {"value": code}, row=row + 1)
        for row, code in enumerate(codes)
        if code in codes[:row]
    ]
    faults += [
        Fault("planning.workload", {"unit": codes[row], "value": str(load[row])}, row=int(row) + 1)
        for row in np.flatnonzero(~np.isfinite(load) | (load < 0))
    ]
    if faults or not len(frame):
        raise InputRejected("planning.frame", faults, count=len(faults))
    graph, xy, area_m2, outer_m = lay_out_shapes(list(shapes), tolerance_m, metric_epsg or DEFAULT_METRIC_EPSG)
    return UnitSet(
        codes=codes,
        graph=graph,
        xy=xy,
        area_m2=area_m2,
        outer_m=outer_m,
        load=load,
        population=numbers(columns.population).astype(np.int64),
        enterprises=numbers(columns.enterprises).astype(np.int64),
        parent=texts(columns.parent),
        today=texts(columns.today),
    )


def lay_out_shapes(
    shapes: Sequence[shapely.Geometry], tolerance_m: float, metric_epsg: int
) -> tuple[UnitGraph, Floats, Floats, Floats]:
    """Borders, inner points, areas and outer lengths of shapes (n) in lon/lat, all in metres."""
    metric = np.asarray(to_metric(np.asarray(shapes, dtype=object), metric_epsg), dtype=object)
    pairs = shared_borders(shapes, tolerance_m)
    borders = shapely.boundary(metric)
    length_m = shapely.length(shapely.intersection(borders[pairs[:, 0]], borders[pairs[:, 1]]))
    unsure = np.flatnonzero(length_m <= tolerance_m)
    near = shapely.buffer(metric[pairs[unsure, 1]], max(tolerance_m, 1e-3) * 2)
    length_m[unsure] = np.maximum(shapely.length(shapely.intersection(borders[pairs[unsure, 0]], near)), 1e-3)
    graph = UnitGraph.of_edges(len(metric), pairs, length_m)
    held = np.bincount(graph.tail, weights=graph.border, minlength=len(metric))
    inner = shapely.point_on_surface(metric)
    centre = shapely.centroid(metric)
    middle = np.where(shapely.contains(metric, centre), centre, inner)
    xy = np.column_stack((shapely.get_x(middle), shapely.get_y(middle)))
    return graph, xy, shapely.area(metric), np.maximum(shapely.length(borders) - held, 0.0)


def unit_tiling_faults(
    units: Sequence[Unit], parents: Sequence[Cell], tolerance_m: float, metric_epsg: int = DEFAULT_METRIC_EPSG
) -> list[TilingFault]:
    """Where the units of each parent overlap, leave gaps or lie outside it, each with its geometry."""
    found: list[TilingFault] = []
    by_code = {cell.code: cell for cell in parents}
    held: dict[str, list[Unit]] = {}
    length = max((len(code) for code in by_code), default=0)
    for unit in units:
        held.setdefault(unit.code[:length], []).append(unit)
    for code, mine in sorted(held.items()):
        if code in by_code:
            found.extend(tiling_faults(mine, by_code[code].geometry, tolerance_m, metric_epsg))
    return found


def is_dedicated(cell: Cell | None) -> bool:
    """Whether a cell is fixed: a park, school or market of its own."""
    return cell is not None and cell.kind is CellKind.DEDICATED
