"""Tell what a file is by its content; its name decides only where the content can't."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from geodata.archives import data_files, open_archive
from geodata.workbook_parts import workbook_part
from gridgis.errors import Unreadable


class FileKind(StrEnum):
    """What `geodata.sources.read_source` reads, by the part that reads it."""

    DELIMITED = "delimited"
    WORKBOOK = "workbook"
    GEOPACKAGE = "geopackage"
    GEOJSON = "geojson"
    SHAPEFILE = "shapefile"
    KML = "kml"
    FLATGEOBUF = "flatgeobuf"
    GEODATABASE = "geodatabase"
    ARCHIVE = "archive"


_HEAD_BYTES = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READ = (
    (b"SQLite format 3\0", FileKind.GEOPACKAGE),
    (b"fgb\x03fgb", FileKind.FLATGEOBUF),
    (b"\0\0\x27\x0a", FileKind.SHAPEFILE),
)
_NOT_READ = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
)
_OSM_PACKED = b"OSMHeader"
_OSM = re.compile(rb"<(?:\w+:)?osm[\s>]")
_WEB_PAGE = re.compile(
    rb"<html[\s>]|<table[\s>]|<!doctype html|schemas-microsoft-com:office:spreadsheet", re.IGNORECASE
)
_KML = re.compile(rb"<(?:\w+:)?kml[\s>]", re.IGNORECASE)
_NEVER_TEXT = frozenset({".xlsx", ".xlsm", ".gpkg", ".shp", ".kml", ".kmz", ".fgb", ".zip", ".geojson"})
_SHAPEFILE_PARTS = frozenset({".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx"})


def main_part(path: Path) -> Path:
    """The .shp of a Shapefile when another part of it is named, any other path as it is."""
    if path.suffix.lower() not in _SHAPEFILE_PARTS:
        return path
    beside = (path.with_suffix(ending) for ending in (".shp", ".SHP"))
    return next((shp for shp in beside if shp.exists()), path)


def file_kind(path: Path) -> FileKind:
    """What a file is.

    Raises:
        Unreadable: ``file.missing``, ``file.folder``, ``file.empty``, ``file.truncated``, ``file.foreign`` (a picture,
            a PDF …), ``file.unknown``, ``file.not_as_named``, ``file.osm``, ``file.html``, ``shapefile.part``,
            ``workbook.old``, ``workbook.locked``, ``workbook.binary``, ``archive.nothing`` and the others of
            `open_archive`.
    """
    if path.is_dir():
        if next(path.glob("*.gdbtable"), None) is not None:
            return FileKind.GEODATABASE
        raise Unreadable("file.folder", file=path.name)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise Unreadable("file.missing", file=path.name, reason=error.strerror or str(error)) from error
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unreadable("file.empty", file=path.name)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    if head.startswith(_OLE):
        raise _ole_fault(path)
    return next((kind for magic, kind in _READ if head.startswith(magic)), None) or _text_kind(path, head)


def _text_kind(path: Path, head: bytes) -> FileKind:
    foreign = next((name for magic, name in _NOT_READ if head.startswith(magic)), "")
    if foreign:
        raise Unreadable("file.foreign", file=path.name, kind=foreign)
    if _OSM_PACKED in head[:64]:
        raise Unreadable("file.osm", file=path.name)
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x1e")  # UTF-16 too
    if text.startswith(b"<"):
        return _markup_kind(path, text)
    if text.startswith((b"{", b"[")) and path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return FileKind.GEOJSON
    if path.suffix.lower() in _SHAPEFILE_PARTS:
        raise Unreadable("shapefile.part", file=path.name)
    if path.suffix.lower() in _NEVER_TEXT:
        raise Unreadable("file.not_as_named", file=path.name)
    return FileKind.DELIMITED


def _markup_kind(path: Path, text: bytes) -> FileKind:
    if _KML.search(text):
        return FileKind.KML
    found = [code for pattern, code in ((_OSM, "file.osm"), (_WEB_PAGE, "file.html")) if pattern.search(text)]
    raise Unreadable(found[0] if found else "file.unknown", file=path.name)


def _zip_kind(path: Path) -> FileKind:
    with open_archive(path) as archive:
        names = archive.namelist()
    if workbook_part(names):
        return FileKind.WORKBOOK
    if "xl/workbook.bin" in names:
        raise Unreadable("workbook.binary", file=path.name)
    if "content.xml" in names and "mimetype" in names:
        raise Unreadable("file.foreign", file=path.name, kind="OpenDocument")
    if "word/document.xml" in names:
        raise Unreadable("file.foreign", file=path.name, kind="DOCX")
    if data_files(names):
        return FileKind.ARCHIVE
    raise Unreadable("archive.nothing", file=path.name)


def _ole_fault(path: Path) -> Unreadable:
    """Why a compound file of old Office programs, or one that a password locks, can't be read."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Unreadable("workbook.locked", file=path.name)
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return Unreadable("workbook.old", file=path.name)
    return Unreadable("file.foreign", file=path.name, kind="DOC")
