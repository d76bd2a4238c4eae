"""Join surveyed road lines where they meet: ends to ends, ends to lines, and at crossings on one level.

Everything is measured in metres. A line keeps its shape but for its ends and the places where an end is joined to it,
which move by no more than the tolerance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.roads.network import objects

_SAME_VERTEX_M = 0.01
_ON_LINE_M = 1e-6
_LINE = 1


class JoinKind(StrEnum):
    """How lines were joined."""

    ENDS = "ends"  # ends that lie apart by no more than the tolerance
    END_TO_LINE = "end_to_line"  # an end and a line it nearly touches
    CROSSING = "crossing"  # lines that cross on one level


@dataclass(frozen=True, slots=True)
class Join:
    """A place where lines were joined that did not share a point before.

    Attributes:
        kind: How.
        x: Metric coordinate, longitude once reported.
        y: Metric coordinate, latitude once reported.
        moved_m: How far an end or a line was moved.
        lines: Numbers of the lines, the first two or more.
    """

    kind: JoinKind
    x: float
    y: float
    moved_m: float
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """A place where two lines cross and were not joined: a bridge, a tunnel, or by choice."""

    x: float
    y: float
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hanging:
    """An end that meets nothing.

    Attributes:
        x: Metric coordinate, longitude once reported.
        y: Metric coordinate, latitude once reported.
        line: Number of the line.
        gap_m: Metres to the nearest other line, infinity when none is near: a small gap is likely a mistake.
        nearest: Number of that line, -1 for none.
    """

    x: float
    y: float
    line: int
    gap_m: float
    nearest: int


@dataclass(slots=True)
class NodedLines:
    """Lines as runs of nodes.

    Attributes:
        nodes: Of each line, in its direction; fewer than two where it has no length left.
        positions: Metric coordinates of the nodes.
        joins: What was joined.
        passes: What crosses and was not.
        hanging: Ends that meet nothing.
        met: Ends that met exactly and needed no joining.
    """

    nodes: list[tuple[int, ...]] = field(default_factory=list)
    positions: list[tuple[float, float]] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    hanging: list[Hanging] = field(default_factory=list)
    met: int = 0


def node_lines(
    lines: NDArray[np.object_],
    levels: NDArray[np.int64],
    separate: NDArray[np.bool_],
    *,
    tolerance_m: float,
    crossings: bool,
    near_m: float,
) -> NodedLines:
    """Join lines where they meet.

    Args:
        lines: LineStrings (n,) in metric coordinates, none empty or without length.
        levels: int64 (n), 0 for the ground, above for bridges, below for tunnels; lines on different levels are joined
            only at their ends.
        separate: bool (n), lines that meet others at ends only, never at a crossing (motorways).
        tolerance_m: Ends are joined over gaps up to this.
        crossings: Whether lines that cross on one level are joined there.
        near_m: How far from a hanging end another line is looked for.
    """
    work = _Noding(lines, levels, separate, tolerance_m)
    work.join_ends()
    work.join_ends_to_lines()
    work.join_crossings(crossings=crossings)
    work.find_hanging(near_m)
    work.made.nodes = [work.run(line) for line in range(len(lines))]
    return work.made


class _Noding:
    """The state of joining; nodes 0 … k - 1 are those where lines may meet."""

    def __init__(
        self,
        lines: NDArray[np.object_],
        levels: NDArray[np.int64],
        separate: NDArray[np.bool_],
        tolerance_m: float,
    ) -> None:
        self.lines, self.levels, self.separate, self.tolerance_m = lines.copy(), levels, separate, tolerance_m
        self.made = NodedLines()
        self.end_node = np.zeros((len(lines), 2), dtype=np.int64)
        self.inserted: list[list[tuple[float, int]]] = [[] for _ in lines]
        self.tree = shapely.STRtree(self.lines)

    def new_node(self, x: float, y: float) -> int:
        self.made.positions.append((float(x), float(y)))
        return len(self.made.positions) - 1

    def join_ends(self) -> None:
        """Gather ends within the tolerance at the place of the first of them."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components
        from scipy.spatial import KDTree

        count = len(self.lines)
        ends = np.concatenate([_ends(self.lines, 0), _ends(self.lines, -1)])
        pairs = KDTree(ends).query_pairs(self.tolerance_m, output_type="ndarray") if count else np.zeros((0, 2), int)
        links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(2 * count, 2 * count))
        _, group = connected_components(links, directed=False)
        order = np.lexsort((np.arange(2 * count), np.tile(np.arange(count), 2), group))
        starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0]) if count else np.zeros(0, int)
        for members in np.split(order, starts[1:]) if count else ():
            x, y = ends[members[0]]
            node = self.new_node(x, y)
            self.end_node[members % count, members // count] = node
            moved_m = float(np.hypot(*(ends[members] - ends[members[0]]).T).max())
            if moved_m > 0:
                numbers = tuple(dict.fromkeys((members % count).tolist()))
                self.made.joins.append(Join(JoinKind.ENDS, x, y, moved_m, numbers))
            else:
                self.made.met += len(members) > 1
        self._move_ends()

    def _move_ends(self) -> None:
        """Draw every line from its first node to its last."""
        positions = np.array(self.made.positions).reshape(-1, 2)
        coordinates, owner = shapely.get_coordinates(self.lines, return_index=True)
        first = np.searchsorted(owner, np.arange(len(self.lines)))
        last = np.searchsorted(owner, np.arange(len(self.lines)), side="right") - 1
        coordinates[first] = positions[self.end_node[:, 0]]
        coordinates[last] = positions[self.end_node[:, 1]]
        if len(self.lines):
            self.lines = objects(shapely.linestrings(coordinates, indices=owner))
            self.tree = shapely.STRtree(self.lines)

    def join_ends_to_lines(self) -> None:
        """Put ends that nearly touch a line into it."""
        nodes = np.arange(len(self.made.positions))
        points = np.asarray(shapely.points(np.array(self.made.positions).reshape(-1, 2)), dtype=object)
        node, line = self.tree.query(points, predicate="dwithin", distance=self.tolerance_m)
        lines_at = self._lines_at()
        own = (self.end_node[line] == nodes[node][:, None]).any(axis=1)
        for at, target in zip(node[~own].tolist(), line[~own].tolist(), strict=True):
            levels = {int(self.levels[one]) for one in lines_at[at]}
            if self.levels[target] != 0 and int(self.levels[target]) not in levels:
                continue
            away_m = float(shapely.distance(points[at], self.lines[target]))
            x, y = self.made.positions[at]
            self.inserted[target] += [(along_m, at) for along_m in _places_on(self.lines[target], x, y)]
            self.made.joins.append(Join(JoinKind.END_TO_LINE, x, y, away_m, (*lines_at[at], target)))

    def _lines_at(self) -> list[list[int]]:
        """Lines that end at each node."""
        found: list[list[int]] = [[] for _ in self.made.positions]
        for line, ends in enumerate(self.end_node.tolist()):
            for node in dict.fromkeys(ends):
                found[node].append(line)
        return found

    def join_crossings(self, *, crossings: bool) -> None:
        """Join lines where they cross on one level, themselves too, and note where they pass over each other."""
        one, other = self.tree.query(self.lines, predicate="intersects")
        forward = one < other
        one, other = one[forward], other[forward]
        shared = shapely.intersection(self.lines[one], self.lines[other])
        for first, second, shape in zip(one.tolist(), other.tolist(), shared, strict=True):
            for x, y in _meeting_points(shape):
                self._cross(first, second, x, y, crossings=crossings)
        for line in np.flatnonzero(~shapely.is_simple(self.lines) & (self.levels == 0)).tolist():
            if crossings:
                self._cross_itself(line)

    def _cross(self, first: int, second: int, x: float, y: float, *, crossings: bool) -> None:
        here = [self._node_near(line, x, y) for line in (first, second)]
        if here[0] == here[1] and here[0] >= 0:
            return
        apart = self.levels[first] != self.levels[second]
        if apart or (max(here) < 0 and (not crossings or self.separate[first] or self.separate[second])):
            self.made.passes.append(Pass(x, y, (first, second)))
            return
        node = max(here)
        node = self.new_node(x, y) if node < 0 else node
        for line, known in zip((first, second), here, strict=True):
            if known != node:
                self.inserted[line] += [(along_m, node) for along_m in _places_on(self.lines[line], x, y)]
        self.made.joins.append(Join(JoinKind.CROSSING, x, y, 0.0, (first, second)))

    def _node_near(self, line: int, x: float, y: float) -> int:
        """The node of a line within the tolerance of a point, -1 for none."""
        for node in (*self.end_node[line].tolist(), *(node for _, node in self.inserted[line])):
            there = self.made.positions[node]
            if np.hypot(there[0] - x, there[1] - y) <= max(self.tolerance_m, _ON_LINE_M):
                return int(node)
        return -1

    def _cross_itself(self, line: int) -> None:
        pieces = shapely.get_parts(shapely.node(self.lines[line]))
        ends = np.concatenate([_ends(pieces, 0), _ends(pieces, -1)])
        whole_m = float(shapely.length(self.lines[line]))
        for x, y in np.unique(ends, axis=0).tolist():
            node = self._node_near(line, x, y)
            if node < 0:
                node = self.new_node(x, y)
                self.made.joins.append(Join(JoinKind.CROSSING, x, y, 0.0, (line,)))
            places = _places_on(self.lines[line], x, y)
            self.inserted[line] += [(at_m, node) for at_m in places if _ON_LINE_M < at_m < whole_m - _ON_LINE_M]

    def find_hanging(self, near_m: float) -> None:
        """Ends at which one line ends once and nothing was joined."""
        uses = Counter(self.end_node.ravel().tolist())
        joined = {node for nodes in self.inserted for _, node in nodes}
        for line, ends in enumerate(self.end_node.tolist()):
            for node in ends:
                if uses[node] == 1 and node not in joined:
                    x, y = self.made.positions[node]
                    gap_m, nearest = self._nearest(line, x, y, near_m)
                    self.made.hanging.append(Hanging(x, y, line, gap_m, nearest))

    def _nearest(self, line: int, x: float, y: float, near_m: float) -> tuple[float, int]:
        point = shapely.Point(x, y)
        found = self.tree.query(point, predicate="dwithin", distance=near_m)
        found = found[found != line]
        if not len(found):
            return inf, -1
        away_m = shapely.distance(point, self.lines[found])
        nearest = int(np.argmin(away_m))
        return float(away_m[nearest]), int(found[nearest])

    def run(self, line: int) -> tuple[int, ...]:
        """The nodes of a line: its ends, what was put into it, and the vertices that shape it."""
        coordinates = shapely.get_coordinates(self.lines[line])
        along_m = np.r_[0.0, np.cumsum(np.hypot(*np.diff(coordinates, axis=0).T))]
        first, last = self.end_node[line].tolist()
        stations = sorted(self.inserted[line])
        taken = np.array([0.0, along_m[-1], *(place for place, _ in stations)])
        for place, (x, y) in zip(along_m[1:-1].tolist(), coordinates[1:-1].tolist(), strict=True):
            if np.abs(taken - place).min() > _SAME_VERTEX_M:
                stations.append((place, self.new_node(x, y)))
        nodes = [first, *(node for _, node in sorted(stations)), last]
        return tuple(node for node, before in zip(nodes, [-1, *nodes[:-1]], strict=True) if node != before)


def _ends(lines: NDArray[np.object_], index: int) -> NDArray[np.float64]:
    """First (0) or last (-1) coordinates (n, 2) of lines."""
    return np.asarray(shapely.get_coordinates(shapely.get_point(lines, index)), dtype=np.float64)


def _meeting_points(shape: shapely.Geometry) -> Iterator[tuple[float, float]]:
    """Points where two lines meet: where they cross, and where a stretch that they share begins and ends."""
    for part in shapely.get_parts(shape):
        points: Sequence[shapely.Geometry] = (part,)
        if shapely.get_dimensions(part) == _LINE:
            points = (shapely.get_point(part, 0), shapely.get_point(part, -1))
        for point in points:
            yield shapely.get_x(point), shapely.get_y(point)


def _places_on(line: shapely.LineString, x: float, y: float) -> list[float]:
    """Metres along a line at which it passes nearest to a point; more than one where it meets itself there."""
    coordinates = shapely.get_coordinates(line)
    starts, steps = coordinates[:-1], np.diff(coordinates, axis=0)
    length = np.hypot(*steps.T)
    share = np.clip(((x - starts[:, 0]) * steps[:, 0] + (y - starts[:, 1]) * steps[:, 1]) / length**2, 0, 1)
    away = np.hypot(*(starts + steps * share[:, None] - (x, y)).T)
    before = np.r_[0.0, np.cumsum(length)[:-1]]
    places = np.unique(np.round((before + share * length)[away <= away.min() + _ON_LINE_M], 6))
    return [float(place) for place in places]
