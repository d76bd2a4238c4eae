"""Turn the rules about turning into sequences of edges that nobody may drive one after the other.

A rule with ``no_`` forbids its ways; one with ``only_`` forbids every other way on from its beginning. A rule whose
first and last way are the same forbids turning back when its kind says ``u_turn``, and carrying on otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gridgis.roads.conditions import concerns, read_condition
from gridgis.roads.network import RoadNetwork, TurnRestriction
from gridgis.roads.streets import Streets
from gridgis.roads.travel_time import VehicleProfile

MOST_VIA_EDGES = 12
Sequence = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TurnReport:
    """What became of the rules about turning.

    Attributes:
        applied: Rules that searches obey, those that hold at some times or for some vehicles among them.
        conditional: Rules whose condition is not understood; they are not applied.
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
        if rule.condition and read_condition(rule.condition) is None:
            conditional += 1
        elif not rule.kind.startswith(("no_", "only_")):
            unknown_kind += 1
        elif found := list(placing.ways(rule)):
            ways[number] = found
        else:
            unplaced += 1
    found_rules: dict[Sequence, list[int]] = {}
    onward = _commanded(network, ways)
    for number, found in ways.items():
        rule = network.turn_restrictions[number]
        told = found if rule.kind.startswith("no_") else placing.others(found, rule.condition, onward)
        for sequence in told:
            found_rules.setdefault(sequence, []).append(number)
    report = TurnReport(len(ways), conditional, unknown_kind, unplaced)
    return ForbiddenTurns({one: tuple(numbers) for one, numbers in found_rules.items()}, report)


def _commanded(network: RoadNetwork, ways: Mapping[int, list[Sequence]]) -> dict[tuple[str, Sequence], set[int]]:
    """The edges onto which commands of each condition lead from each beginning of theirs."""
    onward: dict[tuple[str, Sequence], set[int]] = {}
    for number, found in ways.items():
        rule = network.turn_restrictions[number]
        if rule.kind.startswith("only_"):
            for way in found:
                for end in range(1, len(way)):
                    onward.setdefault((rule.condition, way[:end]), set()).add(way[end])
    return onward


def binds(rule: TurnRestriction, profile: VehicleProfile, holding: frozenset[str]) -> bool:
    """Whether a rule about turning binds a vehicle: one that obeys such rules, is named by it and is not excepted.

    Args:
        rule: The rule.
        profile: The vehicle.
        holding: Conditions that hold, as `conditions_at` gives them.
    """
    if not profile.obeys_turns or (rule.binding and not profile.kinds & set(rule.binding)):
        return False
    if rule.condition and not (rule.condition in holding and concerns(rule.condition, profile)):
        return False
    return not profile.kinds & set(rule.excepted)


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

    def others(
        self, ways: Iterable[Sequence], condition: str, onward: Mapping[tuple[str, Sequence], set[int]]
    ) -> set[Sequence]:
        """The sequences that leave commanded ones, where no command of the same condition allows it."""
        return {
            (*way[:end], edge)
            for way in ways
            for end in range(1, len(way))
            for edge in self._out_of(int(self._network.head[way[end - 1]]))
            if edge not in onward[condition, way[:end]]
        }
