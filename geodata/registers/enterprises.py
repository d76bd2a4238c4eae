"""Import enterprises and their sites: a row a site, the enterprise's own values on any of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from geodata.headings import Column
from geodata.registers.areas import cell_code
from geodata.registers.batch import Batch, Row
from geodata.registers.places import PLACE, Ground, place_rows, warn_of_places
from geodata.registers.register import Brought, Intake, Register
from geodata.registers.site_codes import give_site_codes
from geodata.store import Changes, UnitOfWork
from geodata.values import COUNT, credit_code, key, word
from geodata.vocabulary import RISKS
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site
from gridgis.supervision.placing import site_xy

ENTERPRISE = (
    Column("name", "企业名称 单位名称 名称 企业 公司名称 单位 市场主体名称 企业全称 enterprise", required=True),
    Column(
        "credit_code",
        "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一代码 统一社会信用编码 统一社会信用代码证号 uscc usci",
        credit_code,
        blank=None,
    ),
    Column("no_credit_code_reason", "无代码原因 无信用代码原因 无统一社会信用代码原因"),
    Column("number", "登记编号 企业编号 企业编码 单位编号", key),
    Column("industry", "行业 行业类别 所属行业 行业名称 行业代码 国民经济行业 行业分类"),
    Column("department", "监管部门 行业主管部门 主管部门 监管单位 行业监管部门 监管责任部门"),
    Column(
        "risk",
        "风险等级 风险分级 风险级别 风险颜色 安全风险等级 风险四色 风险类别 企业风险等级",
        word(RISKS),
    ),
    Column("staff", "从业人数 从业人员 从业人员数 职工人数 员工人数 员工数 人数", COUNT, blank=None),
    Column("chemicals", "危险化学品 危化品 危险化学品名称 危化品种类 涉及危险化学品"),
    Column("contact", "联系人 安全负责人 联系人姓名 企业联系人"),
    Column("phone", "联系电话 电话 联系方式 手机 手机号码 联系人电话 手机号 telephone mobile"),
)
SITE = (
    Column("site_code", "场所编号 场所编码 场所代码 厂区编号 点位编号", key),
    Column("site_name", "场所名称 厂区名称 厂区 经营场所名称 点位名称"),
    Column("address", "地址 详细地址 企业地址 单位地址 经营地址 生产经营地址 场所地址 生产地址 所在地址 经营场所"),
    *PLACE,
    Column("cell_code", "网格编码 所属网格编码 网格编号 所在网格编码 网格代码", key),
    Column("cell_reason", "认定理由 网格认定理由 认定原因"),
)
_ENTERPRISE_FIELDS = tuple(column.field for column in ENTERPRISE if column.field not in {"credit_code", "number"})
_REASON_OF_FILE = "企业台账所列"


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:
    """Put enterprises and sites; what the file has no column for, and known places, stay as they are stored."""
    district = work.district()
    ground = Ground.of(work, intake.now)
    batch.check(_name_by_code)
    place_rows(batch, intake.crs, ground)
    batch.check(partial(_read_cell, district, ground.cells))
    give_site_codes(batch)
    held = {enterprise.code: enterprise for enterprise in work.enterprises()}
    held_sites = {site.code: site for site in work.sites()}
    _warn_of_blanks(batch, held)
    rows = batch.good
    enterprises = _enterprises(batch, rows, district, held)
    sites = [_site(row, district, enterprises[row.values["code"]], held_sites) for row in rows]
    warn_of_places(batch, site_xy([site for site in sites if site.placed]), ground, intake.crs)
    work.put_enterprises(enterprises.values())
    work.put_sites(sites)
    waiting = [
        row.fault("site.unplaced", "address", name=site.name)
        for row, site in zip(rows, sites, strict=True)
        if not site.placed and not site.cell_code
    ]
    changed = {code for code, enterprise in enterprises.items() if held.get(code) != enterprise}
    changes = [
        _change(row.values["code"] in changed, held_sites.get(site.code), site)
        for row, site in zip(rows, sites, strict=True)
    ]
    return Brought(Changes(changes.count("added"), changes.count("updated"), changes.count("")), tuple(waiting))


def _name_by_code(row: Row) -> None:
    """The key of the enterprise in the register: its credit code, or the office's number where there is none."""
    code = row.get("credit_code")
    if code is None and not row.get("no_credit_code_reason"):
        row.refuse("enterprise.no_credit_code", "credit_code")
    elif code is None and not row.get("number"):
        row.refuse("enterprise.no_number", "number")
    row.values["code"] = code or row.get("number")


