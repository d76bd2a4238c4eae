"""How single values and headings are read."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import vocabulary
from geodata.headings import Column, find_columns, plain_heading, shifted_system, unit_of
from geodata.values import COUNT, METRES, SECONDS, coordinate, coordinate_pair, day, flag, key, moment, text
from gridgis.cells import CellKind
from gridgis.dispatch import alarms
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.teams import Command, Tier
from gridgis.errors import InvalidValue
from gridgis.people.officers import PostRole
from gridgis.roads import DEFAULT_PROFILES
from gridgis.supervision.enterprises import RiskColour

WORDS = Path(__file__).parents[2] / "maps" / "web" / "words"
VOCABULARIES = [one for one in vars(vocabulary).values() if isinstance(one, vocabulary.Vocabulary)]
COLUMNS = (
    Column("code", "网格编码 网格编号 编码", required=True),
    Column("name", "网格名称 名称", required=True),
    Column("phone", "联系电话 电话 手机"),
    Column("population", "人口 人口数", COUNT),
    Column("licence", "执法证号 执法证编号"),
    Column("licence_until", "执法证有效期"),
    Column("credit", "统一社会信用代码"),
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [one.kind for one in VOCABULARIES])
def test_the_words_that_pages_show_are_understood_in_files(kind: str, language: str) -> None:
    catalogue = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    (known,) = [one for one in VOCABULARIES if one.kind == kind]
    shown = {name: said for name, said in catalogue.items() if name.startswith((f"{kind}.", f"{kind}_short."))}
    shown = {name: said for name, said in shown.items() if kind != "cell_kind" or name.split(".")[1] in known.words}
    assert {name: known.find(said) for name, said in shown.items()} == {name: name.split(".")[1] for name in shown}


@pytest.mark.parametrize(
    ("known", "codes"),
    [
        (vocabulary.TIERS, Tier),
        (vocabulary.COMMANDS, Command),
        (vocabulary.TASKS, Task),
        (vocabulary.ALARM_TYPES, alarms.ALARM_TYPES),
        (vocabulary.LEVELS, alarms.ResponseLevel),
        (vocabulary.NATURES, alarms.AlarmNature),
        (vocabulary.ROLES, PostRole),
        (vocabulary.RISKS, RiskColour),
        (vocabulary.CELL_KINDS, (CellKind.BASIC, CellKind.DEDICATED)),
        (vocabulary.PROFILES, DEFAULT_PROFILES),
    ],
)
def test_every_code_of_the_domain_has_words_for_files_and_no_other(
    known: vocabulary.Vocabulary, codes: tuple[str, ...]
) -> None:
    assert set(known.words) == {str(code) for code in codes}


@pytest.mark.parametrize("known", VOCABULARIES, ids=lambda known: known.kind)
def test_no_word_stands_for_two_codes(known: vocabulary.Vocabulary) -> None:
    said = [(vocabulary.plain(word), code) for code, words in known.words.items() for word in (code, *words)]
    assert len({word for word, _ in said}) == len(set(said))


@pytest.mark.parametrize(
    "heading",
    [
        "网格编码",
        " 网格 编码 ",
        "网格编码*",
        "＊网格编码",
        "网格编码（必填）",
        "网格编码\n",
        "网格编码:",
        "【网格编码】",
    ],
)
def test_width_blanks_marks_and_brackets_of_a_heading_do_not_matter(heading: str) -> None:
    found = find_columns(COLUMNS, [heading, "名称"], {})
    assert found.headings == {"code": heading, "name": "名称"}
    assert (found.missing, found.faults) == ((), ())


def test_two_headings_for_one_field_are_told_and_never_guessed() -> None:
    found = find_columns(COLUMNS, ["网格编码", "名称", "电话", "手机"], {})
    (fault,) = found.faults
    assert (fault.code, fault.fields["candidates"]) == ("columns.ambiguous", "电话、手机")


def test_the_documented_heading_wins_over_other_words() -> None:
    assert find_columns(COLUMNS, ["编码", "网格编码", "名称"], {}).headings["code"] == "网格编码"
    assert find_columns(COLUMNS, ["编码", "code", "名称"], {}).headings["code"] == "code"


def test_a_missing_required_column_is_told_and_an_ambiguous_one_is_not_told_twice() -> None:
    assert [column.field for column in find_columns(COLUMNS, ["人口"], {}).missing] == ["code", "name"]
    found = find_columns(COLUMNS, ["编码", "网格编号", "名称"], {})
    assert ([fault.code for fault in found.faults], found.missing) == (["columns.ambiguous"], ())


@pytest.mark.parametrize("heading", ["统一社", "统一社会信"])
def test_headings_that_a_shapefile_cut_off_are_known_where_only_one_field_can_be_meant(heading: str) -> None:
    assert find_columns(COLUMNS, ["编码", "名称", heading], {}).headings["credit"] == heading
    found = find_columns(COLUMNS, ["编码", "名称", "执法证"], {})
    assert found.unused == ("执法证",)


def test_a_heading_is_used_once() -> None:
    found = find_columns(COLUMNS, ["编码", "名称"], {"phone": "编码"})
    assert [column.field for column in found.missing] == ["code"]


@pytest.mark.parametrize(
    ("heading", "unit"), [("安全距离(米)", "米"), ("人口（万人）", "万人"), ("时间[s]", "s"), ("人口", "")]
)
def test_the_unit_of_a_heading_stands_in_its_brackets(heading: str, unit: str) -> None:
    assert unit_of(heading) == unit


@pytest.mark.parametrize(("heading", "told"), [("经度(GCJ-02)", "GCJ-02"), ("百度经度", "百度"), ("经度", "")])
def test_a_heading_tells_a_shifted_system(heading: str, told: str) -> None:
    assert shifted_system(heading) == told
    assert plain_heading(heading) == "经度"


@pytest.mark.parametrize(
    ("read", "said", "value"),
    [
        (COUNT, "1,200", 1200),
        (COUNT, "１２人", 12),
        (COUNT, "3.0", 3),
        (COUNT, "1.5万人", 15_000),
        (METRES, "0.3公里", 300),
        (METRES.in_unit("km"), "0.3", 300),
        (METRES.in_unit("km"), "300米", 300),
        (METRES.in_unit("必填"), "300", 300),
        (SECONDS, "2分钟", 120),
        (flag, "是", True),
        (flag, "FALSE", False),
        (key, " Ａ 1 ", "A1"),
        (text, "（有限）", "（有限）"),
        (coordinate, "120.15", 120.15),
        (coordinate, "W 0.5", -0.5),
        (coordinate, "-120°30′", -120.5),
        (coordinate, "509699.123", 509699.123),
        (coordinate_pair, "(120.15, 32.51)", (120.15, 32.51)),
    ],
)
def test_values_are_read_as_they_are_written(read: object, said: str, value: object) -> None:
    assert callable(read)
    assert read(said) == value


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (COUNT, "-1"),
        (COUNT, "1.5"),
        (COUNT, "约3"),
        (COUNT, "3-5"),
        (COUNT, "1e3"),
        (COUNT, "inf"),
        (COUNT, "12米"),
        (COUNT, "13800000000"),
        (flag, "可能"),
        (coordinate, "nan"),
        (coordinate, "1e2"),
        (coordinate, "120°75′"),
        (coordinate, "120.1,32.5"),
        (coordinate_pair, "120.15"),
        (coordinate_pair, "120.15,32.5,7"),
        (day, "2020-1"),
        (day, "2020-01-011"),
        (moment, "2020-01-01 25:00"),
        (moment, "2020-01-01 12:00+99:99"),
    ],
)
def test_what_can_not_be_meant_is_refused(read: object, said: str) -> None:
    assert callable(read)
    with pytest.raises(InvalidValue):
        read(said)


@given(st.text(max_size=40))
def test_no_text_makes_a_reader_fail_in_another_way(said: str) -> None:
    """Whatever stands in a cell is read or refused by a rule."""
    for read in (COUNT, SECONDS, flag, day, moment, coordinate, coordinate_pair, key):
        with suppress(InvalidValue):
            read(said)


@given(st.datetimes())
def test_moments_come_back_from_their_iso_form(told: datetime) -> None:
    told = told.replace(microsecond=0)
    assert moment(told.isoformat()).replace(tzinfo=None) == told
    assert day(told.date().isoformat()) == told.date()
