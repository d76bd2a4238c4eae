"""Import the kit of rescue teams: how many usable things of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from geodata.headings import Column
from geodata.registers.batch import Batch, Row
from geodata.registers.register import Brought, Intake, Register
from geodata.registers.teams import CODE as TEAM_CODE
from geodata.store import UnitOfWork
from geodata.values import Whole, day, key
from gridgis.codes import record_id
from gridgis.dispatch.readiness import KitItem
from gridgis.dispatch.teams import Team

COLUMNS = (
    Column("team", TEAM_CODE.names.replace(" 编号", ""), key, required=True),
    Column("kind", "装备名称 装备 器材名称 物资名称 名称", required=True),
    Column("quantity", "数量 可用数量 完好数量", Whole(), required=True),
    Column("unit", "单位 计量单位"),
    Column("checked_on", "检查日期 检查日 盘点日期", day, blank=None),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:  # noqa: ARG001  a register's signature
    """Put kit of teams that are stored; the same kind of a team again takes the place of what was told."""
    district = work.district()
    teams = {team.code: team for team in work.teams()}
    batch.check(partial(_check, teams))
    batch.refuse_repeated(_code, "kind")
    return Brought(work.put_kit(_item(row, district.code, teams) for row in batch.good))


def _code(row: Row) -> str:
    """What names kit: its team and its kind."""
    return f"{row.values['team']}/{row.values['kind']}"


def _check(teams: Mapping[str, Team], row: Row) -> None:
    if row.values["team"] not in teams:
        row.refuse("team.unknown", "team")


def _item(row: Row, district: str, teams: Mapping[str, Team]) -> KitItem:
    code = _code(row)
    return KitItem(
        record_id(district, "team_kit", code),
        code,
        teams[row.values["team"]].id,
        row.values["kind"],
        row.values["quantity"],
        row.get("unit", ""),
        row.get("checked_on"),
    )


REGISTER = Register(COLUMNS, bring)
