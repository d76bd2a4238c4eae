"""Join ways that share nodes into streets between junctions, as OSMnx does, and lay them out as a road network.

A street ends where roads meet or end, where a barrier stands, and where a tag that matters changes; nodes in between
only shape it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.osm_tags import RoadTags
from gridgis.roads.network import RoadNetwork, RoadSource, TurnRestriction, objects
from gridgis.roads.osmnx_graph import line_lengths_m

NodeTags = Mapping[int, Mapping[str, str]]
_BOTH_ENDS = 2


@dataclass(frozen=True, slots=True)
class Way:
    """A run of nodes with one set of tags, in driving order when it is one-way."""

    way_id: int
    nodes: tuple[int, ...]
    tags: RoadTags


@dataclass(slots=True)
class Street:
    """Ways joined end to end between two junctions."""

    nodes: list[int]
    tags: RoadTags
    way_ids: list[int]


@dataclass(slots=True)
class TopologyCounts:
    """What was found while streets were laid out.

    Attributes:
        zero_length: Streets of no length (those from a node to itself are dropped).
        duplicates: Streets drawn twice, dropped once.
        loops: Streets that come back to where they start.
        dead_ends: Nodes where one street ends.
    """

    zero_length: int = 0
    duplicates: int = 0
    loops: int = 0
    dead_ends: int = 0


@dataclass(slots=True)
class _Joiner:
    """Ways cut into pieces at junctions, and which of them carry on as one street."""

    pieces: list[Way]
    ends: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index, piece in enumerate(self.pieces):
            self.ends.setdefault(piece.nodes[0], []).append((index, 0))
            self.ends.setdefault(piece.nodes[-1], []).append((index, 1))

    def onward(self, index: int, end: int, kept: NodeTags) -> tuple[int, int] | None:
        """The piece with which a piece carries on beyond one of its ends (0 start, 1 end), and by which end."""
        piece = self.pieces[index]
        node = piece.nodes[-end]
        met = self.ends[node]
        if node in kept or len(met) != _BOTH_ENDS or met[0][0] == met[1][0]:
            return None
        other, other_end = met[0] if met[1] == (index, end) else met[1]
        if self.pieces[other].tags != piece.tags:
            return None
        turned = other_end == end
        return None if turned and (piece.tags.oneway or piece.tags.directed) else (other, other_end)

    def streets(self, kept: NodeTags) -> Iterator[Street]:
        """Every street, in the direction of its first piece."""
        done: set[int] = set()
        for index, piece in enumerate(self.pieces):
            if index in done:
                continue
            done.add(index)
            after, closed = self._follow(index, 1, kept, done)
            before, _ = ([], True) if closed else self._follow(index, 0, kept, done)
            nodes = list(piece.nodes)
            way_ids = [piece.way_id]
            for other, turned in after:
                run = self.pieces[other].nodes
                nodes += (run[::-1] if turned else run)[1:]
                way_ids.append(self.pieces[other].way_id)
            for other, turned in before:
                run = self.pieces[other].nodes
                nodes = [*(run[::-1] if turned else run)[:-1], *nodes]
                way_ids.insert(0, self.pieces[other].way_id)
            yield Street(nodes, piece.tags, list(dict.fromkeys(way_ids)))

    def _follow(self, first: int, end: int, kept: NodeTags, done: set[int]) -> tuple[list[tuple[int, bool]], bool]:
        """Pieces beyond one end, each with whether it is turned round, and whether they come back to the first."""
        found: list[tuple[int, bool]] = []
        index, at = first, end
        while (step := self.onward(index, at, kept)) is not None:
            index, entered = step
            if index in done:
                return found, index == first
            done.add(index)
            found.append((index, entered != 1 - end))
            at = 1 - entered
        return found, False


def lay_streets(ways: Sequence[Way], kept: NodeTags, counts: TopologyCounts) -> list[Street]:
    """Streets between junctions; a piece of road drawn twice with one class is taken once, as first drawn.

    Args:
        ways: Runs of at least two nodes.
        kept: Tags of the nodes at which streets always end (barriers, fords).
        counts: Where what is found is noted.
    """
    used: Counter[int] = Counter()
    for way in ways:
        used.update(way.nodes)
        used.update((way.nodes[0], way.nodes[-1]))
    pieces: dict[tuple[object, ...], Way] = {}
    for piece in (piece for way in ways for piece in _cut(way, used, kept)):
        drawn = piece.nodes if piece.tags.oneway else min(piece.nodes, piece.nodes[::-1])
        if pieces.setdefault((drawn, piece.tags.highway, piece.tags.oneway), piece) is not piece:
            counts.duplicates += 1
    return list(_Joiner(list(pieces.values())).streets(kept))


def _cut(way: Way, used: Mapping[int, int], kept: NodeTags) -> Iterator[Way]:
    """The pieces of a way between nodes where it meets others, itself, or a barrier."""
    start = 0
    last = len(way.nodes) - 1
    for place in range(1, last + 1):
        node = way.nodes[place]
        if place == last or used[node] > 1 or node in kept:
            yield Way(way.way_id, way.nodes[start : place + 1], way.tags)
            start = place


def to_network(
    streets: Iterable[Street],
    positions: Mapping[int, tuple[float, float]],
    kept: NodeTags,
    counts: TopologyCounts,
    *,
    source: RoadSource,
    restrictions: tuple[TurnRestriction, ...] = (),
    water: NDArray[np.object_] | None = None,
) -> RoadNetwork:
    """A network of streets; those from a node to itself with no length are dropped.

    Args:
        streets: Between junctions.
        positions: Lon/lat of every node.
        kept: Tags of nodes.
        counts: Where what is found is noted.
        source: Of the network.
        restrictions: Stored with it.
        water: Lines and areas nobody walks through.
    """
    listed = list(streets)
    owner = np.repeat(np.arange(len(listed)), [len(street.nodes) for street in listed])
    points = np.array([positions[node] for street in listed for node in street.nodes], dtype=np.float64)
    lines = objects(shapely.linestrings(points.reshape(-1, 2), indices=owner)) if listed else objects(())
    lengths = line_lengths_m(lines)
    chosen = _without_faults(listed, lengths, counts)
    ends = [node for index in chosen for node in (listed[index].nodes[0], listed[index].nodes[-1])]
    node_id = np.unique(np.array(ends, dtype=np.int64))
    place = {node: at for at, node in enumerate(node_id.tolist())}
    street_count = np.bincount([place[node] for node in ends], minlength=len(node_id)).astype(np.int32)
    counts.dead_ends = int((street_count == 1).sum())
    rows = [row for index in chosen for row in _edges(listed[index], lines[index], float(lengths[index]), place)]
    columns = list(zip(*rows, strict=True)) or [()] * 11
    tail, head = np.array(columns[0], dtype=np.int32), np.array(columns[1], dtype=np.int32)
    xy = np.array([positions[node] for node in node_id.tolist()], dtype=np.float64).reshape(-1, 2)
    network = RoadNetwork(
        node_id=node_id,
        x=xy[:, 0],
        y=xy[:, 1],
        street_count=street_count,
        node_tags=objects(dict(kept.get(node, {})) for node in node_id.tolist()),
        tail=tail,
        head=head,
        key=_keys(tail, head),
        way_ids=objects(columns[2]),
        length_m=np.array(columns[3], dtype=np.float64),
        highway=objects(columns[4]),
        name=objects(columns[5]),
        ref=objects(columns[6]),
        oneway=np.array(columns[7], dtype=bool),
        reversed=np.array(columns[8], dtype=bool),
        tags=objects(columns[9]),
        geometry=objects(columns[10]),
        turn_restrictions=restrictions,
        source=source,
        water=objects(()) if water is None else water,
    )
    return network.in_space_order()


def _without_faults(streets: Sequence[Street], lengths: NDArray[np.float64], counts: TopologyCounts) -> list[int]:
    """Streets that are kept: all but loops of no length."""
    chosen: list[int] = []
    for index, street in enumerate(streets):
        loop = street.nodes[0] == street.nodes[-1]
        counts.zero_length += int(lengths[index] == 0)
        if not loop or lengths[index] > 0:
            counts.loops += int(loop)
            chosen.append(index)
    return chosen


def _edges(
    street: Street, line: shapely.LineString, length_m: float, place: Mapping[int, int]
) -> Iterator[tuple[object, ...]]:
    """Rows of the columns tail, head, ways, length, class, name, number, one-way, reversed, tags, shape."""
    tail, head = place[street.nodes[0]], place[street.nodes[-1]]
    tags = street.tags
    common = (tuple(street.way_ids), length_m, tags.highway, tags.name, tags.ref, tags.oneway)
    kept = dict(tags.kept)
    yield (tail, head, *common, False, kept, line)
    if not tags.oneway:
        yield (head, tail, *common, True, kept, shapely.reverse(line))


def _keys(tail: NDArray[np.int32], head: NDArray[np.int32]) -> NDArray[np.int32]:
    """Number of each edge among those with the same ends, in their order."""
    seen: Counter[tuple[int, int]] = Counter()
    made = np.empty(len(tail), dtype=np.int32)
    for edge, ends in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
        made[edge] = seen[ends]
        seen[ends] += 1
    return made
