#!/usr/bin/env python3
"""Make one archive that installs GridGIS where there is no network: ``tools/bundle.py [--machine x86_64]``.

It holds the wheel of GridGIS with the pages' libraries in it, wheels of everything it needs as locked (for CPython 3.11
and glibc 2.28, as on Kylin V10, for x86_64 and aarch64), checksums, an installer, files for the system and how-tos.
Nothing is built for another machine: what has no wheel there can't be needed, only an extra. One clone, one archive.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from vendor import sums, vendor

ROOT = Path(__file__).resolve().parent.parent
MACHINES = ("x86_64", "aarch64")
PYTHON = "3.11"
GLIBC_MINOR = 28
OLD_PLATFORMS = ("manylinux2014", "manylinux2010", "manylinux1")
DEVELOPERS = "dev"
COPIED = ("LICENSE", "NOTICE", "CHANGELOG.md")
HOW_TOS = ("install-on-an-intranet", "upgrade", "back-up", "https", "publish-to-phones")
EXECUTABLE = {"install.sh"}


def platforms(machine: str) -> tuple[str, ...]:
    """Platform tags of wheels that run on a machine with glibc 2.28, the newest first."""
    newer = (f"manylinux_2_{minor}" for minor in range(GLIBC_MINOR, 4, -1))
    return tuple(f"{name}_{machine}" for name in (*newer, *OLD_PLATFORMS))


def environment(machine: str) -> Mapping[str, str]:
    """What markers of requirements are told of the machine that the bundle is for."""
    return {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{PYTHON}.0",
        "python_version": PYTHON,
        "sys_platform": "linux",
    }


def needed(requirements: Iterable[str], extras: Iterable[str], machine: str) -> frozenset[str]:
    """Names of everything that some requirements, with some extras, need on a machine.

    The environment that runs this was made from the lock, and so knows what each package needs in the lock's version.
    """
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), extra) for text in requirements for extra in ("", *extras)]
    while waiting:
        requirement, asked_by = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({**environment(machine), "extra": asked_by}):
            continue
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(Requirement(text), extra) for text in metadata.requires(name) or []]
    return frozenset(name for name, _ in seen)


def locked(lock: str, names: frozenset[str], machine: str) -> str:
    """The part of a lock that pins some packages for a machine, with its hashes.

    Raises:
        SystemExit: When a package is not in the lock.
    """
    kept: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", lock):
        pinned = re.match(r"([A-Za-z0-9._-]+)==[^\s;\\]+(?:\s*;\s*([^\\\n]+))?", block)
        if pinned and (name := canonicalize_name(pinned[1])) in names:
            marker = (pinned[2] or "").strip()
            if not marker or Marker(marker).evaluate({**environment(machine), "extra": ""}):
                kept[name] = block.rstrip()
    missing = sorted(names - kept.keys())
    if missing:
        sys.exit(f"not in requirements.lock: {', '.join(missing)}")
    return "\n".join(kept[name] for name in sorted(kept)) + "\n"


def pip(*arguments: str) -> None:
    """Run pip of the environment that runs this."""
    subprocess.run([sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", *arguments], check=True)


def build_wheel(folder: Path) -> Path:
    """The wheel of GridGIS, with the pages' libraries.

    Raises:
        SystemExit: When they are not in it.
    """
    vendor(ROOT)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("gridgis-*.whl")
    if b"maps/web/vendor/SHA256SUMS" not in wheel.read_bytes():
        sys.exit("the wheel lacks maps/web/vendor")
    return wheel


def told_by(wheel: Path) -> tuple[list[str], list[str]]:
    """What a wheel requires, and its extras but that of developers."""
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(opened.read(name))
    return told.get_all("Requires-Dist", []), sorted(set(told.get_all("Provides-Extra", [])) - {DEVELOPERS})


def download(machine: str, requirements: str, folder: Path) -> None:
    """Fetch the wheels of a machine, each checked against its hash in the lock."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write(requirements)
        listed.flush()
        wanted = ("--python-version", PYTHON, "--implementation", "cp", "--abi", f"cp{PYTHON.replace('.', '')}")
        wanted += ("--abi", "abi3", "--abi", "none")
        for platform in platforms(machine):
            wanted += ("--platform", platform)
        pip(
            *("download", "--no-deps", "--only-binary=:all:", "--require-hashes"),
            *(*wanted, "--requirement", listed.name, "--dest", str(folder)),
        )


def fill(folder: Path, machines: Iterable[str]) -> str:
    """Put everything that the archive holds into a folder; the version of GridGIS."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    wheel = build_wheel(wheels)
    version = wheel.name.split("-")[1]
    requirements, extras = told_by(wheel)
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for machine in machines:
        download(machine, locked(lock, needed(requirements, extras, machine), machine), wheels / machine)
        for path in sorted((wheels / machine).glob("*-none-any.whl")):
            path.replace(wheels / path.name)
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "packaging", folder / "packaging", ignore=shutil.ignore_patterns("bundle"))
    for path in (ROOT / "packaging" / "bundle").iterdir():
        shutil.copy(path, folder / path.name)
    (folder / "docs").mkdir()
    for name in HOW_TOS:
        shutil.copy(ROOT / "docs" / "how-to" / f"{name}.md", folder / "docs" / f"{name}.md")
    wanted = f"gridgis[{','.join(extras)}]" if extras else "gridgis"
    (folder / "VERSION").write_text(f"{version}\n", "utf-8")
    (folder / "REQUIREMENT").write_text(f"{wanted}=={version}\n", "utf-8")
    (folder / "SHA256SUMS").write_text("".join(sums(folder)), "utf-8")
    return version


def pack(folder: Path, archive: Path, changed_at: int) -> None:
    """Put a folder into an archive that depends on nothing but its files; wheels are packed already."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = changed_at
        name = Path(member.name).name
        member.mode = 0o755 if member.isdir() or name in EXECUTABLE else 0o644
        return member

    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as packed:
        packed.add(folder, arcname=folder.name, recursive=False, filter=plain)
        for path in sorted(folder.rglob("*")):
            packed.add(path, arcname=str(Path(folder.name) / path.relative_to(folder)), recursive=False, filter=plain)


def committed_at() -> int:
    """When the newest commit was made, the date of every file in the archive."""
    asked = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def make(out: Path, machines: Iterable[str]) -> Path:
    """Make the archive in a folder, and its checksum beside it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "made"
        folder.mkdir()
        version = fill(folder, machines)
        named = folder.rename(folder.with_name(f"gridgis-{version}"))
        archive = out / f"gridgis-{version}-offline.tar"
        pack(named, archive, committed_at())
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n", "utf-8")
    return archive


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machine", action="append", choices=MACHINES, help="only for these; both by default")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the archive")
    arguments = parser.parse_args()
    archive = make(arguments.out, arguments.machine or MACHINES)
    sys.stdout.write(f"{archive} ({archive.stat().st_size / 1e6:.0f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
