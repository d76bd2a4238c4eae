"""Find which column of a sheet holds which field: by the mapping file, else by the headings that offices write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geodata.values import Reader, Whole, text
from geodata.vocabulary import plain
from gridgis.errors import Fault

_BRACKETS = re.compile(r"[(\[{（【［](.*?)[)\]}）】］]")
_SHIFTED = re.compile(r"gcj-?_?0?2|火星|高德|腾讯|amap|bd-?_?0?9|百度|baidu", re.IGNORECASE)
_DBF_BYTES = 10
_LEAST_CUT = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a register and how offices name it.

    Attributes:
        field: Name of the field, understood as a heading as well.
        names: What it is called, between blanks; the first is the documented heading.
        read: Turns a text into the value, or raises `InvalidValue`.
        required: Whether the column has to be there, with a value in every row.
        blank: Value of an empty cell.
    """

    field: str
    names: str
    read: Reader = text
    required: bool = False
    blank: object = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """What it is called."""
        return tuple(self.names.split())

    @property
    def wanted(self) -> str:
        """The column as a person is asked for it."""
        return f"{self.headings[0]} ({self.field})"


@dataclass(frozen=True)
class Found:
    """Which columns of a sheet hold which fields.

    Attributes:
        headings: Field to heading.
        unused: Headings that no field takes.
        missing: Required columns that are not there.
        faults: Why the columns can't be told: ambiguous ones, and headings that the mapping file names in vain.
    """

    headings: Mapping[str, str]
    unused: tuple[str, ...]
    missing: tuple[Column, ...]
    faults: tuple[Fault, ...]


def find_columns(columns: Sequence[Column], headings: Sequence[str], told: Mapping[str, str], sheet: str = "") -> Found:
    """Which headings hold which fields.

    The mapping file decides first. Then, field by field, the documented heading wins over other words for it, and those
    over headings that a Shapefile cut off after ten bytes; two that are as good are a fault, never a guess.

    Args:
        columns: The fields looked for.
        headings: As they stand in the sheet.
        told: Field to heading by the mapping file; '' where no column is to be used.
        sheet: Sheet or layer, for faults.
    """
    known = set(headings)
    faults = [
        Fault("columns.named", {"field": name, "found": _listed(headings)}, sheet, 1, heading, heading)
        for name, heading in told.items()
        if heading and heading not in known
    ]
    taken = {name: heading for name, heading in told.items() if heading in known}
    free = [heading for heading in headings if heading and heading not in taken.values()]
    cut = _cut_headings(columns, free)
    for column in (one for one in columns if one.field not in told):
        candidates = _candidates(column, free) or cut.get(column.field, [])
        if len(candidates) == 1:
            taken[column.field] = candidates[0]
        elif candidates:
            fields = {"wanted": column.wanted, "field": column.field, "candidates": _listed(candidates)}
            faults.append(Fault("columns.ambiguous", fields, sheet, 1))
    missing = tuple(
        column
        for column in columns
        if column.required and column.field not in taken and not any(_is_about(fault, column) for fault in faults)
    )
    used = set(taken.values())
    unused = tuple(heading for heading in headings if heading and heading not in used)
    return Found(taken, unused, missing, tuple(faults))


def _is_about(fault: Fault, column: Column) -> bool:
    return fault.fields.get("field") == column.field


def _candidates(column: Column, headings: Iterable[str]) -> list[str]:
    """Headings that hold a field: the documented ones, or else other words for it."""
    documented = {plain_heading(column.headings[0]), plain_heading(column.field)}
    others = {plain_heading(name) for name in column.headings}
    listed = tuple(headings)
    return [heading for heading in listed if plain_heading(heading) in documented] or [
        heading for heading in listed if plain_heading(heading) in others
    ]


def _cut_headings(columns: Iterable[Column], headings: Iterable[str]) -> dict[str, list[str]]:
    """By field, the headings that only one field could have before they were cut off."""
    forms: dict[str, set[str]] = {}
    for column in columns:
        for name in column.headings:
            for form in _cut_forms(name):
                forms.setdefault(form, set()).add(column.field)
    found: dict[str, list[str]] = {}
    for heading in headings:
        fields = sorted(forms.get(plain_heading(heading), ()))
        if len(fields) == 1:
            found.setdefault(fields[0], []).append(heading)
    return found


def plain_heading(heading: str) -> str:
    """A heading without regard to width, case, blanks, asterisks, punctuation, and what stands in brackets."""
    bare = _BRACKETS.sub("", unicodedata.normalize("NFKC", heading))
    return plain(_SHIFTED.sub("", bare)) or plain(heading)


def _cut_forms(heading: str) -> set[str]:
    """A heading as a Shapefile with names of ten bytes cuts it off, in UTF-8 and in GBK."""
    forms = set()
    for encoding in ("utf-8", "gbk"):
        whole = heading.encode(encoding, "ignore")
        cut = whole[:_DBF_BYTES].decode(encoding, "ignore")
        if len(whole) > _DBF_BYTES and len(cut) >= _LEAST_CUT:
            forms.add(plain(cut))
    return forms


def unit_of(heading: str) -> str:
    """The unit, or what else stands in the first brackets of a heading; '' for nothing."""
    found = _BRACKETS.search(unicodedata.normalize("NFKC", heading))
    return found.group(1).strip().casefold() if found else ""


def shifted_system(heading: str) -> str:
    """The name of a shifted system of coordinates that a heading tells, '' for none."""
    found = _SHIFTED.search(unicodedata.normalize("NFKC", heading))
    return found.group() if found else ""


def reader_under(column: Column, heading: str) -> Reader:
    """How values of a field are read under a heading, which may tell their unit."""
    return column.read.in_unit(unit_of(heading)) if isinstance(column.read, Whole) else column.read


def _listed(headings: Iterable[str]) -> str:
    return "、".join(headings)
