"""The base map's file: cut by the real cutter, read back tile by tile."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from gridgis.errors import StoreFault, Unreadable
from maps.base_map import BaseLayer, BaseMap, base_map_key, build_base_map, drawn_layers, road_layer
from maps.tiles import Tile
from tests.fakes.tiny_district import RIVER, road_graph, tiny_roads


def features_of(body: bytes) -> dict[str, list[dict[str, Any]]]:
    """Properties of the features of each layer of a tile."""
    if not body:
        return {}
    read = mapbox_vector_tile.decode(gzip.decompress(body))
    return {name: [feature["properties"] for feature in layer["features"]] for name, layer in read.items()}


def layers() -> list[BaseLayer]:
    """The tiny district's roads, river, a pond and a village."""
    others = [
        ("waterways", "river", "界河", RIVER),
        ("water", "water", "", shapely.box(120.12, 32.505, 120.125, 32.508)),
        ("places", "village", "一村", shapely.Point(120.11, 32.51)),
        ("nowhere", "unknown", "", shapely.Point(0, 0)),
    ]
    return [road_layer(tiny_roads()), *drawn_layers(others)]


@pytest.fixture(scope="module")
def base_map(tmp_path_factory: pytest.TempPathFactory) -> BaseMap:
    path = tmp_path_factory.mktemp("base") / "d.gpkg.base-abc.pmtiles"
    return BaseMap(build_base_map(layers(), path))


def test_the_file_appears_whole_and_leaves_nothing_beside_it(base_map: BaseMap) -> None:
    assert [path.name for path in base_map.path.parent.iterdir()] == ["d.gpkg.base-abc.pmtiles"]
    assert base_map.version == "abc"
    assert (base_map.min_zoom, base_map.max_zoom) == (5, 14)


def test_a_street_tile_holds_roads_water_and_places(base_map: BaseMap) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    for x in range(13658, 13664):
        for y in range(6624, 6630):
            for name, features in features_of(base_map.tile(Tile(14, x, y))).items():
                found.setdefault(name, []).extend(features)
    assert set(found) == {"roads", "waterways", "water", "places"}
    assert {"class": "river", "name": "界河"} in found["waterways"]
    assert {"class": "village", "name": "一村"} in found["places"]
    assert {road["class"] for road in found["roads"]} == {"secondary", "tertiary", "residential"}
    assert any(road.get("bridge") for road in found["roads"])


def test_lesser_roads_wait_for_greater_zooms(base_map: BaseMap) -> None:
    roads = features_of(base_map.tile(Tile(10, 853, 414))).get("roads", [])
    assert {road["class"] for road in roads} == {"secondary"}


def test_a_tile_far_away_is_empty(base_map: BaseMap) -> None:
    assert base_map.tile(Tile(14, 0, 0)) == b""


def test_a_two_way_road_is_drawn_once() -> None:
    graph = road_graph()
    pairs = {(min(tail, head), max(tail, head)) for tail, head in graph.edges()}
    drawn = road_layer(tiny_roads())
    assert len(drawn.shapes) == len(pairs) == len(drawn.properties)


def test_the_key_tells_what_is_drawn() -> None:
    assert base_map_key(layers()) == base_map_key(layers())
    assert base_map_key(layers()) != base_map_key(layers()[:-1])


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as fault:
        build_base_map(layers(), tmp_path / "no such folder" / "base.pmtiles")
    assert fault.value.code == "base_map.unwritable"


def test_the_cutters_own_words_are_passed_on(tmp_path: Path) -> None:
    nothing = BaseLayer("roads", np.array([], dtype=object), [])
    with pytest.raises(StoreFault) as fault:
        build_base_map([nothing], tmp_path / "base.pmtiles")
    assert fault.value.code == "base_map.failed"
    assert fault.value.fields["reason"]
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "base.pmtiles"
    path.write_bytes(b"PMTiles, or so it says" * 20)
    with pytest.raises(Unreadable) as fault:
        BaseMap(path)
    assert fault.value.code == "base_map.unreadable"
