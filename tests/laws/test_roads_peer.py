"""Our hierarchy and RoutingKit's give the same milliseconds on the same arcs, also after these have changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridgis.roads import hierarchy
from gridgis.roads.searchers import PreparedHierarchy, TreeSearcher
from gridgis.roads.topology import Topology
from gridgis.roads.weights import milliseconds, weigh
from tests.fakes.random_arcs import random_weights, topologies

routingkit: Any = pytest.importorskip(
    "routingkit_cch",
    reason="no wheel of routingkit-cch fits here (`make system` tries it): not compared with RoutingKit",
)
NO_WAY_MS = 2**31 - 1


def pairs_of(topology: Topology, weight: NDArray[np.int64]) -> dict[tuple[int, int], int]:
    """Least milliseconds between every two linked nodes in both directions, `NO_WAY_MS` where none may be driven."""
    found: dict[tuple[int, int], int] = {}
    ms = milliseconds(weight).tolist()
    for tail, head, one in zip(topology.tail.tolist(), topology.head.tolist(), ms, strict=True):
        if tail != head:
            found.setdefault((head, tail), NO_WAY_MS)
            found[tail, head] = min(found.get((tail, head), NO_WAY_MS), NO_WAY_MS if one < 0 else one)
    return found


@given(topology=topologies(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_both_hierarchies_give_the_same_milliseconds(topology: Topology, seed: int) -> None:
    chance = np.random.default_rng(seed)
    weight = random_weights(topology, chance)
    pairs = pairs_of(topology, weight)
    if not pairs:
        return
    tail, head = (list(ends) for ends in zip(*pairs, strict=True))
    order = hierarchy.prepare(topology)
    peer = routingkit.CCH(order.order.tolist(), tail, head, False)  # noqa: FBT003 (its own signature)
    ours = TreeSearcher.customized(PreparedHierarchy(hierarchy.build(topology, order)), weight)
    for _ in range(2):
        teams = np.unique(chance.integers(0, topology.nodes, 6)).astype(np.int32)
        query = routingkit.CCHManyToOne(
            routingkit.CCHMetric(peer, list(pairs_of(topology, weight).values())), teams.tolist()
        )
        for alarm in chance.integers(0, topology.nodes, 4).tolist():
            start = weigh(np.zeros(1, dtype=np.int64), np.zeros(1))
            found = ours.ways_to(np.array([alarm], dtype=np.int32), start, teams)
            told = [-1 if one is None else one for one in query.distances_to(alarm)]
            assert milliseconds(found.weight).tolist() == told
        changed = np.unique(chance.integers(0, topology.arcs, 3)).astype(np.int32)
        weight = weight.copy()
        weight[changed] = random_weights(topology, chance)[changed]
        ours = ours.with_weights(changed, weight[changed])
