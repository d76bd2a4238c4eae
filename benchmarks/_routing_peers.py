"""Ask other engines for the same times: every peer takes arcs with milliseconds and gives a search.

A search takes the node of an alarm and gives whole milliseconds from every team's node, -1 for no way. Peers that are
not installed are left out; none of them is a dependency.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

Search = Callable[[int], list[int]]
NEVER_MS = -1
LONGEST_S = 4_000_000  # what pandana says where there is no way is more
POSTGRES = "GRIDGIS_BENCH_POSTGRES"


@dataclass(frozen=True, eq=False)
class Arcs:
    """Arcs (a) between nodes, no two with the same ends, and the teams' nodes.

    Attributes:
        tail: int64 (a).
        head: int64 (a).
        ms: int64 (a).
        x: float64 (n), longitude.
        y: float64 (n), latitude.
        teams: int64 (k).
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    ms: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    teams: NDArray[np.int64]


def by_networkx(arcs: Arcs) -> Search:
    """Networkx's Dijkstra from the alarm on the reversed view of the graph, whole as it has no other stop."""
    import networkx as nx

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(arcs.x)))
    for tail, head, ms in zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.ms.tolist(), strict=True):
        graph.add_edge(tail, head, ms=ms)
    backwards = graph.reverse(copy=False)
    teams = arcs.teams.tolist()

    def search(alarm: int) -> list[int]:
        reached = nx.single_source_dijkstra_path_length(backwards, alarm, weight="ms")
        return [int(reached.get(team, NEVER_MS)) for team in teams]

    return search


def by_scipy(arcs: Arcs) -> Search:
    """Scipy's compiled Dijkstra from the alarm on the transposed matrix."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    size = (len(arcs.x), len(arcs.x))
    matrix = csr_array((arcs.ms.astype(np.float64), (arcs.head, arcs.tail)), shape=size)
    return lambda alarm: _told(dijkstra(matrix, indices=[alarm])[0][arcs.teams])


def by_igraph(arcs: Arcs) -> Search:
    """Igraph's Dijkstra from all teams to the alarm, which it turns round by itself."""
    igraph = import_module("igraph")

    ends = np.column_stack([arcs.tail, arcs.head])
    graph = igraph.Graph(n=len(arcs.x), edges=ends, directed=True)
    ms, teams = arcs.ms.tolist(), arcs.teams.tolist()
    return lambda alarm: _told(np.array(graph.distances(source=[alarm], target=teams, weights=ms, mode="in")[0]))


def by_rustworkx(arcs: Arcs) -> Search:
    """Rustworkx's Dijkstra on the reversed graph."""
    rustworkx = import_module("rustworkx")

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(len(arcs.x)))
    graph.add_edges_from(list(zip(arcs.head.tolist(), arcs.tail.tolist(), arcs.ms.astype(float).tolist(), strict=True)))
    teams = arcs.teams.tolist()

    def search(alarm: int) -> list[int]:
        reached = rustworkx.dijkstra_shortest_path_lengths(graph, alarm, float)
        return [0 if team == alarm else int(reached[team]) if team in reached else NEVER_MS for team in teams]

    return search


def by_networkit(arcs: Arcs) -> Search:
    """Networkit's Dijkstra on the reversed graph, without paths."""
    networkit = import_module("networkit")

    graph = networkit.Graph(len(arcs.x), weighted=True, directed=True)
    for tail, head, ms in zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.ms.tolist(), strict=True):
        graph.addEdge(head, tail, ms)

    def search(alarm: int) -> list[int]:
        found = networkit.distance.Dijkstra(graph, alarm, storePaths=False)
        found.run()
        reached = np.array(found.getDistances(asarray=True))[arcs.teams]
        return _told(np.where(reached > 1e300, np.inf, reached))

    return search


