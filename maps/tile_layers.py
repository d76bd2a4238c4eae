"""Take layers out of vector tiles and put tiles together, without decoding what is drawn.

A vector tile is a protobuf message whose layers stand one after another, so that some of them, or those of several
tiles, are again a tile.
"""

from __future__ import annotations

import gzip
from collections.abc import Container, Iterable, Iterator

_LAYER = 0x1A  # field 3, bytes
_NAME = 0x0A  # field 1, bytes


def with_layers(packed: bytes, names: Container[str]) -> bytes:
    """A gzipped tile with some of its layers, empty when it has none of them."""
    if not packed:
        return b""
    return _packed(layer for name, layer in _layers(gzip.decompress(packed)) if name in names)


def put_together(packed: Iterable[bytes]) -> bytes:
    """One gzipped tile of the layers of several, empty when all are; their layers have names of their own."""
    return _packed(gzip.decompress(one) for one in packed if one)


def _packed(parts: Iterable[bytes]) -> bytes:
    body = b"".join(parts)
    return gzip.compress(body, 6, mtime=0) if body else b""


def _layers(tile: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each layer, its field's head included."""
    place = 0
    while place < len(tile):
        begin = place
        field, place = _varint(tile, place)
        length, place = _varint(tile, place)
        end = place + length
        if field == _LAYER:
            yield _name(tile, place, end), tile[begin:end]
        place = end


def _name(tile: bytes, place: int, end: int) -> str:
    """The name of the layer that fills a part of a tile."""
    while place < end:
        field, place = _varint(tile, place)
        if field & 7 == 0:
            _, place = _varint(tile, place)
            continue
        length, place = _varint(tile, place)
        if field == _NAME:
            return tile[place : place + length].decode()
        place += length
    return ""


def _varint(tile: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, the least first, and the place behind it."""
    number = shift = 0
    while True:
        byte = tile[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004  the bit that says that more follows
            return number, place
