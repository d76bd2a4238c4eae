"""A visit counts by what is proven; what is missing or coarse is shown and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gridgis.errors import InvalidValue
from gridgis.supervision.visits import Fix, Verdict, VisitRule, presence

SITE = (120.1, 32.5)
BEGIN = datetime(2020, 6, 30, 1, tzinfo=UTC)


def fixes(*minutes: float, metres: float = 0.0, accuracy_m: float = 10.0) -> list[Fix]:
    return [
        Fix(BEGIN + timedelta(minutes=minute), SITE[0] + metres / 93_780, SITE[1], accuracy_m) for minute in minutes
    ]


def test_five_minutes_of_sure_fixes_count() -> None:
    found = presence([SITE], fixes(0, 2, 4, 5))
    assert (found.verdict, found.sure, found.gaps) == (Verdict.COUNTED, timedelta(minutes=5), ())
    assert (found.began_at, found.ended_at) == (BEGIN, BEGIN + timedelta(minutes=5))


def test_driving_past_is_short() -> None:
    assert presence([SITE], fixes(0, 1)).verdict is Verdict.SHORT
    assert presence([SITE], []).verdict is Verdict.SHORT


def test_coarse_fixes_leave_it_doubtful() -> None:
    found = presence([SITE], fixes(0, 2, 4, 6, accuracy_m=500))
    assert (found.verdict, found.sure, found.possible) == (Verdict.DOUBTFUL, timedelta(0), timedelta(minutes=6))


def test_a_gap_is_shown_and_does_not_count() -> None:
    found = presence([SITE], fixes(0, 1, 9, 10))
    assert (found.verdict, found.sure) == (Verdict.SHORT, timedelta(minutes=2))
    assert found.gaps == ((BEGIN + timedelta(minutes=1), BEGIN + timedelta(minutes=9)),)


def test_next_door_is_not_there_and_any_entrance_will_do() -> None:
    away = fixes(0, 2, 4, 6, metres=300)
    assert presence([SITE], away).verdict is Verdict.SHORT
    assert presence([SITE, (SITE[0] + 300 / 93_780, SITE[1])], away).verdict is Verdict.COUNTED


def test_a_rule_without_time_or_room_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"setting\.visits"):
        VisitRule(buffer_m=0)


@given(
    track=some.lists(
        some.tuples(some.integers(0, 60), some.floats(0, 300), some.floats(1, 300)),
        max_size=20,
        unique_by=lambda one: one[0],
    )
)
def test_what_is_proven_is_never_more_than_what_may_be_nor_than_the_time_that_went(
    track: list[tuple[int, float, float]],
) -> None:
    listed = [fix for minute, metres, accuracy in track for fix in fixes(minute, metres=metres, accuracy_m=accuracy)]
    found = presence([SITE], listed)
    assert timedelta(0) <= found.sure <= found.possible
    if found.began_at is not None and found.ended_at is not None:
        unseen = sum((until - since for since, until in found.gaps), timedelta(0))
        assert found.possible + unseen <= found.ended_at - found.began_at
    assert presence([SITE], reversed(listed)) == found


@given(better=some.floats(1, 60), worse=some.floats(61, 900))
def test_a_better_receiver_proves_no_less(better: float, worse: float) -> None:
    times = (0, 2, 4, 6)
    assert (
        presence([SITE], fixes(*times, accuracy_m=better)).sure
        >= presence([SITE], fixes(*times, accuracy_m=worse)).sure
    )
