"""The numbers that a district must meet."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.errors import InputRejected, InvalidValue
from gridgis.norms import Norms, described

WORDS = Path(__file__).parents[2] / "maps" / "web" / "words"


def test_the_defaults_are_those_of_the_published_account_and_the_law() -> None:
    norms = Norms()
    assert norms.professional_share_least == 0.75
    assert (norms.enforcement_officers_key_town_least, norms.enforcement_officers_town_least) == (5, 3)
    assert (norms.fund_share_of_revenue_least, norms.fund_least_yuan) == (0.005, 200_000)
    assert (norms.committees, norms.departments_with_safety_section, norms.specialist_squads_least) == (13, 13, 11)
    assert (norms.accident_larger_deaths, norms.accident_major_deaths, norms.accident_extraordinary_deaths) == (
        3,
        10,
        30,
    )
    assert (norms.recount_days, norms.recount_traffic_and_fire_days, norms.inspectors_least) == (30, 7, 2)


def test_what_is_practice_only_is_marked_to_be_verified() -> None:
    marked = {name for name, norm in described().items() if norm.verify}
    assert {"patrol_red_most_days", "patrol_blue_most_days", "ordinary_hazard_most_days"} <= marked
    assert not marked & {"professional_share_least", "accident_major_deaths", "fire_cover_most_s"}


def test_every_number_has_a_unit_a_range_that_holds_its_default_and_a_source() -> None:
    for name, norm in described().items():
        assert norm.unit, name
        assert norm.source, name
        assert norm.least <= getattr(Norms(), name) <= norm.most, name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_and_unit_has_a_name_in_both_languages(language: str) -> None:
    words = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    wanted = {f"norm.{name}" for name in described()} | {f"norm_unit.{norm.unit}" for norm in described().values()}
    assert sorted(wanted - set(words)) == []


def test_a_district_sets_some_numbers_and_keeps_the_rest() -> None:
    norms = Norms.from_mapping({"patrol_red_most_days": 5, "professional_share_least": 0.8})
    assert (norms.patrol_red_most_days, norms.professional_share_least) == (5, 0.8)
    assert asdict(norms) == asdict(Norms()) | {"patrol_red_most_days": 5, "professional_share_least": 0.8}
    assert Norms.from_mapping({}) == Norms()


def test_every_fault_of_the_settings_is_listed_at_once() -> None:
    wrong = {"patrol_red": 7, "professional_share_least": 1.5, "committees": 12.5, "recount_days": "30"}
    with pytest.raises(InputRejected, match=r"norms\.refused") as refused:
        Norms.from_mapping(wrong)
    faults = {fault.column: fault.code for fault in refused.value.faults}
    assert faults == {
        "patrol_red": "norm.unknown",
        "professional_share_least": "norm.range",
        "committees": "norm.type",
        "recount_days": "norm.type",
    }


@pytest.mark.parametrize("wrong", [{"patrol_red_most_days": 20}, {"accident_larger_deaths": 11}])
def test_numbers_of_one_scale_must_stay_in_order(wrong: dict[str, int]) -> None:
    with pytest.raises(InputRejected) as refused:
        Norms.from_mapping(wrong)
    assert [fault.code for fault in refused.value.faults] == ["norm.order"]
    with pytest.raises(InvalidValue, match=r"norm\.order"):
        Norms(**wrong)


@given(
    name=st.sampled_from(sorted(described())), value=st.floats() | st.integers() | st.booleans() | st.text() | st.none()
)
def test_norms_never_hold_a_number_outside_its_range(name: str, value: object) -> None:
    norm = described()[name]
    try:
        held = getattr(Norms.from_mapping({name: value}), name)
    except InputRejected:
        held = norm.default
    assert norm.least <= held <= norm.most


def test_norms_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Norms().committees = 12  # type: ignore[misc]
