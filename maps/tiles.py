"""Address Web Mercator tiles, encode their layers, and keep the encoded ones within a bound of bytes.

Tiles are XYZ (row 0 in the north) in EPSG:3857, 4096 units wide. Geometries here are in metres of EPSG:3857.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.errors import InvalidValue
from gridgis.geometry import xy_to_metric

EXTENT = 4096
BUFFER = 80  # units drawn beyond each edge, so that strokes meet
HALF_WORLD_M = 20_037_508.342789244
MERCATOR_EPSG = 3857
MERCATOR_LATITUDE = 85.0511
DEEPEST_ZOOM = 22


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile's address.

    Raises:
        InvalidValue: ``tile.address`` when the zoom is beyond 22 or the column or row beyond the zoom.
    """

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.z <= DEEPEST_ZOOM or not (0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise InvalidValue("tile.address", z=self.z, x=self.x, y=self.y)

    @property
    def width_m(self) -> float:
        """Width in metres of EPSG:3857."""
        return 2 * HALF_WORLD_M / (1 << self.z)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres of EPSG:3857."""
        west = -HALF_WORLD_M + self.x * self.width_m
        north = HALF_WORLD_M - self.y * self.width_m
        return west, north - self.width_m, west + self.width_m, north

    @property
    def drawn_bounds(self) -> tuple[float, float, float, float]:
        """The bounds with the margin that is drawn beyond each edge."""
        margin = self.width_m * BUFFER / EXTENT
        west, south, east, north = self.bounds
        return west - margin, south - margin, east + margin, north + margin


def unit_m(zoom: int) -> float:
    """Metres of EPSG:3857 in one unit of a tile at a zoom."""
    return 2 * HALF_WORLD_M / (1 << zoom) / EXTENT


def to_mercator(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Geometries from lon/lat degrees to metres of EPSG:3857."""

    def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        kept = np.column_stack([xy[:, 0], np.clip(xy[:, 1], -MERCATOR_LATITUDE, MERCATOR_LATITUDE)])
        return xy_to_metric(kept, MERCATOR_EPSG)

    moved: NDArray[np.object_] = shapely.transform(shapes, project)
    return moved


@dataclass(frozen=True, slots=True)
class TileLayer:
    """One layer of one tile.

    Attributes:
        name: Name of the layer in the tile.
        shapes: Geometries (n,) in EPSG:3857, clipped to the tile's drawn bounds.
        properties: Properties of each, of texts, numbers and booleans only.
    """

    name: str
    shapes: NDArray[np.object_]
    properties: Sequence[Mapping[str, Any]]


def encode(tile: Tile, layers: Iterable[TileLayer]) -> bytes:
    """A Mapbox vector tile (version 2) of named layers, gzipped; empty bytes when nothing lies in the tile."""
    west, south, _, _ = tile.bounds
    scale = EXTENT / tile.width_m

    def to_units(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round((xy - (west, south)) * scale)

    filled = []
    for layer in layers:
        features = [
            {"geometry": shape, "properties": dict(properties)}
            for shape, properties in zip(shapely.transform(layer.shapes, to_units), layer.properties, strict=True)
        ]
        if features:
            filled.append({"name": layer.name, "features": features})
    if not filled:
        return b""
    return gzip.compress(mapbox_vector_tile.encode(filled, default_options={"extents": EXTENT}), 6, mtime=0)


class TileCache:
    """Encoded tiles within a bound of bytes; the one unused for longest goes first. Safe among threads."""

    def __init__(self, most_bytes: int = 32_000_000) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Tile, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def peek(self, tile: Tile) -> bytes | None:
        """The encoded tile when it is kept."""
        with self._lock:
            found = self._kept.get(tile)
            if found is not None:
                self._kept.move_to_end(tile)
            return found

    def get(self, tile: Tile, make: Callable[[Tile], bytes]) -> bytes:
        """The encoded tile, made when it is not kept."""
        found = self.peek(tile)
        if found is not None:
            return found
        made = make(tile)
        with self._lock:
            self._bytes += len(made) - len(self._kept.pop(tile, b""))
            self._kept[tile] = made
            while self._bytes > self._most_bytes and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return made

    @property
    def size_bytes(self) -> int:
        """Bytes kept now."""
        return self._bytes
