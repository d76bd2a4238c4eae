"""Read what a road network and a base map need out of an OpenStreetMap file, PBF or XML, plain or packed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from geodata.osm_tags import NOT_ROADS, RoadTags, TagFaults, read_node_tags, read_road_tags
from gridgis.errors import GridGISError, Unreadable
from gridgis.roads.network import RoadSource, TurnRestriction

if TYPE_CHECKING:
    import osmium

    from geodata.progress import Progress

WATERWAYS = frozenset({"river", "canal", "stream", "ditch", "drain", "tidal_channel"})
RAILWAYS = frozenset({"rail", "light_rail", "tram", "subway", "narrow_gauge", "monorail"})
PLACES = frozenset(
    {"city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "isolated_dwelling", "locality"}
)
WATER_TAGS = (("natural", "water"), ("waterway", "riverbank"), ("landuse", "reservoir"), ("landuse", "basin"))
OSM_LICENCE, OSM_ATTRIBUTION = "ODbL-1.0", "© OpenStreetMap contributors"
DEMO_LICENCE, DEMO_ATTRIBUTION = "Apache-2.0", "演示数据(虚构) / made-up demo data"
_REPORT_EVERY = 10_000
_MAGIC = ((b"\x1f\x8b", ".gz"), (b"BZh", ".bz2"))
_HEADER_BYTES = 512
_CONDITIONS = re.compile(r";(?![^(]*\))")


@dataclass(frozen=True, slots=True)
class BaseMapFeature:
    """Something the base map draws beside the roads.

    Attributes:
        layer: ``water`` (areas), ``waterways`` (lines), ``railways`` (lines) or ``places`` (points).
        kind: Its class in OpenStreetMap: river, canal, lake, rail, town, village …
        name: '' for none.
        geometry: Lon/lat.
    """

    layer: str
    kind: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class RawWay:
    """A road as drawn, nodes in driving order."""

    way_id: int
    nodes: tuple[int, ...]
    tags: RoadTags


@dataclass(slots=True)
class RawRoads:
    """What stood in a file.

    Attributes:
        roads: Ways that are roads.
        positions: Lon/lat of the nodes they use.
        node_tags: Tags of nodes that decide who passes them.
        features: Base map.
        level_crossings: Nodes at which roads cross railways on one level.
        restrictions: Turn restrictions that name their parts.
        broken_restrictions: Those that do not.
        left_out: Ways of classes that are no roads, areas and ferries, by class.
        faults: Tag values that were not understood.
    """

    roads: list[RawWay] = field(default_factory=list)
    positions: dict[int, tuple[float, float]] = field(default_factory=dict)
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    features: list[BaseMapFeature] = field(default_factory=list)
    restrictions: list[TurnRestriction] = field(default_factory=list)
    broken_restrictions: int = 0
    level_crossings: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    faults: TagFaults = field(default_factory=TagFaults)


def file_format(path: Path) -> str:
    """The format of an OpenStreetMap file by its first bytes, whatever its name: ``pbf``, ``osm`` or ``osm.gz``.

    Raises:
        Unreadable: ``osm.missing``, ``osm.empty`` or ``osm.not_osm``.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(_HEADER_BYTES)
    except OSError as error:
        raise Unreadable("osm.missing", file=path.name, reason=error.strerror or str(error)) from error
    if not start.strip():
        raise Unreadable("osm.empty", file=path.name)
    for magic, suffix in _MAGIC:
        if start.startswith(magic):
            return "osm" + suffix
    if b"OSMHeader" in start[:64]:
        return "pbf"
    if start.lstrip(b"\xef\xbb\xbf").lstrip().startswith((b"<?xml", b"<osm")):
        return "osm"
    raise Unreadable("osm.not_osm", file=path.name)


