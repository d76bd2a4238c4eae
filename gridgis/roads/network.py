"""Hold a road network as flat arrays, and give it as the networkx graph that OSMnx's tools work on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from math import nan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.errors import InvalidValue, NotKnown
from gridgis.geometry import metric_epsg_for
from gridgis.roads import tag_values
from gridgis.roads.space_order import hilbert_order

if TYPE_CHECKING:
    import networkx as nx

Tags = Mapping[str, str]


class EdgeName(NamedTuple):
    """What an edge is called in every version of the network: the node ids of its ends, and its number between them."""

    tail: int
    head: int
    key: int


@dataclass(frozen=True, slots=True)
class RoadSource:
    """Where a road network comes from.

    Attributes:
        name: File name.
        sha256: Of the file, hexadecimal.
        licence: Short name of the licence.
        attribution: The words that maps made of it must carry.
    """

    name: str = ""
    sha256: str = ""
    licence: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class TurnRestriction:
    """A rule about turning, as it was read; `gridgis.roads.turns` says how it is applied.

    Attributes:
        osmid: Of the relation.
        kind: ``no_left_turn``, ``only_straight_on`` …
        from_ways: Ways from which the turn starts.
        via_nodes: Node at which it happens; empty when it goes over ways.
        via_ways: Ways over which it goes.
        to_ways: Ways at which it ends.
        excepted: Kinds of vehicles that it does not bind.
        condition: When it holds, as written; empty for always.
        binding: Kinds of vehicles that it binds alone; empty for all.
    """

    osmid: int
    kind: str
    from_ways: tuple[int, ...]
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    excepted: tuple[str, ...] = ()
    condition: str = ""
    binding: tuple[str, ...] = ()


def _empty_objects() -> NDArray[np.object_]:
    return np.empty(0, dtype=object)


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Junctions (n) and directed edges (m) between them.

    A two-way road is two edges, one in each direction. Edge indices are places in the arrays and change with every
    import; `EdgeName` stays. Nodes and edges stand in space order when made by `in_space_order` or `from_graph`.

    Attributes:
        node_id: int64 (n), OSM node ids or other unique numbers.
        x: float64 (n), longitude (WGS84 / CGCS2000).
        y: float64 (n), latitude.
        street_count: int32 (n), streets that meet at the node, as OSMnx counts them.
        node_tags: object (n), mappings text → text: barriers and who may pass them.
        tail: int32 (m), index of the node where the edge starts.
        head: int32 (m), index of the node where it ends.
        key: int32 (m), number of the edge among those with the same ends.
        way_ids: object (m), tuples of the OSM ways the edge was made of.
        length_m: float64 (m), great-circle metres.
        highway: object (m), class of the road.
        name: object (m), '' for none.
        ref: object (m), road number, '' for none.
        oneway: bool (m), whether there is no edge in the other direction.
        reversed: bool (m), whether the edge runs against the direction in which the way was drawn.
        tags: object (m), mappings text → text: every other tag that was kept (maxspeed, maxweight, bridge, access …).
        geometry: object (m), LineStrings lon/lat in driving direction.
        turn_restrictions: Rules about turning.
        source: Where it comes from.
        water: object (w), lines and areas lon/lat of water that nobody walks through on the way from the road's end.

    Raises:
        InvalidValue: ``roads.shape`` when arrays do not fit together, ``roads.index`` when an edge has no node,
            ``roads.length`` for a negative or non-finite length, ``roads.node_id`` for a doubled node id.
    """

    node_id: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    street_count: NDArray[np.int32]
    node_tags: NDArray[np.object_]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    key: NDArray[np.int32]
    way_ids: NDArray[np.object_]
    length_m: NDArray[np.float64]
    highway: NDArray[np.object_]
    name: NDArray[np.object_]
    ref: NDArray[np.object_]
    oneway: NDArray[np.bool_]
    reversed: NDArray[np.bool_]
    tags: NDArray[np.object_]
    geometry: NDArray[np.object_]
    turn_restrictions: tuple[TurnRestriction, ...] = ()
    source: RoadSource = field(default_factory=RoadSource)
    water: NDArray[np.object_] = field(default_factory=_empty_objects)

    def __post_init__(self) -> None:
        for name, dtype in _DTYPES.items():
            array = np.asarray(getattr(self, name), dtype=dtype).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        self._check()

    def _check(self) -> None:
        for name in _DTYPES:
            wanted = self.nodes if name in _OF_NODES else len(self.water) if name == "water" else self.edges
            if getattr(self, name).shape != (wanted,):
                raise InvalidValue("roads.shape", column=name, length=len(getattr(self, name)), expected=wanted)
        if self.edges:
            ends = np.concatenate([self.tail, self.head])
            if ends.min() < 0 or ends.max() >= self.nodes:
                raise InvalidValue("roads.index", nodes=self.nodes)
            if not (np.isfinite(self.length_m).all() and (self.length_m >= 0).all()):
                raise InvalidValue("roads.length")
        ids, count = np.unique(self.node_id, return_counts=True)
        if len(ids) != self.nodes:
            raise InvalidValue("roads.node_id", value=int(ids[count > 1][0]))

    @property
    def nodes(self) -> int:
        """Number of nodes, n."""
        return len(self.node_id)

    @property
    def edges(self) -> int:
        """Number of directed edges, m."""
        return len(self.tail)

    @cached_property
    def osmid(self) -> NDArray[np.int64]:
        """The first OSM way of each edge, int64 (m), 0 for none."""
        return np.array([ways[0] if ways else 0 for ways in self.way_ids], dtype=np.int64)

    @cached_property
    def maxspeed_kmh(self) -> NDArray[np.float64]:
        """Speed limit in the edge's direction, float64 (m); NaN where none is known, infinity where there is none."""
        return self._figures(("maxspeed",), tag_values.speed_kmh, directed=True)

    @cached_property
    def maxweight_t(self) -> NDArray[np.float64]:
        """Tonnes each edge bears, float64 (m); NaN where no limit is known."""
        return self._figures(("maxweight", "maxweightrating"), tag_values.weight_t)

    @cached_property
    def maxheight_m(self) -> NDArray[np.float64]:
        """Metres of clear height, float64 (m); NaN where no limit is known."""
        return self._figures(("maxheight", "maxheight:physical"), tag_values.length_m)

    @cached_property
    def maxwidth_m(self) -> NDArray[np.float64]:
        """Metres of clear width or carriageway, float64 (m); NaN where none is known."""
        return self._figures(("maxwidth", "maxwidth:physical", "width"), tag_values.length_m)

    @cached_property
    def bridge(self) -> NDArray[np.bool_]:
        """Whether each edge lies on a bridge, bool (m)."""
        return np.array([tag_values.stated(tags.get("bridge")) for tags in self.tags], dtype=bool)

    @cached_property
    def node_tagged(self) -> NDArray[np.bool_]:
        """Whether each node carries tags, bool (n)."""
        return np.array([bool(tags) for tags in self.node_tags], dtype=bool)

    @cached_property
    def tunnel(self) -> NDArray[np.bool_]:
        """Whether each edge lies in a tunnel, bool (m)."""
        return np.array([tag_values.stated(tags.get("tunnel")) for tags in self.tags], dtype=bool)

    def _figures(self, keys: tuple[str, ...], read: Any, *, directed: bool = False) -> NDArray[np.float64]:
        made = np.full(self.edges, nan)
        for edge, tags in enumerate(self.tags):
            for key in keys:
                text = tags.get(key)
                if directed:
                    text = tags.get(f"{key}:{'backward' if self.reversed[edge] else 'forward'}", text)
                value = None if text is None else read(text)
                if value is not None:
                    made[edge] = np.fmin(made[edge], value)
        return made

    @cached_property
    def metric_epsg(self) -> int:
        """EPSG code of the metric system in which distances to roads are measured."""
        return metric_epsg_for(float((self.x.min() + self.x.max()) / 2) if self.nodes else 120.0)

    def edge_name(self, edge: int) -> EdgeName:
        """The lasting name of an edge."""
        return EdgeName(int(self.node_id[self.tail[edge]]), int(self.node_id[self.head[edge]]), int(self.key[edge]))

    @cached_property
    def _edge_of_name(self) -> Mapping[EdgeName, int]:
        names = zip(self.node_id[self.tail].tolist(), self.node_id[self.head].tolist(), self.key.tolist(), strict=True)
        return {EdgeName(*name): edge for edge, name in enumerate(names)}

    def edge_index(self, name: tuple[int, int, int]) -> int:
        """The place of an edge in the arrays.

        Raises:
            NotKnown: ``roads.edge_unknown``.
        """
        found = self._edge_of_name.get(EdgeName(*name))
        if found is None:
            raise NotKnown("roads.edge_unknown", value="/".join(map(str, name)))
        return found

    def known_edges(self, names: Iterable[tuple[int, int, int]]) -> frozenset[EdgeName]:
        """Those of some names that this network has; others were of roads that it replaced."""
        return frozenset(map(EdgeName._make, names)) & self._edge_of_name.keys()

    def in_space_order(self) -> RoadNetwork:
        """The same network with nodes along a Hilbert curve and edges by tail, head and key: faster to search."""
        by_id = np.argsort(self.node_id, kind="stable")
        order = by_id[hilbert_order(self.x[by_id], self.y[by_id])]
        place = np.empty(self.nodes, dtype=np.int32)
        place[order] = np.arange(self.nodes, dtype=np.int32)
        tail, head = place[self.tail], place[self.head]
        edges = np.lexsort((self.key, head, tail))
        moved = {name: getattr(self, name)[order] for name in _OF_NODES}
        moved |= {name: getattr(self, name)[edges] for name in _DTYPES if name not in {*_OF_NODES, "water"}}
        return replace(self, **moved | {"tail": tail[edges], "head": head[edges]})

    @cached_property
    def graph(self) -> nx.MultiDiGraph[int]:
        """The network in OSMnx's schema, for networkx and OSMnx; made once: copy it before changing it."""
        from gridgis.roads.osmnx_graph import to_graph

        return to_graph(self)

    @classmethod
    def from_graph(cls, graph: nx.MultiDiGraph[int], *, source: RoadSource | None = None) -> RoadNetwork:
        """A network from a graph in OSMnx's schema (nodes ``x``, ``y``; edges ``osmid``, ``highway``, ``length`` …).

        Values that OSMnx gathered into lists are joined by ``;``; of several classes the first counts. An edge
        without ``geometry`` is straight, one without ``length`` is measured along its geometry.

        Raises:
            InvalidValue: ``roads.crs`` when the graph is not in lon/lat, ``roads.node_id`` for a node that is not a
                number, ``roads.node_position`` for a node without finite ``x`` and ``y``, and those of the class.
        """
        from gridgis.roads.osmnx_graph import read_graph

        return read_graph(graph, source or RoadSource())


