"""Order nodes for a hierarchy by nested dissection: the nodes that part the roads into halves come last.

A part is cut by fewest nodes between its two ends along several directions (inertial flow: Schild and Sommer, SEA 2015,
here with node cuts). The ends grow from a small share of the part to nearly half of it while the flow of the narrower
ends is kept, and of all cuts seen the one with the least nodes for each node of the smaller half is taken. Flow is
found in phases of shortest ways (Dinitz 1970); every node lets one way through, so a way is one predecessor a node.
Compiled by numba, deterministic.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Marks = NDArray[np.int8]

END_SHARES = (0.15, 0.25, 0.35, 0.45)
DIRECTIONS = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0))
FEW_NODES = 3  # a part of so few nodes is not cut

UNUSED, STARTS = -1, -2  # predecessor of a node on no way, and of the first node of a way
BETWEEN, SOURCE, SINK = 0, 1, 2  # what end of the part a node belongs to
FIRST_HALF, SECOND_HALF, CUT = 0, 1, 2
UNSEEN = -1


@njit(cache=True, nogil=True)
def nested_dissection(start: Ints, neighbour: Ints, x: Floats, y: Floats) -> Ints:
    """Nodes of an undirected graph in the order in which a hierarchy takes them, int32 (n).

    Args:
        start: int32 (n + 1); neighbours of node v are ``neighbour[start[v]:start[v + 1]]``, each once, never v.
        neighbour: int32, each link in both directions.
        x: float64 (n), metric coordinates.
        y: float64 (n).
    """
    nodes = len(start) - 1
    members = np.arange(nodes).astype(np.int32)
    place = np.arange(nodes).astype(np.int32)
    stack = [(0, nodes)]
    while len(stack) > 0:
        low, high = stack.pop()
        count = high - low
        if count <= FEW_NODES:
            _by_degree(members, low, high, start)
            continue
        for local in range(count):
            place[members[low + local]] = local
        part_start, part_neighbour = _part(start, neighbour, members, place, low, high)
        part_x, part_y = x[members[low:high]], y[members[low:high]]
        half = _best_cut(part_start, part_neighbour, part_x, part_y)
        sizes = np.zeros(3, dtype=np.int64)
        for local in range(count):
            sizes[half[local]] += 1
        if sizes[CUT] == count:
            _by_degree(members, low, high, start)
            continue
        at = np.array([low, low + sizes[FIRST_HALF], low + sizes[FIRST_HALF] + sizes[SECOND_HALF]])
        former = members[low:high].copy()
        for local in range(count):
            members[at[half[local]]] = former[local]
            at[half[local]] += 1
        stack.append((low, low + sizes[FIRST_HALF]))
        stack.append((low + sizes[FIRST_HALF], high - sizes[CUT]))
    return members


@njit(cache=True, nogil=True)
def _by_degree(members: Ints, low: int, high: int, start: Ints) -> None:
    """Put the nodes of a small part in order, those with few neighbours first."""
    for one in range(low + 1, high):
        node = members[one]
        degree = start[node + 1] - start[node]
        other = one
        while other > low and start[members[other - 1] + 1] - start[members[other - 1]] > degree:
            members[other] = members[other - 1]
            other -= 1
        members[other] = node


@njit(cache=True, nogil=True)
def _part(  # noqa: PLR0917 (compiled: calls by position)
    start: Ints, neighbour: Ints, members: Ints, place: Ints, low: int, high: int
) -> tuple[Ints, Ints]:
    """The links inside a part, its nodes numbered from 0; ``place`` holds the numbers of the part's nodes."""
    count = high - low
    links = 0
    for local in range(count):
        node = members[low + local]
        links += start[node + 1] - start[node]
    part_start = np.zeros(count + 1, dtype=np.int32)
    part_neighbour = np.empty(links, dtype=np.int32)
    links = 0
    for local in range(count):
        node = members[low + local]
        for link in range(start[node], start[node + 1]):
            other = place[neighbour[link]]
            if other < count and members[low + other] == neighbour[link]:
                part_neighbour[links] = other
                links += 1
        part_start[local + 1] = links
    return part_start, part_neighbour[:links]


@njit(cache=True, nogil=True)
def _best_cut(start: Ints, neighbour: Ints, x: Floats, y: Floats) -> Marks:
    """Which half each node belongs to, or the cut; everything is cut where no two halves were found."""
    nodes = len(start) - 1
    best = np.full(nodes, CUT, dtype=np.int8)
    best_score = np.inf
    end = np.empty(nodes, dtype=np.int8)
    before = np.empty(nodes, dtype=np.int32)
    level = np.empty(2 * nodes, dtype=np.int32)
    queue = np.empty(2 * nodes, dtype=np.int32)
    step = np.empty(2 * nodes, dtype=np.int32)
    half = np.empty(nodes, dtype=np.int8)
    for direction in DIRECTIONS:
        order = np.argsort(x * direction[0] + y * direction[1], kind="mergesort")
        end[:] = BETWEEN
        before[:] = UNUSED
        flow, taken = 0, 0
        for share in END_SHARES:
            wanted = max(1, int(share * nodes))
            while taken < wanted:
                end[order[taken]] = SOURCE
                end[order[nodes - 1 - taken]] = SINK
                taken += 1
            while flow < best_score * nodes / 2 and _level(start, neighbour, end, before, level, queue):
                flow += _send(start, neighbour, end, before, level, queue, step)
            if flow >= best_score * nodes / 2:
                break
            for side_seen in (FIRST_HALF, SECOND_HALF):
                if side_seen == SECOND_HALF:
                    _level_backward(start, neighbour, end, before, level, queue)
                score = _halve(level, half, side_seen)
                if score < best_score:
                    best_score = score
                    best[:] = half
    return best


