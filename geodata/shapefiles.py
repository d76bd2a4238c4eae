"""Read Shapefiles: all parts there and whole, names and values in the encoding they really have.

The .cpg part names the encoding, where it is there and right. Old programs in China write GBK and no .cpg, or name
another one; so what the bytes show goes before what is said of them.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from geodata.gdal_layers import BYTES_AS_TEXT, GdalLayer, read_gdal, to_raw_layer
from geodata.raw_layer import RawLayer, choose_layer
from geodata.text_encoding import codec, encoding_of
from gridgis.errors import Fault, Unreadable

_NEEDED = (".shp", ".shx", ".dbf")
_PARTS = (*_NEEDED, ".prj", ".cpg")
_SHP_HEADER_BYTES, _SHX_RECORD_BYTES, _DBF_HEADER_BYTES = 100, 8, 32
_DBF_ENCODING_AT = 29
_DBF_ENCODINGS = {0x4D: "936", 0x7A: "936", 0x4F: "950", 0x78: "950"}  # the others are often wrong


def shapefile_parts(path: Path) -> Mapping[str, Path]:
    """The parts of a Shapefile by their ending in small letters."""
    return {
        part.suffix.lower(): part
        for part in sorted(path.parent.iterdir())
        if part.stem == path.stem and part.suffix.lower() in _PARTS
    }


def read_shapefile(path: Path, *, layer: str | None) -> RawLayer:
    """The layer of a Shapefile.

    Raises:
        Unreadable: ``shapefile.incomplete``, ``shapefile.counts`` when parts are of different files,
            ``file.truncated``, ``file.damaged``, ``layer.unknown``.
    """
    choose_layer([path.stem], layer, path.name)
    parts = shapefile_parts(path)
    missing = [ending for ending in _NEEDED if ending not in parts]
    if missing:
        raise Unreadable("shapefile.incomplete", file=path.name, missing=", ".join(missing))
    _check_sizes(parts, path.name)
    read = read_gdal(path, file=path.name, layer=None, encoding=BYTES_AS_TEXT)
    return _decoded(read, _named_encoding(parts), path.name)


def _check_sizes(parts: Mapping[str, Path], file: str) -> None:
    """Compare what the headers promise with what is there; GDAL gives empty shapes for those that are cut off."""
    sizes = {ending: part.stat().st_size for ending, part in parts.items()}
    with parts[".shp"].open("rb") as shp, parts[".dbf"].open("rb") as dbf:
        shp_header, dbf_header = shp.read(_SHP_HEADER_BYTES), dbf.read(_DBF_HEADER_BYTES)
    if len(shp_header) < _SHP_HEADER_BYTES or len(dbf_header) < _DBF_HEADER_BYTES:
        raise Unreadable("file.truncated", file=file)
    (words,) = struct.unpack(">i", shp_header[24:28])
    rows, header_bytes, row_bytes = struct.unpack("<IHH", dbf_header[4:12])
    if sizes[".shp"] < 2 * words or sizes[".dbf"] < header_bytes + rows * row_bytes:
        raise Unreadable("file.truncated", file=file)
    shapes = (sizes[".shx"] - _SHP_HEADER_BYTES) // _SHX_RECORD_BYTES
    if shapes != rows:
        raise Unreadable("shapefile.counts", file=file, shapes=shapes, rows=rows)


def _named_encoding(parts: Mapping[str, Path]) -> str:
    """The encoding that the .cpg or the .dbf names, '' for none that is known."""
    named = codec(parts[".cpg"].read_text("ascii", errors="replace")) if ".cpg" in parts else ""
    with parts[".dbf"].open("rb") as dbf:
        mark = dbf.read(_DBF_HEADER_BYTES)[_DBF_ENCODING_AT]
    return named or codec(_DBF_ENCODINGS.get(mark, ""))


def _decoded(read: GdalLayer, named: str, file: str) -> RawLayer:
    """The layer with its texts decoded; a value cut inside its last character is told."""
    values = {text for column in read.columns if column.dtype.kind == "O" for text in column if isinstance(text, str)}
    texts = [text.encode(BYTES_AS_TEXT) for text in {*values, *read.fields}]
    encoding, guessed = encoding_of(texts, named, file)
    damaged: list[tuple[int, int, Fault]] = []
    columns = []
    for at, column in enumerate(read.columns):
        if column.dtype.kind != "O":
            columns.append(column)
            continue
        decoded = np.array([_decode(text, encoding) for text in column], dtype=object)
        damaged += [
            (number, at, Fault("table.text_damaged", {"encoding": encoding}, value=text))
            for number, text in enumerate(decoded, start=1)
            if isinstance(text, str) and "\ufffd" in text
        ]
        columns.append(decoded)
    fields = tuple((_decode(name, encoding) or "").rstrip("\ufffd") for name in read.fields)
    layer = to_raw_layer(replace(read, fields=fields, columns=columns), "")
    told = [Fault("table.encoding_guessed", {"encoding": encoding})] if guessed else []
    if named and named != encoding:
        told.append(Fault("shapefile.encoding", {"named": named, "encoding": encoding}))
    return replace(layer, damaged=[*layer.damaged, *damaged], warnings=[*layer.warnings, *told])


def _decode(text: object, encoding: str) -> str | None:
    return text.encode(BYTES_AS_TEXT).decode(encoding, errors="replace") if isinstance(text, str) else None
