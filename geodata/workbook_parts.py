"""Read what an XLSX workbook keeps beside its sheets: their names, shared texts and number formats."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO
from xml.etree import ElementTree as ET

from gridgis.errors import Unreadable

# Formats that Excel in Chinese numbers but does not write down (ECMA-376 part 1, 18.8.30, zh-cn)
_CHINESE_DATES = frozenset({27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58})
_CHINESE_TIMES = frozenset({32, 33, 34, 35, 55, 56})
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


def read_parts(book: zipfile.ZipFile, file: str) -> WorkbookParts:
    """Everything but the cells.

    Raises:
        Unreadable: ``file.damaged`` when a part is missing or is no XML.
    """
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    names = frozenset(book.namelist())
    targets = _targets(book)
    sheets: list[SheetPart] = []
    epoch = WINDOWS_EPOCH
    with book.open("xl/workbook.xml") as stream:
        for element in elements(stream, "sheet", "workbookPr"):
            if local(element) == "workbookPr":
                epoch = MAC_EPOCH if element.get("date1904") in {"1", "true"} else WINDOWS_EPOCH
                continue
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            part = targets.get(link, "")
            if "worksheet" in part:
                hidden = element.get("state", "visible") != "visible"
                sheets.append(SheetPart(element.get("name", ""), part, hidden))
    if not sheets or any(sheet.part not in names for sheet in sheets):
        raise Unreadable("file.damaged", file=file, reason="xl/worksheets")
    return WorkbookParts(sheets, _texts(book, names), _formats(book, names), epoch)


def _targets(book: zipfile.ZipFile) -> Mapping[str, str]:
    """Parts by the relation that names them."""
    with book.open("xl/_rels/workbook.xml.rels") as stream:
        return {
            element.get("Id", ""): _inside(element.get("Target", "")) for element in elements(stream, "Relationship")
        }


def _inside(target: str) -> str:
    return target[1:] if target.startswith("/") else str(PurePosixPath("xl", target))


def text_of(element: ET.Element) -> str:
    """The text of a shared or inline string, its runs joined, without the readings above characters."""
    parts = [element] if local(element) == "t" else []
    for child in element:
        if local(child) == "t":
            parts.append(child)
        elif local(child) == "r":
            parts += [grandchild for grandchild in child if local(grandchild) == "t"]
    return "".join(part.text or "" for part in parts)


def _texts(book: zipfile.ZipFile, names: frozenset[str]) -> list[str]:
    if "xl/sharedStrings.xml" not in names:
        return []
    with book.open("xl/sharedStrings.xml") as stream:
        return [text_of(element) for element in elements(stream, "si")]


def _formats(book: zipfile.ZipFile, names: frozenset[str]) -> list[NumberFormat]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if "xl/styles.xml" not in names:
        return []
    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    formats: list[NumberFormat] = []
    with book.open("xl/styles.xml") as stream:
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
