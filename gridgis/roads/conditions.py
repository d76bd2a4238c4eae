"""Read rules that hold at some times or for some vehicles only: ``no @ (Mo-Fr 07:00-09:00)``, ``(weight>7.5)``.

The forms are those of OpenStreetMap's conditional restrictions and of its key ``opening_hours``, whose times the
library opening-hours-py reads. What is not understood is None, so that an importer can count it; it is never applied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import ge, gt, le, lt
from types import MappingProxyType

from gridgis.roads import tag_values
from gridgis.roads.network import RoadNetwork
from gridgis.roads.travel_time import FERRY, VehicleProfile

CONDITIONAL = ":conditional"
SHUT = "shut: "  # before opening hours: the condition that it is outside of these
HOLIDAYS_OF = "CN"
KINDS = frozenset(
    {
        "emergency", "motorcar", "motor_vehicle", "vehicle", "hgv", "goods", "bus", "psv", "taxi", "motorcycle",
        "moped", "mofa", "bicycle", "foot", "trailer", "caravan", "coach", "hazmat", "agricultural", "hov",
    }
)  # fmt: skip
"""Kinds of travellers that conditions name (OpenStreetMap wiki, Key:access, transport mode hierarchy)."""

_BETWEEN = re.compile(r";(?![^(]*\))")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_BOUND = re.compile(r"^(weight|height|width)\s*(<=|>=|<|>)\s*(.+)$", re.IGNORECASE)
_COMPARE: Mapping[str, Callable[[float, float], bool]] = MappingProxyType({"<": lt, "<=": le, ">": gt, ">=": ge})


@dataclass(frozen=True, slots=True)
class Condition:
    """When and for whom a rule holds: all of it has to be so.

    Attributes:
        times: Opening hours, all of them.
        bounds: Figures of a vehicle (``weight``, ``height``, ``width``), how they compare, and with what (t or m).
        kinds: Kinds of travellers, all of them.
    """

    times: tuple[str, ...] = ()
    bounds: tuple[tuple[str, str, float], ...] = ()
    kinds: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[tuple[str, str], ...]:
    """Values and conditions of a conditional tag, in their order: the last whose condition holds counts."""
    parts = (part.partition("@") for part in _BETWEEN.split(text))
    return tuple((value.strip(), condition.strip()) for value, sign, condition in parts if value.strip() and sign)


@lru_cache(maxsize=4096)
def read_condition(text: str) -> Condition | None:
    """What a condition says; None when a part of it is not understood (``wet``, ``length>12``)."""
    times: list[str] = []
    bounds: list[tuple[str, str, float]] = []
    kinds: list[str] = []
    told = text.strip()
    for part in _AND.split(told[1:-1] if told.startswith("(") and told.endswith(")") else told):
        bound = _BOUND.match(part.strip())
        if bound is not None:
            name = bound[1].lower()
            value = (tag_values.weight_t if name == "weight" else tag_values.length_m)(bound[3])
            if value is None:
                return None
            bounds.append((name, bound[2], value))
        elif part.strip().lower() in KINDS:
            kinds.append(part.strip().lower())
        elif is_opening_hours(part):
            times.append(part.strip())
        else:
            return None
    return Condition(tuple(times), tuple(bounds), tuple(kinds))


@lru_cache(maxsize=4096)
def is_opening_hours(text: str) -> bool:
    """Whether a text states times in the form of OpenStreetMap's key ``opening_hours``."""
    import opening_hours

    return bool(opening_hours.validate(text.strip()))


def conditions_of(network: RoadNetwork) -> frozenset[str]:
    """All conditions that are understood on the edges and nodes and in the rules about turning of a network."""
    found = {rule.condition for rule in network.turn_restrictions if rule.condition}
    for tags in (*network.tags, *network.node_tags):
        for key, value in tags.items():
            if key.endswith(CONDITIONAL):
                found.update(condition for _, condition in clauses(value))
    ferries = {
        tags["opening_hours"]
        for highway, tags in zip(network.highway, network.tags, strict=True)
        if highway == FERRY and is_opening_hours(tags.get("opening_hours", "-"))
    }
    return frozenset(text for text in found if read_condition(text)) | {SHUT + hours for hours in ferries}


def conditions_at(texts: Iterable[str], moment: datetime | None) -> frozenset[str]:
    """Those conditions whose times hold at a moment of local time; without one, those that name no times.

    Public holidays are those of China.
    """
    return frozenset(text for text in texts if _holds_at(text, moment))


def _holds_at(text: str, moment: datetime | None) -> bool:
    if text.startswith(SHUT):
        return moment is not None and not _within(text.removeprefix(SHUT), moment)
    condition = read_condition(text)
    if condition is None or (condition.times and moment is None):
        return False
    return moment is None or all(_within(times, moment) for times in condition.times)


def _within(times: str, moment: datetime) -> bool:
    import opening_hours

    return bool(opening_hours.OpeningHours(times, country=HOLIDAYS_OF).is_open(moment.replace(tzinfo=None)))


def concerns(text: str, profile: VehicleProfile) -> bool:
    """Whether a condition is one of a vehicle's kind and size."""
    condition = read_condition(text)
    if condition is None:
        return False
    own = {"weight": profile.weight_t, "height": profile.height_m, "width": profile.width_m}
    sized = all(_COMPARE[compare](own[name], value) for name, compare, value in condition.bounds)
    return sized and set(condition.kinds) <= profile.kinds
