"""The kinds of vehicles a district starts with: fire engine, car, on foot, e-bike, boat.

The speeds are travel speeds for planning, not law; they are settings (verify them against recorded runs).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gridgis.roads.travel_time import FAIRWAY, FERRY, FERRY_KMH, HOURS, OPEN_TO_ALL, Mode, VehicleProfile

_FIRE_ENGINE_KMH = {
    "motorway": 80, "motorway_link": 50, "trunk": 70, "trunk_link": 45, "primary": 55, "primary_link": 40,
    "secondary": 50, "secondary_link": 35, "tertiary": 42, "tertiary_link": 30, "unclassified": 38, "road": 30,
    "residential": 30, "living_street": 18, "service": 18, "track": 12, "busway": 35, "pedestrian": 10,
}  # fmt: skip
_CAR_KMH = {
    "motorway": 100, "motorway_link": 55, "trunk": 80, "trunk_link": 50, "primary": 60, "primary_link": 45,
    "secondary": 52, "secondary_link": 40, "tertiary": 45, "tertiary_link": 35, "unclassified": 40, "road": 30,
    "residential": 30, "living_street": 18, "service": 20, "track": 15,
}  # fmt: skip
_WALKED = (
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
    "unclassified", "road", "residential", "living_street", "service", "track", "pedestrian", "footway", "path",
    "cycleway", "bridleway", "corridor", "busway", "crossing",
)  # fmt: skip
_FOOT_KMH = dict.fromkeys(_WALKED, 5.0) | {"steps": 2.5, FERRY: FERRY_KMH}
# 道路交通安全法 art. 58: at most 15 km/h.
_RIDDEN = tuple(kind for kind in _CAR_KMH if not kind.startswith("motorway"))
_E_BIKE_KMH = {**dict.fromkeys((*_RIDDEN, "cycleway"), 15.0), "service": 12, "track": 12, "path": 10, FERRY: FERRY_KMH}
_BOAT_KMH = {FAIRWAY: 25.0}

_PEAKS = frozenset({7, 8, 17, 18})
_MAIN = ("trunk", "primary", "secondary", "trunk_link", "primary_link", "secondary_link")


def _busy(by_day: float, at_peaks: float) -> dict[str, tuple[float, ...]]:
    """Paces of main roads: so many times as long from 7 to 19, and in the peak hours."""
    day = range(7, 19)
    hours = tuple(at_peaks if hour in _PEAKS else by_day if hour in day else 1.0 for hour in range(HOURS))
    return dict.fromkeys(_MAIN, hours)


def _doubts(main: float, others: float) -> dict[str, float]:
    return {**dict.fromkeys(_CAR_KMH, others), **dict.fromkeys(_MAIN, main)}


_PASSED_BY_ALL = frozenset(
    {"no", "entrance", "kerb", "toll_booth", "cattle_grid", "border_control", "height_restrictor", "sally_port", "arch"}
)
_PASSED_ON_FOOT = _PASSED_BY_ALL | {
    "bollard", "rising_bollard", "removable_bollard",
    "cycle_barrier", "gate", "lift_gate", "swing_gate", "sliding_gate", "kissing_gate",
    "stile", "turnstile", "full-height_turnstile", "block", "chain", "rope", "motorcycle_barrier", "bus_trap",
    "hampshire_gate", "planter", "log", "debris", "jersey_barrier", "bump_gate", "coupure", "spikes", "bar",
    "horse_stile", "sump_buster", "wicket_gate", "barrier_board",
}  # fmt: skip

DEFAULT_PROFILES: Mapping[str, VehicleProfile] = MappingProxyType(
    {
        "fire_engine": VehicleProfile(
            "fire_engine",
            "消防车",
            Mode.EMERGENCY,
            _FIRE_ENGINE_KMH,
            weight_t=18.0,
            height_m=3.5,
            width_m=2.5,
            open_values=OPEN_TO_ALL | {"private", "emergency", "psv", "bus", "agricultural", "forestry", "restricted"},
            # What a crew opens or a watchman lifts; fixed bollards, blocks and planters stop it.
            barrier_s={
                "gate": 20, "lift_gate": 10, "swing_gate": 20, "sliding_gate": 15, "chain": 20, "rope": 10,
                "rising_bollard": 30, "removable_bollard": 40, "bump_gate": 10, "hampshire_gate": 30, "bar": 20,
            },
            open_barriers=_PASSED_BY_ALL | {"bus_trap", "sump_buster"},
            pace=_busy(1.05, 1.2),
            doubt=_doubts(1.3, 1.2),
        ),
        "car": VehicleProfile(
            "car",
            "汽车",
            Mode.MOTORCAR,
            _CAR_KMH,
            weight_t=3.0,
            height_m=2.1,
            width_m=2.0,
            barrier_s={"gate": 20, "lift_gate": 10, "swing_gate": 20, "sliding_gate": 15, "bump_gate": 10},
            open_barriers=_PASSED_BY_ALL,
            pace=_busy(1.1, 1.5),
            doubt=_doubts(1.5, 1.3),
        ),
        "foot": VehicleProfile(
            "foot",
            "步行",
            Mode.FOOT,
            _FOOT_KMH,
            opened_kmh=5.0,
            signed_share=0.0,
            open_barriers=_PASSED_ON_FOOT,
            against_oneway=True,
            obeys_turns=False,
            walk_kmh=4.5,
        ),
        "e_bike": VehicleProfile(
            "e_bike",
            "电动自行车",
            Mode.BICYCLE,
            _E_BIKE_KMH,
            opened_kmh=10.0,
            signed_share=0.0,
            barrier_s={"gate": 10, "swing_gate": 10, "sliding_gate": 10, "chain": 10, "cycle_barrier": 5, "block": 5},
            open_barriers=_PASSED_BY_ALL
            | {"bollard", "rising_bollard", "removable_bollard", "lift_gate", "bus_trap", "planter", "jersey_barrier"},
        ),
        "boat": VehicleProfile(
            "boat",
            "冲锋舟",
            Mode.BOAT,
            _BOAT_KMH,
            signed_share=0.8,
            barrier_s={"lock_gate": 900, "sluice_gate": 900},
            open_barriers=_PASSED_BY_ALL,
            fords=True,
            obeys_turns=False,
        ),
    }
)  # fmt: skip
"""The profiles a district starts with; their numbers are settings."""
