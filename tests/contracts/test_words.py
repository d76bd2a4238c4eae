from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from api.export_tables import ALARM, ENTERPRISE, OFFICER, TEAM
from gridgis.access import ACTION_OF_NOUN, Action, Role
from gridgis.cells.cell import LEVELS, CellKind
from gridgis.dispatch.alarms import ALARM_TYPES, AlarmNature, ResponseLevel
from gridgis.dispatch.incidents import Status, Step
from gridgis.dispatch.incidents.grading import AccidentGrade
from gridgis.dispatch.incidents.receiving import KNOWN_LATER
from gridgis.dispatch.incidents.recording import Report
from gridgis.dispatch.readiness import MemberRole
from gridgis.dispatch.reasons import WHY_LATER
from gridgis.dispatch.road_changes import ChangeKind
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.teams import Command, CommitmentKind, Tier
from gridgis.hazards import KINDS, Act, Severity, State
from gridgis.hazards.clocks import Stage
from gridgis.hazards.photos import Doubt
from gridgis.hazards.taking import Assignee
from gridgis.people.officers import PostRole
from gridgis.roads import DEFAULT_PROFILES
from gridgis.roads.drawing_faults import DrawingFaultKind
from gridgis.roads.limits import LimitKind
from gridgis.supervision.enterprises import RiskColour

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "maps" / "web" / "words"
LANGUAGES = ("zh", "en")
PACKAGES = ("gridgis", "geodata", "maps", "api")
ERRORS = {"GridGISError", "InvalidValue", "NotKnown", "InputRejected", "Unreadable", "StoreFault", "NotAllowed"}
ERRORS |= {"Conflict", "Fault"}
ERRORS |= {"refuse", "warn", "fault"}  # how the importers set rows aside
SAID_BY_PYTHON = re.compile(r"(?:cli|progress|problem)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*")
SAID_BY_PAGES = re.compile(r'"((?:page|risk|risk_letter|tier|command|cell_level)\.[A-Za-z0-9_.]+)"')
SAID_BY_PATTERN = re.compile(r"\bt\(`([a-z_.]+\.)\$\{")
SAID_BY_KIND = re.compile(r'\bword\("([a-z_]+)"')

IN_BOTH_LANGUAGES = (
    "无法打开页面",  # said when no catalogue could be loaded
    '"EN" : "中文"',  # names the language that the button switches to
    "市(?=",  # takes the city from a district's name on a phone
)

SENT_BACK = ("unreachable", "state", "refused", "token", "unknown")
ENUMS: Mapping[str, Iterable[str]] = {
    "access.action": list(Action),
    "access.role": list(Role),
    "audit.noun": list(ACTION_OF_NOUN),
    "page.audit.chain": ("broken", "unreadable", "walking", "whole"),
    "page.export": ("alarms", "csv", "enterprises", "officers", "teams", "xlsx"),
    "export.column": {*ALARM, *ENTERPRISE, *OFFICER, *TEAM},
    "alarm_type": ALARM_TYPES,
    "cell_kind": list(CellKind),
    "cell_level": [str(level) for level in LEVELS],
    "command": list(Command),
    "profile": list(DEFAULT_PROFILES),
    "field": KNOWN_LATER,
    "errors.openid": [f"{why}.{part}" for why in SENT_BACK for part in ("what", "mend")],
    "hazard_act": list(Act),
    "hazard_assignee": list(Assignee),
    "hazard_doubt": list(Doubt),
    "hazard_kind": KINDS,
    "hazard_severity": list(Severity),
    "hazard_stage": list(Stage),
    "hazard_state": list(State),
    "level": list(ResponseLevel),
    "level_short": list(ResponseLevel),
    "limit_kind": get_args(LimitKind),
    "limit_unit": get_args(LimitKind),
    "nature": list(AlarmNature),
    "page.cover.by": ("1", "2"),
    "page.roads.odd": list(DrawingFaultKind),
    "reasons": WHY_LATER,
    "page.team": list(CommitmentKind),
    "grade": list(AccidentGrade),
    "page.record": ("deaths", "serious_injuries", "slight_injuries", "trapped"),
    "page.sheet.column": ("team", "phone", "people", "task", "number", "happened", "recorded", "what", "actor"),
    "page.sheet.time": ("call_to_order_s", "order_to_wheels_s", "wheels_to_arrival_s", "at_scene_s", "estimated_s"),
    "paper.column": ("team", "people", "task", "ordered", "arrived", "left"),
    "report": list(Report),
    "page.wall.state": ("free", "sent", "there", "home_bound", "off"),
    "risk": list(RiskColour),
    "risk_letter": list(RiskColour),
    "role": list(PostRole),
    "page.card.column": (
        "tier",
        "capability",
        "command",
        "teams",
        "people",
        "task",
        "safe_distance_m",
        "fallback",
        "kit",
    ),
    "page.card.tier": list(Tier),
    "page.card.try": ("alarm", "before", "after", "more", "fewer"),
    "page.desk.called": ("sent", "delivered", "answered", "failed", "exhausted"),
    "page.learning.column": ("team", "runs", "turnout", "travel", "median", "p90", "used"),
    "page.replay.column": ("alarm", "happened", "now", "tried", "difference"),
    "page.roads.how": list(ChangeKind),
    "page.roads.kind": list(ChangeKind),
    "member_role": list(MemberRole),
    "road_change": [*ChangeKind, "open"],
    "outbox_state": ("waiting", "sending", "held", "refused", "done"),
    "page.field.scope": ("open", "mine"),
    "page.field.tab": ("today", "map", "report", "hazards", "me"),
    "page.desk.key": ("F2", "F3", "F4", "F6", "F7", "F8"),
    "page.desk.tab": ("teams", "file", "log"),
    "sign_in": ("excused", "right", "wrong"),
    "status": list(Status),
    "step": list(Step),
    "task": list(Task),
    "tier": list(Tier),
}


