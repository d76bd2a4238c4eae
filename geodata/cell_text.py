"""Turn what a cell holds into text by one rule for tables and layers: trimmed, numbers plain, dates in ISO 8601.

Whole numbers carry no point and no exponent, other numbers at most 15 digits (what spreadsheets hold), booleans are
``true`` and ``false``. Text that shows a date with its year first (2020/3/1, 2020年3月1日 8:30) is written in ISO 8601
too; dates that begin with the day or month are ambiguous and stay as they are. A number that lost its last digits
(3.21204E+14) stays as it is and is told.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal

EXACT_DIGITS = 15  # a spreadsheet keeps no more digits of a number
_EXACT_INTEGER = 2**53  # a binary float keeps no more
_MOST_DIGITS = 40
_PADDING = " \t\r\n\v\f\0\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
_EXCEL_TEXT = re.compile(r'="([^"]*)"|\'([0-9].*)', re.DOTALL)
_WHOLE = re.compile(r"([+-]?\d+)\.0+")
_SCIENTIFIC = re.compile(r"([+-]?)(\d)(?:\.(\d+))?[eE]\+(\d{2,3})")
_DATE = re.compile(
    r"(\d{4})(?:/(\d{1,2})/(\d{1,2})|-(\d{1,2})-(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)"
    r"(?:[T\s]*(\d{1,2})[:\N{FULLWIDTH COLON}时](\d{1,2})(?:[:\N{FULLWIDTH COLON}分](\d{1,2})(?:\.\d+)?秒?|分)?)?"
)
_YEAR_DIGITS, _AFTER_YEAR = 4, frozenset("/-.年")
_YEARS = range(1900, 2201)


def trim(text: str) -> str:
    """Text without the blanks of any kind around it."""
    return text.strip(_PADDING)


def from_text(text: str) -> str:
    """A cell of a text file by the rule of this module."""
    trimmed = trim(text)
    if not trimmed or not (trimmed[0].isdigit() or trimmed[0] in "=+-'"):
        return trimmed
    protected = _EXCEL_TEXT.fullmatch(trimmed) if trimmed[0] in "='" else None
    if protected:
        return trim(protected[1] or protected[2] or "")
    if trimmed[_YEAR_DIGITS : _YEAR_DIGITS + 1] in _AFTER_YEAR:
        return _iso(trimmed) or _whole(trimmed)
    return _whole(trimmed)


def lost_digits(text: str) -> bool:
    """Whether text is a whole number in scientific notation that shows fewer digits than the number has."""
    match = _SCIENTIFIC.fullmatch(text)
    return match is not None and int(match[4]) > len(match[3] or "")


def from_number(number: float) -> str:
    """A number by the rule of this module, '' for NaN; infinite ones as ``inf``."""
    if number != number:  # noqa: PLR0124  only NaN differs from itself
        return ""
    if float(number).is_integer() and abs(number) < _EXACT_INTEGER:
        return str(int(number))
    if abs(number) >= _EXACT_INTEGER:
        return _scientific(number)
    return format(Decimal(f"{number:.{EXACT_DIGITS}g}"), "f")


def from_decimal(digits: str) -> tuple[str, bool]:
    """A number as a workbook writes it, and whether all its digits are there.

    A spreadsheet keeps 15 digits of what was typed and fills up with zeros; more digits that were written by another
    program are exact.

    Raises:
        decimal.InvalidOperation: It is no number.
    """
    number = Decimal(digits)
    if number != number.to_integral_value():
        return from_number(float(number)), True
    text = str(int(number)) if number.adjusted() < _MOST_DIGITS else ""
    behind = text.lstrip("-")[EXACT_DIGITS:]
    if text and (not behind or (digits.lstrip("-").isdigit() and behind.strip("0"))):
        return text, True
    return _scientific(float(number)), False


def _scientific(number: float) -> str:
    return f"{number:.6G}"


def from_moment(moment: date | datetime | time) -> str:
    """A date, moment or time in ISO 8601, to the second."""
    return moment.isoformat() if type(moment) is date else moment.isoformat(timespec="seconds")  # type: ignore[call-arg]


def from_boolean(boolean: bool) -> str:  # noqa: FBT001
    """``true`` or ``false``."""
    return "true" if boolean else "false"


def _whole(text: str) -> str:
    """A whole number without its point or its exponent; any other text, and a number that lost digits, as it is."""
    if "." not in text and "+" not in text:
        return text
    match = _WHOLE.fullmatch(text)
    if match:
        return match[1]
    if _SCIENTIFIC.fullmatch(text) and not lost_digits(text):
        return format(Decimal(text).normalize(), "f")
    return text


def _iso(text: str) -> str:
    """A date or moment with its year first in ISO 8601; '' for anything else."""
    match = _DATE.fullmatch(text)
    if not match or int(match[1]) not in _YEARS:
        return ""
    month, day = (int(part) for part in match.groups()[1:9] if part is not None)
    hour, minute, second = match.groups()[9:]
    with suppress(ValueError):
        if hour is None:
            return date(int(match[1]), month, day).isoformat()
        moment = datetime(int(match[1]), month, day, int(hour), int(minute), int(second or 0))  # noqa: DTZ001
        return moment.isoformat()
    return ""
