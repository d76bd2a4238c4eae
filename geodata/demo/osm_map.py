"""Turn joined roads and waters into the nodes, ways and relations of an OpenStreetMap file, and write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.demo.ground import Ground
from geodata.demo.roads import Points

GENERATOR = "gridgis demo"
Tags = Mapping[str, str]


@dataclass
class OsmMap:
    """What is to be written; numbers count from 1.

    Attributes:
        ground: Says where metres lie in lon/lat.
        xy: Places of nodes, blocks of points in metres.
        node_tags: Tags of nodes, by number.
        ways: Nodes and tags of ways.
        relations: Members (kind, number, role) and tags of relations.
    """

    ground: Ground
    xy: list[Points] = field(default_factory=list)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[str, int, str]], Tags]] = field(default_factory=list)
    _nodes: int = 0

    def add_nodes(self, xy: Points) -> NDArray[np.intp]:
        """Numbers of new nodes at points (n, 2) in metres."""
        first = self._nodes + 1
        self.xy.append(xy)
        self._nodes += len(xy)
        return np.arange(first, first + len(xy))

    def add_place(self, xy: Points, tags: Tags) -> None:
        """A node of its own with tags."""
        self.node_tags[int(self.add_nodes(xy.reshape(1, 2))[0])] = tags

    def add_way(self, nodes: Sequence[int], tags: Tags) -> int:
        """A way over nodes; its number."""
        self.ways.append((list(nodes), tags))
        return len(self.ways)

    def add_line(self, xy: Points, tags: Tags) -> int:
        """A way over new nodes."""
        return self.add_way(self.add_nodes(xy).tolist(), tags)

    def add_ring(self, xy: Points, tags: Tags) -> int:
        """A closed way over new nodes, the last point being the first."""
        nodes = self.add_nodes(xy[:-1]).tolist()
        return self.add_way([*nodes, nodes[0]], tags)

    def write(self, path: Path) -> None:
        """Write all as PBF, in the order nodes, ways, relations; no times, so that the bytes repeat."""
        import osmium
        from osmium.osm import mutable

        header = osmium.io.Header()
        header.set("generator", GENERATOR)
        header.set("sorting", "Type_then_ID")
        lonlat = self.ground.lonlat(np.concatenate(self.xy)).tolist()
        path.unlink(missing_ok=True)
        writer: Any = osmium.SimpleWriter(str(path), header=header)
        with writer:
            for number, place in enumerate(lonlat, start=1):
                writer.add_node(mutable.Node(id=number, location=place, tags=self.node_tags.get(number)))
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(mutable.Way(id=number, nodes=nodes, tags=tags))
            for number, (members, tags) in enumerate(self.relations, start=1):
                writer.add_relation(mutable.Relation(id=number, members=members, tags=tags))
