"""Import the people of rescue teams with their certificates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from geodata.headings import Column
from geodata.registers.batch import Batch, Row
from geodata.registers.register import Brought, Intake, Register
from geodata.registers.teams import CODE as TEAM_CODE
from geodata.store import UnitOfWork
from geodata.values import COUNT, day, flag, key, several, word, word_or_code
from geodata.vocabulary import CAPABILITIES, MEMBER_ROLES
from gridgis.codes import record_id
from gridgis.dispatch.readiness import Certificate, Member, MemberRole
from gridgis.dispatch.teams import Team
from gridgis.errors import InvalidValue

_CERTIFICATE = re.compile(r"(.+?)[\s:：至到(（]*(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)[)）]?")


def certificate(value: str) -> Certificate:
    """A capability and the last day on which somebody is certified for it: ``危化处置 2026-12-31``.

    Raises:
        InvalidValue: ``value.certificate``.
    """
    found = _CERTIFICATE.fullmatch(value.strip())
    if found is None:
        raise InvalidValue("value.certificate", value=value)
    return Certificate(word_or_code(CAPABILITIES)(found[1]), day(found[2]))


COLUMNS = (
    Column("code", "队员编号 队员编码 人员编号 member_code", key, required=True),
    Column("team", TEAM_CODE.names.replace(" 编号", ""), key, required=True),
    Column("name", "姓名 队员姓名 名字", required=True),
    Column("phone", "电话 联系电话 手机 手机号 telephone"),
    Column("role", "身份 职务 队内身份", word(MEMBER_ROLES), blank=MemberRole.MEMBER.value),
    Column("call_order", "呼叫次序 联系次序 顺序", COUNT, blank=9),
    Column("skills", "技能 特长", several(word_or_code(CAPABILITIES)), blank=frozenset()),
    Column("certificates", "证书 资格证书 证书与有效期 持证情况", several(certificate), blank=frozenset()),
    Column("active", "在队 是否在队", flag, blank=True),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:  # noqa: ARG001  a register's signature
    """Put people of teams that are stored; what the file has no column for stays as it is stored."""
    district, held = work.district(), {one.code: one for one in work.readiness().members}
    teams = {team.code: team for team in work.teams()}
    batch.check(partial(_check, teams))
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    return Brought(work.put_members(_member(row, district.code, teams, held) for row in batch.good))


def _check(teams: Mapping[str, Team], row: Row) -> None:
    if row.values["team"] not in teams:
        row.refuse("team.unknown", "team")


def _member(row: Row, district: str, teams: Mapping[str, Team], held: Mapping[str, Member]) -> Member:
    code, team = row.values["code"], teams[row.values["team"]]
    old = held.get(code) or Member(record_id(district, "team_member", code), code, team.id, row.values["name"])
    given = row.given("name", "phone", "call_order", "active") | {"team_id": team.id}
    if "role" in row.values:
        given["role"] = MemberRole(row.values["role"])
    if "skills" in row.values:
        given["skills"] = tuple(sorted(row.values["skills"]))
    if "certificates" in row.values:
        listed = sorted(row.values["certificates"], key=lambda one: (one.capability, one.until))
        given["certificates"] = tuple(listed)
    return replace(old, **given)


REGISTER = Register(COLUMNS, bring)
