"""Read the values people write into road tags: speeds, weights, heights, widths, durations, yes and no.

The forms are those of OpenStreetMap's keys ``maxspeed``, ``maxweight``, ``maxheight``, ``maxwidth`` and ``duration``.
Every reader answers NaN when the value states no figure (``signals``, ``default``), infinity when it states that there
is no limit (``none``), and None when the value cannot be understood, so that an importer can count it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import inf, isfinite, isnan, nan
from types import MappingProxyType

KM_PER_MILE = 1.609344
KM_PER_NAUTICAL_MILE = 1.852
M_PER_FOOT = 0.3048
M_PER_INCH = 0.0254
WALKING_KMH = 6.0
FASTEST_KMH = 300.0
HEAVIEST_T = 1000.0
LONGEST_M = 100.0
LONGEST_S = 7 * 86_400.0

_NO_FIGURE = frozenset({"default", "below_default", "unsigned", "unknown", "signals", "variable", "implicit"})
_NO_LIMIT = frozenset({"none", "no", "unlimited", "no_limit"})
_NO = frozenset({"no", "false", "0", "none"})
_LIST_MARKS = re.compile(r"[;|/]")
_RANGE = re.compile(r"^(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)$")
_SPEED = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/?h|kph|kmph|公里/小时|公里|mph|knots|kn)?$")
_WEIGHT = re.compile(r"^(\d+(?:\.\d+)?)\s*(t|to|ton|tons|tonnes|吨|kg|公斤|st|lt|lbs?|cwt)?$")
_LENGTH = re.compile(r"^(\d+(?:\.\d+)?)\s*(m|metres?|meters?|米|cm|厘米|ft|feet|in)?$")
_FEET = re.compile(r"""^(\d+(?:\.\d+)?)\s*(?:'|ft|feet|′|’)\s*(?:(\d+(?:\.\d+)?)\s*(?:"|''|in|″|”)?)?$""")
_INCHES = re.compile(r"""^(\d+(?:\.\d+)?)\s*(?:"|''|″|”)$""")
_CLOCK = re.compile(r"^(?:(\d{1,3}):)?(\d{1,4})(?::(\d{2}))?$")
_SPELLED = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_ZONE = re.compile(r"^([a-z]{2})(?:-[a-z]+)?:(?:zone:?|bicycle_)?([a-z_]+|\d+)$")

_SPEED_UNITS: Mapping[str, float] = MappingProxyType(
    {"mph": KM_PER_MILE, "knots": KM_PER_NAUTICAL_MILE, "kn": KM_PER_NAUTICAL_MILE}
)
_WEIGHT_UNITS: Mapping[str, float] = MappingProxyType(
    {
        "kg": 0.001,
        "公斤": 0.001,
        "st": 0.907185,
        "lt": 1.016047,
        "lb": 0.00045359237,
        "lbs": 0.00045359237,
        "cwt": 0.05080235,
    }
)
_LENGTH_UNITS: Mapping[str, float] = MappingProxyType(
    {"cm": 0.01, "厘米": 0.01, "ft": M_PER_FOOT, "feet": M_PER_FOOT, "in": M_PER_INCH}
)

_ZONE_KMH: Mapping[str, float] = MappingProxyType(
    {
        "urban": 50,
        "town": 50,
        "nsl_restricted": 48.28,
        "rural": 80,
        "nsl_single": 96.56,
        "nsl_dual": 112.65,
        "trunk": 100,
        "expressway": 100,
        "motorway": 120,
        "freeway": 120,
        "living_street": 20,
        "road": 30,
        "school": 30,
        "pedestrian": WALKING_KMH,
        "walk": WALKING_KMH,
    }
)
"""Speed by kind of zone where the country is not in `_COUNTRY_KMH`: common values, not law."""

_COUNTRY_KMH: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "cn": MappingProxyType({"urban": 50, "rural": 70, "motorway": 120}),
        "ru": MappingProxyType({"urban": 60, "rural": 90, "motorway": 110, "living_street": 20}),
        "de": MappingProxyType({"urban": 50, "rural": 100, "motorway": inf, "living_street": 7}),
        "fr": MappingProxyType({"urban": 50, "rural": 80, "motorway": 130}),
        "fi": MappingProxyType({"urban": 50, "rural": 80, "motorway": 120}),
        "at": MappingProxyType({"urban": 50, "rural": 100, "motorway": 130}),
        "it": MappingProxyType({"urban": 50, "rural": 90, "motorway": 130}),
        "es": MappingProxyType({"urban": 50, "rural": 90, "motorway": 120}),
        "ua": MappingProxyType({"urban": 50, "rural": 90, "motorway": 130}),
        "by": MappingProxyType({"urban": 60, "rural": 90, "motorway": 110}),
    }
)
"""Speed by country and kind of zone. China: 道路交通安全法实施条例 art. 45 (one lane each way) and art. 78."""


