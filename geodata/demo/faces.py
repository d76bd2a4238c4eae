"""Cut the district into some fifty thousand small pieces of land whose borders follow waters and main roads.

Villages, units and cells are unions of these pieces, so that they tile each other exactly. The pieces are Voronoi
regions of a bent, jittered lattice; along every line to be followed the lattice gives way to pairs of points on both
sides of it, whose regions meet on the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from geodata.demo.chance import wander
from geodata.demo.ground import DEGREE_DIGITS, Ground
from geodata.demo.land import Land
from geodata.demo.main_roads import middle_lines
from geodata.demo.street_grids import main_lines
from geodata.demo.waters import lines_of, segments_of

Points = NDArray[np.float64]
_SPACING_M, _FINE = 172.0, 2
_BUILT_UP = 0.30
_PAIR_STEP_M, _PAIR_OFF_M = 95.0, 30.0
_BESIDE_M, _CROWDED_M = 78.0, 12.0
_SAME_CORNER_M = 6.0
_FAR_M = 40_000.0
_GRID = 10.0**-DEGREE_DIGITS


@dataclass(frozen=True)
class Faces:
    """Small pieces that tile the district.

    Attributes:
        shape: Polygons (n) in lon/lat, corners shared.
        middle: Points (n, 2) in metres, one inside or near each.
        area_m2: Areas (n).
        pair: Numbers (m, 2) of pieces that share a border.
        border_m: Length (m) of the border shared.
    """

    shape: NDArray[np.object_]
    middle: Points
    area_m2: NDArray[np.float64]
    pair: NDArray[np.intp]
    border_m: NDArray[np.float64]


def cut_faces(land: Land) -> Faces:
    """Tile the district; borders follow its rivers, canals, main roads and main streets."""
    ground, chance = land.ground, land.chance("faces")
    points = _seeds(
        ground, chance, np.concatenate((lines_of(land.waters), middle_lines(land.routes), main_lines(land.towns)))
    )
    lines = _borders(ground, points)
    shapes = shapely.get_parts(shapely.polygonize(lines))
    inside = shapely.contains_properly(ground.outline, shapely.point_on_surface(shapes))
    shapes = np.asarray(shapely.normalize(shapes[inside]), dtype=np.object_)
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    metres = ground.metres(corners)
    flat = shapely.polygons(shapely.linearrings(metres, indices=owner))
    centre = shapely.get_coordinates(shapely.centroid(flat))
    order = np.lexsort((centre[:, 0], np.round(centre[:, 1] / 500)))
    rank = np.argsort(order)
    pair, border_m = _neighbours(corners, metres, rank[owner])
    area_m2 = np.asarray(shapely.area(flat), dtype=np.float64)
    return Faces(shapes[order], centre[order], area_m2[order], pair, border_m)


def _seeds(ground: Ground, chance: np.random.Generator, followed: NDArray[np.object_]) -> Points:
    """The points whose Voronoi regions are the pieces."""
    segments = segments_of(followed)
    line_of = np.repeat(np.arange(len(followed)), shapely.get_num_points(followed) - 1)
    pieces = shapely.STRtree(segments)
    pairs = _pairs(followed, pieces, line_of)
    west, south, east, north = ground.area.bounds
    base = np.stack(
        np.meshgrid(np.arange(west - 900, east + 900, _SPACING_M), np.arange(south - 900, north + 900, _SPACING_M)), -1
    ).reshape(-1, 2)
    lattice = wander(chance.spawn(1)[0], base, off_m=420, wavelength_m=7500)
    fine = ground.built_up(lattice) > _BUILT_UP
    shares = (np.arange(_FINE) - (_FINE - 1) / 2) / _FINE * _SPACING_M
    parts = np.stack(np.meshgrid(shares, shares), -1).reshape(-1, 2)
    divided = (lattice[fine][:, None] + parts).reshape(-1, 2)
    points = np.concatenate((lattice[~fine], divided))
    loose = np.concatenate((np.full((~fine).sum(), _SPACING_M), np.full(len(divided), _SPACING_M / _FINE)))
    points += chance.uniform(-0.3, 0.3, points.shape) * loose[:, None]
    near = np.zeros(len(points), dtype=bool)
    near[pieces.query(shapely.points(points), predicate="dwithin", distance=_BESIDE_M)[0]] = True
    points = np.concatenate((points[~near], pairs))
    outside = ~shapely.dwithin(ground.area, shapely.points(points), 500.0)
    return np.asarray(points[~outside])


def _pairs(followed: NDArray[np.object_], pieces: shapely.STRtree, line_of: NDArray[np.intp]) -> Points:
    """Points on both sides of the lines, none where another line is near."""
    made = []
    for number, line in enumerate(followed):
        along = np.arange(_PAIR_STEP_M / 2, line.length, _PAIR_STEP_M)
        at, ahead = (shapely.get_coordinates(shapely.line_interpolate_point(line, along + step)) for step in (0.0, 1.0))
        way = ahead - at
        normal = np.column_stack((-way[:, 1], way[:, 0])) / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
        sides = np.stack((at + _PAIR_OFF_M * normal, at - _PAIR_OFF_M * normal))
        spots = np.asarray(shapely.points(sides.reshape(-1, 2)), dtype=np.object_)
        asked, found = pieces.query(spots, predicate="dwithin", distance=_PAIR_OFF_M + _CROWDED_M)
        crowded = np.zeros(2 * len(at), dtype=bool)
        crowded[asked[line_of[found] != number]] = True
        made.append(sides[:, ~crowded.reshape(2, -1).any(axis=0)].reshape(-1, 2))
    points = np.concatenate(made)
    close = cKDTree(points).query_pairs(0.8 * _PAIR_OFF_M, output_type="ndarray")
    return np.asarray(np.delete(points, np.unique(close[:, 1]), axis=0))


def _borders(ground: Ground, points: Points) -> NDArray[np.object_]:
    """Every border between two pieces, and the outline, as lines in lon/lat that meet only at their ends."""
    ring = _FAR_M * np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)])
    diagram = Voronoi(np.concatenate((points, ring)))
    ridges = np.array(diagram.ridge_vertices)
    ridges = ridges[(ridges >= 0).all(axis=1)]
    corner, ridges = _merge_corners(diagram.vertices, ridges)
    lonlat = ground.lonlat(corner)
    lines = np.asarray(shapely.linestrings(lonlat[ridges]), dtype=np.object_)
    shapely.prepare(ground.outline)
    inside = shapely.contains_properly(ground.outline, lines)
    crossing = lines[~inside]
    crossing = crossing[shapely.intersects(ground.outline, crossing)]
    noded = shapely.union_all([*crossing, ground.outline.boundary], grid_size=_GRID)
    pieces = shapely.get_parts(noded)
    kept = shapely.covers(shapely.buffer(ground.outline, 3 * _GRID), pieces)
    return np.concatenate((lines[inside], pieces[kept]))


def _merge_corners(corner: Points, ridges: NDArray[np.intp]) -> tuple[Points, NDArray[np.intp]]:
    """Corners that nearly coincide made one, and the ridges that remain."""
    used = np.unique(ridges)
    close = cKDTree(corner[used]).query_pairs(_SAME_CORNER_M, output_type="ndarray")
    links = csr_array((np.ones(len(close)), (close[:, 0], close[:, 1])), shape=(len(used), len(used)))
    count, label = connected_components(links, directed=False)
    weight = np.bincount(label, minlength=count)
    merged = np.column_stack([np.bincount(label, corner[used, axis], count) / weight for axis in (0, 1)])
    place = np.full(len(corner), -1)
    place[used] = label
    ridges = np.sort(place[ridges], axis=1)
    return merged, np.unique(ridges[ridges[:, 0] != ridges[:, 1]], axis=0)


def _neighbours(
    corners: Points, metres: Points, owner: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Pairs of pieces that share sides, and how long these are in all."""
    whole = np.rint(corners / _GRID).astype(np.int64)
    same = owner[1:] == owner[:-1]
    start, end = whole[:-1][same], whole[1:][same]
    length_m = np.hypot(*(metres[1:] - metres[:-1])[same].T)
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    side = np.where(turned[:, None], np.hstack((end, start)), np.hstack((start, end)))
    order = np.lexsort(side.T)
    twice = (side[order][1:] == side[order][:-1]).all(axis=1)
    first, second = order[:-1][twice], order[1:][twice]
    holder = owner[:-1][same]
    pairs = np.sort(np.column_stack((holder[first], holder[second])), axis=1)
    unique, back = np.unique(pairs, axis=0, return_inverse=True)
    border_m = np.bincount(back.ravel(), length_m[first], len(unique)).astype(np.float64)
    return unique.astype(np.intp), border_m
