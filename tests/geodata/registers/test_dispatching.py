from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.run_cards import Task
from gridgis.errors import InputRejected
from tests.fakes.office import Office, alarm_rows, dispatch_rows, run_card_rows


def card(alarm_type: str = "火灾", level: str = "Ⅲ级") -> list[dict[str, Any]]:
    """The lines of one card."""
    return [row for row in run_card_rows() if (row["警情类型"], row["响应等级"]) == (alarm_type, level)]


class TestRunCards:
    """A row a line."""

    def test_lines_of_a_type_and_level_make_a_card(self, office: Office) -> None:
        assert office.table("run-cards", run_card_rows()).added == 40
        found = office.store.run_cards().find("fire", ResponseLevel.III)
        assert [need.code for need in found.needs] == list(range(1, len(card()) + 1))

    def test_a_card_with_other_lines_counts_as_updated(self, office: Office) -> None:
        office.table("run-cards", run_card_rows())
        report = office.table("run-cards", card()[:-1])
        assert (report.added, report.updated) == (0, 1)
        assert len(office.store.run_cards().find("fire", ResponseLevel.III).needs) == len(card()) - 1

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"任务": "冲锋"}, "value.word"),
            ({"队数": "0"}, "run_card.no_teams"),
            ({"队伍类别": "", "能力": ""}, "run_card.need_open"),
            ({"安全距离米": "远"}, "value.whole"),
            ({"行号": ""}, "value.missing"),
            ({"行号": "2"}, "row.code_twice"),
        ],
    )
    def test_a_bad_line_sets_its_card_aside_whole(self, office: Office, values: dict[str, str], code: str) -> None:
        first, *rest = card()
        report = office.table("run-cards", [first | values, *rest, *card(level="Ⅳ级")])
        faults = [(fault.row, fault.code) for fault in report.set_aside]
        assert code in {told for _, told in faults}
        assert {row for row, _ in faults} == set(range(2, 2 + len(card())))
        assert report.added == 1

    @pytest.mark.parametrize("alarm_type", ["危险化学品", "燃气泄漏", "有限空间"])
    @pytest.mark.parametrize(
        "values", [{"队伍类别": "村居"}, {"队伍类别": "社会"}, {"队伍类别": "专业", "指挥关系": "邀请"}]
    )
    def test_nobody_untrained_is_sent_in(self, office: Office, alarm_type: str, values: dict[str, str]) -> None:
        first, *rest = card(alarm_type)
        with pytest.raises(InputRejected) as refused:
            office.table("run-cards", [first | values | {"任务": "救援处置"}, *rest])
        assert refused.value.faults[0].code == "run_card.untrained_rescue"
        assert refused.value.faults[0].column == "任务"

    @pytest.mark.parametrize("level", ["2", "2级", "II级别", "红色", "高"])
    def test_a_bare_figure_or_a_colour_is_no_response_level(self, office: Office, level: str) -> None:
        """The line may belong to any card of its type: those wait for it, the others go in."""
        rows = [*card(), card(level="Ⅳ级")[0] | {"响应等级": level}, *card("洪涝")]
        report = office.table("run-cards", rows)
        assert [one.type for one in office.store.run_cards().cards] == ["flood"]
        bad = len(card()) + 2
        told = {(fault.row, fault.code) for fault in report.set_aside}
        assert told == {(bad, "value.word"), *((row, "run_card.with_bad_line") for row in range(2, bad))}

    @pytest.mark.parametrize("level", ["Ⅱ级", "II", "ii级", "二级", "二级响应", "Ⅱ级响应", "response level II"])
    def test_levels_are_understood_as_people_write_them(self, office: Office, level: str) -> None:
        office.table("run-cards", [row | {"响应等级": level} for row in card()])
        assert [one.level for one in office.store.run_cards().cards] == [ResponseLevel.II]

    def test_a_capability_that_nobody_has_is_told_once_there_are_teams(self, office: Office) -> None:
        rows = [row | {"能力": "drone_search"} for row in card()[:1]] + card()[1:]
        assert [w.code for w in office.table("run-cards", rows).warnings] == ["run_card.code_new"]
        office.usual("boundaries", "teams")
        report = office.table("run-cards", rows)
        told = {w.code: w.fields for w in report.warnings}
        assert told["run_card.nobody_able"]["value"] == "drone_search"
        assert told["run_card.nobody_able"]["rows"] == "2"

    def test_lines_without_numbers_are_numbered_in_their_order(self, office: Office) -> None:
        office.table("run-cards", [{name: value for name, value in row.items() if name != "行号"} for row in card()])
        (found,) = office.store.run_cards().cards
        assert [need.code for need in found.needs] == list(range(1, len(card()) + 1))
        assert found.needs[0].task is Task.CORDON

    def test_distances_may_be_told_in_kilometres(self, office: Office) -> None:
        row = card()[0]
        del row["安全距离米"]
        office.table("run-cards", [row | {"安全距离（公里）": "0.5"}])
        assert office.store.run_cards().cards[0].needs[0].safe_distance_m == 500


