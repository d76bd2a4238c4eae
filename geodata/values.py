"""Read the values of cells: each reader turns a text into a value or says which rule it breaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from geodata.vocabulary import Vocabulary
from gridgis.codes import parse_credit_code
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.errors import InvalidValue

Reader = Callable[[str], Any]

EMPTY = frozenset({"", "/", "\\", "-", "--", "—", "——", "－"})
NOTHING = EMPTY | {"无", "暂无", "没有", "未知", "不详", "空", "null", "none", "nan", "n/a", "#n/a"}
"""What offices write where there is nothing."""

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d{1,2})[:时点](\d{1,2})?(?:[:分](\d{1,2})?(?:\.\d+)?)?[分秒]?")
_OFFSET = re.compile(r"(z|[+-]\d{1,2}(?::?\d{2})?)$", re.IGNORECASE)
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)\s*(\D*)")
_DEGREES = re.compile(
    r"(?:[nsew]|[东西]经|[南北]纬)?\s*([+-]?\d+(?:\.\d*)?)\s*[°度]?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*['′分]\s*(?:(\d+(?:\.\d+)?)\s*(?:[\"″秒]|''|′′)\s*)?)?[nsew]?",
    re.IGNORECASE,
)
_CODE_FORM = re.compile(r"[a-z][a-z0-9_]*")
_MINUTES, _SPAN_ENDS = 60, 2


def narrow(text: str) -> str:
    """A text in half width, trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def text(value: str) -> str:
    """The text as it stands."""
    return value


def key(value: str) -> str:
    """A number or key in half width without blanks."""
    return "".join(narrow(value).split())


def credit_code(value: str) -> str:
    """A unified social credit code; width, blanks and dashes do not matter.

    Raises:
        InvalidValue: ``credit_code.length``, ``credit_code.form``, ``credit_code.check``.
    """
    return parse_credit_code(key(value).replace("-", ""))


def flag(value: str) -> bool:
    """Yes or no.

    Raises:
        InvalidValue: ``value.flag``.
    """
    said = narrow(value).casefold()
    if said in {"是", "有", "1", "y", "yes", "true", "√", "✓", "对"}:
        return True
    if said in {"否", "无", "0", "n", "no", "false", "×", "x", "不是", "没有", "非"}:
        return False
    raise InvalidValue("value.flag", value=value)


def day(value: str) -> date:
    """A calendar day: 2020-06-30, 2020/6/30, 2020年6月30日, 20200630; a time of day after it is left out.

    Raises:
        InvalidValue: ``time.day``.
    """
    said = narrow(value)
    found = _DAY.match(said)
    if found is None or (found.end() < len(said) and said[found.end()].isdigit()):
        raise InvalidValue("time.day", value=value)
    try:
        return date(*(int(part) for part in found.groups() if part is not None))
    except ValueError as error:
        raise InvalidValue("time.day", value=value) from error


def moment(value: str) -> datetime:
    """A day with a time of day; local time (Asia/Shanghai) where no offset is told.

    Raises:
        InvalidValue: ``time.form``.
    """
    said = narrow(value)
    found = _DAY.match(said)
    if found is None:
        raise InvalidValue("time.form", value=value)
    rest = said[found.end() :].lstrip(" tT")
    offset = _OFFSET.search(rest)
    clock = _CLOCK.fullmatch(rest[: offset.start()].strip() if offset else rest)
    if clock is None:
        raise InvalidValue("time.form", value=value)
    try:
        hour, minute, second = (int(part or 0) for part in clock.groups())
        at = time(hour, minute, second)
        zone = LOCAL_TIME if offset is None else _zone(offset.group())
        return datetime.combine(day(found.group()), at, tzinfo=zone)
    except (ValueError, InvalidValue) as error:
        raise InvalidValue("time.form", value=value) from error


def _zone(offset: str) -> timezone:
    if offset in {"z", "Z"}:
        return timezone(timedelta())
    hours, minutes = offset[1:3].rstrip(":"), offset[3:].replace(":", "") or "0"
    east = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-east if offset[0] == "-" else east)


def span_of_day(value: str) -> tuple[time, time]:
    """The part of each day on which a team answers: 全天, or 08:00-20:00; the same time twice means all day.

    Raises:
        InvalidValue: ``value.span_of_day``.
    """
    said = narrow(value).casefold().replace(" ", "")
    if said in {"全天", "全天候", "24小时", "24h", "昼夜", "allday"}:
        return time(0), time(0)
    ends = re.split(r"[-~—–至到]+", said)
    try:
        start, end = (_clock(part) for part in ends)
    except ValueError as error:
        raise InvalidValue("value.span_of_day", value=value) from error
    return start, end


