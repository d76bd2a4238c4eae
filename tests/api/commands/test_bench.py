"""`gridgis bench`: benchmarks of a clone."""

from __future__ import annotations

import pytest

from api.commands.bench import ROOT, lines
from tests.fakes.command_line import gridgis


def test_a_benchmark_that_does_not_exist_is_a_wrong_call_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("nothing", "../api/cli", "_county", ""):
        ran = gridgis(capsys, "bench", name)
        assert (ran.code, ran.out) == (2, "")
        for known in ("locate", "response", "routing"):
            assert known in ran.err


def test_figures_are_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    ran = gridgis(capsys, "bench", "locate", "--quick", "--peers", "shapely", "--json")
    assert ran.code == 0
    assert isinstance(ran.json, dict)


def test_nested_figures_are_indented_lines() -> None:
    told = {"nodes": 3, "ms": {"median": 1.5, "peers": ["a", "b"]}}
    assert list(lines(told)) == ["nodes: 3", "ms:", "  median: 1.5", "  peers:", "    -: a", "    -: b"]


def test_benchmarks_are_found_beside_the_package() -> None:
    assert (ROOT / "benchmarks" / "locate.py").exists()
