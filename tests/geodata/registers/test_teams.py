from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from gridgis.dispatch.teams import Command, Shift, Tier, Turnout
from tests.fakes import tiny_district as tiny
from tests.fakes.office import Office, team_rows


@pytest.fixture(autouse=True)
def _boundaries(office: Office) -> None:
    office.usual("boundaries")


def one(office: Office, **values: Any) -> Any:
    """The report of a file of one team, and the team."""
    report = office.table("teams", [team_rows()[0] | values])
    return report, office.store.teams()[0]


@pytest.mark.parametrize(
    ("values", "turnout"),
    [
        ({"白天出动秒": "90", "夜间出动秒": ""}, Turnout.day_and_night(90, 90)),
        ({"白天出动秒": "90秒", "夜间出动秒": "3分钟"}, Turnout.day_and_night(90, 180)),
        ({"逐时出动秒": ",".join(map(str, range(24)))}, Turnout(tuple(range(24)))),
        ({"逐时出动秒": " ".join(["60"] * 24)}, Turnout((60,) * 24)),
    ],
)
def test_turnout_is_told_by_day_and_night_or_by_the_hour(
    office: Office, values: dict[str, str], turnout: Turnout
) -> None:
    assert one(office, **values)[1].turnout == turnout


def test_minutes_in_a_heading_become_seconds(office: Office) -> None:
    row = team_rows()[0]
    row["白天出动时间（分钟）"], row["夜间出动时间（分钟）"] = "2", "3"
    del row["白天出动秒"], row["夜间出动秒"]
    office.table("teams", [row])
    assert office.store.teams()[0].turnout == Turnout.day_and_night(120, 180)


@pytest.mark.parametrize(
    ("told", "shift"),
    [
        ("全天", Shift()),
        ("24小时", Shift()),
        ("", Shift()),
        ("08:00-20:00", Shift(time(8), time(20))),
        ("8：30—17：30", Shift(time(8, 30), time(17, 30))),
        ("20时至6时", Shift(time(20), time(6))),
        ("00:00-24:00", Shift()),
    ],
)
def test_the_hours_of_service_are_read(office: Office, told: str, shift: Shift) -> None:
    assert one(office, 值勤时间=told)[1].shift == shift


def test_who_commands_follows_from_the_tier_where_it_is_not_told(office: Office) -> None:
    rows = [{name: value for name, value in row.items() if name != "指挥关系"} for row in team_rows()]
    office.table("teams", rows)
    told = {team.code: team.command for team in office.store.teams()}
    assert (told["VOL"], told["DT"]) == (Command.INVITE, Command.OWN)


@pytest.mark.parametrize(
    ("told", "capabilities"),
    [
        ("灭火、防汛排涝", {"fire", "flood"}),
        ("fire,flood", {"fire", "flood"}),
        ("危化处置；水上救援;", {"hazmat", "water_rescue"}),
        ("", set()),
    ],
)
def test_capabilities_are_words_or_codes(office: Office, told: str, capabilities: set[str]) -> None:
    report, team = one(office, 能力=told)
    assert (team.capabilities, report.warnings) == (capabilities, ())


def test_a_capability_that_a_district_adds_is_taken_and_told(office: Office) -> None:
    report, team = one(office, 能力="drone_search、灭火")
    assert team.capabilities == {"drone_search", "fire"}
    assert [(w.code, w.fields["value"]) for w in report.warnings] == [("team.capability_new", "drone_search")]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"队伍类别": "第一类"}, "value.word"),
        ({"指挥关系": "同级"}, "value.word"),
        ({"能力": "灭火、飞行"}, "value.word"),
        ({"人数": "0"}, "team.no_people"),
        ({"人数": "很多"}, "value.whole"),
        ({"车辆": "直升机"}, "value.word"),
        ({"车辆": "helicopter"}, "profile.unknown"),
        ({"经度": "", "纬度": ""}, "team.no_place"),
        ({"经度": "0", "纬度": "0"}, "team.no_place"),
        ({"白天出动秒": ""}, "team.no_turnout"),
        ({"逐时出动秒": "60,60"}, "turnout.form"),
        ({"逐时出动秒": "快"}, "turnout.form"),
        ({"值勤时间": "白天"}, "value.span_of_day"),
        ({"值勤时间": "25:00-26:00"}, "value.span_of_day"),
        ({"所属网格编码": tiny.TOWN_1[:-1] + "9"}, "cell.unknown"),
        ({"状态": "休假"}, "value.word"),
    ],
)
def test_a_row_with_a_wrong_value_is_set_aside(office: Office, values: dict[str, str], code: str) -> None:
    first, *rest = (row | {"逐时出动秒": "", "状态": "在勤"} for row in team_rows())
    report = office.table("teams", [first | values, *rest])
    assert [(fault.row, fault.code) for fault in report.set_aside] == [(2, code)]


def test_the_word_that_is_not_known_is_named_alone(office: Office) -> None:
    first, *rest = team_rows()
    (fault,) = office.table("teams", [first | {"能力": "灭火、飞行"}, *rest]).set_aside
    assert (fault.value, fault.fields["value"]) == ("灭火、飞行", "飞行")


def test_a_team_out_of_service_keeps_its_reason(office: Office) -> None:
    _, team = one(office, 状态="停用", 停用原因="改编")
    assert (team.in_service, team.out_of_service_reason) == (False, "改编")


def test_a_team_that_is_stored_keeps_what_the_file_does_not_tell(office: Office) -> None:
    office.table("teams", team_rows())
    short = ("队伍编号", "队伍名称", "队伍类别", "人数", "车辆")
    report = office.table("teams", [{name: row[name] for name in short} for row in team_rows()])
    assert (report.updated, report.unchanged) == (0, len(team_rows()))


def test_the_districts_own_code_is_no_home(office: Office) -> None:
    _, team = one(office, 所属网格编码=tiny.DISTRICT)
    assert (team.home_cell_code, team.tier) == ("", Tier.DISTRICT)