def read_source(path: Path, *, made_by: str) -> RoadSource:
    """Name, hash, licence and attribution of a file; one that our own generator wrote is not OpenStreetMap's."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    ours = "gridgis" in made_by.lower()
    licence = (DEMO_LICENCE, DEMO_ATTRIBUTION) if ours else (OSM_LICENCE, OSM_ATTRIBUTION)
    return RoadSource(path.name, digest, *licence)


def read_file(path: Path, progress: Progress | None = None) -> tuple[RawRoads, RoadSource]:
    """Everything a road network and a base map need.

    Raises:
        Unreadable: ``osm.missing``, ``osm.empty``, ``osm.not_osm``, ``osm.truncated`` when the file ends too early,
            ``osm.damaged`` when it can't be read for another reason.
    """
    import osmium
    from osmium import osm

    file = osmium.io.File(str(path), file_format(path))
    raw = RawRoads()
    lines: list[tuple[str, str, str, list[int]]] = []
    with _words_for(path):
        reader = osmium.io.Reader(file, osm.NOTHING)
        made_by = reader.header().get("generator")
        reader.close()
        _count(progress, "progress.roads.ways", _ways_and_relations(file, raw, lines))
        _check_shape(path, raw)
        needed = {node for way in raw.roads for node in way.nodes} | {node for line in lines for node in line[3]}
        _count(progress, "progress.roads.nodes", _nodes(file, raw, needed))
        _count(progress, "progress.roads.water", _areas_and_places(file, raw))
    raw.features += _line_features(lines, raw.positions)
    return raw, read_source(path, made_by=made_by)


def _check_shape(path: Path, raw: RawRoads) -> None:
    if not raw.roads:
        raise Unreadable("osm.no_roads", file=path.name)


@contextmanager
def _words_for(path: Path) -> Iterator[None]:
    """Turn what the reader complains about into our own errors."""
    try:
        yield
    except GridGISError:
        raise
    except (RuntimeError, UnicodeDecodeError, ValueError, OSError) as error:
        said = str(error)
        early = any(word in said for word in ("EOF", "no element found", "truncated", "unexpected end", "end of file"))
        raise Unreadable("osm.truncated" if early else "osm.damaged", file=path.name, reason=said) from error


def _count(progress: Progress | None, task: str, objects: Iterator[None]) -> None:
    """Run through objects and report how many."""
    if progress is not None:
        progress.start(task, None)
    since = 0
    for _ in objects:
        since += 1
        if progress is not None and since == _REPORT_EVERY:
            progress.advance(since)
            since = 0
    if progress is not None:
        progress.advance(since)
        progress.finish()


def _ways_and_relations(
    file: osmium.io.File, raw: RawRoads, lines: list[tuple[str, str, str, list[int]]]
) -> Iterator[None]:
    import osmium
    from osmium import filter as osm_filter
    from osmium import osm

    wanted = osm_filter.KeyFilter("highway", "waterway", "railway", "route", "restriction", "type")
    things: Iterable[Any] = osmium.FileProcessor(file, osm.WAY | osm.RELATION).with_filter(wanted)
    for thing in things:
        if thing.deleted:
            continue
        if thing.is_way():
            _read_way(thing, raw, lines)
        elif thing.tags.get("type", "").split(":")[0] == "restriction":
            _read_restriction(thing, raw)
        yield


def _read_way(way: Any, raw: RawRoads, lines: list[tuple[str, str, str, list[int]]]) -> None:
    tags = dict(way.tags)
    nodes = [node.ref for node in way.nodes]
    highway = tags.get("highway")
    if highway is not None:
        left_out = _why_left_out(highway, tags)
        if left_out:
            raw.left_out[left_out] += 1
            return
        told = read_road_tags(way.id, tags, raw.faults)
        raw.roads.append(RawWay(way.id, tuple(nodes[::-1] if told.against else nodes), told))
    elif tags.get("route") == "ferry":
        raw.left_out["ferry"] += 1
    if tags.get("waterway") in WATERWAYS and tags.get("tunnel", "no") == "no":
        lines.append(("waterways", tags["waterway"], tags.get("name", ""), nodes))
    if tags.get("railway") in RAILWAYS and tags.get("tunnel", "no") == "no":
        lines.append(("railways", tags["railway"], tags.get("name", ""), nodes))


def _why_left_out(highway: str, tags: dict[str, str]) -> str:
    if highway in NOT_ROADS:
        return highway
    return "area" if tags.get("area") == "yes" else ""


def _read_restriction(relation: Any, raw: RawRoads) -> None:
    tags = dict(relation.tags)
    parts: dict[tuple[str, str], list[int]] = {}
    for member in relation.members:
        parts.setdefault((member.role, member.type), []).append(member.ref)
    started, ended = parts.get(("from", "w"), []), parts.get(("to", "w"), [])
    nodes, ways = parts.get(("via", "n"), []), parts.get(("via", "w"), [])
    rules = list(_rules_told(tags))
    if not started or not ended or not (nodes or ways) or not rules:
        raw.broken_restrictions += 1
        return
    excepted = tuple(part.strip() for part in tags.get("except", "").split(";") if part.strip())
    around = (tuple(started), tuple(nodes), tuple(ways), tuple(ended))
    raw.restrictions += [
        TurnRestriction(relation.id, kind, *around, excepted, condition, binding) for kind, condition, binding in rules
    ]


def _rules_told(tags: Mapping[str, str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Kind, condition and bound kinds of vehicles of each rule that a relation tells.

    Kinds of vehicles stand in the key (``restriction:hgv``) or in the type (``type=restriction:hgv``); a key that ends
    in ``:conditional`` tells rules that hold at some times, beside the one that always holds.
    """
    by_type = tuple(tags.get("type", "").split(":")[1:])
    for key, value in sorted(tags.items()):
        first, *binding = key.split(":")
        if first != "restriction":
            continue
        bound = tuple(one for one in binding if one != "conditional") or by_type
        if "conditional" not in binding:
            yield value.strip(), "", bound
            continue
        for kind, sign, condition in (part.partition("@") for part in _CONDITIONS.split(value)):
            if kind.strip() and sign:
                yield kind.strip(), condition.strip(), bound


