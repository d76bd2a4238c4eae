"""Tell for closures which places they concern: those to which the first comer's way leads over a closed edge.

A tree of best ways is grown from all origins at once. As long as every edge of the way to a place stays open, nobody
comes there later; so a closure need only be searched for the places behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.snapping import EndParts, Snapped, ways_along_street, ways_in
from gridgis.roads.vehicle_roads import VehicleRoads
from gridgis.roads.weights import LENGTH_BITS, NEVER

NONE = -1

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


def places_behind(
    roads: VehicleRoads,
    reached: tuple[Longs, Ints],
    origins: tuple[Snapped, EndParts, Longs],
    places: Snapped,
    closures: Sequence[Collection[int]],
) -> list[Longs]:
    """For each closure the places whose first comer drives over it, or snaps to it, or which snap to it themselves.

    Args:
        roads: The network as a vehicle finds it.
        reached: int64 (n) and int32 (n), weight of the best way to each node and whose it is.
        origins: Where origins (k) are, the parts of arcs by which they leave, and int64 (k) when each starts.
        places: Where places (p) are.
        closures: Edges that are closed together, one closure after the other.

    Returns:
        Numbers of places, int64, for each closure.
    """
    graph, (snapped, _, start_ms) = roads.graph, origins
    topology = graph.topology
    of_street = _closures_of_streets(roads, closures)
    passed = _passed_at_nodes(graph, reached, origins, of_street)
    into = ways_in(graph, places)
    by_part = np.minimum(reached[0][into.node] + into.weight, NEVER)
    best = np.full(len(places.street), NEVER, dtype=np.int64)
    np.minimum.at(best, into.owner, by_part)
    behind: list[set[int]] = [set() for _ in closures]
    for part in np.flatnonzero((by_part == best[into.owner]) & (by_part < NEVER)).tolist():
        place = int(into.owner[part])
        for closure in (*passed[int(into.node[part])], *of_street.get(int(places.street[place]), ())):
            behind[closure].add(place)
    for way in ways_along_street(graph, snapped, places):
        if way.weight + (int(start_ms[way.origin]) << LENGTH_BITS) <= best[way.place]:
            for closure in of_street.get(int(topology.street[way.arc]), ()):
                behind[closure].add(way.place)
    return [np.array(sorted(found), dtype=np.int64) for found in behind]


def _closures_of_streets(roads: VehicleRoads, closures: Sequence[Collection[int]]) -> dict[int, tuple[int, ...]]:
    """The closures to which the edges of each street belong."""
    found: dict[int, tuple[int, ...]] = {}
    for number, edges in enumerate(closures):
        for street in {int(roads.streets.of_edge[edge]) for edge in edges}:
            found[street] = (*found.get(street, ()), number)
    return found


def _passed_at_nodes(
    graph: SearchGraph,
    reached: tuple[Longs, Ints],
    origins: tuple[Snapped, EndParts, Longs],
    of_street: dict[int, tuple[int, ...]],
) -> list[tuple[int, ...]]:
    """The closures on the one best way that is followed to each node (n)."""
    topology, (weight, whose), (snapped, out, start_ms) = graph.topology, reached, origins
    parent, order = grow_tree(graph, weight, out, start_ms)
    passed: list[tuple[int, ...]] = [()] * len(weight)
    tails, streets, owners = topology.tail.tolist(), topology.street.tolist(), whose.tolist()
    parents, started = parent.tolist(), snapped.street.tolist()
    for node in order.tolist():
        arc = parents[node]
        if arc >= 0:
            before, here = passed[tails[arc]], of_street.get(streets[arc], ())
        else:
            before, here = (), of_street.get(started[owners[node]], ())
        passed[node] = before if not here else tuple(dict.fromkeys((*before, *here)))
    return passed


def grow_tree(graph: SearchGraph, weight: Longs, out: EndParts, start_ms: Longs) -> tuple[Longs, Longs]:
    """A tree of best ways from all origins.

    Returns:
        The arc by which each node (n) is come to, -1 where an origin begins; and the nodes that are reached, each after
        the one before it on its way.
    """
    topology, arc_weight = graph.topology, graph.weight
    begins = weight[out.node] == out.weight + (start_ms[out.owner] << LENGTH_BITS)
    settled = np.zeros(len(weight), dtype=bool)
    settled[out.node[begins]] = True
    begun = weight[topology.tail]
    tight = np.flatnonzero((begun < NEVER) & (arc_weight < NEVER) & (begun + arc_weight == weight[topology.head]))
    parent = np.full(len(weight), NONE, dtype=np.int64)
    turn = np.zeros(len(weight), dtype=np.int64)
    onward = tight[(arc_weight[tight] > 0) & ~settled[topology.head[tight]]][::-1]
    parent[topology.head[onward]] = onward
    settled[topology.head[onward]] = True
    still = tight[arc_weight[tight] == 0]
    while True:  # arcs of no weight, one after the other
        more = still[settled[topology.tail[still]] & ~settled[topology.head[still]]][::-1]
        if not len(more):
            break
        parent[topology.head[more]] = more
        turn[topology.head[more]] = turn.max() + 1
        settled[topology.head[more]] = True
    order = np.lexsort((turn, weight))
    return parent, order[settled[order]]
