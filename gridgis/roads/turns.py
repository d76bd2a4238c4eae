"""Turn the rules about turning into sequences of edges that nobody may drive one after the other.

A rule with ``no_`` forbids its ways; one with ``only_`` forbids every other way on from its beginning. A rule whose
first and last way are the same forbids turning back when its kind says ``u_turn``, and carrying on otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from gridgis.roads.network import RoadNetwork, TurnRestriction
from gridgis.roads.streets import Streets
from gridgis.roads.travel_time import ACCESS_KEYS, VehicleProfile

MOST_VIA_EDGES = 12
HEAVY_T = 3.5  # OpenStreetMap wiki, Key:hgv
Sequence = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TurnReport:
    """What became of the rules about turning.

    Attributes:
        applied: Rules that searches obey.
        conditional: Rules that hold at some times only; they are not applied.
        unknown_kind: Rules that neither forbid nor command (``no_…``, ``only_…``); not applied.
        unplaced: Rules whose ways do not meet in the network as they say; not applied.
    """

    applied: int
    conditional: int
    unknown_kind: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class ForbiddenTurns:
    """Sequences of two or more edges, each forbidden by rules of the network.

    Attributes:
        rules: Numbers of the rules (places in `RoadNetwork.turn_restrictions`) that forbid each sequence.
        report: What became of the rules.
    """

    rules: dict[Sequence, tuple[int, ...]]
    report: TurnReport


def forbidden_turns(network: RoadNetwork, streets: Streets) -> ForbiddenTurns:
    """The sequences of edges that the network's turn restrictions forbid, whomever they bind."""
    placing = _Placing(network, streets)
    conditional, unknown_kind, unplaced = 0, 0, 0
    ways: dict[int, list[Sequence]] = {}
    for number, rule in enumerate(network.turn_restrictions):
        if rule.condition:
            conditional += 1
        elif not rule.kind.startswith(("no_", "only_")):
            unknown_kind += 1
        elif found := list(placing.ways(rule)):
            ways[number] = found
        else:
            unplaced += 1
    found_rules: dict[Sequence, list[int]] = {}
    commanded = [
        way for number, found in ways.items() for way in found if network.turn_restrictions[number].kind[:2] != "no"
    ]
    onward: dict[Sequence, set[int]] = {}
    for way in commanded:
        for end in range(1, len(way)):
            onward.setdefault(way[:end], set()).add(way[end])
    for number, found in ways.items():
        forbids = network.turn_restrictions[number].kind.startswith("no_")
        told = found if forbids else {one for way in found for one in placing.others(way, onward)}
        for sequence in told:
            found_rules.setdefault(sequence, []).append(number)
    report = TurnReport(len(ways), conditional, unknown_kind, unplaced)
    return ForbiddenTurns({one: tuple(numbers) for one, numbers in found_rules.items()}, report)


def binds(rule: TurnRestriction, profile: VehicleProfile) -> bool:
    """Whether a rule about turning binds a vehicle: one that obeys such rules, is named by it and is not excepted.

    Heavy vehicles are goods vehicles (``hgv``, over 3.5 t) to a rule: mostly it stands where these can't turn.
    """
    kinds = {*ACCESS_KEYS[profile.mode], *(("hgv",) if profile.weight_t > HEAVY_T else ())}
    if not profile.obeys_turns or (rule.binding and not kinds & set(rule.binding)):
        return False
    return not kinds & set(rule.excepted)


class _Placing:
    """Finds the edges of ways around the nodes where rules hold."""

    def __init__(self, network: RoadNetwork, streets: Streets) -> None:
        self._network, self._streets = network, streets
        wanted = {way for rule in network.turn_restrictions for way in (*rule.from_ways, *rule.via_ways, *rule.to_ways)}
        self._of_way: dict[int, list[int]] = {}
        for edge, ways in enumerate(network.way_ids):
            for way in wanted.intersection(ways):
                self._of_way.setdefault(way, []).append(edge)
        self._order = np.argsort(network.tail, kind="stable")
        self._first = np.searchsorted(network.tail[self._order], np.arange(network.nodes + 1))
        self._node = {node: index for index, node in enumerate(network.node_id.tolist())} if wanted else {}

    def _edges(self, ways: Iterable[int]) -> list[int]:
        return sorted({edge for way in ways for edge in self._of_way.get(way, ())})

    def _out_of(self, node: int) -> list[int]:
        found: list[int] = self._order[self._first[node] : self._first[node + 1]].tolist()
        return found

    def ways(self, rule: TurnRestriction) -> Iterator[Sequence]:
        """The sequences of edges that a rule names."""
        head, tail = self._network.head, self._network.tail
        first, last = self._edges(rule.from_ways), self._edges(rule.to_ways)
        if rule.via_ways:
            for edge in first:
                yield from self._over_ways(edge, set(rule.via_ways), set(last))
            return
        same, back = bool(set(rule.from_ways) & set(rule.to_ways)), rule.kind.endswith("u_turn")
        for node in {self._node[one] for one in rule.via_nodes if one in self._node}:
            for edge in first:
                for onward in last:
                    if head[edge] == tail[onward] == node and not (same and self._turns_back(edge, onward) != back):
                        yield edge, onward

    def _turns_back(self, edge: int, onward: int) -> bool:
        streets = self._streets
        same_street = streets.of_edge[edge] == streets.of_edge[onward]
        return bool(same_street and streets.forward[edge] != streets.forward[onward])

    def _over_ways(self, edge: int, via: set[int], last: set[int]) -> Iterator[Sequence]:
        """The shortest sequences from an edge over all of some ways into one of the last edges."""
        network = self._network
        grown: list[Sequence] = [(edge,)]
        for _ in range(MOST_VIA_EDGES + 1):
            longer = [
                (*way, onward)
                for way in grown
                for onward in self._out_of(int(network.head[way[-1]]))
                if not self._turns_back(way[-1], onward)
            ]
            whole = [way for way in longer if way[-1] in last and via <= self._driven(way)]
            if whole:
                yield from whole
                return
            grown = [way for way in longer if via.issuperset(network.way_ids[way[-1]]) and len(set(way)) == len(way)]

    def _driven(self, way: Sequence) -> set[int]:
        return {one for edge in way for one in self._network.way_ids[edge]}

    def others(self, way: Sequence, onward: dict[Sequence, set[int]]) -> Iterator[Sequence]:
        """The sequences that leave a commanded one."""
        for end in range(1, len(way)):
            begun = way[:end]
            for edge in self._out_of(int(self._network.head[begun[-1]])):
                if edge not in onward[begun]:
                    yield (*begun, edge)
