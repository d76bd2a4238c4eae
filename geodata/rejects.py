"""Write the faults of an import as a table that a spreadsheet opens: where, which value, which rule, how to mend."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from gridgis.errors import Fault, Unreadable

HEADINGS = (
    "文件 file",
    "工作表 sheet",
    "行 row",
    "列 column",
    "值 value",
    "规则 rule",
    "问题与改法 what and how to mend",
)
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_faults(path: str | Path, file_name: str, faults: Iterable[Fault], words: Callable[[Fault], str]) -> None:
    """Write faults as CSV in UTF-8 with a byte order mark, which spreadsheets recognise.

    A value that a spreadsheet would take for a formula gets an apostrophe in front.

    Args:
        path: File to write; one that is there is replaced.
        file_name: Name of the file with the faults.
        faults: The faults.
        words: What is wrong and how to mend it, in one language.

    Raises:
        Unreadable: ``rejects.unwritable``.
    """
    target = Path(path)
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADINGS)
            for fault in faults:
                row = str(fault.row) if fault.row else ""
                cells = (file_name, fault.sheet, row, fault.column, fault.value, fault.code, words(fault))
                writer.writerow(map(harmless, cells))
    except OSError as error:
        raise Unreadable("rejects.unwritable", file=str(target), cause=error.strerror or str(error)) from error


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; Chinese ones know the full-width signs as well."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
