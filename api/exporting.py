"""Write records as a table that a spreadsheet opens, in which no text is taken for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from io import BytesIO, StringIO
from typing import NamedTuple
from urllib.parse import quote

from api.moments import LOCAL_TIME
from geodata.rejects import harmless
from gridgis.errors import InvalidValue

MOST_ROWS = 50_000
LONGEST_CELL = 32_767
"""Characters that a cell of a workbook can hold."""

_WIDEST, _NARROWEST = 60, 8
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Cell = str | int | float | datetime | None


class Form(StrEnum):
    """Form of an exported file; its value ends the file's name."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return XLSX_TYPE if self is Form.XLSX else "text/csv; charset=utf-8"


XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Table(NamedTuple):
    """What is written.

    Attributes:
        title: Name of the sheet and of the file.
        headings: One a column.
        rows: The records, in the order of the headings.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def check(self) -> None:
        """Refuse more rows than are written at once.

        Raises:
            InvalidValue: ``export.too_many``.
        """
        if len(self.rows) > MOST_ROWS:
            raise InvalidValue("export.too_many", count=len(self.rows), most=MOST_ROWS)

    def write(self, form: Form) -> bytes:
        """The table as a file."""
        return self._workbook() if form is Form.XLSX else self._delimited()

    def _delimited(self) -> bytes:
        """CSV in UTF-8 with a byte order mark, which spreadsheets recognise."""
        stream = StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(self.headings)
        writer.writerows(map(_plain, row) for row in self.rows)
        return stream.getvalue().encode("utf-8-sig")

    def _workbook(self) -> bytes:
        """A workbook of one sheet whose first row stays in view."""
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        book = Workbook(write_only=True)
        sheet = book.create_sheet(self.title)
        sheet.freeze_panes = "A2"
        shown = [list(map(_plain, row)) for row in self.rows]
        for place, heading in enumerate(self.headings, start=1):
            wanted = max(map(_width, (heading, *(row[place - 1] for row in shown[:1000]))))
            sheet.column_dimensions[get_column_letter(place)].width = min(_WIDEST, max(_NARROWEST, wanted + 2))
        heads = [WriteOnlyCell(sheet, heading) for heading in self.headings]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in shown:
            sheet.append(row)
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()


def _plain(cell: Cell) -> str | int | float | None:
    """A value as it is written: moments as local text, texts harmless and of characters that every form can hold."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, str):
        return harmless(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", cell))[:LONGEST_CELL]
    return cell


def _width(cell: Cell) -> int:
    """Columns of a terminal that a value takes; a Chinese character takes two."""
    text = "" if cell is None else str(cell)
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text[:_WIDEST])  # noqa: PLR2004  CJK begins there


def disposition(title: str, plain: str, form: Form, now: datetime) -> str:
    """The header that names a file, for programs that know UTF-8 and for others (RFC 6266)."""
    stamp = f"{now.astimezone(LOCAL_TIME):%Y%m%d-%H%M}"
    return f"attachment; filename=\"{plain}-{stamp}.{form}\"; filename*=UTF-8''{quote(f'{title}-{stamp}.{form}')}"


def joined(texts: Iterable[str]) -> str:
    """Several values in one cell."""
    return "；".join(text for text in texts if text)
