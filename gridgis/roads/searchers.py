"""Answer one kind of question in two ways: at once without preparation, or many times faster with a hierarchy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.hierarchy import Hierarchy
from gridgis.roads.kept import Kept
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.weights import NEVER

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]

KEPT_PINS = 64  # sets of nodes asked about that are kept
PARTIAL_SHARE = 1 / 2000  # of the arcs; when more change, all links are weighed again
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

    def ways_to(self, entry_node: Ints, entry_weight: Longs, asked: Ints, stop: Stop | None = None) -> Reached:
        """The best ways from nodes to a place.

        Args:
            entry_node: int32 (p), nodes from which a part of an arc leads to the place.
            entry_weight: int64 (p), weight of that part.
            asked: int32 (k), nodes that can be passed.
            stop: When there are ways enough; a searcher may find more.
        """
        ...


@dataclass(frozen=True, eq=False)
class Stop:
    """When a search has found ways from enough origins (o): so many of each group that come first.

    Attributes:
        owner: int32 (k), the origin from which a part of an arc leads to each node that is asked about.
        weight: int64 (k), weight of that part.
        group_start: int32 (o + 1); the groups of origin i are ``group[group_start[i]:group_start[i + 1]]``.
        group: int32.
        enough: int32 (g), how many origins of each group are enough, no more than it has.
    """

    owner: Ints
    weight: Longs
    group_start: Ints
    group: Ints
    enough: Ints


class BucketSearcher:
    """Dijkstra in buckets of time; see `gridgis.roads.bucket_search`. Needs no preparation.

    Args:
        graph: The arcs.
        loans: Arrays that searches over arcs between the same nodes share.
    """

    def __init__(self, graph: SearchGraph, loans: Loans) -> None:
        self._graph, self._loans = graph, loans

    @cached_property
    def _buckets(self) -> tuple[int, int]:
        from gridgis.roads import bucket_search

        ms = self._graph.all_ms()
        return bucket_search.bucket_width((ms + self._graph.delay_ms[self._graph.topology.head])[ms >= 0])

    def ways_to(self, entry_node: Ints, entry_weight: Longs, asked: Ints, stop: Stop | None = None) -> Reached:
        """See `Searcher.ways_to`."""
        from gridgis.roads import bucket_search

        topology, none = self._graph.topology, asked[:0]
        when = stop or Stop(none, entry_weight[:0], np.zeros(1, dtype=np.int32), none, none)
        lent = self._loans.take()
        weight, node, arc = bucket_search.search(
            topology.start, topology.tail, topology.head, self._graph.weight, entry_node, entry_weight, asked,
            when.owner, when.weight, when.group_start, when.group, when.enough, *self._buckets, *lent,
        )  # fmt: skip
        self._loans.give(lent)
        return _Settled(weight, asked, node, arc, topology.head)


@dataclass(frozen=True)
class _Settled:
    """What Dijkstra found: a tree of arcs onward."""

    weight: Longs
    asked: Ints
    node: Ints
    arc: Ints
    arc_head: Ints

    @cached_property
    def _onward(self) -> Mapping[int, int]:
        return dict(zip(self.node.tolist(), self.arc.tolist(), strict=True))

    def way(self, k: int) -> tuple[list[int], int]:
        arcs: list[int] = []
        node = int(self.asked[k])
        while (arc := self._onward[node]) >= 0:
            arcs.append(arc)
            node = int(self.arc_head[arc])
        return arcs, -2 - arc


class Loans:
    """Arrays of the size of a network, lent to one search at a time and used again.

    Args:
        nodes: Size of the network, n.
        filled: What each array is full of when it is lent; the first is int64, the others int32.
    """

    def __init__(self, nodes: int, filled: tuple[int, ...]) -> None:
        self._nodes, self._filled = nodes, filled
        self._free: list[tuple[NDArray[Any], ...]] = []

    def take(self) -> tuple[NDArray[Any], ...]:
        """Arrays (n), full of what they are to be full of."""
        try:
            return self._free.pop()
        except IndexError:
            first, *others = self._filled
            return np.full(self._nodes, first, dtype=np.int64), *(
                np.full(self._nodes, one, dtype=np.int32) for one in others
            )

    def give(self, lent: tuple[NDArray[Any], ...]) -> None:
        """Take arrays back, left as they were lent."""
        self._free.append(lent)


def bucket_loans(nodes: int) -> Loans:
    """Arrays for `BucketSearcher`."""
    from gridgis.roads import bucket_search as search

    return Loans(nodes, (NEVER, search.NO_WAY, search.EMPTY, search.NOT_QUEUED, search.NOT_ASKED, search.EMPTY))


class PreparedHierarchy:
    """A hierarchy with what its searches share: lent arrays and the selections of nodes often asked about."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy
        self.loans = Loans(len(hierarchy.rank), (NEVER, 0, 0))
        self._pinned: Kept[bytes, tuple[Ints, Ints]] = Kept(KEPT_PINS)

    def pin(self, nodes: Ints) -> tuple[Ints, Ints]:
        """All ancestors of nodes, falling, and the ranks of the nodes; kept for the next search."""
        return self._pinned.get(nodes.tobytes(), lambda: self._pin(nodes))

    def _pin(self, nodes: Ints) -> tuple[Ints, Ints]:
        from gridgis.roads import tree_search

        ranks = self.hierarchy.rank[nodes]
        return tree_search.ancestors(self.hierarchy.up_start, self.hierarchy.up_head, ranks), ranks


