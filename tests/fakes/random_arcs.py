"""Random directed multigraphs as bare arcs, with networkx's answers about them."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.topology import Topology, starts_of
from gridgis.roads.weights import NEVER, metres, milliseconds, weigh

LONGEST_MS = 40


def arcs_between(tail: NDArray[np.int32], head: NDArray[np.int32], xy: NDArray[np.float64]) -> Topology:
    """A topology of bare arcs, each a street of its own."""
    order = np.lexsort((tail, head))
    tail, head = tail[order], head[order]
    arcs = np.arange(len(tail), dtype=np.int32)
    none = np.zeros(len(tail), dtype=bool)
    return Topology(
        junction=np.arange(len(xy), dtype=np.int32),
        start=starts_of(head, len(xy)),
        tail=tail,
        head=head,
        edge=arcs,
        against=none,
        length_m=np.zeros(len(tail)),
        along_street=~none,
        street=arcs,
        street_start=np.arange(len(tail) + 1, dtype=np.int32),
        street_arc=arcs,
        metric_xy=xy,
        barred_arc=arcs[:0],
        barred_by=arcs[:0],
    )


@st.composite
def topologies(draw: st.DrawFn, *, most_nodes: int = 60) -> Topology:
    """Points on a small grid, some at the same place, with near and far links, loops and parallel arcs between them."""
    nodes = draw(st.integers(1, most_nodes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    xy = rng.integers(0, 12, (nodes, 2)).astype(np.float64) * 100
    count = draw(st.integers(0, 4 * nodes))
    tail = rng.integers(0, nodes, count).astype(np.int32)
    near = np.argsort(np.abs(xy[tail, None] - xy[None, :]).sum(axis=2), axis=1)
    head = near[np.arange(count), np.minimum(rng.geometric(0.35, count) - 1, nodes - 1)].astype(np.int32)
    return arcs_between(tail, head, xy)


def random_weights(topology: Topology, rng: np.random.Generator) -> NDArray[np.int64]:
    """Weights of small whole numbers, so that many ways are equal; some arcs take no time, some are shut."""
    ms = rng.integers(0, LONGEST_MS, topology.arcs)
    ms[rng.random(topology.arcs) < 0.15] = -1
    return weigh(ms, rng.integers(0, 9, topology.arcs) / 100)


def as_graph(topology: Topology, weight: NDArray[np.int64]) -> SearchGraph:
    """Arcs weighed for nobody in particular."""
    none = np.zeros(topology.nodes, dtype=np.int64)
    long = replace(topology, length_m=np.where(weight >= NEVER, 0, metres(weight)))
    return SearchGraph(long, milliseconds(weight), none, none.astype(bool))


def by_networkx(
    topology: Topology, weight: NDArray[np.int64], entry_node: NDArray[np.int32], entry_weight: NDArray[np.int64]
) -> list[int]:
    """The weight of the best way from every node to the place, `NEVER` for none."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(-1, topology.nodes))
    for tail, head, one in zip(topology.tail.tolist(), topology.head.tolist(), weight.tolist(), strict=True):
        if one < NEVER:
            graph.add_edge(head, tail, weight=one)
    for node, one in zip(entry_node.tolist(), entry_weight.tolist(), strict=True):
        graph.add_edge(-1, node, weight=one)
    reached = nx.single_source_dijkstra_path_length(graph, -1)
    return [int(reached.get(node, NEVER)) for node in range(topology.nodes)]
