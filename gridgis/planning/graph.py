"""Lay out which units touch which as flat arrays, and find what is in one part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import Fault, InputRejected

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class UnitGraph:
    """Units (n) and the borders they share (m), each border twice.

    Attributes:
        start: int32 (n + 1); the neighbours of unit i are ``other[start[i]:start[i + 1]]``, in order.
        other: int32 (2m).
        border: float64 (2m), length of each border.
        borders: float64 (2m), how many borders of single units each stands for; 1 but where units were joined.
    """

    start: Ints
    other: Ints
    border: Floats
    borders: Floats

    @classmethod
    def of_edges(
        cls, units: int, edges: NDArray[np.integer], border: Floats | None = None, borders: Floats | None = None
    ) -> UnitGraph:
        """The graph of index pairs (m, 2); a pair given twice, or as (a, b) and (b, a), adds up to one border.

        ``borders`` says how many borders each pair stands for, and adds up; a pair stands for one without it.

        Raises:
            InputRejected: ``planning.edges``, with a fault for each edge that names no unit or joins a unit to itself
                (``planning.edge_unknown``, ``planning.edge_loop``), or has no finite, positive length
                (``planning.edge_length``).
        """
        pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
        lengths = np.ones(len(pairs)) if border is None else np.asarray(border, dtype=np.float64)
        faults = [
            Fault(code, fields={"edge": int(row), "value": str(pairs[row].tolist())}, row=int(row) + 1)
            for code, wrong in (
                ("planning.edge_unknown", ((pairs < 0) | (pairs >= units)).any(axis=1)),
                ("planning.edge_loop", pairs[:, 0] == pairs[:, 1]),
                ("planning.edge_length", ~np.isfinite(lengths) | (lengths < 0)),
            )
            for row in np.flatnonzero(wrong)
        ]
        if faults:
            raise InputRejected("planning.edges", faults, count=len(faults))
        tail = np.concatenate([pairs[:, 0], pairs[:, 1]])
        head = np.concatenate([pairs[:, 1], pairs[:, 0]])
        keys, at = np.unique(tail * max(units, 1) + head, return_inverse=True)

        def summed(values: Floats) -> Floats:
            return np.bincount(at, weights=np.concatenate([values, values]), minlength=len(keys)).astype(np.float64)

        counted = np.ones(len(keys)) if borders is None else summed(borders)
        tail = keys // max(units, 1)
        start = np.zeros(units + 1, dtype=np.int32)
        start[1:] = np.cumsum(np.bincount(tail, minlength=units))
        return cls(start, (keys % max(units, 1)).astype(np.int32), summed(lengths), counted)

    @property
    def tail(self) -> Ints:
        """The unit from whose side each border is seen, as ``other``."""
        return np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), np.diff(self.start))

    def pieces(self, label: NDArray[np.integer] | None = None) -> Ints:
        """The number of the connected piece in which each unit lies, only along borders inside one label."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        tail, head = self.tail, self.other
        if label is not None:
            same = label[tail] == label[head]
            tail, head = tail[same], head[same]
        units = len(self.start) - 1
        links = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(units, units))
        return np.asarray(connected_components(links, directed=False)[1], dtype=np.int32)

    def among(self, units: NDArray[np.integer]) -> UnitGraph:
        """The graph of some units alone, numbered in the order given."""
        place = np.full(len(self.start) - 1, -1, dtype=np.int64)
        place[units] = np.arange(len(units))
        tail, head = place[self.tail], place[self.other]
        kept = (tail >= 0) & (head >= 0) & (tail < head)
        pairs = np.column_stack((tail[kept], head[kept]))
        return UnitGraph.of_edges(len(units), pairs, self.border[kept], self.borders[kept])

    def without(self, one: int, two: int) -> UnitGraph:
        """The graph without the border between two units."""
        tail, head = self.tail, self.other
        kept = (tail < head) & ~(((tail == one) & (head == two)) | ((tail == two) & (head == one)))
        pairs = np.column_stack((tail[kept], head[kept]))
        return UnitGraph.of_edges(len(self.start) - 1, pairs, self.border[kept], self.borders[kept])

    def bridged(self, xy: Floats) -> UnitGraph:
        """The graph with its pieces joined by the shortest links between the units nearest each other."""
        from scipy.spatial import KDTree

        graph = self
        while (piece := graph.pieces()).max() > 0:
            first = np.flatnonzero(piece == 0)
            rest = np.flatnonzero(piece != 0)
            far, at = KDTree(xy[rest]).query(xy[first])
            nearest = np.atleast_1d(at)
            near = int(np.argmin(far))
            once = graph.tail < graph.other
            pairs = np.column_stack((graph.tail[once], graph.other[once]))
            link = [[int(first[near]), int(rest[nearest[near]])]]
            graph = UnitGraph.of_edges(
                len(self.start) - 1,
                np.concatenate([pairs, link]),
                np.append(graph.border[once], 0.0),
                np.append(graph.borders[once], 1.0),
            )
        return graph
