"""Import roads from the lines of any vector layer, such as a county's own survey: mapped columns, joined lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.line_noding import Hanging, Join, Pass, node_lines
from geodata.osm_tags import ROAD_CLASSES, RoadTags
from geodata.road_columns import ROAD_GRADES, RoadColumns, check_columns, read_columns, read_levels
from geodata.road_topology import TopologyCounts, Way, lay_streets, to_network
from gridgis.errors import Fault, InputRejected, InvalidValue
from gridgis.geometry import metric_epsg_for, to_metric, xy_to_lonlat
from gridgis.roads import ComponentReport, RoadNetwork, RoadSource, Router
from gridgis.roads.network import objects

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["LineReport", "LineRules", "RoadColumns", "RoadLines", "read_road_lines"]

NEVER_CROSSED = frozenset({"motorway", "motorway_link"})
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class LineRules:
    """How lines are taken and joined.

    Attributes:
        tolerance_m: Ends are joined over gaps up to this; 0 … 20 m.
        join_crossings: Whether lines that cross on one level meet there. No where a survey draws bridges without saying
            so; motorways are never joined at a crossing.
        every_line_oneway: Whether each line is one direction as drawn (two-way roads are drawn twice).
        classes: Class by what the layer says; OSM's own classes need no entry.
        other_class: Class of what is not in ``classes``.
        near_m: How far from a hanging end another line is looked for.

    Raises:
        InvalidValue: ``road_lines.tolerance``, ``road_lines.class``.
    """

    tolerance_m: float = 1.0
    join_crossings: bool = True
    every_line_oneway: bool = False
    classes: Mapping[str, str] = field(default_factory=lambda: ROAD_GRADES)
    other_class: str = "unclassified"
    near_m: float = 20.0

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance_m <= 20:  # noqa: PLR2004
            raise InvalidValue("road_lines.tolerance", value=self.tolerance_m)
        for road_class in (*self.classes.values(), self.other_class):
            if road_class not in ROAD_CLASSES:
                raise InvalidValue("road_lines.class", value=road_class, known=", ".join(sorted(ROAD_CLASSES)))


@dataclass(frozen=True, slots=True)
class LineReport:
    """What was joined, what hangs, and what was not understood; places are lon/lat, lines are features from 1.

    Attributes:
        lines: Features read.
        left_out: Features not taken, by reason: ``empty``, ``no_line``, ``no_length``, ``position``.
        pairs: Two-way roads drawn as two lines.
        duplicates: Stretches drawn twice, dropped once.
        met: Ends that met exactly.
        joins: Places where lines were joined that did not share a point.
        passes: Crossings that were not joined.
        hanging: Ends that meet nothing; those with a small gap first.
        faults: Values that were not understood, with feature and column.
        components: By profile, how the network hangs together.
    """

    lines: int
    left_out: Mapping[str, int]
    pairs: int
    duplicates: int
    met: int
    joins: tuple[Join, ...]
    passes: tuple[Pass, ...]
    hanging: tuple[Hanging, ...]
    faults: tuple[Fault, ...]
    components: Mapping[str, ComponentReport]


@dataclass(frozen=True, slots=True)
class RoadLines:
    """A network made of lines, and the report of its making."""

    network: RoadNetwork
    report: LineReport


def read_road_lines(
    layer: gpd.GeoDataFrame,
    columns: RoadColumns,
    rules: LineRules | None = None,
    *,
    source: RoadSource | None = None,
    water: Iterable[shapely.Geometry] = (),
) -> RoadLines:
    """A road network of the lines of a layer.

    Args:
        layer: Features with (multi)lines in lon/lat; other coordinate systems are converted before.
        columns: Which column says what.
        rules: How lines are taken and joined.
        source: Where the layer comes from.
        water: Rivers, canals and lakes in lon/lat that nobody walks through.

    Raises:
        NotKnown: ``road_lines.column`` for a column that the layer does not have.
        InvalidValue: ``road_lines.crs`` for a layer in metres.
        InputRejected: ``road_lines.none`` when nothing is a line.
    """
    chosen = rules or LineRules()
    _check(layer, columns)
    left_out: Counter[str] = Counter()
    lines, feature = _lines(layer, left_out)
    if not len(lines):
        raise InputRejected("road_lines.none", lines=len(layer))
    faults: list[Fault] = []
    tags = read_columns(
        layer,
        columns,
        classes=chosen.classes,
        other_class=chosen.other_class,
        every_line_oneway=chosen.every_line_oneway,
        faults=faults,
    )
    lines, feature, told, twice = _once(lines, [tags[one] for one in feature], feature)
    metric_epsg = metric_epsg_for(float(np.mean(shapely.bounds(lines)[:, [0, 2]])))
    levels = read_levels(layer, columns, feature, told)
    noded = node_lines(
        to_metric(lines, metric_epsg),
        levels,
        np.array([one.highway in NEVER_CROSSED for one in told], dtype=bool),
        tolerance_m=chosen.tolerance_m,
        crossings=chosen.join_crossings,
        near_m=chosen.near_m,
    )
    positions = np.round(xy_to_lonlat(np.array(noded.positions), metric_epsg), _DIGITS)
    counts = TopologyCounts()
    ways = [Way(int(feature[line]) + 1, nodes, told[line]) for line, nodes in enumerate(noded.nodes) if len(nodes) > 1]
    network = to_network(
        lay_streets(ways, {}, counts),
        dict(enumerate(map(tuple, positions.tolist()))),
        {},
        counts,
        source=source or RoadSource(),
        water=objects(water),
    )
    router = Router(network)
    report = LineReport(
        lines=len(layer),
        left_out=dict(left_out),
        pairs=twice["pairs"],
        duplicates=counts.duplicates + twice["duplicates"],
        met=noded.met,
        joins=tuple(_told(one, feature, metric_epsg) for one in noded.joins),
        passes=tuple(_told(one, feature, metric_epsg) for one in noded.passes),
        hanging=tuple(
            _told(
                replace(one, line=int(feature[one.line]) + 1, nearest=_feature(one.nearest, feature)), None, metric_epsg
            )
            for one in sorted(noded.hanging, key=lambda one: (one.gap_m, one.line))
        ),
        faults=tuple(faults),
        components={code: router.components(code) for code in router.profiles},
    )
    return RoadLines(network, report)


def _check(layer: gpd.GeoDataFrame, columns: RoadColumns) -> None:
    check_columns(layer, columns)
    if layer.crs is not None and not layer.crs.is_geographic:
        raise InvalidValue("road_lines.crs", value=layer.crs.to_string())


def _lines(layer: gpd.GeoDataFrame, left_out: Counter[str]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Single lines with length, in two dimensions, and the feature of each."""
    shapes = shapely.force_2d(np.asarray(layer.geometry.array, dtype=object))
    kind = shapely.get_dimensions(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    left_out["empty"] += int(empty.sum())
    left_out["no_line"] += int((~empty & (kind != 1)).sum())
    kept = np.flatnonzero(~empty & (kind == 1))
    parts, owner = shapely.get_parts(shapes[kept], return_index=True)
    parts = shapely.remove_repeated_points(parts)
    bounds = shapely.bounds(parts)
    inside = np.isfinite(bounds).all(axis=1) & (np.abs(bounds) <= [180, 90, 180, 90]).all(axis=1)
    long = shapely.length(parts) > 0
    left_out["position"] += int((~inside).sum())
    left_out["no_length"] += int((inside & ~long).sum())
    return objects(parts[inside & long]), kept[owner[inside & long]].astype(np.int64)


def _once(
    lines: NDArray[np.object_], told: Sequence[RoadTags], feature: NDArray[np.int64]
) -> tuple[NDArray[np.object_], NDArray[np.int64], list[RoadTags], Counter[str]]:
    """Lines in driving order, each once; two that run against each other with the same tags are one two-way line."""
    drawn: dict[tuple[bytes, RoadTags], int] = {}
    kept: list[int] = []
    shapes, tags = lines.copy(), [replace(one, against=False) for one in told]
    twice: Counter[str] = Counter()
    for index, one in enumerate(told):
        if one.against:
            shapes[index] = shapely.reverse(lines[index])
        coordinates = shapely.get_coordinates(shapes[index])
        along, back = (coordinates.tobytes(), tags[index]), (coordinates[::-1].tobytes(), tags[index])
        if along in drawn or (not one.oneway and back in drawn):
            twice["duplicates"] += 1
        elif back in drawn:
            partner = drawn.pop(back)
            tags[partner] = replace(tags[partner], oneway=False)
            twice["pairs"] += 1
        else:
            drawn[along] = index
            kept.append(index)
    return shapes[kept], feature[kept], [tags[index] for index in kept], twice


def _feature(line: int, feature: NDArray[np.int64]) -> int:
    return int(feature[line]) + 1 if line >= 0 else -1


def _told(one: Any, feature: NDArray[np.int64] | None, metric_epsg: int) -> Any:
    """An entry of the report in lon/lat, its lines as features."""
    x, y = np.round(xy_to_lonlat([(one.x, one.y)], metric_epsg)[0], _DIGITS).tolist()
    if feature is None:
        return replace(one, x=x, y=y)
    return replace(one, x=x, y=y, lines=tuple(_feature(line, feature) for line in one.lines))
