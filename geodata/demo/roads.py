"""Say what a demo road is before it is joined to others: its class, line, and what it may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
RANK: Mapping[str, int] = MappingProxyType(
    {
        "motorway": 9,
        "motorway_link": 8,
        "trunk": 7,
        "primary": 6,
        "secondary": 5,
        "tertiary": 4,
        "unclassified": 3,
        "residential": 2,
        "service": 1,
        "track": 0,
    }
)
"""Importance of each class."""


@dataclass(frozen=True, slots=True)
class Road:
    """A road as drawn, before it is joined to others.

    Attributes:
        highway: Its class in OpenStreetMap.
        line: Points (n, 2) in metres.
        name: '' for none.
        ref: '' for none.
        oneway: Whether it is driven in the direction of its points only.
        bridges: Whether it is worth a bridge; one that is not ends at the water.
        gated: Whether a gate stands at its start.
    """

    highway: str
    line: Points
    name: str = ""
    ref: str = ""
    oneway: bool = False
    bridges: bool = False
    gated: bool = False

    @property
    def rank(self) -> int:
        """Importance of its class."""
        return RANK[self.highway]
