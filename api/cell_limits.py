"""Write the limits (四至) of each cell of a stored plan from the roads, waters and neighbours at its border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridgis.cells import GridPlan
from gridgis.geometry import to_metric
from gridgis.planning.written_limits import Limit, LimitKind, written_limits

if TYPE_CHECKING:
    from geodata.store.reading import Reads

NEAR_M = 40.0
WATERS = frozenset({"water", "waterways"})


def cell_limits(store: Reads, plan: GridPlan, level: int = 3) -> dict[str, tuple[Limit, ...]]:
    """The four limits of each cell of a level, by its code."""
    epsg = plan.district.metric_epsg
    cells = plan.of_level(level)
    areas = np.asarray(to_metric(np.asarray([cell.geometry for cell in cells], dtype=object), epsg), dtype=object)
    things = _named_lines(store, epsg)
    lines = shapely.STRtree([line for _, _, line in things])
    beside = shapely.STRtree(areas)
    found: dict[str, tuple[Limit, ...]] = {}
    for place, cell in enumerate(cells):
        rim = shapely.boundary(areas[place])
        near = [things[one] for one in lines.query(rim, predicate="dwithin", distance=NEAR_M)]
        neighbours = beside.query(rim, predicate="dwithin", distance=1.0)
        others = {cells[one].name: areas[one] for one in neighbours.tolist() if one != place}
        found[cell.code] = written_limits(areas[place], near, others)
    return found


def _named_lines(store: Reads, epsg: int) -> list[tuple[LimitKind, str, shapely.Geometry]]:
    """Named roads, each once, and named waters, in metres."""
    things: list[tuple[LimitKind, str, shapely.Geometry]] = []
    roads = store.roads()
    if roads is not None:
        named = np.flatnonzero((roads.name != "") & ((roads.tail <= roads.head) | roads.oneway))
        metric = to_metric(np.asarray(roads.geometry[named], dtype=object), epsg)
        things += [(LimitKind.ROAD, str(roads.name[edge]), line) for edge, line in zip(named, metric, strict=True)]
    waters = [one for one in store.base_map() if one.layer in WATERS and one.name]
    if waters:
        metric = to_metric(np.asarray([one.geometry for one in waters], dtype=object), epsg)
        things += [(LimitKind.RIVER, one.name, line) for one, line in zip(waters, metric, strict=True)]
    return things
