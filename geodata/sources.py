"""Read any office's file into source tables; what a file is decides its content first, its name second."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from geodata.archives import unpacked
from geodata.file_kinds import FileKind, file_kind, main_part
from geodata.progress import NoProgress, Progress
from geodata.source import SourceTable
from gridgis.errors import Fault, Unreadable


def read_source(
    path: Path | str, *, layer: str | None = None, crs: str | None = None, progress: Progress | None = None
) -> tuple[SourceTable, ...]:
    """The tables of a file: one for each sheet that holds rows, or one layer.

    Args:
        path: CSV, TSV, XLSX, GeoPackage, GeoJSON, Shapefile, KML, KMZ, FlatGeobuf, file geodatabase, or a ZIP archive
            of one of them.
        layer: Sheet or layer to read; needed where a file has several layers.
        crs: System of a layer's coordinates, before what the file says. Tables take no notice of it.
        progress: Told of the work.

    Raises:
        InvalidValue: ``crs.unknown``, ``crs.unusable``.
        Unreadable: ``file.…`` when it can't be read as what it is, ``table.…``, ``layer.…``, ``workbook.…``,
            ``shapefile.…``, ``archive.…``.
    """
    path = main_part(Path(path))
    told = progress or NoProgress()
    kind = file_kind(path)
    told.start("progress.source.read", None)
    try:
        if kind is FileKind.ARCHIVE:
            with unpacked(path, layer) as inner:
                alone = layer is not None and layer == inner.stem
                tables = read_source(inner, layer=None if alone else layer, crs=crs, progress=told)
            sha256 = _sha256(path)
            return tuple(replace(table, file=path.name, sha256=sha256) for table in tables)
        sha256 = _sha256(path)
        if kind in {FileKind.DELIMITED, FileKind.WORKBOOK}:
            return _tables(path, kind, sha256, layer, told)
        from geodata.layers import read_layer

        return (read_layer(path, kind, sha256=sha256, layer=layer, crs=crs),)
    finally:
        told.finish()


def _tables(path: Path, kind: FileKind, sha256: str, layer: str | None, progress: Progress) -> tuple[SourceTable, ...]:
    """The sheets that hold rows."""
    from geodata.delimited import read_delimited
    from geodata.tables import to_table
    from geodata.workbooks import read_workbook

    told: list[Fault] = []
    if kind is FileKind.WORKBOOK:
        sheets, told = read_workbook(path, layer=layer, progress=progress)
    elif layer in {None, path.stem}:
        sheets = [read_delimited(path.read_bytes(), path.name)]
    else:
        raise Unreadable("layer.unknown", file=path.name, value=layer, known=path.stem)
    tables = [to_table(sheet, file=path.name, sha256=sha256) for sheet in sheets]
    filled = [table for table in tables if table.rows or table.faults]
    if not filled:
        raise Unreadable("table.empty", file=path.name)
    return replace(filled[0], warnings=(*filled[0].warnings, *told)), *filled[1:]


def source_parts(path: Path) -> dict[str, Path]:
    """The files that a source is made of, by their names in its folder: several of a Shapefile or a geodatabase."""
    main = main_part(path)
    if main.is_dir():
        return {f"{main.name}/{part.name}": part for part in sorted(main.iterdir())}
    if main.suffix.lower() == ".shp":
        from geodata.shapefiles import shapefile_parts

        return {part.name: part for part in shapefile_parts(main).values()}
    return {main.name: main}


def _sha256(path: Path) -> str:
    """Of the file, or of all the parts of what is several files."""
    digest = hashlib.sha256()
    for part in source_parts(path).values():
        with part.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
