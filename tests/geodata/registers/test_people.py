from __future__ import annotations

from datetime import date

import pytest

from gridgis.people.officers import PostRole
from tests.fakes import tiny_district as tiny
from tests.fakes.office import Office, officer_rows, post_rows


def test_days_and_licences_are_read_in_every_usual_form(office: Office) -> None:
    rows = [
        {"人员编号": f"P{at}", "姓名": "甲", "执法证号": "苏M-1", "执法证有效期至": text, "是否有专业背景": "√"}
        for at, text in enumerate(("2021-03-09", "2021/3/9", "2021年3月9日", "20210309", "２０２１．３．９"))
    ]
    office.table("officers", rows)
    for officer in office.store.officers():
        assert (officer.licence_until, officer.professional) == (date(2021, 3, 9), True)


@pytest.mark.parametrize("text", ["09/03/2021", "2021-13-01", "3月9日", "44264", "2021-02-30"])
def test_a_day_that_can_be_two_days_or_none_is_refused(office: Office, text: str) -> None:
    rows = [{**row, "执法证有效期": ""} for row in officer_rows()]
    report = office.table("officers", [*rows, {**rows[0], "工号": "X", "执法证有效期": text}])
    assert [fault.code for fault in report.set_aside] == ["time.day"]


class TestPosts:
    """A row a posting."""

    @pytest.fixture(autouse=True)
    def _people(self, office: Office) -> None:
        office.usual("boundaries", "cells", "officers")

    def test_posts_are_named_by_person_cell_role_and_first_day(self, office: Office) -> None:
        office.table("posts", post_rows())
        rows = [row | {"截止日": "2020-12-31"} for row in post_rows()]
        report = office.table("posts", rows)
        assert (report.added, report.updated) == (0, len(rows))
        assert {post.until for post in office.store.posts()} == {date(2020, 12, 31)}

    def test_cover_names_the_officer_covered_for(self, office: Office) -> None:
        office.table("posts", [post_rows()[0] | {"代岗工号": "P02"}])
        assert office.store.posts()[0].acting_for == tiny.officers()[1].id

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"工号": "P99"}, "officer.unknown"),
            ({"代岗工号": "P99"}, "officer.unknown"),
            ({"网格编码": tiny.VILLAGE_1 + "099"}, "cell.unknown"),
            ({"网格编码": tiny.DISTRICT}, "cell.unknown"),
            ({"网格编码": "3.21204E+11"}, "cell_code.form"),
            ({"岗位": "站长"}, "value.word"),
            ({"起始日": ""}, "value.missing"),
            ({"截止日": "2019-12-31"}, "post.days"),
        ],
    )
    def test_a_row_with_a_wrong_value_is_set_aside(self, office: Office, values: dict[str, str], code: str) -> None:
        first, *rest = post_rows()
        report = office.table("posts", [first | values, *rest])
        assert [(fault.row, fault.code) for fault in report.set_aside] in ([(2, code)], [(2, "table.number_damaged")])

    def test_the_statistical_code_of_a_town_names_its_cell(self, office: Office) -> None:
        office.table("posts", [post_rows()[0] | {"网格编码": tiny.TOWN_1 + "000"}])
        assert office.store.posts()[0].cell_code == tiny.TOWN_1

    def test_another_name_than_the_officers_is_told_and_the_number_counts(self, office: Office) -> None:
        report = office.table("posts", [post_rows()[0] | {"姓名": "别人"}])
        assert [(one.code, one.fields["rows"]) for one in report.warnings] == [("post.name_differs", "2")]
        assert office.store.posts()[0].officer_id == tiny.officers()[0].id

    def test_roles_have_more_than_one_word(self, office: Office) -> None:
        office.table("posts", [post_rows()[0] | {"岗位": "保健医生"}, post_rows()[1] | {"岗位": "镇街分管负责人"}])
        assert {post.role for post in office.store.posts()} == {PostRole.SAFETY_DOCTOR, PostRole.TOWN_LEAD}
