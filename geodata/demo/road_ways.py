"""Give joined roads their tags, gates, bars and turn restrictions, and make them ways of a map."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.demo.crossings import BRIDGE, CUT, OPEN, UNDERPASS
from geodata.demo.growth import Numbers
from geodata.demo.land import Land
from geodata.demo.osm_map import OsmMap
from geodata.demo.roads import RANK, Points, Road
from geodata.demo.strands import Strands

_RESTRICTIONS, _HEIGHT_BARS, _GATE_M = 60, 14, 9.0
_SPEED = {
    "motorway": "120", "motorway_link": "40", "trunk": "80", "primary": "80", "secondary": "60", "tertiary": "50",
    "unclassified": "40", "residential": "30",
}  # fmt: skip
_LANES = {"motorway": "2", "motorway_link": "1", "trunk": "3", "primary": "4", "secondary": "2", "tertiary": "2"}
_IN_TOWN_KMH = {"trunk": "70", "primary": "60", "secondary": "50", "tertiary": "40"}
_BRIDGE_T: dict[str, tuple[str, ...]] = {
    "tertiary": ("15", "20", "30", "", "", ""),
    "unclassified": ("10", "15", "20", "", "", ""),
    "residential": ("8", "10", "15", "20", "20", ""),
}
_UNDERPASS_M = {
    "residential": ("2.5", "2.8", "3.0", "3.5"),
    "unclassified": ("3.2", "3.8", "4.0"),
    "tertiary": ("4.0", "4.5"),
}
_BUILT_UP = 0.3
_GATES = ("lift_gate", "gate", "swing_gate", "sliding_gate", "bollard")


@dataclass(frozen=True)
class _Run:
    """Stations of one road with the same kind between all of them.

    Attributes:
        road: Number of the road.
        kind: Open road, bridge or underpass.
        width_m: Width of the water under a bridge.
        stations: Their places in the table.
    """

    road: int
    kind: int
    width_m: float
    stations: Numbers


def add_roads(osm: OsmMap, land: Land, strands: Strands) -> None:
    """Put every road on the map."""
    chance = land.chance("road tags")
    oneway = _driveable_oneways(strands)
    number = _numbers(osm, strands)
    vias = _busy_crossings(chance, strands)
    built_up = land.ground.built_up(strands.xy)
    runs = _runs(strands, vias)
    first = set(np.unique([run.road for run in runs], return_index=True)[1].tolist())
    bars = _height_bars(chance, strands, runs, built_up)
    arms = _Arms(set(number[vias].tolist()))
    for place, run in enumerate(runs):
        road = strands.roads[run.road]
        nodes = number[strands.node[run.stations]].tolist()
        town = bool(built_up[strands.node[run.stations[0]]] > _BUILT_UP)
        tags = _class_tags(road, town=town) | _structure_tags(chance, road, run, town=town)
        if oneway[run.road]:
            tags["oneway"] = "yes"
        if road.gated and run.kind == OPEN and place in first:
            nodes = _with_barrier(osm, strands, run, nodes, _gate(chance))
        elif place in bars:
            nodes = _with_barrier(osm, strands, run, nodes, {"barrier": "height_restrictor", "maxheight": "2.8"})
        way = osm.add_way(nodes, tags)
        arms.add(way, nodes, strands.xy[strands.node[run.stations]], oneway=bool(oneway[run.road]))
    osm.relations += arms.restrictions(chance)


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
        _Run(int(road[first]), int(kind[first]), float(strands.width_m[first]), np.arange(first, last + 2))
        for first, last in zip(start.tolist(), stop.tolist(), strict=True)
    ]


def _class_tags(road: Road, *, town: bool) -> dict[str, str]:
    """What follows from the class of a road and from whether it lies in a town."""
    tags = {"highway": road.highway}
    tags |= {key: value for key, value in (("name", road.name), ("ref", road.ref)) if value}
    speed = _IN_TOWN_KMH.get(road.highway) if town else None
    if speed or road.highway in _SPEED:
        tags["maxspeed"] = speed or _SPEED[road.highway]
    if road.highway in _LANES:
        tags["lanes"] = _LANES[road.highway]
    if road.highway == "motorway":
        tags["toll"] = "yes"
    elif road.highway == "track":
        tags |= {"surface": "unpaved", "width": "3"}
    elif road.highway == "residential" and not road.name:
        tags |= {"surface": "concrete", "width": "4"}
    return tags


def _structure_tags(chance: np.random.Generator, road: Road, run: _Run, *, town: bool) -> dict[str, str]:
    """What follows from a bridge or an underpass: country bridges bear little, country underpasses are low."""
    if run.kind == BRIDGE:
        tags = {"bridge": "yes", "layer": "1"}
        limit = "" if town else str(chance.choice(_BRIDGE_T.get(road.highway, ("",))))
        if limit:
            tags["maxweight"] = limit
        if road.name and run.width_m:
            tags["bridge:name"] = f"{road.name.rstrip('路街巷')}桥"
        return tags
    if run.kind == UNDERPASS:
        tags = {"tunnel": "yes", "layer": "-1"}
        if road.highway in _UNDERPASS_M:
            tags["maxheight"] = str(chance.choice(_UNDERPASS_M[road.highway]))
        return tags
    return {}


def _gate(chance: np.random.Generator) -> dict[str, str]:
    kind = str(chance.choice(_GATES, p=(0.4, 0.2, 0.2, 0.17, 0.03)))
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


@dataclass
class _Arms:
    """The ways that meet at some crossings.

    Attributes:
        vias: Numbers of the nodes of the crossings.
        found: For each, number of the way, direction away from the crossing, whether one can come in and go out by it.
    """

    vias: set[int]
    found: dict[int, list[tuple[int, Points, bool, bool]]] = field(default_factory=dict)

    def add(self, way: int, nodes: list[int], xy: Points, *, oneway: bool) -> None:
        """Note a way if it begins or ends at one of the crossings."""
        if nodes[0] in self.vias:
            self.found.setdefault(nodes[0], []).append((way, xy[1] - xy[0], not oneway, True))
        if nodes[-1] in self.vias:
            self.found.setdefault(nodes[-1], []).append((way, xy[-2] - xy[-1], True, not oneway))

    def restrictions(self, chance: np.random.Generator) -> list[tuple[list[tuple[str, int, str]], dict[str, str]]]:
        """At each crossing no left turn from one way, or no turning round where there is none to the left."""
        made = []
        for via in sorted(self.found):
            comes = [arm for arm in self.found[via] if arm[2]]
            if not comes:
                continue
            start, back, *_ = comes[int(chance.integers(len(comes)))]
            left = [way for way, out, _, leaves in self.found[via] if leaves and _is_left(-back, out)]
            kind = "no_left_turn" if left else "no_u_turn"
            members = [("w", start, "from"), ("n", via, "via"), ("w", left[0] if left else start, "to")]
            made.append((members, {"type": "restriction", "restriction": kind}))
        return made


def _is_left(ahead: Points, out: Points) -> bool:
    """Whether a direction lies to the left of another."""
    angle = np.degrees(np.arctan2(ahead[0] * out[1] - ahead[1] * out[0], ahead @ out))
    return bool(45 < angle < 135)
