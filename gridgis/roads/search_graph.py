"""Lay a network out for the search of one vehicle: arcs sorted by the node where they end, costs in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.network import RoadNetwork
from gridgis.roads.passage import CLOSED_NODE, Passage
from gridgis.roads.streets import Streets


@dataclass(frozen=True, eq=False)
class SearchGraph:
    """Arcs (a) that one vehicle may drive, in the order of the nodes (n) where they end.

    Attributes:
        start: int32 (n + 1), arcs that end at node v are ``start[v]`` to ``start[v + 1]``.
        tail: int32 (a).
        head: int32 (a).
        ms: int64 (a), milliseconds along the arc.
        cost_ms: int64 (a), the same and past its head node (a gate is opened there).
        length_m: float64 (a).
        edge: int32 (a), edge of the network.
        along_street: bool (a), whether the arc runs along the shape of its street or against it.
        closed_node: bool (n), nodes the vehicle can't pass.
        street_start: int32 (s + 1), arcs of street i are ``street_arc[street_start[i]:street_start[i + 1]]``.
        street_arc: int32 (a).
        bucket_shift: Width of the search's buckets of time, as a power of two milliseconds.
        buckets: Number of them.
    """

    start: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    ms: NDArray[np.int64]
    cost_ms: NDArray[np.int64]
    length_m: NDArray[np.float64]
    edge: NDArray[np.int32]
    along_street: NDArray[np.bool_]
    closed_node: NDArray[np.bool_]
    street_start: NDArray[np.int32]
    street_arc: NDArray[np.int32]
    bucket_shift: int
    buckets: int


def lay_out(
    network: RoadNetwork, streets: Streets, passage: Passage, *, limits: bool, closed: NDArray[np.bool_]
) -> SearchGraph:
    """The arcs of a network for one vehicle.

    Args:
        network: The network, n nodes and m edges.
        streets: Its streets.
        passage: How the vehicle gets along it.
        limits: Whether weight, height and width limits hold.
        closed: bool (m), edges that are closed to all.
    """
    from gridgis.roads import kernel

    shut = closed | passage.over_limit if limits else closed
    along = np.flatnonzero((passage.along_ms >= 0) & ~shut)
    against = np.flatnonzero((passage.against_ms >= 0) & ~shut)
    edge = np.concatenate([along, against]).astype(np.int32)
    backward = np.repeat([False, True], [len(along), len(against)])
    tail = np.where(backward, network.head[edge], network.tail[edge])
    head = np.where(backward, network.tail[edge], network.head[edge])
    order = np.lexsort((edge, tail, head))
    edge, backward, tail, head = edge[order], backward[order], tail[order], head[order]
    ms = np.where(backward, passage.against_ms[edge], passage.along_ms[edge])
    closed_node = passage.node_ms == CLOSED_NODE
    if limits:
        closed_node |= passage.node_over_limit
    street = streets.of_edge[edge]
    street_arc = np.argsort(street, kind="stable").astype(np.int32)
    cost_ms = ms + np.maximum(passage.node_ms, 0)[head]
    shift, buckets = kernel.bucket_width(cost_ms)
    return SearchGraph(
        start=_starts(head, network.nodes),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        ms=ms,
        cost_ms=cost_ms,
        length_m=network.length_m[edge],
        edge=edge,
        along_street=streets.forward[edge] ^ backward,
        closed_node=closed_node,
        street_start=_starts(street[street_arc], len(streets.shapes)),
        street_arc=street_arc,
        bucket_shift=shift,
        buckets=buckets,
    )


def _starts(values: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Where each number 0 … count - 1 begins in sorted values, and the end."""
    return np.searchsorted(values, np.arange(count + 1)).astype(np.int32)
