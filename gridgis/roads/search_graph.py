"""Weigh the arcs of a network for one vehicle at one time: what takes how long, and what is shut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf

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
        ms: int64 (a), milliseconds along the arc when nothing is changed, -1 where the vehicle may not drive.
        delay_ms: int64 (n), milliseconds to pass the node (a gate is opened there).
        closed_node: bool (n), nodes the vehicle can't pass.
        changed: Edges that take so many times as long as usual, infinity where they are closed.
    """

    topology: Topology
    ms: NDArray[np.int64]
    delay_ms: NDArray[np.int64]
    closed_node: NDArray[np.bool_]
    changed: Mapping[int, float] = field(default_factory=dict)

    @property
    def open(self) -> NDArray[np.bool_]:
        """Whether the vehicle may drive on each arc when nothing is changed, bool (a)."""
        return self.ms >= 0

    def ms_on(self, arc: NDArray[np.int32]) -> NDArray[np.int64]:
        """Milliseconds along some arcs, changes considered; -1 where the vehicle may not drive."""
        ms = self.ms[arc]
        if not self.changed:
            return ms
        edges, factors = self._by_edge
        edge = self.topology.edge[arc]
        at = np.minimum(np.searchsorted(edges, edge), len(edges) - 1)
        met = np.flatnonzero((edges[at] == edge) & (ms >= 0))
        if len(met):
            factor = factors[at[met]]
            shut = factor == inf
            ms[met] = np.where(shut, -1, np.rint(ms[met] * np.where(shut, 0.0, factor)).astype(np.int64))
        return ms

    @cached_property
    def _by_edge(self) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Changed edges in their order, and their factors."""
        edges = np.array(sorted(self.changed), dtype=np.int32)
        return edges, np.array([self.changed[edge] for edge in edges.tolist()], dtype=np.float64)

    @cached_property
    def _changed(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The changed edges, sorted, and how many times as long each takes."""
        edges = sorted(self.changed)
        return np.array(edges, dtype=np.int64), np.array([self.changed[edge] for edge in edges], dtype=np.float64)

    def all_ms(self) -> NDArray[np.int64]:
        """Milliseconds along each arc, int64 (a), as `ms_on` gives them."""
        ms = self.ms.copy()
        arc = self.topology.arcs_of(self.changed)
        ms[arc] = self.ms_on(arc)
        return ms

    @cached_property
    def weight(self) -> NDArray[np.int64]:
        """Weights of all arcs, int64 (a), as `weights_of` gives them."""
        return self.weights_of(np.arange(self.topology.arcs, dtype=np.int32))

    def weights_of(self, arc: NDArray[np.int32]) -> NDArray[np.int64]:
        """Weights of some arcs and past their heads; `NEVER` where an arc is shut or the vehicle can't pass an end."""
        ms, tail, head = self.ms_on(arc), self.topology.tail[arc], self.topology.head[arc]
        weight = weigh(np.where(ms < 0, -1, ms + self.delay_ms[head]), self.topology.length_m[arc])
        weight[self.closed_node[tail] | self.closed_node[head]] = NEVER
        return weight

    def with_changes(self, changed: Mapping[int, float]) -> tuple[SearchGraph, NDArray[np.int32]]:
        """The same with other changes in place of these, and the arcs whose weights may differ."""
        differing = [
            edge for edge in self.changed.keys() | changed.keys() if self.changed.get(edge) != changed.get(edge)
        ]
        return replace(self, changed=changed), self.topology.arcs_of(differing)

    def at_pace(self, factor: NDArray[np.float64]) -> SearchGraph:
        """The same where edges (m) take so many times as long."""
        ms = np.where(self.open, np.rint(self.ms * factor[self.topology.edge]), -1).astype(np.int64)
        return replace(self, ms=ms)


def weigh_arcs(
    topology: Topology, passage: Passage, *, limits: bool = False, barring: NDArray[np.bool_] | None = None
) -> SearchGraph:
    """The arcs of a network for one vehicle.

    Args:
        topology: The arcs.
        passage: How the vehicle gets along edges (m) and past nodes (n).
        limits: Whether weight, height and width limits hold.
        barring: bool (r), rules about turning that bind the vehicle; none by default.
    """
    edge = topology.edge
    ms = np.where(topology.against, passage.against_ms[edge], passage.along_ms[edge])
    if limits:
        ms[passage.over_limit[edge]] = -1
    if barring is not None:
        ms[topology.barred_arc[barring[topology.barred_by]]] = -1
    closed_node = passage.node_ms == CLOSED_NODE
    if limits:
        closed_node |= passage.node_over_limit
    junction = topology.junction
    delay_ms = np.maximum(passage.node_ms, 0)[junction]
    return SearchGraph(topology, ms, delay_ms, closed_node[junction])


def changes_of(closed: Iterable[int], slowed: Mapping[int, float]) -> dict[int, float]:
    """Edges that take so many times as long as usual, infinity for the closed ones."""
    return {**{edge: factor for edge, factor in slowed.items() if factor != 1}, **dict.fromkeys(closed, inf)}