def _clock(said: str) -> time:
    found = _CLOCK.fullmatch(said)
    if found is None:
        raise ValueError(said)
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(0) if (hour, minute, second) == (24, 0, 0) else time(hour, minute, second)


@dataclass(frozen=True)
class Whole:
    """Reader of a whole number that is not negative, in a unit.

    Attributes:
        units: Names of units and how many of the wanted unit each is.
        unit: Unit that the heading tells, for values without one of their own.

    Raises:
        InvalidValue: ``value.whole``.
    """

    units: Mapping[str, float] = field(default_factory=dict)
    unit: str = ""

    def __call__(self, value: str) -> int:
        """The number of a text such as ``300``, ``1,200``, ``0.5公里``, ``12人``."""
        found = _NUMBER.fullmatch(narrow(value).casefold().replace(",", ""))
        unit = found.group(2).strip() if found else ""
        if found is None or (unit and unit not in self.units):
            raise InvalidValue("value.whole", value=value)
        number = float(found.group(1)) * self.units.get(unit or self.unit, 1)
        if number < 0 or abs(number - round(number)) > 1e-6 or number > 1e9:  # noqa: PLR2004  rounding; a slip of keys
            raise InvalidValue("value.whole", value=value)
        return round(number)

    def in_unit(self, unit: str) -> Whole:
        """The reader for values under a heading that tells a unit; others than the known ones say nothing."""
        return replace(self, unit=unit) if unit in self.units else self


COUNT = Whole({"人": 1, "名": 1, "万人": 10_000, "个": 1, "家": 1, "支": 1, "队": 1})
SECONDS = Whole({"秒": 1, "秒钟": 1, "s": 1, "sec": 1, "分": 60, "分钟": 60, "min": 60, "小时": 3600, "h": 3600})
METRES = Whole({"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000})


def seconds_list(value: str) -> tuple[int, ...]:
    """Seconds one after another, between commas, semicolons or blanks.

    Raises:
        InvalidValue: ``turnout.form`` where one is no number.
    """
    try:
        return tuple(SECONDS(part) for part in re.split(r"[\s,;、，；/|]+", value.strip()))
    except InvalidValue as error:
        raise InvalidValue("turnout.form", value=value) from error


def coordinate(value: str) -> float:
    """One coordinate: a plain number (degrees or metres), or degrees with minutes and seconds.

    Raises:
        InvalidValue: ``place.number``.
    """
    said = narrow(value.replace("º", "°")).casefold()
    found = _DEGREES.fullmatch(said)
    if found is None:
        raise InvalidValue("place.number", value=value)
    whole, minutes, seconds = (float(part or 0) for part in found.groups())
    if minutes >= _MINUTES or seconds >= _MINUTES:
        raise InvalidValue("place.number", value=value)
    part = (minutes + seconds / _MINUTES) / _MINUTES
    number = whole - part if found.group(1).startswith("-") else whole + part
    return -number if said.startswith(("西", "南", "w", "s")) or said.endswith(("w", "s")) else number


def coordinate_pair(value: str) -> tuple[float, float]:
    """Two coordinates in one cell, longitude first, between a comma, semicolon or blank.

    Raises:
        InvalidValue: ``place.form``.
    """
    parts = [part for part in re.split(r"[,;，；、\s]+", value.strip(" ()（）[]【】")) if part]
    if len(parts) != _SPAN_ENDS:
        raise InvalidValue("place.form", value=value)
    return coordinate(parts[0]), coordinate(parts[1])


def word(vocabulary: Vocabulary) -> Reader:
    """A reader of one of the words of a vocabulary."""

    def read(value: str) -> str:
        code = vocabulary.find(value)
        if code is None:
            raise InvalidValue("value.word", value=value, known=vocabulary.known)
        return code

    return read


def word_or_code(vocabulary: Vocabulary) -> Reader:
    """A reader of one of the words of a vocabulary, or of a code that a district added to it."""
    known = word(vocabulary)

    def read(value: str) -> str:
        said = narrow(value)
        return said if vocabulary.find(said) is None and _CODE_FORM.fullmatch(said) else str(known(value))

    return read


def several(one: Reader) -> Reader:
    """A reader of several things between 、, commas or semicolons."""

    def read(value: str) -> frozenset[Any]:
        return frozenset(one(part.strip()) for part in re.split(r"[、,;，；|\n]+", value) if part.strip())

    return read


def understood(vocabulary: Vocabulary) -> Reader:
    """A reader of what only serves as a check: '' for a word that is not known."""
    return lambda value: vocabulary.find(value) or ""
