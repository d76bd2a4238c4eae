"""Make seeded county roads to search: any size, always the same.

The county is a bent grid of lanes with arterial roads, dead ends, one-way streets in its towns and a river with few
bridges.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.roads import RoadNetwork
from gridgis.roads.network import objects
from gridgis.roads.osmnx_graph import line_lengths_m

WEST, SOUTH, EAST, NORTH = 119.886, 32.341, 120.304, 32.716
ARTERY_EVERY, MAIN_EVERY, BRIDGE_EVERY = 24, 8, 12


def county(nodes: int, seed: int) -> RoadNetwork:
    """A seeded county of about so many nodes."""
    rng = np.random.default_rng(seed)
    side = round(nodes**0.5)
    row, column = (axis.ravel() for axis in np.mgrid[0:side, 0:side])
    x = WEST + (column + rng.uniform(-0.35, 0.35, side * side)) / side * (EAST - WEST)
    y = SOUTH + (row + rng.uniform(-0.35, 0.35, side * side)) / side * (NORTH - SOUTH)
    east = np.flatnonzero(column < side - 1)
    north = np.flatnonzero(row < side - 1)
    tail, head = np.concatenate([east, north]), np.concatenate([east + 1, north + side])
    line = np.concatenate([row[east], column[north]])
    artery, main = line % ARTERY_EVERY == 0, line % MAIN_EVERY == 0
    river = (np.minimum(column[tail], column[head]) == side // 3) & (column[tail] != column[head])
    bridge = river & (row[tail] % BRIDGE_EVERY == 0)
    kept = (artery | main | (rng.random(len(tail)) < 0.62)) & (~river | bridge)
    tail, head, artery, main, bridge = (column[kept] for column in (tail, head, artery, main, bridge))
    highway = np.where(artery, "primary", np.where(main, "tertiary", "residential"))
    in_town = (np.abs(column[tail] / side - 0.6) < 0.08) & (np.abs(row[tail] / side - 0.5) < 0.08)
    oneway = in_town & ~main & (rng.random(len(tail)) < 0.5)
    return _network(rng, (x, y), (tail, head), highway, oneway, bridge)


def _network(  # noqa: PLR0917 (columns in one order)
    rng: np.random.Generator,
    xy: tuple[NDArray[np.float64], NDArray[np.float64]],
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    highway: NDArray[np.str_],
    oneway: NDArray[np.bool_],
    bridge: NDArray[np.bool_],
) -> RoadNetwork:
    x, y = xy
    tail, head = ends
    bend = rng.normal(0, 0.15, len(tail))
    middle_x = (x[tail] + x[head]) / 2 - bend * (y[head] - y[tail])
    middle_y = (y[tail] + y[head]) / 2 + bend * (x[head] - x[tail])
    points = np.stack(
        [np.column_stack(pair) for pair in ((x[tail], y[tail]), (middle_x, middle_y), (x[head], y[head]))], axis=1
    )
    lines = objects(shapely.linestrings(points))
    two_way = np.flatnonzero(~oneway)
    way = np.arange(1, len(tail) + 1)
    road = np.concatenate([np.arange(len(tail)), two_way])
    backward = np.arange(len(road)) >= len(tail)
    geometry = lines[road]
    geometry[backward] = shapely.reverse(geometry[backward])
    used, place = np.unique(np.concatenate([tail, head]), return_inverse=True)
    first, last = place[: len(tail)][road], place[len(tail) :][road]
    return RoadNetwork(
        node_id=used + 1,
        x=x[used],
        y=y[used],
        street_count=np.bincount(place).astype(np.int32),
        node_tags=objects({} for _ in used),
        tail=np.where(backward, last, first),
        head=np.where(backward, first, last),
        key=np.zeros(len(road), dtype=np.int32),
        way_ids=objects((int(one),) for one in way[road]),
        length_m=line_lengths_m(lines)[road],
        highway=objects(highway[road].tolist()),
        name=objects("" for _ in road),
        ref=objects("" for _ in road),
        oneway=oneway[road],
        reversed=backward,
        tags=objects({"bridge": "yes"} if one else {} for one in bridge[road]),
        geometry=geometry,
    ).in_space_order()


def core(network: RoadNetwork) -> NDArray[np.int64]:
    """Nodes from and to which one can drive: elsewhere ours would snap to the next road and a peer find no way."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(network.edges, dtype=np.int8)
    links = csr_array((ones, (network.tail, network.head)), shape=(network.nodes, network.nodes))
    _, label = connected_components(links, directed=True, connection="strong")
    return np.flatnonzero(label == np.bincount(label).argmax())
