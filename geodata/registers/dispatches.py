"""Import what teams were sent to which alarms, with their milestones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from itertools import pairwise

from geodata.headings import Column
from geodata.registers.alarms import CODE as ALARM_CODE
from geodata.registers.batch import Batch, Row
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import COUNT, key, moment, word
from geodata.vocabulary import TASKS
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.teams import Team

MILESTONES = (
    Column("dispatched_at", "派出时间 派遣时间 调派时间 下达时间", moment, required=True),
    Column("acknowledged_at", "接令时间 接受时间 响应时间", moment, blank=None),
    Column("en_route_at", "出动时间 出发时间", moment, blank=None),
    Column("on_scene_at", "到场时间 到达时间 抵达时间", moment, blank=None),
    Column("released_at", "撤离时间 离场时间", moment, blank=None),
    Column("home_at", "归队时间 返回时间", moment, blank=None),
)
COLUMNS = (
    Column("code", "派遣编号 派遣编码 派遣单号 出动编号 调派编号 dispatch_code", key, required=True),
    Column("alarm", ALARM_CODE.names, key, required=True),
    Column("team", "队伍编号 队伍编码 队伍代码 team_code", key, required=True),
    Column("people", "人数 出动人数 出动人次 派出人数", COUNT, required=True),
    Column("task", "任务 任务类型 承担任务", word(TASKS), required=True),
    *MILESTONES,
    Column("answered_by", "答复人 应答人 接听人"),
    Column("reference", "参考号 对方编号 回执号 受理编号"),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:  # noqa: ARG001  a register's signature
    """Put the dispatches of teams that are stored to alarms that are stored."""
    district = work.district()
    alarms = {alarm.code: alarm for alarm in work.alarms()}
    teams = {team.code: team for team in work.teams()}
    batch.check(partial(_check, alarms, teams))
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    return Brought(work.put_dispatches(_dispatch(row, district, alarms, teams) for row in batch.good))


def _check(alarms: Mapping[str, Alarm], teams: Mapping[str, Team], row: Row) -> None:
    alarm = alarms.get(row.values["alarm"])
    if alarm is None:
        row.refuse("alarm.unknown", "alarm")
    elif row.values["dispatched_at"] < alarm.reported_at:
        row.refuse("dispatch.before_alarm", "dispatched_at", reported=alarm.reported_at.isoformat())
    if row.values["team"] not in teams:
        row.refuse("team.unknown", "team")
    told = [(column.field, row.get(column.field)) for column in MILESTONES]
    known: list[tuple[str, datetime]] = [(name, at) for name, at in told if at is not None]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            row.refuse("dispatch.order", later, earlier=row.headings[earlier], later=row.headings[later])


def _dispatch(row: Row, district: District, alarms: Mapping[str, Alarm], teams: Mapping[str, Team]) -> Dispatch:
    values = row.values
    return Dispatch(
        id=record_id(district.code, "dispatch", values["code"]),
        code=values["code"],
        alarm_id=alarms[values["alarm"]].id,
        team_id=teams[values["team"]].id,
        people=values["people"],
        task=values["task"],
        **row.given(*(column.field for column in MILESTONES), "answered_by", "reference"),
    )


REGISTER = Register(COLUMNS, bring)
