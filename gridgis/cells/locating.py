"""Say in which cells points lie, a point on a border included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gridgis.cells.cell import LEVELS, Cell
from gridgis.errors import InvalidValue
from gridgis.geometry import LocalPlane

if TYPE_CHECKING:
    from gridgis.cells.plan import GridPlan

_PLANE = 2
_DECIDED = 2
_FEW_POINTS = 256


class NoCell(IntEnum):
    """Why a point has no cell of the plan's deepest level."""

    FOUND = 0  # it has one
    OUTSIDE = 1  # outside the district's outline
    GAP = 2  # inside the outline, in no cell of the deepest level
    NO_COORDINATES = 3  # NaN or infinite


@dataclass(frozen=True, eq=False)
class Located:
    """Points (n) and their cells.

    Attributes:
        plan: The plan in which they were looked for.
        index: int32 (n, 3), places in ``plan.cells`` of the cells of level 1, 2 and 3; -1 where there is none.
        reason: uint8 (n), `NoCell` of each point.
        on_border: bool (n), whether the border rule decided.
    """

    plan: GridPlan
    index: NDArray[np.int32]
    reason: NDArray[np.uint8]
    on_border: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.index)

    def codes(self) -> NDArray[np.object_]:
        """Codes of the cells, object (n, 3), '' where there is none."""
        codes = np.array([*(cell.code for cell in self.plan.cells), ""], dtype=object)
        return np.asarray(codes[self.index], dtype=object)

    def cells(self, point: int) -> tuple[Cell | None, Cell | None, Cell | None]:
        """The cells of level 1, 2 and 3 of one point."""
        first, second, third = (self.plan.cells[place] if place >= 0 else None for place in self.index[point])
        return first, second, third


