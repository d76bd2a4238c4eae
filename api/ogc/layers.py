"""Give the vector tiles of a collection, or of all, out of the tiles that the pages' maps are drawn from.

Tiles are cut once. A collection that shares its tiles with others has its layer taken out of them; whoever sees a part
of the enterprises has tiles of that part. What was taken out or put together is kept within a bound of bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from api.ogc.answers import tag_of
from api.served import ServedDistrict
from api.snapshot import Snapshot
from gridgis.access import AreaFilter
from gridgis.access.areas import EVERYTHING
from gridgis.cells import GridPlan
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
    return Made(tag_of(whole.version, layer), whole.max_zoom, lambda tile: with_layers(whole.tile(tile), {layer}))


def together(parts: Sequence[Tiles]) -> Made:
    """Tiles with the layers of several, no deeper than any of them has tiles."""
    return Made(
        tag_of(*(part.version for part in parts)),
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

    def tiles(self, drawn: Drawn) -> Tiles:
        """The set, made anew."""
        parts = [drawn.whole(name, self.area) for name in self.names]
        if len(parts) > 1:
            return together(parts)
        return one_layer(parts[0], self.layer) if self.layer else parts[0]


class _Set(NamedTuple):
    """A set of tiles, and the version and plan it was made of."""

    version: int
    plan: GridPlan | None
    tiles: Tiles


@dataclass(frozen=True, slots=True)
class Drawn:
    """What tiles are made of.

    Attributes:
        served: The district served.
        data: Its data as they are now.
        now: The moment.
        plan: The plan in force, None before the first one.
    """

    served: ServedDistrict
    data: Snapshot
    now: datetime
    plan: GridPlan | None

    def whole(self, name: str, area: AreaFilter) -> Tiles:
        """The tiles of a name, of enterprises those that somebody sees.

        Raises:
            StoreFault: See `ServedDistrict.base_map`.
        """
        if name == "base":
            return self.served.base_map() or NOTHING
        if name == "cells":
            return self.data.cell_tiles(self.now)
        if name == "teams":
            return self.data.team_tiles
        return self.data.enterprise_tiles_in(area, self.now)


class TileSets:
    """The sets of tiles asked for of late. Safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _Set] = OrderedDict()

    def ready(self, wanted: Wanted, drawn: Drawn) -> Tiles | None:
        """A set of tiles when it is made already; never waits."""
        found = self._kept.get(wanted)
        fits = found is not None and found.version == drawn.data.version and found.plan is drawn.plan
        return found.tiles if fits and found is not None else None

    def make(self, wanted: Wanted, drawn: Drawn) -> Tiles:
        """A set of tiles; the one of before, with the tiles cut already, where nothing that is drawn has changed.

        Raises:
            StoreFault: See `ServedDistrict.base_map`.
        """
        tiles = wanted.tiles(drawn)
        with self._lock:
            before = self._kept.pop(wanted, None)
            if before is not None and before.tiles.version == tiles.version:
                tiles = before.tiles
            self._kept[wanted] = _Set(drawn.data.version, drawn.plan, tiles)
            while len(self._kept) > MOST_SETS:
                self._kept.popitem(last=False)
        return tiles
