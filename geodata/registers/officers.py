"""Import the people of the grid."""

from __future__ import annotations

from dataclasses import replace

from geodata.headings import Column
from geodata.registers.batch import Batch
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import day, flag, key
from gridgis.codes import record_id
from gridgis.people.officers import Officer

CODE = Column("code", "工号 人员编号 员工编号 人员工号 职工号 staff_number", key, required=True)
COLUMNS = (
    CODE,
    Column("name", "姓名 人员姓名 名字", required=True),
    Column("phone", "电话 联系电话 手机 手机号 手机号码 联系方式 移动电话 telephone mobile"),
    Column("professional", "专业背景 是否专业背景 是否有专业背景 安全专业背景 具有专业背景", flag, blank=False),
    Column("licence", "执法证号 执法证编号 执法证号码 执法证件号 license"),
    Column(
        "licence_until",
        "执法证有效期 执法证有效期至 执法证到期日 执法证有效期限 证件有效期",
        day,
        blank=None,
    ),
    Column(
        "in_service_since",
        "基层执法起始日 基层执法起始日期 从事基层执法日期 从事执法工作时间 基层执法开始日期",
        day,
        blank=None,
    ),
)
_TOLD = tuple(column.field for column in COLUMNS if column is not CODE)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:  # noqa: ARG001  a register's signature
    """Put the officers; what the file has no column for stays as it is stored."""
    district = work.district()
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    held = {officer.code: officer for officer in work.officers()}
    officers = []
    for row in batch.good:
        code = row.values["code"]
        old = held.get(code) or Officer(record_id(district.code, "officer", code), code, "")
        officers.append(replace(old, **row.given(*_TOLD)))
    return Brought(work.put_officers(officers))


REGISTER = Register(COLUMNS, bring)
