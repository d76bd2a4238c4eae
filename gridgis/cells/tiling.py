"""Find where cells fail to tile the area that they divide, each fault with a geometry that can be drawn.

Everything is worked out on a `LocalPlane`, where borders that meet in lon/lat meet; areas are measured in the
district's metric system. Faults no wider than the tolerance are none: so much may two borders differ and still be one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import pi, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from gridgis.cells.cell import Cell, Unit
from gridgis.geometry import DEFAULT_METRIC_EPSG, LocalPlane, to_metric

SLIVER_TOLERANCES = 20
SLIVER_LENGTHS = 4
_WIDTH_ROUNDS = 12


class TilingKind(StrEnum):
    """In which way an area is not tiled."""

    GAP = "gap"  # ground of the parent in no cell
    OVERLAP = "overlap"  # ground in two cells
    SLIVER = "sliver"  # a gap or overlap that is long and narrow: two drawings of one border
    OUTSIDE_PARENT = "outside_parent"  # ground of a cell beyond its parent
    DISCONNECTED = "disconnected"  # a cell in several parts that no ferry or bridge joins


@dataclass(frozen=True, slots=True)
class TilingFault:
    """One place where cells fail to tile their parent.

    Attributes:
        kind: In which way.
        cell_codes: The cells concerned, in order: those around a gap, the two that overlap, the one that lies outside
            or apart.
        area_m2: Area of the geometry in the metric system.
        width_m: Diameter of the largest circle inside it; None for a disconnected cell.
        geometry: The ground at fault in lon/lat; of a disconnected cell the parts apart from its largest.
    """

    kind: TilingKind
    cell_codes: tuple[str, ...]
    area_m2: float
    width_m: float | None
    geometry: Polygon | MultiPolygon


def tiling_faults(
    cells: Sequence[Cell] | Sequence[Unit],
    parent_geometry: Polygon | MultiPolygon | None,
    tolerance_m: float,
    metric_epsg: int = DEFAULT_METRIC_EPSG,
) -> list[TilingFault]:
    """Faults in the tiling of one area, in order of kind, then codes.

    Args:
        cells: The cells, or units, that should tile the area, in lon/lat.
        parent_geometry: The area in lon/lat; None to look only for overlaps and for holes between the cells.
        tolerance_m: How far two borders may differ and still be one.
        metric_epsg: System in which areas are measured.
    """
    parents = {"": parent_geometry}
    return tiling_faults_by_parent(cells, parents, lambda _: "", tolerance_m, metric_epsg).get("", [])


def tiling_faults_by_parent(
    cells: Sequence[Cell] | Sequence[Unit],
    parents: Mapping[str, Polygon | MultiPolygon | None],
    parent_of: Callable[[Cell | Unit], str],
    tolerance_m: float,
    metric_epsg: int = DEFAULT_METRIC_EPSG,
) -> dict[str, list[TilingFault]]:
    """Faults in the tiling of many areas at once, by the key of the area; areas without faults are left out.

    Args:
        cells: The cells, or units, that should tile the areas, in lon/lat.
        parents: The areas by key, as in `tiling_faults`.
        parent_of: Gives the key of the area to which a cell belongs; cells of no area given are left out.
        tolerance_m: How far two borders may differ and still be one.
        metric_epsg: System in which areas are measured.
    """
    keys = list(parents)
    number = {key: place for place, key in enumerate(keys)}
    inside = [cell for cell in cells if parent_of(cell) in number]
    sheet = _Sheet(
        inside, [number[parent_of(cell)] for cell in inside], list(parents.values()), tolerance_m, metric_epsg
    )
    found: dict[str, list[TilingFault]] = {}
    overlaps, overlap_m2 = sheet.overlaps()
    outside, outside_m2 = sheet.outside()
    gaps = sheet.gaps(overlap_m2 + outside_m2)
    for group, fault in (*overlaps, *outside, *gaps, *sheet.disconnected()):
        found.setdefault(keys[group], []).append(fault)
    order = list(TilingKind)
    for faults in found.values():
        faults.sort(key=lambda fault: (order.index(fault.kind), fault.cell_codes, -fault.area_m2))
    return found


Found = list[tuple[int, TilingFault]]


class _Sheet:
    """Cells and the areas that they should tile, laid out on one plane."""

    def __init__(
        self,
        cells: Sequence[Cell | Unit],
        group: Sequence[int],
        parents: Sequence[Polygon | MultiPolygon | None],
        tolerance_m: float,
        metric_epsg: int,
    ) -> None:
        self.cells = cells
        self.tolerance_m = tolerance_m
        self.metric_epsg = metric_epsg
        self.plane = LocalPlane.around(
            [*(cell.geometry for cell in cells), *(one for one in parents if one is not None)]
        )
        self.shapes = self._lay_out([cell.geometry for cell in cells])
        self.group = np.asarray(group, dtype=np.intp)
        self.members: list[NDArray[np.intp]] = [np.flatnonzero(self.group == place) for place in range(len(parents))]
        self.has_parent = np.array([parent is not None for parent in parents], dtype=np.bool_)
        self.parents = self._lay_out([Polygon() if parent is None else parent for parent in parents])
        shapely.prepare(self.parents)

    def _lay_out(self, areas: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
        shapes = np.asarray(self.plane.to_metres(np.asarray(areas, dtype=object)), dtype=object)
        broken = ~shapely.is_valid(shapes)
        shapes[broken] = shapely.make_valid(shapes[broken], method="structure")
        return shapes

    def overlaps(self) -> tuple[Found, NDArray[np.float64]]:
        """Ground in two cells of one parent, and its area in each parent however narrow."""
        total_m2 = np.zeros(len(self.parents))
        first, second = shapely.STRtree(self.shapes).query(self.shapes, predicate="intersects")
        wanted = (first < second) & (self.group[first] == self.group[second])
        first, second = first[wanted], second[wanted]
        common = shapely.intersection(self.shapes[first], self.shapes[second])
        area_m2 = shapely.area(common)
        np.add.at(total_m2, self.group[first], area_m2)
        found: Found = []
        for place in np.flatnonzero(area_m2 >= self._least_m2):
            parts = self._wide_parts(common[place])
            if parts:
                codes = (self.cells[int(first[place])].code, self.cells[int(second[place])].code)
                found.append((int(self.group[first[place]]), self._fault(TilingKind.OVERLAP, codes, parts)))
        return found, total_m2

    def outside(self) -> tuple[Found, NDArray[np.float64]]:
        """Ground of cells beyond their parents, and its area in each parent's cells however narrow."""
        total_m2 = np.zeros(len(self.parents))
        asked = np.flatnonzero(self.has_parent[self.group])
        asked = asked[~shapely.covers(self.parents[self.group[asked]], self.shapes[asked])]
        beyond = shapely.difference(self.shapes[asked], self.parents[self.group[asked]])
        area_m2 = shapely.area(beyond)
        np.add.at(total_m2, self.group[asked], area_m2)
        found: Found = []
        for place in np.flatnonzero(area_m2 >= self._least_m2):
            parts = self._wide_parts(beyond[place])
            if parts:
                cell = int(asked[place])
                fault = self._fault(TilingKind.OUTSIDE_PARENT, (self.cells[cell].code,), parts)
                found.append((int(self.group[cell]), fault))
        return found, total_m2

    def gaps(self, counted_too_often_m2: NDArray[np.float64]) -> Found:
        """Ground of parents in none of their cells.

        Areas alone say where no gap can be wider than the tolerance: what three cells share is taken off too often, so
        that the ground left is never judged too small.
        """
        found: Found = []
        covered_m2 = np.zeros(len(self.parents))
        np.add.at(covered_m2, self.group, shapely.area(self.shapes))
        left_m2 = shapely.area(self.parents) - (covered_m2 - counted_too_often_m2)
        for group, members in enumerate(self.members):
            if not len(members) or (self.has_parent[group] and left_m2[group] < self._least_m2):
                continue
            union = shapely.union_all(self.shapes[members])
            whole = self.parents[group] if self.has_parent[group] else _filled(union)
            around: dict[tuple[str, ...], list[tuple[Polygon, float]]] = {}
            for part, width in self._wide_parts(shapely.difference(whole, union)):
                near = members[shapely.dwithin(self.shapes[members], part, self.tolerance_m)]
                around.setdefault(tuple(sorted(self.cells[one].code for one in near)), []).append((part, width))
            found.extend((group, self._fault(TilingKind.GAP, codes, parts)) for codes, parts in around.items())
        return found

    def disconnected(self) -> Found:
        """Cells in several parts that no ferry or bridge joins."""
        found: Found = []
        for place in np.flatnonzero(shapely.get_num_geometries(self.shapes) > 1).tolist():
            cell = self.cells[place]
            if not isinstance(cell, Cell) or cell.parts_joined:
                continue
            parts = self._parts_apart(self.shapes[place])
            if parts:
                found.append((int(self.group[place]), self._fault(TilingKind.DISCONNECTED, (cell.code,), parts)))
        return found

    def _parts_apart(self, shape: shapely.Geometry) -> list[tuple[Polygon, float]]:
        """Parts that no border joins to the largest one; a slit narrower than the tolerance joins them."""
        half_m = self.tolerance_m / 2
        closed = shapely.buffer(shape, half_m, join_style="mitre")
        cores = shapely.get_parts(shapely.buffer(closed, -2 * half_m, join_style="mitre"))
        if len(cores) < 2:  # noqa: PLR2004  one part is no parts apart
            return []
        largest = cores[int(np.argmax(shapely.area(cores)))]
        grown = shapely.buffer(largest, self.tolerance_m, join_style="mitre")
        parts = shapely.get_parts(shape)
        apart = parts[shapely.area(shapely.intersection(parts, grown)) < shapely.area(parts) / 2]
        return [(part, 0.0) for part in apart if shapely.area(part) > self._least_m2]

    @property
    def _least_m2(self) -> float:
        """Area of a circle as wide as the tolerance: no fault is less."""
        return max(pi * self.tolerance_m**2 / 4, 1e-6)

    def _wide_parts(self, ground: shapely.Geometry) -> list[tuple[Polygon, float]]:
        """Connected parts of some ground that are wider than the tolerance, each with its width."""
        parts = [part for part in shapely.get_parts(ground) if isinstance(part, Polygon)]
        wide = [(part, width_m(part)) for part in parts if self._is_wide(part)]
        return [(part, width) for part, width in wide if width > self.tolerance_m]

    def _is_wide(self, part: Polygon) -> bool:
        if part.area < self._least_m2:
            return False
        return self.tolerance_m <= 0 or not shapely.is_empty(shapely.buffer(part, -self.tolerance_m / 2))

    def _fault(self, kind: TilingKind, codes: Iterable[str], parts: Sequence[tuple[Polygon, float]]) -> TilingFault:
        widest_part, widest_m = max(parts, key=lambda part: part[1])
        if kind in {TilingKind.GAP, TilingKind.OVERLAP} and self._is_sliver(widest_part, widest_m):
            kind = TilingKind.SLIVER
        shapes = [part for part, _ in parts]
        geometry = self.plane.to_lonlat(shapes[0] if len(shapes) == 1 else MultiPolygon(shapes))
        return TilingFault(
            kind=kind,
            cell_codes=tuple(sorted(codes)),
            area_m2=float(shapely.area(to_metric(geometry, self.metric_epsg))),
            width_m=None if kind is TilingKind.DISCONNECTED else widest_m,
            geometry=geometry,
        )

    def _is_sliver(self, part: Polygon, width: float) -> bool:
        return width <= SLIVER_TOLERANCES * self.tolerance_m and part.area >= SLIVER_LENGTHS * width * width


def width_m(area: Polygon) -> float:
    """Diameter of the largest circle inside an area in metres, to one part in a thousand."""
    if area.is_empty or area.area <= 0:
        return 0.0
    least, most = area.area / area.length, sqrt(area.area / pi)
    for _ in range(_WIDTH_ROUNDS):
        middle = (least + most) / 2
        if shapely.is_empty(shapely.buffer(area, -middle, quad_segs=4)):
            most = middle
        else:
            least = middle
    return 2 * least


def _filled(ground: shapely.Geometry) -> shapely.Geometry:
    """Ground with its holes filled."""
    parts = [part for part in shapely.get_parts(ground) if isinstance(part, Polygon)]
    return shapely.union_all([Polygon(part.exterior) for part in parts])
