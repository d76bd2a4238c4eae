"""Import boundaries: the district's outline, its towns and its villages."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from geodata.headings import Column
from geodata.registers.areas import Area, cell_code, read_areas, refuse_outside, same_area
from geodata.registers.batch import Batch, Row
from geodata.registers.plans import latest_plan, put_into_plan
from geodata.registers.register import Brought, Intake, Register
from geodata.store import Changes, UnitOfWork
from geodata.values import coordinate, flag, key, understood
from geodata.vocabulary import AREA_LEVELS
from gridgis.cells import Cell, CellKind, District
from gridgis.codes import record_id

COLUMNS = (
    Column(
        "code",
        "区划代码 行政区划代码 区划编码 统计用区划代码 代码 编码 行政代码 行政区代码 xzqdm pac adcode "
        "区域代码 行政区编码 division_code",
        key,
        required=True,
    ),
    Column(
        "name",
        "名称 区划名称 行政区名称 行政区划名称 xzqmc 区域名称 单位名称 mc 地名",
        required=True,
    ),
    Column("level", "级别 层级 行政级别 区划级别 类型", understood(AREA_LEVELS)),
    Column("governed", "是否纳入管理 纳入管理 是否管理", flag, blank=True),
    Column("key_town", "重点镇街 是否重点镇街 重点乡镇 重点镇", flag, blank=False),
    Column("seat_lon", "驻地经度 政府驻地经度", coordinate, blank=None),
    Column("seat_lat", "驻地纬度 政府驻地纬度", coordinate, blank=None),
    Column("parts_joined", "跨水相连 是否跨水相连", flag, blank=False),
)
DISTRICT, TOWN, VILLAGE = 0, 1, 2
_LEVELS = tuple(AREA_LEVELS.words)
_KINDS = {TOWN: CellKind.TOWN, VILLAGE: CellKind.VILLAGE}


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:
    """Put the outline on the district, and towns and villages into the plan."""
    district = work.district()
    plan = latest_plan(work)
    held = dict(plan.cell_by_code) if plan is not None else {}
    read_areas(batch, intake.file)
    batch.check(partial(_read_code, district))
    batch.check(_read_seat)
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    by_level = {level: [row for row in batch.good if row.values["at"] == level] for level in (DISTRICT, TOWN, VILLAGE)}
    areas: dict[str, Area | None] = {district.code: district.outline}
    areas |= {row.values["code"]: row.values["geometry"] for row in by_level[DISTRICT]}
    areas |= {code: cell.geometry for code, cell in held.items()}
    for level in (TOWN, VILLAGE):
        for row in by_level[level]:
            if level > TOWN and district.scheme.parent(row.values["code"]) not in areas:
                row.refuse("cell.parent_unknown", "code", parent=district.scheme.parent(row.values["code"]))
        good = [row for row in by_level[level] if row.good]
        refuse_outside(good, areas, lambda row: district.scheme.parent(row.values["code"]))
        areas |= {row.values["code"]: row.values["geometry"] for row in good if row.good}
    cells = [_cell(row, district, held) for row in batch.good if row.values["at"] != DISTRICT]
    outlines = [row for row in by_level[DISTRICT] if row.good]
    changes = _put_outline(work, district, outlines)
    return Brought(changes + put_into_plan(work, cells=cells, effective=intake.effective, now=intake.now))


def _read_code(district: District, row: Row) -> None:
    row.read("code", row.values["code"], partial(cell_code, scheme=district.scheme, district=district.code))
    if not row.good:
        return
    code = row.values["code"]
    row.values["at"] = DISTRICT if code == district.code else district.scheme.level(code)
    told, by_code = row.get("level", ""), _LEVELS[row.values["at"]]
    if row.values["at"] > VILLAGE:
        row.refuse("boundary.too_deep", "code")
    elif told and told != by_code:
        row.refuse("boundary.level", "level", wanted=AREA_LEVELS.words[by_code][0])


def _read_seat(row: Row) -> None:
    lon, lat = row.get("seat_lon"), row.get("seat_lat")
    if lon is None or lat is None:
        row.values["seat"] = None
    elif abs(lon) > 180 or abs(lat) > 90:  # noqa: PLR2004  the degrees of a globe
        row.refuse("place.coordinates", "seat_lon", lon=lon, lat=lat)
    else:
        row.values["seat"] = (lon, lat)


def _cell(row: Row, district: District, held: dict[str, Cell]) -> Cell:
    """The cell of a row; what the file has no column for stays as it is in the plan."""
    code, level = row.values["code"], row.values["at"]
    old = held.get(code) or Cell(
        id=record_id(district.code, "cell", code),
        code=code,
        name="",
        level=level,
        kind=_KINDS[level],
        parent_code=district.scheme.parent(code),
        geometry=row.values["geometry"],
    )
    given = row.given("name", "geometry", "governed", "key_town", "parts_joined")
    if row.get("seat") is not None:
        given["seat"] = row.values["seat"]
    return replace(old, **given)


def _put_outline(work: UnitOfWork, district: District, rows: list[Row]) -> Changes:
    """Keep the outline; the district's name stays as it was given to it."""
    if not rows:
        return Changes()
    outline = rows[0].values["geometry"]
    if district.outline is None:
        work.put_district(replace(district, outline=outline))
        return Changes(added=1)
    if same_area(district.outline, outline):
        return Changes(unchanged=1)
    work.put_district(replace(district, outline=outline))
    return Changes(updated=1)


REGISTER = Register(COLUMNS, bring)
