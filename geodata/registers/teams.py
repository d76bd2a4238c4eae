"""Import rescue teams and requested services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import nan

import numpy as np

from geodata.headings import Column
from geodata.registers.areas import cell_code
from geodata.registers.batch import Batch, Row
from geodata.registers.places import PLACE, Ground, place_rows, warn_of_places
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import (
    COUNT,
    SECONDS,
    flag,
    key,
    seconds_list,
    several,
    span_of_day,
    word,
    word_or_code,
)
from geodata.vocabulary import CAPABILITIES, COMMANDS, PROFILES, SERVICE, TIERS
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.dispatch.teams import HOURS_A_DAY, Command, Shift, Team, Tier, Turnout
from gridgis.roads import DEFAULT_PROFILES

CODE = Column("code", "队伍编号 队伍编码 队伍代码 编号 team_code", key, required=True)
COLUMNS = (
    CODE,
    Column("name", "队伍名称 名称 队名 team_name", required=True),
    Column("tier", "队伍类别 队伍类型 队伍级别 类别 类型 级别", word(TIERS), required=True),
    Column("command", "指挥关系 指挥方式 调动方式", word(COMMANDS)),
    Column(
        "capabilities",
        "能力 救援能力 专业能力 处置能力 擅长 capability",
        several(word_or_code(CAPABILITIES)),
        blank=frozenset(),
    ),
    Column("people", "人数 队员人数 队伍人数 人员数 出动人数", COUNT, required=True),
    Column("profile", "车辆 车辆类型 出行方式 交通工具 vehicle", word_or_code(PROFILES), required=True),
    *PLACE,
    Column("turnout_day", "白天出动秒 白天出动时间 白天出动 日间出动时间 白天集结时间", SECONDS, blank=None),
    Column("turnout_night", "夜间出动秒 夜间出动时间 夜间出动 夜间集结时间", SECONDS, blank=None),
    Column("turnout_hours", "逐时出动秒 逐时出动时间 分时出动秒", seconds_list, blank=None),
    Column("shift", "值勤时间 执勤时间 值班时间 服务时间", span_of_day),
    Column("home_cell_code", "所属网格编码 所属网格 网格编码 所在网格编码 所属区划代码", key),
    Column("department", "主管部门 牵头部门 主管单位 所属单位"),
    Column("leader", "负责人 队长 负责人姓名 联系人"),
    Column("phone", "电话 联系电话 值班电话 手机 负责人电话 telephone"),
    Column("in_service", "状态 队伍状态 status", word(SERVICE), blank="yes"),
    Column("out_of_service_reason", "停用原因 停勤原因"),
    Column("demo", "演示 是否演示", flag, blank=False),
)
_TOLD = ("name", "people", "profile", "department", "leader", "phone", "out_of_service_reason", "demo")


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:
    """Put the teams; what the file has no column for stays as it is stored."""
    district = work.district()
    held = {team.code: team for team in work.teams()}
    ground = Ground.of(work, intake.now)
    place_rows(batch, intake.crs, ground)
    batch.check(partial(_check, district, held, ground.cells))
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    teams = [_team(row, district, held) for row in batch.good]
    _note_new_capabilities(batch)
    own = [(team.lon, team.lat) for team in teams if team.command is Command.OWN]
    warn_of_places(batch, np.array(own).reshape(-1, 2), ground, intake.crs)
    return Brought(work.put_teams(teams))


def _check(district: District, held: Mapping[str, Team], cells: frozenset[str], row: Row) -> None:
    old = held.get(row.values["code"])
    if row.values["xy"] is None and old is None:
        row.refuse("team.no_place", "lon")
    if row.values["profile"] not in DEFAULT_PROFILES:
        row.refuse("profile.unknown", "profile", known=PROFILES.known)
    if not row.values["people"]:
        row.refuse("team.no_people", "people")
    home = row.get("home_cell_code")
    if home:
        row.read("home_cell_code", home, partial(cell_code, scheme=district.scheme, district=district.code))
        if row.good and cells and row.values["home_cell_code"] not in {*cells, district.code}:
            row.refuse("cell.unknown", "home_cell_code")
    _read_turnout(row, old)


def _read_turnout(row: Row, old: Team | None) -> None:
    """Give the row its ``turnout``: by the hour, or by day and night; by night as by day where only that is told."""
    by_hour, day_s, night_s = row.get("turnout_hours"), row.get("turnout_day"), row.get("turnout_night")
    row.values["turnout"] = None
    if by_hour is not None and len(by_hour) != HOURS_A_DAY:
        row.refuse("turnout.form", "turnout_hours")
    elif by_hour is not None:
        row.values["turnout"] = Turnout(by_hour)
    elif day_s is not None:
        row.values["turnout"] = Turnout.day_and_night(day_s, day_s if night_s is None else night_s)
    elif old is None:
        row.refuse("team.no_turnout", "turnout_day")


def _note_new_capabilities(batch: Batch) -> None:
    for code in sorted({code for row in batch.good for code in row.get("capabilities", ())}):
        if code not in CAPABILITIES.words:
            rows = [row for row in batch.good if code in row.get("capabilities", ())]
            batch.warn("team.capability_new", rows, value=code, known=CAPABILITIES.known)


def _team(row: Row, district: District, held: Mapping[str, Team]) -> Team:
    code, tier = row.values["code"], Tier(row.values["tier"])
    old = held.get(code) or Team(
        id=record_id(district.code, "team", code),
        code=code,
        name="",
        tier=tier,
        command=Command.INVITE if tier is Tier.VOLUNTEER else Command.OWN,
        capabilities=frozenset(),
        people=0,
        profile="",
        lon=nan,
        lat=nan,
        turnout=Turnout.day_and_night(0, 0),
    )
    given = row.given(*_TOLD) | {"tier": tier}
    if row.get("command"):
        given["command"] = Command(row.values["command"])
    if "capabilities" in row.values:
        given["capabilities"] = row.values["capabilities"]
    if row.get("shift"):
        given["shift"] = Shift(*row.values["shift"])
    if "home_cell_code" in row.values:
        home = row.values["home_cell_code"]
        given["home_cell_code"] = "" if home == district.code else home
    if "in_service" in row.values:
        given["in_service"] = row.values["in_service"] == "yes"
    if row.values["turnout"] is not None:
        given["turnout"] = row.values["turnout"]
    if row.values["xy"] is not None:
        given["lon"], given["lat"] = row.values["xy"]
    return replace(old, **given)


REGISTER = Register(COLUMNS, bring)
