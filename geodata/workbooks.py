"""Read the sheets of an XLSX workbook into cells, as a person sees them.

Sheets are read part by part as they are unpacked, so that a million formatted but empty rows cost neither memory nor
minutes. Formulas give the value that was calculated when the file was saved. A merged cell counts for each of its rows,
in its first column.
"""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree as ET

from geodata import cell_text
from geodata.archives import open_archive
from geodata.progress import NoProgress, Progress
from geodata.sheet import DamagedCell, Merged, Sheet, SheetRow
from geodata.workbook_parts import NumberFormat, WorkbookParts, local, read_parts, text_of
from gridgis.errors import Fault, Unreadable

_CHUNK_BYTES = 1 << 20
_REPORT_EVERY = 1000
_EMPTY_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"[^<>]*/>|<c r="[A-Z]+[0-9]+"[^<>]*></c>')
_EMPTY_ROW = re.compile(rb'<row r="[0-9]+"[^<>]*/>|<row r="[0-9]+"[^<>]*></row>')
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PLAIN = NumberFormat()
_TRUE = frozenset({"1", "true"})
_MAY_BE_EMPTY = frozenset({"str", "inlineStr"})


def read_workbook(
    path: Path, *, layer: str | None = None, progress: Progress | None = None
) -> tuple[list[Sheet], list[Fault]]:
    """The visible sheets, or the named one even when it is hidden; and which hidden ones were left out.

    Raises:
        Unreadable: ``layer.unknown``, ``file.damaged``, and those of `open_archive`.
    """
    with open_archive(path) as book:
        try:
            parts = read_parts(book)
            wanted = [sheet for sheet in parts.sheets if (sheet.name == layer if layer else not sheet.hidden)]
            if not wanted:
                known = ", ".join(sheet.name for sheet in parts.sheets)
                raise Unreadable("layer.unknown", file=path.name, value=layer or "", known=known)
            sheets = [_read_sheet(book, sheet.part, sheet.name, parts, progress or NoProgress()) for sheet in wanted]
        except (ET.ParseError, LookupError, ValueError, ArithmeticError) as error:
            raise Unreadable("file.damaged", file=path.name, reason=str(error)) from error
    hidden = [sheet.name for sheet in parts.sheets if sheet.hidden and not layer]
    return sheets, [Fault("table.sheet_hidden", value=name) for name in hidden]


@dataclass(slots=True)
class _Cells:
    """What was read of a sheet so far."""

    rows: list[SheetRow] = field(default_factory=list)
    damaged: list[DamagedCell] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden: int = 0


def _read_sheet(book: zipfile.ZipFile, part: str, name: str, parts: WorkbookParts, progress: Progress) -> Sheet:
    cells = _Cells()
    number = 0
    with book.open(part) as stream:
        for element in _rows_and_merges(stream):
            if local(element) == "mergeCell":
                cells.merged.append(_merged(element.get("ref", "")))
                continue
            number = int(element.get("r", number + 1))
            _read_row(element, number, parts, cells)
            if number % _REPORT_EVERY == 0:
                progress.advance(_REPORT_EVERY)
    _fill_down(cells)
    warnings = [Fault("table.rows_hidden", {"count": cells.hidden})] if cells.hidden else []
    return Sheet(name, cells.rows, cells.damaged, warnings, cells.merged)


def _rows_and_merges(stream: IO[bytes]) -> Iterator[ET.Element]:
    """The rows of a sheet that hold cells, then its merged ranges; each is emptied before the next."""
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(events=("end",))
    for chunk in _without_empty_cells(stream):
        parser.feed(chunk)
        ended: Iterator[Any] = parser.read_events()
        for _, element in ended:
            if local(element) in {"row", "mergeCell"}:
                yield element
                element.clear()
    parser.close()


