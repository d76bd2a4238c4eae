"""Import the cells of level 3: basic and dedicated ones, each in a village of the plan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from geodata.headings import Column
from geodata.registers.areas import cell_code, read_areas, refuse_outside
from geodata.registers.batch import Batch, Row
from geodata.registers.plans import latest_plan, put_into_plan
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import flag, key, word
from geodata.vocabulary import CELL_KINDS
from gridgis.cells import Cell, CellKind, District, GridPlan
from gridgis.codes import record_id
from gridgis.errors import InputRejected

COLUMNS = (
    Column("code", "网格编码 网格编号 网格代码 编码 代码 wgbm cell_code", key, required=True),
    Column("name", "网格名称 名称 wgmc cell_name", required=True),
    Column(
        "parent_code",
        "所属村居编码 村居编码 所属村居代码 所属村编码 村级编码 上级编码 所属社区编码 village_code",
        key,
    ),
    Column("kind", "网格类型 网格类别 类型 类别", word(CELL_KINDS), blank=CellKind.BASIC.value),
    Column("site_group", "园区组 园区 所属园区"),
    Column("parts_joined", "跨水相连 是否跨水相连", flag, blank=False),
)
LEVEL = 3


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:
    """Put the cells into the plan."""
    district = work.district()
    plan = plan_to_complete(work)
    read_areas(batch, intake.file)
    batch.check(partial(_read_codes, district, plan))
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    areas = {cell.code: cell.geometry for cell in plan.cells}
    refuse_outside(batch.good, areas, lambda row: str(row.values["parent_code"]))
    cells = [_cell(row, district, plan) for row in batch.good]
    return Brought(put_into_plan(work, cells=cells, effective=intake.effective, now=intake.now))


def plan_to_complete(work: UnitOfWork) -> GridPlan:
    """The latest plan.

    Raises:
        InputRejected: ``import.no_plan`` before boundaries were imported.
    """
    plan = latest_plan(work)
    if plan is None:
        raise InputRejected("import.no_plan")
    return plan


def _read_codes(district: District, plan: GridPlan, row: Row) -> None:
    scheme = district.scheme
    row.read("code", row.values["code"], partial(cell_code, scheme=scheme, district=district.code))
    if not row.good:
        return
    code = row.values["code"]
    if code == district.code or scheme.level(code) != LEVEL:
        row.refuse("cell.not_basic", "code", digits=scheme.lengths[LEVEL - 1])
        return
    parent = scheme.parent(code)
    told = row.get("parent_code") or parent
    row.read("parent_code", told, partial(cell_code, scheme=scheme, district=district.code))
    if row.good and row.values["parent_code"] != parent:
        row.refuse("cell.parent_differs", "parent_code", parent=parent)
    elif row.good and parent not in plan.cell_by_code:
        row.refuse("cell.parent_unknown", "code", parent=parent)


def _cell(row: Row, district: District, plan: GridPlan) -> Cell:
    code = row.values["code"]
    old = plan.cell_by_code.get(code) or Cell(
        id=record_id(district.code, "cell", f"{plan.code}/{code}"),
        code=code,
        name="",
        level=LEVEL,
        kind=CellKind.BASIC,
        parent_code=row.values["parent_code"],
        geometry=row.values["geometry"],
    )
    given = row.given("name", "geometry", "site_group", "parts_joined")
    if "kind" in row.values:
        given["kind"] = CellKind(row.values["kind"])
    return replace(old, **given)


REGISTER = Register(COLUMNS, bring)
