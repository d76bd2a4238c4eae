"""Calls that may tell of the same event are offered: near in place, near in time, of a kind that fits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gridgis.dispatch.alarms import AlarmNature
from gridgis.dispatch.incidents import Incident, Status
from gridgis.dispatch.incidents.duplicates import DuplicateRule, likely_duplicates, metres_between
from gridgis.dispatch.incidents.type_words import types_said
from gridgis.errors import InvalidValue
from tests.fakes.tiny_district import NOON
from tests.fakes.tiny_district import metres_between as by_plane


def incident(code: str = "1", *, minutes: float = 0, **given: Any) -> Incident:
    told: dict[str, Any] = {"type": "fire", "lon": 120.15, "lat": 32.51} | given
    return Incident(uuid4(), code, told.pop("status", Status.OPEN), NOON + timedelta(minutes=minutes), **told)


def codes(*others: Incident, of: Incident | None = None) -> list[str]:
    return [one.incident.code for one in likely_duplicates(of or incident("new"), others)]


def test_the_nearest_in_place_and_time_of_the_same_kind_leads() -> None:
    near, far, earlier = incident("near", lon=120.151), incident("far", lon=120.158), incident("earlier", minutes=-40)
    assert codes(far, earlier, near) == ["near", "earlier", "far"]


@pytest.mark.parametrize(
    "given",
    [
        {"lon": 120.25},
        {"minutes": -300},
        {"status": Status.CLOSED},
        {"status": Status.MERGED},
        {"nature": AlarmNature.DRILL},
    ],
)
def test_what_is_far_long_ago_over_or_a_drill_is_not_offered(given: dict[str, Any]) -> None:
    assert codes(incident("other", **given)) == []


def test_smoke_from_a_tank_is_a_fire_to_one_and_a_leak_to_the_next() -> None:
    assert (
        codes(
            incident("lift", type="special_equipment"),
            incident("car", type="work_injury"),
            incident("leak", type="hazmat"),
        )[0]
        == "leak"
    )


def test_without_a_place_the_same_words_count() -> None:
    told = incident("new", lon=None, lat=None, address="白米镇昌桥村")
    assert codes(incident("same", address="昌桥村"), incident("other", address="张甸"), of=told) == ["same"]
    assert codes(incident("none"), of=incident("new", lon=None, lat=None)) == []


def test_an_incident_is_no_duplicate_of_itself() -> None:
    one = incident()
    assert likely_duplicates(one, [one]) == []


def test_distances_are_those_of_the_globe() -> None:
    here, there = (120.15, 32.51), (120.16, 32.52)
    assert metres_between(here, there) == pytest.approx(by_plane(*here, *there), rel=1e-4)


def test_a_rule_that_makes_no_sense_is_refused() -> None:
    for spoilt in ({"distance_m": 0}, {"minutes": -1}, {"least": 2}):
        with pytest.raises(InvalidValue, match=r"setting\.duplicates"):
            DuplicateRule(**spoilt)


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("化工厂储罐着火", "hazmat"),
        ("厨房着火了，浓烟", "fire"),
        ("煤气罐漏气", "gas"),
        ("两车追尾有人受伤", "traffic"),
        ("工人下污水井晕倒", "confined_space"),
        ("电梯困人", "special_equipment"),
        ("脚手架倒塌，有人被埋", "collapse"),
        ("河堤管涌", "flood"),
        ("工人触电", "work_injury"),
    ],
)
def test_the_type_is_found_in_the_words_of_the_caller(said: str, first: str) -> None:
    assert types_said(said)[0] == first


def test_words_of_no_type_say_nothing() -> None:
    assert types_said("喂，你好") == []
    assert types_said("") == []