def by_pyroutingkit(arcs: Arcs) -> Search:
    """RoutingKit's customizable contraction hierarchies, as a matrix of many teams and one alarm."""
    pyroutingkit = import_module("pyroutingkit")

    index = np.uint32
    engine = pyroutingkit.CCH()
    places = arcs.y.astype(np.float32), arcs.x.astype(np.float32)
    engine.build_topology(arcs.tail.astype(index), arcs.head.astype(index), *places, len(arcs.x))
    engine.customize_weights(arcs.ms.astype(index))
    teams = arcs.teams.astype(index)

    def search(alarm: int) -> list[int]:
        reached = engine.distances_many_to_many(teams, np.array([alarm], dtype=index)).ravel()
        return _told(np.where(reached >= pyroutingkit.INF_WEIGHT, np.inf, reached))

    return search


def by_routingkit_cch(arcs: Arcs) -> Search:
    """RoutingKit's customizable contraction hierarchies with pinned teams."""
    routingkit_cch = import_module("routingkit_cch")

    tail, head = arcs.tail.tolist(), arcs.head.tolist()
    order = routingkit_cch.compute_order_inertial(len(arcs.x), tail, head, arcs.y.tolist(), arcs.x.tolist())
    hierarchy = routingkit_cch.CCH(order, tail, head, False)  # noqa: FBT003 (its own signature)
    metric = routingkit_cch.CCHMetric(hierarchy, arcs.ms.tolist())
    query = routingkit_cch.CCHManyToOne(metric, arcs.teams.tolist())
    return lambda alarm: [NEVER_MS if one is None else one for one in query.distances_to(alarm)]


def by_pandana(arcs: Arcs) -> Search:
    """Pandana's contraction hierarchies over seconds: it cuts them to thousandths, and does not end on milliseconds."""
    import pandas as pd

    pandana = import_module("pandana")

    ends, weights = (pd.Series(arcs.tail), pd.Series(arcs.head)), pd.DataFrame({"seconds": (arcs.ms + 0.5) / 1000})
    network = pandana.Network(pd.Series(arcs.x), pd.Series(arcs.y), *ends, weights, twoway=False)
    teams = arcs.teams.tolist()

    def search(alarm: int) -> list[int]:
        reached = np.array(network.shortest_path_lengths(teams, [alarm] * len(teams), "seconds"))
        return _told(np.where(reached > LONGEST_S, np.inf, np.rint(reached * 1000)))

    return search


def by_pgrouting(arcs: Arcs) -> Search:
    """PgRouting's Dijkstra from all teams to the alarm, in the database that ``GRIDGIS_BENCH_POSTGRES`` names."""
    psycopg = import_module("psycopg")

    connection = psycopg.connect(os.environ[POSTGRES], autocommit=True)
    connection.execute("CREATE EXTENSION IF NOT EXISTS pgrouting CASCADE")
    connection.execute("CREATE TEMPORARY TABLE arcs (id int, source int, target int, cost int)")
    with connection.cursor() as cursor, cursor.copy("COPY arcs FROM STDIN") as rows:
        for row in zip(range(len(arcs.ms)), arcs.tail.tolist(), arcs.head.tolist(), arcs.ms.tolist(), strict=True):
            rows.write_row(row)
    connection.execute("ANALYZE arcs")
    asked = "SELECT start_vid, agg_cost FROM pgr_dijkstraCost('SELECT * FROM arcs', %s::bigint[], %s::bigint, true)"
    teams = arcs.teams.tolist()

    def search(alarm: int) -> list[int]:
        reached = dict(connection.execute(asked, (teams, alarm)).fetchall())
        return [0 if team == alarm else int(reached.get(team, NEVER_MS)) for team in teams]

    return search


def _told(reached: NDArray[Any]) -> list[int]:
    return [int(one) if np.isfinite(one) else NEVER_MS for one in reached.tolist()]


PEERS: Mapping[str, Callable[[Arcs], Search]] = {
    "networkx": by_networkx,
    "scipy": by_scipy,
    "igraph": by_igraph,
    "rustworkx": by_rustworkx,
    "networkit": by_networkit,
    "pyroutingkit": by_pyroutingkit,
    "routingkit_cch": by_routingkit_cch,
    "pandana": by_pandana,
    "pgrouting": by_pgrouting,
}


def installed() -> tuple[str, ...]:
    """The peers that can be asked here."""
    found = {name for name in PEERS if find_spec("psycopg" if name == "pgrouting" else name) is not None}
    return tuple(name for name in PEERS if name in found and (name != "pgrouting" or POSTGRES in os.environ))
