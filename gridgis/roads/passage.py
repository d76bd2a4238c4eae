"""Decide where a vehicle may pass and how fast.

Conditional tags (``motor_vehicle:conditional=no @ (Mo-Fr 07:00-09:00)``) count where their condition is one that holds.
Ferries: the time of the crossing, and a wait of half the interval on average where one comes aboard from a road; that
vehicles may come aboard has to be told, people and bicycles go unless it is forbidden. Fairways are open to boats.

One-ways: an edge is passed in its own direction; against it only when the network has no edge the other way and one-way
rules do not bind the vehicle (on foot, ``oneway:<mode>=no``). Access is read by `ACCESS_KEYS`, in the edge's direction
when a key ends in ``:forward`` or ``:backward``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isnan, nan

import numpy as np
from numpy.typing import NDArray

from gridgis.roads import tag_values
from gridgis.roads.conditions import CONDITIONAL, SHUT, clauses, concerns
from gridgis.roads.limits import edges_over_limit, nodes_over_limit
from gridgis.roads.network import RoadNetwork, Tags
from gridgis.roads.travel_time import ACCESS_KEYS, ACCESS_VALUES, FERRY, FERRY_KMH, Mode, VehicleProfile

MS_PER_S = 1000
MS_PER_HOUR_PER_KM = 3600.0  # milliseconds for one metre at 1 km/h
CLOSED_NODE = -1
BARRIERS_OPENED_BY_ACCESS = frozenset({"yes", "permissive", "designated", "official", "destination", "customers"})


@dataclass(frozen=True, slots=True)
class Passage:
    """How one vehicle gets along a network, limits not considered.

    Attributes:
        along_ms: int64 (m), whole milliseconds along each edge in its direction, -1 where closed.
        against_ms: int64 (m), the same against the direction of the edge.
        node_ms: int64 (n), milliseconds to pass each node, `CLOSED_NODE` where a barrier stops the vehicle.
        over_limit: bool (m), edges on which the vehicle breaks a weight, height or width limit.
        node_over_limit: bool (n), nodes (height bars, bollards) at which it does.
    """

    along_ms: NDArray[np.int64]
    against_ms: NDArray[np.int64]
    node_ms: NDArray[np.int64]
    over_limit: NDArray[np.bool_]
    node_over_limit: NDArray[np.bool_]


def passage(network: RoadNetwork, profile: VehicleProfile, holding: frozenset[str] = frozenset()) -> Passage:
    """How a vehicle gets along a network.

    Args:
        network: The roads.
        profile: The vehicle.
        holding: Conditions that hold, as `conditions_at` gives them.
    """
    along, against = edge_speeds_kmh(network, profile, holding)
    aboard_ms, ashore_ms = _boarding_ms(network, profile)
    return Passage(
        _milliseconds(network.length_m, along, aboard_ms),
        _milliseconds(network.length_m, against, ashore_ms),
        _node_ms(network, profile, holding),
        edges_over_limit(network, profile, np.arange(network.edges)),
        nodes_over_limit(network, profile),
    )


def _milliseconds(
    length_m: NDArray[np.float64], kmh: NDArray[np.float64], more_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    passable = kmh > 0
    made = np.full(len(kmh), -1, dtype=np.int64)
    made[passable] = np.rint(length_m[passable] / kmh[passable] * MS_PER_HOUR_PER_KM).astype(np.int64)
    made[passable] += more_ms[passable]
    return made


def _boarding_ms(network: RoadNetwork, profile: VehicleProfile) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Milliseconds waited where an edge (m) is entered at its tail, and at its head: 0 except on ferries at a quay."""
    waits = np.zeros((2, network.edges), dtype=np.int64)
    ferry = network.highway == FERRY
    if ferry.any():
        quay = np.zeros(network.nodes, dtype=bool)
        quay[network.tail[~ferry]] = quay[network.head[~ferry]] = True
        for edge in np.flatnonzero(ferry).tolist():
            interval_s = tag_values.duration_s(network.tags[edge].get("interval", ""))
            wait_s = profile.ferry_wait_s if interval_s is None else interval_s / 2
            waits[:, edge] = round(wait_s * MS_PER_S)
        waits[0, ~quay[network.tail]] = waits[1, ~quay[network.head]] = 0
    return waits[0], waits[1]


