"""Vector files of every format become the same table; what is wrong with a file is told in words."""

from __future__ import annotations

import os
import sqlite3
import struct
import warnings
from collections.abc import Callable
from pathlib import Path

import pyogrio
import pytest
import shapely

from geodata.source import SourceTable
from geodata.sources import read_source
from gridgis.errors import InvalidValue, Unreadable
from tests.fakes.office_files import (
    LAT,
    LON,
    features,
    in_degrees,
    kml_point,
    kml_polygon,
    placemark,
    point,
    polygon,
    squares,
    write_geojson,
    write_kml,
    write_shapefile,
    zip_files,
)
from tests.fakes.stores import new_store

NAMES = ["罗塘街道", "三水街道"]


def read(path: Path, layer: str | None = None, crs: str | None = None) -> SourceTable:
    (table,) = read_source(path, layer=layer, crs=crs)
    return table


def refusal(path: Path, layer: str | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read_source(path, layer=layer)
    return refused.value


def to_gpkg(folder: Path) -> Path:
    features(squares(), 名称=NAMES).to_file(folder / "a.gpkg", layer="镇街")
    return folder / "a.gpkg"


def to_geojson(folder: Path) -> Path:
    shapes = features(squares(), 名称=NAMES).to_crs(4490).geometry
    told = [{"名称": name} for name in NAMES]
    return write_geojson(
        folder / "a.geojson", [shapely.geometry.mapping(shape) for shape in shapes], told, crs="EPSG:4490"
    )


def to_shp(folder: Path) -> Path:
    return write_shapefile(folder / "a.shp", features(squares(), 名称=NAMES))


def to_kml(folder: Path) -> Path:
    shapes = features(squares()).to_crs(4326).geometry
    marks = (
        placemark(name, kml_polygon(shapely.get_coordinates(shape).tolist()), 名称=name)
        for name, shape in zip(NAMES, shapes, strict=True)
    )
    return write_kml(folder / "a.kml", f"<Folder><name>镇街</name>{''.join(marks)}</Folder>")


def to_kmz(folder: Path) -> Path:
    to_kml(folder).rename(folder / "doc.kml")
    return zip_files(folder / "a.kmz", folder / "doc.kml")


def to_fgb(folder: Path) -> Path:
    features(squares(), 名称=NAMES).to_file(folder / "a.fgb", SPATIAL_INDEX="NO")
    return folder / "a.fgb"


def to_gdb(folder: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        features(squares(), 名称=NAMES).to_file(folder / "a.gdb", driver="OpenFileGDB", layer="镇街")
    return folder / "a.gdb"


def to_zip(folder: Path) -> Path:
    to_shp(folder)
    return zip_files(folder / "a.zip", *folder.glob("a.*"), folder="数据/")


@pytest.mark.parametrize("write", [to_gpkg, to_geojson, to_shp, to_kml, to_kmz, to_fgb, to_gdb, to_zip])
def test_every_format_gives_the_same_rows_in_longitude_and_latitude(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    path = write(tmp_path)
    table = read(path)
    assert table.file == path.name
    assert [row.values["名称"] for row in table.rows] == NAMES
    assert [row.number for row in table.rows] == [1, 2]
    west, south, _, _ = table.rows[0].geometry.bounds  # type: ignore[union-attr]
    assert (west, south) == pytest.approx((LON, LAT), abs=1e-7)
    assert (table.faults, table.damaged, table.warnings) == ((), (), ())


@pytest.mark.parametrize("write", [to_gpkg, to_geojson, to_shp, to_kml, to_kmz, to_fgb, to_zip])
def test_content_decides_before_the_name(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    """But a Shapefile is found by its parts."""
    path = write(tmp_path)
    if path.suffix != ".shp":
        path = path.rename(path.with_suffix(".dat"))
    assert len(read(path).rows) == 2


@pytest.mark.parametrize("write", [to_gpkg, to_geojson, to_shp, to_kml, to_kmz, to_fgb, to_gdb, to_zip])
def test_reading_leaves_a_file_and_its_folder_as_they_were(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    write(tmp_path)
    before = {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")}
    for path in list(tmp_path.glob("a.*")):
        if path.suffix not in {".dbf", ".shx", ".cpg", ".prj"}:
            read(path)
    assert {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("write", [to_gpkg, to_geojson, to_kml, to_kmz, to_fgb, to_zip])
def test_a_file_cut_off_anywhere_is_refused_and_never_half_read(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    path = write(tmp_path)
    whole = path.read_bytes()
    for share in (0.3, 0.6, 0.9, 0.98):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert refusal(path).code in {"file.truncated", "file.damaged"}, share


def test_a_flatgeobuf_file_that_ends_between_two_features_is_refused(tmp_path: Path) -> None:
    whole = to_fgb(tmp_path).read_bytes()
    (header_bytes,) = struct.unpack("<I", whole[8:12])
    first = 12 + header_bytes
    (feature_bytes,) = struct.unpack("<I", whole[first : first + 4])
    (tmp_path / "a.fgb").write_bytes(whole[: first + 4 + feature_bytes])
    assert refusal(tmp_path / "a.fgb").code == "file.truncated"


@pytest.mark.parametrize("ending", [".shp", ".dbf", ".shx"])
def test_a_shapefile_with_a_part_cut_off_is_refused(tmp_path: Path, ending: str) -> None:
    path = to_shp(tmp_path)
    part = path.with_suffix(ending)
    whole = part.read_bytes()
    for left in (len(whole) - 8, len(whole) // 2, 40):
        part.write_bytes(whole[:left])
        assert refusal(path).code in {"file.truncated", "shapefile.counts", "file.damaged"}


@pytest.mark.parametrize("ending", [".dbf", ".shx"])
def test_a_shapefile_without_a_part_is_refused(tmp_path: Path, ending: str) -> None:
    path = to_shp(tmp_path)
    path.with_suffix(ending).unlink()
    refused = refusal(path)
    assert (refused.code, refused.fields["missing"]) == ("shapefile.incomplete", ending)


def test_parts_of_two_shapefiles_are_not_mixed(tmp_path: Path) -> None:
    path = to_shp(tmp_path)
    write_shapefile(tmp_path / "b.shp", features(squares(5)))
    (tmp_path / "b.dbf").rename(tmp_path / "a.dbf")
    refused = refusal(path)
    assert (refused.code, refused.fields["shapes"], refused.fields["rows"]) == ("shapefile.counts", 2, 5)


def test_endings_in_capitals_are_known(tmp_path: Path) -> None:
    path = to_shp(tmp_path)
    for part in list(tmp_path.glob("a.*")):
        part.rename(part.with_suffix(part.suffix.upper()))
    assert [row.values["名称"] for row in read(path.with_suffix(".SHP")).rows] == NAMES


def test_any_part_of_a_shapefile_stands_for_it(tmp_path: Path) -> None:
    path = to_shp(tmp_path)
    assert read(path.with_suffix(".dbf")) == read(path)
    path.unlink()
    assert refusal(path.with_suffix(".dbf")).code == "shapefile.part"


def test_the_hash_of_a_shapefile_is_of_all_its_parts(tmp_path: Path) -> None:
    path = to_shp(tmp_path)
    before = read(path).sha256
    path.with_suffix(".dbf").write_bytes(path.with_suffix(".dbf").read_bytes() + b" ")
    assert read(path).sha256 != before


@pytest.mark.parametrize("named", ["", "GBK", "936", "ANSI 936", "ISO-8859-1", "UTF-8"])
def test_gbk_names_of_a_shapefile_are_read_whatever_its_cpg_says(tmp_path: Path, named: str) -> None:
    path = write_shapefile(tmp_path / "a.shp", features(squares(), 名称=NAMES), "GBK", named=named)
    table = read(path)
    assert [row.values["名称"] for row in table.rows] == NAMES
    told = [(warning.code, warning.fields["encoding"]) for warning in table.warnings]
    assert told == ([("shapefile.encoding", "gb18030")] if named in {"ISO-8859-1", "UTF-8"} else [])


@pytest.mark.parametrize("named", ["", "UTF-8", "65001", "GBK"])
def test_utf8_names_of_a_shapefile_are_read_whatever_its_cpg_says(tmp_path: Path, named: str) -> None:
    path = write_shapefile(tmp_path / "a.shp", features(squares(), 名称=NAMES), "UTF-8", named=named)
    assert [row.values["名称"] for row in read(path).rows] == NAMES


def test_names_of_another_country_are_read_as_the_cpg_says(tmp_path: Path) -> None:
    frame = features(squares(), nimi=["Hämeentie", "Töölö"])
    assert [row.values["nimi"] for row in read(write_shapefile(tmp_path / "a.shp", frame, "ISO-8859-1")).rows] == [
        "Hämeentie",
        "Töölö",
    ]


def test_a_value_cut_inside_a_character_is_told(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", features(squares(3), 名称=["罗塘街道", "三水街道", "溱潼"]), "GBK")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("罗塘街道".encode("gbk"), "罗塘街道".encode("gbk")[:-1] + b" ", 1))
    (fault,) = read(path).damaged
    assert (fault.code, fault.row, fault.column) == ("table.text_damaged", 1, "名称")


def test_numbers_dates_and_truth_values_become_text_by_the_rule_of_tables(tmp_path: Path) -> None:
    frame = features(
        squares(2),
        code=[321204101001.0, 7.0],
        big=[321204101001001234, 5],
        share=[0.1 + 0.2, None],
        count=[3, None],
        yes=[True, False],
        day=["2020/3/1", ""],
    )
    frame.to_file(tmp_path / "a.gpkg")
    first, second = (dict(row.values) for row in read(tmp_path / "a.gpkg").rows)
    assert first == {
        "code": "321204101001",
        "big": "321204101001001234",
        "share": "0.3",
        "count": "3",
        "yes": "true",
        "day": "2020-03-01",
    }
    assert second == {"code": "7", "big": "5", "share": "", "count": "", "yes": "false", "day": ""}


def test_a_number_that_lost_digits_is_told(tmp_path: Path) -> None:
    features(squares(2), code=[321204101001001234.0, 7.5]).to_file(tmp_path / "a.gpkg")
    (fault,) = read(tmp_path / "a.gpkg").damaged
    assert (fault.code, fault.row, fault.column, fault.value) == ("table.number_damaged", 1, "code", "3.21204E+17")


def test_one_of_several_layers_has_to_be_named(tmp_path: Path) -> None:
    path = to_gpkg(tmp_path)
    features(squares(3)).to_file(path, layer="村居", mode="a")
    refused = refusal(path)
    assert (refused.code, refused.fields["known"]) == ("layer.which", "镇街, 村居")
    assert len(read(path, layer="村居").rows) == 3
    assert refusal(path, layer="单元").code == "layer.unknown"


def test_the_only_layer_with_shapes_needs_no_name(tmp_path: Path) -> None:
    path = to_gpkg(tmp_path)
    pyogrio.write_dataframe(features(squares(3)).drop(columns="geometry"), path, layer="说明", append=True)
    assert read(path).sheet == "镇街"
    table = read(path, layer="说明")
    assert (len(table.rows), table.crs, table.rows[0].geometry) == (3, "", None)


def test_a_name_that_the_only_layer_does_not_have_is_refused(tmp_path: Path) -> None:
    for write in (to_gpkg, to_geojson, to_shp, to_kml):
        assert refusal(write(tmp_path), layer="单元").code == "layer.unknown"


def test_a_layer_without_features_is_refused(tmp_path: Path) -> None:
    features([], 编码=[]).set_geometry("geometry").to_file(tmp_path / "a.gpkg", geometry_type="Polygon")
    write_geojson(tmp_path / "a.geojson", [])
    assert refusal(tmp_path / "a.gpkg").code == "layer.empty"
    assert refusal(tmp_path / "a.geojson").code == "layer.empty"
    assert refusal(write_kml(tmp_path / "a.kml", "")).code == "layer.none"


def test_features_without_a_shape_are_kept_and_told(tmp_path: Path) -> None:
    table = read(write_geojson(tmp_path / "a.geojson", [point(LON, LAT), None, None]))
    assert [row.geometry is None for row in table.rows] == [False, True, True]
    (warning,) = table.warnings
    assert (warning.code, warning.fields) == ("layer.without_shape", {"count": 2, "features": "2, 3"})


def test_a_layer_that_names_no_system_is_refused_unless_a_person_names_one(tmp_path: Path) -> None:
    path = to_shp(tmp_path)
    path.with_suffix(".prj").unlink()
    assert refusal(path).code == "layer.crs_missing"
    assert read(path, crs="EPSG:4549").crs == "EPSG:4549"


def test_a_system_that_a_person_names_goes_before_that_of_the_file(tmp_path: Path) -> None:
    table = read(write_geojson(tmp_path / "a.geojson", [point(120.15, 32.51)]), crs="GCJ02")
    assert table.crs == "GCJ02"
    assert [warning.fields for warning in table.warnings] == [{"declared": "EPSG:4326", "crs": "GCJ02"}]
    assert 0.002 < abs(table.rows[0].geometry.x - 120.15) < 0.008  # type: ignore[union-attr]


def test_an_unknown_system_is_refused_though_gdal_takes_it_for_wgs84(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [point(120.15, 32.51)], crs="EPSG:999999")
    with pytest.raises(InvalidValue) as refused:
        read_source(path)
    assert refused.value.code == "crs.unknown"


def test_a_system_of_uncertain_position_is_told(tmp_path: Path) -> None:
    features(squares(), "EPSG:2437").to_file(tmp_path / "a.gpkg")
    assert [warning.code for warning in read(tmp_path / "a.gpkg").warnings] == ["layer.crs_inexact"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_geojson_and_kml_in_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    geojson = write_geojson(tmp_path / "a.geojson", [point(LON, LAT)], [{"名称": "罗塘街道"}], encoding=encoding)
    kml = write_kml(
        tmp_path / "a.kml", placemark("罗塘街道", kml_point(), 名称="罗塘街道"), encoding.removesuffix("-sig")
    )
    assert [read(path).rows[0].values["名称"] for path in (geojson, kml)] == ["罗塘街道"] * 2


def test_json_that_is_no_map_is_refused(tmp_path: Path) -> None:
    for text in ("[1, 2, 3]", '{"编码": 1}'):
        (tmp_path / "a.json").write_text(text)
        assert refusal(tmp_path / "a.json").code == "file.unknown"


def test_lines_of_geojson_are_read(tmp_path: Path) -> None:
    line = '{"type":"Feature","properties":{"编码":"%s"},"geometry":{"type":"Point","coordinates":[120,32]}}\n'
    (tmp_path / "a.geojsonl").write_text(line % 1 + line % 2)
    assert [row.values["编码"] for row in read(tmp_path / "a.geojsonl").rows] == ["1", "2"]


def test_folders_of_a_kml_file_are_its_layers(tmp_path: Path) -> None:
    inner = f"<Folder><name>村居</name>{placemark('甲', kml_point())}</Folder>"
    body = f"<Folder><name>镇街</name>{placemark('乙', kml_point())}{inner}</Folder>"
    path = write_kml(tmp_path / "a.kml", body)
    assert refusal(path).fields["known"] == "镇街, 镇街/村居"
    assert read(path, layer="镇街/村居").rows[0].values["name"] == "甲"


def test_data_of_a_kml_file_keep_their_chinese_names_typed_or_not(tmp_path: Path) -> None:
    typed = (
        '<Placemark><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="区划代码">321204101</SimpleData>'
        f"</SchemaData></ExtendedData>{kml_point()}</Placemark>"
    )
    table = read(write_kml(tmp_path / "a.kml", typed + placemark("甲", kml_point(), 编码="2", 名称="三水")))
    assert table.headings == ("区划代码", "name", "编码", "名称")
    assert [row.values for row in table.rows] == [
        {"区划代码": "321204101", "name": "", "编码": "", "名称": ""},
        {"区划代码": "", "name": "甲", "编码": "2", "名称": "三水"},
    ]


def test_lines_and_multi_shapes_of_a_kml_file_are_read(tmp_path: Path) -> None:
    line = "<LineString><coordinates>120, 32.5, 0 120.1,32.5,0</coordinates></LineString>"
    apart = [(lon + 1, lat) for lon, lat in in_degrees()]
    both = f"<MultiGeometry>{kml_polygon(in_degrees())}{kml_polygon(apart)}</MultiGeometry>"
    table = read(write_kml(tmp_path / "a.kml", placemark("a", line) + placemark("b", both)))
    assert [row.geometry.geom_type for row in table.rows if row.geometry] == ["LineString", "MultiPolygon"]


def test_wrong_shapes_of_a_kml_file_are_set_aside(tmp_path: Path) -> None:
    cases = {
        kml_polygon(in_degrees()[:-1]): "geometry.unclosed",
        kml_polygon([(120, 32), (121, 32), (120, 32)]): "geometry.too_few_points",
        "<Point><coordinates>东经120,北纬32</coordinates></Point>": "geometry.coordinates",
        "<LineString><coordinates>120,32</coordinates></LineString>": "geometry.too_few_points",
        f"<MultiGeometry>{kml_polygon(in_degrees())}{kml_point()}</MultiGeometry>": "geometry.mixed",
    }
    marks = [placemark(code, shape) for shape, code in cases.items()]
    table = read(write_kml(tmp_path / "a.kml", placemark("good", kml_point()) + "".join(marks)))
    assert [row.values["name"] for row in table.rows] == ["good"]
    assert [(fault.row, fault.code) for fault in table.faults] == list(enumerate(cases.values(), start=2))


def test_a_database_in_use_is_read_from_a_copy(tmp_path: Path) -> None:
    """GDAL has its own SQLite: opening the file itself would drop the locks of whoever uses it."""
    with new_store(tmp_path) as store:
        path = tmp_path / "district.gpkg"
        assert refusal(path).code in {"layer.which", "layer.empty"}
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        assert refusal(path, layer="cell").code in {"layer.empty", "layer.unknown"}
        held = sqlite3.connect(path, isolation_level=None, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            held.execute("BEGIN IMMEDIATE")
        writer.execute("ROLLBACK")
        writer.close()
        held.close()
        assert store is not None


def test_a_sqlite_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 5")
    connection.close()
    assert refusal(path).code in {"layer.none", "file.unknown", "file.damaged"}


def test_a_layer_without_any_field_is_read(tmp_path: Path) -> None:
    table = read(write_geojson(tmp_path / "a.geojson", [polygon(in_degrees())], [{}]))
    assert (table.headings, len(table.rows)) == ((), 1)


def test_reading_a_layer_without_the_right_to_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    refused = refusal(path)
    assert (refused.code, refused.fields["reason"]) == ("file.missing", os.strerror(2))


def test_curves_become_lines_and_heights_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    features([shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])], "EPSG:4326").to_file(path)
    curve = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, 3) + struct.pack("<6d", 0, 0, 1, 1, 0, 0)
    with sqlite3.connect(path) as connection:
        for function in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            connection.create_function(function, 1, lambda _: 0)
        blob = b"GP\0\x01" + struct.pack("<i", 4326) + curve
        connection.execute("INSERT INTO a (geom, 编码) VALUES (?, '002')", (blob,))
    connection.close()
    flat, circle = (row.geometry for row in read(path).rows)
    assert flat is not None
    assert not flat.has_z
    assert circle is not None
    assert circle.geom_type == "Polygon"
    assert circle.area == pytest.approx(1.57, abs=0.01)
