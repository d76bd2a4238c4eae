"""Read what the columns of a road layer say: class, direction, limits, bridges; in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geodata.osm_tags import ROAD_CLASSES, RoadTags
from gridgis.errors import Fault, NotKnown
from gridgis.roads import tag_values

if TYPE_CHECKING:
    import geopandas as gpd

ROAD_GRADES: Mapping[str, str] = MappingProxyType(
    {
        "高速公路": "motorway", "高速": "motorway", "快速路": "trunk", "城市快速路": "trunk", "国道": "trunk",
        "一级公路": "trunk", "主干路": "primary", "主干道": "primary", "省道": "primary", "二级公路": "primary",
        "次干路": "secondary", "次干道": "secondary", "县道": "secondary", "三级公路": "secondary", "支路": "tertiary",
        "乡道": "tertiary", "乡镇道路": "tertiary", "四级公路": "tertiary", "村道": "unclassified",
        "等外公路": "unclassified", "街巷": "residential", "小区路": "residential", "居住区道路": "residential",
        "内部道路": "service", "厂区道路": "service", "机耕路": "track", "田间道": "track", "人行道": "footway",
        "步行街": "pedestrian", "小路": "path", "匝道": "primary_link",
    }
)  # fmt: skip
"""Classes by the words of Chinese surveys (GB/T 20257 and JTG B01 names, verify); a district adds its own."""

_YES = frozenset({"1", "yes", "true", "y", "t", "是", "有", "单向", "单行", "桥", "桥梁", "隧道", "正向", "ft", "f"})
_NO = frozenset({"", "0", "no", "false", "n", "否", "无", "双向", "双行", "b", "both", "none", "nan"})
_AGAINST = frozenset({"-1", "reverse", "反向", "逆向", "tf", "against"})
_FIGURES = ("width", "maxweight", "maxheight", "maxwidth", "maxspeed")


@dataclass(frozen=True, slots=True)
class RoadColumns:
    """Which column of a layer says what; '' for nothing.

    Attributes:
        road_class: Class of the road.
        name: Its name.
        ref: Its number.
        oneway: Whether it is one-way as drawn, or against.
        width: Metres of carriageway.
        maxweight: Tonnes it or its bridge bears.
        maxheight: Metres of clear height.
        maxwidth: Metres of clear width.
        maxspeed: Speed limit, km/h.
        bridge: Whether it is a bridge.
        tunnel: Whether it is a tunnel.
        level: Level above the ground, where bridges and tunnels are not told; lines on different levels don't join.
    """

    road_class: str = ""
    name: str = ""
    ref: str = ""
    oneway: str = ""
    width: str = ""
    maxweight: str = ""
    maxheight: str = ""
    maxwidth: str = ""
    maxspeed: str = ""
    bridge: str = ""
    tunnel: str = ""
    level: str = ""


def check_columns(layer: gpd.GeoDataFrame, columns: RoadColumns) -> None:
    """Refuse a mapping to columns that a layer does not have.

    Raises:
        NotKnown: ``road_lines.column``.
    """
    for column in fields(columns):
        name = getattr(columns, column.name)
        if name and name not in layer.columns:
            raise NotKnown("road_lines.column", value=name, known=", ".join(map(str, layer.columns)))


def read_columns(
    layer: gpd.GeoDataFrame,
    columns: RoadColumns,
    *,
    classes: Mapping[str, str],
    other_class: str,
    every_line_oneway: bool,
    faults: list[Fault],
) -> list[RoadTags]:
    """What each feature says of its road; values that are not understood are noted as faults and left out.

    Args:
        layer: Features.
        columns: Which column says what.
        classes: OSM class by what the layer says.
        other_class: Class of what is not in ``classes``.
        every_line_oneway: Whether each line is one direction as drawn.
        faults: Where faults are noted, with feature (from 1), column and value.
    """
    told = {column.name: getattr(columns, column.name) for column in fields(columns)}
    values = {name: layer[column].tolist() if column else None for name, column in told.items()}
    made = []
    for row in range(len(layer)):
        said = {name: _text(column[row]) for name, column in values.items() if column is not None}
        reader = _Row(row + 1, said, told, faults)
        oneway, against = reader.direction(every_line_oneway=every_line_oneway)
        kept = reader.kept()
        road_class = reader.road_class(classes, other_class)
        made.append(RoadTags(road_class, said.get("name", ""), said.get("ref", ""), oneway, against, kept))
    return made


@dataclass(frozen=True, slots=True)
class _Row:
    """The values of one feature, and where faults in it are noted."""

    number: int
    said: Mapping[str, str]
    columns: Mapping[str, str]
    faults: list[Fault]

    def _note(self, code: str, name: str) -> None:
        column, value = self.columns[name], self.said[name]
        self.faults.append(Fault(code, {"value": value}, row=self.number, column=column, value=value))

    def road_class(self, classes: Mapping[str, str], other_class: str) -> str:
        said = self.said.get("road_class", "")
        found = classes.get(said, said.lower())
        if found in ROAD_CLASSES:
            return found
        if said:
            self._note("road_lines.class_unknown", "road_class")
        return other_class

    def direction(self, *, every_line_oneway: bool) -> tuple[bool, bool]:
        said = self.said.get("oneway", "").lower()
        if said in _AGAINST:
            return True, True
        if said not in _YES | _NO:
            self._note("road_lines.oneway", "oneway")
        return every_line_oneway or said in _YES, False

    def kept(self) -> tuple[tuple[str, str], ...]:
        tags = {name: "yes" for name in ("bridge", "tunnel") if self.said.get(name, "").lower() not in _NO}
        for name in _FIGURES:
            said = self.said.get(name, "")
            if said.lower() in _NO or _zero(said):
                continue
            read = {"maxspeed": tag_values.speed_kmh, "maxweight": tag_values.weight_t}.get(name, tag_values.length_m)
            if read(said) is None:
                self._note("road_lines.figure", name)
            else:
                tags[name] = said
        return tuple(sorted(tags.items()))


def _text(value: Any) -> str:
    """A value as text; a whole number without its point, nothing for what is missing."""
    if value is None or (isinstance(value, float) and not isfinite(value)) or str(value) == "<NA>":
        return ""
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _zero(text: str) -> bool:
    """Whether a figure is nought, which surveys write for not known."""
    try:
        return float(text) == 0
    except ValueError:
        return False


def read_levels(
    layer: gpd.GeoDataFrame, columns: RoadColumns, feature: NDArray[np.int64], told: Sequence[RoadTags]
) -> NDArray[np.int64]:
    """Level of each line: as told, else 1 for a bridge and -1 for a tunnel."""
    levels = np.array([_level(one) for one in told], dtype=np.int64)
    if columns.level:
        said = [_text(value) for value in layer[columns.level].tolist()]
        for line, row in enumerate(feature.tolist()):
            if said[row].lstrip("-").isdigit() and int(said[row]) != 0:
                levels[line] = int(said[row])
    return levels


def _level(tags: RoadTags) -> int:
    keys = {key for key, _ in tags.kept}
    return int("bridge" in keys) - int("tunnel" in keys)
