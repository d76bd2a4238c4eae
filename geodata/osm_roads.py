"""Import roads, and what the base map draws beside them, from OpenStreetMap files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.osm_file import BaseMapFeature, RawRoads, read_file, runs_inside
from geodata.osm_tags import BadTag
from geodata.road_topology import TopologyCounts, Way, lay_streets, to_network
from gridgis.errors import Unreadable
from gridgis.roads import ComponentReport, RoadNetwork, Router
from gridgis.roads.network import objects

if TYPE_CHECKING:
    from geodata.progress import Progress

__all__ = ["BaseMapFeature", "OsmRoads", "RoadQuality", "read_osm"]

WIDE_WATERWAYS = frozenset({"river", "canal"})
WIDE_WATER = frozenset({"river", "canal", "lake", "reservoir", "riverbank", "oxbow", "lagoon", "moat"})
WIDE_WATER_M2 = 20_000.0
_DEGREE_M = 111_195.0
_OVER_WATER = frozenset({"bridge", "tunnel", "ford"})


@dataclass(frozen=True, slots=True)
class RoadQuality:
    """What a road file is like: nothing here was cut away silently.

    Attributes:
        ways: Roads read.
        nodes: Junctions and ends in the network.
        edges: Directed edges.
        length_km: Kilometres of road, two-way roads once.
        zero_length: Streets of no length; loops of no length are dropped.
        duplicates: Streets drawn twice, dropped once.
        loops: Streets that come back to where they start.
        dead_ends: Nodes where one street ends.
        missing_nodes: Nodes that roads name but the file does not hold (it was cut there).
        cut_ways: Roads that name such nodes.
        lost_ways: Roads of which nothing lies in the file, or of one node only.
        barriers: Barriers and fords by kind.
        level_crossings: Places where roads cross railways on one level.
        bad_tags: Values that were not understood, the most frequent first.
        restrictions: Turn restrictions by kind.
        broken_restrictions: Those that do not name their parts.
        left_out: Ways not taken, by class (construction, area, ferry …).
        untagged_crossings: OSM ways of roads drawn across a river or canal without a word of a bridge, tunnel or ford.
        components: By profile, how the network hangs together.
    """

    ways: int
    nodes: int
    edges: int
    length_km: float
    zero_length: int
    duplicates: int
    loops: int
    dead_ends: int
    missing_nodes: int
    cut_ways: int
    lost_ways: int
    barriers: Mapping[str, int]
    level_crossings: int
    bad_tags: tuple[BadTag, ...]
    restrictions: Mapping[str, int]
    broken_restrictions: int
    left_out: Mapping[str, int]
    untagged_crossings: tuple[int, ...]
    components: Mapping[str, ComponentReport]


@dataclass(frozen=True, slots=True)
class OsmRoads:
    """What was read from a file: the network, how good it is, and what the base map draws beside it."""

    network: RoadNetwork
    quality: RoadQuality
    base_map: tuple[BaseMapFeature, ...]


def read_osm(path: str | Path, *, progress: Progress | None = None) -> OsmRoads:
    """Roads and base map from a PBF or XML file (plain, .gz or .bz2; its name does not matter).

    Streets run between junctions as in OSMnx, split where tags that matter change and where barriers stand. Only
    shared nodes connect: a road that crosses a river without a bridge there has no way over. Ferries are left out.

    Raises:
        Unreadable: ``osm.missing``, ``osm.empty``, ``osm.not_osm``, ``osm.truncated``, ``osm.damaged``,
            ``osm.no_roads`` for a file without any road, ``osm.no_nodes`` when none of its nodes are in it.
    """
    file = Path(path)
    raw, source = read_file(file, progress)
    if progress is not None:
        progress.start("progress.roads.join", 3)
    ways, cuts = _ways_inside(raw)
    if not ways:
        raise Unreadable("osm.no_nodes", file=file.name)
    counts = TopologyCounts()
    streets = lay_streets(ways, raw.node_tags, counts)
    _advance(progress)
    network = to_network(
        streets,
        raw.positions,
        raw.node_tags,
        counts,
        source=source,
        restrictions=tuple(sorted(raw.restrictions, key=lambda one: one.osmid)),
        water=wide_water(raw.features),
    )
    _advance(progress)
    quality = _quality(raw, network, counts, cuts)
    _advance(progress)
    if progress is not None:
        progress.finish()
    return OsmRoads(network, quality, tuple(raw.features))


def _advance(progress: Progress | None) -> None:
    if progress is not None:
        progress.advance(1)


def _ways_inside(raw: RawRoads) -> tuple[list[Way], Counter[str]]:
    """Runs of nodes that lie in the file, and how much does not."""
    ways: list[Way] = []
    cuts: Counter[str] = Counter()
    missing: set[int] = set()
    for road in sorted(raw.roads, key=lambda road: road.way_id):
        outside = [node for node in road.nodes if node not in raw.positions]
        missing.update(outside)
        runs = runs_inside(road.nodes, raw.positions)
        cuts["cut_ways"] += bool(outside)
        cuts["lost_ways"] += not runs
        ways += [Way(road.way_id, tuple(run), road.tags) for run in runs]
    cuts["missing_nodes"] = len(missing)
    return ways, cuts


def wide_water(features: Iterable[BaseMapFeature]) -> NDArray[np.object_]:
    """Rivers, canals, lakes and other water of two hectares or more: nobody walks through these."""
    return objects(feature.geometry for feature in features if _is_wide(feature))


def _is_wide(feature: BaseMapFeature) -> bool:
    if feature.layer == "waterways":
        return feature.kind in WIDE_WATERWAYS
    return feature.layer == "water" and (feature.kind in WIDE_WATER or _area_m2(feature) >= WIDE_WATER_M2)


def _area_m2(feature: BaseMapFeature) -> float:
    """Square metres of a small area, near enough for a threshold."""
    _, south, _, north = feature.geometry.bounds
    return float(feature.geometry.area * _DEGREE_M**2 * cos(radians((south + north) / 2)))


def untagged_crossings(network: RoadNetwork, features: Sequence[BaseMapFeature]) -> tuple[int, ...]:
    """OSM ways of edges that cross a river or canal line with no bridge, tunnel or ford told."""
    rivers = objects(one.geometry for one in features if one.layer == "waterways" and one.kind in WIDE_WATERWAYS)
    told = np.array([bool(_OVER_WATER & tags.keys()) for tags in network.tags], dtype=bool)
    plain = np.flatnonzero(~told & ~network.reversed)
    if not len(rivers) or not len(plain):
        return ()
    edge, _ = shapely.STRtree(rivers).query(network.geometry[plain], predicate="crosses")
    return tuple(sorted({int(network.osmid[one]) for one in plain[edge]}))


def _quality(raw: RawRoads, network: RoadNetwork, counts: TopologyCounts, cuts: Counter[str]) -> RoadQuality:
    router = Router(network)
    barriers = Counter(tags.get("barrier", "ford" if "ford" in tags else "limit") for tags in network.node_tags if tags)
    return RoadQuality(
        ways=len(raw.roads),
        nodes=network.nodes,
        edges=network.edges,
        length_km=float(network.length_m[~network.reversed].sum()) / 1000,
        zero_length=counts.zero_length,
        duplicates=counts.duplicates,
        loops=counts.loops,
        dead_ends=counts.dead_ends,
        missing_nodes=cuts["missing_nodes"],
        cut_ways=cuts["cut_ways"],
        lost_ways=cuts["lost_ways"],
        barriers=dict(barriers.most_common()),
        level_crossings=raw.level_crossings,
        bad_tags=raw.faults.listed(),
        restrictions=dict(Counter(one.kind for one in raw.restrictions).most_common()),
        broken_restrictions=raw.broken_restrictions,
        left_out=dict(raw.left_out.most_common()),
        untagged_crossings=untagged_crossings(network, raw.features),
        components={code: router.components(code) for code in router.profiles},
    )
