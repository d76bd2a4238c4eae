"""Time `choose_response`: 320 teams, roads of about 25,000 nodes, in process; networkx's search beside it.

A seeded town-and-country network (a bent grid with arterial roads, one-way streets and a river with few bridges, some
with weight limits) stands in for the demo's roads, so that the benchmark needs no files. ``GRIDGIS_BENCH_DB`` names a
database to measure on instead.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import networkx as nx
from shapely import box

from gridgis.cells.cell import Cell, CellKind, District
from gridgis.cells.plan import GridPlan, PlanStatus
from gridgis.codes import record_id
from gridgis.dispatch import choose_response
from gridgis.dispatch.alarms import Alarm, ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCard, RunCards, Task
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Team, Tier, Turnout

DISTRICT = "321204"
WEST, SOUTH, EAST, NORTH = 119.90, 32.35, 120.30, 32.71
DEGREE_M = 111_195.0
LON_M = DEGREE_M * 0.843  # cos 32.5°
MOMENT = datetime(2020, 6, 30, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PEERS = ("gridgis", "networkx")


def run(peers: Sequence[str] | None = None, *, quick: bool = False) -> dict[str, Any]:
    """Milliseconds per answer, as a server gives it when its roads are prepared and before, and on what.

    Args:
        peers: ``gridgis`` (the whole answer), ``networkx`` (only the searches: one Dijkstra on the reversed graph for
            each vehicle profile); all by default.
        quick: A smaller network and fewer alarms.
    """
    seed = random.Random(20200101)
    database = os.environ.get("GRIDGIS_BENCH_DB", "")
    graph: nx.MultiDiGraph[int] | None = None
    if database:
        from geodata import open_district

        state = open_district(database)
    else:
        graph = road_graph(seed, side=40 if quick else 158)
        state = district(seed, graph)
    alarms = [alarm(seed, state, number) for number in range(20 if quick else 200)]
    figures: dict[str, Any] = {"teams": len(state.teams), "alarms": len(alarms)}
    if state.roads is not None:
        figures |= {"nodes": len(state.roads.node_id), "edges": len(state.roads.tail)}
    for peer in peers or PEERS:
        if peer == "gridgis":
            began = time.perf_counter()
            choose_response(state, alarms[0])
            figures["first_answer_ms"] = 1000 * (time.perf_counter() - began)
            figures["unprepared_ms"] = _timed(lambda one: choose_response(state, one), alarms)
            if state.router is not None:
                began = time.perf_counter()
                state.router.prepare()
                figures["prepared_s"] = time.perf_counter() - began
            figures["choose_response_ms"] = _timed(lambda one: choose_response(state, one), alarms)
            answers = [choose_response(state, one) for one in alarms[:20]]
            figures["to_json_ms"] = _timed(lambda one: one.to_json(lambda key, _: key), answers)
            figures["routes_per_answer"] = statistics.mean(len(answer.chosen) for answer in answers)
        elif peer == "networkx" and graph is not None:
            figures["networkx_searches_ms"] = _timed(partial(_dijkstra, graph.reverse(copy=False)), alarms[:10])
    return figures


def _timed(work: Callable[[Any], object], items: Sequence[Any]) -> dict[str, float]:
    spent = []
    for item in items:
        began = time.perf_counter()
        work(item)
        spent.append(1000 * (time.perf_counter() - began))
    ninth = statistics.quantiles(spent, n=10)[-1]
    return {"median": statistics.median(spent), "p90": ninth, "most": max(spent)}


def _dijkstra(reverse: nx.MultiDiGraph[int], one: Alarm) -> None:
    side = round(len(reverse) ** 0.5)
    near = round((one.lon - WEST) / (EAST - WEST) * (side - 1)) * side + round(
        (one.lat - SOUTH) / (NORTH - SOUTH) * (side - 1)
    )
    for weight in ("length", "travel_time", "length"):
        nx.single_source_dijkstra_path_length(reverse, near, weight=weight)


def road_graph(seed: random.Random, *, side: int) -> nx.MultiDiGraph[int]:
    """A bent grid of ``side`` × ``side`` nodes in OSMnx's schema with arterials, one-ways, a river and bridges."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    step_lon, step_lat = (EAST - WEST) / (side - 1), (NORTH - SOUTH) / (side - 1)
    for column in range(side):
        for row in range(side):
            lon = WEST + step_lon * (column + seed.uniform(-0.3, 0.3))
            lat = SOUTH + step_lat * (row + seed.uniform(-0.3, 0.3))
            graph.add_node(column * side + row, x=lon, y=lat)
    lines = [[column * side + row for row in range(side)] for column in range(side)]
    lines += [[column * side + row for column in range(side)] for row in range(side)]
    river = side // 2
    way = 0
    for number, line in enumerate(lines):
        highway = "primary" if number % 25 == 0 else "tertiary" if number % 5 == 0 else "residential"
        oneway = highway == "residential" and number % 7 == 0
        for first, last in pairwise(line):
            if seed.random() < 0.08 and highway == "residential":
                continue
            way += 1
            tags: dict[str, object] = {"highway": highway}
            if first // side == river and last // side == river + 1:
                if highway == "residential":
                    continue
                tags |= {"bridge": "yes", "name": f"桥{way}"} | ({"maxweight": "10"} if number % 3 else {})
            _add(graph, first, last, way, oneway=oneway, **tags)
    return graph


