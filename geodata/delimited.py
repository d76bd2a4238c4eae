"""Read CSV and TSV files into cells: encoding, delimiter and quotes found out.

Rows are counted as a spreadsheet shows them: a record is one row even where a quoted cell spans several lines, and
blank lines count.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator

from geodata import cell_text
from geodata.sheet import DamagedCell, Sheet, SheetRow
from geodata.text_encoding import decode_lines
from gridgis.errors import Fault, Unreadable

DELIMITERS = (",", "\t", ";", "|", "\N{FULLWIDTH COMMA}")
_SAMPLE_LINES = 200
_END = "\ue000end of file\ue000"  # of private use: in no office's file


def read_delimited(data: bytes, file: str) -> Sheet:
    """The cells of a CSV or TSV file.

    Raises:
        Unreadable: ``file.unknown``, ``file.encoding``, ``table.quote`` when a quote is never closed.
    """
    decoded = decode_lines(data, file)
    rows: list[SheetRow] = []
    damaged: list[DamagedCell] = []
    line = 0
    for number, (end, cells) in enumerate(_records(decoded.lines, file), start=1):
        in_one_encoding = decoded.odd.isdisjoint(range(line, end))
        fault = None if in_one_encoding else Fault("table.encoding", {"encoding": decoded.encoding}, row=number)
        texts = [cell_text.from_text(cell) for cell in cells]
        rows.append(SheetRow(number, texts, fault))
        damaged += [
            (number, column, Fault("table.number_damaged", value=text))
            for column, text in enumerate(texts)
            if cell_text.lost_digits(text)
        ]
        line = end
    warnings = [Fault("table.encoding_guessed", {"encoding": decoded.encoding})] if decoded.guessed else []
    return Sheet("", rows, damaged, warnings, delimited=True)


def _records(lines: list[str], file: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the number of lines read so far."""
    reader = csv.reader([*lines, _END], delimiter=sniff_delimiter(lines))
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):  # noqa: B007
            if cells == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                break
            yield reader.line_num, cells
    except csv.Error as error:  # a cell beyond the limit of the csv module, most likely for want of a quote
        raise Unreadable("table.quote", file=file, row=number + 1) from error
    raise Unreadable("table.quote", file=file, row=number)


def sniff_delimiter(lines: Iterable[str]) -> str:
    """The delimiter that cuts most rows into as many cells; one that stands in the first row counts double."""
    sample = [line for line, _ in zip(lines, range(_SAMPLE_LINES), strict=False) if line.strip()]
    first = next((line for line in sample if any(mark in line for mark in DELIMITERS)), "")
    return max(DELIMITERS, key=lambda mark: _evenness(sample, mark) * (2 if mark in first else 1))


def _evenness(sample: list[str], delimiter: str) -> int:
    try:
        widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=delimiter))
    except csv.Error:
        return 0
    return max(((width - 1) * count for width, count in widths.items()), default=0)
