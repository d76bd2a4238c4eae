"""Time searches for who reaches an alarm: ours against every peer that is installed, on the same seeded county roads.

Answers are compared before anything is timed; an engine that answers differently stops the benchmark. Ours is the whole
answer, snapping of the alarm in it (``gridgis``; ``gridgis_unprepared`` before the roads are prepared,
``gridgis_closure`` with an edge closed first, ``…_first`` where only the first of three tiers are wanted);
``gridgis_search`` is the search alone from node to node, as peers are asked.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._county import core, county
from benchmarks._routing_peers import NEVER_MS, PEERS, Arcs, Search, installed
from gridgis.roads import DEFAULT_PROFILES, FirstOf, Preparation, RoadNetwork, Router, closure_costs
from gridgis.roads.passage import passage
from gridgis.roads.weights import milliseconds

PROFILE = "fire_engine"
TEAMS, MANY_TEAMS = 30, 320
GRAPHS = {"county": 100_000, "district": 25_000}
QUICK_GRAPHS = {"county": 10_000, "district": 5_000}
LARGE_GRAPHS = {"country": 1_000_000}
FEW_ALARMS, ALARMS = 5, 25
SEED = 20200101


def run(peers: Sequence[str] | None = None, *, quick: bool = False, large: bool = False) -> dict[str, Any]:
    """Milliseconds of each engine on each graph, and how many times faster ours is.

    Args:
        peers: Of `PEERS`; all that are installed by default.
        quick: Smaller graphs and fewer alarms.
        large: A million nodes and fewer alarms.
    """
    chosen = [peer for peer in installed() if peers is None or peer in peers]
    sizes = QUICK_GRAPHS if quick else LARGE_GRAPHS if large else GRAPHS
    graphs = {
        name: _measure(nodes, chosen, alarms=FEW_ALARMS if quick or large else ALARMS) for name, nodes in sizes.items()
    }
    ratios = {
        f"{name}_teams_to_alarm_vs_{peer}": round(told["median_ms"][peer] / told["median_ms"]["gridgis"], 2)
        for name, told in graphs.items()
        for peer in chosen
    }
    return {"engine": "gridgis (numba)", "profile": PROFILE, "teams": TEAMS, "graphs": graphs, "ratios": ratios}


def _measure(nodes: int, peers: Sequence[str], *, alarms: int) -> dict[str, Any]:
    network = county(nodes, seed=SEED)
    inside = core(network)
    rng = np.random.default_rng(1)
    teams, places = (rng.choice(inside, count, replace=False) for count in (TEAMS, alarms))
    many = rng.choice(inside, min(MANY_TEAMS, len(inside)), replace=False)
    county_arcs = arcs(network, teams)
    unprepared, prepared = Router(network), Router(network)
    phases_s = _prepare(prepared)
    engines: dict[str, Search] = {
        "gridgis": ours(prepared, teams),
        "gridgis_search": search_alone(prepared, teams),
        "gridgis_unprepared": ours(unprepared, teams),
    }
    wanted = [engines["gridgis"](int(place)) for place in places]
    for peer in peers:
        started = time.perf_counter()
        engines[peer] = PEERS[peer](county_arcs)
        phases_s[f"{peer}_prepared"] = time.perf_counter() - started
    for name, search in engines.items():
        if [search(int(place)) for place in places] != wanted:
            sys.exit(f"{name} answers differently on {nodes} nodes")
    edges = rng.integers(0, network.edges, network.nodes)
    engines["gridgis_closure"] = after_closure(prepared, teams, edges)
    if [engines["gridgis_closure"](int(place)) for place in places] != [
        after_closure(unprepared, teams, edges)(int(place)) for place in places
    ]:
        sys.exit(f"closures are answered differently on {nodes} nodes")
    engines[f"gridgis_{MANY_TEAMS}_teams"] = ours(prepared, many)
    engines[f"gridgis_{MANY_TEAMS}_teams_closure"] = after_closure(prepared, many, edges)
    firsts = [ours(router, many, first=tiers(len(many))) for router in (prepared, unprepared)]
    if any(firsts[0](int(place)) != firsts[1](int(place)) for place in places):
        sys.exit(f"the first of each tier are answered differently on {nodes} nodes")
    engines[f"gridgis_unprepared_{MANY_TEAMS}_teams_first"] = firsts[1]
    engines[f"gridgis_{MANY_TEAMS}_teams"](int(places[0]))
    times = {
        name: [_seconds(partial(search, int(place))) * 1000 for place in places] for name, search in engines.items()
    }
    again = [_seconds(partial(engines["gridgis"], int(place))) * 1000 for place in places]
    many_ms = {name: round(_seconds(work) * 1000, 1) for name, work in at_once(prepared, many).items()}
    return {
        "nodes": network.nodes,
        "edges": network.edges,
        "alarms": alarms,
        "answers": len(wanted) * TEAMS,
        "reached": sum(one != NEVER_MS for times in wanted for one in times),
        "phases_s": {name: round(one, 3) for name, one in phases_s.items()},
        "noise": round(statistics.median(again) / statistics.median(times["gridgis"]), 2),
        "median_ms": {name: round(statistics.median(one), 3) for name, one in times.items()},
        "worst_ms": {name: round(max(one), 3) for name, one in times.items()},
        "many_ms": many_ms,
    }


def _prepare(router: Router) -> dict[str, float]:
    """Prepare a router in its phases; seconds of each."""
    Router(county(100, seed=SEED)).prepare([PROFILE])  # what is compiled is on disk for every start but the first
    phases = {"laid_out": _seconds(lambda: router.topology)}
    phases["prepared"] = _seconds(lambda: router.prepare([]))
    phases["customized"] = _seconds(lambda: router.prepare([PROFILE]))
    kept = router.preparation
    assert kept is not None
    data = kept.to_bytes()
    again = Router(router.network)
    assert again.topology.content_hash == kept.content_hash
    phases["loaded"] = _seconds(lambda: again.prepare([], preparation=Preparation.from_bytes(data)))
    return phases


def search_alone(router: Router, teams: NDArray[np.int64]) -> Search:
    """The search from node to node, nothing snapped."""
    vehicle = router._asked(PROFILE, limits=True, hour=None, percentile=50)  # noqa: SLF001 (nothing else is so bare)
    asked, start = teams.astype(np.int32), np.zeros(1, dtype=np.int64)

    def search(alarm: int) -> list[int]:
        found = vehicle.searcher.ways_to(np.array([alarm], dtype=np.int32), start, asked)
        told: list[int] = milliseconds(found.weight).tolist()
        return told

    return search


def tiers(teams: int) -> tuple[FirstOf, ...]:
    """The first 2 of a tenth of the teams, 3 of the next quarter, 3 of the others."""
    ends = (0, teams // 10, teams // 3, teams)
    return tuple(FirstOf(most, frozenset(range(*ends[at : at + 2]))) for at, most in enumerate((2, 3, 3)))


def ours(router: Router, teams: NDArray[np.int64], *, first: Sequence[FirstOf] = ()) -> Search:
    """The whole answer; the teams' bases are snapped once."""
    network = router.network
    bases = np.column_stack([network.x[teams], network.y[teams]])

    def search(alarm: int) -> list[int]:
        place = network.x[alarm], network.y[alarm]
        travel_ms: list[int] = router.arrivals(PROFILE, bases, place, first=first).travel_ms.tolist()
        return travel_ms

    return search


