"""Change the vehicles a district starts with by what it sets, or add vehicles of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from gridgis.errors import InvalidValue
from gridgis.roads.profiles import DEFAULT_PROFILES
from gridgis.roads.travel_time import Mode, VehicleProfile

_READ: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "name": str,
        "mode": Mode,
        "rough": frozenset,
        "open_values": frozenset,
        "open_barriers": frozenset,
        "against_oneway": bool,
        "fords": bool,
        "obeys_turns": bool,
        "speed_kmh": lambda told: {str(kind): float(kmh) for kind, kmh in told.items()},
        "barrier_s": lambda told: {str(kind): float(seconds) for kind, seconds in told.items()},
        "doubt": lambda told: {str(kind): float(factor) for kind, factor in told.items()},
        "pace": lambda told: {str(kind): tuple(float(factor) for factor in hours) for kind, hours in told.items()},
    }
)
_MERGED = frozenset({"speed_kmh", "barrier_s", "doubt", "pace"})
FIELDS = tuple(column.name for column in fields(VehicleProfile) if column.name != "code")


def profiles_with(told: Mapping[str, Mapping[str, Any]]) -> Mapping[str, VehicleProfile]:
    """The default vehicles with what is told of each by its code; a code that is new is a vehicle of its own.

    Figures by class, barrier or hour are put beside and over those that are there; every other value takes the place
    of the one before.

    Raises:
        InvalidValue: ``profile.field`` for a name that no vehicle has or a value of another kind, ``profile.lacks`` for
            a new vehicle without ``name``, ``mode`` and ``speed_kmh``, and those of `VehicleProfile`.
    """
    made = dict(DEFAULT_PROFILES)
    for code, values in told.items():
        if not isinstance(values, Mapping):
            raise InvalidValue("profile.field", profile=code, field=str(values), known=", ".join(FIELDS))
        read = {name: _read(code, name, value) for name, value in values.items()}
        known = made.get(code)
        if known is not None:
            merged = {name: {**getattr(known, name), **read[name]} for name in _MERGED & read.keys()}
            made[code] = replace(known, **read | merged)
        elif {"name", "mode", "speed_kmh"} <= read.keys():
            made[code] = VehicleProfile(code=code, **read)
        else:
            raise InvalidValue("profile.lacks", profile=code)
    return MappingProxyType(made)


def _read(code: str, name: str, value: Any) -> Any:
    if name not in FIELDS:
        raise InvalidValue("profile.field", profile=code, field=name, known=", ".join(FIELDS))
    try:
        return _READ.get(name, float)(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidValue("profile.field", profile=code, field=name, known=", ".join(FIELDS)) from error
