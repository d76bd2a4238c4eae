"""Write the tiny district as the files that an office would send, with the documented headings, and import them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely

from geodata.importing import ImportReport, import_file
from geodata.store import Store, open_store
from geodata.vocabulary import (
    ALARM_TYPES,
    CAPABILITIES,
    CELL_KINDS,
    COMMANDS,
    LEVELS,
    PROFILES,
    RISKS,
    ROLES,
    TASKS,
    TIERS,
    Vocabulary,
)
from gridgis.dispatch.teams import Command
from gridgis.errors import Fault, GridGISError
from maps.words import LANGUAGES, Words
from tests.fakes import tiny_district as tiny
from tests.fakes.stores import NOW, new_store

Record = Mapping[str, Any]
EFFECTIVE = datetime(2020, 1, 1, tzinfo=tiny.LOCAL)


def write_csv(path: Path, records: Sequence[Record], *, encoding: str = "utf-8-sig") -> Path:
    """A table; its headings are the keys of the first record."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(records[0]) if records else ["空"])
        writer.writeheader()
        writer.writerows(records)
    return path


def write_layer(path: Path, features: Iterable[tuple[Record, shapely.Geometry | None]]) -> Path:
    """A GeoJSON layer in lon/lat."""
    listed = [
        {
            "type": "Feature",
            "properties": dict(values),
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for values, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}, ensure_ascii=False), "utf-8")
    return path


def _said(vocabulary: Vocabulary, code: str) -> str:
    return vocabulary.words[code][0]


def boundary_features() -> list[tuple[dict[str, Any], Any]]:
    """The outline, towns and villages."""
    district = tiny.district()
    features: list[tuple[dict[str, Any], Any]] = [
        ({"区划代码": district.code, "名称": district.name, "级别": "区县", "重点镇街": ""}, district.outline)
    ]
    features += [
        (
            {
                "区划代码": cell.code,
                "名称": cell.name,
                "级别": "镇街" if cell.level == 1 else "村居",
                "重点镇街": "是" if cell.key_town else "否",
            },
            cell.geometry,
        )
        for cell in tiny.cells()
        if cell.level < 3
    ]
    return features


def cell_features() -> list[tuple[dict[str, Any], Any]]:
    """The basic cells."""
    return [
        (
            {
                "网格编码": cell.code,
                "网格名称": cell.name,
                "所属村居编码": cell.parent_code,
                "网格类型": _said(CELL_KINDS, cell.kind.value),
            },
            cell.geometry,
        )
        for cell in tiny.cells()
        if cell.level == 3
    ]


def unit_features() -> list[tuple[dict[str, Any], Any]]:
    """The units."""
    return [
        (
            {
                "单元编码": unit.code,
                "单元名称": unit.name,
                "网格编码": unit.cell_code,
                "人口": unit.population,
                "企业数": unit.enterprises,
            },
            unit.geometry,
        )
        for unit in tiny.units()
    ]


def enterprise_rows() -> list[dict[str, Any]]:
    """A row a site."""
    enterprises, sites = tiny.enterprises()
    owner = {enterprise.id: enterprise for enterprise in enterprises}
    return [
        {
            "企业名称": owner[site.enterprise_id].name,
            "统一社会信用代码": owner[site.enterprise_id].credit_code,
            "无代码原因": "",
            "登记编号": "",
            "行业": owner[site.enterprise_id].industry,
            "风险等级": _said(RISKS, owner[site.enterprise_id].risk.value),
            "从业人数": owner[site.enterprise_id].staff,
            "场所编号": site.code,
            "场所名称": site.name,
            "地址": site.address,
            "经度": "" if site.lon is None else site.lon,
            "纬度": "" if site.lat is None else site.lat,
        }
        for site in sites
    ]


def officer_rows() -> list[dict[str, Any]]:
    """The people."""
    return [
        {"工号": one.code, "姓名": one.name, "电话": one.phone, "专业背景": "否", "执法证号": ""}
        for one in tiny.officers()
    ]


def post_rows() -> list[dict[str, Any]]:
    """Their posts."""
    people = {officer.id: officer for officer in tiny.officers()}
    return [
        {
            "工号": people[post.officer_id].code,
            "姓名": people[post.officer_id].name,
            "网格编码": post.cell_code,
            "岗位": _said(ROLES, post.role.value),
            "起始日": post.since.isoformat(),
            "截止日": "",
            "代岗工号": "",
        }
        for post in tiny.posts()
    ]


def team_rows() -> list[dict[str, Any]]:
    """The teams."""
    return [
        {
            "队伍编号": team.code,
            "队伍名称": team.name,
            "队伍类别": _said(TIERS, team.tier.value),
            "指挥关系": _said(COMMANDS, team.command.value),
            "能力": "、".join(_said(CAPABILITIES, one) for one in sorted(team.capabilities)),
            "人数": team.people,
            "车辆": _said(PROFILES, team.profile),
            "经度": team.lon,
            "纬度": team.lat,
            "白天出动秒": team.turnout.at(12),
            "夜间出动秒": team.turnout.at(0),
            "值勤时间": "08:00-20:00" if team.command is Command.INVITE else "全天",
            "所属网格编码": team.home_cell_code,
            "演示": "是",
        }
        for team in tiny.teams()
    ]


