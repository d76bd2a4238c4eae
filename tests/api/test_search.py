"""How anything that has a name is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from shapely.geometry.base import BaseGeometry

from api.search import KINDS, Hit, SearchIndex, folded
from tests.fakes.tiny_district import NOON, VILLAGE_1, tiny_district

STATE = tiny_district()
DAY = NOON.date()


@dataclass(frozen=True)
class Drawn:
    """Something that the base map draws."""

    layer: str
    kind: str
    name: str
    geometry: BaseGeometry


INDEX = SearchIndex(
    STATE,
    STATE.plans[0],
    DAY,
    [Drawn("places", "village", "柳庄", Point(120.12, 32.51)), Drawn("water", "lake", "溱湖", Point(120.1, 32.6))],
)


def names(query: str, limit: int = 50) -> list[str]:
    return [hit.name for hit in INDEX.find(query, limit)]


@pytest.mark.parametrize(
    ("query", "kind", "name"),
    [
        ("一村西格", "cell", "一村西格"),
        (VILLAGE_1 + "001", "cell", "一村西格"),
        ("危化队", "team", "危化队"),
        ("人员03", "officer", "人员03"),
        ("13800000003", "officer", "人员03"),
        ("小小企业3", "enterprise", "小小企业31厂"),
        ("南桥", "road", "南桥"),
        ("柳庄", "place", "柳庄"),
    ],
)
def test_everything_with_a_name_is_found_by_it_or_by_its_code(query: str, kind: str, name: str) -> None:
    hit = INDEX.find(query, 1)[0]
    assert (hit.kind, hit.name) == (kind, name)


def test_only_places_of_the_base_map_have_names_to_find() -> None:
    assert names("溱湖") == []


def test_the_whole_name_goes_before_its_beginning_and_a_part() -> None:
    found = names("二村")
    assert found[0] == "二村"
    assert set(found[1:]) == {"二村西格", "二村东格"}


def test_equal_finds_stand_in_the_order_of_their_kinds_then_the_shorter_name() -> None:
    found = INDEX.find("村", 50)
    order = [(KINDS.index(hit.kind), len(hit.name), hit.name) for hit in found]
    assert order == sorted(order)


def test_every_word_has_to_occur_somewhere() -> None:
    assert names("二村 东") == ["二村东格"]
    assert names("东 二村") == ["二村东格"]
    assert names("二村 北") == []


def test_width_and_case_of_letters_do_not_matter() -> None:
    assert names("ＲＯ") == names("ro")
    assert names("r119") == names("Ｒ１１９") == ["R119"]


def test_nothing_is_found_by_nothing() -> None:
    assert names("") == names("   ") == names("\u3000") == []


def test_the_limit_keeps_the_best() -> None:
    assert names("村", 3) == names("村")[:3]


@pytest.mark.parametrize("query", ["120.105,32.505", "120.105 32.505", "32.505，120.105", " 120.105 , 32.505 "])
def test_coordinates_are_a_place_with_its_cells_whatever_comes_first(query: str) -> None:
    assert INDEX.find(query, 5) == [
        Hit(
            "place",
            "120.105,32.505",
            "",
            "120.105000, 32.505000",
            "甲镇 › 一村 › 一村西格",
            120.105,
            32.505,
        )
    ]


@pytest.mark.parametrize("query", ["200,300", "999 999", "120.1,", "1,2,3", "120..1,3"])
def test_what_is_no_place_on_the_globe_is_a_text(query: str) -> None:
    assert all(hit.kind != "place" for hit in INDEX.find(query, 5))


def test_officers_are_shown_where_they_serve_on_the_day() -> None:
    ending = replace(STATE.posts[5], until=DAY)
    state = replace(STATE, posts=(*STATE.posts[:5], ending, *STATE.posts[6:]))
    today = SearchIndex(state, state.plans[0], DAY).find("人员06", 1)[0]
    tomorrow = SearchIndex(state, state.plans[0], DAY + timedelta(days=1)).find("人员06", 1)[0]
    assert (today.detail, today.lon is None) == ("一村西格", False)
    assert (tomorrow.detail, tomorrow.lon, tomorrow.bbox) == ("", None, None)


def test_before_the_first_plan_there_are_no_cells_and_the_rest_is_found() -> None:
    index = SearchIndex(STATE, None, date(2019, 1, 1))
    assert index.find("一村", 5) == []
    assert index.find("危化队", 5)
    assert index.find("120.105,32.505", 5)[0].detail == ""


pieces = st.sampled_from(["村", "二", "格", "队", "人员", "R", "小小企业", "3", "厂", "桥", "纬路32.5", "甲镇", "x"])


@given(st.one_of(st.text(max_size=20), st.lists(pieces, max_size=3).map(" ".join)), st.integers(1, 30))
def test_a_search_finds_what_a_plain_sort_of_everything_would(query: str, limit: int) -> None:
    """First the whole name, its beginning, a part of it, all words in it, found elsewhere; then by kind and length."""
    if INDEX._place(query) is not None:
        return
    words = folded(query).split()
    whole = " ".join(words)
    ranked = []
    for hit, text in zip(INDEX._hits, INDEX._texts, strict=True):
        name = folded(hit.name)
        held = [name == whole, name.startswith(whole), whole in name, all(word in name for word in words), True]
        if words and all(word in text for word in words):
            ranked.append((held.index(True), KINDS.index(hit.kind), len(name), name))
    found = [(KINDS.index(hit.kind), len(folded(hit.name)), folded(hit.name)) for hit in INDEX.find(query, limit)]
    assert found == [entry[1:] for entry in sorted(ranked)][:limit]
