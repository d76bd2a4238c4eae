"""Give the links of a hierarchy the weights of the best ways over lower nodes: all of them, or those that change.

Customizable contraction hierarchies (Dibbelt, Strasser and Wagner, ACM JEA 21, 2016). Links are numbered by their lower
end and then by their higher one, so a link stands behind all links it depends on. Compiled by numba.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.roads.weights import NEVER

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


@njit(cache=True, nogil=True)
def customize(  # noqa: PLR0917 (compiled: calls by position)
    up_start: Ints, up_head: Ints, down_start: Ints, down_link: Ints, link_tail: Ints, up: Longs, down: Longs
) -> None:
    """Lower the weights of links to those of the best ways over lower nodes.

    Args:
        up_start: int32 (n + 1), links from rank v up are ``up_start[v]`` to ``up_start[v + 1]``.
        up_head: int32 (e), higher end of each link, growing for each lower end.
        down_start: int32 (n + 1), links from rank v down are ``down_link[down_start[v]:down_start[v + 1]]``.
        down_link: int32 (e), links by their higher end and then their lower one.
        link_tail: int32 (e), lower end of each link.
        up: int64 (e), weights of the arcs from the lower to the higher end; changed.
        down: int64 (e), weights of the arcs from the higher to the lower end; changed.
    """
    nodes = len(up_start) - 1
    link_to = np.empty(nodes, dtype=np.int32)
    for middle in range(nodes):
        for link in range(up_start[middle], up_start[middle + 1]):
            link_to[up_head[link]] = link
        for at in range(down_start[middle], down_start[middle + 1]):
            first = down_link[at]
            onto_middle, from_middle = up[first], down[first]
            for second in range(first + 1, up_start[link_tail[first] + 1]):
                link = link_to[up_head[second]]
                up[link] = min(up[link], from_middle + up[second])
                down[link] = min(down[link], down[second] + onto_middle)


@njit(cache=True, nogil=True)
def recustomize(  # noqa: PLR0917 (compiled: calls by position)
    up_start: Ints,
    up_head: Ints,
    down_start: Ints,
    down_link: Ints,
    link_tail: Ints,
    slot_start: Ints,
    slot_arc: Ints,
    arc_weight: Longs,
    changed_link: Ints,
    up: Longs,
    down: Longs,
) -> Ints:
    """Change the weights of links after some arcs have changed; the links that have changed, int32.

    Args:
        up_start: As for `customize`, and so the next four, ``up`` and ``down``.
        up_head: See there.
        down_start: See there.
        down_link: See there.
        link_tail: See there.
        slot_start: int32 (2 e + 1), arcs up link i are ``slot_arc[slot_start[2 i]:slot_start[2 i + 1]]``, arcs down it
            the next.
        slot_arc: int32 (a).
        arc_weight: int64 (a), the new weights.
        changed_link: int32 (c), links on which arcs have changed.
        up: See there.
        down: See there.
    """
    queue: list[Any] = [np.int64(link) for link in changed_link]
    queue.sort()
    last = -1
    differing = [np.int32(0) for _ in range(0)]
    while len(queue) > 0:
        link = heappop(queue)
        if link == last:
            continue
        last = link
        low, high = link_tail[link], up_head[link]
        new_up = _least(slot_start, slot_arc, arc_weight, 2 * link)
        new_down = _least(slot_start, slot_arc, arc_weight, 2 * link + 1)
        one, other = down_start[low], down_start[high]
        while one < down_start[low + 1] and other < down_start[high + 1]:
            to_low, to_high = down_link[one], down_link[other]
            if link_tail[to_low] < link_tail[to_high]:
                one += 1
            elif link_tail[to_low] > link_tail[to_high]:
                other += 1
            else:
                new_up = min(new_up, down[to_low] + up[to_high])
                new_down = min(new_down, down[to_high] + up[to_low])
                one += 1
                other += 1
        old_up, old_down = up[link], down[link]
        if new_up == old_up and new_down == old_down:
            continue
        up[link], down[link] = new_up, new_down
        differing.append(np.int32(link))
        for second in range(up_start[low], up_start[low + 1]):
            if second == link:
                continue
            onto = _link_between(up_start, up_head, min(high, up_head[second]), max(high, up_head[second]))
            # A way down one of the two links and up the other: up the link above when it goes towards its higher end.
            by_down = up[onto] if high < up_head[second] else down[onto]
            by_up = down[onto] if high < up_head[second] else up[onto]
            if (
                (old_down + up[second] == by_down and new_down > old_down)
                or new_down + up[second] < by_down
                or (down[second] + old_up == by_up and new_up > old_up)
                or down[second] + new_up < by_up
            ):
                heappush(queue, np.int64(onto))
    return np.array(differing, dtype=np.int32)


@njit(cache=True, nogil=True)
def _least(slot_start: Ints, slot_arc: Ints, arc_weight: Longs, slot: int) -> int:
    """The least weight of the arcs in a slot."""
    least = NEVER
    for at in range(slot_start[slot], slot_start[slot + 1]):
        least = min(least, int(arc_weight[slot_arc[at]]))
    return least


@njit(cache=True, nogil=True)
def _link_between(up_start: Ints, up_head: Ints, low: int, high: int) -> int:
    """The link between two ranks that are linked."""
    first, last = up_start[low], up_start[low + 1]
    while last - first > 1:
        middle = (first + last) // 2
        if up_head[middle] <= high:
            first = middle
        else:
            last = middle
    return int(first)
