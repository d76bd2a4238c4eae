"""Find what is likely wrong with the drawing of roads: islands, and ends that stop for no reason to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.geometry import xy_to_metric
from gridgis.roads.router import Router

NEAR_M = 20.0
EDGE_OF_FILE_M = 150.0
MAIN_CLASSES = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})


class EndKind(StrEnum):
    """Why an end is suspicious."""

    MAIN_ROAD = "main_road"  # a main road that just ends
    GAP = "gap"  # another road runs by without meeting it


@dataclass(frozen=True, eq=False)
class Island:
    """A part of the network to which nothing snaps: one can't drive there and back.

    Attributes:
        edges: Places of its edges in the network, each road once.
        length_m: Metres of road, two-way roads once.
        names: Names of roads in it, at most three.
    """

    edges: NDArray[np.int64]
    length_m: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuspiciousEnd:
    """An end of a road that may be a mistake.

    Attributes:
        kind: Why.
        node_id: OSM id of the node.
        lon: Where.
        lat: Where.
        highway: Class of the road that ends.
        name: Its name, '' for none.
        gap_m: Metres to the nearest road that it does not meet, infinity where none is near.
    """

    kind: EndKind
    node_id: int
    lon: float
    lat: float
    highway: str
    name: str
    gap_m: float


def find_islands(router: Router, profile_code: str) -> tuple[Island, ...]:
    """Islands for a vehicle, the longest first; limits, closures and rules about turning are not considered.

    Raises:
        NotKnown: ``profile.unknown``.
    """
    network = router.network
    cut_off = np.flatnonzero(router.cut_off_edges(profile_code) & ~network.reversed)
    if not len(cut_off):
        return ()
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    tail, head = network.tail[cut_off], network.head[cut_off]
    links = csr_array((np.ones(len(cut_off), dtype=np.int8), (tail, head)), shape=(network.nodes, network.nodes))
    label = connected_components(links, directed=False)[1][tail]
    order = np.argsort(label, kind="stable")
    groups = np.split(cut_off[order], np.flatnonzero(np.diff(label[order])) + 1)
    made = [
        Island(
            edges,
            float(network.length_m[edges].sum()),
            tuple(dict.fromkeys(str(name) for name in network.name[edges] if name))[:3],
        )
        for edges in groups
    ]
    return tuple(sorted(made, key=lambda one: (-one.length_m, int(one.edges[0]))))


def find_suspicious_ends(router: Router, *, near_m: float = NEAR_M) -> tuple[SuspiciousEnd, ...]:
    """Ends of roads that may be mistakes, the smallest gaps first, then main roads that just end.

    Ends at a barrier, on the edge of the file (within 150 m of what it covers), and footways, paths and stairs are
    left out.

    Args:
        router: The roads.
        near_m: A road within so many metres of an end leaves a gap.
    """
    network, streets = router.network, router.streets
    ends = np.flatnonzero(network.street_count == 1)
    if not len(ends):
        return ()
    edge_of = np.full(network.nodes, -1, dtype=np.int64)
    edge_of[network.tail], edge_of[network.head] = np.arange(network.edges), np.arange(network.edges)
    driven = np.array([str(kind).removesuffix("_link") in _DRIVEN for kind in network.highway], dtype=bool)
    ends = ends[(edge_of[ends] >= 0) & driven[edge_of[ends]] & np.array([not network.node_tags[one] for one in ends])]
    metric = xy_to_metric(np.column_stack([network.x, network.y]), streets.metric_epsg)
    covered = shapely.total_bounds(streets.shapes)
    least, most = covered[:2] + EDGE_OF_FILE_M, covered[2:] - EDGE_OF_FILE_M
    ends = ends[((metric[ends] > least) & (metric[ends] < most)).all(axis=1)]
    gap_m = _gaps_m(router, ends, metric, driven, near_m)
    found = []
    for node, gap in zip(ends.tolist(), gap_m.tolist(), strict=True):
        edge = int(edge_of[node])
        highway = str(network.highway[edge])
        main = highway.removesuffix("_link") in MAIN_CLASSES
        if main or np.isfinite(gap):
            kind = EndKind.GAP if np.isfinite(gap) else EndKind.MAIN_ROAD
            place = (int(network.node_id[node]), float(network.x[node]), float(network.y[node]))
            found.append(SuspiciousEnd(kind, *place, highway, str(network.name[edge]), gap))
    return tuple(sorted(found, key=lambda one: (one.gap_m, one.node_id)))


_DRIVEN = MAIN_CLASSES | {"unclassified", "residential", "living_street", "road", "service", "busway"}


def _gaps_m(
    router: Router, ends: NDArray[np.intp], metric: NDArray[np.float64], driven: NDArray[np.bool_], near_m: float
) -> NDArray[np.float64]:
    """Metres from each end to the nearest driven road that does not come near by the end's own road."""
    network, streets = router.network, router.streets
    made = np.full(len(ends), np.inf)
    kept = np.unique(streets.of_edge[driven])
    tree = shapely.STRtree(streets.shapes[kept])
    points: NDArray[np.object_] = np.asarray(shapely.points(metric[ends]))
    end, street = tree.query(points, predicate="dwithin", distance=near_m)
    at = np.column_stack([network.tail, network.head])
    nodes_of: dict[int, set[int]] = {}
    for number, pair in zip(streets.of_edge.tolist(), at.tolist(), strict=True):
        nodes_of.setdefault(number, set()).update(pair)
    own = {
        node: {other for number in numbers for other in nodes_of[number]} for node, numbers in _streets_at(router, ends)
    }
    for one, number in zip(end.tolist(), kept[street].tolist(), strict=True):
        if not nodes_of[number] & own[int(ends[one])]:
            made[one] = min(made[one], float(shapely.distance(points[one], streets.shapes[number])))
    return made


def _streets_at(router: Router, nodes: NDArray[np.intp]) -> list[tuple[int, set[int]]]:
    """The streets that meet each of some nodes."""
    network, of_edge = router.network, router.streets.of_edge
    found: dict[int, set[int]] = {int(node): set() for node in nodes}
    wanted = np.isin(network.tail, nodes) | np.isin(network.head, nodes)
    for edge in np.flatnonzero(wanted).tolist():
        for node in (int(network.tail[edge]), int(network.head[edge])):
            if node in found:
                found[node].add(int(of_edge[edge]))
    return list(found.items())
