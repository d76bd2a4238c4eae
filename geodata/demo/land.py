"""Hold what everything else of a demo district follows: its ground, waters, main roads and towns, and the seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.demo.chance import stream
from geodata.demo.ground import Ground
from geodata.demo.main_roads import Route, plan_routes
from geodata.demo.street_grids import StreetGrid, plan_towns
from geodata.demo.waters import Water, lay_waters


@dataclass(frozen=True)
class Land:
    """The bare land.

    Attributes:
        seed: What everything made up is drawn from.
        ground: The district on a plane.
        waters: Rivers, lakes and canals.
        routes: Main roads and railway, before their carriageways are drawn.
        towns: Street grids of the district's seat and of the towns.
    """

    seed: int
    ground: Ground
    waters: tuple[Water, ...]
    routes: tuple[Route, ...]
    towns: tuple[StreetGrid, ...]

    @classmethod
    def of(cls, seed: int) -> Land:
        """The land of a seed."""
        ground = Ground.of_jiangyan()
        return cls(seed, ground, lay_waters(ground, seed), plan_routes(ground, seed), plan_towns(ground, seed))

    def chance(self, noun: str) -> np.random.Generator:
        """The random numbers of one noun."""
        return stream(self.seed, noun)
