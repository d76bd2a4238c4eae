"""Read any office's file into source tables; what a file is decides its content first, its name second."""

from __future__ import annotations

import hashlib
from pathlib import Path

from geodata.crs import parse_crs
from geodata.progress import NoProgress, Progress
from geodata.source import SourceTable
from gridgis.errors import Unreadable


def read_source(
    path: Path | str, *, layer: str | None = None, crs: str | None = None, progress: Progress | None = None
) -> tuple[SourceTable, ...]:
    """The tables of a file: one for each sheet that holds something, or one layer.

    Args:
        path: CSV, TSV, XLSX, GeoPackage, GeoJSON, Shapefile, KML, KMZ, FlatGeobuf.
        layer: Sheet or layer to read; needed where a file has several layers.
        crs: System of a layer's coordinates, against what the file says. Tables ignore it.
        progress: Told of the work.
    """
    path = Path(path)
    progress = progress or NoProgress()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable("file.missing", file=path.name, reason=error.strerror or str(error)) from error
    if not data.strip():
        raise Unreadable("file.empty", file=path.name)
    sha256 = hashlib.sha256(data).hexdigest()
    progress.start("progress.source.read", None)
    try:
        if path.suffix.lower() in {".csv", ".tsv", ".txt", ".xlsx"}:
            return _tables(path, data, sha256, layer)
        from geodata.layers import read_layer

        return (read_layer(path, sha256=sha256, layer=layer, crs=parse_crs(crs) if crs else None),)
    finally:
        progress.finish()


def _tables(path: Path, data: bytes, sha256: str, layer: str | None) -> tuple[SourceTable, ...]:
    from geodata.delimited import read_delimited
    from geodata.tables import to_table
    from geodata.workbooks import read_workbook

    sheets = read_workbook(data, path.name) if data.startswith(b"PK") else [read_delimited(data, path.name)]
    tables = tuple(to_table(sheet, file=path.name, sha256=sha256) for sheet in sheets)
    found = tuple(table for table in tables if table.headings and layer in {None, table.sheet})
    if not found:
        raise Unreadable("layer.unknown", file=path.name, value=layer or "", known=", ".join(s.name for s in sheets))
    return found