def edge_speeds_kmh(
    network: RoadNetwork, profile: VehicleProfile, holding: frozenset[str] = frozenset()
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Speeds (m) along each edge and against it; 0 where the vehicle may not pass."""
    rules = _Rules(profile, holding)
    along, against = np.zeros(network.edges), np.zeros(network.edges)
    known: dict[tuple[object, ...], tuple[float, float]] = {}
    columns = zip(
        network.highway,
        network.tags,
        network.oneway.tolist(),
        network.reversed.tolist(),
        network.maxspeed_kmh.tolist(),
        strict=True,
    )
    for edge, (highway, tags, oneway, backward, signed) in enumerate(columns):
        rule = (highway, oneway, backward, None if isnan(signed) else signed, *_telling(tags))
        speeds = known.get(rule)
        if speeds is None:
            speeds = known[rule] = rules.speeds(highway, tags, oneway=oneway, backward=backward, signed=signed)
        along[edge], against[edge] = speeds
    return along, against


_SAY_NOTHING = frozenset({"lanes", "surface", "width", "layer", "bridge", "tunnel", "lit", "sidewalk", "maxspeed"})


def _telling(tags: Tags) -> tuple[tuple[str, str], ...]:
    """The tags that may decide passage."""
    return tuple((key, value) for key, value in tags.items() if key not in _SAY_NOTHING)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What tags say to one vehicle while some conditions hold."""

    profile: VehicleProfile
    holding: frozenset[str]

    def _conditional(self, tags: Tags, key: str) -> str | None:
        """The value of a tag's last clause that holds for the vehicle."""
        for value, condition in reversed(clauses(tags.get(key + CONDITIONAL, ""))):
            if condition in self.holding and concerns(condition, self.profile):
                return value
        return None

    def _value(self, tags: Tags, key: str, direction: str = "") -> str | None:
        """What a key says now, in a direction first."""
        for name in (f"{key}:{direction}", key) if direction else (key,):
            said = self._conditional(tags, name)
            if said is None:
                said = tags.get(name)
            if said is not None:
                return said
        return None

    def access(self, tags: Tags, *, backward: bool | None = None) -> tuple[str, str]:
        """The key and value of the most special access tag that says something; two empty texts for none."""
        direction = "" if backward is None else "backward" if backward else "forward"
        for key in ACCESS_KEYS[self.profile.mode]:
            for value in (part.strip() for part in (self._value(tags, key, direction) or "").lower().split(";")):
                if value in ACCESS_VALUES:
                    return key, value
        return "", ""

    def speeds(self, highway: str, tags: Tags, *, oneway: bool, backward: bool, signed: float) -> tuple[float, float]:
        """Speed along an edge and against it."""
        profile = self.profile
        own = [tags.get(f"oneway:{key}", "").lower() for key in ACCESS_KEYS[profile.mode][:-1]]
        along = self._speed(highway, tags, backward=backward, signed=signed)
        if not profile.against_oneway and _forbidden_way(own, backward=backward):
            along = 0.0
        against = 0.0
        if oneway and (profile.against_oneway or "no" in own) and not _truly_oneway(profile, tags, own):
            against = self._speed(highway, tags, backward=not backward, signed=nan)
        return along, against

    def _speed(self, highway: str, tags: Tags, *, backward: bool, signed: float) -> float:
        """Speed in one direction of an edge, 0 where closed."""
        profile = self.profile
        if not profile.fords and tag_values.stated(tags.get("ford")):
            return 0.0
        key, value = self.access(tags, backward=backward)
        listed = profile.speed_kmh.get(highway)
        if profile.mode is Mode.EMERGENCY and tags.get("service") == "emergency_access" and key != "emergency":
            value = ""
        if value and value not in profile.open_values:
            return 0.0
        if highway == FERRY:
            return self._crossing_kmh(tags, told=bool(value) and key != "access")
        if listed is None:
            opened = value and key not in {"", "access", "vehicle"}
            return min(profile.opened_kmh, profile.top_kmh) if opened else 0.0
        signed = self._signed_now(tags, signed, backward=backward)
        if not profile.signed_share or isnan(signed):
            return listed
        driven = min(signed * profile.signed_share, profile.top_kmh)
        return min(driven, listed) if highway in profile.rough else driven

    def _signed_now(self, tags: Tags, signed: float, *, backward: bool) -> float:
        """The speed limit that holds now, NaN where none is known."""
        for key in (f"maxspeed:{'backward' if backward else 'forward'}", "maxspeed"):
            said = self._conditional(tags, key)
            figure = None if said is None else tag_values.speed_kmh(said)
            if figure is not None:
                return figure
        return signed

    def _crossing_kmh(self, tags: Tags, *, told: bool) -> float:
        """Speed of a ferry that takes the vehicle aboard now; `FERRY_KMH` where none is known."""
        if (SHUT + tags.get("opening_hours", "")) in self.holding or not (told or FERRY in self.profile.speed_kmh):
            return 0.0
        kmh = tag_values.speed_kmh(tags.get("maxspeed:practical", ""))
        return FERRY_KMH if kmh is None or not isfinite(kmh) else kmh

    def node_ms(self, tags: Tags) -> int:
        """Milliseconds to pass a node, `CLOSED_NODE` where it can't be passed."""
        if not self.profile.fords and tag_values.stated(tags.get("ford")):
            return CLOSED_NODE
        kind = tags.get("waterway", "") if self.profile.mode is Mode.BOAT else barrier_kind(tags)
        return self._barrier_ms(kind, tags) if kind else 0

    def _barrier_ms(self, kind: str, tags: Tags) -> int:
        profile = self.profile
        key, value = self.access(tags)
        locked = profile.mode is not Mode.EMERGENCY and tag_values.stated(tags.get("locked"))
        if locked or (value and value not in profile.open_values):
            return CLOSED_NODE
        if kind in profile.barrier_s:
            return round(profile.barrier_s[kind] * MS_PER_S)
        opened = value in BARRIERS_OPENED_BY_ACCESS and key != "access"
        return 0 if opened or kind in profile.open_barriers else CLOSED_NODE


def _forbidden_way(own: list[str], *, backward: bool) -> bool:
    """Whether a one-way rule of the mode itself forbids the direction (``oneway:motor_vehicle=yes`` on a two-way)."""
    said = next((value for value in own if value), "")
    return (said == "-1" and not backward) or (said in {"yes", "1", "true"} and backward)


def _truly_oneway(profile: VehicleProfile, tags: Tags, own: list[str]) -> bool:
    """Whether walkers are told to keep the direction too (escalators, paths with ``oneway:foot``)."""
    if profile.mode is not Mode.FOOT:
        return False
    return "yes" in own or "1" in own or tag_values.stated(tags.get("conveying"))


def _node_ms(network: RoadNetwork, profile: VehicleProfile, holding: frozenset[str]) -> NDArray[np.int64]:
    rules = _Rules(profile, holding)
    return np.array([rules.node_ms(tags) if tags else 0 for tags in network.node_tags], dtype=np.int64)


def barrier_kind(tags: Tags) -> str:
    """The kind of barrier that stands at a node, '' for none; a bollard that sinks or comes off is its own kind."""
    kind = tags.get("barrier", "").lower()
    if kind == "bollard" and tags.get("bollard", "") in {"rising", "removable", "foldable"}:
        return "rising_bollard" if tags["bollard"] == "rising" else "removable_bollard"
    return kind
