from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.access import MASKS, Action, mask_id_number, mask_phone, mask_text, masked

EVERY_MASKED_FIELD = [(noun, field) for noun, masks in MASKS.items() for field in masks]


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138 **** 5678"),
        ("+86-138-1234-5678", "+86-1**-****-5678"),
        ("0523-88812345", "052*-****2345"),
        ("88812345", "******45"),
        ("661234", "****34"),
        ("110", "110"),
        ("12350", "12350"),
        ("", ""),
        ("无", "无"),
        ("13812345678、13987654321", "138********、*******4321"),
        (
            "\uff11\uff13\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
            "\uff11\uff13\uff18****\uff15\uff16\uff17\uff18",
        ),
        ("张三13812345678", "张三138****5678"),
    ],
)
def test_a_telephone_shows_its_ends(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("320102199003074514", "320***********4514"),
        ("32010219900307451X", "320***********451X"),
        ("320102900307451", "320********7451"),
        ("E12345678", "E******78"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_an_identity_number_hides_place_and_birth(number: str, shown: str) -> None:
    assert mask_id_number(number) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("请回电13812345678,找王师傅", "请回电138****5678,找王师傅"),
        ("Tel13812345678 or 0523-88812345.", "Tel138****5678 or 052*-****2345."),
        ("身份证32010219900307451x。", "身份证320***********451x。"),
        ("打 138-1234-5678 或 88812345", "打 138-****-5678 或 ******45"),
        ("2020-06-30 14:05 三楼 1203 室,约 200 人", "2020-06-30 14:05 三楼 1203 室,约 200 人"),
    ],
)
def test_words_keep_everything_but_the_numbers_of_people(words: str, shown: str) -> None:
    assert mask_text(words) == shown


@given(st.text(st.sampled_from("0123456789 -+()张Xx,、")))
def test_masking_keeps_the_length_and_shows_at_most_seven_digits_of_a_long_number(text: str) -> None:
    digits = sum(map(str.isdigit, text))
    for mask in (mask_phone, mask_id_number, mask_text):
        shown = mask(text)
        assert len(shown) == len(text)
        assert all(new in {old, "*"} for old, new in zip(text, shown, strict=True))
    left = sum(map(str.isdigit, mask_phone(text)))
    assert left == (digits if digits <= 5 else 2 if digits < 11 else 7)
    assert not re.search(r"\d{7,}", mask_text(text))


@pytest.mark.parametrize(("noun", "field"), EVERY_MASKED_FIELD)
def test_a_field_is_masked_for_those_who_may_not_see_it_and_for_nobody_else(noun: str, field: str) -> None:
    record = {field: "13812345678", "name": "13812345678", "staff": 12}
    asked: list[Action] = []

    def refuse(action: Action) -> bool:
        asked.append(action)
        return False

    assert masked(noun, record, refuse)[field] != record[field]
    assert {name: value for name, value in masked(noun, record, refuse).items() if name != field} == {
        "name": "13812345678",
        "staff": 12,
    }
    assert set(asked) == {MASKS[noun][field].action}
    assert masked(noun, record, lambda _: True) == record


def test_what_has_no_text_or_no_masks_stays() -> None:
    assert masked("officer", {"phone": None}, lambda _: False) == {"phone": None}
    assert masked("cell", {"phone": "13812345678"}, lambda _: False) == {"phone": "13812345678"}
