"""Import roads: an OpenStreetMap extract, or the lines of a survey's layer, in place of the roads there were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geodata.file_kinds import FileKind, file_kind, main_part
from geodata.headings import Column
from geodata.mapping import MappingFile
from geodata.osm_roads import OsmRoads, read_osm, wide_water
from geodata.progress import Progress
from geodata.registers.batch import Batch, sheets_with
from geodata.registers.places import Ground
from geodata.registers.register import Brought, Intake
from geodata.registers.road_quality import quality_of_lines, quality_of_osm, warn_of_lines, warn_of_osm
from geodata.road_columns import ROAD_GRADES, RoadColumns
from geodata.road_lines import LineRules, read_road_lines
from geodata.source import SourceTable
from geodata.sources import read_source
from gridgis.errors import InputRejected, Unreadable
from gridgis.roads import RoadNetwork, RoadSource

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.store import UnitOfWork

COLUMNS = (
    Column("road_class", "道路等级 道路类型 道路类别 技术等级 等级 类型 类别 highway fclass class road_type dldj"),
    Column("name", "道路名称 路名 名称 道路名 路线名称 road_name"),
    Column("ref", "道路编号 路线编号 路线编码 路线代码 道路编码"),
    Column("oneway", "单行 单向 通行方向 是否单行 单行道 方向 one_way"),
    Column("width", "路面宽度 路宽 宽度 车行道宽度 路面宽"),
    Column("maxweight", "限重 桥梁限重 荷载 限重吨 载重 max_weight"),
    Column("maxheight", "限高 净高 max_height"),
    Column("maxwidth", "限宽 max_width"),
    Column("maxspeed", "限速 最高限速 设计速度 max_speed"),
    Column("bridge", "桥梁 是否桥梁 桥"),
    Column("tunnel", "隧道 是否隧道"),
    Column("level", "层级 层次 layer z_level"),
)
_VECTOR = frozenset(FileKind) - {FileKind.DELIMITED, FileKind.WORKBOOK}


@dataclass(frozen=True)
class OsmReading:
    """Roads and base map of an OpenStreetMap file."""

    roads: OsmRoads
    intake: Intake
    batch: Batch = field(default_factory=lambda: Batch([]))

    @property
    def file(self) -> str:
        """Its name."""
        return self.intake.file

    @property
    def sha256(self) -> str:
        """SHA-256 of its bytes."""
        return self.roads.network.source.sha256

    def bring(self, work: UnitOfWork) -> Brought:
        """Put the roads and the base map."""
        warn_of_osm(self.batch, self.roads.quality)
        _refuse_elsewhere(self.roads.network, work, self.intake)
        quality = quality_of_osm(self.roads.quality)
        return Brought(work.put_roads(self.roads.network, self.roads.base_map, quality))


@dataclass(frozen=True)
class LinesReading:
    """A layer of road lines."""

    table: SourceTable
    columns: RoadColumns
    rules: LineRules
    intake: Intake
    batch: Batch

    @property
    def file(self) -> str:
        """Its name."""
        return self.table.file

    @property
    def sha256(self) -> str:
        """SHA-256 of its bytes."""
        return self.table.sha256

    def bring(self, work: UnitOfWork) -> Brought:
        """Join the lines to a network and put it; the base map stays."""
        base_map = work.base_map()
        source = RoadSource(self.file, self.sha256)
        roads = read_road_lines(_frame(self.table), self.columns, self.rules, source=source, water=wide_water(base_map))
        warn_of_lines(self.batch, roads.report, self.table)
        _refuse_elsewhere(roads.network, work, self.intake)
        return Brought(work.put_roads(roads.network, base_map, quality_of_lines(roads.report)))


def read_roads(
    path: Path, mapping: MappingFile, *, crs: str | None, layer: str | None, intake: Intake, progress: Progress
) -> OsmReading | LinesReading:
    """Read a file of roads; what it is decides its content.

    Raises:
        Unreadable: The file is neither OpenStreetMap data nor a vector layer, or is damaged.
        InputRejected: ``mapping.field``, ``mapping.rule``, ``columns.refused``; ``mapping.useless`` for a mapping file
            beside OpenStreetMap data, whose tags need none.
    """
    if not _is_layer(path):
        if mapping.file:
            raise InputRejected("mapping.useless", file=mapping.file, roads=path.name)
        return OsmReading(read_osm(path, progress=progress), intake)
    mapping.check_fields(column.field for column in COLUMNS)
    rules = _rules(mapping)
    batch = Batch([])
    tables = read_source(path, layer=layer, crs=crs, progress=progress)
    ((table, found),) = sheets_with(tables[:1], COLUMNS, mapping, batch)
    batch.take(table, found)
    return LinesReading(table, RoadColumns(**found.headings), rules, intake, batch)


def _is_layer(path: Path) -> bool:
    """Whether a file holds layers; whatever is none is tried as OpenStreetMap's."""
    try:
        return file_kind(main_part(path)) in _VECTOR
    except Unreadable as error:
        if error.code.startswith(("archive.", "shapefile.")):
            raise
        return False


def _rules(mapping: MappingFile) -> LineRules:
    """The rules of a mapping file over the usual ones."""
    told: dict[str, Any] = {}
    usual = LineRules()
    known = [one.name for one in fields(LineRules) if one.name != "classes"]
    for name, value in mapping.rules.items():
        kind = type(getattr(usual, name, None))
        fits = isinstance(value, int | float) and not isinstance(value, bool) if kind is float else type(value) is kind
        if name not in known or not fits:
            raise InputRejected("mapping.rule", file=mapping.file, name=name, value=value, known=", ".join(known))
        told[name] = value
    return LineRules(**told, classes={**ROAD_GRADES, **mapping.classes})


def _frame(table: SourceTable) -> gpd.GeoDataFrame:
    """The rows as the frame of texts that the lines are read from."""
    import geopandas as gpd

    values: Mapping[str, list[str]] = {
        heading: [row.values.get(heading, "") for row in table.rows] for heading in table.headings
    }
    shapes = gpd.GeoSeries(np.array([row.geometry for row in table.rows], dtype=object), crs="EPSG:4326")
    return gpd.GeoDataFrame(values, geometry=shapes)


def _refuse_elsewhere(network: RoadNetwork, work: UnitOfWork, intake: Intake) -> None:
    """Refuse roads of which none comes near the district: they would take the place of its own.

    Raises:
        InputRejected: ``roads.elsewhere``.
    """
    ground = Ground.of(work, intake.now, roads=False)
    xy = np.column_stack((network.x, network.y))
    if ground.known and not ground.covers(xy).any():
        extent = ", ".join(f"{one:.4f}" for one in (*xy.min(axis=0), *xy.max(axis=0)))
        raise InputRejected("roads.elsewhere", file=intake.file, extent=extent)
