"""Hold what all checks of one district at one moment look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.cells.cell import Cell, Unit
from gridgis.cells.locating import NoCell
from gridgis.cells.plan import GridPlan
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.errors import InvalidValue
from gridgis.norms import Norms
from gridgis.supervision.placing import PlacedSites, place_sites, site_xy


@dataclass(frozen=True)
class Scope:
    """A district at a moment, and the plan then in force.

    Attributes:
        state: The district.
        plan: The plan in force.
        when: The moment, aware.
        norms: The numbers to meet.
    """

    state: DistrictState
    plan: GridPlan
    when: datetime
    norms: Norms

    @property
    def day(self) -> date:
        """The local day."""
        return self.when.astimezone(LOCAL_TIME).date()

    @cached_property
    def placed(self) -> PlacedSites:
        """The sites in the plan's cells."""
        return place_sites(self.plan, self.state.sites)

    @cached_property
    def site_points(self) -> NDArray[np.float64]:
        """Lon/lat of the sites that have coordinates and that no person put in a cell, shape (n, 2)."""
        xy = site_xy([site for site in self.state.sites if not site.cell_code])
        return np.asarray(xy[np.isfinite(xy).all(axis=1)], dtype=np.float64)

    @property
    def has_ground(self) -> bool:
        """Whether it is known what lies outside the district."""
        return self.state.district.outline is not None or bool(self.plan.cells)

    def covers(self, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether points (n, 2) lie in the district, its border and the tolerance included."""
        reason = self.plan.locate(xy).reason
        return np.asarray((reason == NoCell.FOUND) | (reason == NoCell.GAP), dtype=np.bool_)

    def code_above(self, code: str) -> str:
        """The code one level up by the scheme, '' for what is no cell code."""
        try:
            return self.state.district.scheme.parent(code)
        except InvalidValue:
            return ""

    def town_of(self, code: str) -> Cell | None:
        """The town cell of a cell, by the plan, or by the code where the plan lacks the cell."""
        cell = self.plan.cell_by_code.get(code)
        while cell is None and code:
            code = self.code_above(code)
            cell = self.plan.cell_by_code.get(code)
        if cell is None or cell.level == 1:
            return cell
        above = self.plan.ancestors(cell.code)
        return above[0] if above and above[0].level == 1 else None

    @property
    def name_of_district(self) -> str:
        """The district as findings name it."""
        return self.state.district.name

    def name_of(self, code: str) -> str:
        """A cell, or the district, as findings name it."""
        cell = self.plan.cell_by_code.get(code)
        if cell is not None:
            return named(cell)
        return self.name_of_district if code == self.state.district.code else code


def named(cell: Cell | Unit) -> str:
    """A cell or unit as findings name it."""
    return f"{cell.name}（{cell.code}）" if cell.name else cell.code


def joined(shapes: list[shapely.Geometry]) -> shapely.Geometry | None:
    """The union of some ground, None for none."""
    if not shapes:
        return None
    valid = shapely.make_valid(np.asarray(shapes, dtype=object), method="structure")
    return shapely.union_all(valid)


def share_inside(shape: shapely.Geometry, ground: shapely.Geometry | None) -> float:
    """Share of a shape's area that lies in some ground."""
    area = float(shapely.area(shape))
    if ground is None or area <= 0:
        return 0.0
    return float(shapely.area(shapely.intersection(shape, ground))) / area
