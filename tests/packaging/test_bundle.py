"""The bundle holds what a machine without a network needs, and installs there."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
INSTALLER = ROOT / "packaging" / "bundle" / "install.sh"
MACHINE = os.uname().machine


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the tool."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("bundle")


LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:cc
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:dd
Mako==1.4.3 \\
    --hash=sha256:ee
"""


def test_the_lock_is_cut_to_what_is_needed_on_the_machine(bundle: Any) -> None:
    cut = bundle.locked(LOCK, frozenset({"numpy", "mako"}), "aarch64")
    assert re.findall(r"^\S+==\S+", cut, re.MULTILINE) == ["Mako==1.4.3", "numpy==2.4.6"]
    assert re.findall(r"sha256:(\w+)", cut) == ["ee", "aa", "bb"]


def test_what_is_not_locked_is_not_fetched(bundle: Any) -> None:
    with pytest.raises(SystemExit, match="flask"):
        bundle.locked(LOCK, frozenset({"numpy", "flask"}), "x86_64")


def test_needs_are_followed_through_extras_and_markers(bundle: Any) -> None:
    told = ["uvicorn>=0.34", 'colorama; sys_platform == "win32"', 'psycopg[binary]>=3; extra == "postgis"']
    assert bundle.needed(told, [], "x86_64") >= {"uvicorn", "h11", "click"}
    assert not bundle.needed(told, [], "x86_64") & {"colorama", "psycopg"}
    assert bundle.needed(told, ["postgis"], "aarch64") >= {"psycopg", "psycopg-binary"}


def test_everything_that_is_needed_is_locked_for_both_machines(bundle: Any) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    told = [*project["dependencies"], *(text for name in extras if name != "dev" for text in extras[name])]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    cuts = [bundle.locked(lock, bundle.needed(told, [], machine), machine) for machine in bundle.MACHINES]
    assert cuts[0] == cuts[1]
    assert len(re.findall(r"^\S+==", cuts[0], re.MULTILINE)) > 40


def test_no_wheel_is_taken_that_a_newer_system_needs(bundle: Any) -> None:
    tags = bundle.platforms("aarch64")
    assert tags[0] == "manylinux_2_28_aarch64"
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64"} <= set(tags)
    assert not any(re.fullmatch(r"manylinux_2_(29|3\d)_.*", tag) for tag in tags)


def test_the_same_folder_gives_the_same_archive(bundle: Any, tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "two"):
        folder = tmp_path / name / "gridgis-1"
        (folder / "b").mkdir(parents=True)
        for path in sorted([folder / "install.sh", folder / "b" / "c"], reverse=name == "two"):
            path.write_text(path.name)
            path.chmod(0o600 if name == "two" else 0o644)
        bundle.pack(folder, tmp_path / f"{name}.tar", 1_600_000_000)
        digests.add(hashlib.sha256((tmp_path / f"{name}.tar").read_bytes()).hexdigest())
    assert len(digests) == 1
    with tarfile.open(tmp_path / "one.tar") as packed:
        assert [(one.name, oct(one.mode)) for one in packed] == [
            ("gridgis-1", "0o755"),
            ("gridgis-1/b", "0o755"),
            ("gridgis-1/b/c", "0o644"),
            ("gridgis-1/install.sh", "0o755"),
        ]


