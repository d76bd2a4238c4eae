"""Vehicles that a district sets differently, or has of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridgis.errors import InvalidValue
from gridgis.roads import DEFAULT_PROFILES, Mode
from gridgis.roads.profile_settings import profiles_with


def test_nothing_told_leaves_the_defaults() -> None:
    assert profiles_with({}) == DEFAULT_PROFILES


def test_figures_are_put_beside_those_that_are_there_and_values_in_place_of_them() -> None:
    told = {"fire_engine": {"weight_t": 24, "speed_kmh": {"primary": 60}, "pace": {"primary": [1.5] * 24}}}
    engine, usual = profiles_with(told)["fire_engine"], DEFAULT_PROFILES["fire_engine"]
    assert (engine.weight_t, engine.speed_kmh["primary"], engine.pace["primary"][8]) == (24.0, 60.0, 1.5)
    assert engine.speed_kmh["tertiary"] == usual.speed_kmh["tertiary"]
    assert engine.pace["trunk"] == usual.pace["trunk"]
    assert replace(engine, weight_t=18, speed_kmh=usual.speed_kmh, pace=usual.pace) == usual


def test_a_district_has_vehicles_of_its_own() -> None:
    told = {"ladder": {"name": "云梯车", "mode": "emergency", "speed_kmh": {"primary": 40}, "open_values": ["yes"]}}
    ladder = profiles_with(told)["ladder"]
    assert (ladder.code, ladder.mode, ladder.open_values) == ("ladder", Mode.EMERGENCY, frozenset({"yes"}))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"car": {"wings": 2}}, "profile.field"),
        ({"car": {"code": "van"}}, "profile.field"),
        ({"car": {"weight_t": "heavy"}}, "profile.field"),
        ({"car": {"speed_kmh": 50}}, "profile.field"),
        ({"car": {"mode": "submarine"}}, "profile.field"),
        ({"car": 50}, "profile.field"),
        ({"van": {"name": "面包车"}}, "profile.lacks"),
        ({"car": {"weight_t": 1000}}, "profile.size"),
        ({"car": {"pace": {"primary": [1, 2]}}}, "profile.pace"),
        ({"car": {"ferry_wait_s": -1}}, "profile.ferry_wait"),
    ],
)
def test_what_makes_no_sense_is_refused(told: dict[str, dict[str, object]], code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        profiles_with(told)
    assert caught.value.code == code
