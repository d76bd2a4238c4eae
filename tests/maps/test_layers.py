"""The live layers: which zoom shows what, nothing lost, nothing doubled."""

from __future__ import annotations

import gzip
from collections import Counter
from typing import Any
from uuid import uuid4

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis.supervision.enterprises import Enterprise, RiskColour, Site
from maps.layers import CELL_ZOOMS, LiveTiles, cell_tiles, content_hash, enterprise_tiles, team_tiles
from maps.tiles import Tile, to_mercator
from tests.fakes.tiny_district import cells, enterprises, teams


def layers_of(tiles: LiveTiles, tile: Tile) -> dict[str, list[dict[str, Any]]]:
    """Features of each layer of a tile."""
    body = tiles.tile(tile)
    if not body:
        return {}
    read = mapbox_vector_tile.decode(gzip.decompress(body))
    return {name: layer["features"] for name, layer in read.items()}


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    """The tile of a place."""
    point = to_mercator(np.array([shapely.Point(lon, lat)], dtype=object))[0]
    half = 20_037_508.342789244
    width = 2 * half / (1 << zoom)
    return Tile(zoom, int((point.x + half) // width), int((half - point.y) // width))


def tiles_around(zoom: int) -> list[Tile]:
    """Every tile that the tiny district touches."""
    corners = [tile_at(lon, lat, zoom) for lon in (120.1, 120.16) for lat in (32.5, 32.52)]
    columns, rows = [tile.x for tile in corners], [tile.y for tile in corners]
    return [Tile(zoom, x, y) for x in range(min(columns), max(columns) + 1) for y in range(min(rows), max(rows) + 1)]


@pytest.mark.parametrize("zoom", [8, 9, 10, 12, 13, 15])
def test_each_level_of_cells_appears_from_its_own_zoom(zoom: int) -> None:
    shown = {name for tile in tiles_around(zoom) for name in layers_of(cell_tiles(cells()), tile)}
    assert shown - {"labels"} == {f"cells{level}" for level, first in CELL_ZOOMS.items() if zoom >= first}


def test_every_cell_is_drawn_with_its_code_and_name() -> None:
    found = {
        feature["properties"]["code"]: feature["properties"]["name"]
        for tile in tiles_around(14)
        for name, features in layers_of(cell_tiles(cells()), tile).items()
        if name != "labels"
        for feature in features
    }
    assert found == {cell.code: cell.name for cell in cells()}


@pytest.mark.parametrize("zoom", [9, 12, 13, 15, 16])
def test_a_label_stands_in_one_tile_only(zoom: int) -> None:
    labels = Counter(
        feature["properties"]["code"]
        for tile in tiles_around(zoom)
        for feature in layers_of(cell_tiles(cells()), tile).get("labels", [])
    )
    assert labels
    assert set(labels.values()) == {1}


def test_simplified_neighbours_keep_their_shared_border() -> None:
    """At every zoom the areas of two neighbours together are the area of their union: no gap and no overlap."""
    features = layers_of(cell_tiles(cells()), tile_at(120.13, 32.51, 11))["cells2"]
    shapes = [shapely.Polygon(feature["geometry"]["coordinates"][0]) for feature in features]
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes))


def register(places: list[tuple[float, float, RiskColour]]) -> tuple[list[Enterprise], list[Site]]:
    """Enterprises with one site each."""
    owners, sites = [], []
    for number, (lon, lat, risk) in enumerate(places):
        owner = Enterprise(uuid4(), str(number), f"企业{number}", None, risk=risk)
        owners.append(owner)
        sites.append(Site(uuid4(), owner.id, str(number), f"企业{number}", "", lon, lat))
    return owners, sites


PLACES = st.lists(
    st.tuples(st.floats(120.101, 120.159), st.floats(32.501, 32.519), st.sampled_from(list(RiskColour))),
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(PLACES, st.integers(9, 16))
def test_every_site_is_counted_once_at_every_zoom(places: list[tuple[float, float, RiskColour]], zoom: int) -> None:
    tiles = enterprise_tiles(*register(places))
    features = [
        feature["properties"]
        for tile in tiles_around(zoom)
        for feature in layers_of(tiles, tile).get("enterprises", [])
    ]
    assert sum(feature["count"] for feature in features) == len(places)


@settings(max_examples=40, deadline=None)
@given(PLACES)
def test_a_cluster_is_as_bad_as_the_worst_site_in_it(places: list[tuple[float, float, RiskColour]]) -> None:
    order = list(RiskColour)
    tiles = enterprise_tiles(*register(places))
    features = [
        feature["properties"] for tile in tiles_around(9) for feature in layers_of(tiles, tile).get("enterprises", [])
    ]
    for feature in features:
        if feature["count"] > 1:
            counts = [feature[colour.value] for colour in order]
            assert sum(counts) == feature["count"]
            assert feature["risk"] == order[next(place for place, count in enumerate(counts) if count)].value
            assert "id" not in feature


def test_a_site_without_a_place_is_not_drawn() -> None:
    owners, sites = enterprises()
    tiles = enterprise_tiles(owners, sites)
    drawn = [feature for tile in tiles_around(15) for feature in layers_of(tiles, tile).get("enterprises", [])]
    assert len(drawn) == sum(site.placed for site in sites) < len(sites)


def test_every_team_is_drawn_once_with_its_tier() -> None:
    tiles = team_tiles(teams())
    drawn = [feature["properties"] for tile in tiles_around(14) for feature in layers_of(tiles, tile).get("teams", [])]
    assert {(team["code"], team["tier"]) for team in drawn} == {(team.code, team.tier.value) for team in teams()}
    assert len(drawn) == len(teams())


def test_zooms_beyond_the_deepest_are_left_to_the_client() -> None:
    tiles = team_tiles(teams())
    assert tiles.tile(tile_at(120.105, 32.5101, tiles.max_zoom)) != b""
    assert tiles.tile(tile_at(120.105, 32.5101, tiles.max_zoom + 1)) == b""


def test_a_district_without_records_has_empty_tiles() -> None:
    for tiles in (cell_tiles(()), enterprise_tiles((), ()), team_tiles(())):
        assert tiles.tile(tile_at(120.13, 32.51, 12)) == b""


def test_the_version_changes_with_what_is_drawn_and_only_then() -> None:
    assert team_tiles(teams()).version == team_tiles(teams()).version
    assert team_tiles(teams()).version != team_tiles(teams()[:-1]).version
    owners, sites = enterprises()
    assert enterprise_tiles(owners, sites).version != enterprise_tiles(owners, sites[1:]).version
    assert content_hash(np.array([1.0])) != content_hash(np.array([2.0]))
