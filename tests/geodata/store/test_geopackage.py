"""The file is a GeoPackage 1.4 with a spatial index that is never wrong."""

# ruff: noqa: S608  table names are put into queries

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import struct
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geodata.store import Store
from geodata.store.binary import (
    as_multipolygons,
    blobs_of_ewkb,
    decode,
    decode_one,
    encode,
    encode_one,
    encode_points,
    envelope,
    ewkb_of,
)
from geodata.store.geopackage import rtree_texts
from geodata.store.schema import VIEWS
from geodata.store.tables import METADATA, geometry_column, is_private
from gridgis.cells import Cell, CellKind, GridPlan, PlanStatus
from gridgis.codes import record_id
from gridgis.errors import StoreFault
from tests import strategies
from tests.fakes.stores import NOW, in_child, new_store, rows, some_enterprises, some_sites

SHOWN = [table for table in METADATA.sorted_tables if not is_private(table)]
PLACES = st.builds(Point, strategies.longitudes, strategies.latitudes)
LAYERS = [table.name for table in METADATA.sorted_tables if geometry_column(table)]
OGRINFO = shutil.which("ogrinfo")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with some sites."""
    with new_store(tmp_path_factory.mktemp("geopackage")) as store:
        owners = some_enterprises(40)
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_district(replace(work.district(), outline=box(119.9, 32.3, 120.3, 32.7)))
            work.put_enterprises(owners)
            work.put_sites(some_sites(owners))
            work.commit()
    return store.path


def test_the_file_is_marked_as_geopackage_1_4(path: Path) -> None:
    header = path.read_bytes()[:100]
    assert header[:16] == b"SQLite format 3\0"
    assert struct.unpack_from(">I", header, 68) == (int.from_bytes(b"GPKG"),)
    assert struct.unpack_from(">I", header, 60) == (10400,)
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_the_three_coordinate_systems_that_the_standard_asks_for_are_there(path: Path) -> None:
    found = rows(
        path, "SELECT srs_id, organization, organization_coordsys_id FROM gpkg_spatial_ref_sys ORDER BY srs_id"
    )
    assert found == [(-1, "NONE", -1), (0, "NONE", 0), (4326, "EPSG", 4326)]


def test_every_table_and_view_is_listed_once_with_its_kind(path: Path) -> None:
    listed = dict(rows(path, "SELECT table_name, data_type FROM gpkg_contents"))
    expected = {table.name: "features" if geometry_column(table) else "attributes" for table in SHOWN}
    assert listed == expected | {view.name: "features" if view.geometry else "attributes" for view in VIEWS}
    existing = {name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    assert set(listed) <= existing


def test_every_table_has_an_integer_key_that_is_never_used_again(path: Path) -> None:
    for table in METADATA.sorted_tables:
        ((name, kind, key),) = rows(path, f"SELECT name, type, pk FROM pragma_table_info('{table.name}') WHERE pk > 0")
        assert (name, kind, key) == ("fid", "INTEGER", 1)
        ((text,),) = rows(path, "SELECT sql FROM sqlite_master WHERE name = ?", table.name)
        assert "AUTOINCREMENT" in text


def test_columns_have_types_of_the_standard_only(path: Path) -> None:
    allowed = {"BOOLEAN", "INTEGER", "DOUBLE", "TEXT", "BLOB", "DATE", "DATETIME"}
    shapes = {"GEOMETRY", "POINT", "LINESTRING", "MULTIPOLYGON"}
    for table in METADATA.sorted_tables:
        for name, kind in rows(path, f"SELECT name, type FROM pragma_table_info('{table.name}')"):
            assert kind in (shapes if name == "geom" else allowed), (table.name, name, kind)


def test_geometry_columns_say_the_type_that_the_table_declares(path: Path) -> None:
    found = rows(path, "SELECT table_name, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns")
    views = [(view.name, view.geometry) for view in VIEWS if view.geometry]
    tables = [(name, geometry_column(METADATA.tables[name])) for name in LAYERS]
    expected = [*((name, kind.kind) for name, kind in tables if kind), *views]
    assert sorted(found) == sorted((name, "geom", kind, 4326, 0, 0) for name, kind in expected)


def test_every_layer_has_its_r_tree_extension_and_triggers(path: Path) -> None:
    extensions = rows(path, "SELECT table_name, column_name, extension_name, scope FROM gpkg_extensions")
    assert sorted(extensions) == sorted((name, "geom", "gpkg_rtree_index", "write-only") for name in LAYERS)
    for name in LAYERS:
        texts = {
            text for (text,) in rows(path, "SELECT sql FROM sqlite_master WHERE name LIKE ?", f"rtree_{name}_geom%")
        }
        assert set(rtree_texts(name)) <= texts


def test_extents_and_moments_of_change_are_true(path: Path) -> None:
    ((last, *extent),) = rows(
        path, "SELECT last_change, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'sites'"
    )
    blobs = [blob for (blob,) in rows(path, "SELECT geom FROM sites WHERE geom IS NOT NULL")]
    assert last == "2020-06-30T06:00:00.000Z"
    assert extent == list(shapely.total_bounds(decode(blobs)))
    assert rows(path, "SELECT min_x FROM gpkg_contents WHERE table_name = 'enterprise_sites'") == [(extent[0],)]
    assert rows(path, "SELECT min_x, max_x FROM gpkg_contents WHERE table_name = 'alarms'") == [(None, None)]


def test_the_same_again_leaves_the_file_as_it_was(store: Store) -> None:
    owners = some_enterprises(30)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        work.commit()
    with closing(sqlite3.connect(store.path)) as beside:
        content = beside.execute("PRAGMA data_version").fetchall()
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(owners)
            work.put_district(store.district())
            work.commit()
        assert beside.execute("PRAGMA data_version").fetchall() == content


def test_gdal_reads_the_layers_while_the_store_is_open(tmp_path: Path) -> None:
    program = (
        "import sys, json, pyogrio\n"
        "path = sys.argv[1]\n"
        "sites = pyogrio.read_dataframe(path, layer='enterprise_sites', bbox=(119.9, 32.3, 119.92, 32.4))\n"
        "names = [str(name) for name, _ in pyogrio.list_layers(path)]\n"
        "print(json.dumps([names, len(sites), str(sites.crs), pyogrio.read_info(path, layer='sites')['features']]))"
    )
    with new_store(tmp_path) as store:
        owners = some_enterprises(40)
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(owners)
            work.put_sites(some_sites(owners))
            work.commit()
        done = in_child(program, store.path)
        assert done.returncode == 0, done.stderr
        names, within, system, features = json.loads(done.stdout)
        assert set(names) == {table.name for table in SHOWN} | {view.name for view in VIEWS}
        assert (within, system, features) == (6, "EPSG:4326", 40)
        assert store.sites()


@pytest.mark.skipif(OGRINFO is None, reason="needs GDAL's command line")
def test_ogrinfo_finds_nothing_to_complain_about(path: Path) -> None:
    done = subprocess.run([str(OGRINFO), "-ro", "-al", str(path)], capture_output=True, text=True, check=True)
    complaints = [line for line in done.stderr.splitlines() if "may only be partially supported" not in line]
    assert complaints == []
    assert "企业分布" in done.stdout


def test_a_copy_for_reading_is_one_whole_file_that_is_a_store_too(tmp_path: Path, store: Store) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(3))
        work.commit()
    copy = store.copy_for_reading(tmp_path / "copy.gpkg")
    assert sorted(one.name for one in tmp_path.iterdir() if "copy" in one.name) == ["copy.gpkg"]
    assert rows(copy, "PRAGMA journal_mode") == [("delete",)]
    from geodata.store import open_store

    with open_store(copy) as again:
        assert again.enterprises() == store.enterprises()


class TestTheSpatialIndex:
    """R-tree against brute force, after anything that happens to a layer."""

    @staticmethod
    def check(path: Path, layer: str) -> None:
        index = {fid: box_ for fid, *box_ in rows(path, f"SELECT id, minx, maxx, miny, maxy FROM rtree_{layer}_geom")}
        stored = {fid: envelope(blob) for fid, blob in rows(path, f"SELECT fid, geom FROM {layer} WHERE geom NOT NULL")}
        assert index.keys() == stored.keys()
        for fid, found in stored.items():
            assert found is not None
            near = index[fid]
            assert near[0] <= found[0] <= found[1] <= near[1]
            assert near[2] <= found[2] <= found[3] <= near[3]
            assert np.allclose(near, found, rtol=0, atol=1e-4)
        box_ = (119.95, 120.05, 32.4, 32.5)
        by_index = rows(
            path,
            f"SELECT id FROM rtree_{layer}_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ? ORDER BY id",
            *box_,
        )
        by_force = [
            (fid,)
            for fid, found in sorted(stored.items())
            if found and found[1] >= box_[0] and found[0] <= box_[1] and found[3] >= box_[2] and found[2] <= box_[3]
        ]
        assert by_index == by_force
        extents = rows(path, f"SELECT min_x, max_x, min_y, max_y FROM gpkg_contents WHERE table_name = '{layer}'")
        if stored:
            least_x, most_x, least_y, most_y = zip(*(found for found in stored.values() if found), strict=True)
            assert extents == [(min(least_x), max(most_x), min(least_y), max(most_y))]
        else:
            assert extents == [(None,) * 4]

    @pytest.mark.parametrize("seed", range(3))
    def test_sites_placed_moved_and_unplaced_at_random(self, store: Store, seed: int) -> None:
        chance = random.Random(seed)
        owners = some_enterprises(60)
        places = {site.code: site for site in some_sites(owners)}
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(owners)
            work.commit()
        for _ in range(6):
            chosen = chance.sample(sorted(places), 20)
            for code in chosen:
                placed = chance.random() < 0.7
                places[code] = replace(
                    places[code],
                    lon=chance.uniform(119.9, 120.3) if placed else None,
                    lat=chance.uniform(32.3, 32.7) if placed else None,
                )
            with store.unit_of_work(actor="test", now=NOW) as work:
                work.put_sites(places[code] for code in chosen)
                work.commit()
            self.check(store.path, "sites")

    @pytest.mark.parametrize("seed", range(3))
    def test_cells_of_a_draft_added_changed_and_removed_at_random(self, store: Store, seed: int) -> None:
        chance = random.Random(seed)
        cells: dict[str, Cell] = {}
        for _ in range(6):
            for code in chance.sample(sorted(cells), len(cells) // 2):
                del cells[code]
            for at in chance.sample(range(40), 15):
                cells[f"321204{at:03}"] = self.cell(at, chance)
            plan = GridPlan(
                record_id("321204", "plan", "1"),
                "1",
                "方案",
                store.district(),
                PlanStatus.DRAFT,
                NOW,
                tuple(sorted(cells.values(), key=lambda cell: cell.code)),
            )
            with store.unit_of_work(actor="test", now=NOW) as work:
                work.put_plan(plan)
                work.commit()
            self.check(store.path, "cells")
            assert store.plans() == (plan,)

    @staticmethod
    def cell(at: int, chance: random.Random) -> Cell:
        west, south = chance.uniform(119.9, 120.2), chance.uniform(32.35, 32.6)
        shape = box(west, south, west + chance.uniform(0.001, 0.1), south + chance.uniform(0.001, 0.1))
        code = f"321204{at:03}"
        return Cell(record_id("321204", "cell", f"1/{code}"), code, code, 1, CellKind.TOWN, "321204", shape)


class TestGeometryBlobs:
    """The header, the envelope, the WKB."""

    @given(strategies.areas() | PLACES)
    @settings(deadline=None)
    def test_a_geometry_comes_back_and_its_envelope_is_its_bounds(self, shape: Polygon | MultiPolygon | Point) -> None:
        blob = encode_one(shape)
        assert decode_one(blob) == shape
        least_x, least_y, most_x, most_y = shape.bounds
        assert envelope(blob) == (least_x, most_x, least_y, most_y)

    @given(st.lists(st.none() | strategies.areas() | PLACES, max_size=5) | st.lists(st.none() | PLACES, max_size=5))
    @settings(deadline=None)
    def test_it_goes_to_postgis_and_comes_back_to_the_last_bit(self, shapes: list[Any]) -> None:
        blobs = encode(shapes) if shapes else []
        texts = [text and text.upper() for text in map(ewkb_of, blobs)]
        with_system = [None if shape is None else shapely.set_srid(shape, 4326) for shape in shapes]
        assert texts == [shapely.to_wkb(shape, hex=True, include_srid=True, byte_order=1) for shape in with_system]
        assert blobs_of_ewkb(texts) == blobs

    def test_points_by_coordinates_are_the_blobs_of_points(self) -> None:
        assert encode_points([120.1, None], [32.5, 32.5]) == encode([Point(120.1, 32.5), None])

    def test_a_big_endian_blob_of_another_writer_is_read(self) -> None:
        shape = LineString([(0, 1), (2, 5)])
        blob = b"GP\0" + bytes([0b10]) + struct.pack(">i4d", 4326, 0, 2, 1, 5) + shapely.to_wkb(shape, byte_order=0)
        assert decode_one(blob) == shape
        assert envelope(blob) == (0, 2, 1, 5)

    def test_a_blob_without_envelope_is_measured(self) -> None:
        shape = LineString([(0, 1), (2, 5)])
        blob = b"GP\0" + bytes([1]) + struct.pack("<i", 4326) + shapely.to_wkb(shape)
        assert envelope(blob) == (0, 2, 1, 5)

    def test_an_empty_geometry_is_marked_and_has_no_envelope(self) -> None:
        blob = encode_one(Polygon())
        assert blob is not None
        assert blob[3] == 0b1_0001
        assert envelope(blob) is None
        assert decode_one(blob).is_empty

    def test_height_is_dropped(self) -> None:
        assert decode_one(encode_one(Point(1, 2, 3))) == Point(1, 2)

    @pytest.mark.parametrize(
        "blob", [b"", b"GP", b"XX\0\1aaaaaaaaaaaaa", b"GP\0\1\0\0\0\0\1\1", b"GP\0\x0f\0\0\0\0\1\1"]
    )
    def test_what_is_no_geometry_is_refused(self, blob: bytes) -> None:
        with pytest.raises(StoreFault, match=r"store\.geometry"):
            decode([blob])

    def test_polygons_become_multipolygons_and_others_stay(self) -> None:
        line = LineString([(0, 0), (1, 1)])
        assert [shape.geom_type for shape in as_multipolygons([box(0, 0, 1, 1), line])] == [
            "MultiPolygon",
            "LineString",
        ]
