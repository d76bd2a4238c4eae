"""Contract nodes in order: what remains of a road network when its low nodes are taken out one after the other.

Customizable contraction hierarchies (Dibbelt, Strasser and Wagner, ACM JEA 21, 2016). Here everything depends on the
topology alone; times come later. Compiled by numba.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
NONE = -1


@njit(cache=True, nogil=True)
def contract(start: Ints, neighbour: Ints, order: Ints, rank: Ints) -> tuple[Ints, Ints]:
    """Upward links of a hierarchy over nodes numbered by rank.

    Args:
        start: int32 (n + 1), of the undirected graph, by node.
        neighbour: int32, each link in both directions, none from a node to itself.
        order: int32 (n), the node of each rank.
        rank: int32 (n), the rank of each node.

    Returns:
        int32 (n + 1) and int32 (e): the higher ranks linked to rank v are ``head[start[v]:start[v + 1]]``, growing.
        When v is taken out these are all linked to each other; the first is the parent of v in the elimination tree.
    """
    nodes = len(order)
    up_start = np.zeros(nodes + 1, dtype=np.int32)
    up_head = np.empty(len(neighbour) + 16, dtype=np.int32)
    first_child, next_child = np.full(nodes, NONE, dtype=np.int32), np.full(nodes, NONE, dtype=np.int32)
    seen = np.full(nodes, NONE, dtype=np.int32)
    links = 0
    for low in range(nodes):
        begin = links
        if links + nodes - low > len(up_head):
            more = np.empty(2 * len(up_head) + nodes, dtype=np.int32)
            more[:links] = up_head[:links]
            up_head = more
        node = order[low]
        for link in range(start[node], start[node + 1]):
            high = rank[neighbour[link]]
            if high > low and seen[high] != low:
                seen[high] = low
                up_head[links] = high
                links += 1
        child = first_child[low]
        while child != NONE:
            for link in range(up_start[child] + 1, up_start[child + 1]):
                high = up_head[link]
                if seen[high] != low:
                    seen[high] = low
                    up_head[links] = high
                    links += 1
            child = next_child[child]
        up_head[begin:links].sort()
        up_start[low + 1] = links
        if links > begin:
            parent = up_head[begin]
            next_child[low] = first_child[parent]
            first_child[parent] = low
    return up_start, up_head[:links].copy()