def _nodes(file: osmium.io.File, raw: RawRoads, needed: set[int]) -> Iterator[None]:
    import osmium
    from osmium import filter as osm_filter
    from osmium import osm

    nodes: Iterable[Any] = osmium.FileProcessor(file, osm.NODE).with_filter(osm_filter.IdFilter(needed))
    for node in nodes:
        if node.location.valid():
            raw.positions[node.id] = (node.lon, node.lat)
            if len(node.tags):
                raw.level_crossings += node.tags.get("railway") == "level_crossing"
                kept = read_node_tags((tag.k, tag.v) for tag in node.tags)
                if kept:
                    raw.node_tags[node.id] = kept
        yield


def _areas_and_places(file: osmium.io.File, raw: RawRoads) -> Iterator[None]:
    import osmium
    from osmium import filter as osm_filter

    water = osm_filter.TagFilter(*WATER_TAGS)
    wanted = osm_filter.TagFilter(*WATER_TAGS, *(("place", kind) for kind in sorted(PLACES)))
    shapes = osmium.geom.WKBFactory()
    things: Iterable[Any] = osmium.FileProcessor(file).with_areas(water).with_filter(wanted)
    for thing in things:
        if thing.is_area():
            _read_area(thing, shapes.create_multipolygon, raw)
        elif thing.is_node() and thing.location.valid() and thing.tags.get("place") in PLACES:
            kind, name = thing.tags["place"], thing.tags.get("name", "")
            raw.features.append(BaseMapFeature("places", kind, name, Point(thing.lon, thing.lat)))
        yield


def _read_area(area: Any, shape: Callable[[Any], str], raw: RawRoads) -> None:
    tags = area.tags
    if tags.get("natural") != "water" and "landuse" not in tags and "waterway" not in tags:
        return
    try:
        polygons = shapely.from_wkb(bytes.fromhex(shape(area)))
    except RuntimeError:  # a ring that does not close inside the extract
        raw.faults.add("water", "invalid area", area.orig_id())
        return
    kind = tags.get("water") or tags.get("waterway") or tags.get("landuse") or "water"
    parts = shapely.get_parts(polygons)
    shown = parts[0] if len(parts) == 1 else polygons
    raw.features.append(BaseMapFeature("water", kind, tags.get("name", ""), shown))


def _line_features(
    lines: list[tuple[str, str, str, list[int]]], positions: dict[int, tuple[float, float]]
) -> Iterator[BaseMapFeature]:
    """Lines of the base map; parts outside the extract are left out."""
    for layer, kind, name, nodes in lines:
        for run in runs_inside(nodes, positions):
            coordinates = np.array([positions[node] for node in run])
            yield BaseMapFeature(layer, kind, name, LineString(coordinates))


def runs_inside(nodes: list[int] | tuple[int, ...], positions: dict[int, tuple[float, float]]) -> list[list[int]]:
    """Runs of at least two nodes that lie in the extract, a node that follows itself taken once."""
    runs: list[list[int]] = [[]]
    for node in nodes:
        if node not in positions:
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != node:
            runs[-1].append(node)
    return [run for run in runs if len(run) > 1]
