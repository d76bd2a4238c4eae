"""Describe a kind of vehicle: how fast it drives on each class of road, and what it may pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from types import MappingProxyType

from gridgis.errors import InvalidValue

FASTEST_KMH = 200.0
HEAVIEST_T = 100.0
LARGEST_M = 10.0
LONGEST_OPENING_S = 3600.0
LONGEST_FERRY_WAIT_S = 7200.0
FERRY_KMH = 10.0
FERRY, FAIRWAY = "ferry", "fairway"  # classes of what is driven on water: ``route=ferry``, ``boat=yes`` and the like
HEAVY_T = 3.5  # OpenStreetMap wiki, Key:hgv
HOURS = 24
FASTEST_PACE, SLOWEST_PACE = 0.2, 20.0


class Mode(StrEnum):
    """Which access tags bind a traveller."""

    EMERGENCY = "emergency"  # a vehicle on an emergency run
    MOTORCAR = "motorcar"  # a car, van or pickup without special rights
    BICYCLE = "bicycle"  # e-bikes too, which are no motor vehicles (GB 17761, 道路交通安全法 art. 119)
    FOOT = "foot"
    BOAT = "motorboat"


ACCESS_KEYS: Mapping[Mode, tuple[str, ...]] = MappingProxyType(
    {
        Mode.EMERGENCY: ("emergency", "motorcar", "motor_vehicle", "vehicle", "access"),
        Mode.MOTORCAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
        Mode.BICYCLE: ("bicycle", "vehicle", "access"),
        Mode.FOOT: ("foot", "access"),
        Mode.BOAT: ("motorboat", "boat", "ship", "access"),
    }
)
"""Keys that bind each mode, the most special first (OpenStreetMap wiki, Key:access, transport mode hierarchy)."""

ACCESS_VALUES = frozenset(
    {
        "yes", "permissive", "designated", "official", "destination", "customers", "delivery", "residents", "permit",
        "private", "no", "agricultural", "forestry", "military", "emergency", "psv", "bus", "use_sidepath",
        "discouraged", "dismount", "restricted", "employees",
    }
)  # fmt: skip
"""Values of access keys that say something; others are read as if they were not there."""

OPEN_TO_ALL = frozenset({"yes", "permissive", "designated", "official", "destination", "customers", "delivery"})
OPEN_TO_ALL |= {"residents", "permit", "discouraged", "employees"}


@dataclass(frozen=True, slots=True)
class VehicleProfile:
    """How one kind of vehicle, or a person on foot, gets along.

    Attributes:
        code: Short name that teams refer to.
        name: Name shown to people.
        mode: Which access tags bind it.
        speed_kmh: Travel speed by class of road (``highway``), over 0 and at most 200; a class that is not named is
            closed unless a tag of its own mode opens it. The greatest is its top speed.
        weight_t: Actual weight in tonnes, 0 when no weight limit concerns it; at most 100.
        height_m: Height in metres, 0 when no height limit concerns it; at most 10.
        width_m: Width in metres, 0 when no width limit concerns it; at most 10.
        opened_kmh: Speed where only a tag of its own mode opens a class that is not named.
        signed_share: Share of a signed speed limit that is driven, over 0 and at most 1.5; 0: signs are not read.
        rough: Classes on which a sign can only lower the speed (a track is not fast for having no limit).
        open_values: Values of access keys that let it pass.
        barrier_s: Seconds to pass (open) each kind of barrier; a kind that is neither here nor in `open_barriers`
            stops it. At most 3600.
        open_barriers: Kinds of barriers that cost no time.
        against_oneway: Whether one-way rules do not bind it.
        fords: Whether it passes fords.
        obeys_turns: Whether rules about turning bind it, unless they except it.
        pace: For classes of road, how many times as long as usual a drive takes in each hour of the local day: 24
            figures from 0.2 to 20; 1 for classes that are not named.
        doubt: For classes of road, how many times as long as usual nine of ten drives take at most, from 1 to 20; 1 for
            classes that are not named.
        walk_kmh: Speed of the crew on foot from the end of the road to the place.
        ferry_wait_s: Seconds that it waits on average for a ferry that states no interval, at most 7200.

    Raises:
        InvalidValue: ``profile.code``, ``profile.speed``, ``profile.size``, ``profile.share``, ``profile.opening``,
            ``profile.pace``, ``profile.doubt``, ``profile.ferry_wait``.
    """

    code: str
    name: str
    mode: Mode
    speed_kmh: Mapping[str, float]
    weight_t: float = 0.0
    height_m: float = 0.0
    width_m: float = 0.0
    opened_kmh: float = 10.0
    signed_share: float = 0.8
    rough: frozenset[str] = frozenset({"track", "path", "service", "living_street", "pedestrian", "footway"})
    open_values: frozenset[str] = OPEN_TO_ALL
    barrier_s: Mapping[str, float] = field(default_factory=dict)
    open_barriers: frozenset[str] = frozenset()
    against_oneway: bool = False
    fords: bool = False
    obeys_turns: bool = True
    pace: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    doubt: Mapping[str, float] = field(default_factory=dict)
    walk_kmh: float = 4.5
    ferry_wait_s: float = 900.0

    def __post_init__(self) -> None:
        if not self.code or self.code != self.code.strip():
            raise InvalidValue("profile.code", value=self.code)
        for kmh in (*self.speed_kmh.values(), self.opened_kmh, self.walk_kmh):
            if not 0 < kmh <= FASTEST_KMH:
                raise InvalidValue("profile.speed", profile=self.code, value=kmh, most=FASTEST_KMH)
        if not self.speed_kmh:
            raise InvalidValue("profile.speed", profile=self.code, value="-", most=FASTEST_KMH)
        for size, most in ((self.weight_t, HEAVIEST_T), (self.height_m, LARGEST_M), (self.width_m, LARGEST_M)):
            if not 0 <= size <= most:
                raise InvalidValue("profile.size", profile=self.code, value=size, most=most)
        if not 0 <= self.signed_share <= 1.5:  # noqa: PLR2004
            raise InvalidValue("profile.share", profile=self.code, value=self.signed_share)
        self._check_delays()
        for name in ("speed_kmh", "barrier_s", "pace", "doubt"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def _check_delays(self) -> None:
        for seconds in self.barrier_s.values():
            if not (isfinite(seconds) and 0 <= seconds <= LONGEST_OPENING_S):
                raise InvalidValue("profile.opening", profile=self.code, value=seconds, most=LONGEST_OPENING_S)
        if not 0 <= self.ferry_wait_s <= LONGEST_FERRY_WAIT_S:
            raise InvalidValue(
                "profile.ferry_wait", profile=self.code, value=self.ferry_wait_s, most=LONGEST_FERRY_WAIT_S
            )
        for highway, hours in self.pace.items():
            if len(hours) != HOURS or not all(FASTEST_PACE <= factor <= SLOWEST_PACE for factor in hours):
                raise InvalidValue("profile.pace", profile=self.code, value=highway)
        for highway, factor in self.doubt.items():
            if not 1 <= factor <= SLOWEST_PACE:
                raise InvalidValue("profile.doubt", profile=self.code, value=highway)

    @property
    def limited(self) -> bool:
        """Whether any weight, height or width limit can concern it."""
        return self.weight_t > 0 or self.height_m > 0 or self.width_m > 0

    @property
    def kinds(self) -> frozenset[str]:
        """What rules may call it; heavy vehicles are goods vehicles (``hgv``, over 3.5 t) to a rule.

        Mostly such a rule stands where these can't pass or turn.
        """
        return frozenset(ACCESS_KEYS[self.mode]) | ({"hgv"} if self.weight_t > HEAVY_T else frozenset())

    @property
    def top_kmh(self) -> float:
        """The greatest speed it drives anywhere."""
        return max(self.speed_kmh.values())

    @property
    def fastest_kmh(self) -> float:
        """The greatest speed it drives anywhere at any hour."""
        return self.top_kmh / min((factor for hours in self.pace.values() for factor in (*hours, 1.0)), default=1.0)


def paces(profile: VehicleProfile, hour: int | None, *, doubtful: bool) -> Mapping[str, float]:
    """How many times as long as usual a drive on each class of road takes; 1 for classes that are not named.

    Args:
        profile: The vehicle.
        hour: Of the local day, None for no hour in particular.
        doubtful: Whether nine of ten drives shall take no longer, and not one of two.
    """
    made = dict.fromkeys({*profile.pace, *profile.doubt}, 1.0)
    if hour is not None:
        made |= {highway: hours[hour] for highway, hours in profile.pace.items()}
    if doubtful:
        made |= {highway: made[highway] * factor for highway, factor in profile.doubt.items()}
    return made
