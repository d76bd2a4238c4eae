"""Read what an XLSX workbook keeps beside its sheets: their names, shared texts and number formats."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO
from xml.etree import ElementTree as ET

# Formats that Excel in Chinese numbers but does not write down (ECMA-376 part 1, 18.8.30, zh-cn)
_CHINESE_DATES = frozenset({27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58})
_CHINESE_TIMES = frozenset({32, 33, 34, 35, 55, 56})
_WORKBOOK = re.compile(r"xl/workbook\d*\.xml")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML can't hold, such as _x000D_
_LEADING_ZEROS = re.compile(r"0{2,}")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet: its name, the part that holds it, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How the numbers of a style are shown.

    Attributes:
        kind: ``number``, ``date``, ``datetime``, ``time`` or ``duration``.
        least_digits: Of a whole number, filled up with zeros (format 000000).
    """

    kind: str = "number"
    least_digits: int = 0


@dataclass(frozen=True, slots=True)
class WorkbookParts:
    """Everything but the cells."""

    sheets: Sequence[SheetPart]
    texts: Sequence[str]
    formats: Sequence[NumberFormat]
    epoch: datetime


def local(element: ET.Element) -> str:
    """The name of an element without its namespace, of which there are two in use."""
    return element.tag.rpartition("}")[2]


def elements(stream: IO[bytes], *names: str) -> Iterator[ET.Element]:
    """The elements of these names, whole, one after the other; each is emptied before the next."""
    # expat limits how far entities grow and loads nothing from outside
    for _, element in ET.iterparse(stream):  # noqa: S314
        if local(element) in names:
            yield element
            element.clear()


def workbook_part(names: Iterable[str]) -> str:
    """The part of an XLSX file that lists its sheets, '' where there is none."""
    return next((name for name in names if _WORKBOOK.fullmatch(name)), "")


def read_parts(book: zipfile.ZipFile) -> WorkbookParts:
    """Everything but the cells.

    Raises:
        KeyError: A part is missing.
        ET.ParseError, ValueError: A part is not what it should be.
    """
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    main = PurePosixPath(workbook_part(book.namelist()))
    with book.open(f"xl/_rels/{main.name}.rels") as stream:
        relations = [
            (one.get("Id", ""), one.get("Type", "").rpartition("/")[2], _inside(one.get("Target", "")))
            for one in elements(stream, "Relationship")
        ]
    sheet_parts = {link: part for link, kind, part in relations if kind == "worksheet"}
    by_kind = {kind: part for _, kind, part in relations}
    sheets: list[SheetPart] = []
    epoch = WINDOWS_EPOCH
    with book.open(str(main)) as stream:
        for element in elements(stream, "sheet", "workbookPr"):
            if local(element) == "workbookPr":
                epoch = MAC_EPOCH if element.get("date1904") in {"1", "true"} else WINDOWS_EPOCH
                continue
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            if link in sheet_parts:
                hidden = element.get("state", "visible") != "visible"
                sheets.append(SheetPart(element.get("name", ""), sheet_parts[link], hidden))
    return WorkbookParts(
        sheets, _texts(book, by_kind.get("sharedStrings")), _formats(book, by_kind.get("styles")), epoch
    )


def _inside(target: str) -> str:
    return target[1:] if target.startswith("/") else str(PurePosixPath("xl", target))


def text_of(element: ET.Element) -> str:
    """The text of a shared or inline string, its runs joined, without the readings above characters."""
    parts = [child for child in element if local(child) == "t"]
    runs = [child for child in element if local(child) == "r"]
    parts += [child for run in runs for child in run if local(child) == "t"]
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), "".join(part.text or "" for part in parts))


def _texts(book: zipfile.ZipFile, part: str | None) -> list[str]:
    if part is None:
        return []
    with book.open(part) as stream:
        return [text_of(element) for element in elements(stream, "si")]


def _formats(book: zipfile.ZipFile, part: str | None) -> list[NumberFormat]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    formats: list[NumberFormat] = []
    if part is None:
        return formats
    with book.open(part) as stream:
        for element in elements(stream, "numFmt", "cellXfs"):
            if local(element) == "numFmt":
                codes[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
            else:
                formats = [_format(int(style.get("numFmtId", 0)), codes) for style in element]
    return formats


def _format(number: int, codes: Mapping[int, str]) -> NumberFormat:
    from openpyxl.styles.numbers import is_date_format, is_datetime, is_timedelta_format

    code = codes.get(number, "")
    if number not in codes and number in _CHINESE_DATES:
        return NumberFormat("date")
    if number not in codes and number in _CHINESE_TIMES:
        return NumberFormat("time")
    if is_timedelta_format(code):
        return NumberFormat("duration")
    if is_date_format(code):
        return NumberFormat(is_datetime(code) or "datetime")
    return NumberFormat(least_digits=len(code) if _LEADING_ZEROS.fullmatch(code) else 0)
