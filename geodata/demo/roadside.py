"""Find places beside roads: where enterprises work, teams stand and alarms happen."""

from __future__ import annotations

from collections.abc import Sequence
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
_NEAR_M, _LEAST_M = 2000.0, 12.0


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

    def nearest(self, chance: np.random.Generator, at: Points, inside: Sequence[shapely.Geometry]) -> Points:
        """For each point (n, 2) the nearest dry place beside a street or road inside an area; else the point itself."""
        suited = np.flatnonzero((self.rank >= RANK["residential"]) & (self.length_m > _LEAST_M))
        tree = shapely.STRtree(np.asarray(shapely.linestrings(self.ends[suited]), dtype=np.object_))
        made = at.copy()
        points = np.asarray(shapely.points(at), dtype=np.object_)
        for number, (point, area) in enumerate(zip(points, inside, strict=True)):
            for piece in suited[_nearest_first(tree, point)].tolist():
                place = self._beside(chance, np.array([piece]))
                if self._dry(place)[0] and shapely.contains_xy(area, place[0, 0], place[0, 1]):
                    made[number] = place[0]
                    break
        return made

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


def _nearest_first(tree: shapely.STRtree, point: shapely.Point) -> Numbers:
    """Numbers of the lines near a point, the nearest first."""
    near = tree.query(point, predicate="dwithin", distance=_NEAR_M)
    return np.asarray(near[np.argsort(shapely.distance(tree.geometries[near], point), kind="stable")])
