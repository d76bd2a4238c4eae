"""Say which tags of OpenStreetMap's roads are kept, which ways are roads, and which values make no sense."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

from gridgis.roads import tag_values
from gridgis.roads.conditions import CONDITIONAL, clauses, is_opening_hours, read_condition
from gridgis.roads.travel_time import FAIRWAY, FERRY

ROAD_CLASSES = frozenset(
    {
        "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
        "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "track", "road",
        "busway", "bus_guideway", "pedestrian", "footway", "path", "cycleway", "bridleway", "steps", "corridor",
        "crossing",
    }
)  # fmt: skip
"""Classes that are imported (OpenStreetMap wiki, Key:highway)."""

NOT_ROADS = frozenset(
    {
        "construction", "proposed", "planned", "abandoned", "razed", "disused", "demolished", "raceway", "platform",
        "rest_area", "services", "bus_stop", "elevator", "escape", "emergency_bay", "street_lamp", "no", "via_ferrata",
        "traffic_island", "passing_place", "turning_circle", "turning_loop", "ladder", "milestone", "toll_gantry",
    }
)  # fmt: skip
"""Values of ``highway`` on ways that are no roads now."""

UNKNOWN_CLASS = "path"
"""Ways of a class that is not known are noted and taken as paths: no vehicle is sent where none may fit."""

KEPT_KEYS = frozenset(
    {
        "maxspeed", "maxspeed:forward", "maxspeed:backward", "lanes", "bridge", "tunnel", "access", "width", "service",
        "junction", "surface", "layer", "ford", "toll", "maxweight", "maxweightrating", "maxheight",
        "maxheight:physical", "maxwidth", "maxwidth:physical", "vehicle", "motor_vehicle", "motorcar", "foot",
        "bicycle", "emergency", "conveying", "area", "bridge:name", "tunnel:name", "maxspeed:conditional",
    }
)  # fmt: skip
_KEPT_PREFIXES = ("oneway:", "access:", "vehicle:", "motor_vehicle:", "motorcar:", "foot:", "bicycle:", "emergency:")
KEPT_FERRY_KEYS = KEPT_KEYS | {"interval", "opening_hours"}
KEPT_FAIRWAY_KEYS = frozenset({"maxspeed", "access", "boat", "motorboat", "ship", "tunnel", "maxheight", "maxwidth"})
_AFLOAT = ("motorboat", "boat", "ship")
_DECLARED = frozenset({"yes", "permissive", "designated", "official", "customers", "permit", "private"})
KEPT_NODE_KEYS = frozenset(
    {
        "barrier", "bollard", "access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot", "emergency", "ford",
        "locked", "maxweight", "maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical", "highway",
        "waterway", "boat", "motorboat", "access:conditional", "vehicle:conditional", "motor_vehicle:conditional",
    }
)  # fmt: skip
_STOPS_BOATS = frozenset({"dam", "weir", "waterfall", "lock_gate", "sluice_gate"})
_FORWARD, _BACKWARD = ":forward", ":backward"
_TRUE, _REVERSE = frozenset({"yes", "true", "1"}), frozenset({"-1", "reverse"})
_TWO_WAY = frozenset({"no", "false", "0", "reversible", "alternating", "alternate"})
_ROUND = frozenset({"roundabout", "circular"})
_SAMPLES = 5


_READERS: Mapping[str, Callable[[str], float | bool | None]] = MappingProxyType(
    {
        "maxspeed": tag_values.speed_kmh,
        "maxweight": tag_values.weight_t,
        "maxweightrating": tag_values.weight_t,
        "maxheight": tag_values.length_m,
        "maxwidth": tag_values.length_m,
        "width": tag_values.length_m,
        "interval": tag_values.duration_s,
        "opening_hours": is_opening_hours,
    }
)


@dataclass(frozen=True, slots=True)
class BadTag:
    """A value that was not understood.

    Attributes:
        key: Of the tag.
        value: As written.
        count: Ways that carry it.
        ways: Some of them.
    """

    key: str
    value: str
    count: int
    ways: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RoadTags:
    """What is known of a way that is a road.

    Attributes:
        highway: Its class.
        name: '' for none.
        ref: Road number, '' for none.
        oneway: Whether it is driven one way only.
        against: Whether it is driven against the direction in which it was drawn.
        kept: Every other tag that is kept, as pairs in the order of their keys.
    """

    highway: str
    name: str
    ref: str
    oneway: bool
    against: bool
    kept: tuple[tuple[str, str], ...]

    @property
    def directed(self) -> bool:
        """Whether any tag tells the two directions apart."""
        return any(key.endswith((_FORWARD, _BACKWARD)) or value == "-1" for key, value in self.kept)


class TagFaults:
    """Counts values that were not understood."""

    def __init__(self) -> None:
        self._count: Counter[tuple[str, str]] = Counter()
        self._ways: dict[tuple[str, str], list[int]] = {}

    def add(self, key: str, value: str, way: int) -> None:
        """Note one."""
        self._count[key, value] += 1
        ways = self._ways.setdefault((key, value), [])
        if len(ways) < _SAMPLES:
            ways.append(way)

    def listed(self) -> tuple[BadTag, ...]:
        """All of them, the most frequent first."""
        order = sorted(self._count, key=lambda one: (-self._count[one], one))
        return tuple(BadTag(*one, self._count[one], tuple(self._ways[one])) for one in order)


def read_road_tags(way: int, tags: Mapping[str, str], faults: TagFaults) -> RoadTags:
    """What is known of a way, values that make no sense dropped and noted."""
    highway = tags["highway"]
    if highway not in ROAD_CLASSES:
        faults.add("highway", highway, way)
        highway = UNKNOWN_CLASS
    oneway, against = _direction(way, highway, tags, faults)
    kept = {key: value for key, value in tags.items() if key in KEPT_KEYS or key.startswith(_KEPT_PREFIXES)}
    for key in [key for key in kept if not _understood(key, kept[key])]:
        faults.add(key, kept.pop(key), way)
    if against:
        kept = {_turned(key): value for key, value in kept.items()}
    return RoadTags(highway, tags.get("name", ""), tags.get("ref", ""), oneway, against, tuple(sorted(kept.items())))


def read_ferry_tags(way: int, tags: Mapping[str, str], faults: TagFaults) -> RoadTags:
    """What is known of a ferry; `duration` is left to those who know how long the way is."""
    kept = {key: value for key, value in tags.items() if key in KEPT_FERRY_KEYS or key.startswith(_KEPT_PREFIXES)}
    for key in [key for key in kept if not _understood(key, kept[key])]:
        faults.add(key, kept.pop(key), way)
    oneway = tags.get("oneway", "") in _TRUE
    return RoadTags(
        FERRY, tags.get("name", ""), tags.get("ref", ""), oneway, against=False, kept=tuple(sorted(kept.items()))
    )


def is_fairway(tags: Mapping[str, str]) -> bool:
    """Whether a waterway is declared to be open to boats (``boat``, ``motorboat``, ``ship``, a ``CEMT`` class)."""
    said = [tags[key].lower() for key in _AFLOAT if key in tags]
    return any(one in _DECLARED for one in said) or (not said and tag_values.stated(tags.get("CEMT")))


def read_fairway_tags(tags: Mapping[str, str]) -> RoadTags:
    """What is known of a waterway that is open to boats."""
    kept = tuple(sorted((key, value) for key, value in tags.items() if key in KEPT_FAIRWAY_KEYS))
    return RoadTags(FAIRWAY, tags.get("name", ""), "", oneway=False, against=False, kept=kept)


def _direction(way: int, highway: str, tags: Mapping[str, str], faults: TagFaults) -> tuple[bool, bool]:
    """Whether the way is one-way, and whether against its drawing; roundabouts and motorways are by themselves."""
    said = tags.get("oneway", "").strip().lower()
    if said in _TRUE:
        return True, False
    if said in _REVERSE:
        return True, True
    if said in _TWO_WAY:
        return False, False
    if said:
        faults.add("oneway", tags["oneway"], way)
    return highway == "motorway" or tags.get("junction", "") in _ROUND, False


def _understood(key: str, value: str) -> bool:
    if key.endswith(CONDITIONAL):
        told = clauses(value)
        return bool(told) and all(read_condition(condition) is not None for _, condition in told)
    read = _READERS.get(key.split(":", 1)[0])
    return read is None or read(value) not in {None, False}


def _turned(key: str) -> str:
    """The key for a way that is turned round."""
    if key.endswith(_FORWARD):
        return key.removesuffix(_FORWARD) + _BACKWARD
    return key.removesuffix(_BACKWARD) + _FORWARD if key.endswith(_BACKWARD) else key


def read_node_tags(tags: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The tags of a node that decide who passes it; empty unless it is a barrier, a ford, or stops boats."""
    kept = {key: value for key, value in tags if key in KEPT_NODE_KEYS}
    if kept.get("barrier") == "no":
        del kept["barrier"]
    if kept.get("waterway") not in _STOPS_BOATS:
        kept.pop("waterway", None)
    return kept if {"barrier", "waterway"} & kept.keys() or tag_values.stated(kept.get("ford")) or _bars(kept) else {}


def _bars(tags: Mapping[str, str]) -> bool:
    """Whether a node carries a height, width or weight limit."""
    value = tag_values.length_m(tags.get("maxheight", "")) or tag_values.length_m(tags.get("maxwidth", ""))
    return value is not None and isfinite(value)
