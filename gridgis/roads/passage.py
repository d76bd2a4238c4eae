"""Decide where a vehicle may pass, how fast, and which limits stop it.

One-ways: an edge is passed in its own direction; against it only when the network has no edge the other way and one-way
rules do not bind the vehicle (on foot, ``oneway:<mode>=no``). Access is read by `ACCESS_KEYS`, in the edge's direction
when a key ends in ``:forward`` or ``:backward``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, isnan, nan
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridgis.roads import tag_values
from gridgis.roads.network import RoadNetwork, Tags
from gridgis.roads.travel_time import ACCESS_KEYS, ACCESS_VALUES, Mode, VehicleProfile

MS_PER_S = 1000
MS_PER_HOUR_PER_KM = 3600.0  # milliseconds for one metre at 1 km/h
CLOSED_NODE = -1
BARRIERS_OPENED_BY_ACCESS = frozenset({"yes", "permissive", "designated", "official", "destination", "customers"})

LimitKind = Literal["maxweight", "maxheight", "maxwidth"]


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


def passage(network: RoadNetwork, profile: VehicleProfile) -> Passage:
    """How a vehicle gets along a network."""
    along, against = edge_speeds_kmh(network, profile)
    return Passage(
        _milliseconds(network.length_m, along),
        _milliseconds(network.length_m, against),
        _node_ms(network, profile),
        edges_over_limit(network, profile, np.arange(network.edges)),
        np.array([_node_over_limit(tags, profile) for tags in network.node_tags], dtype=bool),
    )


def _milliseconds(length_m: NDArray[np.float64], kmh: NDArray[np.float64]) -> NDArray[np.int64]:
    passable = kmh > 0
    made = np.full(len(kmh), -1, dtype=np.int64)
    made[passable] = np.rint(length_m[passable] / kmh[passable] * MS_PER_HOUR_PER_KM).astype(np.int64)
    return made


def edge_speeds_kmh(network: RoadNetwork, profile: VehicleProfile) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Speeds (m) along each edge and against it; 0 where the vehicle may not pass."""
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
            speeds = known[rule] = _speeds(profile, highway, tags, oneway=oneway, backward=backward, signed=signed)
        along[edge], against[edge] = speeds
    return along, against


_SAY_NOTHING = frozenset({"lanes", "surface", "width", "layer", "bridge", "tunnel", "lit", "sidewalk", "maxspeed"})


def _telling(tags: Tags) -> tuple[tuple[str, str], ...]:
    """The tags that may decide passage."""
    return tuple((key, value) for key, value in tags.items() if key not in _SAY_NOTHING)


def _speeds(
    profile: VehicleProfile, highway: str, tags: Tags, *, oneway: bool, backward: bool, signed: float
) -> tuple[float, float]:
    """Speed along an edge and against it."""
    own = [tags.get(f"oneway:{key}", "").lower() for key in ACCESS_KEYS[profile.mode][:-1]]
    along = _speed(profile, highway, tags, backward=backward, signed=signed)
    if not profile.against_oneway and _forbidden_way(own, backward=backward):
        along = 0.0
    against = 0.0
    if oneway and (profile.against_oneway or "no" in own) and not _truly_oneway(profile, tags, own):
        against = _speed(profile, highway, tags, backward=not backward, signed=nan)
    return along, against


def _forbidden_way(own: list[str], *, backward: bool) -> bool:
    """Whether a one-way rule of the mode itself forbids the direction (``oneway:motor_vehicle=yes`` on a two-way)."""
    said = next((value for value in own if value), "")
    return (said == "-1" and not backward) or (said in {"yes", "1", "true"} and backward)


def _truly_oneway(profile: VehicleProfile, tags: Tags, own: list[str]) -> bool:
    """Whether walkers are told to keep the direction too (escalators, paths with ``oneway:foot``)."""
    if profile.mode is not Mode.FOOT:
        return False
    return "yes" in own or "1" in own or tag_values.stated(tags.get("conveying"))


def _speed(profile: VehicleProfile, highway: str, tags: Tags, *, backward: bool, signed: float) -> float:
    """Speed in one direction of an edge, 0 where closed."""
    if not profile.fords and tag_values.stated(tags.get("ford")):
        return 0.0
    key, value = access_said(profile.mode, tags, backward=backward)
    listed = profile.speed_kmh.get(highway)
    if profile.mode is Mode.EMERGENCY and tags.get("service") == "emergency_access" and key != "emergency":
        value = ""
    if value and value not in profile.open_values:
        return 0.0
    if listed is None:
        opened = value and key not in {"", "access", "vehicle"}
        return min(profile.opened_kmh, profile.top_kmh) if opened else 0.0
    if not profile.signed_share or isnan(signed):
        return listed
    driven = min(signed * profile.signed_share, profile.top_kmh)
    return min(driven, listed) if highway in profile.rough else driven