def _without_empty_cells(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML of a sheet in pieces, most cells and rows left out that only carry a format."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        rest += chunk
        end = rest.rfind(b">") + 1 or len(rest)
        yield _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", rest[:end]))
        rest = rest[end:]
    yield rest


def _read_row(row: ET.Element, number: int, parts: WorkbookParts, cells: _Cells) -> None:
    texts: list[str] = []
    column = -1
    for cell in row:
        place = cell.get("r")
        column = column + 1 if place is None else _place(place)[1]
        text, code = _read_cell(cell, parts)
        if text:
            texts += [""] * (column + 1 - len(texts))
            texts[column] = text
        if code:
            cells.damaged.append((number, column, Fault(code, value=text)))
    if any(texts):
        cells.rows.append(SheetRow(number, texts))
        cells.hidden += row.get("hidden") in _TRUE


def _read_cell(cell: ET.Element, parts: WorkbookParts) -> tuple[str, str]:
    """The text of a cell, and the code of what is wrong with it or ''."""
    kind = cell.get("t", "n")
    held = {local(child): child for child in cell}
    if kind == "inlineStr":
        value = text_of(held["is"]) if "is" in held else ""
    else:
        value = held["v"].text or "" if "v" in held else ""
    if not value:
        without = "f" in held and kind not in _MAY_BE_EMPTY
        return ("=" + (held["f"].text or ""), "table.formula_without_value") if without else ("", "")
    if kind == "n":
        style = int(cell.get("s", 0))
        return _number(value, parts.formats[style] if style < len(parts.formats) else _PLAIN, parts.epoch)
    if kind == "e":
        return value, "table.cell_error"
    if kind == "b":
        return cell_text.from_boolean(value in _TRUE), ""
    text = cell_text.from_text(parts.texts[int(value)] if kind == "s" else value)
    return text, "table.number_damaged" if cell_text.lost_digits(text) else ""


def _number(value: str, shown: NumberFormat, epoch: datetime) -> tuple[str, str]:
    if shown.kind == "number":
        text, exact = cell_text.from_decimal(value)
        return text.zfill(shown.least_digits), "" if exact else "table.number_damaged"
    from openpyxl.utils.datetime import from_excel

    days = float(value)
    try:
        moment = from_excel(days, epoch, timedelta=shown.kind == "duration")
    except (ValueError, OverflowError):
        moment = None
    if moment is None or days < 0 or (shown.kind == "date" and days < 1):
        return cell_text.from_decimal(value)[0], "table.date"
    if isinstance(moment, timedelta):
        minutes, seconds = divmod(round(moment.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}", ""
    if isinstance(moment, time):
        moment = datetime.combine(epoch, moment)
        return cell_text.from_moment((moment + timedelta(milliseconds=500)).time()), ""
    moment += timedelta(milliseconds=500)
    whole_day = shown.kind == "date" and moment.time().replace(microsecond=0) == time()
    return cell_text.from_moment(moment.date() if whole_day else moment), ""


def _place(reference: str) -> tuple[int, int]:
    """Row from 1 and column from 0 of a reference such as B12."""
    match = _PLACE.fullmatch(reference)
    if not match:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _merged(reference: str) -> Merged:
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    return Merged(top, bottom, left, right)


def _fill_down(cells: _Cells) -> None:
    """Give the value of each merged range to all its rows that hold anything, in its first column."""
    numbers = [row.number for row in cells.rows]
    faults = {(number, column): fault for number, column, fault in cells.damaged}
    for one in cells.merged:
        first, end = bisect_left(numbers, one.top), bisect_right(numbers, one.bottom)
        if first == end or numbers[first] != one.top or one.left >= len(cells.rows[first].cells):
            continue
        text = cells.rows[first].cells[one.left]
        for row in cells.rows[first + 1 : end]:
            row.cells.extend([""] * (one.left + 1 - len(row.cells)))
            row.cells[one.left] = text
            if (one.top, one.left) in faults:
                cells.damaged.append((row.number, one.left, faults[one.top, one.left]))
