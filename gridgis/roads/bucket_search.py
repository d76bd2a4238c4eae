"""Search arcs without any preparation: Dijkstra backwards from a place over flat arrays.

Compiled by numba at the first call and kept on disk for the next start. The readable reference is networkx's
Dijkstra, against which it is tested. Nodes wait in buckets of time (Dial, CACM 12, 1969) somewhat narrower than a
common arc; inside a bucket a node may be improved and taken out again (Meyer and Sanders, J. Algorithms 49, 2003), so
weights are exact when a bucket is empty. Every run takes nodes in the same order and gives the same tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.roads.weights import LENGTH_BITS, NEVER

MOST_SLOT_BITS = 14
NO_WAY = -1
EMPTY = -1
FIRST = -1
NOT_QUEUED, ON_WAY = -2, -3
NOT_ASKED, SETTLED = -1, -2

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


@njit(cache=True, nogil=True)
def search(  # noqa: C901, PLR0912, PLR0915, PLR0917 (a compiled loop: calls by position, one body)
    start: Ints,
    arc_tail: Ints,
    arc_head: Ints,
    arc_weight: Longs,
    entry_node: Ints,
    entry_weight: Longs,
    asked: Ints,
    asked_owner: Ints,
    asked_weight: Longs,
    group_start: Ints,
    group: Ints,
    enough: Ints,
    shift: int,
    slots: int,
    reached: Longs,
    onward: Ints,
    after: Ints,
    before: Ints,
    question: Ints,
    touched: Ints,
) -> tuple[Longs, Ints, Ints]:
    """Weights of the ways from nodes to a place, and the way there.

    Arrays of the size of the network are lent by the caller and given back as they were, so a search costs only what
    it looks at.

    Args:
        start: int32 (n + 1); the arcs that end at node v are ``start[v]`` to ``start[v + 1]``.
        arc_tail: int32 (a), node where each arc starts.
        arc_head: int32 (a), node where it ends.
        arc_weight: int64 (a), weight of each arc, `NEVER` for one that is shut.
        entry_node: int32 (e), nodes from which a part of an arc leads to the place.
        entry_weight: int64 (e), weight of that part, no more than the greatest of ``arc_weight``.
        asked: int32 (k), nodes whose weights are asked for; the search ends when all are settled.
        asked_owner: int32 (k), the origin from which a part of an arc leads to each of them.
        asked_weight: int64 (k), weight of that part.
        group_start: int32 (o + 1); the groups of origin i are ``group[group_start[i]:group_start[i + 1]]``.
        group: int32.
        enough: int32 (g), of how many origins in each group ways are looked for; none for all of all origins.
        shift: A bucket is 2 to this power wide.
        slots: Buckets held at once, a power of two; together longer than the greatest of ``arc_weight`` by two buckets.
        reached: int64 (n), lent; `NEVER` everywhere.
        onward: int32 (n), lent; `NO_WAY` everywhere.
        after: int32 (n), lent.
        before: int32 (n), lent; `NOT_QUEUED` everywhere.
        question: int32 (n), lent; `NOT_ASKED` everywhere.
        touched: int32 (n), lent.

    Returns:
        int64 (k), weights, `NEVER` where no way was found before there were enough; int32 (p) and int32 (p): the nodes
        on the ways and the arc by which each goes on, ``-2 - entry`` where it enters the last part.
    """
    same = np.empty(len(asked), dtype=np.int32)  # the question before this one that asks about the same node
    left = 0
    for at in range(len(asked)):
        same[at] = question[asked[at]]
        left += same[at] == NOT_ASKED
        question[asked[at]] = at
    best = np.full(len(group_start) - 1, NEVER, dtype=np.int64)
    lacking = enough.copy()
    lacks = 0
    for at in range(len(lacking)):
        lacks += lacking[at] > 0
    stops = len(enough) > 0
    settled: Any = [np.int32(0) for _ in range(0)]
    told: Any = [np.int32(0) for _ in range(0)]  # origins with a way that is not yet known to be among the first
    first = np.full(slots, EMPTY, dtype=np.int32)
    last_slot = slots - 1
    queued, seen = 0, 0
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
        else:
            touched[seen] = node
            seen += 1
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
    while queued > 0 and left > 0 and not (stops and lacks == 0):
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
            if question[node] >= 0:
                settled.append(question[node])
                question[node] = SETTLED
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
                    if known == NEVER:
                        touched[seen] = tail
                        seen += 1
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
        if stops:
            _tell(settled, same, asked, asked_owner, asked_weight, reached, best, told)
            lacks -= _count_first(told, best, bucket << shift, group_start, group, lacking)
    made, on_way, by_arc = _gather(asked, question, reached, onward, before, arc_head)
    if seen > len(reached) // 8:  # in one sweep, which is faster than here and there
        reached[:], onward[:], before[:] = NEVER, NO_WAY, NOT_QUEUED
    else:
        for at in range(seen):
            node = touched[at]
            reached[node], onward[node], before[node] = NEVER, NO_WAY, NOT_QUEUED
    for node in asked:
        question[node] = NOT_ASKED
    return made, on_way, by_arc


@njit(cache=True, nogil=True)
def _tell(  # noqa: PLR0917 (compiled: calls by position)
    settled: Any,
    same: Ints,
    asked: Ints,
    asked_owner: Ints,
    asked_weight: Longs,
    reached: Longs,
    best: Longs,
    told: Any,
) -> None:
    """Lower the best weights of origins by the questions that are settled, and list origins that have one now."""
    for question in settled:
        at = question
        while at != NOT_ASKED:
            owner = asked_owner[at]
            total = reached[asked[at]] + asked_weight[at]
            if total < best[owner]:
                if best[owner] == NEVER:
                    told.append(owner)
                best[owner] = total
            at = same[at]
    settled.clear()


@njit(cache=True, nogil=True)
def _count_first(  # noqa: PLR0917 (compiled: calls by position)
    told: Any, best: Longs, bound: Any, group_start: Ints, group: Ints, lacking: Ints
) -> int:
    """Take origins out of a list that come before all that is not settled; how many groups have enough of them now."""
    filled = 0
    waiting = 0
    for owner in told:
        if best[owner] < bound:
            for at in range(group_start[owner], group_start[owner + 1]):
                lacking[group[at]] -= 1
                filled += lacking[group[at]] == 0
        else:
            told[waiting] = owner
            waiting += 1
    while len(told) > waiting:
        told.pop()
    return filled


@njit(cache=True, nogil=True)
def _gather(  # noqa: PLR0917 (compiled: calls by position)
    asked: Ints, question: Ints, reached: Longs, onward: Ints, before: Ints, arc_head: Ints
) -> tuple[Longs, Ints, Ints]:
    """Weights of the settled questions, and the nodes on their ways with the arcs by which they go on."""
    made = np.full(len(asked), NEVER, dtype=np.int64)
    on_way = [np.int32(0) for _ in range(0)]
    by_arc = [np.int32(0) for _ in range(0)]
    for at in range(len(asked)):
        node = asked[at]
        if question[node] >= NOT_ASKED:
            continue
        made[at] = reached[node]
        while before[node] != ON_WAY:
            before[node] = ON_WAY
            on_way.append(node)
            by_arc.append(onward[node])
            if onward[node] < 0:
                break
            node = arc_head[onward[node]]
    return made, np.array(on_way, dtype=np.int32), np.array(by_arc, dtype=np.int32)


def bucket_width(arc_ms: Longs) -> tuple[int, int]:
    """Shift and slots for `search`: buckets about as wide as half a common arc, enough of them for the longest."""
    if not len(arc_ms):
        return LENGTH_BITS, 4
    longest_ms = int(arc_ms.max()) + 1  # and some centimetres
    shift = max(0, int(np.median(arc_ms)).bit_length() - 1, longest_ms.bit_length() - MOST_SLOT_BITS)
    return LENGTH_BITS + shift, 1 << ((longest_ms >> shift) + 3).bit_length()
