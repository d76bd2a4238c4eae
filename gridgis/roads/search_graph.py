"""Weigh the arcs of a network for one vehicle at one time: what takes how long, and what is shut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.roads.passage import CLOSED_NODE, Passage
from gridgis.roads.topology import Topology
from gridgis.roads.weights import NEVER, weigh


@dataclass(frozen=True, eq=False)
class SearchGraph:
    """Arcs (a) between nodes (n) as one vehicle finds them.

    Attributes:
        topology: The arcs.
        ms: int64 (a), milliseconds along the arc, -1 where the vehicle may not drive.
        delay_ms: int64 (n), milliseconds to pass the node (a gate is opened there).
        closed_node: bool (n), nodes the vehicle can't pass.
        weight: int64 (a), weight of the arc and past its head, `NEVER` where the vehicle may not drive or can't
            pass one of the ends.
    """

    topology: Topology
    ms: NDArray[np.int64]
    delay_ms: NDArray[np.int64]
    closed_node: NDArray[np.bool_]
    weight: NDArray[np.int64]

    @property
    def open(self) -> NDArray[np.bool_]:
        """Whether the vehicle may drive on each arc, bool (a)."""
        return self.ms >= 0


def weigh_arcs(
    topology: Topology,
    passage: Passage,
    *,
    limits: bool,
    closed: NDArray[np.bool_],
    barring: NDArray[np.bool_],
) -> SearchGraph:
    """The arcs of a network for one vehicle.

    Args:
        topology: The arcs.
        passage: How the vehicle gets along edges (m) and past nodes (n).
        limits: Whether weight, height and width limits hold.
        closed: bool (m), edges that are closed to all.
        barring: bool (r), rules about turning that bind the vehicle.
    """
    shut = closed | passage.over_limit if limits else closed
    edge = topology.edge
    ms = np.where(topology.against, passage.against_ms[edge], passage.along_ms[edge])
    ms[shut[edge]] = -1
    ms[topology.barred_arc[barring[topology.barred_by]]] = -1
    closed_node = passage.node_ms == CLOSED_NODE
    if limits:
        closed_node |= passage.node_over_limit
    closed_node, delay_ms = closed_node[topology.junction], np.maximum(passage.node_ms, 0)[topology.junction]
    weight = weigh(np.where(ms < 0, -1, ms + delay_ms[topology.head]), topology.length_m)
    weight[closed_node[topology.tail] | closed_node[topology.head]] = NEVER
    return SearchGraph(topology, ms, delay_ms, closed_node, weight)
