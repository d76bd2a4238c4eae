"""Search a customized hierarchy: up the elimination tree from a place, then down to those nodes that are asked about.

No order of a queue is needed: whatever lies on a best way above a node is among its ancestors (elimination tree
queries: Dibbelt, Strasser and Wagner, ACM JEA 21, 2016; the way down to chosen nodes: RPHAST, Delling, Goldberg and
Werneck, ATMOS 2011). Arrays of the size of the network are lent by the caller and given back as they were, so a query
costs only what it looks at. Compiled by numba.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.roads.weights import NEVER

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
NO_WAY = -1


@njit(cache=True, nogil=True)
def ancestors(up_start: Ints, up_head: Ints, ranks: Ints) -> Ints:
    """Ranks and all their ancestors in the elimination tree, each once, falling."""
    seen = set()
    for one in ranks:
        rank = int(one)
        while rank not in seen:
            seen.add(rank)
            if up_start[rank] == up_start[rank + 1]:
                break
            rank = int(up_head[up_start[rank]])
    found = np.empty(len(seen), dtype=np.int32)
    for at, rank in enumerate(seen):
        found[at] = rank
    found.sort()
    return found[::-1].copy()


@njit(cache=True, nogil=True)
def weights_to(  # noqa: PLR0917 (compiled: calls by position)
    up_start: Ints,
    up_head: Ints,
    up: Longs,
    down: Longs,
    entry_rank: Ints,
    entry_weight: Longs,
    selected: Ints,
    asked: Ints,
    reached: Longs,
    onward: Ints,
    climbed: Ints,
) -> Longs:
    """Weights of the best ways from some ranks to a place, int64 (k), `NEVER` for no way.

    Args:
        up_start: int32 (n + 1), as for `customize`, and so the next three.
        up_head: See there.
        up: See there.
        down: See there.
        entry_rank: int32 (p), ranks from which a part of an arc leads to the place.
        entry_weight: int64 (p), weight of that part.
        selected: int32 (s), the ranks asked about and all their ancestors, falling.
        asked: int32 (k), the ranks asked about.
        reached: int64 (n), lent; `NEVER` everywhere.
        onward: int32 (n), lent.
        climbed: int32 (n), lent.
    """
    count = _climb(up_start, up_head, down, entry_rank, entry_weight, reached, onward, climbed)
    for rank in selected:
        least = reached[rank]
        for link in range(up_start[rank], up_start[rank + 1]):
            least = min(least, up[link] + reached[up_head[link]])
        reached[rank] = least
    made = np.empty(len(asked), dtype=np.int64)
    for at in range(len(asked)):
        made[at] = reached[asked[at]]
    _give_back(reached, selected)
    _give_back(reached, climbed[:count])
    return made


@njit(cache=True, nogil=True)
def way_to(  # noqa: PLR0917 (compiled: calls by position)
    up_start: Ints,
    up_head: Ints,
    up: Longs,
    down: Longs,
    down_start: Ints,
    down_link: Ints,
    link_tail: Ints,
    slot_start: Ints,
    slot_arc: Ints,
    arc_weight: Longs,
    entry_rank: Ints,
    entry_weight: Longs,
    origin: int,
    reached: Longs,
    onward: Ints,
    climbed: Ints,
) -> tuple[list[int], int]:
    """Arcs of the best way from a rank to a place in driving order, and the entry it ends at, `NO_WAY` for none.

    Arguments as for `weights_to` and `recustomize`.
    """
    arcs = [0 for _ in range(0)]
    count = _climb(up_start, up_head, down, entry_rank, entry_weight, reached, onward, climbed)
    selected = ancestors(up_start, up_head, np.array([origin], dtype=np.int32))
    for rank in selected:
        for link in range(up_start[rank], up_start[rank + 1]):
            total = up[link] + reached[up_head[link]]
            if total < reached[rank]:
                reached[rank] = total
                onward[rank] = link
    found = reached[origin] < NEVER
    _give_back(reached, selected)
    _give_back(reached, climbed[:count])
    if not found:
        return arcs, NO_WAY
    rank = int(origin)
    while onward[rank] >= 0:
        link = int(onward[rank])
        upward = link_tail[link] == rank
        rank = int(up_head[link] if upward else link_tail[link])
        _unpack(
            up_head, up, down, down_start, down_link, link_tail, slot_start, slot_arc, arc_weight,
            2 * link + (0 if upward else 1), arcs,
        )  # fmt: skip
    return arcs, -2 - int(onward[rank])


@njit(cache=True, nogil=True)
def spread(  # noqa: PLR0917 (compiled: calls by position)
    up_start: Ints, up_head: Ints, up: Longs, down: Longs, entry_rank: Ints, entry_weight: Longs, entry_owner: Ints
) -> tuple[Longs, Ints]:
    """Weight of the best way to every rank from any of some ranks, and whose it is (PHAST: Delling and others, 2013).

    Args:
        up_start: int32 (n + 1), as for `customize`, and so the next three.
        up_head: See there.
        up: See there.
        down: See there.
        entry_rank: int32 (p), ranks to which a part of an arc leads from an owner.
        entry_weight: int64 (p), weight of that part.
        entry_owner: int32 (p); of owners that are equally near the least counts.

    Returns:
        int64 (n), `NEVER` for no way; int32 (n), the owner, -1 for none.
    """
    nodes = len(up_start) - 1
    reached, owner = np.full(nodes, NEVER, dtype=np.int64), np.full(nodes, -1, dtype=np.int32)
    for entry in range(len(entry_rank)):
        _improve(reached, owner, entry_rank[entry], entry_weight[entry], entry_owner[entry])
    for rank in range(nodes):
        if reached[rank] < NEVER:
            for link in range(up_start[rank], up_start[rank + 1]):
                _improve(reached, owner, up_head[link], reached[rank] + up[link], owner[rank])
    for rank in range(nodes - 1, -1, -1):
        for link in range(up_start[rank], up_start[rank + 1]):
            high = up_head[link]
            _improve(reached, owner, rank, reached[high] + down[link], owner[high])
    return reached, owner


@njit(cache=True, nogil=True, inline="always")
def _improve(reached: Longs, owner: Ints, rank: int, weight: int, by: int) -> None:
    """Take a better way to a rank, or an equally good one of a lesser owner."""
    if weight < reached[rank] or (weight == reached[rank] and weight < NEVER and by < owner[rank]):
        reached[rank] = weight
        owner[rank] = by


@njit(cache=True, nogil=True)
def _climb(  # noqa: PLR0917 (compiled: calls by position)
    up_start: Ints,
    up_head: Ints,
    down: Longs,
    entry_rank: Ints,
    entry_weight: Longs,
    reached: Longs,
    onward: Ints,
    climbed: Ints,
) -> int:
    """Lower ``reached`` on all ancestors of the entries to ways straight down to the place; how many were climbed.

    ``onward`` is the link by which such a way begins, ``-2 - entry`` where it is the last part of an arc.
    """
    nodes = len(up_start) - 1
    cursor = entry_rank.copy()
    for entry in range(len(entry_rank)):
        rank = entry_rank[entry]
        if entry_weight[entry] < reached[rank]:
            reached[rank] = entry_weight[entry]
            onward[rank] = -2 - entry
    count = 0
    while True:
        rank = nodes
        for one in cursor:
            rank = min(rank, one)
        if rank == nodes:
            return count
        climbed[count] = rank
        count += 1
        for link in range(up_start[rank], up_start[rank + 1]):
            total = reached[rank] + down[link]
            if total < reached[up_head[link]]:
                reached[up_head[link]] = total
                onward[up_head[link]] = link
        parent = nodes if up_start[rank] == up_start[rank + 1] else up_head[up_start[rank]]
        for at in range(len(cursor)):
            if cursor[at] == rank:
                cursor[at] = parent


@njit(cache=True, nogil=True)
def _give_back(reached: Longs, ranks: Ints) -> None:
    """Leave a lent array as it was."""
    for rank in ranks:
        reached[rank] = NEVER


@njit(cache=True, nogil=True)
def _unpack(  # noqa: PLR0917 (compiled: calls by position)
    up_head: Ints,
    up: Longs,
    down: Longs,
    down_start: Ints,
    down_link: Ints,
    link_tail: Ints,
    slot_start: Ints,
    slot_arc: Ints,
    arc_weight: Longs,
    slot: int,
    arcs: list[int],
) -> None:
    """Append the arcs that a link stands for when driven up (slot ``2 * link``) or down (``2 * link + 1``).

    That is the first arc of its own with its weight, or else the ways to and from the lowest node below both ends that
    make up its weight.
    """
    stack = [int(slot)]
    while len(stack) > 0:
        slot = stack.pop()
        link = slot >> 1
        weight = up[link] if slot & 1 == 0 else down[link]
        whole = False
        for at in range(slot_start[slot], slot_start[slot + 1]):
            if arc_weight[slot_arc[at]] == weight:
                arcs.append(int(slot_arc[at]))
                whole = True
                break
        if whole:
            continue
        # From one end down to the middle, then up to the other end.
        begin, end = link_tail[link], up_head[link]
        if slot & 1 == 1:
            begin, end = end, begin
        one, other = down_start[begin], down_start[end]
        while True:
            first, second = int(down_link[one]), int(down_link[other])
            if link_tail[first] < link_tail[second]:
                one += 1
            elif link_tail[first] > link_tail[second]:
                other += 1
            elif down[first] + up[second] == weight:
                stack.append(2 * second)
                stack.append(2 * first + 1)
                break
            else:
                one += 1
                other += 1
