"""Find the areas that share a border."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.geometry import LocalPlane

_CORNER = 10


def shared_borders(areas: Sequence[shapely.Geometry], tolerance_m: float) -> NDArray[np.intp]:
    """Pairs of areas that share a border, not only a corner.

    A border is shared where it is the same line, or where it runs within the tolerance of the other area for more than
    ten times the tolerance (less is two corners that meet).

    Args:
        areas: Polygons (k) in lon/lat.
        tolerance_m: How far two borders may differ and still be one.

    Returns:
        Places in ``areas``, shape (p, 2), the lesser first, in order.
    """
    shapes = np.asarray(LocalPlane.around(areas).to_metres(np.asarray(areas, dtype=object)), dtype=object)
    if not len(shapes):
        return np.zeros((0, 2), dtype=np.intp)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=tolerance_m)
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    first, second = first[first < second], second[first < second]
    borders = shapely.boundary(shapes)
    same_m = shapely.length(shapely.intersection(borders[first], borders[second]))
    shared = same_m > max(tolerance_m, 0)
    unsure = np.flatnonzero(~shared)
    if tolerance_m > 0 and len(unsure):
        near = shapely.buffer(shapes[second[unsure]], tolerance_m, quad_segs=4)
        along_m = shapely.length(shapely.intersection(borders[first[unsure]], near))
        shared[unsure] = along_m > _CORNER * tolerance_m
    return np.column_stack((first[shared], second[shared]))
