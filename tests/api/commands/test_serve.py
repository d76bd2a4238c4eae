"""`gridgis serve`: where it listens, and what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.listening import bind
from tests.fakes.command_line import gridgis

ROOT = Path(__file__).parents[3]
ENDED_WITHIN_S = 30


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (["--host", "0.0.0.0"], {}),  # noqa: S104  refused
        (["--host", "example.com"], {}),
        (["--workers", "2"], {}),
        ([], {"GRIDGIS_HOST": "192.168.1.5"}),
        ([], {"GRIDGIS_PORT": "eight"}),
        ([], {"GRIDGIS_NOW": "soon"}),
        ([], {"GRIDGIS_BASEMAP": "file:///etc/passwd"}),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_can_not_be_served_safely_is_a_wrong_call(
    capsys: pytest.CaptureFixture[str],
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    options: list[str],
    environment: dict[str, str],
    lang: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ran = gridgis(capsys, "serve", database, *options, lang=lang)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("✗ ")


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    with bind("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        ran = gridgis(capsys, "serve", database, "--port", port)
    assert ran.code == 3
    assert str(port) in ran.err


def test_it_says_where_it_serves_answers_there_and_ends_by_a_signal(database: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "api.cli", "--lang", "en", "serve", str(database), "--port", "0"]
    environment = {**os.environ, "GRIDGIS_TILES_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        said = running.stdout.readline()
        address = next(word for word in said.split() if word.startswith("http://")).rstrip(";")
        assert httpx.get(f"{address}/readyz").status_code == 200
        assert httpx.get(f"{address}/api/v1/district").status_code == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(ENDED_WITHIN_S) == 0
        (line,) = running.stderr.read().splitlines()
        assert json.loads(line)["route"] == "/api/v1/district"
