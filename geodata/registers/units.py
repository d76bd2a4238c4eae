"""Import the basic units that the cells of level 3 are made of."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from geodata.headings import Column
from geodata.registers.areas import cell_code, read_areas, refuse_outside
from geodata.registers.batch import Batch, Row
from geodata.registers.cells import LEVEL, plan_to_complete
from geodata.registers.plans import put_into_plan
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import COUNT, key
from gridgis.cells import District, GridPlan, Unit
from gridgis.codes import record_id

COLUMNS = (
    Column("code", "单元编码 单元编号 单元代码 编码 代码 unit_code", key, required=True),
    Column("name", "单元名称 名称 unit_name"),
    Column("cell_code", "网格编码 所属网格编码 网格编号 网格代码 所属网格", key, required=True),
    Column("population", "人口 人口数 常住人口 总人口", COUNT, blank=0),
    Column("enterprises", "企业数 企业数量 单位数 企业个数", COUNT, blank=0),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:
    """Put the units into the plan."""
    district = work.district()
    plan = plan_to_complete(work)
    read_areas(batch, intake.file)
    batch.check(partial(_read_codes, district, plan))
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    areas = {cell.code: cell.geometry for cell in plan.cells}
    refuse_outside(batch.good, areas, lambda row: str(row.values["cell_code"]))
    held = {unit.code: unit for unit in plan.units}
    units = [_unit(row, district, plan, held) for row in batch.good]
    return Brought(put_into_plan(work, units=units, effective=intake.effective, now=intake.now))


def _read_codes(district: District, plan: GridPlan, row: Row) -> None:
    code = row.values["code"]
    if not code.startswith(district.code):
        row.refuse("cell_code.district", "code", district=district.code)
    row.read("cell_code", row.values["cell_code"], partial(cell_code, scheme=district.scheme, district=district.code))
    cell = plan.cell_by_code.get(row.values["cell_code"])
    if row.good and (cell is None or cell.level != LEVEL):
        row.refuse("cell.unknown", "cell_code")


def _unit(row: Row, district: District, plan: GridPlan, held: dict[str, Unit]) -> Unit:
    code = row.values["code"]
    old = held.get(code) or Unit(
        id=record_id(district.code, "unit", f"{plan.code}/{code}"),
        code=code,
        name="",
        cell_code=row.values["cell_code"],
        geometry=row.values["geometry"],
    )
    return replace(old, **row.given("name", "cell_code", "geometry", "population", "enterprises"))


REGISTER = Register(COLUMNS, bring)