@lru_cache(maxsize=4096)
def speed_kmh(text: str) -> float | None:
    """The least speed limit a ``maxspeed`` value states, in km/h."""
    return _least(_parts(text), _one_speed)


@lru_cache(maxsize=4096)
def weight_t(text: str) -> float | None:
    """The least weight limit a ``maxweight`` value states, in metric tonnes."""
    return _least(_parts(text), _one_weight)


@lru_cache(maxsize=4096)
def length_m(text: str) -> float | None:
    """The least length a ``maxheight``, ``maxwidth`` or ``width`` value states, in metres."""
    return _least(_parts(text), _one_length)


@lru_cache(maxsize=1024)
def duration_s(text: str) -> float | None:
    """Seconds that a ``duration`` or ``interval`` value states: ``1:20``, ``00:20:00``, ``PT1H20M`` or minutes."""
    said = text.strip().upper()
    clock, spelled = _CLOCK.match(said), _SPELLED.match(said)
    if clock is not None:
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
    elif spelled is not None and said not in {"P", "PT"}:
        days, hours, minutes, seconds = (float(part or 0) for part in spelled.groups())
        hours += 24 * days
    else:
        return None
    return _within(3600 * hours + 60 * minutes + seconds, LONGEST_S)


def stated(text: str | None) -> bool:
    """Whether a tag such as ``bridge`` or ``tunnel`` says yes in any of its forms."""
    return text is not None and text.strip().lower() not in _NO | {""}


def _parts(text: str) -> list[str]:
    lowered = text.strip().lower()
    if lowered.count("km/h") or "小时" in lowered:
        lowered = lowered.replace("km/h", "kmh").replace("公里/小时", "kmh")
    return [part.strip() for part in _LIST_MARKS.split(lowered) if part.strip()]


def _least(parts: Iterable[str], read: Callable[[str], float | None]) -> float | None:
    figures: list[float] = []
    for part in parts:
        value = read(part)
        if value is None:
            return None
        figures.append(value)
    if not figures:
        return None
    return min((value for value in figures if not isnan(value)), default=nan)


def _worded(part: str) -> float | None:
    if part in _NO_FIGURE:
        return nan
    return inf if part in _NO_LIMIT else None


def _one_speed(part: str) -> float | None:
    worded = WALKING_KMH if part in {"walk", "walking", "foot"} else _worded(part)
    if worded is not None:
        return worded
    zone = _ZONE.match(part)
    if zone is not None:
        return _zone_speed(zone[1], zone[2])
    span = _RANGE.match(part)
    if span is not None:
        part = span[1]
    return _figure(_SPEED.match(part), _SPEED_UNITS, FASTEST_KMH)


def _zone_speed(country: str, kind: str) -> float | None:
    if kind.isdigit():
        return float(kind) if 0 < float(kind) <= FASTEST_KMH else None
    return _COUNTRY_KMH.get(country, _ZONE_KMH).get(kind, _ZONE_KMH.get(kind))


def _one_weight(part: str) -> float | None:
    worded = _worded(part)
    return worded if worded is not None else _figure(_WEIGHT.match(_decimal(part)), _WEIGHT_UNITS, HEAVIEST_T)


def _one_length(part: str) -> float | None:
    worded = _worded(part)
    if worded is not None:
        return worded
    part = _decimal(part)
    feet = _FEET.match(part)
    if feet is not None:
        return _within(float(feet[1]) * M_PER_FOOT + float(feet[2] or 0) * M_PER_INCH, LONGEST_M)
    inches = _INCHES.match(part)
    if inches is not None:
        return _within(float(inches[1]) * M_PER_INCH, LONGEST_M)
    return _figure(_LENGTH.match(part), _LENGTH_UNITS, LONGEST_M)


def _decimal(part: str) -> str:
    """A decimal comma as a point."""
    return re.sub(r"^(\d+),(\d{1,2})(?!\d)", r"\1.\2", part)


def _figure(match: re.Match[str] | None, units: Mapping[str, float], most: float) -> float | None:
    if match is None:
        return None
    return _within(float(match[1]) * units.get(match[2] or "", 1.0), most)


def _within(value: float, most: float) -> float | None:
    return value if isfinite(value) and 0 < value <= most else None
