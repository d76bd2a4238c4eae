"""Find places beside roads: where enterprises work, teams stand and alarms happen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers
from geodata.demo.roads import RANK, Points
from geodata.demo.strands import OPEN, Strands
from geodata.demo.waters import Water, lakes_of

_OFF_M = (10.0, 34.0)
_WATER_M = 12.0
_LEAST_INSIDE_M = 2.0
_ROUNDS = 12


@dataclass(frozen=True)
class Roadside:
    """Pieces of road beside which something can stand.

    Attributes:
        ground: The district.
        ends: Both ends (k, 2, 2) of each piece in metres.
        rank: Importance (k) of its road.
        length_m: Its length (k).
        wet: Water and its banks.
    """

    ground: Ground
    ends: NDArray[np.float64]
    rank: Numbers
    length_m: NDArray[np.float64]
    wet: shapely.STRtree

    @classmethod
    def of(cls, ground: Ground, strands: Strands, waters: tuple[Water, ...]) -> Roadside:
        """The roads on the ground, but for tracks, expressway and national road."""
        rank = np.array([road.rank for road in strands.roads])[strands.road]
        usable = (strands.kind == OPEN) & (rank >= RANK["service"]) & (rank < RANK["trunk"])
        first = np.flatnonzero(usable)
        ends = np.stack((strands.xy[strands.node[first]], strands.xy[strands.node[first + 1]]), axis=1)
        inside = shapely.contains_xy(ground.area, ends.mean(axis=1))
        ends, first = ends[inside], first[inside]
        streams = [
            shapely.buffer(water.shape, water.width_m / 2 + _WATER_M) for water in waters if water.kind != "lake"
        ]
        wet = shapely.STRtree([*streams, *shapely.buffer(lakes_of(waters), _WATER_M)])
        return cls(ground, ends, rank[first], np.hypot(*(ends[:, 1] - ends[:, 0]).T), wet)

    @property
    def middle(self) -> Points:
        """Middle of each piece (k, 2)."""
        return np.asarray(self.ends.mean(axis=1))

    def draw(self, chance: np.random.Generator, weight: NDArray[np.float64], count: int) -> Points:
        """Dry places (count, 2) beside pieces drawn by weight (k)."""
        share = weight / weight.sum()
        found: list[Points] = []
        left = count
        for _ in range(_ROUNDS):
            piece = chance.choice(len(share), 2 * left, p=share)
            points = self._beside(chance, piece)
            points = points[self._dry(points)][:left]
            found.append(points)
            left -= len(points)
            if not left:
                break
        return np.concatenate(found)

    def nearest(self, chance: np.random.Generator, at: Points, least_rank: int = RANK["residential"]) -> Points:
        """A dry place beside the road of some rank that is nearest to each point (n, 2)."""
        suited = np.flatnonzero((self.rank >= least_rank) & (self.length_m > 12))
        tree = shapely.STRtree(shapely.linestrings(self.ends[suited]))
        places = []
        for point in at:
            near = tree.query(shapely.Point(point), predicate="dwithin", distance=1500)
            away = shapely.distance(tree.geometries[near], shapely.Point(point))
            for piece in suited[near[np.argsort(away, kind="stable")]][:40].tolist():
                places_here = self._beside(chance, np.array([piece]))
                if self._dry(places_here)[0]:
                    places.append(places_here[0])
                    break
        return np.array(places)

    def _beside(self, chance: np.random.Generator, piece: Numbers) -> Points:
        ends = self.ends[piece]
        along = chance.uniform(0.1, 0.9, len(piece))[:, None]
        way = (ends[:, 1] - ends[:, 0]) / np.maximum(self.length_m[piece], 1e-6)[:, None]
        side = chance.choice((-1.0, 1.0), len(piece)) * chance.uniform(*_OFF_M, len(piece))
        off = side[:, None] * np.column_stack((-way[:, 1], way[:, 0]))
        return np.asarray(ends[:, 0] + along * (ends[:, 1] - ends[:, 0]) + off)

    def _dry(self, points: Points) -> NDArray[np.bool_]:
        inside = np.asarray(shapely.contains_xy(shapely.buffer(self.ground.area, -_LEAST_INSIDE_M), points))
        inside[np.unique(self.wet.query(shapely.points(points), predicate="intersects")[0])] = False
        return inside
