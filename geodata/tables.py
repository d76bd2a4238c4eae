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

from geodata.sheet import Merged, Sheet, SheetRow
from geodata.source import SourceRow, SourceTable
from gridgis.errors import Fault, Unreadable

_ROWS_ABOVE = 30
_ROWS_FOR_WIDTH = 200
_FILLED_SHARE = 0.7
_NARROW = 4
_LONGEST_HEADING = 40
_NO_HEADING = re.compile(r"[-+\d\s.,:/%TZeE]+|[^:：]{1,12}[:：]\s*\S.*", re.DOTALL)
_CJK = r"[\u2e80-\u9fff\uff00-\uffef]"
_BREAK_IN_CHINESE = re.compile(rf"(?<={_CJK})\s*\n\s*(?={_CJK})")


def to_table(sheet: Sheet, *, file: str, sha256: str) -> SourceTable:
    """The rows under the headings of a sheet; one without any text has no headings and no rows.

    Raises:
        Unreadable: ``table.heading_encoding`` when the headings are not in the encoding of the file.
    """
    rows = [row for row in sheet.rows if any(row.cells)]
    if not rows:
        return SourceTable(file, sha256, sheet.name, (), ())
    top, bottom = _heading_rows(rows, sheet)
    headed = rows[top : bottom + 1]
    if any(row.fault for row in headed):
        raise Unreadable("table.heading_encoding", file=file, row=headed[0].number)
    columns = _columns(rows[top:])
    if sheet.delimited:
        columns = [column for column in columns if column <= max(_columns(headed))]
    labels, warnings = _headings(headed, columns)
    width = columns[-1] + 1
    taken: list[SourceRow] = []
    aside: dict[int, SourceRow] = {}
    faults: list[Fault] = []
    for row in rows[bottom + 1 :]:
        cells = row.cells + [""] * (width - len(row.cells))
        source_row = SourceRow(row.number, {label: cells[column] for column, label in labels.items()})
        fault = row.fault or (_too_long(row, width) if sheet.delimited else None)
        if fault is None:
            taken.append(source_row)
        else:
            aside[row.number] = source_row
            faults.append(fault)
    last = headed[-1].number
    if any(one.top > headed[0].number and one.bottom > max(one.top, last) for one in sheet.merged):
        warnings.append(Fault("table.merged"))
    damaged = [
        replace(fault, row=number, column=labels[column])
        for number, column, fault in sheet.damaged
        if number > last and column in labels
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


def _too_long(row: SheetRow, width: int) -> Fault | None:
    """A delimiter too many moves the cells behind it under wrong headings, the last one beyond them."""
    beyond = [text for text in row.cells[width:] if text]
    return Fault("table.row_too_long", {"count": width}, row=row.number, value=beyond[0]) if beyond else None


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


def _columns(rows: Sequence[SheetRow]) -> list[int]:
    return sorted({column for row in rows for column, text in enumerate(row.cells) if text})


def _heading_rows(rows: Sequence[SheetRow], sheet: Sheet) -> tuple[int, int]:
    """First and last of the heading rows, as positions among the rows that hold something."""
    across: Counter[int] = Counter()
    for one in sheet.merged:
        across[one.top] += one.right - one.left
    filled = [sum(map(bool, row.cells)) for row in rows]
    counts = Counter(filled[:_ROWS_FOR_WIDTH])
    usual = max(counts, key=lambda width: width * counts[width])
    least = usual if usual <= _NARROW else round(_FILLED_SHARE * usual)

    def is_heading(at: int) -> bool:
        """Whether words fill the width; merged ones fill all of theirs, unless a title stands nearly alone."""
        row, grouped = rows[at], at + 1 < len(rows) and _heads_group(rows[at], rows[at + 1], sheet.merged)
        width = filled[at] + (across[row.number] if grouped or filled[at] > least / 2 else 0)
        return width >= least and _words(row.cells)

    top = bottom = next(filter(is_heading, range(min(len(rows), _ROWS_ABOVE))), 0)
    while bottom + 1 < len(rows) and _heads_group(rows[bottom], rows[bottom + 1], sheet.merged):
        bottom += 1
    return top, bottom


def _heads_group(upper: SheetRow, lower: SheetRow, merged: Sequence[Merged]) -> bool:
    """Whether headings merged across stand above headings of their own, and nothing but headings beside them."""
    groups = [one for one in merged if one.top == upper.number == one.bottom and one.right > one.left]
    grouped = {column for one in groups for column in range(one.left, one.right + 1)}
    below = {column: text for column, text in enumerate(lower.cells) if text}
    above = {column: text for column, text in enumerate(upper.cells) if text}
    split = any(sum(one.left <= column <= one.right for column in below) > 1 for one in groups)
    beside = all(above.get(column, text) == text for column, text in below.items() if column not in grouped)
    return split and beside and _words(lower.cells)


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
