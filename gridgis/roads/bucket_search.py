"""Search arcs without any preparation: Dijkstra backwards from a place over flat arrays.

Compiled by numba at the first call and kept on disk for the next start. The readable reference is networkx's
Dijkstra, against which it is tested. Nodes wait in buckets of time (Dial, CACM 12, 1969) somewhat narrower than a
common arc; inside a bucket a node may be improved and taken out again (Meyer and Sanders, J. Algorithms 49, 2003), so
weights are exact when a bucket is empty. Every run takes nodes in the same order and gives the same tree.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.roads.weights import LENGTH_BITS, NEVER

MOST_SLOT_BITS = 14
NO_WAY = -1
EMPTY = -1
FIRST = -1
NOT_QUEUED = -2

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


@njit(cache=True, nogil=True)
def search(  # noqa: C901, PLR0912, PLR0915, PLR0917 (a compiled loop: calls by position, one body)
    start: Ints,
    arc_tail: Ints,
    arc_weight: Longs,
    entry_node: Ints,
    entry_weight: Longs,
    wanted: Ints,
    shift: int,
    slots: int,
) -> tuple[Longs, Ints]:
    """Weights of the ways from nodes to a place, and the way there.

    Args:
        start: int32 (n + 1); the arcs that end at node v are ``start[v]`` to ``start[v + 1]``.
        arc_tail: int32 (a), node where each arc starts.
        arc_weight: int64 (a), weight of each arc, `NEVER` for one that is shut.
        entry_node: int32 (e), nodes from which a part of an arc leads to the place.
        entry_weight: int64 (e), weight of that part, no more than the greatest of ``arc_weight``.
        wanted: int32 (w), nodes whose weights are asked for; the search ends when all are settled.
        shift: A bucket is 2 to this power wide.
        slots: Buckets held at once, a power of two; together longer than the greatest of ``arc_weight`` by two buckets.

    Returns:
        int64 (n), final for wanted nodes, `NEVER` where no way was found; int32 (n), the arc by which the way goes on,
        ``-2 - entry`` where it enters the last part, `NO_WAY`. Nodes on the way from a wanted node are final.
    """
    nodes = len(start) - 1
    reached = np.full(nodes, NEVER, dtype=np.int64)
    onward = np.full(nodes, NO_WAY, dtype=np.int32)
    asked = np.zeros(nodes, dtype=np.bool_)
    left = 0
    for node in wanted:
        if not asked[node]:
            asked[node] = True
            left += 1
    first = np.full(slots, EMPTY, dtype=np.int32)
    after = np.empty(nodes, dtype=np.int32)
    before = np.full(nodes, NOT_QUEUED, dtype=np.int32)
    last_slot = slots - 1
    queued = 0
    bucket = np.int64(NEVER)
    for entry in range(len(entry_node)):
        node = entry_node[entry]
        if entry_weight[entry] >= reached[node]:
            continue
        if before[node] != NOT_QUEUED:  # out of the bucket of its former weight
            if before[node] == FIRST:
                first[(reached[node] >> shift) & last_slot] = after[node]
            else:
                after[before[node]] = after[node]
            if after[node] != EMPTY:
                before[after[node]] = before[node]
            queued -= 1
        reached[node] = entry_weight[entry]
        onward[node] = -2 - entry
        bucket = min(bucket, entry_weight[entry] >> shift)
        slot = (entry_weight[entry] >> shift) & last_slot
        after[node] = first[slot]
        before[node] = FIRST
        if first[slot] != EMPTY:
            before[first[slot]] = node
        first[slot] = node
        queued += 1
    while queued > 0 and left > 0:
        slot = bucket & last_slot
        while first[slot] != EMPTY:
            node = first[slot]
            behind = after[node]
            first[slot] = behind
            if behind != EMPTY:
                before[behind] = FIRST
            before[node] = NOT_QUEUED
            queued -= 1
            so_far = reached[node]
            if asked[node]:
                asked[node] = False
                left -= 1
            for arc in range(start[node], start[node + 1]):
                tail = arc_tail[arc]
                total = so_far + arc_weight[arc]
                known = reached[tail]
                if total >= known:
                    continue
                reached[tail] = total
                onward[tail] = arc
                new_slot = (total >> shift) & last_slot
                ahead = before[tail]
                if ahead == NOT_QUEUED:
                    queued += 1
                else:  # out of the bucket of its former weight
                    old_slot = (known >> shift) & last_slot
                    if old_slot == new_slot:
                        continue
                    behind = after[tail]
                    if ahead == FIRST:
                        first[old_slot] = behind
                    else:
                        after[ahead] = behind
                    if behind != EMPTY:
                        before[behind] = ahead
                behind = first[new_slot]
                after[tail] = behind
                before[tail] = FIRST
                if behind != EMPTY:
                    before[behind] = tail
                first[new_slot] = tail
        bucket += 1
    return reached, onward


def bucket_width(arc_ms: Longs) -> tuple[int, int]:
    """Shift and slots for `search`: buckets about as wide as half a common arc, enough of them for the longest."""
    if not len(arc_ms):
        return LENGTH_BITS, 4
    longest_ms = int(arc_ms.max()) + 1  # and some centimetres
    shift = max(0, int(np.median(arc_ms)).bit_length() - 1, longest_ms.bit_length() - MOST_SLOT_BITS)
    return LENGTH_BITS + shift, 1 << ((longest_ms >> shift) + 3).bit_length()
