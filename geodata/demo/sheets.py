"""Lay the demo's records out as the tables that offices keep, with their Chinese headings and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

import numpy as np

from geodata.demo.cells import Grid
from geodata.demo.dispatches import AlarmRegister
from geodata.demo.enterprises import EnterpriseRegister
from geodata.demo.jiangyan import DISTRICT_CODE, DISTRICT_NAME, Town
from geodata.demo.people import People
from geodata.demo.tables import Cell, TableLayer
from geodata.vocabulary import (
    ALARM_TYPES,
    CAPABILITIES,
    COMMANDS,
    LEVELS,
    NATURES,
    PROFILES,
    RISKS,
    ROLES,
    TASKS,
    TIERS,
    Vocabulary,
)
from gridgis.dispatch.run_cards import RunCards
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.dispatch.teams import Shift, Team, Tier

Table = tuple[Sequence[str], Iterator[Sequence[Cell]]]


def _word(vocabulary: Vocabulary, code: str) -> str:
    return vocabulary.words[code][0] if code else ""


def _yes(value: bool) -> str:  # noqa: FBT001  a cell's value
    return "是" if value else "否"


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.7f}"


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _moment(value: datetime | None) -> str:
    return "" if value is None else f"{value.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M:%S}"


def boundary_layers(towns: Sequence[Town], grid: Grid, teams: Iterable[Team]) -> Mapping[str, TableLayer]:
    """District, towns and villages; a village's seat is where its team gathers."""
    base = {team.home_cell_code: team for team in teams if team.tier is Tier.VILLAGE}
    governed = [towns[parent].governed for parent in grid.villages.parent.tolist()]
    return {
        "区界": (
            np.array([grid.outline], dtype=np.object_),
            {"区划代码": [DISTRICT_CODE], "名称": [DISTRICT_NAME], "级别": ["区县"]},
        ),
        "镇街": (
            grid.towns.shape,
            {
                "区划代码": grid.towns.code,
                "名称": grid.towns.name,
                "级别": ["镇街"] * len(towns),
                "是否纳入管理": [_yes(town.governed) for town in towns],
                "重点镇街": [_yes(town.key) for town in towns],
                "驻地经度": [town.seat[0] for town in towns],
                "驻地纬度": [town.seat[1] for town in towns],
            },
        ),
        "村居": (
            grid.villages.shape,
            {
                "区划代码": grid.villages.code,
                "名称": grid.villages.name,
                "级别": ["村居"] * len(governed),
                "是否纳入管理": [_yes(one) for one in governed],
                "驻地经度": [base[code].lon for code in grid.villages.code],
                "驻地纬度": [base[code].lat for code in grid.villages.code],
            },
        ),
    }


def cell_layers(grid: Grid, enterprises: EnterpriseRegister) -> Mapping[str, TableLayer]:
    """Basic cells and units."""
    places = [grid.places.get(cell) for cell in range(len(grid.cells.code))]
    villages = [grid.villages.code[parent] for parent in grid.cells.parent]
    placed = enterprises.unit[enterprises.unit >= 0]
    return {
        "网格": (
            grid.cells.shape,
            {
                "网格编码": grid.cells.code,
                "网格名称": grid.cells.name,
                "所属村居编码": villages,
                "网格类型": ["专属网格" if place else "基础网格" for place in places],
                "园区组": [place.name if place and place.several else "" for place in places],
            },
        ),
        "单元": (
            grid.units.shape,
            {
                "单元编码": grid.units.code,
                "单元名称": grid.units.name,
                "网格编码": [grid.cells.code[parent] for parent in grid.units.parent],
                "人口": grid.population.tolist(),
                "企业数": np.bincount(placed, minlength=len(grid.units.code)).tolist(),
            },
        ),
    }


def enterprise_table(register: EnterpriseRegister) -> Table:
    """A row a site."""
    headings = (
        "企业名称", "统一社会信用代码", "无代码原因", "登记编号", "行业", "监管部门", "风险等级", "从业人数",
        "危险化学品", "联系人", "联系电话", "场所编号", "场所名称", "地址", "经度", "纬度", "网格编码", "认定理由",
    )  # fmt: skip
    owner = {enterprise.id: enterprise for enterprise in register.enterprises}

    def rows() -> Iterator[Sequence[Cell]]:
        for site in register.sites:
            one = owner[site.enterprise_id]
            yield (
                one.name, one.credit_code, one.no_credit_code_reason, "" if one.credit_code else one.code, one.industry,
                one.department, _word(RISKS, one.risk.value), one.staff, one.chemicals, one.contact, one.phone,
                site.code, site.name, site.address, _degrees(site.lon), _degrees(site.lat), site.cell_code,
                site.cell_reason,
            )  # fmt: skip

    return headings, rows()


