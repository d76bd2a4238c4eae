"""The layers of roads are right for readers of the file, and the file is left alone by the same roads again."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

import pytest
from shapely import LineString, Point, box

from geodata.osm_file import BaseMapFeature
from geodata.store import Changes, Store
from gridgis.roads import RoadNetwork
from gridgis.roads.network import objects
from tests.fakes.road_networks import street_grid
from tests.fakes.stores import NOW, in_child, rows

RIVER = LineString([(120.0, 32.4), (120.1, 32.5)])
LAKE = box(120.0, 32.4, 120.01, 32.41)


def put(store: Store, network: RoadNetwork, *features: BaseMapFeature) -> Changes:
    with store.unit_of_work(actor="test", now=NOW) as work:
        changes = work.put_roads(network, features)
        work.commit()
    return changes


def test_the_same_roads_again_leave_the_file_as_it_was(store: Store) -> None:
    lake = BaseMapFeature("water", "lake", "溱湖", LAKE)
    first = put(store, street_grid(9, 8), lake)
    beside = sqlite3.connect(store.path)
    ((content,),) = beside.execute("PRAGMA data_version")
    assert put(store, street_grid(9, 8), lake) == Changes(unchanged=first.added)
    assert list(beside.execute("PRAGMA data_version")) == [(content,)]
    assert len(store.events(noun="roads")) == 1
    beside.close()


def test_the_spatial_index_and_the_extent_follow_the_roads(store: Store) -> None:
    for network in (street_grid(30, 20), street_grid(3, 2)):
        put(store, network)
        ((least, most),) = rows(store.path, "SELECT min(maxx), max(minx) FROM rtree_road_edges_geom")
        assert rows(store.path, "SELECT count(*) FROM rtree_road_edges_geom") == [(network.edges,)]
        assert (least, most) == pytest.approx((network.x.min(), network.x.max()), abs=1.1e-3)
        found = rows(store.path, "SELECT min_x, max_x, min_y, max_y FROM gpkg_contents WHERE table_name = 'road_nodes'")
        assert found == [(network.x.min(), network.x.max(), network.y.min(), network.y.max())]
    put(store, street_grid(1, 1))
    assert rows(store.path, "SELECT min_x FROM gpkg_contents WHERE table_name = 'road_edges'") == [(None,)]


def test_gdal_sees_the_roads_and_the_base_map(store: Store) -> None:
    program = (
        "import sys, json, pyogrio\n"
        "path = sys.argv[1]\n"
        "layers = {str(name): kind for name, kind in pyogrio.list_layers(path)}\n"
        "near = pyogrio.read_dataframe(path, layer='road_edges', bbox=(119.9, 32.4, 119.9005, 32.4005))\n"
        "lakes = pyogrio.read_dataframe(path, layer='water_areas')\n"
        "print(json.dumps([layers, sorted(near['head']), str(near.crs), list(lakes['name']), near['tags'][0]]))"
    )
    put(
        store,
        replace(street_grid(30, 20), water=objects([RIVER, LAKE])),
        BaseMapFeature("water", "lake", "溱湖", LAKE),
        BaseMapFeature("places", "town", "溱潼", Point(120.08, 32.65)),
    )
    done = in_child(program, store.path)
    assert done.returncode == 0, done.stderr
    layers, heads, system, lakes, tags = json.loads(done.stdout)
    kinds = {"road_nodes": "Point", "road_edges": "LineString", "wide_water": "Unknown", "water_areas": "MultiPolygon"}
    assert kinds.items() <= layers.items()
    assert {"waterways", "railways", "places", "turn_restrictions", "road_sources"} <= layers.keys()
    assert (heads, system, lakes) == ([1000, 1000, 1001, 1030], "EPSG:4326", ["溱湖"])
    assert json.loads(tags) == {"surface": "asphalt"}
