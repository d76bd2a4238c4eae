"""Codes of divisions, cells and enterprises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.codes import (
    DEFAULT_SCHEME,
    CodeScheme,
    parse_cell_code,
    parse_credit_code,
    parse_district_code,
    record_id,
)
from gridgis.errors import InvalidValue

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
digits = st.text(st.sampled_from("0123456789"), max_size=20)


def refused(code: str, call: object, *arguments: object, **options: object) -> InvalidValue:
    """The refusal of a call, which must have that code."""
    with pytest.raises(InvalidValue) as caught:
        call(*arguments, **options)  # type: ignore[operator]
    assert caught.value.code == code
    return caught.value


def check_character(base: str) -> str:
    """GB 32100-2015: 31 less the weighted sum, modulo 31."""
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(WEIGHTS, base, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


@pytest.mark.parametrize("code", ["321204", " 321204 ", "110000"])
def test_a_district_code_is_six_digits(code: str) -> None:
    assert parse_district_code(code) == code.strip()


@pytest.mark.parametrize("code", ["", "32120", "3212040", "32120a", "３２１２０４", "32 204", "-32120"])
def test_what_is_not_six_digits_is_no_district_code(code: str) -> None:
    assert refused("district_code.form", parse_district_code, code).fields["value"] == code


@pytest.mark.parametrize(("code", "level"), [("321204101", 1), ("321204101001", 2), ("321204101001001", 3)])
def test_a_cell_code_tells_its_level_and_its_parent(code: str, level: int) -> None:
    assert parse_cell_code(f" {code}\n", district="321204") == code
    assert DEFAULT_SCHEME.level(code) == level
    assert DEFAULT_SCHEME.parent(code) == code[:-3]


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("3.21204E+11", "cell_code.form"),
        ("321204101001a", "cell_code.form"),
        ("３２１２０４１０１", "cell_code.form"),
        ("", "cell_code.form"),
        ("3212041010", "cell_code.length"),
        ("321204", "cell_code.length"),
        ("321203101", "cell_code.district"),
    ],
)
def test_a_wrong_cell_code_is_refused_with_what_is_wrong(code: str, fault: str) -> None:
    refused(fault, parse_cell_code, code, district="321204")


def test_a_district_may_use_codes_of_other_lengths() -> None:
    scheme = CodeScheme((8, 11, 15))
    assert parse_cell_code("32120401", scheme=scheme) == "32120401"
    assert scheme.parent("321204010020003") == "32120401002"
    assert scheme.parent("32120401") == "321204"
    refused("cell_code.length", parse_cell_code, "321204101", scheme=scheme)


@given(digits)
def test_parents_lead_to_the_district_or_the_code_is_refused(code: str) -> None:
    try:
        level = DEFAULT_SCHEME.level(code)
    except InvalidValue:
        assert len(code) not in DEFAULT_SCHEME.lengths
        return
    for above in range(level - 1, 0, -1):
        parent = DEFAULT_SCHEME.parent(code)
        assert code.startswith(parent)
        assert DEFAULT_SCHEME.level(parent) == above
        code = parent
    assert DEFAULT_SCHEME.parent(code) == code[:6]


@pytest.mark.parametrize("code", ["91110000600037341L", "914403001922038216", "91110108717743469K"])
def test_a_well_known_credit_code_is_accepted_as_it_stands(code: str) -> None:
    assert parse_credit_code(code) == code


def test_a_credit_code_may_be_written_in_small_letters_and_with_blanks_around_it() -> None:
    assert parse_credit_code(" 91110000600037341l ") == "91110000600037341L"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "credit_code.length"),
        ("9111000060003734", "credit_code.length"),
        ("91110000600037341LL", "credit_code.length"),
        ("9111000060003734IL", "credit_code.form"),
        ("91110000600037341O", "credit_code.form"),
        ("9111000060003734￥L", "credit_code.form"),
        ("91110000600037341M", "credit_code.check"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_is_wrong(code: str, fault: str) -> None:
    error = refused(fault, parse_credit_code, code)
    if fault == "credit_code.check":
        assert error.fields["expected"] == "L"


bases = st.builds(
    lambda head, place, rest: head + place + rest,
    st.sampled_from(["91", "92", "93", "12", "51"]),
    st.text(st.sampled_from("0123456789"), min_size=6, max_size=6),
    st.text(st.sampled_from(ALPHABET), min_size=9, max_size=9),
)


@given(bases)
def test_the_check_character_is_that_of_the_standard(base: str) -> None:
    """Worked out here from GB 32100-2015's weights; the parser uses python-stdnum."""
    code = base + check_character(base)
    assert parse_credit_code(code) == code


@given(base=bases, place=st.integers(8, 16), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(base: str, place: int, other: str) -> None:
    code = base + check_character(base)
    changed = code[:place] + other + code[place + 1 :]
    if changed != code:
        refused("credit_code.check", parse_credit_code, changed)


def test_the_identifier_of_a_record_is_the_same_on_every_machine() -> None:
    assert str(record_id("321204", "cell", "1/321204101")) == "0cbb50d9-53a8-5c13-aab0-1838efc33b07"


@given(st.text(max_size=10), st.text(max_size=10))
def test_different_records_have_different_identifiers(first: str, second: str) -> None:
    same = record_id("321204", "site", first) == record_id("321204", "site", second)
    assert same == (first == second)
    assert record_id("321204", "site", first) != record_id("321204", "team", first)
