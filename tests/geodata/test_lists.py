"""Lists that a district decides by: an example that says that it is one, and the days worked of each year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from geodata.lists import example_rules, grading_lists, library_workday, work_calendar
from gridgis.errors import InputRejected, InvalidValue
from gridgis.hazards.grading import propose


def test_the_list_that_is_shipped_says_that_it_is_an_example_and_no_standard() -> None:
    rules = example_rules()
    assert rules.example
    assert "示例" in rules.name + rules.version
    assert "不是任何机关公布的标准" in rules.source
    assert len(rules.clauses) >= 8


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("fire_exit", "二楼疏散通道被杂物堵塞", "例-1"),
        ("gas", "后厨燃气报警器已停用", "例-4"),
        ("machinery", "冲床光栅被短接", "例-8"),
    ],
)
def test_the_example_proposes_its_cases(kind: str, words: str, code: str) -> None:
    assert [one.clause.code for one in propose([example_rules()], kind, words)] == [code]


def test_a_district_has_its_own_lists_instead_of_the_example() -> None:
    clause = {"code": "1", "text": "某情形", "phrases": [["某"]]}
    (own,) = grading_lists({"hazard_grading": [{"name": "甲", "version": "1", "source": "文", "clauses": [clause]}]})
    assert not own.example
    assert grading_lists({}) == (example_rules(),)
    with pytest.raises(InvalidValue, match=r"grading\.form"):
        grading_lists({"hazard_grading": {"name": "甲"}})
    with pytest.raises(InputRejected):
        grading_lists({"hazard_grading": [{}]})


def test_the_library_knows_the_days_worked_instead_and_says_which_years_it_does_not_know() -> None:
    assert library_workday(date(2020, 6, 28)) is True  # a Sunday, worked for the Dragon Boat Festival
    assert library_workday(date(2020, 6, 25)) is False
    assert library_workday(date(2099, 1, 1)) is None


def test_a_table_of_a_year_is_taken_from_the_settings() -> None:
    calendar = work_calendar({"workdays": {"2099": {"off": ["2099-01-01"], "work": ["2099-01-03"]}}})
    assert calendar.knows(2099)
    assert not calendar.knows(2098)
    assert not calendar.is_workday(date(2099, 1, 1))
    assert calendar.is_workday(date(2099, 1, 3))
    assert not calendar.is_workday(date(2020, 6, 25))


def test_hours_are_taken_from_the_settings() -> None:
    assert work_calendar({"working_hours": [["09:00", "17:00"]]}).day_length == timedelta(hours=8)


@pytest.mark.parametrize(
    "told",
    [
        {"workdays": []},
        {"workdays": {"next": {}}},
        {"workdays": {"2099": {"off": ["2098-01-01"]}}},
        {"working_hours": [["9", "17"]]},
        {"working_hours": 8},
    ],
)
def test_settings_of_another_form_are_refused(told: dict[str, object]) -> None:
    with pytest.raises(InvalidValue, match=r"workdays\."):
        work_calendar(told)
