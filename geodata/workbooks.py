"""Read the sheets of an XLSX workbook into cells (first form)."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from geodata import cell_text
from geodata.sheet import Sheet, SheetRow


def read_workbook(data: bytes, file: str) -> list[Sheet]:
    """The visible sheets."""
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = [
            SheetRow(number, [_text(value) for value in values])
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)
        ]
        sheets.append(Sheet(sheet.title, rows))
    return sheets


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return cell_text.from_boolean(value)
    if isinstance(value, int | float):
        return cell_text.from_number(value)
    if isinstance(value, datetime | date | time):
        return cell_text.from_moment(value)
    return cell_text.from_text(str(value))
