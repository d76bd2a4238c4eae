"""Turn a road network into a networkx graph in OSMnx's schema, and such a graph into a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.errors import InvalidValue
from gridgis.roads.network import RoadNetwork, RoadSource, objects
from gridgis.roads.tag_values import stated

if TYPE_CHECKING:
    import networkx as nx

GEOGRAPHIC = frozenset({"epsg:4326", "epsg:4490", "ogc:crs84"})
EARTH_RADIUS_M = 6_371_009.0  # as OSMnx has it, so that lengths agree
_EDGE_COLUMNS = frozenset({"osmid", "highway", "oneway", "reversed", "length", "name", "ref", "geometry"})
_NODE_COLUMNS = frozenset({"x", "y", "street_count"})
_JOIN = ";"


def to_graph(network: RoadNetwork) -> nx.MultiDiGraph[int]:
    """The network as a graph in OSMnx's schema; see `RoadNetwork.graph`."""
    import networkx as nx

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326", simplified=True, created_with="GridGIS")
    graph.add_nodes_from(_nodes(network))
    for tail, head, key, told in _edges(network):
        graph.add_edge(tail, head, key, **told)
    return graph


def _nodes(network: RoadNetwork) -> Iterator[tuple[int, dict[str, Any]]]:
    columns = zip(
        network.node_id.tolist(),
        network.x.tolist(),
        network.y.tolist(),
        network.street_count.tolist(),
        network.node_tags,
        strict=True,
    )
    for node, x, y, streets, tags in columns:
        yield node, {**tags, "x": x, "y": y, "street_count": streets}


def _edges(network: RoadNetwork) -> Iterator[tuple[int, int, int, dict[str, Any]]]:
    columns = zip(
        network.node_id[network.tail].tolist(),
        network.node_id[network.head].tolist(),
        network.key.tolist(),
        network.way_ids,
        network.highway,
        network.name,
        network.ref,
        network.oneway.tolist(),
        network.reversed.tolist(),
        network.length_m.tolist(),
        network.geometry,
        network.tags,
        strict=True,
    )
    for tail, head, key, ways, highway, name, ref, oneway, against, length, geometry, tags in columns:
        told: dict[str, Any] = dict(tags)
        told["osmid"] = (ways[0] if ways else 0) if len(ways) <= 1 else list(ways)
        told |= {"highway": highway, "oneway": oneway, "reversed": against, "length": length, "geometry": geometry}
        told |= {key: value for key, value in (("name", name), ("ref", ref)) if value}
        yield tail, head, key, told


def read_graph(graph: nx.MultiDiGraph[int], source: RoadSource) -> RoadNetwork:
    """A network from a graph in OSMnx's schema; see `RoadNetwork.from_graph`."""
    crs = str(graph.graph.get("crs", "epsg:4326")).lower()
    if crs not in GEOGRAPHIC:
        raise InvalidValue("roads.crs", value=crs)
    nodes = [(node, graph.nodes[node]) for node in graph]
    place = {node: index for index, (node, _) in enumerate(nodes)}
    x, y = _positions(nodes)
    edges = list(graph.edges(keys=True, data=True))
    tail = np.array([place[edge[0]] for edge in edges], dtype=np.int32)
    head = np.array([place[edge[1]] for edge in edges], dtype=np.int32)
    told = [edge[3] for edge in edges]
    geometry = _geometries(told, x, y, tail, head)
    way_ids = [_way_ids(one.get("osmid")) for one in told]
    one_way = np.array([_flag(one.get("oneway", False)) for one in told], dtype=bool)
    network = RoadNetwork(
        node_id=np.array([node for node, _ in nodes], dtype=np.int64),
        x=x,
        y=y,
        street_count=_street_counts(nodes, tail, head, one_way),
        node_tags=objects(_texts(one, _NODE_COLUMNS) for _, one in nodes),
        tail=tail,
        head=head,
        key=np.array([edge[2] for edge in edges], dtype=np.int32),
        way_ids=objects(way_ids),
        length_m=_lengths(told, geometry),
        highway=objects(_first(one.get("highway")) for one in told),
        name=objects(_text(one.get("name")) for one in told),
        ref=objects(_text(one.get("ref")) for one in told),
        oneway=one_way,
        reversed=np.array([_flag(one.get("reversed", False)) for one in told], dtype=bool),
        tags=objects(_texts(one, _EDGE_COLUMNS) for one in told),
        geometry=geometry,
        source=source,
    )
    return network.in_space_order()


def _positions(nodes: Iterable[tuple[Any, Mapping[str, Any]]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = [], []
    for node, told in nodes:
        if not isinstance(node, int | np.integer):
            raise InvalidValue("roads.node_id", value=str(node))
        try:
            place = (float(told["x"]), float(told["y"]))
        except (KeyError, TypeError, ValueError):
            raise InvalidValue("roads.node_position", value=str(node)) from None
        if not all(map(isfinite, place)):
            raise InvalidValue("roads.node_position", value=str(node))
        x.append(place[0])
        y.append(place[1])
    return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)


def _geometries(
    told: list[dict[str, Any]],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
) -> NDArray[np.object_]:
    """The shape of each edge from its tail to its head."""
    ends = np.stack([np.column_stack([x[tail], y[tail]]), np.column_stack([x[head], y[head]])], axis=1)
    made = objects(shapely.linestrings(ends)) if told else objects(())
    for edge, one in enumerate(told):
        line = one.get("geometry")
        if line is None:
            continue
        start, end = np.asarray(line.coords[0]), np.asarray(line.coords[-1])
        backwards = np.abs(start - ends[edge, 0]).sum() > np.abs(end - ends[edge, 0]).sum()
        made[edge] = shapely.reverse(line) if backwards else line
    return made


def line_lengths_m(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Great-circle metres along LineStrings (m,) in lon/lat."""
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    lon, lat = np.radians(coordinates[:, 0]), np.radians(coordinates[:, 1])
    same = owner[1:] == owner[:-1]
    half = (
        np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(np.diff(lon) / 2) ** 2
    )  # haversine
    steps = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return np.bincount(owner[1:][same], weights=steps[same], minlength=len(lines)).astype(np.float64)


def _lengths(told: list[dict[str, Any]], geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    measured = line_lengths_m(geometry)
    return np.array(
        [float(one["length"]) if "length" in one else own for one, own in zip(told, measured, strict=True)],
        dtype=np.float64,
    )


def _street_counts(
    nodes: list[tuple[Any, dict[str, Any]]],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    one_way: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Streets at each node: as told, or counted, a two-way pair of edges once."""
    weight = np.where(one_way, 1.0, 0.5)
    counted = np.bincount(tail, weight, len(nodes)) + np.bincount(head, weight, len(nodes))
    return np.array(
        [int(one.get("street_count", round(own))) for (_, one), own in zip(nodes, counted, strict=True)],
        dtype=np.int32,
    )


def _way_ids(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    listed = value if isinstance(value, list | tuple) else [value]
    return tuple(int(one) for one in listed)


def _flag(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_flag, value))
    return stated(value) if isinstance(value, str) else bool(value)


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list | tuple) and value else _text(value)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return ""
    return _JOIN.join(map(str, value)) if isinstance(value, list | tuple | set) else str(value)


def _texts(told: Mapping[str, Any], columns: frozenset[str]) -> dict[str, str]:
    return {key: text for key, value in told.items() if key not in columns and (text := _text(value))}
