"""Split the junctions at which turns are forbidden, so that a node says what has been driven as far as it matters.

A node is added for every proper beginning of a forbidden sequence of edges; who has just driven it stands there. From
there arcs go on as from the junction itself, each to the node of the longest such beginning that it ends (Aho and
Corasick, CACM 18, 1975), and those that end a forbidden sequence are barred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sequence = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class BareArcs:
    """Arcs (a) of edges, in their direction or against it.

    Attributes:
        tail: int32 (a).
        head: int32 (a).
        edge: int32 (a).
        against: bool (a).
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    edge: NDArray[np.int32]
    against: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SplitArcs:
    """Arcs between junctions and the nodes that these were split into.

    Attributes:
        arcs: The arcs that were there, some of them to other nodes, and the added ones behind them.
        junction: int32 (n), the junction of each node; junctions are their own.
        barred: int64 (b, 2), an arc and a rule that forbids it.
    """

    arcs: BareArcs
    junction: NDArray[np.int32]
    barred: NDArray[np.int64]


def split_junctions(arcs: BareArcs, nodes: int, turns: Mapping[Sequence, tuple[int, ...]]) -> SplitArcs:
    """Arcs that keep to the rules about turning.

    Args:
        arcs: Arcs in both directions of edges (m), the first m of them along edges 0 … m - 1.
        nodes: Number of junctions.
        turns: Forbidden sequences of edges and the rules that forbid each.
    """
    begun = sorted({turn[:end] for turn in turns for end in range(1, len(turn))})
    node_of = {sequence: nodes + place for place, sequence in enumerate(begun)}
    by_tail = np.argsort(arcs.tail, kind="stable")
    first = np.searchsorted(arcs.tail[by_tail], np.arange(nodes + 1))
    junction = [int(arcs.head[sequence[-1]]) for sequence in begun]
    added: list[tuple[int, int, int, bool]] = []
    barred: list[tuple[int, int]] = []
    for sequence, at in zip(begun, junction, strict=True):
        for arc in by_tail[first[at] : first[at + 1]].tolist():
            edge, against = int(arcs.edge[arc]), bool(arcs.against[arc])
            driven = () if against else (*sequence, edge)
            endings = [driven[since:] for since in range(len(driven))]
            rules = {rule for ending in endings for rule in turns.get(ending, ())}
            barred += [(len(arcs.tail) + len(added), rule) for rule in sorted(rules)]
            onto = next((node_of[ending] for ending in endings if ending in node_of), int(arcs.head[arc]))
            added.append((node_of[sequence], onto, edge, against))
    head = arcs.head.copy()
    for sequence, node in node_of.items():
        if len(sequence) == 1:
            head[sequence[0]] = node
    tails, heads, edges, againsts = np.array(added, dtype=np.int32).reshape(-1, 4).T
    return SplitArcs(
        BareArcs(
            np.concatenate([arcs.tail, tails]),
            np.concatenate([head, heads]),
            np.concatenate([arcs.edge, edges]),
            np.concatenate([arcs.against, againsts.astype(bool)]),
        ),
        np.concatenate([np.arange(nodes), junction]).astype(np.int32),
        np.array(barred, dtype=np.int64).reshape(-1, 2),
    )
