"""Keep the sets of vector tiles that are asked for: those the maps are drawn from, one layer of them, several together.

Tiles are cut once for the pages and for OGC alike. Whoever sees a part of the enterprises has tiles of that part. What
was taken out of others or put together is kept within a bound of bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from starlette.concurrency import run_in_threadpool

from api.served import ServedDistrict
from api.snapshot import Snapshot
from gridgis.access import AreaFilter
from gridgis.access.areas import EVERYTHING
from gridgis.cells import GridPlan
from maps.layers import content_hash
from maps.tile_layers import put_together, with_layers
from maps.tiles import DEEPEST_ZOOM, Tile, TileCache

MOST_CUT_BYTES = 8_000_000
MOST_SETS = 64


class Tiles(Protocol):
    """Vector tiles of some layers."""

    @property
    def version(self) -> str:
        """Hash of what is drawn."""
        ...

    @property
    def max_zoom(self) -> int:
        """The deepest zoom with tiles."""
        ...

    def peek(self, tile: Tile) -> bytes | None:
        """The gzipped tile when it is kept."""
        ...

    def tile(self, tile: Tile) -> bytes:
        """The gzipped tile, empty when nothing lies there."""
        ...


@dataclass(frozen=True)
class Made:
    """Tiles made of others.

    Attributes:
        version: Hash of what is drawn.
        max_zoom: The deepest zoom with tiles.
        make: Makes a tile.
    """

    version: str
    max_zoom: int
    make: Callable[[Tile], bytes]
    cache: TileCache = field(default_factory=lambda: TileCache(MOST_CUT_BYTES), compare=False, repr=False)

    def peek(self, tile: Tile) -> bytes | None:
        """The gzipped tile when it is kept."""
        return self.cache.peek(tile)

    def tile(self, tile: Tile) -> bytes:
        """The gzipped tile, empty when nothing lies there."""
        return self.cache.get(tile, self.make)


NOTHING = Made("none", DEEPEST_ZOOM, lambda _: b"")


def one_layer(whole: Tiles, layer: str) -> Made:
    """One layer of tiles that have several."""
    return Made(content_hash(whole.version, layer), whole.max_zoom, lambda tile: with_layers(whole.tile(tile), {layer}))


def together(parts: Sequence[Tiles]) -> Made:
    """Tiles with the layers of several, no deeper than any of them has tiles."""
    return Made(
        content_hash(*(part.version for part in parts)),
        min((part.max_zoom for part in parts), default=DEEPEST_ZOOM),
        lambda tile: put_together(part.tile(tile) for part in parts),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A set of tiles.

    Attributes:
        names: Names of the tiles whose layers it has.
        layer: The only layer, '' for all.
        area: What whoever asks sees of the enterprises, when they are in it.
    """

    names: tuple[str, ...]
    layer: str = ""
    area: AreaFilter = EVERYTHING

    def tiles(self, served: ServedDistrict) -> Tiles:
        """The set, made anew."""
        parts = [_whole(served, name, self.area) for name in self.names]
        if len(parts) > 1:
            return together(parts)
        return one_layer(parts[0], self.layer) if self.layer else parts[0]


def _whole(served: ServedDistrict, name: str, area: AreaFilter) -> Tiles:
    """The tiles of a name as the maps are drawn from them."""
    return served.base_map() or NOTHING if name == "base" else served.live_tiles(name, area)


class _Set(NamedTuple):
    """A set of tiles, and the version and plan it was made of."""

    version: int
    plan: GridPlan | None
    tiles: Tiles


class TileSets:
    """The sets of tiles asked for of late. Safe among threads.

    Args:
        served: The district whose tiles they are.
    """

    def __init__(self, served: ServedDistrict) -> None:
        self._served = served
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _Set] = OrderedDict()

    async def get(self, wanted: Wanted, data: Snapshot, plan: GridPlan | None) -> Tiles:
        """A set of tiles; only the first request after a change waits for it to be made.

        Args:
            wanted: What it has.
            data: The data as they are now.
            plan: The plan in force, None before the first one.

        Raises:
            StoreFault: See `ServedDistrict.base_map`.
        """
        found = self._kept.get(wanted)
        if found is not None and found.version == data.version and found.plan is plan:
            return found.tiles
        return await run_in_threadpool(self._make, wanted, data.version, plan)

    def _make(self, wanted: Wanted, version: int, plan: GridPlan | None) -> Tiles:
        """Make a set; the one of before, with the tiles cut already, where nothing that is drawn has changed."""
        tiles = wanted.tiles(self._served)
        with self._lock:
            before = self._kept.pop(wanted, None)
            if before is not None and before.tiles.version == tiles.version:
                tiles = before.tiles
            self._kept[wanted] = _Set(version, plan, tiles)
            while len(self._kept) > MOST_SETS:
                self._kept.popitem(last=False)
        return tiles


async def cut(tiles: Tiles, tile: Tile) -> bytes:
    """A gzipped tile; only one that is not kept is waited for."""
    kept = tiles.peek(tile)
    return await run_in_threadpool(tiles.tile, tile) if kept is None else kept
