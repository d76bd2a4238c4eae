"""Draw the district's own records as vector tiles: cells with their labels, enterprises, teams.

Each set of layers knows which zoom shows what, so that a tile of the whole district stays small: basic cells only from
street zooms, enterprises as clusters until they can be told apart. Shared borders are simplified once for both sides.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.cells.cell import Cell
from gridgis.dispatch.teams import Team
from gridgis.supervision.enterprises import Enterprise, Site
from maps.styles import RISK_ORDER
from maps.tiles import HALF_WORLD_M, Tile, TileCache, TileLayer, encode, to_mercator, unit_m

CELL_ZOOMS: Mapping[int, int] = MappingProxyType({1: 0, 2: 10, 3: 13})
"""First zoom that shows the cells of a level."""
LABEL_ZOOMS: Mapping[int, tuple[int, int]] = MappingProxyType({1: (8, 13), 2: (12, 15), 3: (15, 22)})
"""First and last zoom that show the labels of a level."""
SIMPLIFIED_BELOW = 14
SIMPLIFIED_UNITS = 8
DEEPEST_CELLS = 16
DEEPEST_POINTS = 16
SINGLES_FROM = 14
CLUSTER_SQUARES = 4  # a tile is 4 by 4 squares, one cluster each


@dataclass(frozen=True)
class LiveTiles:
    """Tiles of some layers, made when they are first asked for and kept within a bound.

    Attributes:
        name: Name in the address.
        version: Hash of everything drawn; it changes when and only when a tile may change.
        layers: Names of the layers in a tile.
        min_zoom: First zoom that is not empty.
        max_zoom: Deepest zoom made; clients enlarge these beyond it.
        draw: What lies in a tile.
    """

    name: str
    version: str
    layers: tuple[str, ...]
    min_zoom: int
    max_zoom: int
    draw: Callable[[Tile], Iterable[TileLayer]]
    cache: TileCache = field(default_factory=TileCache, compare=False, repr=False)

    def peek(self, tile: Tile) -> bytes | None:
        """The gzipped vector tile when it is kept."""
        return self.cache.peek(tile)

    def tile(self, tile: Tile) -> bytes:
        """The gzipped vector tile, empty when nothing lies there or the zoom is beyond ``max_zoom``."""
        if tile.z > self.max_zoom:
            return b""
        return self.cache.get(tile, lambda wanted: encode(wanted, self.draw(wanted)))


def content_hash(*parts: Any) -> str:
    """A short hash of geometries (as WKB) and values."""
    digest = hashlib.blake2b(digest_size=10)
    for part in parts:
        if isinstance(part, np.ndarray) and part.dtype == object:
            for wkb in shapely.to_wkb(part):
                digest.update(wkb or b"\0")
        elif isinstance(part, np.ndarray):
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            digest.update(repr(part).encode())
    return digest.hexdigest()


class _Level:
    """The cells of one level in EPSG:3857, simplified for each small zoom once, borders kept shared."""

    def __init__(self, level: int, cells: Sequence[Cell]) -> None:
        self.level = level
        self.properties = [
            {
                "code": cell.code,
                "name": cell.name,
                "level": cell.level,
                "kind": cell.kind.value,
                "parent_code": cell.parent_code,
                "governed": cell.governed,
            }
            for cell in cells
        ]
        self.shapes = to_mercator(np.array([cell.geometry for cell in cells], dtype=object))
        self.seats = to_mercator(np.array([_label_point(cell) for cell in cells], dtype=object))
        self.tree = shapely.STRtree(self.shapes)
        self.seat_tree = shapely.STRtree(self.seats)
        self._simplified: dict[int, NDArray[np.object_]] = {}
        self._lock = threading.Lock()

    def shapes_at(self, zoom: int) -> NDArray[np.object_]:
        """The geometries as detailed as a zoom can show."""
        if zoom >= SIMPLIFIED_BELOW:
            return self.shapes
        with self._lock:
            if zoom not in self._simplified:
                tolerance = unit_m(zoom) * SIMPLIFIED_UNITS
                self._simplified[zoom] = shapely.coverage_simplify(self.shapes, tolerance)
            return self._simplified[zoom]

    def areas(self, tile: Tile) -> TileLayer:
        """The cells in a tile, cut to what is drawn."""
        window = shapely.box(*tile.drawn_bounds)
        found = np.sort(self.tree.query(window, predicate="intersects"))
        cut = shapely.intersection(self.shapes_at(tile.z)[found], window)
        areal = np.isin(shapely.get_type_id(cut), (3, 6)) & ~shapely.is_empty(cut)
        kept = [self.properties[index] for index in found[areal]]
        return TileLayer(f"cells{self.level}", cut[areal], kept)

    def labels(self, tile: Tile) -> list[tuple[Any, Mapping[str, Any]]]:
        """The label points in a tile with their properties."""
        first, last = LABEL_ZOOMS[self.level]
        if not first <= tile.z <= last:
            return []
        found = np.sort(self.seat_tree.query(shapely.box(*tile.bounds)))
        return [
            (self.seats[index], {name: self.properties[index][name] for name in ("code", "name", "level")})
            for index in found
        ]


def _label_point(cell: Cell) -> shapely.Point:
    """Where a cell's name stands: its seat when that lies in the cell, else a point inside."""
    if cell.seat is not None:
        seat = shapely.Point(cell.seat)
        if cell.geometry.intersects(seat):
            return seat
    return cell.geometry.representative_point()


