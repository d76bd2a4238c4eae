"""Find the headings of a sheet and make its rows a source table.

Offices put a title, and notes such as 填报单位：…, above the headings. The heading row is the first whose cells are
mostly words and fill most of the table's width. Where headings stand in two rows under headings merged across, the
lower ones count. Columns and rows that hold nothing are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from geodata.sheet import Sheet, SheetRow
from geodata.source import SourceRow, SourceTable
from gridgis.errors import Fault

_ROWS_ABOVE = 30
_ROWS_FOR_WIDTH = 200
_FILLED_SHARE = 0.7
_LONGEST_HEADING = 40
_NO_HEADING = re.compile(r"[-+\d\s.,:/%TZeE]+|[^:：]{1,12}[:：]\s*\S.*", re.DOTALL)
_CJK = r"[\u2e80-\u9fff\uff00-\uffef]"
_BREAK_IN_CHINESE = re.compile(rf"(?<={_CJK})\s*\n\s*(?={_CJK})")


def to_table(sheet: Sheet, *, file: str, sha256: str) -> SourceTable:
    """The rows under the headings of a sheet.

    A sheet without any text has no headings and no rows.
    """
    rows = [row for row in sheet.rows if any(row.cells)]
    if not rows:
        return SourceTable(file, sha256, sheet.name, (), (), warnings=_in_sheet(sheet.warnings, sheet.name))
    top, bottom = _heading_rows(rows, sheet)
    labels, warnings = _headings(rows[top : bottom + 1], _used_columns(rows[top:]))
    taken: list[SourceRow] = []
    aside: dict[int, SourceRow] = {}
    faults: list[Fault] = []
    for row in rows[bottom + 1 :]:
        values = {label: row.cells[column] if column < len(row.cells) else "" for column, label in labels.items()}
        source_row = SourceRow(row.number, values)
        if row.fault is None:
            taken.append(source_row)
        else:
            aside[row.number] = source_row
            faults.append(row.fault)
    damaged = [
        replace(fault, row=number, column=labels[column])
        for number, column, fault in sheet.damaged
        if number > rows[bottom].number and column in labels
    ]
    return SourceTable(
        file,
        sha256,
        sheet.name,
        tuple(labels.values()),
        tuple(taken),
        faults=_in_sheet(faults, sheet.name),
        set_aside=aside,
        warnings=_in_sheet([*sheet.warnings, *warnings], sheet.name),
        damaged=_in_sheet(damaged, sheet.name),
    )


def _in_sheet(faults: Sequence[Fault], sheet: str) -> tuple[Fault, ...]:
    return tuple(replace(fault, sheet=sheet) for fault in faults)


def column_letter(column: int) -> str:
    """The letters of a column counted from 0, as a spreadsheet names it."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _used_columns(rows: Sequence[SheetRow]) -> list[int]:
    return sorted({column for row in rows for column, text in enumerate(row.cells) if text})


def _heading_rows(rows: Sequence[SheetRow], sheet: Sheet) -> tuple[int, int]:
    """First and last of the heading rows, as positions among the rows that hold something."""
    widest = max(sum(map(bool, row.cells)) for row in rows[:_ROWS_FOR_WIDTH])
    least = min(widest, max(2, round(_FILLED_SHARE * widest)))
    candidates = [at for at, row in enumerate(rows[:_ROWS_ABOVE]) if _is_heading(row.cells, least)]
    top = candidates[0] if candidates else 0
    grouped = any(number == rows[top].number for number, _, _ in sheet.spans)
    bottom = top + 1 if grouped and top + 1 < len(rows) and _words(rows[top + 1].cells) else top
    return top, bottom


def _is_heading(cells: Sequence[str], least: int) -> bool:
    return sum(map(bool, cells)) >= least and _words(cells)


def _words(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    worded = sum(1 for cell in filled if len(cell) <= _LONGEST_HEADING and not _NO_HEADING.fullmatch(cell))
    return worded >= _FILLED_SHARE * len(filled)


def _headings(rows: Sequence[SheetRow], columns: Sequence[int]) -> tuple[dict[int, str], list[Fault]]:
    """The heading of each column; one that is missing or repeated is named by its letter."""
    found: dict[int, str] = {}
    warnings: list[Fault] = []
    for column in columns:
        texts = [row.cells[column] for row in rows if column < len(row.cells) and row.cells[column]]
        found[column] = _one_line(texts[-1]) if texts else ""
    number, counts = rows[-1].number, Counter(found.values())
    seen: set[str] = set()
    for column, text in found.items():
        letter = column_letter(column)
        if not text:
            warnings.append(Fault("table.heading_missing", {"letter": letter}, row=number))
        elif counts[text] > 1 and text in seen:
            warnings.append(Fault("table.heading_repeated", {"letter": letter}, row=number, column=text))
        if not text or text in seen:
            found[column] = f"{text} [{letter}]".strip()
        seen.add(text)
    return found, warnings


def _one_line(text: str) -> str:
    return " ".join(_BREAK_IN_CHINESE.sub("", text).split())