def run_card_rows() -> list[dict[str, Any]]:
    """The run cards, a row a line."""
    return [
        {
            "警情类型": _said(ALARM_TYPES, card.type),
            "响应等级": _said(LEVELS, card.level.value),
            "方案名称": card.name,
            "行号": need.code,
            "队伍类别": "" if need.tier is None else _said(TIERS, need.tier.value),
            "能力": _said(CAPABILITIES, need.capability) if need.capability else "",
            "指挥关系": _said(COMMANDS, need.command.value),
            "队数": need.teams,
            "人数": need.people,
            "任务": _said(TASKS, need.task.value),
            "安全距离米": need.safe_distance_m,
            "替代能力": "",
            "本地优先": "是" if need.local else "否",
        }
        for card in tiny.run_cards().cards
        for need in card.needs
    ]


def alarm_rows() -> list[dict[str, Any]]:
    """Two alarms."""
    return [
        {
            "警情编号": f"A{number}",
            "警情类型": "火灾",
            "响应等级": "Ⅲ级",
            "接警时间": f"2020-03-0{number} 14:05",
            "经度": 120.115,
            "纬度": 32.51,
            "地址": "一村",
            "性质": "真实警情",
        }
        for number in (1, 2)
    ]


def dispatch_rows() -> list[dict[str, Any]]:
    """Two teams sent to the first alarm."""
    return [
        {
            "派遣编号": f"D{number}",
            "警情编号": "A1",
            "队伍编号": team,
            "人数": 5,
            "任务": "救援处置",
            "派出时间": "2020-03-01 14:06",
            "接令时间": "2020-03-01 14:07",
            "出动时间": "2020-03-01 14:08",
            "到场时间": "2020-03-01 14:15",
            "撤离时间": "2020-03-01 15:15",
            "归队时间": "2020-03-01 15:35",
        }
        for number, team in enumerate(("T1", "V1"), start=1)
    ]


FEATURES = {"boundaries": boundary_features, "cells": cell_features, "units": unit_features}
ROWS = {
    "enterprises": enterprise_rows,
    "officers": officer_rows,
    "posts": post_rows,
    "teams": team_rows,
    "run-cards": run_card_rows,
    "alarms": alarm_rows,
    "dispatches": dispatch_rows,
}
NOUNS = (*FEATURES, *ROWS)


def clear(*told: Fault | GridGISError) -> bool:
    """Whether faults and errors are said in both languages with every field filled."""
    said = [words.fault(one) if isinstance(one, Fault) else words.error(one) for words in _words() for one in told]
    return all(text and "{" not in text and not text.startswith("errors.") for text in said)


@cache
def _words() -> tuple[Words, ...]:
    return tuple(Words.load(language) for language in LANGUAGES)


@cache
def _empty_store() -> bytes:
    """The database of a district that has a name and nothing else; made once, for it takes a moment."""
    with TemporaryDirectory() as folder:
        store = new_store(Path(folder), replace(tiny.district(), outline=None))
        store.close()
        return store.path.read_bytes()


@dataclass(frozen=True)
class Office:
    """A folder for files and a store to import them into."""

    folder: Path
    store: Store

    @classmethod
    def new(cls, folder: Path) -> Office:
        """An office whose district has a name and nothing else."""
        path = folder / "district.gpkg"
        path.write_bytes(_empty_store())
        return cls(folder, open_store(path))

    def file(self, path: Path, noun: str, **options: Any) -> ImportReport:
        """Import a file."""
        told: dict[str, Any] = {"now": NOW, "actor": "test"} | options
        return import_file(noun, self.store, path, **told)

    def table(self, noun: str, rows: Sequence[Record], *, name: str = "", **options: Any) -> ImportReport:
        """Write rows as CSV and import them."""
        return self.file(write_csv(self.folder / (name or f"{noun}.csv"), rows), noun, **options)

    def layer(self, noun: str, features: Iterable[tuple[Record, Any]], **options: Any) -> ImportReport:
        """Write features as GeoJSON and import them."""
        return self.file(write_layer(self.folder / f"{noun}.geojson", features), noun, **options)

    def usual(self, *nouns: str, **options: Any) -> list[ImportReport]:
        """Import the tiny district's own files, all of them or some nouns."""
        made = []
        for noun in nouns or NOUNS:
            if noun in FEATURES:
                made.append(self.layer(noun, FEATURES[noun](), **{"effective": EFFECTIVE} | options))
            else:
                made.append(self.table(noun, ROWS[noun](), **options))
        return made
