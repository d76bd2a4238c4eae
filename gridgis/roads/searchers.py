"""Answer one kind of question in two ways: at once without preparation, or many times faster with a hierarchy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.hierarchy import Hierarchy
from gridgis.roads.kept import Kept
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.weights import NEVER

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]

KEPT_PINS = 64  # sets of nodes asked about that are kept
PARTIAL_SHARE = 1 / 2000  # of the links; when more change, all are weighed again
LEAST_PARTIAL = 32


class Reached(Protocol):
    """Ways from some nodes to one place."""

    @property
    def weight(self) -> Longs:
        """Weight of each way, int64 (k), `NEVER` for none."""
        ...

    def way(self, k: int) -> tuple[list[int], int]:
        """Arcs from node k in driving order, and the entry by which the last part begins; only where there is a way."""
        ...


class Searcher(Protocol):
    """Searches over one vehicle's arcs at one time. Thread-safe."""

    def ways_to(self, entry_node: Ints, entry_weight: Longs, asked: Ints) -> Reached:
        """The best ways from nodes to a place.

        Args:
            entry_node: int32 (p), nodes from which a part of an arc leads to the place.
            entry_weight: int64 (p), weight of that part.
            asked: int32 (k), nodes that can be passed.
        """
        ...


class BucketSearcher:
    """Dijkstra in buckets of time; see `gridgis.roads.bucket_search`. Needs no preparation.

    Args:
        graph: The arcs.
    """

    def __init__(self, graph: SearchGraph) -> None:
        self._graph = graph

    @cached_property
    def _buckets(self) -> tuple[int, int]:
        from gridgis.roads import bucket_search

        ms = self._graph.ms[self._graph.open]
        return bucket_search.bucket_width(ms + self._graph.delay_ms[self._graph.topology.head[self._graph.open]])

    def ways_to(self, entry_node: Ints, entry_weight: Longs, asked: Ints) -> Reached:
        """See `Searcher.ways_to`."""
        from gridgis.roads import bucket_search

        topology = self._graph.topology
        reached, onward = bucket_search.search(
            topology.start, topology.tail, self._graph.weight, entry_node, entry_weight, asked, *self._buckets
        )
        return _Settled(reached[asked], asked, onward, topology.head)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What Dijkstra found: a tree of arcs onward."""

    weight: Longs
    asked: Ints
    onward: Ints
    arc_head: Ints

    def way(self, k: int) -> tuple[list[int], int]:
        arcs: list[int] = []
        node = int(self.asked[k])
        while (arc := int(self.onward[node])) >= 0:
            arcs.append(arc)
            node = int(self.arc_head[arc])
        return arcs, -2 - int(self.onward[node])


class Loans:
    """Arrays of the size of a hierarchy, lent to one search at a time and used again."""

    def __init__(self, nodes: int) -> None:
        self._nodes = nodes
        self._free: list[tuple[Longs, Ints, Ints]] = []

    def take(self) -> tuple[Longs, Ints, Ints]:
        """Three arrays (n): int64 full of `NEVER`, and two int32."""
        try:
            return self._free.pop()
        except IndexError:
            onward, climbed = np.empty(self._nodes, dtype=np.int32), np.empty(self._nodes, dtype=np.int32)
            return np.full(self._nodes, NEVER, dtype=np.int64), onward, climbed

    def give(self, lent: tuple[Longs, Ints, Ints]) -> None:
        """Take arrays back, left as they were lent."""
        self._free.append(lent)


class PreparedHierarchy:
    """A hierarchy with what its searches share: lent arrays and the selections of nodes often asked about."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy
        self.loans = Loans(len(hierarchy.rank))
        self._pinned: Kept[bytes, tuple[Ints, Ints]] = Kept(KEPT_PINS)

    def pin(self, nodes: Ints) -> tuple[Ints, Ints]:
        """All ancestors of nodes, falling, and the ranks of the nodes; kept for the next search."""
        return self._pinned.get(nodes.tobytes(), lambda: self._pin(nodes))

    def _pin(self, nodes: Ints) -> tuple[Ints, Ints]:
        from gridgis.roads import tree_search

        ranks = self.hierarchy.rank[nodes]
        return tree_search.ancestors(self.hierarchy.up_start, self.hierarchy.up_head, ranks), ranks


