"""Members, rosters and kit come as the office's tables; bad rows are set aside."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gridgis.dispatch.readiness import Certificate, MemberRole
from tests.fakes.office import Office

MEMBER = {
    "队员编号": "S1/01",
    "队伍编号": "S1",
    "姓名": "周一",
    "电话": "13600000001",
    "身份": "队长",
    "呼叫次序": "1",
    "证书": "危化处置 2026-12-31、燃气抢险（2025年6月30日）",
}
DUTY = {"队伍编号": "S1", "开始时间": "2020-06-30 08:00", "结束时间": "2020-06-30 20:00", "值班人员": "S1/01"}
KIT = {"队伍编号": "S1", "装备名称": "防化服", "数量": "4", "单位": "套", "检查日期": "2020-06-01"}


@pytest.fixture(autouse=True)
def _teams(office: Office) -> None:
    office.usual("boundaries", "teams")


def test_members_bring_their_certificates(office: Office) -> None:
    assert office.table("team-members", [MEMBER]).added == 1
    (one,) = office.store.readiness().members
    assert (one.name, one.role, one.call_order, one.active) == ("周一", MemberRole.LEADER, 1, True)
    assert one.certificates == (Certificate("gas", date(2025, 6, 30)), Certificate("hazmat", date(2026, 12, 31)))
    assert office.table("team-members", [MEMBER]).unchanged == 1
    left_row = {"队员编号": "S1/01", "队伍编号": "S1", "姓名": "周一", "在队": "否"}
    office.table("team-members", [left_row], name="离队.csv")
    (left,) = office.store.readiness().members
    assert (left.active, left.phone, len(left.certificates)) == (False, "13600000001", 2)


def test_a_roster_names_who_is_on_duty_when(office: Office) -> None:
    office.table("team-members", [MEMBER])
    assert office.table("team-duties", [DUTY]).added == 1
    (duty,) = office.store.readiness().duties
    assert (duty.since, duty.people) == (datetime(2020, 6, 30, 0, 0, tzinfo=UTC), 1)
    assert duty.members == (office.store.readiness().members[0].id,)
    assert office.table("team-duties", [DUTY]).unchanged == 1


def test_kit_is_told_by_quantity(office: Office) -> None:
    assert office.table("team-kit", [KIT]).added == 1
    assert office.table("team-kit", [KIT | {"数量": "5"}]).updated == 1
    (one,) = office.store.readiness().kit
    assert (one.kind, one.quantity, one.unit, one.checked_on) == ("防化服", 5, "套", date(2020, 6, 1))


@pytest.mark.parametrize(
    ("noun", "row", "code"),
    [
        ("team-members", MEMBER | {"队伍编号": "X9"}, "team.unknown"),
        ("team-members", MEMBER | {"证书": "危化处置"}, "value.certificate"),
        ("team-members", MEMBER | {"姓名": ""}, "value.missing"),
        ("team-duties", DUTY | {"队伍编号": "X9"}, "team.unknown"),
        ("team-duties", DUTY | {"值班人员": "S1/09"}, "member.unknown"),
        ("team-duties", DUTY | {"值班人员": "", "结束时间": "2020-06-30 07:00"}, "duty.span"),
        ("team-kit", KIT | {"数量": "很多"}, "value.whole"),
        ("team-kit", KIT | {"队伍编号": "X9"}, "team.unknown"),
    ],
)
def test_a_row_with_a_wrong_value_is_set_aside(office: Office, noun: str, row: dict[str, str], code: str) -> None:
    good = {
        "team-members": MEMBER | {"队员编号": "S1/02"},
        "team-duties": DUTY | {"开始时间": "2020-06-30 09:00", "值班人员": ""},
        "team-kit": KIT | {"装备名称": "沙袋"},
    }
    report = office.table(noun, [row, good[noun]])
    assert [(fault.row, fault.code) for fault in report.set_aside] == [(2, code)]
    assert report.added == 1


def test_entrances_stand_at_their_sites(office: Office) -> None:
    office.usual("enterprises")
    site = office.store.sites()[0]
    gate = {"场所编号": site.code, "入口名称": "东门", "经度": "120.1031", "纬度": "32.5052", "备注": "限高 4 米"}
    assert office.table("entrances", [gate, gate | {"入口名称": "西门", "场所编号": "X9"}]).added == 1
    (one,) = office.store.entrances([site.id])
    assert (one.name, one.lon, one.note) == ("东门", 120.1031, "限高 4 米")
    report = office.table("entrances", [gate, gate | {"入口名称": "北门", "经度": "", "纬度": ""}], name="二.csv")
    assert [fault.code for fault in report.set_aside] == ["entrance.no_place"]