def _add(graph: nx.MultiDiGraph[int], first: int, last: int, way: int, *, oneway: bool, **tags: object) -> None:
    ends = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (first, last)]
    length = (((ends[1][0] - ends[0][0]) * LON_M) ** 2 + ((ends[1][1] - ends[0][1]) * DEGREE_M) ** 2) ** 0.5
    common = {"osmid": way, "length": length, "travel_time": length / 10, "oneway": oneway, **tags}
    graph.add_edge(first, last, **common, reversed=False)
    if not oneway:
        graph.add_edge(last, first, **common, reversed=True)


def identify(noun: str, code: str) -> UUID:
    """Identifier of a made-up record."""
    return record_id(DISTRICT, noun, code)


def district(seed: random.Random, graph: nx.MultiDiGraph[int]) -> DistrictState:
    """18 towns in strips, 285 villages in them, 320 teams and the cards of a fire."""
    from gridgis.roads import RoadNetwork

    root = District(identify("district", DISTRICT), DISTRICT, "基准区", box(WEST, SOUTH, EAST, NORTH))
    cells = list(_cells())
    plan = GridPlan(
        identify("plan", "1"),
        "1",
        "基准方案",
        root,
        PlanStatus.PUBLISHED,
        datetime(2020, 1, 1, tzinfo=MOMENT.tzinfo),
        tuple(cells),
    )
    return DistrictState(
        district=root,
        plans=(plan,),
        teams=tuple(_teams(seed, cells)),
        run_cards=RunCards.of(_card(level) for level in ResponseLevel),
        roads=RoadNetwork.from_graph(graph),
    )


def _cells() -> list[Cell]:
    cells = []
    for town in range(18):
        west, east = (WEST + (EAST - WEST) * edge / 18 for edge in (town, town + 1))
        code = f"{DISTRICT}{town + 1:03d}"
        cells.append(_cell(code, 1, CellKind.TOWN, DISTRICT, (west, SOUTH, east, NORTH)))
        for village in range(16):
            south, north = (SOUTH + (NORTH - SOUTH) * edge / 16 for edge in (village, village + 1))
            cells.append(_cell(f"{code}{village + 1:03d}", 2, CellKind.VILLAGE, code, (west, south, east, north)))
    return cells


def _cell(code: str, level: int, kind: CellKind, parent: str, bounds: tuple[float, float, float, float]) -> Cell:
    return Cell(identify("cell", code), code, code, level, kind, parent, box(*bounds))


def _teams(seed: random.Random, cells: Sequence[Cell]) -> list[Team]:
    homes = [(Tier.TOWN if cell.level == 1 else Tier.VILLAGE, cell) for cell in cells]
    teams = [_team(seed, tier, f"{tier.value}-{cell.code}", cell) for tier, cell in homes]
    teams.append(_team(seed, Tier.DISTRICT, "district", cells[0]))
    squads = [
        replace(_team(seed, Tier.SPECIALIST, f"squad-{number}", seed.choice(cells)), home_cell_code="")
        for number in range(8)
    ]
    stations = [
        replace(_team(seed, Tier.SPECIALIST, f"119-{number}", seed.choice(cells)), command=Command.REQUEST)
        for number in range(5)
    ]
    return [*teams, *squads, *stations]


def _team(seed: random.Random, tier: Tier, code: str, cell: Cell) -> Team:
    west, south, east, north = cell.geometry.bounds
    return Team(
        id=identify("team", code),
        code=code,
        name=code,
        tier=tier,
        command=Command.OWN,
        capabilities=frozenset({"fire", "cordon"} if tier is not Tier.VILLAGE else {"cordon", "guide"}),
        people=8,
        profile="foot"
        if seed.random() < 0.2 and tier is Tier.VILLAGE
        else "car"
        if tier is Tier.VILLAGE
        else "fire_engine",
        lon=seed.uniform(west, east),
        lat=seed.uniform(south, north),
        turnout=Turnout.day_and_night(90, 180),
        home_cell_code=cell.code,
    )


def _card(level: ResponseLevel) -> RunCard:
    needs = (
        Need(1, Tier.VILLAGE, "", task=Task.CORDON, teams=2, local=True),
        Need(2, Tier.TOWN, "fire", teams=2, local=True),
        Need(3, Tier.DISTRICT, "fire"),
        Need(4, Tier.SPECIALIST, "fire", teams=2),
        Need(5, None, "fire", Command.REQUEST, teams=2),
    )
    return RunCard(identify("run_card", level.value), "fire", level, needs)


def alarm(seed: random.Random, state: DistrictState, number: int) -> Alarm:
    """A fire somewhere in the district."""
    outline = state.district.outline
    west, south, east, north = (WEST, SOUTH, EAST, NORTH) if outline is None else outline.bounds
    while True:
        lon, lat = seed.uniform(west, east), seed.uniform(south, north)
        if outline is None or outline.contains(box(lon - 1e-6, lat - 1e-6, lon + 1e-6, lat + 1e-6)):
            return Alarm(identify("alarm", str(number)), "", "fire", ResponseLevel.II, lon, lat, MOMENT)
