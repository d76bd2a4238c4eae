"""Layers taken out of tiles, and tiles put together, without decoding them."""

from __future__ import annotations

import gzip
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.tile_layers import put_together, with_layers
from maps.tiles import Tile, TileLayer, encode

TILE = Tile(0, 0, 0)
NAMES = ("cells1", "cells2", "标注", "x" * 200)

layers = st.lists(
    st.tuples(st.sampled_from(NAMES), st.lists(st.text(max_size=300), min_size=1, max_size=5)),
    unique_by=lambda layer: layer[0],
    max_size=4,
)


def encoded(made: list[tuple[str, list[str]]]) -> bytes:
    """A tile of layers whose points are named."""
    return encode(
        TILE,
        [
            TileLayer(name, np.array([shapely.Point(0, 0)] * len(texts), dtype=object), [{"t": text} for text in texts])
            for name, texts in made
        ],
    )


def decoded(packed: bytes) -> dict[str, Any]:
    return mapbox_vector_tile.decode(gzip.decompress(packed)) if packed else {}


@settings(max_examples=50, deadline=None)
@given(made=layers, wanted=st.sets(st.sampled_from(NAMES)))
def test_the_layers_taken_out_are_those_named_as_they_were(made: list[tuple[str, list[str]]], wanted: set[str]) -> None:
    whole = encoded(made)
    assert decoded(with_layers(whole, wanted)) == {
        name: layer for name, layer in decoded(whole).items() if name in wanted
    }


@settings(max_examples=50, deadline=None)
@given(made=layers, cut=st.integers(0, 4))
def test_tiles_put_together_have_the_layers_of_all(made: list[tuple[str, list[str]]], cut: int) -> None:
    parts = [encoded(made[:cut]), encoded(made[cut:])]
    assert decoded(put_together(parts)) == decoded(encoded(made))


def test_nothing_is_made_of_nothing() -> None:
    assert with_layers(b"", {"cells1"}) == put_together([b"", b""]) == b""
    assert with_layers(encoded([("cells1", ["a"])]), {"cells2"}) == b""
