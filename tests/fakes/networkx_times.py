"""Times over a whole road network by networkx alone, with part edges at both ends added by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import networkx as nx
import numpy as np

from gridgis.roads import DEFAULT_PROFILES, RoadNetwork
from gridgis.roads.conditions import conditions_at, conditions_of
from gridgis.roads.passage import CLOSED_NODE, Passage, passage
from tests.fakes.road_graphs import Pieces

START = -1


class NetworkxTimes:
    """Milliseconds between points of one network by one kind of vehicle, searched by networkx.

    Args:
        network: The roads.
        code: Code of one of the default profiles.
        moment: Local time at which roads are busy and rules hold; None for usual speeds.
    """

    def __init__(self, network: RoadNetwork, code: str, moment: datetime | None = None) -> None:
        self._network, profile = network, DEFAULT_PROFILES[code]
        told = passage(network, profile, conditions_at(conditions_of(network), moment))
        if moment is not None:
            hours = [profile.pace.get(str(highway)) for highway in network.highway]
            factor = np.array([1.0 if one is None else one[moment.hour] for one in hours])
            along, against = (
                np.where(ms < 0, -1, np.rint(ms * factor)).astype(np.int64) for ms in (told.along_ms, told.against_ms)
            )
            told = replace(told, along_ms=along, against_ms=against)
        self._told = told
        self._shut = (self._told.node_ms == CLOSED_NODE) | self._told.node_over_limit
        self._backwards = self._reversed_graph()

    def _reversed_graph(self) -> nx.DiGraph[int]:
        """Every passable edge backwards with its milliseconds and the delay at its head; the fastest of each pair."""
        network, told, shut = self._network, self._told, self._shut
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(network.nodes))
        for edge in range(network.edges):
            tail, head = int(network.tail[edge]), int(network.head[edge])
            if told.over_limit[edge] or shut[tail] or shut[head]:
                continue
            for one, other, milliseconds in ((tail, head, told.along_ms[edge]), (head, tail, told.against_ms[edge])):
                if milliseconds >= 0:
                    cost = int(milliseconds + told.node_ms[other])
                    known = graph.get_edge_data(other, one)
                    graph.add_edge(other, one, weight=cost if known is None else min(cost, known["weight"]))
        return graph

    def to_place(self, place: Pieces, origins: Sequence[Pieces]) -> list[int]:
        """Milliseconds of each origin, -1 for no way: the last parts seed one Dijkstra, the first are added by hand."""
        told = self._told
        ends = {
            (edge, against): share
            for edge, share in place
            for against, share in ((False, share), (True, 1 - share))
            if _ms(told, edge, against=against) >= 0
        }
        graph = self._backwards
        graph.add_node(START)
        for (edge, against), share in ends.items():
            tail, head = self._ends(edge, against=against)
            whole = _ms(told, edge, against=against)
            for node, cost in ((tail, round(whole * share)), *(((head, 0),) if share == 1 else ())):
                if self._shut[node]:
                    continue
                known = graph.get_edge_data(START, node)
                graph.add_edge(START, node, weight=cost if known is None else min(cost, known["weight"]))
        reached = nx.single_source_dijkstra_path_length(graph, START)
        graph.remove_node(START)
        return [self._least(origin, ends, reached) for origin in origins]

    def _least(self, origin: Pieces, ends: dict[tuple[int, bool], float], reached: Mapping[int, float]) -> int:
        times: list[int] = []
        for edge, share_drawn in origin:
            for against, share in ((False, share_drawn), (True, 1 - share_drawn)):
                whole = _ms(self._told, edge, against=against)
                if whole < 0:
                    continue
                tail, head = self._ends(edge, against=against)
                covered = round(whole * share)
                if head in reached:
                    times.append(int(whole - covered + self._told.node_ms[head] + reached[head]))
                if share == 0 and tail in reached:
                    times.append(int(reached[tail]))
                if share <= ends.get((edge, against), -1):
                    times.append(round(whole * ends[edge, against]) - covered)
        return min(times, default=-1)

    def _ends(self, edge: int, *, against: bool) -> tuple[int, int]:
        ends = int(self._network.tail[edge]), int(self._network.head[edge])
        return ends[::-1] if against else ends


def _ms(told: Passage, edge: int, *, against: bool) -> int:
    column = told.against_ms if against else told.along_ms
    return -1 if told.over_limit[edge] else int(column[edge])
