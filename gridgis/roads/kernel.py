"""Search a compiled network: Dijkstra backwards from a place over flat arrays, in whole milliseconds.

Compiled by numba at the first call and kept on disk for the next start. The readable reference is networkx's
Dijkstra, against which it is tested. The heap holds one number an entry, milliseconds × 2²⁴ + node, so ties fall to
the lower node and every run gives the same tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

NODE_BITS = 24
MOST_NODES = 1 << NODE_BITS
NODE_MASK = MOST_NODES - 1
NEVER = np.int64(1) << 38  # milliseconds; more than eight years
CLOSED = np.int64(-1)
NO_WAY = np.int32(-1)

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True, inline="always")
def _sift_up(heap: Longs, place: int) -> None:
    entry = heap[place]
    while place > 0:
        above = (place - 1) >> 1
        if heap[above] <= entry:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = entry


@njit(cache=True, nogil=True, inline="always")
def _sift_down(heap: Longs, size: int) -> None:
    entry = heap[0]
    place = 0
    below = 1
    while below < size:
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if entry <= heap[below]:
            break
        heap[place] = heap[below]
        place = below
        below = 2 * place + 1
    heap[place] = entry


@njit(cache=True, nogil=True)
def search(  # noqa: C901, PLR0917 (a compiled loop: calls by position, one body)
    start: Ints,
    arc_tail: Ints,
    arc_ms: Longs,
    closed_node: NDArray[np.bool_],
    entry_node: Ints,
    entry_ms: Longs,
    wanted: Ints,
) -> tuple[Longs, Ints]:
    """Milliseconds from nodes to a place, and the way there.

    Args:
        start: int32 (n + 1); the arcs that end at node v are ``start[v]`` to ``start[v + 1]``.
        arc_tail: int32 (a), node where each arc starts.
        arc_ms: int64 (a), milliseconds along each arc and past its head.
        closed_node: bool (n), nodes that nobody passes.
        entry_node: int32 (e), nodes from which a part of an arc leads to the place.
        entry_ms: int64 (e), milliseconds of that part.
        wanted: int32 (w), nodes whose times are asked for; the search ends when all are settled.

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
        if not asked[node] and not closed_node[node]:
            asked[node] = True
            left += 1
    heap = np.empty(1024, dtype=np.int64)
    size = 0
    for entry in range(len(entry_node)):
        node = entry_node[entry]
        if not closed_node[node] and entry_ms[entry] < reached[node]:
            reached[node] = entry_ms[entry]
            onward[node] = -2 - entry
            heap[size] = (entry_ms[entry] << NODE_BITS) | node
            size += 1
            _sift_up(heap, size - 1)
    while size > 0 and left > 0:
        top = heap[0]
        size -= 1
        heap[0] = heap[size]
        if size > 1:
            _sift_down(heap, size)
        node = top & NODE_MASK
        so_far = top >> NODE_BITS
        if so_far > reached[node]:
            continue
        if asked[node]:
            asked[node] = False
            left -= 1
        for arc in range(start[node], start[node + 1]):
            tail = arc_tail[arc]
            total = so_far + arc_ms[arc]
            if total < reached[tail] and not closed_node[tail]:
                reached[tail] = total
                onward[tail] = arc
                if size == len(heap):
                    larger = np.empty(2 * size, dtype=np.int64)
                    larger[:size] = heap
                    heap = larger
                heap[size] = (total << NODE_BITS) | tail
                size += 1
                _sift_up(heap, size - 1)
    return reached, onward


@njit(cache=True, nogil=True)
def best_exits(  # noqa: PLR0917 (compiled: calls by position)
    owner: Ints, exit_node: Ints, exit_ms: Longs, reached: Longs, closed_node: NDArray[np.bool_], origins: int
) -> tuple[Longs, Ints]:
    """Least milliseconds of each origin over the nodes by which it may leave its edge, and which; -1 for none."""
    least = np.full(origins, NEVER, dtype=np.int64)
    chosen = np.full(origins, -1, dtype=np.int32)
    for index in range(len(owner)):
        node = exit_node[index]
        if closed_node[node] or reached[node] >= NEVER:
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
    reached, onward = search(start, tail, milliseconds, closed, one, milliseconds, tail)
    least, chosen = best_exits(ints, ints, longs, reached, closed, 1)
    metres = np.ones(1, dtype=np.float64)
    return least, metres_along(chosen, tail, metres, onward, one, metres, metres)
