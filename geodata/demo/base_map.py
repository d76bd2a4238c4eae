"""Put on the map what is drawn beside the roads: waters, fish ponds, the railway, names of places."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely import LineString

from geodata.demo.cells import Grid, short
from geodata.demo.land import Land
from geodata.demo.links import Links
from geodata.demo.osm_map import OsmMap
from geodata.demo.strands import Strands
from geodata.demo.waters import lakes_of, lines_of

_PONDS_TRIED = 5200
_POND_CLEAR_M = 13.0
_DITCH_SHARE = 0.22


def add_base_map(osm: OsmMap, land: Land, grid: Grid, links: Links, strands: Strands) -> None:
    """Waters, ponds, ditches, railway and places."""
    ground = land.ground
    for water in land.waters:
        xy = shapely.get_coordinates(water.shape)
        if water.kind == "lake":
            osm.add_ring(xy, {"natural": "water", "water": "lake", "name": water.name})
        else:
            osm.add_line(xy, {"waterway": water.kind, "name": water.name, "width": f"{water.width_m:.0f}"})
    for pond in _ponds(land, links, strands):
        osm.add_ring(shapely.get_coordinates(pond), {"natural": "water", "water": "fishpond"})
    for ditch in _ditches(land, grid):
        osm.add_line(shapely.get_coordinates(ditch), {"waterway": "ditch"})
    for route in land.routes:
        if route.highway == "rail":
            osm.add_line(shapely.get_coordinates(route.line), {"railway": "rail", "name": route.name})
    for town, seat in zip((one for one in ground.towns if one.governed), ground.seats, strict=True):
        osm.add_place(seat, {"place": "suburb" if town.name.endswith("街道") else "town", "name": town.name})
    for name, unit in zip(grid.villages.name, grid.seat_unit.tolist(), strict=True):
        osm.add_place(links.home[unit], {"place": "village", "name": short(name)})


def _ponds(land: Land, links: Links, strands: Strands) -> list[shapely.Polygon]:
    """Fish ponds of the lake land: rectangles clear of roads, rivers and each other."""
    ground, chance = land.ground, land.chance("ponds")
    pieces = strands.pieces
    ends = np.stack((strands.xy[strands.node[pieces]], strands.xy[strands.node[pieces + 1]]), axis=1)
    roads = np.asarray(shapely.linestrings(ends), dtype=np.object_)
    west, south, east, north = ground.area.bounds
    at = chance.uniform((west, south), (east, north), (_PONDS_TRIED, 2))
    at = at[(ground.lakeland(at) > chance.uniform(0.4, 1, len(at))) & (ground.built_up(at) < 0.2)]
    at = at[shapely.contains_xy(ground.area, *at.T)]
    turn = links.turn[cKDTree(links.home).query(at)[1]]
    half = chance.uniform((22, 30), (45, 85), (len(at), 2))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half[:, None]
    turned = np.stack(
        (
            corners[..., 0] * np.cos(turn)[:, None] - corners[..., 1] * np.sin(turn)[:, None],
            corners[..., 0] * np.sin(turn)[:, None] + corners[..., 1] * np.cos(turn)[:, None],
        ),
        axis=-1,
    )
    shapes = np.asarray(shapely.polygons(np.round(at[:, None] + turned, 1)), dtype=np.object_)
    clear = shapely.contains(ground.area, shapes)
    for other, clear_m in ((roads, _POND_CLEAR_M), (lines_of(land.waters), 40.0), (lakes_of(land.waters), 30.0)):
        clear[shapely.STRtree(other).query(shapes, predicate="dwithin", distance=clear_m)[0]] = False
    shapes = shapes[clear]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=5.0)
    crowded = np.zeros(len(shapes), dtype=bool)
    crowded[first[first > second]] = True
    return list(shapes[~crowded])


def _ditches(land: Land, grid: Grid) -> list[LineString]:
    """Ditches along some borders of natural villages in the dry south."""
    ground, chance = land.ground, land.chance("ditches")
    shapes = ground.plane.to_metres(grid.units.shape)
    pair = grid.unit_pair[chance.uniform(size=len(grid.unit_pair)) < _DITCH_SHARE]
    common = shapely.line_merge(shapely.intersection(shapes[pair[:, 0]], shapes[pair[:, 1]]))
    lines = [line for line in shapely.get_parts(common) if isinstance(line, LineString) and line.length > 150]
    middle = shapely.get_coordinates(shapely.centroid(lines))
    dry = (ground.lakeland(middle) < 0.3) & (ground.built_up(middle) < 0.15)
    return [line for line, wanted in zip(lines, dry, strict=True) if wanted]
