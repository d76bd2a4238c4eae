"""Import the postings of people to cells."""

from __future__ import annotations

from functools import partial

from geodata.headings import Column
from geodata.registers.areas import cell_code
from geodata.registers.batch import Batch, Row
from geodata.registers.officers import CODE as STAFF_NUMBER
from geodata.registers.plans import known_cells
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import day, key, word
from geodata.vocabulary import ROLES
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.people.officers import Officer, Post, PostRole

COLUMNS = (
    Column("officer", STAFF_NUMBER.names, key, required=True),
    Column("name", "姓名 人员姓名 名字"),
    Column("cell_code", "网格编码 网格编号 网格代码 所属网格编码 负责网格编码", key, required=True),
    Column("role", "岗位 岗位名称 岗位类型 角色 职责", word(ROLES), required=True),
    Column("since", "起始日 起始日期 开始日期 任职日期 上岗日期 start from", day, required=True),
    Column("until", "截止日 截止日期 结束日期 离岗日期 end to", day, blank=None),
    Column("acting_for", "代岗工号 代岗人工号 被代岗工号 代谁工号", key, blank=None),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:  # noqa: ARG001  a register's signature
    """Put the posts of people who are stored, in cells that are or were in force."""
    district = work.district()
    people = {officer.code: officer for officer in work.officers()}
    batch.check(partial(_check, district, people, known_cells(work)))
    batch.refuse_repeated(_key, "officer")
    renamed = [row for row in batch.good if row.get("name") and row.get("name") != _officer(row, people).name]
    if renamed:
        batch.warn("post.name_differs", renamed)
    posts = [_post(row, district, people) for row in batch.good]
    return Brought(work.put_posts(posts))


def _check(district: District, people: dict[str, Officer], cells: frozenset[str], row: Row) -> None:
    row.read("cell_code", row.values["cell_code"], partial(cell_code, scheme=district.scheme, district=district.code))
    if row.good and row.values["cell_code"] not in cells:
        row.refuse("cell.unknown", "cell_code")
    if row.values["officer"] not in people:
        row.refuse("officer.unknown", "officer")
    acting_for = row.get("acting_for")
    if acting_for is not None and acting_for not in people:
        row.refuse("officer.unknown", "acting_for")
    until = row.get("until")
    if until is not None and until < row.values["since"]:
        row.refuse("post.days", "until", since=row.values["since"].isoformat(), until=until.isoformat())


def _officer(row: Row, people: dict[str, Officer]) -> Officer:
    return people[row.values["officer"]]


def _key(row: Row) -> str:
    """What names a post: staff number, cell, role and first day."""
    values = row.values
    return f"{values['officer']}|{values['cell_code']}|{values['role']}|{values['since'].isoformat()}"


def _post(row: Row, district: District, people: dict[str, Officer]) -> Post:
    acting_for = row.get("acting_for")
    return Post(
        id=record_id(district.code, "post", _key(row)),
        officer_id=_officer(row, people).id,
        cell_code=row.values["cell_code"],
        role=PostRole(row.values["role"]),
        since=row.values["since"],
        until=row.get("until"),
        acting_for=None if acting_for is None else people[acting_for].id,
    )


REGISTER = Register(COLUMNS, bring)
