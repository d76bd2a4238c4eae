"""Search a compiled network: Dijkstra backwards from a place over flat arrays, in whole milliseconds.

Compiled by numba at the first call and kept on disk for the next start. The readable reference is networkx's
Dijkstra, against which it is tested. Nodes wait in buckets of time (Dial, CACM 12, 1969) somewhat narrower than a
common arc; inside a bucket a node may be improved and taken out again (Meyer and Sanders, J. Algorithms 49, 2003), so
times are exact when a bucket is empty. Every run takes nodes in the same order and gives the same tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

MOST_NODES = 2**31 - 1
MOST_SLOT_BITS = 14
NEVER = 1 << 38  # milliseconds; more than eight years
CLOSED = -1
NO_WAY = -1
EMPTY = -1
FIRST = -1
NOT_QUEUED = -2

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def search(  # noqa: C901, PLR0912, PLR0915, PLR0917 (a compiled loop: calls by position, one body)
    start: Ints,
    arc_tail: Ints,
    arc_ms: Longs,
    closed_node: NDArray[np.bool_],
    entry_node: Ints,
    entry_ms: Longs,
    wanted: Ints,
    shift: int,
    slots: int,
) -> tuple[Longs, Ints]:
    """Milliseconds from nodes to a place, and the way there.

    Args:
        start: int32 (n + 1); the arcs that end at node v are ``start[v]`` to ``start[v + 1]``.
        arc_tail: int32 (a), node where each arc starts.
        arc_ms: int64 (a), milliseconds along each arc and past its head, ≥ 0.
        closed_node: bool (n), nodes that nobody passes.
        entry_node: int32 (e), nodes from which a part of an arc leads to the place.
        entry_ms: int64 (e), milliseconds of that part, no more than the greatest of ``arc_ms``.
        wanted: int32 (w), nodes whose times are asked for; the search ends when all are settled.
        shift: A bucket is 2 to this power milliseconds wide.
        slots: Buckets held at once, a power of two; together longer than the greatest of ``arc_ms`` by two buckets.

    Returns:
        int64 (n), final for wanted nodes, `NEVER` where no way was found, `CLOSED` for closed nodes; int32 (n), the arc
        by which the way goes on, ``-2 - entry`` where it enters the last part, `NO_WAY`. Nodes on the way from a wanted
        node are final.
    """
    nodes = len(start) - 1
    reached = np.full(nodes, NEVER, dtype=np.int64)
    onward = np.full(nodes, NO_WAY, dtype=np.int32)
    asked = np.zeros(nodes, dtype=np.bool_)
    for node in range(nodes):
        if closed_node[node]:
            reached[node] = CLOSED
    left = 0
    for node in wanted:
        if not asked[node] and not closed_node[node]:
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
        if entry_ms[entry] >= reached[node]:
            continue
        if before[node] != NOT_QUEUED:  # out of the bucket of its former time
            if before[node] == FIRST:
                first[(reached[node] >> shift) & last_slot] = after[node]
            else:
                after[before[node]] = after[node]
            if after[node] != EMPTY:
                before[after[node]] = before[node]
            queued -= 1
        reached[node] = entry_ms[entry]
        onward[node] = -2 - entry
        bucket = min(bucket, entry_ms[entry] >> shift)
        slot = (entry_ms[entry] >> shift) & last_slot
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
                total = so_far + arc_ms[arc]
                known = reached[tail]
                if total >= known:
                    continue
                reached[tail] = total
                onward[tail] = arc
                new_slot = (total >> shift) & last_slot
                ahead = before[tail]
                if ahead == NOT_QUEUED:
                    queued += 1
                else:  # out of the bucket of its former time
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
        return 0, 2
    shift = max(0, int(np.median(arc_ms)).bit_length() - 1, int(arc_ms.max()).bit_length() - MOST_SLOT_BITS)
    needed = (int(arc_ms.max()) >> shift) + 3
    return shift, 1 << needed.bit_length()


@njit(cache=True, nogil=True)
def best_exits(owner: Ints, exit_node: Ints, exit_ms: Longs, reached: Longs, origins: int) -> tuple[Longs, Ints]:
    """Least milliseconds of each origin over the nodes by which it may leave its edge, and which; -1 for none."""
    least = np.full(origins, NEVER, dtype=np.int64)
    chosen = np.full(origins, -1, dtype=np.int32)
    for index in range(len(owner)):
        node = exit_node[index]
        if reached[node] == CLOSED or reached[node] >= NEVER:
            continue
        total = exit_ms[index] + reached[node]
        if total < least[owner[index]]:
            least[owner[index]] = total
            chosen[owner[index]] = index
    return least, chosen


@njit(cache=True, nogil=True)
def metres_along(  # noqa: PLR0917 (compiled: calls by position)
    chosen: Ints,
    exit_node: Ints,
    exit_m: Floats,
    onward: Ints,
    arc_head: Ints,
    arc_m: Floats,
    entry_m: Floats,
) -> Floats:
    """Metres of each origin's way by its chosen exit, infinity where it has none."""
    made = np.full(len(chosen), np.inf, dtype=np.float64)
    for origin in range(len(chosen)):
        index = chosen[origin]
        if index < 0:
            continue
        metres = exit_m[index]
        node = exit_node[index]
        while onward[node] >= 0:
            arc = onward[node]
            metres += arc_m[arc]
            node = arc_head[arc]
        made[origin] = metres + entry_m[-2 - onward[node]]
    return made


def arcs_onward(node: int, onward: Ints, arc_head: Ints) -> tuple[list[int], int]:
    """Arcs from a node to the place in driving order, and the entry by which the last part begins."""
    arcs: list[int] = []
    while onward[node] >= 0:
        arc = int(onward[node])
        arcs.append(arc)
        node = int(arc_head[arc])
    return arcs, -2 - int(onward[node])


def compile_all() -> Any:
    """Compile (or load from disk) every function, by one search over two nodes."""
    ints, longs = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
    start = np.array([0, 0, 1], dtype=np.int32)
    tail, milliseconds = np.zeros(1, dtype=np.int32), np.ones(1, dtype=np.int64)
    one, closed = np.ones(1, dtype=np.int32), np.zeros(2, dtype=np.bool_)
    reached, onward = search(start, tail, milliseconds, closed, one, milliseconds, tail, *bucket_width(milliseconds))
    least, chosen = best_exits(ints, ints, longs, reached, 1)
    metres = np.ones(1, dtype=np.float64)
    return least, metres_along(chosen, tail, metres, onward, one, metres, metres)
