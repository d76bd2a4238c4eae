"""Keep one version of the whole grid: find its cells, their parents and neighbours, and the cells of points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from numpy.typing import ArrayLike

from gridgis.cells.adjacency import shared_borders
from gridgis.cells.cell import Cell, District, Unit
from gridgis.cells.locating import CellIndex, Located, NoCell
from gridgis.errors import InvalidValue, NotKnown

__all__ = ["GridPlan", "Located", "NoCell", "PlanStatus"]


class PlanStatus(StrEnum):
    """Life of a plan; one in force is never edited."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class GridPlan:
    """One version of all cells (网格方案).

    Indexes are made when first asked for and kept; threads may ask at once.

    Attributes:
        id: Stable identifier.
        code: Code of the version, unique in the district.
        name: Name as shown.
        district: The district whose grid it is.
        status: Draft, published or superseded.
        effective_from: From when it is in force, aware.
        cells: Its cells, codes unique.
        units: Units that its basic cells are made of, maybe none.
        effective_to: Until when it is in force, None while open.
        reason: Why it was made.
        paper: Number of the approving paper.
    """

    id: UUID
    code: str
    name: str
    district: District
    status: PlanStatus
    effective_from: datetime
    cells: tuple[Cell, ...]
    units: tuple[Unit, ...] = ()
    effective_to: datetime | None = None
    reason: str = ""
    paper: str = ""

    @cached_property
    def cell_by_code(self) -> Mapping[str, Cell]:
        """Cells by code; of cells with the same code the first."""
        return {cell.code: cell for cell in reversed(self.cells)}

    @cached_property
    def _children(self) -> Mapping[str, tuple[Cell, ...]]:
        found: dict[str, list[Cell]] = {}
        for cell in sorted(self.cells, key=lambda cell: cell.code):
            found.setdefault(cell.parent_code, []).append(cell)
        return {code: tuple(cells) for code, cells in found.items()}

    @cached_property
    def _neighbours(self) -> Mapping[str, tuple[Cell, ...]]:
        found: dict[str, list[Cell]] = {}
        for level in sorted({cell.level for cell in self.cells}):
            cells = self.of_level(level)
            pairs = shared_borders([cell.geometry for cell in cells], self.district.border_tolerance_m)
            for first, second in pairs:
                found.setdefault(cells[first].code, []).append(cells[second])
                found.setdefault(cells[second].code, []).append(cells[first])
        return {code: tuple(sorted(cells, key=lambda cell: cell.code)) for code, cells in found.items()}

    @cached_property
    def _index(self) -> CellIndex:
        return CellIndex(self)

    def cell(self, code: str) -> Cell:
        """The cell with a code.

        Raises:
            NotKnown: ``cell.unknown``.
        """
        found = self.cell_by_code.get(code)
        if found is None:
            raise NotKnown("cell.unknown", value=code)
        return found

    def of_level(self, level: int) -> tuple[Cell, ...]:
        """Cells of a level, by code."""
        return tuple(sorted((cell for cell in self.cells if cell.level == level), key=lambda cell: cell.code))

    def children(self, code: str) -> tuple[Cell, ...]:
        """Cells directly below a cell, or below the district when its code is given, by code.

        Raises:
            NotKnown: ``cell.unknown``.
        """
        if code != self.district.code:
            self.cell(code)
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[Cell, ...]:
        """Cells above a cell, from level 1 downwards; where the plan lacks its parent, those further up by the codes.

        Raises:
            NotKnown: ``cell.unknown``.
        """
        cell = self.cell(code)
        above: list[Cell] = []
        parent_code = cell.parent_code
        while parent_code:
            parent = self.cell_by_code.get(parent_code)
            if parent is None:
                parent_code = self._code_above(parent_code)
            elif parent.level >= cell.level:
                break
            else:
                above.append(parent)
                cell, parent_code = parent, parent.parent_code
        return tuple(reversed(above))

    def _code_above(self, code: str) -> str:
        """The parent's code by the scheme, '' above level 1 and for what is no cell code."""
        try:
            return self.district.scheme.parent(code)
        except InvalidValue:
            return ""

    def neighbours(self, code: str) -> tuple[Cell, ...]:
        """Cells of the same level that share a border, not only a corner, by code.

        Raises:
            NotKnown: ``cell.unknown``.
        """
        self.cell(code)
        return self._neighbours.get(code, ())

    def locate(self, xy: ArrayLike) -> Located:
        """The cells of points, one or a million.

        A point on a border belongs to the cell with the smallest code; so does a point in no cell that lies within
        ``district.border_tolerance_m`` of some. The deepest cell decides and the upper ones are its ancestors, so the
        levels agree. In a village without basic cells the village answers.

        Args:
            xy: Longitude and latitude in degrees, shape (n, 2), or (2,) for one point. Not finite: no coordinates.

        Raises:
            InvalidValue: ``place.shape``.
        """
        return self._index.locate(xy)
