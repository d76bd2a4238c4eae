"""`gridgis doctor`: every check in words, and an exit code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import api.doctor
from maps.words import LANGUAGES, Words
from tests.fakes.command_line import gridgis

SAYING = {"good": "good", "caution": "", "bad": ""}
MODULES = sorted(Path(api.doctor.__file__).parent.glob("*.py"))


def keys() -> set[str]:
    """Keys of whatever a check can say."""
    found = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = [str(one.value) for one in node.args if isinstance(one, ast.Constant)]
                if node.func.id in SAYING:
                    check, said, *_ = (*given, SAYING[node.func.id])
                    found |= {f"doctor.{check}", f"doctor.{check}.{said}"}
                elif node.func.id == "refused":
                    found.add(f"doctor.{given[0]}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_a_check_can_say_has_words_and_nothing_else(language: str) -> None:
    words = Words.load(language)
    by_choice = {"doctor.kernels", "doctor.kernels.good", "doctor.kernels.read_only"}
    assert {key for key in words.catalogue if key.startswith("doctor.")} == keys() | by_choice


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sound_installation_is_told_so(capsys: pytest.CaptureFixture[str], database: Path, lang: str) -> None:
    database.chmod(0o600)
    ran = gridgis(capsys, "doctor", database, "--backups", database.parent / "none", "--json", lang=lang)
    told = {one["check"]: one["verdict"] for one in ran.json["checks"]}
    assert told.pop("backup") == "bad"
    assert ran.code == 1
    assert set(told.values()) <= {"good", "caution"}, told
    assert {"python", "libraries", "assets", "database", "integrity", "rights", "drive", "room"} <= told.keys()
    assert not any("{" in one["text"] or "doctor." in one["text"] for one in ran.json["checks"])


def test_a_person_sees_a_table(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    ran = gridgis(capsys, "doctor", database)
    assert ran.code == 0
    assert "✓" in ran.out
    assert "!" in ran.out  # nobody said where backups are
    assert "小小区" in ran.out


def test_without_a_database_the_program_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    ran = gridgis(capsys, "doctor", "--json")
    assert ran.code == 0
    assert ran.json["checks"][-1]["check"] == "settings"


def test_a_database_that_is_missing_and_a_wrong_setting_end_with_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ran = gridgis(capsys, "doctor", tmp_path / "none.gpkg", "--json")
    assert ran.code == 1
    config = tmp_path / "gridgis.toml"
    config.write_text('db = "a.gpkg"\nport = "eight"\n')
    ran = gridgis(capsys, "doctor", "--config", config, "--json")
    assert ran.code == 1
    assert "gridgis.toml: port" in ran.json["checks"][-1]["text"]
