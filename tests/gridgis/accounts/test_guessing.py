"""How many guesses of a password are let through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.accounts import BY_ACCOUNT, BY_ADDRESS, Guessing, check_guesses
from gridgis.errors import NotAllowed

NOON = datetime(2020, 6, 30, 4, 0, tzinfo=UTC)
RULE = Guessing(most=3, within=timedelta(minutes=10))
gaps = st.lists(st.integers(0, 400), max_size=60)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@given(gaps)
def test_no_window_ever_holds_more_wrong_guesses_than_the_rule_says(seconds_between: list[int]) -> None:
    let_through: list[datetime] = []
    now = NOON
    for gap in seconds_between:
        now += timedelta(seconds=gap)
        if RULE.free_at(let_through, now) <= now:
            let_through.append(now)
    for start in let_through:
        assert sum(start <= moment < start + RULE.within for moment in let_through) <= RULE.most


@given(gaps)
def test_the_moment_told_is_the_first_at_which_a_guess_is_let_through(seconds_between: list[int]) -> None:
    wrong = [after(sum(seconds_between[: at + 1])) for at in range(len(seconds_between))]
    now = wrong[-1] if wrong else NOON
    free = RULE.free_at(wrong, now)
    assert RULE.free_at(wrong, free) <= free
    if free > now:
        before = free - timedelta(seconds=1)
        assert RULE.free_at(wrong, before) > before


def test_five_wrong_guesses_lock_an_account_for_a_quarter_of_an_hour() -> None:
    wrong = [after(10 * number) for number in range(BY_ACCOUNT.most)]
    check_guesses(account=wrong[:-1], address=wrong[:-1], now=after(60))
    with pytest.raises(NotAllowed) as caught:
        check_guesses(account=wrong, address=wrong, now=after(60))
    assert caught.value.code == "sign_in.locked"
    assert caught.value.fields == {"minutes": 14, "until": "2020-06-30T04:15:00+00:00"}
    check_guesses(account=wrong, address=wrong, now=after(15 * 60))


def test_an_address_that_tries_many_accounts_is_stopped_too() -> None:
    wrong = [after(number) for number in range(BY_ADDRESS.most)]
    check_guesses(account=[], address=wrong[1:], now=after(60))
    with pytest.raises(NotAllowed):
        check_guesses(account=[], address=wrong, now=after(60))
