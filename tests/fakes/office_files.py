"""Files as offices send them, good and bad, written for tests."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import shapely
from shapely.geometry.base import BaseGeometry

EAST, NORTH = 500_000.0, 3_600_000.0  # of EPSG:4549: 120° E, 32.52° N
LON, LAT = 120.0, 32.524364918
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
BOW_TIE = [(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)]
Ring = Sequence[tuple[float, float]]


def in_metres(ring: Ring = SQUARE) -> list[tuple[float, float]]:
    """A ring of metres from a corner of the district, in EPSG:4549."""
    return [(EAST + x, NORTH + y) for x, y in ring]


def in_degrees(ring: Ring = SQUARE) -> list[tuple[float, float]]:
    """A ring at the same corner in longitude and latitude, a metre taken as 1e-5 degrees."""
    return [(120 + x / 1e5, 32.5 + y / 1e5) for x, y in ring]


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text file in an encoding."""
    path.write_bytes(text.encode(encoding))
    return path


def write_workbook(
    path: Path, rows: Iterable[Sequence[Any]], *, merged: Sequence[str] = (), name: str = "台账"
) -> Path:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for reference in merged:
        sheet.merge_cells(reference)
    book.save(path)
    return path


def change_part(path: Path, part: str, *changes: tuple[str, str]) -> Path:
    """A packed file with texts in one of its parts replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[part].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    parts[part] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def write_cells(path: Path, cells: str) -> Path:
    """A workbook whose rows below a heading row (编码, 名称) are given as XML."""
    write_workbook(path, [("编码", "名称")], name="台账")
    return change_part(path, "xl/worksheets/sheet1.xml", ("</sheetData>", f"{cells}</sheetData>"))


def write_geojson(
    path: Path,
    geometries: Sequence[Mapping[str, Any] | None],
    properties: Sequence[Mapping[str, Any]] = (),
    *,
    crs: str | None = None,
    encoding: str = "utf-8",
) -> Path:
    """A GeoJSON file; each feature has a 编码 unless properties are given."""
    told = [*properties, *({"编码": f"{at:03}"} for at in range(len(properties) + 1, len(geometries) + 1))]
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if crs is not None:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    collection["features"] = [
        {"type": "Feature", "properties": said, "geometry": geometry}
        for geometry, said in zip(geometries, told, strict=True)
    ]
    path.write_bytes(json.dumps(collection, ensure_ascii=False).encode(encoding))
    return path


def polygon(*rings: Ring) -> dict[str, Any]:
    """A GeoJSON polygon, its rings as given."""
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in rings]}


def point(x: float, y: float) -> dict[str, Any]:
    """A GeoJSON point."""
    return {"type": "Point", "coordinates": [x, y]}


def features(
    shapes: Sequence[BaseGeometry | None], crs: str | None = "EPSG:4549", **columns: Sequence[Any]
) -> gpd.GeoDataFrame:
    """A layer of shapes; each feature has a 编码 unless columns are given."""
    told = columns or {"编码": [f"{at:03}" for at in range(1, len(shapes) + 1)]}
    return gpd.GeoDataFrame(told, geometry=np.array(shapes, dtype=object), crs=crs)


def squares(count: int = 2) -> list[BaseGeometry]:
    """Squares of 100 m side by side, in EPSG:4549."""
    return [shapely.box(EAST + 100 * at, NORTH, EAST + 100 * at + 100, NORTH + 100) for at in range(count)]


def write_shapefile(
    path: Path, frame: gpd.GeoDataFrame, encoding: str = "GB18030", *, named: str | None = None
) -> Path:
    """A Shapefile in an encoding; its .cpg says something else, or is left out ('')."""
    frame.to_file(path, encoding=encoding)
    if named is not None:
        path.with_suffix(".cpg").unlink()
    if named:
        path.with_suffix(".cpg").write_text(named)
    return path


def write_raw_shapefile(path: Path, rings: Sequence[Ring]) -> Path:
    """A Shapefile of polygons whose rings are written as they are, in EPSG:4549."""
    write_shapefile(path, features(squares(len(rings))))
    records, index, at = b"", b"", 50
    for number, ring in enumerate(rings, start=1):
        xs, ys = zip(*ring, strict=True)
        box = struct.pack("<4d", min(xs), min(ys), max(xs), max(ys))
        points = b"".join(struct.pack("<2d", *point) for point in ring)
        content = struct.pack("<i", 5) + box + struct.pack("<3i", 1, len(ring), 0) + points
        records += struct.pack(">2i", number, len(content) // 2) + content
        index += struct.pack(">2i", at, len(content) // 2)
        at += 4 + len(content) // 2
    for ending, body in ((".shp", records), (".shx", index)):
        header = bytearray(path.with_suffix(ending).read_bytes()[:100])
        header[24:28] = struct.pack(">i", 50 + len(body) // 2)
        path.with_suffix(ending).write_bytes(bytes(header) + body)
    return path


def zip_files(path: Path, *files: Path, folder: str = "") -> Path:
    """Files packed into an archive, in a folder of it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{folder}{file.name}")
    return path


def write_kml(path: Path, body: str, encoding: str = "utf-8") -> Path:
    """A KML file around placemarks or folders."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>姜堰</name>{body}</Document></kml>"
    )
    path.write_bytes(text.encode(encoding))
    return path


def placemark(name: str, shape: str, **data: str) -> str:
    """A placemark with data of its own."""
    told = "".join(f'<Data name="{key}"><value>{value}</value></Data>' for key, value in data.items())
    return f"<Placemark><name>{name}</name><ExtendedData>{told}</ExtendedData>{shape}</Placemark>"


def kml_point(lon: float = LON, lat: float = LAT) -> str:
    """A KML point."""
    return f"<Point><coordinates>{lon},{lat},3.5</coordinates></Point>"


def kml_polygon(ring: Ring) -> str:
    """A KML polygon, its ring as given."""
    places = " ".join(f"{lon},{lat}" for lon, lat in ring)
    boundary = f"<outerBoundaryIs><LinearRing><coordinates>{places}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Polygon>{boundary}</Polygon>"