class TestAlarms:
    """A row a call."""

    @pytest.mark.parametrize(
        ("told", "moment"),
        [
            ("2020-03-01 14:05", datetime(2020, 3, 1, 6, 5, tzinfo=UTC)),
            ("2020/3/1 14:05:30", datetime(2020, 3, 1, 6, 5, 30, tzinfo=UTC)),
            ("2020年3月1日14时5分", datetime(2020, 3, 1, 6, 5, tzinfo=UTC)),
            ("2020-03-01T14:05:00+08:00", datetime(2020, 3, 1, 6, 5, tzinfo=UTC)),
            ("2020-03-01T06:05:00Z", datetime(2020, 3, 1, 6, 5, tzinfo=UTC)),
        ],
    )
    def test_moments_without_an_offset_are_local(self, office: Office, told: str, moment: datetime) -> None:
        office.table("alarms", [alarm_rows()[0] | {"接警时间": told}])
        assert office.store.alarms()[0].reported_at == moment

    def test_the_nature_of_a_call_is_kept(self, office: Office) -> None:
        office.table("alarms", [alarm_rows()[0] | {"性质": "演练"}, alarm_rows()[1] | {"性质": ""}])
        assert [alarm.nature for alarm in office.store.alarms()] == [AlarmNature.DRILL, AlarmNature.REAL]

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"警情类型": "外星人"}, "value.word"),
            ({"警情类型": "alien"}, "alarm.type_unknown"),
            ({"响应等级": "3"}, "value.word"),
            ({"接警时间": "2020-03-01"}, "time.form"),
            ({"接警时间": "下午两点"}, "time.form"),
            ({"经度": "", "纬度": ""}, "alarm.no_place"),
            ({"经度": "0", "纬度": "0"}, "alarm.no_place"),
            ({"警情编号": "A2"}, "row.code_twice"),
        ],
    )
    def test_a_row_with_a_wrong_value_is_set_aside(self, office: Office, values: dict[str, str], code: str) -> None:
        first, second = alarm_rows()
        report = office.table("alarms", [second, first | values])
        assert [(fault.row, fault.code) for fault in report.set_aside] == [(3, code)]

    def test_a_type_that_the_run_cards_add_is_known(self, office: Office) -> None:
        office.table("run-cards", [row | {"警情类型": "drone_down"} for row in card()])
        assert office.table("alarms", [alarm_rows()[0] | {"警情类型": "drone_down"}]).added == 1


class TestDispatches:
    """A row a team sent."""

    @pytest.fixture(autouse=True)
    def _alarms_and_teams(self, office: Office) -> None:
        office.usual("boundaries", "teams", "alarms")

    def test_dispatches_name_alarm_and_team(self, office: Office) -> None:
        assert office.table("dispatches", dispatch_rows()).added == 2
        assert {one.alarm_id for one in office.store.dispatches()} == {office.store.alarms()[0].id}

    @pytest.mark.parametrize(
        ("values", "code", "column"),
        [
            ({"警情编号": "A9"}, "alarm.unknown", "警情编号"),
            ({"队伍编号": "T9"}, "team.unknown", "队伍编号"),
            ({"任务": "吃饭"}, "value.word", "任务"),
            ({"到场时间": "2020-03-01 14:07"}, "dispatch.order", "到场时间"),
            ({"接令时间": "", "出动时间": "2020-03-01 14:05:59"}, "dispatch.order", "出动时间"),
            ({"派出时间": "2020-03-01 14:04"}, "dispatch.before_alarm", "派出时间"),
            ({"归队时间": "晚上"}, "time.form", "归队时间"),
        ],
    )
    def test_a_row_with_a_wrong_value_is_set_aside(
        self, office: Office, values: dict[str, str], code: str, column: str
    ) -> None:
        first, second = dispatch_rows()
        report = office.table("dispatches", [first | values, second])
        assert [(fault.code, fault.column) for fault in report.set_aside] == [(code, column)]