def _read_cell(district: District, cells: frozenset[str], row: Row) -> None:
    told = row.get("cell_code")
    if not told:
        return
    row.read("cell_code", told, partial(cell_code, scheme=district.scheme, district=district.code))
    if row.good and cells and row.values["cell_code"] not in cells:
        row.refuse("cell.unknown", "cell_code")


def _warn_of_blanks(batch: Batch, held: Mapping[str, Enterprise]) -> None:
    """Tell of what is taken for granted: the lowest risk where none is told, cells that nobody gave a reason for."""
    rows = batch.good
    told = {row.values["code"] for row in rows if row.get("risk")}
    no_risk = [
        row
        for row in rows
        if row.values["code"] not in told and ("risk" in row.values or row.values["code"] not in held)
    ]
    if no_risk:
        batch.warn("enterprise.no_risk", no_risk)
    no_reason = [row for row in rows if row.get("cell_code") and not row.get("cell_reason") and row.values["xy"]]
    if no_reason:
        batch.warn("site.cell_without_reason", no_reason)


def _enterprises(
    batch: Batch, rows: Sequence[Row], district: District, held: Mapping[str, Enterprise]
) -> dict[str, Enterprise]:
    """One enterprise a code; where its rows differ, the row of the first site by code decides, and the rest is told."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: str(row.values["site_key"])):
        groups.setdefault(row.values["code"], []).append(row)
    differing: dict[str, list[Row]] = {}
    made = {}
    for code, group in groups.items():
        given: dict[str, Any] = {}
        for name in _ENTERPRISE_FIELDS:
            given |= _first_told(name, group, differing)
        made[code] = _enterprise(code, group[0], given, district, held.get(code))
    for name, those in differing.items():
        batch.warn(
            "enterprise.values_differ", sorted(those, key=lambda row: row.place), heading=those[0].headings[name]
        )
    return made


def _first_told(name: str, group: Sequence[Row], differing: dict[str, list[Row]]) -> dict[str, Any]:
    """The value of a field: the first that is not blank; rows with another one are noted."""
    values = [(row, row.values[name]) for row in group if name in row.values]
    if not values:
        return {}
    told = [(row, value) for row, value in values if value not in {"", None}]
    if not told:
        return {name: values[0][1]}
    others = [row for row, value in told if value != told[0][1]]
    if others:
        differing.setdefault(name, []).extend(others)
    return {name: told[0][1]}


def _enterprise(code: str, row: Row, given: dict[str, Any], district: District, old: Enterprise | None) -> Enterprise:
    old = old or Enterprise(record_id(district.code, "enterprise", code), code, "", None)
    risk = given.pop("risk", None)
    if risk is not None:
        given["risk"] = RiskColour(risk) if risk else RiskColour.BLUE
    return replace(old, credit_code=row.get("credit_code"), **given)


def _site(row: Row, district: District, enterprise: Enterprise, held: Mapping[str, Site]) -> Site:
    """The site of a row; a known place stays where the file tells none."""
    code = row.values["site_key"]
    old = held.get(code) or Site(record_id(district.code, "site", code), enterprise.id, code, "")
    given = row.given("address")
    if row.get("site_name") or not old.name:
        given["name"] = row.get("site_name") or enterprise.name
    if row.values["xy"] is not None:
        given["lon"], given["lat"] = row.values["xy"]
    made = replace(old, enterprise_id=enterprise.id, **given)
    if "cell_code" not in row.values:
        return made
    cell, reason = row.values["cell_code"] or None, row.get("cell_reason", "")
    if cell and not reason:
        cell, reason = (None, "") if made.placed else (cell, _REASON_OF_FILE)
    return replace(made, cell_code=cell, cell_reason=reason if cell else "")


def _change(enterprise_changed: bool, old: Site | None, new: Site) -> str:  # noqa: FBT001
    if old is None:
        return "added"
    return "updated" if enterprise_changed or old != new else ""


COLUMNS = (*ENTERPRISE, *SITE)
REGISTER = Register(COLUMNS, bring)
