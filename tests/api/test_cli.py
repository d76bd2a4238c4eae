"""The command line as a whole: language, help, exit codes."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.cli import EXIT_OF_CLASS, choose_language, exit_code, main
from gridgis import __version__
from gridgis.errors import (
    Conflict,
    GridGISError,
    InputRejected,
    InvalidValue,
    NotKnown,
    StoreFault,
    Unreadable,
)
from tests.fakes.command_line import gridgis

ROOT = Path(__file__).parents[2]
COMMANDS = (
    *(
        "demo",
        "init",
        "migrate",
        "import",
        "check",
        "locate",
        "respond",
        "map",
        "report",
        "serve",
        "backup",
        "restore",
        "bench",
    ),
)
HEAVY = ("shapely", "numpy", "pandas", "sqlalchemy", "fastapi", "pyproj", "networkx", "folium", "pydantic", "numba")


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "zh"),
        ([], {"LANG": "en_GB", "LC_ALL": "zh_CN"}, "zh"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "en"),
        ([], {"GRIDGIS_LANG": "zh", "LC_ALL": "en_US"}, "zh"),
        (["--lang", "en"], {"LANG": "zh_CN"}, "en"),
        (["check", "a.gpkg", "--lang=zh"], {"LANG": "en_GB"}, "zh"),
        (["--", "--lang", "en"], {}, "zh"),
        (["--lang"], {}, "zh"),
    ],
)
def test_the_option_decides_then_the_environment_then_chinese(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert choose_language(arguments, environment)[0] == language


def test_the_option_may_stand_anywhere_and_is_taken_out() -> None:
    assert choose_language(["check", "--lang", "en", "a.gpkg"], {})[1] == ["check", "a.gpkg"]
    assert choose_language(["check", "a.gpkg", "--lang=en"], {})[1] == ["check", "a.gpkg"]
    assert choose_language(["check", "--", "--lang=en"], {})[1] == ["check", "--", "--lang=en"]


def test_another_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ran = gridgis(capsys, "check", "a.gpkg", lang="fr")
    assert ran.code == 2
    assert "fr" in ran.err
    assert "zh, en" in ran.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_help_lists_every_command_in_one_language(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    ran = gridgis(capsys, "--help", lang=lang)
    assert ran.code == 0
    for command in COMMANDS:
        assert f" {command} " in ran.out
    chinese = any("\u4e00" <= character <= "\u9fff" for character in ran.out)
    assert chinese is (lang == "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_every_option_says_what_it_is_for(
    capsys: pytest.CaptureFixture[str], command: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ran = gridgis(capsys, command, "-h", lang=lang)
    assert ran.code == 0
    assert "cli." not in ran.out
    chinese = any("\u4e00" <= character <= "\u9fff" for character in ran.out)
    assert chinese is (lang == "zh")
    for line in ran.out.splitlines():
        if " --" in line.split("<")[0] and "│" in line:
            assert len([part for part in line.strip("│ ").split("  ") if part.strip()]) >= 2, line


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    ran = gridgis(capsys, "--version")
    assert (ran.code, ran.out.strip()) == (0, f"gridgis {__version__}")


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["respond"], "缺少 'DB'", "'DB' is missing"),
        (["respond", "a.gpkg", "--level", "I", "--type", "fire"], "缺少 '--at'", "'--at' is missing"),
        (["check", "a.gpkg", "--fast"], "没有选项 --fast", "There is no option --fast"),
        (["respond", "a.gpkg", "--at", "1,2", "--type", "fire", "--level", "V"], "'--level' 的值不对", "'--level' has"),
        (["serve", "a.gpkg", "--port", "x"], "'--port' 的值不对", "'--port' has a wrong value"),
        (["frobnicate"], "frobnicate", "frobnicate"),
        (["check", "a.gpkg", "b.gpkg"], "命令写错", "The call is wrong"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_where_its_help_is(
    capsys: pytest.CaptureFixture[str], arguments: list[str], zh: str, en: str
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        ran = gridgis(capsys, *arguments, lang=lang)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        assert "--help" in ran.err
        assert "Traceback" not in ran.err


def test_a_bare_call_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    ran = gridgis(capsys)
    assert ran.code == 2
    assert "respond" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreFault("store.missing"), 3),
        (Unreadable("file.unreadable"), 3),
        (InvalidValue("place.form"), 2),
        (NotKnown("bench.unknown"), 2),
        (InvalidValue("place.outside_district"), 1),
        (NotKnown("run_card.unknown"), 1),
        (NotKnown("run_card.level_unknown"), 1),
        (InputRejected("import.refused"), 1),
        (Conflict("plan.none"), 1),
        (GridGISError("anything"), 1),
    ],
)
def test_an_exit_code_follows_from_the_code_or_else_from_the_class(error: GridGISError, code: int) -> None:
    assert exit_code(error) == code


def test_every_class_of_errors_has_an_exit_code() -> None:
    for kind in GridGISError.__subclasses__():
        assert any(issubclass(kind, known) for known in EXIT_OF_CLASS)


@pytest.mark.parametrize("command", ["check", "locate", "respond", "map", "report", "serve", "migrate"])
def test_a_database_that_is_missing_or_foreign_is_told(
    capsys: pytest.CaptureFixture[str], command: str, tmp_path: Path
) -> None:
    options: dict[str, list[object]] = {
        "locate": ["--at", "120,32"],
        "respond": ["--at", "120,32", "--type", "fire", "--level", "I"],
        "map": [tmp_path / "out.html"],
        "report": ["--from", "2020-01-01", "--to", "2020-01-02"],
        "serve": ["--port", "0"],
    }
    name = ["dispatch"] if command == "report" else []
    foreign = tmp_path / "foreign.gpkg"
    foreign.write_bytes(b"not a database" * 100)
    for db in (tmp_path / "none.gpkg", foreign, tmp_path):
        ran = gridgis(capsys, command, *name, db, *options.get(command, []))
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("✗ ")
        assert "Traceback" not in ran.err
    assert not (tmp_path / "none.gpkg").exists()
    assert not (tmp_path / "out.html").exists()


def test_an_interrupt_ends_quietly(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("geodata.open_district", interrupted)
    ran = gridgis(capsys, "check", "a.gpkg")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_a_terminal_of_another_encoding_is_shown_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    with pytest.raises(SystemExit) as left:
        main(["--help", "--lang", "zh"])
    narrow.flush()
    assert left.value.code == 0
    assert b"respond" in narrow.buffer.getvalue()


def test_the_help_answers_at_once_because_heavy_libraries_are_read_late() -> None:
    """Half a second is what a person takes for at once; the figure is the best of three on this machine."""
    program = (
        f"import sys; from api.cli import run; run(['--help'], {{}}); print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    took_s = []
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
        took_s.append(time.perf_counter() - began)
    assert done.stdout.splitlines()[-1] == "[]"
    assert min(took_s) < 2, "a slow machine is forgiven, a heavy import is not"


def test_whoever_reads_only_the_beginning_of_the_output_is_no_fault() -> None:
    program = [sys.executable, "-m", "api.cli", "--help"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert "Traceback" not in running.stderr.read()
