"""The words of reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gridgis.dispatch.alarms import ALARM_TYPES, ResponseLevel
from gridgis.dispatch.reasons import CHOSEN, NOTES, PASSED_OVER, SHORTFALLS, Reason, duration, say_all, word
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.teams import Command, Tier
from maps.words import LANGUAGES, Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_code_shown_has_words(language: str) -> None:
    words = Words.load(language)
    keys = [f"reasons.{code}" for code in (*CHOSEN, *NOTES, *PASSED_OVER, *SHORTFALLS)]
    keys += [f"alarm_type.{code}" for code in ALARM_TYPES]
    keys += [f"level.{level.value}" for level in ResponseLevel]
    keys += [f"tier.{tier.value}" for tier in Tier]
    keys += [f"task.{task.value}" for task in Task]
    keys += [f"command.{command.value}" for command in Command]
    assert [key for key in keys if key not in words] == []


def test_a_level_is_never_a_bare_numeral() -> None:
    assert Words.load("zh").text("level.II") == "Ⅱ级响应"


def say(key: str, fields: Mapping[str, Any]) -> str:
    return Words.load("en").text(key, **fields)


def test_a_code_of_the_district_s_own_without_words_is_shown_as_it_is() -> None:
    assert word("capability", "drone", say) == "drone"
    assert word("capability", "fire", say) == "fire fighting"


def test_a_reason_says_its_codes_lists_and_times_in_words() -> None:
    assert Reason("passed.slower", {"by_s": 125.4, "than": "T1"}).say(say) == "Slower than T1 by 2 min 05 s."
    assert "fire fighting, drone" in Reason("passed.no_capability", {"capabilities": ["fire", "drone"]}).say(say)
    assert "not stated" in Reason("passed.out_of_service", {"why": ""}).say(say)
    assert "volunteer" in Reason("passed.tier_not_called", {"tier": "volunteer"}).say(say)


def test_several_reasons_are_said_one_after_the_other() -> None:
    text = say_all((Reason("chosen.home"), Reason("note.no_position")), say)
    assert text.startswith("The place's own team")
    assert text.endswith("no time can be given.")


@pytest.mark.parametrize(("seconds", "shown"), [(0.2, "1 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (61, "1 min 01 s")])
def test_a_difference_is_never_shown_as_nothing(seconds: float, shown: str) -> None:
    assert duration(seconds, say) == shown
