"""Place sites in cells: by the map, or by the person who decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import nan

import numpy as np
from numpy.typing import NDArray

from gridgis.cells.cell import LEVELS
from gridgis.cells.locating import Located, NoCell
from gridgis.cells.plan import GridPlan
from gridgis.supervision.enterprises import Site


class Placing(IntEnum):
    """How a site came to its cells, or why it has none."""

    BY_MAP = 0  # by its coordinates
    BY_PERSON = 1  # a person fixed its cell
    UNPLACED = 2  # no coordinates and no fixed cell: waits in the queue
    GAP = 3  # inside the district, in no cell of the deepest level
    OUTSIDE = 4  # outside the district: listed for a decision


@dataclass(frozen=True, eq=False)
class PlacedSites:
    """Sites (n) and their cells.

    Attributes:
        sites: The sites, in the order given.
        located: Where the map has them.
        index: int32 (n, 3), places in the plan's cells of level 1, 2 and 3 after persons' decisions; -1 for none.
        placing: uint8 (n), `Placing` of each site.
    """

    sites: tuple[Site, ...]
    located: Located
    index: NDArray[np.int32]
    placing: NDArray[np.uint8]

    def codes(self) -> NDArray[np.object_]:
        """Codes of the cells, object (n, 3), '' where there is none."""
        codes = np.array([*(cell.code for cell in self.located.plan.cells), ""], dtype=object)
        return np.asarray(codes[self.index], dtype=object)


def place_sites(plan: GridPlan, sites: Sequence[Site]) -> PlacedSites:
    """The cells of sites in a plan.

    A cell fixed by a person holds whatever the map says, with the cells above it. A fixed cell that the plan does not
    have is passed over: the map decides, and the check of the district reports it.

    Args:
        plan: The plan.
        sites: Sites with or without coordinates.
    """
    located = plan.locate(site_xy(sites))
    index = located.index.copy()
    placing = np.array([_BY_REASON[NoCell(reason)] for reason in located.reason.tolist()], dtype=np.uint8)
    places = {cell.code: place for place, cell in reversed(list(enumerate(plan.cells)))}
    for row, site in enumerate(sites):
        if site.cell_code and site.cell_code in places:
            index[row] = -1
            for cell in (*plan.ancestors(site.cell_code), plan.cell(site.cell_code)):
                if cell.level in LEVELS:
                    index[row, cell.level - 1] = places[cell.code]
            placing[row] = Placing.BY_PERSON
    return PlacedSites(tuple(sites), located, index, placing)


def site_xy(sites: Sequence[Site]) -> NDArray[np.float64]:
    """Lon/lat of sites, shape (n, 2), NaN where a site has no coordinates."""
    pairs = [(site.lon, site.lat) if site.placed else (nan, nan) for site in sites]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


_BY_REASON = {
    NoCell.FOUND: Placing.BY_MAP,
    NoCell.OUTSIDE: Placing.OUTSIDE,
    NoCell.GAP: Placing.GAP,
    NoCell.NO_COORDINATES: Placing.UNPLACED,
}
