"""Which passwords are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.accounts import LEAST_CHARACTERS, check_password, plain_form
from gridgis.accounts.passwords import COMMON
from gridgis.errors import InvalidValue


def refused(password: str, *names: str) -> str:
    with pytest.raises(InvalidValue) as caught:
        check_password(password, names=names)
    assert password not in map(str, caught.value.fields.values())
    return caught.value.code


@pytest.mark.parametrize("password", ["correct horse", "溱湖的水鸟在冬天飞走", "kV9.mQ2-xT7a", "three small ducks 3"])
def test_a_long_password_is_taken_whatever_it_is_made_of(password: str) -> None:
    check_password(password, names=("wangwu", "王五"))


def test_a_short_or_endless_one_is_refused() -> None:
    assert refused("kV9.mQ2-x") == "password.short"
    assert refused("kV9.mQ2-x" * 30) == "password.long"


@pytest.mark.parametrize("password", ["wangwu-is-here", "WangWu2020!!!", "xx王五王五xx-kk", "ｗａｎｇｗｕ-and-more"])
def test_one_with_a_name_of_the_account_is_refused(password: str) -> None:
    assert refused(password, "wangwu", "王五五", "王五王") == "password.names"


def test_names_of_two_characters_are_found_in_too_many_words_to_be_refused() -> None:
    check_password("kV9.王五-xT7a", names=("王五",))


@pytest.mark.parametrize(
    "password",
    [
        "13812345678",
        "1990030712345",
        "aaaaaaaaaaaa",
        "abababababab",
        "password123!",
        "P@ssw0rd2020",
        "Qwertyuiop",
        "1qaz2wsx3edc",
        "woaini1314520",
        "gridgis-2020!",
        "Administrator1",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert refused(password) == "password.common"


@given(st.sampled_from(sorted(COMMON)), st.text("0123456789!@#._-", min_size=0, max_size=12))
def test_no_common_one_is_saved_by_figures_behind_it(common: str, behind: str) -> None:
    assert refused(common + behind).startswith("password.")


@given(st.text(min_size=1, max_size=40))
def test_a_password_has_one_form(text: str) -> None:
    assert plain_form(plain_form(text)) == plain_form(text)


@given(st.text(max_size=LEAST_CHARACTERS - 1))
def test_nothing_shorter_than_the_least_is_taken(text: str) -> None:
    if len(plain_form(text)) < LEAST_CHARACTERS:
        assert refused(text) == "password.short"
