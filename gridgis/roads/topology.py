"""Lay a network out as arcs that can be driven, the same for all vehicles, hours and closures."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridgis.geometry import xy_to_metric
from gridgis.roads.network import RoadNetwork
from gridgis.roads.splitting import BareArcs, split_junctions
from gridgis.roads.streets import Streets

_HASH_VERSION = b"gridgis topology 1"
HASH_BYTES = 16


@dataclass(frozen=True, eq=False)
class Topology:
    """Arcs (a) between nodes (n), in the order of the nodes where they end.

    Every edge is an arc in its direction; a one-way edge is an arc in the other direction too, for those whom one-way
    rules do not bind. Only junctions where a rule forbids a turn are split: beside the node itself, which stands for
    coming from anywhere else, there is a node for every beginning of a forbidden sequence of edges, and each has arcs
    of its own onward.

    Attributes:
        junction: int32 (n), node of the network; for the nodes of the network themselves their own number.
        start: int32 (n + 1), arcs that end at node v are ``start[v]`` to ``start[v + 1]``.
        tail: int32 (a).
        head: int32 (a).
        edge: int32 (a), edge of the network.
        against: bool (a), whether the arc runs against the direction of its edge.
        length_m: float64 (a).
        along_street: bool (a), whether the arc runs along the shape of its street or against it.
        street: int32 (a), street of the arc.
        street_start: int32 (s + 1), arcs of street i are ``street_arc[street_start[i]:street_start[i + 1]]``.
        street_arc: int32 (a).
        metric_xy: float64 (n, 2), metric coordinates of nodes.
        barred_arc: int32 (b), arcs that a rule forbids.
        barred_by: int32 (b), the rule of each, a place in `RoadNetwork.turn_restrictions`.
    """

    junction: NDArray[np.int32]
    start: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    edge: NDArray[np.int32]
    against: NDArray[np.bool_]
    length_m: NDArray[np.float64]
    along_street: NDArray[np.bool_]
    street: NDArray[np.int32]
    street_start: NDArray[np.int32]
    street_arc: NDArray[np.int32]
    metric_xy: NDArray[np.float64]
    barred_arc: NDArray[np.int32]
    barred_by: NDArray[np.int32]

    @property
    def nodes(self) -> int:
        """Number of nodes, n."""
        return len(self.start) - 1

    @property
    def arcs(self) -> int:
        """Number of arcs, a."""
        return len(self.tail)

    @cached_property
    def split(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Junctions that are split, int32, sorted, and a node that each is split into: one entry for each such node."""
        nodes = np.flatnonzero(self.junction != np.arange(self.nodes))
        order = np.argsort(self.junction[nodes], kind="stable")
        return self.junction[nodes][order], nodes[order].astype(np.int32)

    def arcs_of(self, edges: Collection[int]) -> NDArray[np.int32]:
        """All arcs of some edges."""
        first, by_edge = self._by_edge
        return by_edge[places_of_runs(first, np.array(sorted(edges), dtype=np.intp))]

    def arcs_along(self, streets: NDArray[np.int32]) -> NDArray[np.int32]:
        """All arcs of some streets."""
        return self.street_arc[places_of_runs(self.street_start, streets)]

    @cached_property
    def _by_edge(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        by_edge = np.argsort(self.edge, kind="stable").astype(np.int32)
        return starts_of(self.edge[by_edge], int(self.edge.max(initial=-1)) + 1), by_edge

    @cached_property
    def links(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The undirected graph: starts int32 (n + 1) and neighbours int32, each once, no node its own neighbour."""
        apart = self.tail != self.head
        ends = self.tail[apart].astype(np.int64), self.head[apart].astype(np.int64)
        pairs = np.unique(np.concatenate([ends[0] * self.nodes + ends[1], ends[1] * self.nodes + ends[0]]))
        node, neighbour = np.divmod(pairs, max(1, self.nodes))
        return starts_of(node, self.nodes), neighbour.astype(np.int32)

    @cached_property
    def content_hash(self) -> str:
        """Name of what an order of the nodes depends on: their links and places (to the centimetre); hexadecimal."""
        made = hashlib.blake2b(_HASH_VERSION, digest_size=HASH_BYTES)
        for array in (*self.links, np.rint(self.metric_xy * 100).astype(np.int64)):
            made.update(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
        return made.hexdigest()


def lay_out(network: RoadNetwork, streets: Streets, turns: Mapping[tuple[int, ...], tuple[int, ...]]) -> Topology:
    """The arcs of a network.

    Args:
        network: The network.
        streets: Its streets.
        turns: Forbidden sequences of edges and the rules that forbid each.
    """
    alone = np.flatnonzero(network.oneway)
    edge = np.concatenate([np.arange(network.edges), alone]).astype(np.int32)
    against = np.arange(len(edge)) >= network.edges
    tail = np.where(against, network.head[edge], network.tail[edge])
    head = np.where(against, network.tail[edge], network.head[edge])
    split = split_junctions(BareArcs(tail, head, edge, against), network.nodes, turns)
    arcs = split.arcs
    order = np.lexsort((arcs.against, arcs.edge, arcs.tail, arcs.head))
    tail, head, edge, against = arcs.tail[order], arcs.head[order], arcs.edge[order], arcs.against[order]
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    street = streets.of_edge[edge]
    street_arc = np.argsort(street, kind="stable").astype(np.int32)
    xy = np.column_stack([network.x, network.y])
    return Topology(
        junction=split.junction,
        start=starts_of(head, len(split.junction)),
        tail=tail,
        head=head,
        edge=edge,
        against=against,
        length_m=network.length_m[edge],
        along_street=streets.forward[edge] ^ against,
        street=street,
        street_start=starts_of(street[street_arc], len(streets.shapes)),
        street_arc=street_arc,
        metric_xy=(xy_to_metric(xy, streets.metric_epsg) if len(xy) else xy)[split.junction],
        barred_arc=place[split.barred[:, 0]],
        barred_by=split.barred[:, 1].astype(np.int32),
    )


def places_of_runs(first: NDArray[Any], chosen: NDArray[Any]) -> NDArray[np.int64]:
    """The places from ``first[i]`` to ``first[i + 1]`` for each chosen i, one after the other."""
    begin, count = first[chosen], first[chosen + 1] - first[chosen]
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    made: NDArray[np.int64] = np.repeat(begin, count) + offset
    return made


def starts_of(values: NDArray[np.int32] | NDArray[np.int64], count: int) -> NDArray[np.int32]:
    """Where each number 0 … count - 1 begins in sorted values, and the end."""
    return np.searchsorted(values, np.arange(count + 1)).astype(np.int32)
