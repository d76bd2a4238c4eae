"""Read GeoPackages without touching a database that may be in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.gdal_layers import layer_name, read_gdal, to_raw_layer
from geodata.raw_layer import RawLayer
from gridgis.errors import Unreadable

_HEADER_BYTES = 100
_WRITE_AHEAD = 2
_LARGEST_PAGE = 1  # stands for 65,536


def read_geopackage(path: Path, *, layer: str | None) -> RawLayer:
    """A layer of a GeoPackage or another SQLite file that GDAL knows.

    Raises:
        Unreadable: ``file.truncated``, ``file.damaged``, and those of `layer_name`.
    """
    with path.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
    _check_size(path, header)
    if len(header) == _HEADER_BYTES and _WRITE_AHEAD in header[18:20]:
        with _copied(path) as copy:
            return _read(copy, layer)
    return _read(path, layer)


def _read(path: Path, layer: str | None) -> RawLayer:
    name = layer_name(path, layer)
    return to_raw_layer(read_gdal(path, file=path.name, layer=name), name)


def _check_size(path: Path, header: bytes) -> None:
    """Compare the pages that the header counts with what is there; GDAL may stop early and say nothing."""
    page_bytes = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    counted = header[24:28] == header[92:96]  # else written by a program that does not keep the count
    page_bytes = 1 << 16 if page_bytes == _LARGEST_PAGE else page_bytes
    if len(header) < _HEADER_BYTES or (counted and path.stat().st_size < page_bytes * pages):
        raise Unreadable("file.truncated", file=path.name)


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """A copy of a file with a write-ahead log, such as a GridGIS database.

    GDAL has its own SQLite, which would drop the locks of whoever in this process uses the file.

    Raises:
        Unreadable: ``file.damaged``.
    """
    with TemporaryDirectory(prefix="gridgis-") as folder:
        copy = Path(folder, path.name)
        try:
            with (
                closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise Unreadable("file.damaged", file=path.name, reason=str(error)) from error
        yield copy
