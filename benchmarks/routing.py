"""Time searches for who reaches an alarm: ours against networkx and scipy on the same seeded county roads.

The county is a bent grid of lanes with arterial roads, dead ends, one-way streets in its towns and a river with few
bridges. Answers are compared before anything is timed; a peer that answers differently stops the benchmark.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.roads import RoadNetwork, Router
from gridgis.roads.network import objects
from gridgis.roads.osmnx_graph import line_lengths_m
from gridgis.roads.passage import passage

WEST, SOUTH, EAST, NORTH = 119.886, 32.341, 120.304, 32.716
PROFILE = "fire_engine"
TEAMS = 30
PEERS = ("networkx", "scipy")
NEVER_MS = -1
ARTERY_EVERY, MAIN_EVERY, BRIDGE_EVERY = 24, 8, 12
Search = Callable[[int], list[int]]


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


def ours(network: RoadNetwork, teams: NDArray[np.int64]) -> Search:
    """One search of the compiled network, snapping of the alarm in it; the teams' bases are snapped once."""
    router = Router(network)
    bases = np.column_stack([network.x[teams], network.y[teams]])

    def search(alarm: int) -> list[int]:
        arrivals = router.arrivals(PROFILE, bases, (network.x[alarm], network.y[alarm]))
        return [int(one) for one in arrivals.travel_ms]

    return search


def by_networkx(network: RoadNetwork, teams: NDArray[np.int64]) -> Search:
    """Networkx's Dijkstra from the alarm on the reversed view of the graph, whole as it has no other stop."""
    import networkx as nx

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.nodes))
    milliseconds = passage(network, network_profile()).along_ms
    for edge in np.flatnonzero(milliseconds >= 0).tolist():
        graph.add_edge(int(network.tail[edge]), int(network.head[edge]), ms=int(milliseconds[edge]))
    backwards = graph.reverse(copy=False)

    def search(alarm: int) -> list[int]:
        reached = nx.single_source_dijkstra_path_length(backwards, alarm, weight="ms")
        return [int(reached.get(team, NEVER_MS)) for team in teams.tolist()]

    return search


def by_scipy(network: RoadNetwork, teams: NDArray[np.int64]) -> Search:
    """Scipy's compiled Dijkstra from the alarm on the transposed matrix."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    milliseconds = passage(network, network_profile()).along_ms
    edges = np.flatnonzero(milliseconds >= 0)
    # Parallel edges would be summed; the seeded county has none.
    ends = (network.head[edges], network.tail[edges])
    matrix = csr_matrix((milliseconds[edges].astype(np.float64), ends), shape=(network.nodes, network.nodes))

    def search(alarm: int) -> list[int]:
        reached = dijkstra(matrix, indices=[alarm])[0]
        return [int(one) if np.isfinite(one) else NEVER_MS for one in reached[teams]]

    return search


def network_profile() -> Any:
    """The vehicle that is timed."""
    from gridgis.roads import DEFAULT_PROFILES

    return DEFAULT_PROFILES[PROFILE]


def run(peers: Sequence[str] | None = None, *, quick: bool = False) -> dict[str, Any]:
    """Milliseconds of each engine on each graph, and how many times faster ours is.

    Args:
        peers: Of `PEERS`; all by default.
        quick: A smaller graph and fewer alarms.
    """
    chosen = PEERS if peers is None else tuple(peer for peer in peers if peer in PEERS)
    sizes = {"county": 10_000 if quick else 100_000, "district": 5_000 if quick else 25_000}
    graphs = {name: _measure(nodes, chosen, alarms=5 if quick else 15) for name, nodes in sizes.items()}
    ratios = {
        f"{name}_teams_to_alarm_vs_{peer}": round(told["median_ms"][peer] / told["median_ms"]["gridgis"], 1)
        for name, told in graphs.items()
        for peer in chosen
    }
    return {"engine": "gridgis (numba)", "profile": PROFILE, "teams": TEAMS, "graphs": graphs, "ratios": ratios}


def _measure(nodes: int, peers: Sequence[str], *, alarms: int) -> dict[str, Any]:
    network = county(nodes, seed=20200101)
    core = _core(network)
    rng = np.random.default_rng(1)
    teams, places = rng.choice(core, TEAMS, replace=False), rng.choice(core, alarms, replace=False)
    makers = {"networkx": by_networkx, "scipy": by_scipy}
    started = time.perf_counter()
    engines = {"gridgis": ours(network, teams)}
    wanted = [engines["gridgis"](int(place)) for place in places]
    prepared_s = time.perf_counter() - started
    engines |= {peer: makers[peer](network, teams) for peer in peers}
    answered = sum(one != NEVER_MS for times in wanted for one in times)
    for peer in peers:
        if [engines[peer](int(place)) for place in places] != wanted:
            sys.exit(f"{peer} answers differently on {nodes} nodes")
    times = {name: [_milliseconds(search, int(place)) for place in places] for name, search in engines.items()}
    return {
        "nodes": network.nodes,
        "edges": network.edges,
        "alarms": alarms,
        "answers": len(wanted) * TEAMS,
        "reached": answered,
        "prepared_s": round(prepared_s, 3),
        "median_ms": {name: round(statistics.median(one), 3) for name, one in times.items()},
        "worst_ms": {name: round(max(one), 3) for name, one in times.items()},
    }


def _core(network: RoadNetwork) -> NDArray[np.int64]:
    """Nodes from and to which one can drive: elsewhere ours would snap to the next road and a peer find no way."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(network.edges, dtype=np.int8)
    links = csr_array((ones, (network.tail, network.head)), shape=(network.nodes, network.nodes))
    _, label = connected_components(links, directed=True, connection="strong")
    return np.flatnonzero(label == np.bincount(label).argmax())


def _milliseconds(search: Search, place: int) -> float:
    started = time.perf_counter()
    search(place)
    return (time.perf_counter() - started) * 1000


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default="", help="comma-separated, of " + ", ".join(PEERS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(argv)
    figures = run([peer for peer in told.peers.split(",") if peer] or None, quick=told.quick)
    print(json.dumps(figures, indent=None if told.json else 2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
