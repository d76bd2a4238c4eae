"""Find where roads cross water, expressway, national road and railway, and say what they do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.demo.growth import Numbers
from geodata.demo.land import Land
from geodata.demo.roads import RANK, Road

OPEN, BRIDGE, UNDERPASS, CUT = 0, 1, 2, 3
_BANK_M, _SHORE_M, _STOP_SHORT_M, _LEAST_M = 9.0, 8.0, 14.0, 4.0
_HALF_M = {"motorway": 30.0, "trunk": 18.0, "rail": 12.0}


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of roads that something crosses.

    Attributes:
        road: Numbers of their roads (k).
        start: Metres along, where they begin.
        end: Where they end.
        kind: What the road does there: nothing, bridge, underpass, or it is cut.
        width_m: Width of the water, 0 for dry.
    """

    road: Numbers
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    kind: NDArray[np.int8]
    width_m: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> Spans:
        """Some of them."""
        return Spans(self.road[chosen], self.start[chosen], self.end[chosen], self.kind[chosen], self.width_m[chosen])


def find_crossings(land: Land, roads: Sequence[Road], lines: NDArray[np.object_]) -> Spans:
    """Every stretch of a road at which it is not simply open."""
    rank = np.array([road.rank for road in roads])
    bridges = np.array([road.bridges for road in roads])
    minor = rank < RANK["unclassified"]
    over = np.where(bridges, BRIDGE, CUT)
    under = np.where(bridges | ~minor, UNDERPASS, CUT)
    doing = {
        "motorway": np.where(rank >= RANK["motorway_link"], OPEN, under),
        "trunk": np.where(minor, under, OPEN),
        "rail": np.where(bridges | ~minor, OPEN, CUT),
    }
    found = []
    for water in land.waters:
        bank_m = _SHORE_M if water.kind == "lake" else water.width_m / 2 + _BANK_M
        found.append(_across(lines, water.shape, bank_m, over, wet=True))
    found += [
        _across(lines, route.line, _HALF_M[route.highway], doing[route.highway], wet=False)
        for route in land.routes
        if route.highway in doing
    ]
    columns = [np.concatenate([getattr(one, name) for one in found]) for name in Spans.__slots__]
    spans = Spans(*columns)
    return spans.where(spans.kind != OPEN)


def _across(
    lines: NDArray[np.object_], shape: shapely.Geometry, half_m: float, doing: NDArray[np.int_], *, wet: bool
) -> Spans:
    """Where roads cross a line or an area."""
    shapely.prepare(shape)
    road = np.flatnonzero(shapely.intersects(shape, lines))
    parts, owner = shapely.get_parts(shapely.intersection(lines[road], shape), return_index=True)
    points, part = shapely.get_coordinates(parts, return_index=True)
    road = road[owner]
    along = shapely.line_locate_point(lines[road[part]], shapely.points(points))
    start, end = np.full(len(parts), np.inf), np.full(len(parts), -np.inf)
    np.minimum.at(start, part, along)
    np.maximum.at(end, part, along)
    kind = doing[road].astype(np.int8)
    reach_m = half_m + np.where(kind == CUT, _STOP_SHORT_M, 0.0)
    return Spans(road, start - reach_m, end + reach_m, kind, np.full(len(parts), 2 * half_m if wet else 0.0))


def between_meetings(spans: Spans, road: Numbers, along: NDArray[np.float64], length_m: NDArray[np.float64]) -> Spans:
    """Spans cut back to the meetings with other roads beside them, as far as a few metres of them remain.

    Args:
        spans: The spans.
        road: Road of every meeting.
        along: Metres along it.
        length_m: Lengths of all roads.
    """
    scale = float(length_m.max()) + 10
    key = np.concatenate(([-np.inf], np.sort(road * scale + along), [np.inf]))
    middle = (spans.start + spans.end) / 2
    place = np.searchsorted(key, spans.road * scale + middle)
    before, after = key[place - 1] - spans.road * scale, key[place] - spans.road * scale
    start = np.minimum(np.maximum(spans.start, np.where(before >= 0, before, -np.inf)), middle - _LEAST_M)
    whole_m = length_m[spans.road]
    end = np.maximum(np.minimum(spans.end, np.where(after <= whole_m, after, np.inf)), middle + _LEAST_M)
    cut_back = spans.kind != CUT
    start = np.clip(np.where(cut_back, start, spans.start), 0, whole_m)
    end = np.clip(np.where(cut_back, end, spans.end), 0, whole_m)
    return Spans(spans.road, start, end, spans.kind, spans.width_m)