def cell_tiles(cells: Sequence[Cell]) -> LiveTiles:
    """Layers ``cells1``, ``cells2``, ``cells3`` (areas) and ``labels`` (points) of a plan's cells."""
    levels = [
        _Level(level, chosen) for level in CELL_ZOOMS if (chosen := [cell for cell in cells if cell.level == level])
    ]

    def draw(tile: Tile) -> Iterable[TileLayer]:
        for level in levels:
            if tile.z >= CELL_ZOOMS[level.level]:
                yield level.areas(tile)
        labels = [label for level in levels for label in level.labels(tile)]
        points = np.array([point for point, _ in labels], dtype=object)
        yield TileLayer("labels", points, [properties for _, properties in labels])

    version = content_hash(*(part for level in levels for part in (level.shapes, level.seats, level.properties)))
    return LiveTiles("cells", version, ("cells1", "cells2", "cells3", "labels"), 0, DEEPEST_CELLS, draw)


def _points(lonlat: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Lon/lat pairs as EPSG:3857 coordinates of shape (n, 2)."""
    shapes = shapely.points(np.asarray(lonlat, dtype=np.float64).reshape(-1, 2))
    return shapely.get_coordinates(to_mercator(np.asarray(shapes, dtype=object)))


def _squares(xy: NDArray[np.float64], zoom: int, a_tile: int = 1) -> NDArray[np.int64]:
    """Column and row of the square that holds each point, ``a_tile`` squares to the side of a tile at a zoom."""
    width_m = 2 * HALF_WORLD_M / ((1 << zoom) * a_tile)
    squares: NDArray[np.int64] = np.floor((xy * (1, -1) + HALF_WORLD_M) / width_m).astype(np.int64)
    return squares


def _inside(xy: NDArray[np.float64], tile: Tile) -> NDArray[np.intp]:
    """Which points lie in a tile; each point lies in exactly one of a zoom."""
    return np.flatnonzero((_squares(xy, tile.z) == (tile.x, tile.y)).all(axis=1))


def enterprise_tiles(enterprises: Sequence[Enterprise], sites: Sequence[Site]) -> LiveTiles:
    """Layer ``enterprises``: one point a placed site from zoom 14, clusters with counts by risk colour below.

    A cluster names the worst risk in it and how many sites of each colour; the squares of the clusters nest in the
    tiles, so that no site is counted in two.
    """
    known: Mapping[UUID, Enterprise] = {enterprise.id: enterprise for enterprise in enterprises}
    placed = [site for site in sites if site.lon is not None and site.lat is not None]
    xy = _points([(site.lon, site.lat) for site in placed if site.lon is not None and site.lat is not None])
    risk = np.array([RISK_ORDER.index(known[site.enterprise_id].risk) for site in placed], dtype=np.int64)
    single = [_site_properties(site, known[site.enterprise_id]) for site in placed]

    def draw(tile: Tile) -> Iterable[TileLayer]:
        found = _inside(xy, tile)
        if tile.z >= SINGLES_FROM:
            shapes = np.asarray(shapely.points(xy[found]), dtype=object)
            yield TileLayer("enterprises", shapes, [single[index] for index in found])
        else:
            yield _clusters(tile, xy, risk, single, found)

    version = content_hash(xy, single)
    return LiveTiles("enterprises", version, ("enterprises",), 0, DEEPEST_POINTS, draw)


def _site_properties(site: Site, enterprise: Enterprise) -> dict[str, Any]:
    return {
        "id": str(enterprise.id),
        "name": site.name or enterprise.name,
        "risk": enterprise.risk.value,
        "count": 1,
        "chemicals": bool(enterprise.chemicals),
    }


def _clusters(
    tile: Tile,
    xy: NDArray[np.float64],
    risk: NDArray[np.int64],
    single: Sequence[Mapping[str, Any]],
    found: NDArray[np.intp],
) -> TileLayer:
    """One point for each square that holds sites: their mean, how many, how many of each colour, the worst."""
    square = _squares(xy[found], tile.z, CLUSTER_SQUARES) - np.array([tile.x, tile.y]) * CLUSTER_SQUARES
    key = square[:, 0] * CLUSTER_SQUARES + square[:, 1]
    groups, of_group = np.unique(key, return_inverse=True)
    count = np.bincount(of_group, minlength=len(groups))
    mean = np.column_stack(
        [
            np.bincount(of_group, weights=xy[found, axis], minlength=len(groups)) / np.maximum(count, 1)
            for axis in (0, 1)
        ]
    )
    colours = np.zeros((len(groups), len(RISK_ORDER)), dtype=np.int64)
    np.add.at(colours, (of_group, risk[found]), 1)
    first = np.full(len(groups), -1)
    first[of_group] = found
    properties = [
        single[first[group]]
        if count[group] == 1
        else {
            "count": int(count[group]),
            "risk": RISK_ORDER[int(np.flatnonzero(colours[group])[0])].value,
            **{colour.value: int(colours[group, place]) for place, colour in enumerate(RISK_ORDER)},
        }
        for group in range(len(groups))
    ]
    return TileLayer("enterprises", np.asarray(shapely.points(mean), dtype=object), properties)


def team_tiles(teams: Sequence[Team]) -> LiveTiles:
    """Layer ``teams``: one point a team's base."""
    xy = _points([(team.lon, team.lat) for team in teams])
    properties = [
        {
            "id": str(team.id),
            "code": team.code,
            "name": team.name,
            "tier": team.tier.value,
            "command": team.command.value,
            "people": team.people,
            "in_service": team.in_service,
        }
        for team in teams
    ]

    def draw(tile: Tile) -> Iterable[TileLayer]:
        found = _inside(xy, tile)
        shapes = np.asarray(shapely.points(xy[found]), dtype=object)
        yield TileLayer("teams", shapes, [properties[index] for index in found])

    return LiveTiles("teams", content_hash(xy, properties), ("teams",), 0, DEEPEST_POINTS, draw)
