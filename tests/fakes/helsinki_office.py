"""The files of an office that keeps the centre of Helsinki as a district: real roads, made-up cells and teams."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import geopandas as gpd
import numpy as np
from openpyxl import Workbook
from shapely import Polygon, box

from geodata.importing import ImportReport, import_file
from geodata.store import create_store
from gridgis.cells import District
from gridgis.codes import record_id
from tests.fakes.osm_files import helsinki_file

CODE = "910091"
METRIC_EPSG, SURVEY_EPSG = 32635, 3067
WEST, SOUTH, EAST, NORTH = 24.935, 60.164, 24.954, 60.179
NOW = datetime(2020, 6, 30, 6, tzinfo=UTC)
TOWNS, VILLAGES, BASICS = 2, 3, 2
CARD = (
    ("警戒疏散", "村居", "", "直属", 1),
    ("救援处置", "镇街", "", "直属", 2),
    ("救援处置", "区级", "", "直属", 1),
    ("救援处置", "专业", "灭火", "直属", 2),
    ("集结待命", "专业", "医疗急救", "请求", 1),
    ("警戒疏散", "社会", "警戒", "邀请", 1),
)
"""Task, tier, capability, command and teams of each line; no team can serve two of them."""


def areas() -> dict[str, Polygon]:
    """Every cell by its code: towns side by side, villages in them from south to north, basic cells side by side."""
    step_x, step_y = (EAST - WEST) / TOWNS, (NORTH - SOUTH) / VILLAGES
    made = {CODE: box(WEST, SOUTH, EAST, NORTH)}
    for town in range(TOWNS):
        west = WEST + town * step_x
        town_code = f"{CODE}{100 + town}"
        made[town_code] = box(west, SOUTH, west + step_x, NORTH)
        for village in range(VILLAGES):
            south = SOUTH + village * step_y
            village_code = f"{town_code}{village + 1:03d}"
            made[village_code] = box(west, south, west + step_x, south + step_y)
            for basic in range(BASICS):
                inner = west + basic * step_x / BASICS
                made[f"{village_code}{basic + 1:03d}"] = box(inner, south, inner + step_x / BASICS, south + step_y)
    return made


def village_codes() -> list[str]:
    """Codes of the villages."""
    return [f"{CODE}{100 + town}{village + 1:03d}" for town, village in product(range(TOWNS), range(VILLAGES))]


def write_office(folder: Path) -> None:
    """Boundaries in Finland's survey system, cells in lon/lat, teams in a GB18030 table, run cards in a workbook."""
    _layer({code: area for code, area in areas().items() if len(code) < 15}, "区划代码", "名称").to_crs(
        SURVEY_EPSG
    ).to_file(folder / "行政区划.gpkg", layer="区划", engine="pyogrio")
    _layer({code: area for code, area in areas().items() if len(code) == 15}, "网格编码", "网格名称").to_file(
        folder / "网格.geojson", driver="GeoJSON", engine="pyogrio"
    )
    with (folder / "队伍.csv").open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows(_teams())
    book = Workbook()
    sheet = book.create_sheet("方案", 0)
    for row in _run_card():
        sheet.append(row)
    book.save(folder / "方案.xlsx")


def import_office(folder: Path) -> tuple[Path, list[ImportReport]]:
    """The database made of the office's files and the real extract by the ordinary importers, and their reports."""
    db = folder / "helsinki.gpkg"
    district = District(record_id(CODE, "district", CODE), CODE, "赫尔辛基示例区", metric_epsg=METRIC_EPSG)
    files = (
        ("boundaries", folder / "行政区划.gpkg"),
        ("cells", folder / "网格.geojson"),
        ("roads", helsinki_file()),
        ("run-cards", folder / "方案.xlsx"),
        ("teams", folder / "队伍.csv"),
    )
    with create_store(db, district, now=NOW) as store:
        reports = [import_file(noun, store, file, now=NOW, actor="test") for noun, file in files]
    return db, reports


def _layer(made: dict[str, Polygon], code: str, name: str) -> gpd.GeoDataFrame:
    columns = {code: list(made), name: [f"赫{one}" for one in made]}
    return gpd.GeoDataFrame(columns, geometry=list(made.values()), crs=4326)


def _teams() -> Iterable[Sequence[object]]:
    heading = "队伍编号 队伍名称 队伍类别 指挥关系 能力 人数 车辆 经度 纬度 白天出动秒 夜间出动秒 所属网格编码 演示"
    yield heading.split()
    chance = np.random.default_rng(11)

    def team(code: str, tier: str, command: str, able: str, *, vehicle: str, home: str = "") -> Sequence[object]:
        lon, lat = chance.uniform((WEST, SOUTH), (EAST, NORTH)).round(6)
        turnout = int(chance.integers(30, 300))
        return (code, f"示例{code}", tier, command, able, 6, vehicle, lon, lat, turnout, 2 * turnout, home, "是")

    for number, home in enumerate(village_codes(), start=1):
        yield team(f"V{number:02d}", "村居", "直属", "警戒", vehicle=("步行", "汽车")[number % 2], home=home)
    for number in range(1, 9):
        yield team(
            f"T{number:02d}", "镇街", "直属", "灭火、警戒", vehicle="消防车", home=f"{CODE}{100 + number % TOWNS}"
        )
        yield team(f"S{number:02d}", "专业", "直属", "灭火", vehicle=("消防车", "汽车")[number % 2])
        yield team(f"M{number:02d}", "专业", "请求", "医疗急救", vehicle="汽车")
        yield team(f"N{number:02d}", "社会", "邀请", "警戒", vehicle="步行")
    for number in range(1, 4):
        yield team(f"D{number:02d}", "区级", "直属", "灭火", vehicle="消防车")


def _run_card() -> Iterable[tuple[str | int, ...]]:
    yield ("警情类型", "响应等级", "方案名称", "行号", "任务", "队伍类别", "能力", "指挥关系", "队数")
    for line, need in enumerate(CARD, start=1):
        yield ("火灾", "Ⅱ级", "示例方案", line, *need)
