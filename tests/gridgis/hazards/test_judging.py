"""Grades are proposed by a list, repeats shown with their reason, photos compared with what is claimed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gridgis.errors import InputRejected, InvalidValue
from gridgis.hazards.grading import GradingRules, propose
from gridgis.hazards.photos import Doubt, Photo, alike, doubts
from gridgis.hazards.repeats import RepeatRule, find_repeats, likeness_of_words
from tests.fakes.hazards import MONDAY, PLACE, hazard, named

CLAUSE: dict[str, Any] = {
    "code": "1",
    "text": "锁闭安全出口的。",
    "phrases": [["安全出口", "疏散通道"], ["锁", "堵"]],
    "kinds": ["fire_exit"],
    "industries": ["商场"],
}
LIST: dict[str, Any] = {"name": "清单", "version": "1", "source": "某文件", "clauses": [CLAUSE]}


def rules(**changed: Any) -> GradingRules:
    return GradingRules.from_mapping({**LIST, "clauses": [{**CLAUSE, **changed}]})


def test_a_clause_is_proposed_with_its_text_and_the_phrases_that_speak_for_it() -> None:
    (found,) = propose([rules()], "fire_exit", "二楼安全 出口被锁", industry="百货商场")
    assert (found.clause.text, found.phrases, found.rules) == ("锁闭安全出口的。", ("安全出口", "锁"), "清单 1")


@pytest.mark.parametrize(
    ("kind", "words", "industry"),
    [("storage", "安全出口被锁", "商场"), ("fire_exit", "安全出口畅通", "商场"), ("fire_exit", "安全出口被锁", "化工")],
)
def test_another_kind_other_words_or_another_industry_propose_nothing(kind: str, words: str, industry: str) -> None:
    assert propose([rules()], kind, words, industry=industry) == []


def test_lists_in_force_come_before_examples() -> None:
    example = replace(rules(industries=[]), name="示例", example=True)
    found = propose([example, rules(industries=[])], "fire_exit", "安全出口被锁")
    assert [one.example for one in found] == [False, True]


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ([{**CLAUSE, "text": ""}], "grading.clause"),
        ([{**CLAUSE, "phrases": []}], "grading.clause"),
        ([{**CLAUSE, "phrases": [[]]}], "grading.clause"),
        ([CLAUSE, CLAUSE], "grading.twice"),
        ([{**CLAUSE, "kinds": ["nothing"]}], "hazard.kind"),
    ],
)
def test_a_list_that_is_wrong_is_refused_whole_with_its_faults(clauses: list[dict[str, Any]], code: str) -> None:
    with pytest.raises(InputRejected) as refused:
        GradingRules.from_mapping({**LIST, "clauses": clauses})
    assert [fault.code for fault in refused.value.faults] == [code]
    with pytest.raises(InputRejected):
        GradingRules.from_mapping({**LIST, "source": " "})


def test_the_same_place_time_and_words_are_a_repeat_with_its_reason() -> None:
    one = hazard("a")
    again = hazard("b", at=MONDAY + timedelta(days=1), text="二楼的安全出口被锁住", lon=PLACE[0] + 0.0001)
    (found,) = find_repeats(one, [one, again], {})
    assert found.hazard.id == again.id
    assert found.away_m == pytest.approx(9.4, abs=0.2)
    assert found.words > 0.6
    assert not found.photo


def test_the_next_door_another_month_or_another_matter_are_no_repeat() -> None:
    one = hazard("a")
    others = [
        hazard("b", lon=PLACE[0] + 0.003),
        hazard("c", at=MONDAY + timedelta(days=60)),
        hazard("d", kind="electric", text="配电箱无盖"),
        hazard("e", lon=None, lat=None),
    ]
    assert find_repeats(one, others, {}) == []


def test_one_enterprise_without_places_is_compared_by_words_and_time() -> None:
    here = hazard("a", lon=None, lat=None, enterprise_id=named("e"))
    assert len(find_repeats(here, [hazard("b", lon=None, lat=None, enterprise_id=named("e"))], {})) == 1
    assert find_repeats(here, [hazard("b", lon=None, lat=None, enterprise_id=named("f"))], {}) == []


def test_the_same_photo_is_a_repeat_wherever_and_whenever() -> None:
    one = hazard("a")
    far = hazard("b", at=MONDAY - timedelta(days=300), lon=119.9, text="另一处", kind="gas")
    looks = {one.id: [0b1011 << 20], far.id: [0b1111 << 20]}
    (found,) = find_repeats(one, [far], looks)
    assert (found.score, found.photo) == (1.0, True)


def test_a_rule_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"setting\.repeats"):
        RepeatRule(distance_m=0)


@given(one=some.text(max_size=30), other=some.text(max_size=30))
def test_likeness_of_words_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert likeness_of_words(one, other) == likeness_of_words(other, one)
    assert 0 <= likeness_of_words(one, other) <= 1


def photo(**changed: Any) -> Photo:
    values: dict[str, Any] = {
        "id": named("p"),
        "hazard_id": named("h"),
        "sha256": "0" * 64,
        "media_type": "image/jpeg",
        "bytes": 1,
        "width": 1,
        "height": 1,
        "look": 1,
        "came_at": MONDAY,
        "actor": "a",
    }
    return Photo(**{**values, **changed})


def test_a_photo_taken_another_day_or_elsewhere_is_doubted() -> None:
    old = photo(taken_at=MONDAY - timedelta(days=3), lon=119.9, lat=32.5)
    assert doubts(old, claimed_at=MONDAY, claimed_place=PLACE) == (Doubt.TAKEN_EARLIER, Doubt.TAKEN_ELSEWHERE)
    late = photo(taken_at=MONDAY + timedelta(days=3))
    assert doubts(late, claimed_at=MONDAY, claimed_place=PLACE) == (Doubt.TAKEN_LATER,)
    near = photo(taken_at=MONDAY - timedelta(hours=2), lon=PLACE[0], lat=PLACE[1])
    assert doubts(near, claimed_at=MONDAY, claimed_place=PLACE) == ()


def test_what_a_photo_does_not_say_is_not_held_against_it() -> None:
    assert doubts(photo(), claimed_at=MONDAY, claimed_place=None) == ()


def test_pictures_without_any_difference_are_like_none() -> None:
    assert not alike(0, 0)
    assert alike(0b1111, 0b1011)
    assert not alike((1 << 40) - 1, 1)
