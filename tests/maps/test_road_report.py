"""The page of a road network: what is likely wrong stands on the map and in a list; it opens with no network."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from shapely import LineString

from gridgis.geometry import DEFAULT_METRIC_EPSG
from gridgis.roads import Router
from gridgis.roads.network import objects
from maps.road_report import road_report
from maps.words import LANGUAGES, Words
from tests.fakes.tiny_district import tiny_roads

RAIL = LineString([(120.12, 32.49), (120.12, 32.53)])


def page(language: str = "zh", quality: dict[str, Any] | None = None) -> str:
    roads = tiny_roads()
    tags = objects(
        {**one, "maxspeed": "-30"} if ways[0] == 1001 else one
        for one, ways in zip(roads.tags, roads.way_ids, strict=True)
    )
    return road_report(
        Router(replace(roads, tags=tags)),
        DEFAULT_METRIC_EPSG,
        Words.load(language),
        name="小小区",
        profile_code="fire_engine",
        quality=quality,
        railways=[RAIL],
    )


def test_every_kind_that_there_is_has_a_layer_and_a_list() -> None:
    text = page()
    assert "限速为负 1 处" in text
    assert "maxspeed=-30" in text
    assert "与铁路平交（未标桥隧） 3 处" in text
    assert "长度为零 0 处" not in text
    assert text.count("reportPage.roadOdd(") == 2


def test_figures_and_values_of_the_import_are_told() -> None:
    bad = {"key": "maxweight", "value": "heavy", "count": 3, "ways": [1002]}
    text = page(quality={"ways": 42, "level_crossings": 7, "bad_tags": [bad]})
    assert "maxweight=heavy" in text
    assert "其他看不懂的标签 1 处" in text


def test_the_page_stands_alone_in_each_language_and_is_the_same_again() -> None:
    for language in LANGUAGES:
        text = page(language)
        assert not re.search(r"<(script|link|img)[^>]*(src|href)=\"https?://", text)
        assert "page.roads" not in text
        assert text == page(language)
