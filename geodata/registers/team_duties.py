"""Import the duty roster of rescue teams."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from geodata.headings import Column
from geodata.registers.batch import Batch, Row
from geodata.registers.register import Brought, Intake, Register
from geodata.registers.teams import CODE as TEAM_CODE
from geodata.store import UnitOfWork
from geodata.values import COUNT, key, moment, several
from gridgis.codes import record_id
from gridgis.dispatch.readiness import Duty, Member
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.dispatch.teams import Team
from gridgis.errors import InvalidValue

COLUMNS = (
    Column("team", TEAM_CODE.names.replace(" 编号", ""), key, required=True),
    Column("since", "开始时间 值班开始 上班时间 起始时间", moment, required=True),
    Column("until", "结束时间 值班结束 下班时间 截止时间", moment, required=True),
    Column("people", "人数 值班人数", COUNT, blank=0),
    Column("members", "值班人员 值班队员编号 人员编号", several(key), blank=frozenset()),
    Column("note", "备注 说明"),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:  # noqa: ARG001  a register's signature
    """Put duties of teams that are stored; a team's duty of the same begin is the same one."""
    district = work.district()
    teams = {team.code: team for team in work.teams()}
    people = {one.code: one for one in work.readiness().members}
    batch.check(partial(_check, teams, people))
    batch.refuse_repeated(_code, "since")
    return Brought(work.put_duties(_duty(row, district.code, teams, people) for row in batch.good))


def _code(row: Row) -> str:
    """What names a duty: its team and its begin."""
    return f"{row.values['team']}/{row.values['since'].astimezone(LOCAL_TIME):%Y%m%d-%H%M}"


def _check(teams: Mapping[str, Team], people: Mapping[str, Member], row: Row) -> None:
    if row.values["team"] not in teams:
        row.refuse("team.unknown", "team")
    if not row.good:
        return
    strangers = [
        code
        for code in sorted(row.get("members", ()))
        if code not in people or people[code].team_id != teams[row.values["team"]].id
    ]
    if strangers:
        row.refuse("member.unknown", "members")
    try:
        _duty(row, "", teams, {} if strangers else people)
    except InvalidValue as error:
        row.refuse(error.code, "until", **error.fields)


def _duty(row: Row, district: str, teams: Mapping[str, Team], people: Mapping[str, Member]) -> Duty:
    code = _code(row)
    members = tuple(people[one].id for one in sorted(row.get("members", ())) if one in people)
    return Duty(
        record_id(district, "team_duty", code),
        code,
        teams[row.values["team"]].id,
        row.values["since"],
        row.values["until"],
        row.get("people", 0) or len(members),
        members,
        row.get("note", ""),
    )


REGISTER = Register(COLUMNS, bring)
