"""Find the parts of a network that hang together for a vehicle, and the islands from which it can't come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.search_graph import SearchGraph

LEAST_COMPONENT_M = 5000.0
_SAME_M = 1e-6


@dataclass(frozen=True, eq=False)
class Components:
    """How a network hangs together for one vehicle; limits, closures and turns are not considered.

    A part is usable when one can drive from anywhere in it to anywhere in it and it is the greatest such part (the one
    with the most road) or has at least a set length of road; all others are islands.

    Attributes:
        label: int32 (n), number of the strongly connected part of each node.
        usable: bool (n), nodes of usable parts.
        comes_to: bool (n), nodes from which a usable part can be reached.
        comes_from: bool (n), nodes that can be reached from a usable part.
        part_m: float64 (c), metres of road inside each part, both directions of a two-way road counted.
        part_nodes: int64 (c), nodes of each part.
    """

    label: NDArray[np.int32]
    usable: NDArray[np.bool_]
    comes_to: NDArray[np.bool_]
    comes_from: NDArray[np.bool_]
    part_m: NDArray[np.float64]
    part_nodes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ComponentReport:
    """Figures about the parts of a network for one vehicle.

    Attributes:
        nodes: Nodes that the vehicle can come to at all by some road.
        largest_nodes: Nodes of the greatest part.
        largest_share: Its share of them, 0 … 1.
        usable_parts: Number of usable parts, the greatest among them.
        islands: Number of other parts that have road in them.
        island_nodes: Nodes in those, and dead ends of one-ways.
        island_m: Metres of road in islands.
    """

    nodes: int
    largest_nodes: int
    largest_share: float
    usable_parts: int
    islands: int
    island_nodes: int
    island_m: float


def find_components(graph: SearchGraph, least_component_m: float = LEAST_COMPONENT_M) -> Components:
    """The strongly connected parts of a compiled network."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    tail, head, length_m, closed_node = _between_junctions(graph)
    nodes = len(closed_node)
    passed = ~(closed_node[tail] | closed_node[head])
    tail, head, length_m = tail[passed], head[passed], length_m[passed]
    links = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(nodes, nodes))
    count, label = connected_components(links, directed=True, connection="strong")
    inside = label[tail] == label[head]
    part_m = np.bincount(label[tail][inside], length_m[inside], count).astype(np.float64)
    part_nodes = np.bincount(label, minlength=count)
    usable_part = part_m >= min(2 * least_component_m, part_m.max(initial=0.0)) - _SAME_M
    usable = usable_part[label] & ~closed_node if count else np.zeros(0, dtype=bool)
    return Components(
        label=label.astype(np.int32),
        usable=usable,
        comes_to=_spread(head, tail, usable),
        comes_from=_spread(tail, head, usable),
        part_m=part_m,
        part_nodes=part_nodes,
    )


def _between_junctions(
    graph: SearchGraph,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.bool_]]:
    """Ends and lengths of arcs between junctions, whatever turns are forbidden; junctions that are shut."""
    topology = graph.topology
    whole = graph.open & (topology.tail == topology.junction[topology.tail])
    ends = (topology.junction[side[whole]] for side in (topology.tail, topology.head))
    junctions = int(topology.junction.max(initial=-1)) + 1
    return *ends, topology.length_m[whole], graph.closed_node[:junctions]


def _spread(tail: NDArray[np.int32], head: NDArray[np.int32], origin: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes reached from any of the origins along links."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    nodes = len(origin)
    first = np.flatnonzero(origin)
    tails = np.concatenate([tail, np.full(len(first), nodes)])
    heads = np.concatenate([head, first])
    links = csr_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(nodes + 1, nodes + 1))
    found = breadth_first_order(links, nodes, directed=True, return_predecessors=False)
    made = np.zeros(nodes + 1, dtype=bool)
    made[found] = True
    return made[:nodes]


def report_components(graph: SearchGraph, components: Components) -> ComponentReport:
    """Figures about the parts of a network."""
    met = np.zeros(len(components.usable), dtype=bool)
    tail, head, _, closed_node = _between_junctions(graph)
    met[tail] = met[head] = True
    met &= ~closed_node
    sizes = np.bincount(components.label[met], minlength=len(components.part_nodes))
    usable_parts = np.unique(components.label[components.usable & met])
    island = components.part_m > 0
    island[usable_parts] = False
    largest = int(sizes.max()) if len(sizes) else 0
    total = int(met.sum())
    return ComponentReport(
        nodes=total,
        largest_nodes=largest,
        largest_share=largest / total if total else 0.0,
        usable_parts=len(usable_parts),
        islands=int(island.sum()),
        island_nodes=int((met & ~components.usable).sum()),
        island_m=float(components.part_m[island].sum()),
    )
