"""Rules that hold at some times or for some vehicles: what is read, when it holds, whom it binds."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.dispatch.state import LOCAL_TIME
from gridgis.roads import DEFAULT_PROFILES
from gridgis.roads.conditions import Condition, clauses, concerns, conditions_at, read_condition

WEDNESDAY_8 = datetime(2026, 11, 25, 8, 0, tzinfo=LOCAL_TIME)
WEDNESDAY_NOON = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL_TIME)
NATIONAL_DAY_8 = datetime(2026, 10, 1, 8, 0, tzinfo=LOCAL_TIME)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("(Mo-Fr 07:00-09:00)", Condition(times=("Mo-Fr 07:00-09:00",))),
        ("22:00-06:00", Condition(times=("22:00-06:00",))),
        ("(weight>7.5)", Condition(bounds=(("weight", ">", 7.5),))),
        ("(height >= 3.2 m)", Condition(bounds=(("height", ">=", 3.2),))),
        ("(hgv AND Mo-Sa 06:00-22:00)", Condition(times=("Mo-Sa 06:00-22:00",), kinds=("hgv",))),
        ("wet", None),
        ("(length>12)", None),
        ("(hgv AND wet)", None),
        ("(weight>heavy)", None),
        ("", None),
    ],
)
def test_conditions_are_read_or_left_out_whole(text: str, told: Condition | None) -> None:
    assert read_condition(text) == told


def test_a_tag_has_clauses_and_times_may_hold_semicolons() -> None:
    told = "no @ (Mo-Fr 07:00-09:00; Sa 08:00-12:00); destination @ (22:00-06:00); odd"
    assert clauses(told) == (("no", "(Mo-Fr 07:00-09:00; Sa 08:00-12:00)"), ("destination", "(22:00-06:00)"))


def test_conditions_hold_at_their_times_and_without_a_time_only_those_that_name_none() -> None:
    texts = ("(Mo-Fr 07:00-09:00; PH off)", "(weight>7.5)", "wet")
    assert conditions_at(texts, WEDNESDAY_8) == {"(Mo-Fr 07:00-09:00; PH off)", "(weight>7.5)"}
    assert conditions_at(texts, WEDNESDAY_NOON) == {"(weight>7.5)"}
    assert conditions_at(texts, NATIONAL_DAY_8) == {"(weight>7.5)"}
    assert conditions_at(texts, None) == {"(weight>7.5)"}


def test_conditions_concern_vehicles_of_their_kind_and_size() -> None:
    engine, car, bike = (DEFAULT_PROFILES[code] for code in ("fire_engine", "car", "e_bike"))
    assert [concerns("(weight>7.5)", one) for one in (engine, car, bike)] == [True, False, False]
    assert [concerns("(hgv)", one) for one in (engine, car, bike)] == [True, False, False]
    assert [concerns("(07:00-09:00)", one) for one in (engine, car, bike)] == [True, True, True]
    assert [concerns("(bicycle)", one) for one in (engine, car, bike)] == [False, False, True]
    assert not concerns("wet", car)


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    read_condition(text)
    conditions_at((text,), WEDNESDAY_8)
    clauses(text)
