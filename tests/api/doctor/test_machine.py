"""What GridGIS runs on is looked at, and what is wrong named."""

from __future__ import annotations

import hashlib
import http.server
import subprocess
import threading
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from api.doctor import machine
from api.doctor.finding import Verdict
from api.listening import bind


def test_this_machine_can_run_it() -> None:
    found = [
        machine.python(),
        *machine.libraries(),
        machine.sqlite(),
        machine.kernels(),
        machine.tile_cutter(),
        machine.local_time(),
    ]
    assert {one.check: one.verdict for one in found if one.verdict is not Verdict.GOOD} == {}


def test_an_old_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST_PYTHON", (4, 0))
    assert (machine.python().verdict, machine.python().said) == (Verdict.BAD, "old")


def test_a_missing_an_unfit_and_an_unusable_library_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy>=1", "shapely<0.1", "no-such-library>=1", 'pytest>=999; extra == "dev"']
    monkeypatch.setattr(metadata, "requires", lambda _: wanted)
    monkeypatch.setattr(machine, "COMPILED", ("numpy", "no_such_module"))
    told = {(one.said, one.fields.get("name")): one.verdict for one in machine.libraries()}
    assert told == {
        ("version", "shapely"): Verdict.CAUTION,
        ("missing", "no-such-library"): Verdict.BAD,
        ("unusable", "no_such_module"): Verdict.BAD,
    }


def test_a_time_zone_that_is_not_installed_is_told() -> None:
    assert machine.local_time("Asia/Nowhere").said == "zone"


def test_compiled_searches_that_can_not_be_kept_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    found = machine.kernels()
    assert (found.verdict, found.said) == (Verdict.CAUTION, "read_only")


class TestAssets:
    """The files of the pages are those that were made."""

    @pytest.fixture
    def vendor(self, tmp_path: Path) -> Path:
        names = ["a.js", "b/c.css"]
        (tmp_path / "b").mkdir()
        for name in names:
            (tmp_path / name).write_text(name)
        lines = [f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in names]
        (tmp_path / "SHA256SUMS").write_text("".join(lines))
        return tmp_path

    def test_whole(self, vendor: Path) -> None:
        found = machine.assets(vendor)
        assert (found.verdict, found.fields["count"]) == (Verdict.GOOD, 2)

    def test_altered_and_missing(self, vendor: Path) -> None:
        (vendor / "a.js").write_text("evil")
        (vendor / "b" / "c.css").unlink()
        found = machine.assets(vendor)
        assert (found.verdict, found.fields["names"]) == (Verdict.BAD, "a.js, b/c.css")

    def test_none(self, tmp_path: Path) -> None:
        assert machine.assets(tmp_path).said == "none"


@pytest.mark.parametrize("script", [None, "exit 3", "echo broken >&2; exit 1"])
def test_a_tile_cutter_that_does_not_run_is_told(tmp_path: Path, script: str | None) -> None:
    if script is not None:
        program = tmp_path / "tippecanoe"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    found = machine.tile_cutter(tmp_path)
    assert (found.verdict, found.said) == (Verdict.BAD, "unusable")
    assert found.fields["cause"]


def test_a_tile_cutter_that_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("tippecanoe", 30)

    monkeypatch.setattr("subprocess.run", hangs)
    assert machine.tile_cutter().said == "unusable"


class TestPort:
    """Free, ours, or taken."""

    def test_free(self) -> None:
        with bind("127.0.0.1", 0) as listening:
            number = listening.getsockname()[1]
        assert machine.port("127.0.0.1", number).said == "good"

    @pytest.mark.parametrize(("body", "verdict"), [(b'{"status":"ok"}', Verdict.GOOD), (b"hello", Verdict.BAD)])
    def test_taken(self, body: bytes, verdict: Verdict) -> None:
        class Answering(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        with http.server.HTTPServer(("127.0.0.1", 0), Answering) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            assert machine.port("127.0.0.1", server.server_port).verdict is verdict
            server.shutdown()
