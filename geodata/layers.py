"""Make a source table of a vector layer: texts of its fields, shapes in longitude and latitude, faults by feature."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from geodata.crs import Crs, parse_crs
from geodata.file_kinds import FileKind
from geodata.gdal_layers import feature_count, layer_name, read_gdal, to_raw_layer
from geodata.geopackages import read_geopackage
from geodata.kml import read_kml
from geodata.raw_layer import RawLayer, choose_layer
from geodata.shapefiles import read_shapefile
from geodata.shapes import PlacedShapes, place_shapes
from geodata.source import SourceRow, SourceTable
from geodata.text_encoding import decode_text
from gridgis.errors import Fault, Unreadable

_CRS_MEMBER = re.compile(r'"crs"\s*:\s*\{[^{}]*\{\s*"name"\s*:\s*"([^"]+)"')
_FEATURES_SHOWN = 5


def read_layer(path: Path, kind: FileKind, *, sha256: str, layer: str | None, crs: str | None) -> SourceTable:
    """The features of a layer.

    Args:
        path: The file.
        kind: What it is.
        sha256: Of its bytes.
        layer: Name; needed where there are several.
        crs: System that a person names, before that of the file.

    Raises:
        InvalidValue: ``crs.unknown``, ``crs.unusable``.
        Unreadable: ``layer.which``, ``layer.unknown``, ``layer.none``, ``layer.empty``, ``layer.crs_missing``,
            ``file.truncated``, ``file.damaged``, those of the format, and those of `check_positions`.
    """
    named = parse_crs(crs) if crs else None
    raw = _read(path, kind, layer)
    if not raw.size:
        raise Unreadable("layer.empty", file=path.name, layer=raw.name or path.stem)
    if raw.shapes is None:
        return _table(raw, file=path.name, sha256=sha256, crs="", placed=None)
    declared = parse_crs(raw.crs) if raw.crs else None
    used = named or declared
    if used is None:
        raise Unreadable("layer.crs_missing", file=path.name, layer=raw.name or path.stem)
    placed = place_shapes(raw.shapes, used, broken=raw.broken, file=path.name, layer=raw.name or path.stem)
    told = [*raw.warnings, *_about_crs(used, declared), *_about_shapes(placed)]
    return _table(replace(raw, warnings=told), file=path.name, sha256=sha256, crs=used.name, placed=placed)


def _read(path: Path, kind: FileKind, layer: str | None) -> RawLayer:
    if kind is FileKind.GEOPACKAGE:
        return read_geopackage(path, layer=layer)
    if kind is FileKind.SHAPEFILE:
        return read_shapefile(path, layer=layer)
    if kind is FileKind.KML:
        return read_kml(path, layer=layer)
    if kind is FileKind.GEOJSON:
        return _read_geojson(path, layer)
    if kind is FileKind.FLATGEOBUF:
        return _read_flatgeobuf(path, layer)
    name = layer_name(path, layer)
    return to_raw_layer(read_gdal(path, file=path.name, layer=name), name)


def _read_flatgeobuf(path: Path, layer: str | None) -> RawLayer:
    """A FlatGeobuf file; GDAL says nothing of one that ends between two features, or within its header."""
    try:
        name = layer_name(path, layer)
    except Unreadable as error:
        raise Unreadable("file.truncated" if error.code == "layer.none" else error.code, **error.fields) from error
    raw = to_raw_layer(read_gdal(path, file=path.name, layer=name), "")
    if raw.size < feature_count(path, name):
        raise Unreadable("file.truncated", file=path.name)
    return raw


def _read_geojson(path: Path, layer: str | None) -> RawLayer:
    """A GeoJSON file in any encoding; GDAL takes a system it does not know for WGS84, so the name is read here."""
    choose_layer([path.stem], layer, path.name)
    text = decode_text(path.read_bytes(), path.name)
    if not text.rstrip("\0 \t\r\n").endswith(("}", "]")):
        raise Unreadable("file.truncated", file=path.name)
    raw = to_raw_layer(read_gdal(text.encode(), file=path.name, layer=None), "")
    member = _CRS_MEMBER.search(text)
    return replace(raw, crs=member[1]) if member else raw


def _about_crs(used: Crs, declared: Crs | None) -> list[Fault]:
    told = []
    if declared is not None and declared.name != used.name:
        told.append(Fault("layer.crs_overridden", {"declared": declared.name, "crs": used.name}))
    if not used.exact:
        told.append(Fault("layer.crs_inexact", {"crs": used.name}))
    return told


def _about_shapes(placed: PlacedShapes) -> list[Fault]:
    told = []
    missing = [number for number, shape in enumerate(placed.shapes, start=1) if shape is None]
    without = [number for number in missing if number not in placed.faults]
    for code, numbers in (("layer.without_shape", without), ("layer.points_repeated", placed.repeated)):
        if numbers:
            more = "…" if len(numbers) > _FEATURES_SHOWN else ""
            features = ", ".join(map(str, numbers[:_FEATURES_SHOWN])) + more
            told.append(Fault(code, {"count": len(numbers), "features": features}))
    return told


def _table(raw: RawLayer, *, file: str, sha256: str, crs: str, placed: PlacedShapes | None) -> SourceTable:
    shapes = [None] * raw.size if placed is None else placed.shapes.tolist()
    found = placed.faults if placed else {}
    texts = zip(*raw.columns, strict=True) if raw.columns else [()] * raw.size
    rows = [
        SourceRow(number, dict(zip(raw.headings, values, strict=True)), shape)
        for number, (values, shape) in enumerate(zip(texts, shapes, strict=True), start=1)
    ]
    return SourceTable(
        file,
        sha256,
        raw.name,
        raw.headings,
        tuple(row for row in rows if row.number not in found) if found else tuple(rows),
        crs,
        faults=tuple(replace(found[number], sheet=raw.name, row=number) for number in sorted(found)),
        set_aside={number: rows[number - 1] for number in sorted(found)},
        warnings=tuple(replace(fault, sheet=raw.name) for fault in raw.warnings),
        damaged=tuple(
            replace(fault, sheet=raw.name, row=number, column=raw.headings[at]) for number, at, fault in raw.damaged
        ),
    )
