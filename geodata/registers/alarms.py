"""Import the register of alarms."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import numpy as np

from geodata.headings import Column
from geodata.registers.batch import Batch, Row
from geodata.registers.places import PLACE, Ground, place_rows, warn_of_places
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import key, moment, word, word_or_code
from geodata.vocabulary import ALARM_TYPES, LEVELS, NATURES
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.dispatch.alarms import Alarm, AlarmNature, ResponseLevel

CODE = Column("code", "警情编号 警情编码 警情号 接警编号 报警编号 案件编号 alarm_code", key, required=True)
TYPE = Column("type", "警情类型 事故类型 警情类别 灾害类型 alarm_type", word_or_code(ALARM_TYPES), required=True)
LEVEL = Column("level", "响应等级 响应级别 警情等级 应急响应等级 response_level", word(LEVELS), required=True)
COLUMNS = (
    CODE,
    TYPE,
    LEVEL,
    Column("reported_at", "接警时间 报警时间 接报时间 警情时间 发生时间 reported", moment, required=True),
    *PLACE,
    Column("address", "地址 事发地址 地点 事发地点 详细地址 警情地址"),
    Column("caller", "报警人 报警人姓名 来电人"),
    Column("phone", "电话 报警电话 联系电话 报警人电话 来电号码 telephone"),
    Column("note", "内容 警情内容 简要情况 情况描述 备注 description"),
    Column("nature", "性质 警情性质 真假警", word(NATURES), blank=AlarmNature.REAL.value),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:
    """Put the alarms; their types are those of the program and of the run cards."""
    district = work.district()
    types = {*ALARM_TYPES.words, *work.run_cards().types}
    ground = Ground.of(work, intake.now)
    batch.check(partial(_check_type, types))
    place_rows(batch, intake.crs, ground)
    batch.check(_check_place)
    batch.refuse_repeated(lambda row: row.values["code"], "code")
    made = [_alarm(row, district) for row in batch.good]
    xy = np.array([(alarm.lon, alarm.lat) for alarm in made]).reshape(-1, 2)
    warn_of_places(batch, xy, ground, intake.crs)
    return Brought(work.put_alarms(made))


def _check_type(types: Collection[str], row: Row) -> None:
    if row.values["type"] not in types:
        row.refuse("alarm.type_unknown", "type", known=ALARM_TYPES.known)


def _check_place(row: Row) -> None:
    if row.values["xy"] is None:
        row.refuse("alarm.no_place", "lon")


def _alarm(row: Row, district: District) -> Alarm:
    lon, lat = row.values["xy"]
    return Alarm(
        id=record_id(district.code, "alarm", row.values["code"]),
        code=row.values["code"],
        type=row.values["type"],
        level=ResponseLevel(row.values["level"]),
        lon=lon,
        lat=lat,
        reported_at=row.values["reported_at"],
        nature=AlarmNature(row.get("nature", AlarmNature.REAL.value)),
        **row.given("address", "caller", "phone", "note"),
    )


REGISTER = Register(COLUMNS, bring)
