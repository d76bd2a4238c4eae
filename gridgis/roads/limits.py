"""Say which weight, height and width limits stop a vehicle, on edges and at nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isfinite
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridgis.roads import tag_values
from gridgis.roads.network import RoadNetwork, Tags
from gridgis.roads.travel_time import VehicleProfile

LimitKind = Literal["maxweight", "maxheight", "maxwidth"]

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


def nodes_over_limit(network: RoadNetwork, profile: VehicleProfile) -> NDArray[np.bool_]:
    """Whether the vehicle breaks a limit at each node, bool (n)."""
    over = [bool(tags) and profile.limited and bool(broken_node_limits(tags, profile)) for tags in network.node_tags]
    return np.array(over, dtype=bool)
