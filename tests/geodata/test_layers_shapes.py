"""Shapes are checked feature by feature and never silently repaired."""

from __future__ import annotations

import math
import sqlite3
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import shapely

from geodata.shapes import _CODES
from geodata.source import SourceTable
from geodata.sources import read_source
from maps.words import LANGUAGES, Words
from tests.fakes.office_files import (
    BOW_TIE,
    SQUARE,
    Ring,
    features,
    in_degrees,
    in_metres,
    point,
    polygon,
    write_geojson,
    write_raw_shapefile,
)


def read(path: Path) -> SourceTable:
    (table,) = read_source(path)
    return table


def shape(*rings: Ring) -> dict[str, Any]:
    return polygon(*(in_degrees(ring) for ring in rings))


def box(low: float, high: float) -> Ring:
    return [(low, low), (high, low), (high, high), (low, high), (low, low)]


HOURGLASS = [(0, 0), (50, 50), (100, 0), (100, 100), (50, 50), (0, 100), (0, 0)]
WRONG: Mapping[str, tuple[dict[str, Any], str | None]] = {
    "geometry.unclosed": (shape(SQUARE[:-1]), "120, 32.5"),
    "geometry.crossing": (shape(BOW_TIE), "120.0005, 32.5005"),
    "geometry.touching": (shape(HOURGLASS), "120.0005, 32.5005"),
    "geometry.hole_outside": (shape(SQUARE, box(200, 300)), None),
    "geometry.holes_nested": (shape(SQUARE, box(10, 90), box(20, 80)), None),
    "geometry.parts_nested": (
        {"type": "MultiPolygon", "coordinates": [shape(SQUARE)["coordinates"], shape(box(20, 80))["coordinates"]]},
        None,
    ),
    "geometry.cut_in_two": (shape(SQUARE, [(0, 50), (50, 100), (100, 50), (50, 0), (0, 50)]), None),
    "geometry.too_few_points": ({"type": "LineString", "coordinates": [[120, 32], [120, 32]]}, "120, 32"),
    "geometry.mixed": ({"type": "GeometryCollection", "geometries": [shape(SQUARE), point(120, 32)]}, None),
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_shape_is_set_aside_with_its_feature_and_place(tmp_path: Path, code: str) -> None:
    wrong, place = WRONG[code]
    table = read(write_geojson(tmp_path / "a.geojson", [shape(SQUARE), wrong, shape(SQUARE)]))
    assert [row.number for row in table.rows] == [1, 3]
    (fault,) = table.faults
    assert (fault.code, fault.row) == (code, 2)
    if place is not None:
        assert fault.fields["place"] == place
    assert table.set_aside is not None
    assert table.set_aside[2].values == {"编码": "002"}


def test_the_place_is_told_in_degrees_where_the_file_has_metres(tmp_path: Path) -> None:
    shapes = [polygon(in_metres()), polygon(in_metres(BOW_TIE)), polygon(in_metres(SQUARE[:-1]))]
    table = read(write_geojson(tmp_path / "a.geojson", shapes, crs="EPSG:4549"))
    places = [tuple(map(float, fault.fields["place"].split(", "))) for fault in table.faults]
    assert places[0] == pytest.approx((120.000532, 32.524816), abs=1e-6)
    assert places[1] == pytest.approx((120.0, 32.524365), abs=1e-6)


def test_wrong_rings_of_a_shapefile_are_set_aside(tmp_path: Path) -> None:
    rings = [in_metres(), in_metres(BOW_TIE), in_metres(SQUARE[:-1]), in_metres()]
    table = read(write_raw_shapefile(tmp_path / "a.shp", rings))
    assert [row.number for row in table.rows] == [1, 4]
    assert [(fault.row, fault.code) for fault in table.faults] == [
        (2, "geometry.crossing"),
        (3, "geometry.unclosed"),
    ]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_coordinates_that_are_no_numbers_are_set_aside(tmp_path: Path, bad: float) -> None:
    path = tmp_path / "a.gpkg"
    features([shapely.box(120, 32, 121, 33)] * 2, "EPSG:4326").to_file(path)
    ring = struct.pack("<BIII", 1, 3, 1, 4) + struct.pack("<8d", 120, 32, bad, 32, 121, 33, 120, 32)
    with sqlite3.connect(path) as connection:
        for function in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            connection.create_function(function, 1, lambda _: 0)
        connection.execute("UPDATE a SET geom = ? WHERE fid = 2", (b"GP\0\x01" + struct.pack("<i", 4326) + ring,))
    connection.close()
    table = read(path)
    assert [(fault.row, fault.code) for fault in table.faults] == [(2, "geometry.not_finite")]


def test_points_that_follow_themselves_are_taken_out_and_told(tmp_path: Path) -> None:
    """The only repair: the form does not change."""
    doubled = [place for place in SQUARE[:-1] for _ in range(2)] + SQUARE[-1:]
    shapes = [shape(SQUARE), shape(doubled), {"type": "LineString", "coordinates": [[120, 32], [120, 32], [121, 32]]}]
    table = read(write_geojson(tmp_path / "a.geojson", shapes))
    assert [shapely.get_num_coordinates(row.geometry) for row in table.rows] == [5, 5, 2]
    (warning,) = table.warnings
    assert (warning.code, warning.fields) == ("layer.points_repeated", {"count": 2, "features": "2, 3"})


def test_collections_of_one_kind_become_multi_shapes(tmp_path: Path) -> None:
    inner = {"type": "GeometryCollection", "geometries": [shape(box(200, 300))]}
    shapes: list[dict[str, Any]] = [
        {"type": "GeometryCollection", "geometries": [shape(SQUARE), inner]},
        {"type": "GeometryCollection", "geometries": [shape(SQUARE)]},
        {"type": "GeometryCollection", "geometries": []},
    ]
    table = read(write_geojson(tmp_path / "a.geojson", shapes))
    kinds = [row.geometry.geom_type if row.geometry else None for row in table.rows]
    assert kinds == ["MultiPolygon", "Polygon", None]


def test_a_valid_shape_is_kept_as_it_is(tmp_path: Path) -> None:
    with_hole = shape(SQUARE, box(20, 80))
    (row,) = read(write_geojson(tmp_path / "a.geojson", [with_hole])).rows
    assert row.geometry is not None
    assert row.geometry.equals_exact(shapely.geometry.shape(with_hole), 1e-12)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_of_being_invalid_has_words(language: str) -> None:
    words = Words.load(language)
    codes = {*_CODES.values(), *WRONG, "geometry.coordinates", "geometry.unreadable", "geometry.invalid"}
    keys = {f"errors.{code}.{part}" for code in codes for part in ("what", "mend")}
    assert sorted(key for key in keys if key not in words) == []
