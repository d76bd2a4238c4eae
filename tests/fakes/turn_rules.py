"""Random rules about turning, and networkx's answer on the graph of what has been driven so far."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, product
from typing import Any

import networkx as nx
from hypothesis import strategies as st

from gridgis.roads import RoadNetwork, TurnRestriction
from tests.fakes.road_graphs import Oracle, Pieces

KINDS = ("no_left_turn", "no_u_turn", "no_entry", "only_straight_on", "only_right_turn", "only_u_turn", "give_way")
Drive = tuple[int, bool]  # an edge, and whether against its direction
MOST_DRIVES = 3


@st.composite
def with_turn_rules(draw: st.DrawFn, network: RoadNetwork) -> RoadNetwork:
    """The network with up to four rules, over nodes and over ways, most of them along roads that meet."""
    rules = []
    for number in range(draw(st.integers(0, 4)) if network.edges else 0):
        first = draw(st.integers(0, network.edges - 1))
        over = _onward(draw, network, first)
        last = _onward(draw, network, over)
        way, via, to = (int(network.osmid[edge]) for edge in (first, over, last))
        over_way = draw(st.booleans()) and via not in {way, to}
        rules.append(
            TurnRestriction(
                osmid=number,
                kind=draw(st.sampled_from(KINDS)),
                from_ways=(way,),
                via_nodes=() if over_way else (int(network.node_id[network.head[first]]),),
                via_ways=(via,) if over_way else (),
                to_ways=(to if over_way else via,),
                excepted=draw(st.sampled_from(((), (), ("bus",), ("emergency", "psv"), ("motor_vehicle",)))),
                condition=draw(st.sampled_from(("", "", "", "Mo-Fr 07:00-09:00"))),
            )
        )
    return replace(network, turn_restrictions=tuple(rules))


def _onward(draw: st.DrawFn, network: RoadNetwork, edge: int) -> int:
    found = [one for one in range(network.edges) if network.tail[one] == network.head[edge]]
    return draw(st.sampled_from(found)) if found else edge


@dataclass(frozen=True)
class TurnOracle(Oracle):
    """The oracle for networks in which every way is one road: a state is the last three drives.

    The rules about turning are written a second time, by trying all pairs and triples of edges.
    """

    def turned_milliseconds(self, origin: Pieces, place: Pieces) -> int | None:
        """Least milliseconds from one point to another; each lies on edges at shares of their length."""
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from(("from", "to"))
        on_place = {
            (edge, against): 1 - share if against else share for edge, share in place for against in (False, True)
        }
        seen: set[Any] = {"to"}
        waiting: deque[tuple[Any, Any, int]] = deque(
            ("from", state, milliseconds) for state, milliseconds in self._started(origin, on_place)
        )
        while waiting:
            before, state, milliseconds = waiting.popleft()
            _link(graph, before, state, milliseconds)
            if state not in seen:
                seen.add(state)
                waiting.extend((state, onward, cost) for onward, cost in self._onward(state[0], state[1], on_place))
        try:
            return int(nx.dijkstra_path_length(graph, "from", "to"))
        except nx.NetworkXNoPath:
            return None

    def _started(self, origin: Pieces, on_place: dict[Drive, float]) -> Iterator[tuple[Any, int]]:
        """The states to which an origin comes at once."""
        for (edge, given), against in product(origin, (False, True)):
            share = 1 - given if against else given
            (tail, head), whole = self._ends(edge, against=against), self._whole_ms(edge, against=against)
            if whole is None:
                continue
            covered = round(whole * share)
            if share == 0 and self._open(tail) is not None:
                yield (tail, ()), 0
            if on_place.get((edge, against), -1) >= share:
                yield "to", round(whole * on_place[edge, against]) - covered
            if self._open(head) is not None:
                yield (head, ((edge, against),)), whole - covered + self._delay_ms(head)

    def _onward(self, node: int, driven: tuple[Drive, ...], on_place: dict[Drive, float]) -> Iterator[tuple[Any, int]]:
        for edge in range(self.network.edges):
            for against in (False, True):
                whole, ends = self._whole_ms(edge, against=against), self._ends(edge, against=against)
                share = on_place.get((edge, against))
                if whole is None:
                    continue
                if share is not None and ((share == 0 and ends[0] == node) or (share == 1 and ends[1] == node)):
                    yield "to", 0
                if ends[0] != node or self._forbidden((*driven, (edge, against))):
                    continue
                if share is not None:
                    yield "to", round(whole * share)
                if self._open(ends[1]) is not None:
                    history = (*driven, (edge, against))[-MOST_DRIVES:]
                    yield (ends[1], history), whole + self._delay_ms(ends[1])

    def _ends(self, edge: int, *, against: bool) -> tuple[int, int]:
        ends = int(self.network.tail[edge]), int(self.network.head[edge])
        return ends[::-1] if against else ends

    def _whole_ms(self, edge: int, *, against: bool) -> int | None:
        kmh = self._kmh(edge, against=against)
        return round(float(self.network.length_m[edge]) / kmh * 3600) if kmh else None

    def _forbidden(self, driven: Sequence[Drive]) -> bool:
        """Whether the last drive is forbidden after those before it."""
        if any(_ends_with(driven, way) for way in self._no_ways):
            return True
        edge, against = driven[-1]
        return not against and any(
            _ends_with(driven[:-1], begun) and edge not in self._commanded[begun] for begun in self._only_beginnings
        )

    @cached_property
    def _no_ways(self) -> list[tuple[int, ...]]:
        return [way for rule in self._rules("no_") if self._binds(rule) for way in self._placed(rule)]

    @cached_property
    def _only_beginnings(self) -> list[tuple[int, ...]]:
        ways = [way for rule in self._rules("only_") if self._binds(rule) for way in self._placed(rule)]
        return [way[:end] for way in ways for end in range(1, len(way))]

    @cached_property
    def _commanded(self) -> dict[tuple[int, ...], set[int]]:
        """Edges by which commands go on, whomever they bind."""
        found: dict[tuple[int, ...], set[int]] = {}
        for way in (way for rule in self._rules("only_") for way in self._placed(rule)):
            for end in range(1, len(way)):
                found.setdefault(way[:end], set()).add(way[end])
        return found

    def _rules(self, kind: str) -> list[TurnRestriction]:
        """Rules of a kind that hold at all times."""
        return [rule for rule in self.network.turn_restrictions if rule.kind.startswith(kind) and not rule.condition]

    def _binds(self, rule: TurnRestriction) -> bool:
        """Walkers are not bound; motor vehicles are, and fire engines, unless excepted."""
        excepted = {"fire_engine": {"emergency", "motorcar", "motor_vehicle", "vehicle"}}
        excepted["car"] = {"motorcar", "motor_vehicle", "vehicle"}
        return self.profile.code != "foot" and not excepted[self.profile.code] & set(rule.excepted)

    def _placed(self, rule: TurnRestriction) -> list[tuple[int, ...]]:
        """The edges a rule names, one after the other."""
        network = self.network
        ways = [rule.from_ways, *([one] for one in rule.via_ways), rule.to_ways]
        edges = [[edge for edge in range(network.edges) if network.osmid[edge] in way] for way in ways]
        found = []
        for way in product(*edges):
            pairs = list(pairwise(way))
            if any(network.head[one] != network.tail[other] for one, other in pairs):
                continue
            back = [self._opposite(one, other) for one, other in pairs]
            if rule.via_ways:
                if not any(back):
                    found.append(way)
            elif network.node_id[network.head[way[0]]] in rule.via_nodes and (
                rule.from_ways != rule.to_ways or back[0] == rule.kind.endswith("u_turn")
            ):
                found.append(way)
        return found

    def _opposite(self, one: int, other: int) -> bool:
        network = self.network
        same_shape = network.geometry[one].reverse().coords[:] == network.geometry[other].coords[:]
        return bool(
            same_shape and network.head[one] == network.tail[other] and network.head[other] == network.tail[one]
        )


def _ends_with(driven: Sequence[Drive], way: Sequence[int]) -> bool:
    return len(driven) >= len(way) and tuple(driven[-len(way) :]) == tuple((edge, False) for edge in way)


def _link(graph: nx.DiGraph[Any], one: Any, other: Any, milliseconds: int) -> None:
    known = graph.get_edge_data(one, other)
    graph.add_edge(one, other, weight=milliseconds if known is None else min(known["weight"], milliseconds))