@njit(cache=True, nogil=True)
def _halve(level: Ints, half: Marks, side_seen: int) -> float:
    """Part nodes by what a search over the rest of the flow has seen; nodes of the cut for each of the smaller half."""
    sizes = np.zeros(3, dtype=np.int64)
    for node in range(len(half)):
        entered, left = level[2 * node] != UNSEEN, level[2 * node + 1] != UNSEEN
        if entered != left:
            half[node] = CUT
        elif entered:
            half[node] = side_seen
        else:
            half[node] = FIRST_HALF + SECOND_HALF - side_seen
        sizes[half[node]] += 1
    smaller = min(sizes[FIRST_HALF], sizes[SECOND_HALF])
    return np.inf if smaller == 0 else sizes[CUT] / smaller


@njit(cache=True, nogil=True)
def _level(  # noqa: PLR0917 (compiled: calls by position)
    start: Ints, neighbour: Ints, end: Marks, before: Ints, level: Ints, queue: Ints
) -> bool:
    """Steps from the sources to each side of each node over the rest of the flow; whether a sink is reached.

    Side ``2 * node`` is where ways enter a node, ``2 * node + 1`` where they leave it.
    """
    level[:] = UNSEEN
    last = 0
    for node in range(len(end)):
        if end[node] == SOURCE:
            level[2 * node] = 0
            queue[last] = 2 * node
            last += 1
    first = 0
    while first < last:
        side = queue[first]
        first += 1
        node, onward = side >> 1, level[side] + 1
        if side & 1 == 0:
            onto = 2 * node + 1 if before[node] == UNUSED else 2 * before[node] + 1
            if before[node] != STARTS and level[onto] == UNSEEN:
                level[onto] = onward
                queue[last] = onto
                last += 1
            continue
        if end[node] == SINK:
            return True
        if before[node] != UNUSED and level[2 * node] == UNSEEN:
            level[2 * node] = onward
            queue[last] = 2 * node
            last += 1
        for link in range(start[node], start[node + 1]):
            onto = 2 * neighbour[link]
            if level[onto] == UNSEEN:
                level[onto] = onward
                queue[last] = onto
                last += 1
    return False


@njit(cache=True, nogil=True)
def _level_backward(  # noqa: PLR0917 (compiled: calls by position)
    start: Ints, neighbour: Ints, end: Marks, before: Ints, level: Ints, queue: Ints
) -> None:
    """Mark each side of each node from which a sink is reached over the rest of the flow."""
    level[:] = UNSEEN
    last = 0
    for node in range(len(end)):
        if end[node] == SINK:
            level[2 * node + 1] = 0
            queue[last] = 2 * node + 1
            last += 1
    first = 0
    while first < last:
        side = queue[first]
        first += 1
        node = side >> 1
        own = side ^ 1
        if (before[node] == UNUSED) == (side & 1 == 1) and level[own] == UNSEEN:
            level[own] = 0
            queue[last] = own
            last += 1
        for link in range(start[node], start[node + 1]):
            other = neighbour[link]
            if side & 1 == 0:
                onto = 2 * other + 1
            elif before[other] == node:
                onto = 2 * other
            else:
                continue
            if level[onto] == UNSEEN:
                level[onto] = 0
                queue[last] = onto
                last += 1


@njit(cache=True, nogil=True)
def _send(  # noqa: C901, PLR0912, PLR0917 (compiled: calls by position, one body)
    start: Ints, neighbour: Ints, end: Marks, before: Ints, level: Ints, stack: Ints, step: Ints
) -> int:
    """Send more ways along growing levels until none is left; how many were found. Each side is visited once."""
    ways = 0
    for origin in range(len(end)):
        if end[origin] != SOURCE or level[2 * origin] != 0:
            continue
        depth = 0
        stack[0], step[0] = 2 * origin, 0
        while depth >= 0:
            side = stack[depth]
            node = side >> 1
            if side & 1 == 1 and end[node] == SINK:
                _turn_flow(before, level, stack, depth)
                ways += 1
                break
            onto = UNSEEN
            if side & 1 == 0:
                if step[depth] == 0 and before[node] != STARTS:
                    step[depth] = 1
                    onto = 2 * node + 1 if before[node] == UNUSED else 2 * before[node] + 1
                    if level[onto] != level[side] + 1:
                        onto = UNSEEN
            else:
                links = start[node + 1] - start[node]
                while step[depth] <= links and onto == UNSEEN:
                    taken = step[depth]
                    step[depth] = taken + 1
                    if taken < links:
                        onto = 2 * neighbour[start[node] + taken]
                    elif before[node] != UNUSED:
                        onto = 2 * node
                    else:
                        break
                    if level[onto] != level[side] + 1:
                        onto = UNSEEN
            if onto == UNSEEN:
                level[side] = UNSEEN
                depth -= 1
            else:
                depth += 1
                stack[depth], step[depth] = onto, 0
    return ways


@njit(cache=True, nogil=True)
def _turn_flow(before: Ints, level: Ints, stack: Ints, depth: int) -> None:
    """Lead one more way along the sides on the stack, and take these out of the levels."""
    before[stack[0] >> 1] = STARTS
    for at in range(depth):
        side, onto = stack[at], stack[at + 1]
        if side & 1 == 1:
            before[onto >> 1] = UNUSED if side >> 1 == onto >> 1 else side >> 1
        level[side] = UNSEEN
    level[stack[depth]] = UNSEEN