def access_said(mode: Mode, tags: Tags, *, backward: bool = False) -> tuple[str, str]:
    """The key and value of the most special access tag that says something to a mode; two empty texts for none."""
    direction = "backward" if backward else "forward"
    for key in ACCESS_KEYS[mode]:
        said = tags.get(f"{key}:{direction}", tags.get(key))
        if said is None:
            continue
        for value in (part.strip() for part in said.lower().split(";")):
            if value in ACCESS_VALUES:
                return key, value
    return "", ""


def _node_ms(network: RoadNetwork, profile: VehicleProfile) -> NDArray[np.int64]:
    return np.array([_node_delay_ms(profile, tags) if tags else 0 for tags in network.node_tags], dtype=np.int64)


def _node_delay_ms(profile: VehicleProfile, tags: Tags) -> int:
    """Milliseconds to pass a node, `CLOSED_NODE` where it can't be passed."""
    if not profile.fords and tag_values.stated(tags.get("ford")):
        return CLOSED_NODE
    kind = barrier_kind(tags)
    return _barrier_ms(profile, kind, tags) if kind else 0


def _barrier_ms(profile: VehicleProfile, kind: str, tags: Tags) -> int:
    key, value = access_said(profile.mode, tags)
    locked = profile.mode is not Mode.EMERGENCY and tag_values.stated(tags.get("locked"))
    if locked or (value and value not in profile.open_values):
        return CLOSED_NODE
    if kind in profile.barrier_s:
        return round(profile.barrier_s[kind] * MS_PER_S)
    opened = value in BARRIERS_OPENED_BY_ACCESS and key != "access"
    return 0 if opened or kind in profile.open_barriers else CLOSED_NODE


def barrier_kind(tags: Tags) -> str:
    """The kind of barrier that stands at a node, '' for none; a bollard that sinks or comes off is its own kind."""
    kind = tags.get("barrier", "").lower()
    if kind == "bollard" and tags.get("bollard", "") in {"rising", "removable", "foldable"}:
        return "rising_bollard" if tags["bollard"] == "rising" else "removable_bollard"
    return kind


_LIMITS: Mapping[LimitKind, tuple[Callable[[RoadNetwork], NDArray[np.float64]], Callable[[VehicleProfile], float]]] = (
    MappingProxyType(
        {
            "maxweight": (lambda network: network.maxweight_t, lambda profile: profile.weight_t),
            "maxheight": (lambda network: network.maxheight_m, lambda profile: profile.height_m),
            "maxwidth": (lambda network: network.maxwidth_m, lambda profile: profile.width_m),
        }
    )
)


def broken_limits(network: RoadNetwork, profile: VehicleProfile, edge: int) -> list[tuple[LimitKind, float, float]]:
    """Limits the vehicle breaks on an edge: kind, the limit, the vehicle's own figure (tonnes or metres)."""
    return [
        (kind, float(limit(network)[edge]), own(profile))
        for kind, (limit, own) in _LIMITS.items()
        if own(profile) > limit(network)[edge]
    ]


def edges_over_limit(network: RoadNetwork, profile: VehicleProfile, edges: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the vehicle breaks a weight, height or width limit on each of some edges."""
    over = np.zeros(len(edges), dtype=bool)
    for limit, own in _LIMITS.values():
        if own(profile) > 0:
            over |= own(profile) > limit(network)[edges]
    return over


def broken_node_limits(tags: Tags, profile: VehicleProfile) -> list[tuple[LimitKind, float, float]]:
    """Limits the vehicle breaks at a node (a height bar, bollards that leave a narrow gap)."""
    told: tuple[tuple[LimitKind, tuple[str, ...], Callable[[str], float | None], float], ...] = (
        ("maxweight", ("maxweight",), tag_values.weight_t, profile.weight_t),
        ("maxheight", ("maxheight", "maxheight:physical"), tag_values.length_m, profile.height_m),
        ("maxwidth", ("maxwidth", "maxwidth:physical"), tag_values.length_m, profile.width_m),
    )
    broken: list[tuple[LimitKind, float, float]] = []
    for kind, keys, read, own in told:
        least = min((_figure(tags.get(key), read) for key in keys), default=inf)
        if own > least:
            broken.append((kind, least, own))
    return broken


def _figure(text: str | None, read: Callable[[str], float | None]) -> float:
    value = None if text is None else read(text)
    return inf if value is None or not isfinite(value) else value


def _node_over_limit(tags: Tags, profile: VehicleProfile) -> bool:
    return bool(tags) and profile.limited and bool(broken_node_limits(tags, profile))
