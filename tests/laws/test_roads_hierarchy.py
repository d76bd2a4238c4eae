"""Searches with and without a hierarchy answer as networkx does on random multigraphs, also after arcs have changed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridgis.roads import hierarchy
from gridgis.roads.searchers import (
    BucketSearcher,
    PreparedHierarchy,
    Reached,
    Searcher,
    TreeSearcher,
    bucket_loans,
)
from gridgis.roads.topology import Topology
from gridgis.roads.weights import NEVER, weigh
from tests.fakes.random_arcs import arcs_between, as_graph, by_networkx, random_weights, topologies

seeds = st.integers(0, 2**32 - 1)


def prepared(topology: Topology) -> PreparedHierarchy:
    return PreparedHierarchy(hierarchy.build(topology, hierarchy.prepare(topology)))


def entries(topology: Topology, rng: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    count = int(rng.integers(0, 5))
    node = rng.integers(0, topology.nodes, count).astype(np.int32)
    return node, weigh(rng.integers(0, 30, count), rng.integers(0, 9, count) / 100)


def check_ways(
    topology: Topology,
    weight: NDArray[np.int64],
    reached: Reached,
    asked: NDArray[np.int32],
    last: tuple[NDArray[np.int32], NDArray[np.int64]],
) -> None:
    """Every way leads over joined open arcs into an entry and weighs what was said."""
    for k, node in enumerate(asked.tolist()):
        if reached.weight[k] >= NEVER:
            continue
        arcs, entry = reached.way(k)
        nodes = [node, *topology.head[arcs].tolist()]
        assert topology.tail[arcs].tolist() == nodes[:-1]
        assert last[0][entry] == nodes[-1]
        assert weight[arcs].sum() + last[1][entry] == reached.weight[k]


def check(searcher: Searcher, topology: Topology, weight: NDArray[np.int64], rng: np.random.Generator) -> None:
    last = entries(topology, rng)
    asked = rng.integers(0, topology.nodes, int(rng.integers(0, 12))).astype(np.int32)
    reached = searcher.ways_to(*last, asked)
    wanted = by_networkx(topology, weight, *last)
    assert reached.weight.tolist() == [wanted[node] for node in asked]
    check_ways(topology, weight, reached, asked, last)


@given(topology=topologies(), seed=seeds)
@settings(max_examples=300, deadline=None)
def test_both_searches_equal_networkx_and_their_ways_weigh_what_they_say(topology: Topology, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight = random_weights(topology, rng)
    tree = TreeSearcher.customized(prepared(topology), weight)
    for searcher in (BucketSearcher(as_graph(topology, weight), bucket_loans(topology.nodes)), tree, tree):
        check(searcher, topology, weight, rng)


@given(topology=topologies(), seed=seeds)
@settings(max_examples=300, deadline=None)
def test_weights_changed_in_part_are_those_of_a_whole_customization(topology: Topology, seed: int) -> None:
    """Closures, slow-downs and their ends, one after the other; searchers before a change stay as they were."""
    rng = np.random.default_rng(seed)
    weight = random_weights(topology, rng)
    tree = prepared(topology)
    searchers = [(TreeSearcher.customized(tree, weight), weight)]
    for _ in range(4):
        before, weight = searchers[int(rng.integers(0, len(searchers)))]
        changed = np.unique(rng.integers(0, topology.arcs, int(rng.integers(0, 6)) if topology.arcs else 0))
        weight = weight.copy()
        weight[changed] = random_weights(topology, rng)[changed]
        searchers.append((before.with_weights(changed.astype(np.int32), weight[changed]), weight))
        for searcher, wanted in searchers:
            with searcher.weights() as own, TreeSearcher.customized(tree, wanted).weights() as whole:
                assert np.array_equal(own.arc, whole.arc)
                assert np.array_equal(own.up, whole.up)
                assert np.array_equal(own.down, whole.down)
            check(searcher, topology, wanted, rng)


@given(topology=topologies(), seed=seeds)
@settings(max_examples=200, deadline=None)
def test_searches_from_origins_equal_networkx_and_the_least_of_equals_counts(topology: Topology, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight = random_weights(topology, rng)
    tree = TreeSearcher.customized(prepared(topology), weight)
    turned = arcs_between(topology.head, topology.tail, topology.metric_xy)
    order = np.lexsort((topology.head, topology.tail))
    origins = [entries(topology, rng) for _ in range(3)]
    wanted = np.array([by_networkx(turned, weight[order], *one) for one in origins])
    asked = rng.integers(0, topology.nodes, 7).astype(np.int32)
    for origin, times in zip(origins, wanted, strict=True):
        assert tree.weights_from(*origin, asked).tolist() == times[asked].tolist()
    owner = np.repeat(np.arange(3, dtype=np.int32), [len(node) for node, _ in origins])
    nodes, parts = (np.concatenate(both) for both in zip(*origins, strict=True))
    reached, whose = tree.spread(nodes, parts, owner)
    assert reached.tolist() == wanted.min(axis=0).tolist()
    assert whose.tolist() == np.where(wanted.min(axis=0) >= NEVER, -1, wanted.argmin(axis=0)).tolist()


@given(topology=topologies(most_nodes=120))
@settings(max_examples=150, deadline=None)
def test_a_hierarchy_takes_every_node_once_and_links_what_is_above(topology: Topology) -> None:
    """The links up from a node are all linked to each other: what makes searches along ancestors exact."""
    tree = prepared(topology).hierarchy
    assert sorted(tree.rank.tolist()) == list(range(topology.nodes))
    links = set(zip(tree.link_tail.tolist(), tree.up_head.tolist(), strict=True))
    assert all(low < high for low, high in links)
    for low in range(topology.nodes):
        above = tree.up_head[tree.up_start[low] : tree.up_start[low + 1]].tolist()
        assert above == sorted(set(above))
        assert all(pair in links for pair in pairwise(above))
        assert all((above[0], other) in links for other in above[1:])
    apart = topology.tail != topology.head
    ends = np.sort(np.column_stack([tree.rank[topology.tail[apart]], tree.rank[topology.head[apart]]]), axis=1)
    assert {tuple(pair) for pair in ends.tolist()} <= links
