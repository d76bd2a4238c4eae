"""Find places beside roads: where enterprises work, teams stand and alarms happen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.crossings import OPEN
from geodata.demo.ground import Ground
from geodata.demo.growth import Floats, Numbers
from geodata.demo.land import Land
from geodata.demo.roads import RANK, Points
from geodata.demo.strands import Strands
from geodata.demo.waters import lakes_of

_OFF_M = (10.0, 34.0)
_WATER_M = 12.0
_LEAST_INSIDE_M = 2.0
_WITHIN_M = (300.0, 3000.0, 30_000.0)


@dataclass(frozen=True)
class Roadside:
    """Pieces of road beside which something can stand.

    Attributes:
        ground: The district.
        ends: Both ends (k, 2, 2) of each piece in metres.
        rank: Importance (k) of its road.
        length_m: Its length (k).
        area: The district but for a narrow margin, in metres.
        wet: Water and its banks.
    """

    ground: Ground
    ends: Floats
    rank: Numbers
    length_m: Floats
    area: shapely.Geometry
    wet: shapely.STRtree

    @classmethod
    def of(cls, land: Land, strands: Strands) -> Roadside:
        """The roads on the ground, but for tracks, expressway and national road."""
        ground = land.ground
        rank = np.array([road.rank for road in strands.roads])[strands.road]
        usable = (strands.kind == OPEN) & (rank >= RANK["service"]) & (rank < RANK["trunk"])
        first = np.flatnonzero(usable)
        ends = np.stack((strands.xy[strands.node[first]], strands.xy[strands.node[first + 1]]), axis=1)
        inside = shapely.contains_xy(ground.area, ends.mean(axis=1))
        ends, first = ends[inside], first[inside]
        streams = [
            shapely.buffer(water.shape, water.width_m / 2 + _WATER_M) for water in land.waters if water.kind != "lake"
        ]
        wet = shapely.STRtree([*streams, *shapely.buffer(lakes_of(land.waters), _WATER_M)])
        length_m = np.asarray(np.hypot(*(ends[:, 1] - ends[:, 0]).T), dtype=np.float64)
        area = shapely.buffer(ground.area, -_LEAST_INSIDE_M)
        shapely.prepare(area)
        return cls(ground, ends, rank[first], length_m, area, wet)

    @property
    def middle(self) -> Points:
        """Middle of each piece (k, 2)."""
        return np.asarray(self.ends.mean(axis=1))

    def draw(self, chance: np.random.Generator, weight: Floats, count: int) -> Points:
        """Dry places (count, 2) beside pieces drawn by weight (k)."""
        share = weight / weight.sum()
        found: list[Points] = []
        left = count
        while left:
            points = self._beside(chance, chance.choice(len(share), 2 * left, p=share))
            points = points[self._dry(points)][:left]
            found.append(points)
            left -= len(points)
        return np.concatenate(found)

    def nearest(self, chance: np.random.Generator, at: Points, least_rank: int = RANK["residential"]) -> Points:
        """A dry place beside the road of some rank that is nearest to each point (n, 2)."""
        suited = np.flatnonzero((self.rank >= least_rank) & (self.length_m > 12))
        tree = shapely.STRtree(np.asarray(shapely.linestrings(self.ends[suited]), dtype=np.object_))
        return np.array([self._nearest(chance, shapely.Point(point), suited, tree) for point in at])

    def _nearest(
        self, chance: np.random.Generator, point: shapely.Point, suited: Numbers, tree: shapely.STRtree
    ) -> Points:
        """The place for one point, the point itself where there is none."""
        for within_m in _WITHIN_M:
            near = tree.query(point, predicate="dwithin", distance=within_m)
            away_m = shapely.distance(tree.geometries[near], point)
            for piece in suited[near[np.argsort(away_m, kind="stable")]].tolist():
                place = self._beside(chance, np.array([piece]))
                if self._dry(place)[0]:
                    return np.asarray(place[0])
        return np.array(point.coords[0])

    def _beside(self, chance: np.random.Generator, piece: Numbers) -> Points:
        ends = self.ends[piece]
        along = chance.uniform(0.1, 0.9, len(piece))[:, None]
        way = (ends[:, 1] - ends[:, 0]) / np.maximum(self.length_m[piece], 1e-6)[:, None]
        side = chance.choice((-1.0, 1.0), len(piece)) * chance.uniform(*_OFF_M, len(piece))
        off = side[:, None] * np.column_stack((-way[:, 1], way[:, 0]))
        return np.asarray(ends[:, 0] + along * (ends[:, 1] - ends[:, 0]) + off)

    def _dry(self, points: Points) -> NDArray[np.bool_]:
        inside = np.asarray(shapely.contains_xy(self.area, points))
        inside[self.wet.query(np.asarray(shapely.points(points)), predicate="intersects")[0]] = False
        return inside