@dataclass(frozen=True, eq=False)
class LinkWeights:
    """Weights of a hierarchy's arcs and links for one vehicle at one time.

    Attributes:
        arc: int64 (a), weights of arcs.
        up: int64 (e), weights of links from their lower to their higher end.
        down: int64 (e), weights of links from their higher to their lower end.
    """

    arc: Longs
    up: Longs
    down: Longs

    def copy(self) -> LinkWeights:
        """The same in arrays of its own."""
        return LinkWeights(self.arc.copy(), self.up.copy(), self.down.copy())


@dataclass(frozen=True, eq=False)
class Patch:
    """Where weights differ from others: arcs and links, each once, with their weights."""

    arcs: Ints
    arc: Longs
    links: Ints
    up: Longs
    down: Longs

    @classmethod
    def of(cls, weights: LinkWeights, arcs: Ints, links: Ints) -> Patch:
        """What some weights are on some arcs and links."""
        return cls(arcs, weights.arc[arcs], links, weights.up[links], weights.down[links])

    def put_into(self, weights: LinkWeights) -> None:
        """Set weights to those here."""
        weights.arc[self.arcs] = self.arc
        weights.up[self.links], weights.down[self.links] = self.up, self.down


class TreeSearcher:
    """Searches a customized hierarchy; see `gridgis.roads.tree_search`.

    A searcher in which few arcs differ holds a patch to the weights of another one. It works on copies of these that
    are lent to one search at a time: the patch is put in, and taken out again. So neither a closure nor the questions
    after it cost anything in proportion to the network.

    Args:
        prepared: The hierarchy.
        weights: Customized weights.
        copies: Copies of these weights, for searchers with a patch.
        patch: Where this searcher's weights differ.
    """

    def __init__(
        self,
        prepared: PreparedHierarchy,
        weights: LinkWeights,
        copies: list[LinkWeights] | None = None,
        patch: Patch | None = None,
    ) -> None:
        self._prepared, self._weights, self._patch = prepared, weights, patch
        self._copies: list[LinkWeights] = [] if copies is None else copies

    @classmethod
    def customized(cls, prepared: PreparedHierarchy, arc_weight: Longs) -> TreeSearcher:
        """A searcher for weights of arcs, int64 (a)."""
        from gridgis.roads import customization

        tree = prepared.hierarchy
        slots = np.full(2 * len(tree.up_head), NEVER, dtype=np.int64)
        used = tree.slot_start[1:] > tree.slot_start[:-1]
        if used.any():
            slots[used] = np.minimum.reduceat(arc_weight[tree.slot_arc], tree.slot_start[:-1][used])
        up, down = slots[::2].copy(), slots[1::2].copy()
        customization.customize(tree.up_start, tree.up_head, tree.down_start, tree.down_link, tree.link_tail, up, down)
        return cls(prepared, LinkWeights(arc_weight, up, down))

    @contextmanager
    def weights(self) -> Iterator[LinkWeights]:
        """The weights, lent; those who change them have to change them back."""
        if self._patch is None:
            yield self._weights
            return
        try:
            lent = self._copies.pop()
        except IndexError:
            lent = self._weights.copy()
        self._patch.put_into(lent)
        yield lent
        Patch.of(self._weights, self._patch.arcs, self._patch.links).put_into(lent)
        self._copies.append(lent)

    def with_weights(self, arcs: Ints, arc_weight: Longs) -> TreeSearcher:
        """The same with other weights of some arcs; cheap when these are few.

        Args:
            arcs: int32 (c), the arcs.
            arc_weight: int64 (c), their weights.
        """
        known = self._patch or Patch.of(self._weights, arcs[:0], arcs[:0])
        changed_arcs = np.union1d(known.arcs, arcs)
        if len(changed_arcs) > max(LEAST_PARTIAL, PARTIAL_SHARE * len(self._weights.arc)):
            whole = self._weights.arc.copy()
            whole[known.arcs] = known.arc
            whole[arcs] = arc_weight
            return TreeSearcher.customized(self._prepared, whole)
        begun = TreeSearcher(self._prepared, self._weights, self._copies, known)
        with begun.weights() as lent:
            lent.arc[arcs] = arc_weight
            links = self._recustomize(lent, arcs)
            patch = Patch.of(lent, changed_arcs, np.union1d(known.links, links))
            Patch.of(self._weights, arcs, links).put_into(lent)
        return TreeSearcher(self._prepared, self._weights, self._copies, patch)

    def _recustomize(self, lent: LinkWeights, arcs: Ints) -> Ints:
        """Weigh the links above some arcs again; those that have changed."""
        from gridgis.roads import customization

        tree = self._prepared.hierarchy
        slot = tree.arc_slot[arcs]
        link = np.unique(slot[slot >= 0] >> 1)
        changed: Ints = customization.recustomize(
            tree.up_start, tree.up_head, tree.down_start, tree.down_link, tree.link_tail,
            tree.slot_start, tree.slot_arc, lent.arc, link, lent.up, lent.down,
        )  # fmt: skip
        return changed

    def ways_to(self, entry_node: Ints, entry_weight: Longs, asked: Ints, stop: Stop | None = None) -> Reached:  # noqa: ARG002 (all are found)
        """See `Searcher.ways_to`."""
        from gridgis.roads import tree_search

        tree, loans = self._prepared.hierarchy, self._prepared.loans
        selected, ranks = self._prepared.pin(asked)
        entry_rank = tree.rank[entry_node]
        with self.weights() as own:
            lent = loans.take()
            weight = tree_search.weights_to(
                tree.up_start, tree.up_head, own.up, own.down, entry_rank, entry_weight, selected, ranks, *lent
            )
            loans.give(lent)
        return _Climbed(weight, self, entry_rank, entry_weight, ranks)

    def weights_from(self, exit_node: Ints, exit_weight: Longs, asked: Ints) -> Longs:
        """Weights of the best ways from an origin to nodes, int64 (k), `NEVER` for none.

        Args:
            exit_node: int32 (p), nodes to which a part of an arc leads from the origin.
            exit_weight: int64 (p), weight of that part.
            asked: int32 (k), nodes that can be passed.
        """
        from gridgis.roads import tree_search

        tree, loans = self._prepared.hierarchy, self._prepared.loans
        selected, ranks = self._prepared.pin(asked)
        with self.weights() as own:  # the same search with up and down changed about
            lent = loans.take()
            weight: Longs = tree_search.weights_to(
                tree.up_start, tree.up_head, own.down, own.up, tree.rank[exit_node], exit_weight, selected, ranks, *lent
            )
            loans.give(lent)
        return weight

    def spread(self, exit_node: Ints, exit_weight: Longs, owner: Ints) -> tuple[Longs, Ints]:
        """Weight of the best way to every node from any origin, int64 (n), and whose it is, int32 (n), -1 for none.

        Args:
            exit_node: int32 (p), nodes to which a part of an arc leads from an origin.
            exit_weight: int64 (p), weight of that part.
            owner: int32 (p), the origin; of those equally near the least counts.
        """
        from gridgis.roads import tree_search

        tree = self._prepared.hierarchy
        with self.weights() as own:
            reached, whose = tree_search.spread(
                tree.up_start, tree.up_head, own.up, own.down, tree.rank[exit_node], exit_weight, owner
            )
        return reached[tree.rank], whose[tree.rank]

    def way(self, entry_rank: Ints, entry_weight: Longs, rank: int) -> tuple[list[int], int]:
        """Arcs of the best way from a rank to a place, and the entry by which the last part begins."""
        from gridgis.roads import tree_search

        tree, loans = self._prepared.hierarchy, self._prepared.loans
        with self.weights() as own:
            lent = loans.take()
            arcs, entry = tree_search.way_to(
                tree.up_start, tree.up_head, own.up, own.down, tree.down_start, tree.down_link, tree.link_tail,
                tree.slot_start, tree.slot_arc, own.arc, entry_rank, entry_weight, rank, *lent,
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
