"""Name the places that a question about the whole district is asked for: cells by their seats, sites by their risk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from gridgis.cells.plan import GridPlan
from gridgis.dispatch.state import DistrictState
from gridgis.supervision.enterprises import RiskColour

RISK_WEIGHT: Mapping[RiskColour, float] = MappingProxyType(
    {RiskColour.RED: 8.0, RiskColour.ORANGE: 4.0, RiskColour.YELLOW: 2.0, RiskColour.BLUE: 1.0}
)
"""How much an enterprise's site counts by its risk colour (待核)."""


@dataclass(frozen=True, eq=False)
class AskedPlaces:
    """Places (p) of one kind.

    Attributes:
        codes: By which each is known.
        names: What each is called.
        xy: float64 (p, 2), lon/lat.
        weight: float64 (p), how much each counts.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    xy: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        """Number of places."""
        return len(self.codes)


def cells_asked(plan: GridPlan, level: int) -> AskedPlaces:
    """The cells of one level by their seats, or a point inside where they have none; each counts 1."""
    cells = [cell for cell in plan.cells if cell.level == level]
    points = [cell.seat or cell.geometry.representative_point().coords[0] for cell in cells]
    xy = np.array(points, dtype=np.float64).reshape(-1, 2)
    return AskedPlaces(tuple(cell.code for cell in cells), tuple(cell.name for cell in cells), xy, np.ones(len(cells)))


def sites_asked(state: DistrictState, among: Collection[UUID] | None = None) -> AskedPlaces:
    """The placed sites of enterprises, each counting by its risk colour.

    Args:
        state: The district.
        among: Enterprises that count; all by default.
    """
    risk = {one.id: one.risk for one in state.enterprises if among is None or one.id in among}
    sites = [site for site in state.sites if site.placed and site.enterprise_id in risk]
    return AskedPlaces(
        tuple(site.code for site in sites),
        tuple(site.name for site in sites),
        np.array([(site.lon, site.lat) for site in sites], dtype=np.float64).reshape(-1, 2),
        np.array([RISK_WEIGHT[risk[site.enterprise_id]] for site in sites]),
    )
