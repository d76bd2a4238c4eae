"""Prepare a topology for fast searches: the order of its nodes, and the hierarchy that follows from it.

The order is the slow part. It depends on the topology alone, so it is kept as bytes under the topology's content hash
and holds for every vehicle, hour and closure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import InvalidValue
from gridgis.roads.topology import HASH_BYTES, Topology, starts_of

_MARK = b"gridgis roads 1\n"
_CHECKSUM_BYTES = 16


@dataclass(frozen=True, eq=False)
class Preparation:
    """What is worth keeping between starts.

    Attributes:
        content_hash: `Topology.content_hash` of the topology it belongs to.
        order: int32 (n), the node of each rank.
    """

    content_hash: str
    order: NDArray[np.int32]

    def to_bytes(self) -> bytes:
        """Itself as bytes: a mark, the name, the order as little-endian int32, and a checksum of all that."""
        told = _MARK + self.content_hash.encode("ascii") + self.order.astype("<i4").tobytes()
        return told + _checksum(told)

    @classmethod
    def from_bytes(cls, data: bytes) -> Preparation:
        """The preparation that was written.

        Raises:
            InvalidValue: ``roads.preparation`` when the bytes are damaged or of another version.
        """
        told, checksum = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
        if not told.startswith(_MARK) or _checksum(told) != checksum:
            raise InvalidValue("roads.preparation")
        name_end = len(_MARK) + 2 * HASH_BYTES
        return cls(told[len(_MARK) : name_end].decode("ascii"), np.frombuffer(told[name_end:], dtype="<i4"))


def _checksum(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECKSUM_BYTES).digest()


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Nodes (n) by rank and the links (e) that are left when they are taken out one after the other.

    Attributes:
        preparation: The order it was made from.
        rank: int32 (n), rank of each node.
        up_start: int32 (n + 1), links from rank v up are ``up_start[v]`` to ``up_start[v + 1]``.
        up_head: int32 (e), higher end of each link, growing for each lower end.
        link_tail: int32 (e), lower end of each link.
        down_start: int32 (n + 1), links from rank v down are ``down_link[down_start[v]:down_start[v + 1]]``.
        down_link: int32 (e), links by their higher and then their lower end.
        slot_start: int32 (2 e + 1), arcs up link i are ``slot_arc[slot_start[2 i]:slot_start[2 i + 1]]``, arcs down it
            stand in the slot behind.
        slot_arc: int32 (a'), arcs that are no loops.
        arc_slot: int32 (a), slot of each arc, -1 for loops, which no best way uses.
    """

    preparation: Preparation
    rank: NDArray[np.int32]
    up_start: NDArray[np.int32]
    up_head: NDArray[np.int32]
    link_tail: NDArray[np.int32]
    down_start: NDArray[np.int32]
    down_link: NDArray[np.int32]
    slot_start: NDArray[np.int32]
    slot_arc: NDArray[np.int32]
    arc_slot: NDArray[np.int32]


def prepare(topology: Topology) -> Preparation:
    """Order the nodes of a topology; this takes seconds for a county and minutes for a country."""
    from gridgis.roads import dissection

    x, y = (np.ascontiguousarray(axis) for axis in topology.metric_xy.reshape(-1, 2).T)
    return Preparation(topology.content_hash, dissection.nested_dissection(*topology.links, x, y))


def build(topology: Topology, preparation: Preparation) -> Hierarchy:
    """The hierarchy of a topology whose nodes have been ordered.

    Raises:
        InvalidValue: ``roads.preparation_other`` when the preparation is that of another topology.
    """
    from gridgis.roads import contraction

    if preparation.content_hash != topology.content_hash or len(preparation.order) != topology.nodes:
        raise InvalidValue("roads.preparation_other")
    nodes, order = topology.nodes, preparation.order
    rank = np.empty(nodes, dtype=np.int32)
    rank[order] = np.arange(nodes, dtype=np.int32)
    up_start, up_head = contraction.contract(*topology.links, order, rank)
    link_tail = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(up_start))
    down_link = np.argsort(up_head, kind="stable").astype(np.int32)
    arc_slot = _slots(rank[topology.tail], rank[topology.head], link_tail, up_head)
    slot_arc = np.argsort(arc_slot, kind="stable").astype(np.int32)[np.count_nonzero(arc_slot < 0) :]
    return Hierarchy(
        preparation=preparation,
        rank=rank,
        up_start=up_start,
        up_head=up_head,
        link_tail=link_tail,
        down_start=starts_of(up_head[down_link], nodes),
        down_link=down_link,
        slot_start=starts_of(arc_slot[slot_arc], 2 * len(up_head)),
        slot_arc=slot_arc,
        arc_slot=arc_slot,
    )


def _slots(
    tail: NDArray[np.int32], head: NDArray[np.int32], link_tail: NDArray[np.int32], up_head: NDArray[np.int32]
) -> NDArray[np.int32]:
    """The slot of each arc between ranks, -1 for loops."""
    nodes = np.int64(max(tail.max(initial=0), head.max(initial=0)) + 1)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    link = np.searchsorted(link_tail * nodes + up_head, low * nodes + high)
    return np.where(tail == head, -1, 2 * link + (tail > head)).astype(np.int32)