class TreeSearcher:
    """Searches a customized hierarchy; see `gridgis.roads.tree_search`.

    Args:
        prepared: The hierarchy.
        arc_weight: int64 (a), weights of the arcs of its topology.
        customized: Weights of its links up and down for those arcs; found now when they are not given.
    """

    def __init__(
        self, prepared: PreparedHierarchy, arc_weight: Longs, customized: tuple[Longs, Longs] | None = None
    ) -> None:
        self.prepared, self.arc_weight = prepared, arc_weight
        self.up, self.down = customized or self._customize()

    def _customize(self) -> tuple[Longs, Longs]:
        from gridgis.roads import customization

        tree, arc_weight = self.prepared.hierarchy, self.arc_weight
        slots = np.full(2 * len(tree.up_head), NEVER, dtype=np.int64)
        used = tree.slot_start[1:] > tree.slot_start[:-1]
        if used.any():
            slots[used] = np.minimum.reduceat(arc_weight[tree.slot_arc], tree.slot_start[:-1][used])
        up, down = slots[::2].copy(), slots[1::2].copy()
        customization.customize(tree.up_start, tree.up_head, tree.down_start, tree.down_link, tree.link_tail, up, down)
        return up, down

    def with_weights(self, arc_weight: Longs, changed: Ints) -> TreeSearcher:
        """The same with other weights of some arcs; cheap when these are few.

        Args:
            arc_weight: int64 (a), the new weights.
            changed: int32 (c), arcs whose weights may differ from those here.
        """
        from gridgis.roads import customization

        tree = self.prepared.hierarchy
        slot = tree.arc_slot[changed]
        link = np.unique(slot[slot >= 0] >> 1)
        if len(link) > max(LEAST_PARTIAL, PARTIAL_SHARE * len(tree.up_head)):
            return TreeSearcher(self.prepared, arc_weight)
        up, down = self.up.copy(), self.down.copy()
        customization.recustomize(
            tree.up_start, tree.up_head, tree.down_start, tree.down_link, tree.link_tail,
            tree.slot_start, tree.slot_arc, arc_weight, link, up, down,
        )  # fmt: skip
        return TreeSearcher(self.prepared, arc_weight, (up, down))

    def ways_to(self, entry_node: Ints, entry_weight: Longs, asked: Ints) -> Reached:
        """See `Searcher.ways_to`."""
        from gridgis.roads import tree_search

        tree, loans = self.prepared.hierarchy, self.prepared.loans
        selected, ranks = self.prepared.pin(asked)
        entry_rank = tree.rank[entry_node]
        lent = loans.take()
        weight = tree_search.weights_to(
            tree.up_start, tree.up_head, self.up, self.down, entry_rank, entry_weight, selected, ranks, *lent
        )
        loans.give(lent)
        return _Climbed(weight, self, entry_rank, entry_weight, ranks)

    def way(self, entry_rank: Ints, entry_weight: Longs, rank: int) -> tuple[list[int], int]:
        """Arcs of the best way from a rank to a place, and the entry by which the last part begins."""
        from gridgis.roads import tree_search

        tree, loans = self.prepared.hierarchy, self.prepared.loans
        lent = loans.take()
        arcs, entry = tree_search.way_to(
            tree.up_start, tree.up_head, self.up, self.down, tree.down_start, tree.down_link, tree.link_tail,
            tree.slot_start, tree.slot_arc, self.arc_weight, entry_rank, entry_weight, rank, *lent,
        )  # fmt: skip
        loans.give(lent)
        return list(arcs), int(entry)


@dataclass(frozen=True, slots=True)
class _Climbed:
    """What a hierarchy found: weights, and ways when they are asked for."""

    weight: Longs
    searcher: TreeSearcher
    entry_rank: Ints
    entry_weight: Longs
    ranks: Ints

    def way(self, k: int) -> tuple[list[int], int]:
        return self.searcher.way(self.entry_rank, self.entry_weight, int(self.ranks[k]))