@cache
def catalogue(language: str) -> dict[str, str]:
    words: dict[str, str] = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    return words


def pages() -> list[Path]:
    return sorted((ROOT / "maps" / "web" / "js").rglob("*.js"))


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def error_codes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if name in ERRORS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(catalogue("zh")) == sorted(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_keys_are_in_order(language: str) -> None:
    words = catalogue(language)
    assert [key for key, text in words.items() if not text.strip()] == []
    assert list(words) == sorted(words)


def test_both_languages_fill_the_same_fields() -> None:
    differing = {
        key: (sorted(fields(text)), sorted(fields(catalogue("en").get(key, ""))))
        for key, text in catalogue("zh").items()
        if fields(text) != fields(catalogue("en").get(key, text))
    }
    assert {key: pair for key, pair in differing.items() if not key.startswith("errors.")} == {}


def test_every_key_that_a_page_names_has_words() -> None:
    missing = {
        (path.name, key)
        for path in pages()
        for key in SAID_BY_PAGES.findall(path.read_text("utf-8"))
        if any(key not in catalogue(language) for language in LANGUAGES)
    }
    assert missing == set()


def test_every_kind_of_code_that_a_page_says_is_checked_here() -> None:
    said = {
        kind
        for path in pages()
        for pattern in (SAID_BY_PATTERN, SAID_BY_KIND)
        for kind in pattern.findall(path.read_text("utf-8"))
    }
    by_settings = {"capability", "profile", "page.kind", "water"}
    assert {kind.rstrip(".") for kind in said} - by_settings <= set(ENUMS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(ENUMS))
def test_every_code_of_the_domain_has_a_word(kind: str, language: str) -> None:
    codes = [code.value if isinstance(code, StrEnum) else code for code in ENUMS[kind]]
    assert [code for code in codes if f"{kind}.{code}" not in catalogue(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_that_the_code_raises_says_what_is_wrong_and_how_to_mend_it(language: str) -> None:
    words = catalogue(language)
    raised = {code for path in modules() for code in error_codes(ast.parse(path.read_text("utf-8")))}
    wanted = {f"errors.{code}.{part}" for code in raised for part in ("what", "mend")}
    assert sorted(wanted - set(words)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_the_commands_say_has_words(language: str) -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in modules()]
    said = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SAID_BY_PYTHON.fullmatch(node.value)
    }
    raised = {code for tree in trees for code in error_codes(tree)}
    assert sorted(said - raised - set(catalogue(language))) == []


def test_no_page_shows_text_of_its_own_beside_the_catalogue() -> None:
    """Chinese in a page's script would have no English."""
    chinese = re.compile(r"[\u4e00-\u9fff]")
    shown = [
        f"{path.name}:{number}"
        for path in pages()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if chinese.search(re.sub(r"//.*|/?\*.*", "", line)) and not any(text in line for text in IN_BOTH_LANGUAGES)
    ]
    assert shown == []
