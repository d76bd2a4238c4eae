"""Addressing, encoding and keeping vector tiles."""

from __future__ import annotations

import gzip

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridgis.errors import InvalidValue
from maps.tiles import EXTENT, HALF_WORLD_M, Tile, TileCache, TileLayer, encode, to_mercator


@pytest.mark.parametrize("address", [(-1, 0, 0), (23, 0, 0), (1, 2, 0), (1, 0, 2), (3, -1, 0), (3, 0, -1)])
def test_an_address_outside_the_pyramid_is_refused(address: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidValue) as refused:
        Tile(*address)
    assert refused.value.code == "tile.address"


def test_the_whole_world_is_one_tile_at_zoom_0() -> None:
    assert Tile(0, 0, 0).bounds == pytest.approx((-HALF_WORLD_M, -HALF_WORLD_M, HALF_WORLD_M, HALF_WORLD_M))


@given(st.integers(0, 21).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, (1 << z) - 1)] * 2)))
def test_four_children_fill_their_parent_exactly(address: tuple[int, int, int]) -> None:
    z, x, y = address
    tile = Tile(z, x, y)
    children = [Tile(z + 1, 2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1)]
    west, south, east, north = np.array([child.bounds for child in children]).T
    assert (west.min(), south.min(), east.max(), north.max()) == pytest.approx(tile.bounds, abs=1e-6)


def test_the_tile_of_a_place_holds_it() -> None:
    point = to_mercator(np.array([shapely.Point(120.15, 32.51)], dtype=object))[0]
    west, south, east, north = Tile(10, 853, 414).bounds
    assert west <= point.x <= east
    assert south <= point.y <= north


def test_an_encoded_tile_reads_back_with_its_names_and_units() -> None:
    tile = Tile(10, 853, 414)
    west, south, east, north = tile.bounds
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    body = encode(tile, [TileLayer("points", np.array([middle], dtype=object), [{"name": "罗塘", "count": 3}])])
    read = mapbox_vector_tile.decode(gzip.decompress(body))
    assert read["points"]["extent"] == EXTENT
    assert read["points"]["features"][0]["properties"] == {"name": "罗塘", "count": 3}
    assert read["points"]["features"][0]["geometry"]["coordinates"] == [EXTENT // 2, EXTENT // 2]


def test_a_tile_with_nothing_in_it_has_no_bytes() -> None:
    assert encode(Tile(3, 1, 1), [TileLayer("points", np.array([], dtype=object), [])]) == b""


def test_the_cache_makes_a_tile_once_and_stays_within_its_bytes() -> None:
    made: list[Tile] = []

    def make(tile: Tile) -> bytes:
        made.append(tile)
        return bytes(100)

    cache = TileCache(most_bytes=1000)
    for x in range(32):
        cache.get(Tile(5, x, 0), make)
        cache.get(Tile(5, x, 0), make)
    assert len(made) == 32
    assert cache.size_bytes <= 1000
    assert cache.peek(Tile(5, 31, 0)) is not None
    assert cache.peek(Tile(5, 0, 0)) is None
