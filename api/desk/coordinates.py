"""Read coordinates as people dictate and paste them, in whichever system they were taken."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from geodata.crs import parse_crs, to_wgs84
from gridgis.errors import InvalidValue

_SYSTEMS = (
    ("GCJ02", ("gcj", "高德", "腾讯", "火星")),
    ("BD09", ("bd09", "bd-09", "bd 09", "百度")),
    ("EPSG:4490", ("cgcs", "4490", "国家2000")),
    ("EPSG:4326", ("wgs", "gps", "4326", "北斗")),
)
_SYSTEM_TEXT = re.compile(
    r"(?i)(gcj[- ]?0?2?|高德|腾讯|火星(坐标)?|bd[- ]?0?9|百度"
    r"|cgcs ?2000|epsg: ?\d{4}|国家2000|wgs[- ]?84|gps|北斗|坐标系?|[:：])"
)
_PART = re.compile(
    r"(?P<before>[NSEW]|[东西]经?|[南北]纬?|经度|纬度|lon|lat|lng)?\s*"
    r"(?P<degrees>-?\d{1,3}(?:\.\d+)?)\s*°?\s*"
    r"(?:(?<=[°\s])(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['′分]\s*(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[\"″秒]|′′)?\s*)?)?"
    r"(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_LATITUDE_WORDS = frozenset({"n", "s", "北", "南", "北纬", "南纬", "纬度", "lat"})
_LONGITUDE_WORDS = frozenset({"e", "w", "东", "西", "东经", "西经", "经度", "lon", "lng"})
_NEGATIVE = frozenset({"s", "w", "南", "西", "南纬", "西经"})
_POLE = 90.0


def system_named(text: str) -> str:
    """The coordinate system that a text names; WGS84 where it names none, as receivers give it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return next((code for code, words in _SYSTEMS if any(word in folded for word in words)), "EPSG:4326")


def coordinates_typed(text: str) -> tuple[float, float, str] | None:
    """Longitude and latitude in WGS84 of a typed pair, and the system it was in; None where there is no pair.

    Understood are ``120.15,32.51``, ``32.51 120.15`` (turned where only that can be meant), and
    ``北纬32°30′36″ 东经120°9′``, each with its system's name before or after: ``GCJ-02``, ``高德``,
    ``BD-09``, ``百度``, ``CGCS2000``, ``WGS84``.

    Raises:
        InvalidValue: ``place.coordinates`` for a pair that is nowhere on the globe.
    """
    system = system_named(text)
    plain = _SYSTEM_TEXT.sub(" ", unicodedata.normalize("NFKC", text).replace("’", "′").replace("”", "″")).strip()
    found = [part for part in _PART.finditer(plain) if part["degrees"]]
    rest = _PART.sub("", plain).strip(" ,;、，；()（）\t")
    if len(found) != 2 or rest:  # noqa: PLR2004  a pair
        return None
    lon, lat = _ordered(found[0], found[1])
    if abs(lat) > _POLE or abs(lon) > 2 * _POLE:
        raise InvalidValue("place.coordinates", lon=lon, lat=lat)
    ((x, y),) = to_wgs84(np.array([[lon, lat]]), parse_crs(system)).tolist()
    return x, y, system


def _ordered(first: re.Match[str], second: re.Match[str]) -> tuple[float, float]:
    """Longitude and latitude of two parts."""
    values = [_degrees(first), _degrees(second)]
    words = [(part["before"] or part["after"] or "").casefold() for part in (first, second)]
    turned = words[0] in _LATITUDE_WORDS or words[1] in _LONGITUDE_WORDS
    if not any(words):
        turned = abs(values[0]) <= _POLE < abs(values[1])
    return (values[1], values[0]) if turned else (values[0], values[1])


def _degrees(part: re.Match[str]) -> float:
    value = abs(float(part["degrees"])) + float(part["minutes"] or 0) / 60 + float(part["seconds"] or 0) / 3600
    word = (part["before"] or part["after"] or "").casefold()
    negative = part["degrees"].startswith("-") or word in _NEGATIVE
    return -value if negative else value
