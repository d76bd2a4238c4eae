"""Find where one more bridge would bring a vehicle soonest to a place: so it is told that water is in the way.

Junctions on opposite banks are taken to be joined in thought, each pair alone; one search from the base and one to the
place tell the best pair at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.roads.network import RoadNetwork
from gridgis.roads.searchers import TreeSearcher
from gridgis.roads.snapping import EndParts, Snapped, ways_in
from gridgis.roads.streets import Streets
from gridgis.roads.vehicle_roads import VehicleRoads
from gridgis.roads.weights import LENGTH_BITS, NEVER

LONGEST_M = 500.0  # of a bridge that is thought of
MOST_OF_ONE = 24  # neighbours of a junction that are looked at, the nearest ones
_MS_PER_S = 1000


@dataclass(frozen=True, eq=False)
class FarBanks:
    """Pairs (b) of junctions with water between them.

    Attributes:
        one: int32 (b), a junction.
        other: int32 (b), one across the water.
        gap_m: float64 (b), metres between them, straight.
    """

    one: NDArray[np.int32]
    other: NDArray[np.int32]
    gap_m: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MissingBridge:
    """The bridge that would help most.

    Attributes:
        from_node: Junction at which it would begin.
        to_node: Junction at which it would end.
        drive_s: Seconds on the road by it.
    """

    from_node: int
    to_node: int
    drive_s: float


def find_far_banks(network: RoadNetwork, junctions_xy: NDArray[np.float64], streets: Streets) -> FarBanks:
    """Junctions across water from each other, at most 500 m apart; none of a motorway, which has no bridges aside.

    Args:
        network: The network.
        junctions_xy: float64 (n, 2), metric coordinates.
        streets: Streets and water in the same coordinates.
    """
    from scipy.spatial import cKDTree

    if not len(streets.water) or not len(junctions_xy):
        return FarBanks(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0))
    water = shapely.STRtree(streets.water)
    points: NDArray[np.object_] = np.asarray(shapely.points(junctions_xy))
    near = np.setdiff1d(water.query(points, predicate="dwithin", distance=LONGEST_M)[0], _on_motorways(network))
    if not len(near):
        return FarBanks(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0))
    xy = junctions_xy[near]
    neighbours = np.atleast_1d(np.arange(2, min(MOST_OF_ONE, len(xy)) + 1))
    away, found = map(np.asarray, cKDTree(xy).query(xy, k=neighbours.tolist(), distance_upper_bound=LONGEST_M))
    row, column = np.nonzero(np.isfinite(away))
    one, other, gap_m = row, found[row, column], away[row, column]
    lines = shapely.linestrings(np.stack([xy[one], xy[other]], axis=1))
    across = np.unique(water.query(lines, predicate="intersects")[0])
    return FarBanks(near[one[across]].astype(np.int32), near[other[across]].astype(np.int32), gap_m[across])


def _on_motorways(network: RoadNetwork) -> NDArray[np.int32]:
    """Junctions of motorways and their ramps."""
    edges = np.flatnonzero([str(kind).startswith("motorway") for kind in network.highway])
    return np.concatenate([network.tail[edges], network.head[edges]])


def missing_bridge(
    roads: VehicleRoads,
    searcher: TreeSearcher,
    banks: FarBanks,
    ends: tuple[tuple[Snapped, EndParts], Snapped],
    crossing_m_per_s: float,
) -> MissingBridge | None:
    """The bridge by which one base would reach a place soonest, None where none would lead there.

    Args:
        roads: The network as a vehicle finds it.
        searcher: What searches it.
        banks: Where bridges are thought of.
        ends: The base with the ways out of it, and the place.
        crossing_m_per_s: How fast the vehicle drives on the bridge.
    """
    (_, out), to = ends
    into = ways_in(roads.graph, to)
    if not len(banks.one) or not len(out.node) or not len(into.node):
        return None
    passed = ~(roads.graph.closed_node[banks.one] | roads.graph.closed_node[banks.other])
    one, other, gap_m = banks.one[passed], banks.other[passed], banks.gap_m[passed]
    nodes = np.unique(np.concatenate([one, other]))
    reached = searcher.spread(out.node, out.weight, out.owner)[0]
    onward = np.full(roads.graph.topology.nodes, NEVER, dtype=np.int64)
    onward[nodes] = searcher.ways_to(into.node, into.weight, nodes).weight
    cross_ms = np.rint(gap_m / crossing_m_per_s * _MS_PER_S).astype(np.int64)
    begin, end = np.concatenate([one, other]), np.concatenate([other, one])
    possible = (reached[begin] < NEVER) & (onward[end] < NEVER)
    ms = (reached[begin] >> LENGTH_BITS) + np.tile(cross_ms, 2) + (onward[end] >> LENGTH_BITS)
    if not possible.any():
        return None
    best = int(np.argmin(np.where(possible, ms, np.iinfo(np.int64).max)))
    return MissingBridge(int(begin[best]), int(end[best]), float(ms[best]) / _MS_PER_S)