def officer_table(people: People) -> Table:
    """A row a person."""
    headings = ("工号", "姓名", "电话", "专业背景", "执法证号", "执法证有效期", "基层执法起始日")
    return headings, (
        (
            one.code,
            one.name,
            one.phone,
            _yes(one.professional),
            one.licence,
            _day(one.licence_until),
            _day(one.in_service_since),
        )
        for one in people.officers
    )


def post_table(people: People) -> Table:
    """A row a post."""
    headings = ("工号", "姓名", "网格编码", "岗位", "起始日", "截止日", "代岗工号")
    known = {officer.id: officer for officer in people.officers}
    return headings, (
        (
            known[one.officer_id].code,
            known[one.officer_id].name,
            one.cell_code,
            _word(ROLES, one.role.value),
            _day(one.since),
            _day(one.until),
            known[one.acting_for].code if one.acting_for else None,
        )
        for one in people.posts
    )


def team_table(teams: Iterable[Team]) -> Table:
    """A row a team."""
    headings = (
        "队伍编号", "队伍名称", "队伍类别", "指挥关系", "能力", "人数", "车辆", "经度", "纬度", "逐时出动秒",
        "值勤时间", "所属网格编码", "主管部门", "负责人", "电话", "状态", "停用原因", "演示",
    )  # fmt: skip
    order = list(CAPABILITIES.words)
    return headings, (
        (
            one.code, one.name, _word(TIERS, one.tier.value), _word(COMMANDS, one.command.value),
            "、".join(_word(CAPABILITIES, code) for code in sorted(one.capabilities, key=order.index)), one.people,
            _word(PROFILES, one.profile), _degrees(one.lon), _degrees(one.lat),
            " ".join(map(str, one.turnout.seconds_by_hour)), _span(one.shift), one.home_cell_code, one.department,
            one.leader, one.phone, "在勤" if one.in_service else "停用", one.out_of_service_reason, _yes(one.demo),
        )
        for one in teams
    )  # fmt: skip


def _span(shift: Shift) -> str:
    return "全天" if shift.start == shift.end else f"{shift.start:%H:%M}-{shift.end:%H:%M}"


def run_card_table(cards: RunCards) -> Table:
    """A row a line."""
    headings = (
        "警情类型", "响应等级", "方案名称", "行号", "队伍类别", "能力", "指挥关系", "队数", "人数", "任务",
        "安全距离米", "替代能力", "本地优先",
    )  # fmt: skip
    return headings, (
        (
            _word(ALARM_TYPES, card.type), _word(LEVELS, card.level.value), card.name, need.code,
            _word(TIERS, need.tier.value) if need.tier else "", _word(CAPABILITIES, need.capability),
            _word(COMMANDS, need.command.value), need.teams, need.people, _word(TASKS, need.task.value),
            need.safe_distance_m, _word(CAPABILITIES, need.fallback), _yes(need.local),
        )
        for card in cards.cards
        for need in card.needs
    )  # fmt: skip


def alarm_table(register: AlarmRegister) -> Table:
    """A row an alarm."""
    headings = (
        "警情编号", "警情类型", "响应等级", "接警时间", "经度", "纬度", "地址", "报警人", "电话", "内容", "性质",
    )  # fmt: skip
    return headings, (
        (
            one.code, _word(ALARM_TYPES, one.type), _word(LEVELS, one.level.value), _moment(one.reported_at),
            _degrees(one.lon), _degrees(one.lat), one.address, one.caller, one.phone, one.note,
            _word(NATURES, one.nature.value),
        )
        for one in register.alarms
    )  # fmt: skip


def dispatch_table(register: AlarmRegister, teams: Iterable[Team]) -> Table:
    """A row a team sent."""
    headings = (
        "派遣编号", "警情编号", "队伍编号", "人数", "任务", "派出时间", "接令时间", "出动时间", "到场时间", "撤离时间",
        "归队时间", "答复人", "参考号",
    )  # fmt: skip
    alarm = {one.id: one.code for one in register.alarms}
    team = {one.id: one.code for one in teams}
    return headings, (
        (
            one.code, alarm[one.alarm_id], team[one.team_id], one.people, _word(TASKS, one.task),
            _moment(one.dispatched_at), _moment(one.acknowledged_at), _moment(one.en_route_at),
            _moment(one.on_scene_at), _moment(one.released_at), _moment(one.home_at), one.answered_by, one.reference,
        )
        for one in register.dispatches
    )  # fmt: skip