class CoverIndex:
    """An index that says which of some areas (k) cover a point; the border belongs to the area.

    The areas are copied and prepared here, so that threads may ask at once.

    Args:
        areas: Polygons in lon/lat, in the order in which they win.
        plane: Where the tolerance is measured.
        tolerance_m: How far a point in none of the areas may be from one to count as on its border.
    """

    def __init__(self, areas: Sequence[shapely.Geometry], plane: LocalPlane, tolerance_m: float) -> None:
        self._areas = np.asarray(shapely.transform(np.asarray(areas, dtype=object), np.copy), dtype=object)
        self._bounds = shapely.bounds(self._areas).reshape(-1, 4)
        self._plane = plane
        self._tolerance_m = tolerance_m
        shapely.prepare(self._areas)
        shapely.intersects_xy(self._areas, self._bounds[:, 0], self._bounds[:, 1])
        self._tree = shapely.STRtree(self._areas)

    @cached_property
    def _borders(self) -> tuple[shapely.STRtree, NDArray[np.intp]]:
        """The straight pieces of all borders in metres, and the area of each."""
        parts, part_owner = shapely.get_parts(self._areas, return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        xy = self._plane.xy_to_metres(xy)
        joined = ring[1:] == ring[:-1]
        pieces = shapely.linestrings(np.stack((xy[:-1][joined], xy[1:][joined]), axis=1))
        return shapely.STRtree(np.asarray(pieces, dtype=object)), part_owner[part[ring[1:][joined]]]

    def first_cover(self, xy: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """The winning area of each finite point (n, 2), -1 for none, and whether the border rule decided."""
        count = np.zeros(len(xy), dtype=np.int32)
        first = np.full(len(xy), -1, dtype=np.int32)
        if len(self._areas):
            (self._few if len(xy) <= _FEW_POINTS else self._many)(xy, first, count)
            self._near(xy, first, count)
        return first, count >= _DECIDED

    def _few(self, xy: NDArray[np.float64], first: NDArray[np.int32], count: NDArray[np.int32]) -> None:
        asked, found = self._tree.query(np.asarray(shapely.points(xy), dtype=object), predicate="intersects")
        _win(first, count, asked, found)

    def _many(self, xy: NDArray[np.float64], first: NDArray[np.int32], count: NDArray[np.int32]) -> None:
        """Points in order of x, so that each area is asked only about those in its box."""
        order = np.argsort(xy[:, 0])
        x, y = xy[order, 0], xy[order, 1]
        begin = np.searchsorted(x, self._bounds[:, 0], side="left")
        end = np.searchsorted(x, self._bounds[:, 2], side="right")
        sorted_first, sorted_count = np.full(len(x), -1, dtype=np.int32), np.zeros(len(x), dtype=np.int32)
        for place in range(len(self._areas) - 1, -1, -1):
            low, high = begin[place], end[place]
            strip = y[low:high]
            inside = np.flatnonzero((strip >= self._bounds[place, 1]) & (strip <= self._bounds[place, 3]))
            if len(inside):
                inside += low
                inside = inside[shapely.intersects_xy(self._areas[place], x[inside], y[inside])]
                sorted_first[inside] = place
                sorted_count[inside] += 1
        first[order], count[order] = sorted_first, sorted_count

    def _near(self, xy: NDArray[np.float64], first: NDArray[np.int32], count: NDArray[np.int32]) -> None:
        """Give points that lie in no area to the first one within the tolerance."""
        left = np.flatnonzero(first < 0)
        if not len(left) or self._tolerance_m <= 0:
            return
        margin = 2 * self._tolerance_m / np.asarray(self._plane.metres_a_degree)
        low, high = self._bounds[:, :2].min(axis=0) - margin, self._bounds[:, 2:].max(axis=0) + margin
        left = left[((xy[left] >= low) & (xy[left] <= high)).all(axis=1)]
        points = np.asarray(shapely.points(self._plane.xy_to_metres(xy[left])), dtype=object)
        pieces, owner = self._borders
        asked, found = pieces.query(points, predicate="dwithin", distance=self._tolerance_m)
        _win(first, count, left[asked], owner[found])
        count[left[asked]] = _DECIDED


def _win(first: NDArray[np.int32], count: NDArray[np.int32], asked: NDArray[np.intp], found: NDArray[np.intp]) -> None:
    """Note the first area found for each point asked, and how many were."""
    none = np.iinfo(np.int32).max
    best = np.where(first < 0, none, first)
    np.minimum.at(best, asked, found.astype(np.int32))
    np.add.at(count, asked, 1)
    first[:] = np.where(best == none, -1, best)


class CellIndex:
    """All cells of a plan, ready to be asked.

    Cells without cells of their own (leaves) are asked first, whatever their level, and the tolerance holds for them
    only; then, for points in none of them, the others from the deepest level up.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: GridPlan) -> None:
        self._plan = plan
        cells = plan.cells
        district = plan.district
        self._deepest = max((cell.level for cell in cells), default=LEVELS[-1])
        areas = [cell.geometry for cell in cells]
        self._plane = LocalPlane.around([district.outline] if district.outline is not None else areas)
        above = {cell.code: plan.ancestors(cell.code) for cell in cells}
        divided = {one.code for ancestors in above.values() for one in ancestors}
        leaves = [place for place, cell in enumerate(cells) if cell.code not in divided]
        others = [
            [place for place, cell in enumerate(cells) if cell.level == level and cell.code in divided]
            for level in reversed(LEVELS)
        ]
        self._steps = [
            (
                np.array(group, dtype=np.int32),
                CoverIndex([areas[place] for place in group], self._plane, tolerance_m),
            )
            for group, tolerance_m in (
                (
                    sorted(group, key=lambda place: cells[place].code),
                    district.border_tolerance_m if group is leaves else 0.0,
                )
                for group in (leaves, *others)
            )
            if group
        ]
        self._chain = np.full((len(cells) + 1, len(LEVELS)), -1, dtype=np.int32)
        places = {cell.code: place for place, cell in reversed(list(enumerate(cells)))}
        for place, cell in enumerate(cells):
            self._chain[place, [one.level - 1 for one in above[cell.code]]] = [
                places[one.code] for one in above[cell.code]
            ]
            self._chain[place, cell.level - 1] = place

    @cached_property
    def _outline(self) -> CoverIndex:
        """The district's outline; without one, the ground of the uppermost cells with its holes filled."""
        outline: shapely.Geometry | None = self._plan.district.outline
        if outline is None:
            top = min((cell.level for cell in self._plan.cells), default=0)
            ground = shapely.union_all([cell.geometry for cell in self._plan.cells if cell.level == top])
            parts = [part for part in shapely.get_parts(ground) if isinstance(part, shapely.Polygon)]
            outline = shapely.union_all([shapely.Polygon(part.exterior) for part in parts])
        return CoverIndex([outline], self._plane, 0.0)

    def locate(self, xy: ArrayLike) -> Located:
        """The cells of points (n, 2) or (2,) in lon/lat degrees.

        Raises:
            InvalidValue: ``place.shape`` when the array has another shape.
        """
        points = _points(xy)
        finite = np.isfinite(points).all(axis=1)
        place = np.full(len(points), -1, dtype=np.int32)
        on_border = np.zeros(len(points), dtype=np.bool_)
        left = np.flatnonzero(finite)
        for group, cover in self._steps:
            first, decided = cover.first_cover(points[left])
            found = first >= 0
            place[left[found]] = group[first[found]]
            on_border[left[found]] = decided[found]
            left = left[~found]
            if not len(left):
                break
        index = self._chain[place]
        reason = np.where(index[:, self._deepest - 1] >= 0, NoCell.FOUND, NoCell.GAP).astype(np.uint8)
        if len(left):
            inside = self._outline.first_cover(points[left])[0] >= 0
            reason[left[~inside]] = NoCell.OUTSIDE
        reason[~finite] = NoCell.NO_COORDINATES
        return Located(self._plan, index, reason, on_border)


def _points(xy: ArrayLike) -> NDArray[np.float64]:
    """Points as a float64 array (n, 2)."""
    points = np.asarray(xy, dtype=np.float64)
    if points.size == 0:
        return np.zeros((0, _PLANE))
    points = np.atleast_2d(points)
    if points.ndim != _PLANE or points.shape[1] != _PLANE:
        raise InvalidValue("place.shape", value=" × ".join(map(str, points.shape)))
    return points
