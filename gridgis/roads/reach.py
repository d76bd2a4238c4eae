"""Answer many questions at once: a matrix of times, and who comes first to every junction and to every place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.searchers import TreeSearcher
from gridgis.roads.snapping import EndParts, Snapped, ways_along_street, ways_in
from gridgis.roads.vehicle_roads import VehicleRoads
from gridgis.roads.weights import LENGTH_BITS, NEVER, metres, milliseconds, seconds

KMH_PER_MS = 3.6

Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Times and lengths of ways from origins (k) to places (p).

    Attributes:
        travel_ms: int64 (k, p), whole milliseconds, -1 when out of reach.
        travel_s: float64 (k, p), seconds, infinity when out of reach.
        distance_m: float64 (k, p), metres, infinity when out of reach.
        walk_m: float64 (p), metres from the end of the road to each place, straight; infinity without a usable road.
        origin_walk_m: float64 (k), metres from each origin to the road.
    """

    travel_ms: Longs
    travel_s: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    walk_m: NDArray[np.float64]
    origin_walk_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FirstComers:
    """Who comes first to each of some points (p).

    Attributes:
        origin: int32 (p), the origin, -1 where none comes; of those that come equally soon the first.
        arrival_s: float64 (p), seconds to the end of the road, the origin's start among them; infinity for none.
        walk_m: float64 (p), metres from the end of the road to the point, straight; 0 for junctions.
        walk_s: float64 (p), seconds of those metres on foot.
    """

    origin: NDArray[np.int32]
    arrival_s: NDArray[np.float64]
    walk_m: NDArray[np.float64]
    walk_s: NDArray[np.float64]


def travel_matrix(
    roads: VehicleRoads, searcher: TreeSearcher, origins: tuple[Snapped, EndParts], places: Snapped
) -> TravelMatrix:
    """Every way from origins to places, by as many searches as there are points on the side with fewer."""
    (origins_at, out), into = origins, ways_in(roads.graph, places)
    count = len(origins_at.street), len(places.street)
    weight = np.full(count, NEVER, dtype=np.int64)
    if count[0] <= count[1]:
        for origin, (first, last) in enumerate(_runs(out, count[0])):
            reached = searcher.weights_from(out.node[first:last], out.weight[first:last], into.node)
            np.minimum.at(weight[origin], into.owner, reached + into.weight)
    else:
        for place, (first, last) in enumerate(_runs(into, count[1])):
            reached = searcher.ways_to(into.node[first:last], into.weight[first:last], out.node).weight
            np.minimum.at(weight[:, place], out.owner, reached + out.weight)
    for way in ways_along_street(roads.graph, origins_at, places):
        weight[way.origin, way.place] = min(weight[way.origin, way.place], way.weight)
    return TravelMatrix(milliseconds(weight), seconds(weight), metres(weight), places.away_m, origins_at.away_m)


def _runs(parts: EndParts, owners: int) -> list[tuple[int, int]]:
    """Where the parts of each owner begin and end."""
    first = np.searchsorted(parts.owner, np.arange(owners + 1)).tolist()
    return list(pairwise(first))


def started(out: EndParts, start_ms: Longs) -> Longs:
    """Weights of the ways out of origins that start after some milliseconds, int64 (k)."""
    return out.weight + (start_ms[out.owner] << LENGTH_BITS)


def first_at_junctions(
    roads: VehicleRoads, searcher: TreeSearcher, origins: tuple[Snapped, EndParts], start_ms: Longs
) -> FirstComers:
    """Who comes first to every junction (n) of the network, however it is come to."""
    topology, out = roads.graph.topology, origins[1]
    reached, whose = searcher.spread(out.node, started(out, start_ms), out.owner)
    for junction, node in zip(*(ends.tolist() for ends in topology.split), strict=True):
        reached[junction], whose[junction] = min((reached[junction], whose[junction]), (reached[node], whose[node]))
    nodes = roads.network.nodes
    return FirstComers(whose[:nodes], seconds(reached[:nodes]), np.zeros(nodes), np.zeros(nodes))


def first_at_places(
    roads: VehicleRoads,
    searcher: TreeSearcher,
    origins: tuple[Snapped, EndParts],
    places: Snapped,
    start_ms: Longs,
    *,
    walk_kmh: float,
) -> FirstComers:
    """Who comes first to each of some places (p)."""
    out, into = origins[1], ways_in(roads.graph, places)
    reached, whose = searcher.spread(out.node, started(out, start_ms), out.owner)
    by_part = np.minimum(reached[into.node] + into.weight, NEVER)
    weight, owner = np.full(len(places.street), NEVER, dtype=np.int64), np.full(len(places.street), len(start_ms))
    np.minimum.at(weight, into.owner, by_part)
    best = (by_part == weight[into.owner]) & (by_part < NEVER)
    np.minimum.at(owner, into.owner[best], whose[into.node[best]])
    for way in ways_along_street(roads.graph, origins[0], places):
        arrived = way.weight + (int(start_ms[way.origin]) << LENGTH_BITS)
        weight[way.place], owner[way.place] = min((weight[way.place], owner[way.place]), (arrived, way.origin))
    came = np.where(weight < NEVER, owner, -1).astype(np.int32)
    return FirstComers(came, seconds(weight), places.away_m, places.away_m / (walk_kmh / KMH_PER_MS))