class TestInstaller:
    """It looks before it installs, and leaves nothing where it can't."""

    @pytest.fixture
    def unpacked(self, tmp_path: Path) -> Path:
        """A bundle without wheels, whole by its checksums."""
        folder = tmp_path / "gridgis-9"
        (folder / "wheels" / MACHINE).mkdir(parents=True)
        shutil.copy(INSTALLER, folder / "install.sh")
        (folder / "VERSION").write_text("9\n")
        (folder / "REQUIREMENT").write_text("gridgis==9\n")
        digest = hashlib.sha256(b"9\n").hexdigest()
        (folder / "SHA256SUMS").write_text(f"{digest}  VERSION\n")
        return folder

    @staticmethod
    def install(unpacked: Path, target: Path, **environment: str) -> str:
        """Run it; what it says when it fails."""
        done = subprocess.run(
            [str(unpacked / "install.sh"), str(target)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHON": sys.executable, **environment},
        )
        assert done.returncode != 0
        return done.stderr

    @staticmethod
    def pretending(folder: Path, name: str, said: str) -> str:
        """A search path on which a program says something else."""
        place = folder / "pretending"
        place.mkdir()
        (place / name).write_text(f"#!/bin/sh\n{said}\n")
        (place / name).chmod(0o755)
        return f"{place}:{os.environ['PATH']}"

    @pytest.mark.parametrize(
        ("name", "said", "told"),
        [
            ("uname", "echo mips64", "mips64"),
            ("getconf", "echo glibc 2.17", "glibc 2.28 is needed, here is 2.17"),
            ("getconf", "exit 1", "glibc 2.28 is needed"),
            ("sha256sum", "exit 1", "copy the archive again"),
        ],
    )
    def test_another_system_and_damaged_files(
        self, unpacked: Path, tmp_path: Path, *, name: str, said: str, told: str
    ) -> None:
        assert told in self.install(unpacked, tmp_path / "to", PATH=self.pretending(tmp_path, name, said))
        assert not (tmp_path / "to").exists()

    @pytest.mark.parametrize("said", ["exit 1", "case $2 in *version_info*) exit 0;; esac; exit 1"])
    def test_another_python(self, unpacked: Path, tmp_path: Path, said: str) -> None:
        self.pretending(tmp_path, "python", said)
        assert "Python" in self.install(unpacked, tmp_path / "to", PYTHON=str(tmp_path / "pretending" / "python"))
        assert not (tmp_path / "to").exists()

    def test_a_wheel_that_is_missing_leaves_nothing_half_installed(self, unpacked: Path, tmp_path: Path) -> None:
        (tmp_path / "to").mkdir()
        (tmp_path / "to" / "8").mkdir()
        (tmp_path / "to" / "current").symlink_to("8")
        self.install(unpacked, tmp_path / "to")
        assert sorted(one.name for one in (tmp_path / "to").iterdir()) == ["8", "current"]
        assert (tmp_path / "to" / "current").readlink() == Path("8")

    def test_a_version_that_is_there_is_left_alone(self, unpacked: Path, tmp_path: Path) -> None:
        (tmp_path / "to" / "9").mkdir(parents=True)
        (tmp_path / "to" / "9" / "mine").touch()
        assert "left alone" in self.install(unpacked, tmp_path / "to")
        assert (tmp_path / "to" / "9" / "mine").exists()


WITHOUT_A_NETWORK = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
INSTALLED = """
set -eu
! "$PYTHON" -c 'import socket; socket.create_connection(("192.0.2.1", 80), timeout=5)' 2>/dev/null
./install.sh "$1"
gridgis="$1/current/bin/gridgis"
"$gridgis" --version
umask 077
"$gridgis" init "$2" --name 泰州市姜堰区 --code 321204 >/dev/null
"$gridgis" backup "$2" "$3" --drill >/dev/null
"$gridgis" doctor "$2" --backups "$3" --json
"""
ELSEWHERE = re.compile(rb"index-url\s*=?\s*https?:|--find-links\s*=?\s*https?:|\"resolved\":|\sdeb\s+https?:")
"""What tells an installer to fetch something from another host."""


@pytest.mark.long
@pytest.mark.skipif(MACHINE not in {"x86_64", "aarch64"}, reason="there is no bundle for this machine")
def test_it_installs_and_works_without_a_network(tmp_path: Path) -> None:
    if subprocess.run([*WITHOUT_A_NETWORK, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("a namespace without a network can't be made here")
    made = [sys.executable, str(ROOT / "tools" / "bundle.py"), "--machine", MACHINE, "--out", str(tmp_path)]
    subprocess.run(made, check=True, cwd=ROOT)
    (archive,) = tmp_path.glob("*.tar")
    subprocess.run(["sha256sum", "--check", f"{archive.name}.sha256"], check=True, cwd=tmp_path)  # noqa: S607
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    unpacked = archive.with_name(archive.name.removesuffix("-offline.tar"))
    assert named_in(unpacked) == []
    (tmp_path / "backups").mkdir()
    places = [str(tmp_path / name) for name in ("opt", "district.gpkg", "backups")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(
        [*WITHOUT_A_NETWORK, "sh", "-c", INSTALLED, "sh", *places],
        cwd=unpacked,
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "PYTHON": sys.executable},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout[done.stdout.index("{") :])
    assert [one for one in told["checks"] if one["verdict"] == "bad"] == []
    assert {one["check"] for one in told["checks"]} >= {"assets", "kernels", "tiles", "database", "backup"}


def named_in(unpacked: Path) -> list[str]:
    """Files of ours in the bundle that name a registry's host or a path of the machine that made it."""
    wrong = []
    paths = [path for path in unpacked.rglob("*") if path.is_file() and path.suffix != ".whl"]
    texts = [(str(path.relative_to(unpacked)), path.read_bytes()) for path in paths]
    (own,) = unpacked.glob("wheels/gridgis-*.whl")
    with zipfile.ZipFile(own) as opened:
        texts += [(name, opened.read(name)) for name in opened.namelist() if "/vendor/" not in name]
    for name, text in texts:
        if ELSEWHERE.search(text) or str(ROOT).encode() in text:
            wrong.append(name)
    return wrong
