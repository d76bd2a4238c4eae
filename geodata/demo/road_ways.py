"""Give joined roads their tags, gates, bars and turn restrictions, and make them ways of a map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.demo.chance import stream
from geodata.demo.ground import Ground
from geodata.demo.growth import Numbers
from geodata.demo.osm_map import OsmMap
from geodata.demo.roads import RANK, Road
from geodata.demo.strands import BRIDGE, CUT, OPEN, UNDERPASS, Strands

_RESTRICTIONS, _HEIGHT_BARS, _GATE_M = 60, 14, 9.0
_SPEED = {
    "motorway": "120", "motorway_link": "40", "trunk": "80", "primary": "80", "secondary": "60", "tertiary": "50",
    "unclassified": "40", "residential": "30",
}  # fmt: skip
_LANES = {"motorway": "2", "motorway_link": "1", "trunk": "3", "primary": "4", "secondary": "2", "tertiary": "2"}
_IN_TOWN_KMH = {"trunk": "70", "primary": "60", "secondary": "50", "tertiary": "40"}
_BRIDGE_T: dict[str, tuple[str, ...]] = {
    "tertiary": ("15", "20", "30", "", "", ""),
    "unclassified": ("10", "15", "20", "20", "", ""),
    "residential": ("8", "10", "10", "15", "20", ""),
}
_UNDERPASS_M = {
    "residential": ("2.5", "2.8", "3.0", "3.5"),
    "unclassified": ("3.2", "3.8", "4.0"),
    "tertiary": ("4.0", "4.5"),
}
_BUILT_UP = 0.3


@dataclass(frozen=True)
class _Run:
    """Stations of one road with the same kind between all of them.

    Attributes:
        road: Number of the road.
        kind: Open road, bridge or underpass.
        stations: Their places in the table.
    """

    road: int
    kind: int
    stations: Numbers


def add_roads(osm: OsmMap, ground: Ground, seed: int, strands: Strands) -> None:
    """Put every road on the map."""
    chance = stream(seed, "road tags")
    oneway = _driveable_oneways(strands)
    number = _numbers(osm, strands)
    vias = _busy_crossings(chance, strands)
    built_up = ground.built_up(strands.xy)
    ways: list[tuple[int, list[int], _Run]] = []
    runs = _runs(strands, vias)
    bars = _height_bars(chance, strands, runs, built_up)
    for place, run in enumerate(runs):
        road = strands.roads[run.road]
        nodes = number[strands.node[run.stations]].tolist()
        first = strands.node[run.stations[0]]
        tags = _tags(chance, road, run, float(built_up[first]), oneway=bool(oneway[run.road]), strands=strands)
        if road.gated and run.kind == OPEN and run.stations[0] == _first_station(strands, run.road):
            nodes = _with_barrier(osm, strands, run, nodes, _gate(chance))
        elif place in bars:
            nodes = _with_barrier(osm, strands, run, nodes, {"barrier": "height_restrictor", "maxheight": "2.8"})
        ways.append((osm.add_way(nodes, tags), nodes, run))
    _add_restrictions(chance, osm, ground, strands, ways, {int(number[via]) for via in vias}, oneway)


def _numbers(osm: OsmMap, strands: Strands) -> Numbers:
    """The number on the map of each node that a road uses."""
    there = strands.pieces
    used = np.unique(np.concatenate((strands.node[there], strands.node[there + 1])))
    number = np.full(len(strands.xy), -1)
    number[used] = osm.add_nodes(strands.xy[used])
    return number


def _driveable_oneways(strands: Strands) -> NDArray[np.bool_]:
    """Which roads are one-way: streets on which that would cut something off are not."""
    oneway = np.array([road.oneway for road in strands.roads])
    street = np.array([road.rank <= RANK["secondary"] for road in strands.roads])
    there = strands.pieces
    start, end, road = strands.node[there], strands.node[there + 1], strands.road[there]
    size = len(strands.xy)
    for _ in range(6):
        back = ~oneway[road]
        tail, head = np.concatenate((start, end[back])), np.concatenate((end, start[back]))
        links = csr_array((np.ones(len(tail)), (tail, head)), shape=(size, size))
        label = connected_components(links, connection="strong")[1]
        whole = np.bincount(label).argmax()
        lost = oneway[road] & street[road] & ((label[start] != whole) | (label[end] != whole))
        if not lost.any():
            break
        oneway[road[lost]] = False
    return oneway


def _runs(strands: Strands, vias: Numbers) -> list[_Run]:
    """Roads cut where their kind changes and at the nodes of turn restrictions."""
    kind, road = strands.kind, strands.road
    via = np.isin(strands.node, vias)
    there = kind != CUT
    new = there.copy()
    new[1:] &= (kind[1:] != kind[:-1]) | (road[1:] != road[:-1]) | via[1:]
    start = np.flatnonzero(new)
    stop = np.flatnonzero(there & np.append(new[1:] | ~there[1:], True))
    return [
        _Run(int(road[first]), int(kind[first]), np.arange(first, last + 2))
        for first, last in zip(start.tolist(), stop.tolist(), strict=True)
    ]


def _first_station(strands: Strands, road: int) -> int:
    first, last = np.searchsorted(strands.road, (road, road + 1))
    open_here = np.flatnonzero(strands.kind[first:last] != CUT)
    return int(first + open_here[0]) if len(open_here) else -1


def _tags(
    chance: np.random.Generator, road: Road, run: _Run, built_up: float, *, oneway: bool, strands: Strands
) -> dict[str, str]:
    tags = {"highway": road.highway}
    tags |= {key: value for key, value in (("name", road.name), ("ref", road.ref)) if value}
    if oneway:
        tags["oneway"] = "yes"
    if road.highway in _SPEED:
        slower = built_up > _BUILT_UP and road.highway in _IN_TOWN_KMH
        tags["maxspeed"] = _IN_TOWN_KMH[road.highway] if slower else _SPEED[road.highway]
    if road.highway in _LANES:
        tags["lanes"] = _LANES[road.highway]
    if road.highway == "motorway":
        tags["toll"] = "yes"
    if road.highway == "track":
        tags |= {"surface": "unpaved", "width": "3"}
    elif road.highway in {"residential", "unclassified"} and not road.name:
        tags |= {"surface": "concrete", "width": "4"}
    if run.kind == BRIDGE:
        tags |= {"bridge": "yes", "layer": "1"}
        bears = _BRIDGE_T.get(road.highway)
        limit = str(chance.choice(bears)) if bears and built_up < 0.6 else ""
        if limit:
            tags["maxweight"] = limit
        if float(strands.width_m[run.stations[0]]) > 8 and road.name:
            tags["bridge:name"] = f"{road.name.rstrip('路街巷')}桥"
    elif run.kind == UNDERPASS:
        tags |= {"tunnel": "yes", "layer": "-1"}
        heights = _UNDERPASS_M.get(road.highway)
        if heights:
            tags["maxheight"] = str(chance.choice(heights))
    return tags


def _gate(chance: np.random.Generator) -> dict[str, str]:
    kind = str(chance.choice(("lift_gate", "lift_gate", "gate", "swing_gate", "sliding_gate", "bollard")))
    return {"barrier": kind} | ({"bollard": "removable"} if kind == "bollard" else {})


def _with_barrier(osm: OsmMap, strands: Strands, run: _Run, nodes: list[int], tags: dict[str, str]) -> list[int]:
    """The nodes of a way with a barrier put on its first piece, where that is long enough."""
    start, end = strands.xy[strands.node[run.stations[:2]]]
    length_m = float(np.hypot(*(end - start)))
    if length_m < 2 * _GATE_M:
        return nodes
    number = int(osm.add_nodes((start + (end - start) * _GATE_M / length_m).reshape(1, 2))[0])
    osm.node_tags[number] = tags
    return [nodes[0], number, *nodes[1:]]


def _height_bars(
    chance: np.random.Generator, strands: Strands, runs: list[_Run], built_up: NDArray[np.float64]
) -> set[int]:
    """Runs on which a height bar stands: minor roads outside towns."""
    suited = [
        place
        for place, run in enumerate(runs)
        if run.kind == OPEN
        and strands.roads[run.road].highway == "unclassified"
        and built_up[strands.node[run.stations[0]]] < _BUILT_UP
    ]
    return set(chance.choice(suited, min(_HEIGHT_BARS, len(suited)), replace=False).tolist())


def _busy_crossings(chance: np.random.Generator, strands: Strands) -> Numbers:
    """Crossings of main streets at which some turn is forbidden."""
    there = strands.pieces
    rank = np.array([road.rank for road in strands.roads])[strands.road[there]]
    main = (rank >= RANK["tertiary"]) & (rank <= RANK["primary"])
    ends = np.concatenate((strands.node[there][main], strands.node[there + 1][main]))
    busy = np.flatnonzero(np.bincount(ends, minlength=len(strands.xy)) == 4)
    return np.sort(chance.choice(busy, min(_RESTRICTIONS, len(busy)), replace=False))


def _add_restrictions(
    chance: np.random.Generator,
    osm: OsmMap,
    ground: Ground,
    strands: Strands,
    ways: list[tuple[int, list[int], _Run]],
    vias: set[int],
    oneway: NDArray[np.bool_],
) -> None:
    """Forbid one left turn or turning round at each busy crossing."""
    arms: dict[int, list[tuple[int, np.ndarray, bool, bool]]] = {}
    for number, nodes, run in ways:
        one = bool(oneway[run.road])
        xy = strands.xy[strands.node[run.stations]]
        for node, beyond, here, enters in ((nodes[0], xy[1], xy[0], not one), (nodes[-1], xy[-2], xy[-1], True)):
            if node in vias:
                leaves = not one or node == nodes[0]
                arms.setdefault(node, []).append((number, beyond - here, enters, leaves))
    for via in sorted(arms):
        comes = [arm for arm in arms[via] if arm[2]]
        if not comes:
            continue
        start = comes[int(chance.integers(len(comes)))]
        turns = {
            arm[0]: float(
                np.degrees(np.arctan2(-start[1][0] * arm[1][1] + start[1][1] * arm[1][0], -(start[1] @ arm[1])))
            )
            for arm in arms[via]
            if arm[3] and arm[0] != start[0]
        }
        left = [way for way, angle in turns.items() if 45 < angle < 135]
        if left:
            members, kind = [("w", start[0], "from"), ("n", via, "via"), ("w", left[0], "to")], "no_left_turn"
        else:
            members, kind = [("w", start[0], "from"), ("n", via, "via"), ("w", start[0], "to")], "no_u_turn"
        osm.relations.append((members, {"type": "restriction", "restriction": kind}))