_OF_NODES = ("node_id", "x", "y", "street_count", "node_tags")
_DTYPES: Mapping[str, Any] = MappingProxyType(
    {
        "node_id": np.int64,
        "x": np.float64,
        "y": np.float64,
        "street_count": np.int32,
        "node_tags": object,
        "tail": np.int32,
        "head": np.int32,
        "key": np.int32,
        "way_ids": object,
        "length_m": np.float64,
        "highway": object,
        "name": object,
        "ref": object,
        "oneway": np.bool_,
        "reversed": np.bool_,
        "tags": object,
        "geometry": object,
        "water": object,
    }
)


def same_network(one: RoadNetwork, other: RoadNetwork) -> bool:
    """Whether two networks hold the same nodes, edges, tags, shapes and source, in the same order."""
    for column in fields(RoadNetwork):
        first, second = getattr(one, column.name), getattr(other, column.name)
        if not isinstance(first, np.ndarray):
            if first != second:
                return False
        elif first.shape != second.shape or not _equal(first, second):
            return False
    return True


def _equal(first: NDArray[Any], second: NDArray[Any]) -> bool:
    if first.dtype != object or not len(first):
        return bool(np.array_equal(first, second))
    if isinstance(first[0], shapely.Geometry):
        return bool(shapely.equals_exact(first, second, 0).all())
    return all(left == right for left, right in zip(first, second, strict=True))


def objects(values: Any) -> NDArray[np.object_]:
    """A one-dimensional array of objects, whatever the objects are."""
    listed = list(values)
    made = np.empty(len(listed), dtype=object)
    made[:] = listed
    return made
