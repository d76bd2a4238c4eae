"""Scores come from verified closures; a storm of duplicates does not raise one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from gridgis.hazards import Act, HazardCase, Severity
from gridgis.hazards.scores import Score, scores
from gridgis.hazards.taking import close
from tests.fakes.hazards import LEAD, LEADER, MONDAY, OFFICER, OTHER, PLACE, WEEKS, Following, reported


def closed(name: str, *, minutes: int = 0, metres: float = 0.0, actor: str = OFFICER, text: str = "") -> HazardCase:
    at = MONDAY + timedelta(minutes=minutes)
    made = reported(
        name, at=at, actor=actor, lon=PLACE[0] + metres / 93_900, text=text or "二楼安全出口被锁", reporter=actor
    )
    return Following(made).closed().case


def of(*cases: HazardCase, reporter: str = OFFICER) -> Score:
    return next(one for one in scores(cases, {}, WEEKS) if one.reporter == reporter)


def test_a_closed_hazard_in_time_counts_and_an_open_one_does_not() -> None:
    found = of(closed("a"), reported("b", lon=119.9))
    assert (found.reported, found.closed, found.in_time, found.open, found.points) == (2, 1, 1, 1, 3)


def test_a_storm_of_duplicates_does_not_raise_a_score() -> None:
    one = closed("first")
    storm = [closed(f"storm{number}", minutes=number, metres=number % 7) for number in range(1, 200)]
    assert of(one, *storm).points == of(one).points
    assert of(one, *storm).repeats == 199


def test_a_colleague_who_reports_the_same_later_gains_nothing() -> None:
    again = closed("again", minutes=30, actor="tongshi")
    assert of(closed("first"), again, reporter="tongshi").points == 0
    assert of(closed("first"), again).points == 3


def test_refused_and_void_reports_count_for_nothing_and_hide_no_real_one() -> None:
    refused = Following(reported("r")).take(LEAD, Act.REFUSE, "不属实").case
    void = Following(reported("v")).take(LEADER, Act.VOID, "测试").case
    assert of(refused, void).points == 0
    assert of(refused, void, closed("real", minutes=90)).points == 3


def test_what_was_opened_again_and_closed_again_counts_less() -> None:
    following = Following(reported("again")).closed()
    following.at = following.case.steps[-1].happened_at
    following.take(OTHER, Act.REOPEN, "又锁上了").answered().verified().by(OTHER, close)
    assert of(following.case).points == 3 - 2


def test_a_major_hazard_counts_more() -> None:
    following = Following(reported("major")).assigned(severity=Severity.MAJOR).settled()
    case = following.answered().verified().by(OTHER, close).case
    assert (of(case).major, of(case).points) == (1, 6)


def test_the_same_photo_makes_a_repeat_of_another_place() -> None:
    one, other = closed("a"), closed("b", metres=4000)
    looks = {one.hazard.id: [0x00FF00FF00FF00FF], other.hazard.id: [0x00FF00FF00FF00FE]}
    (both,) = scores([one, other], looks, WEEKS)
    (apart,) = scores([one, other], {}, WEEKS)
    assert (both.points, apart.points) == (3, 6)


@settings(max_examples=25)
@given(
    copies=some.lists(
        some.tuples(some.integers(1, 600), some.floats(0, 12), some.sampled_from(("", "被锁的安全出口在二楼"))),
        max_size=12,
    )
)
def test_whatever_copies_are_sent_the_score_is_that_of_the_first(copies: list[tuple[int, float, str]]) -> None:
    one = closed("first")
    storm = [
        closed(f"s{number}", minutes=minutes, metres=metres, text=text)
        for number, (minutes, metres, text) in enumerate(copies)
    ]
    assert of(one, *storm).points == of(one).points


def test_order_does_not_matter() -> None:
    cases = [closed(f"c{number}", minutes=number, metres=number * 40) for number in range(12)]
    assert scores(cases, {}, WEEKS) == scores(list(reversed(cases)), {}, WEEKS)
    assert scores([replace(one) for one in cases], {}, WEEKS) == scores(cases, {}, WEEKS)
