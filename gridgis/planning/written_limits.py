"""Write a cell's limits in words (四至): what lies at its border to the east, south, west and north."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

SIDES = ("east", "south", "west", "north")
_FACING = ("east", "north", "west", "south")
_NAMED_WITHIN_M = 30.0
_LEAST_SHARE = 0.3


class LimitKind(StrEnum):
    """What a limit is."""

    ROAD = "road"
    RIVER = "river"
    NEIGHBOUR = "neighbour"
    EDGE = "edge"  # the district's edge, or nothing that has a name


@dataclass(frozen=True, slots=True)
class Limit:
    """What lies on one side of a cell.

    Attributes:
        side: East, south, west or north.
        kind: What it is.
        names: Names from the longest stretch to the shortest, at most three.
    """

    side: str
    kind: LimitKind
    names: tuple[str, ...]


def written_limits(
    area: Polygon | MultiPolygon,
    lines: Iterable[tuple[LimitKind, str, shapely.Geometry]],
    neighbours: Mapping[str, Polygon | MultiPolygon],
) -> tuple[Limit, ...]:
    """The four limits of an area, in the order in which they are read out: east, south, west, north.

    A stretch of the border belongs to the side that it faces. A named road or river within 30 m along it comes first,
    then the neighbour across it.

    Args:
        area: The cell, metres.
        lines: Named roads and rivers near it, metres.
        neighbours: Cells around it by name, metres.
    """
    stretches = _stretches(area)
    near = [(kind, name, shapely.buffer(line, _NAMED_WITHIN_M)) for kind, name, line in lines if name]
    beside = [(LimitKind.NEIGHBOUR, name, shapely.buffer(other, 1.0)) for name, other in sorted(neighbours.items())]
    return tuple(_limit(side, stretches[side], near, beside) for side in SIDES)


Things = Sequence[tuple[LimitKind, str, shapely.Geometry]]


def _limit(side: str, stretch: shapely.Geometry, near: Things, beside: Things) -> Limit:
    length_m = float(shapely.length(stretch))
    if length_m <= 0:
        return Limit(side, LimitKind.EDGE, ())
    for things in (near, beside):
        along: dict[tuple[LimitKind, str], float] = {}
        for kind, name, ground in things:
            shared_m = float(shapely.length(shapely.intersection(stretch, ground)))
            along[kind, name] = along.get((kind, name), 0.0) + shared_m
        told = sorted(
            (key for key, shared_m in along.items() if shared_m >= _LEAST_SHARE * length_m),
            key=lambda key: (-along[key], key),
        )
        if told:
            kind = told[0][0]
            return Limit(side, kind, tuple(name for one, name in told if one is kind)[:3])
    return Limit(side, LimitKind.EDGE, ())


def _stretches(area: Polygon | MultiPolygon) -> dict[str, shapely.Geometry]:
    """The outer border by the side that each stretch faces."""
    held: dict[str, list[shapely.LineString]] = {side: [] for side in SIDES}
    for part in shapely.get_parts(area):
        ring = shapely.get_coordinates(shapely.orient_polygons(part).exterior)
        step = np.diff(ring, axis=0)
        outward = np.degrees(np.arctan2(-step[:, 0], step[:, 1]))  # right of the way of a ring that runs left about
        for place, angle in enumerate(outward.tolist()):
            side = _FACING[int((angle + 45) // 90) % 4]
            held[side].append(shapely.LineString(ring[place : place + 2]))
    return {side: shapely.MultiLineString(lines) for side, lines in held.items()}