def after_closure(router: Router, teams: NDArray[np.int64], edges: NDArray[np.int64]) -> Search:
    """An edge closed for each alarm, and the whole answer."""
    network = router.network
    closures = [{network.edge_name(edge)} for edge in edges.tolist()]

    def search(alarm: int) -> list[int]:
        return ours(router.with_changes(closed=closures[alarm]), teams)(alarm)

    return search


def at_once(router: Router, points: NDArray[np.int64]) -> dict[str, Callable[[], object]]:
    """Many questions at once, each asked once before it is timed; they are compared with single ones in the tests."""
    network = router.network
    xy = np.column_stack([network.x[points], network.y[points]])
    work: dict[str, Callable[[], object]] = {
        "matrix_30_by_200": lambda: router.matrix(PROFILE, xy[:30], xy[-200:]),
        "first_comers_to_all_junctions_of_30": lambda: router.first_comers(PROFILE, xy[:30]),
        "reach_areas_10_minutes_of_20": lambda: [router.reach_areas(PROFILE, one, [600]) for one in xy[:20]],
        "reach_areas_5_10_15_minutes_of_30_together": lambda: router.reach_areas(PROFILE, xy[:30], [300, 600, 900]),
        "costs_of_closing_each_bridge_for_200_places": lambda: closure_costs(router, PROFILE, xy[:30], xy[-200:]),
    }
    for one in work.values():
        one()
    return work


def arcs(network: RoadNetwork, teams: NDArray[np.int64]) -> Arcs:
    """What peers are asked about. The seeded county has no parallel edges, no barriers and no limits."""
    milliseconds = passage(network, DEFAULT_PROFILES[PROFILE]).along_ms
    edges = np.flatnonzero(milliseconds >= 0)
    tail, head = (ends[edges].astype(np.int64) for ends in (network.tail, network.head))
    return Arcs(tail, head, milliseconds[edges], network.x, network.y, teams)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default="", help="comma-separated, of " + ", ".join(PEERS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(argv)
    figures = run([peer for peer in told.peers.split(",") if peer] or None, quick=told.quick, large=told.large)
    print(json.dumps(figures, indent=None if told.json else 2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
