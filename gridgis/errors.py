"""Say what is wrong as a code with fields; the words live in one catalogue per language.

The tree::

    GridGISError
    ├── InvalidValue       one value breaks its rule (a code, a coordinate, a credit code, an option)
    ├── NotKnown           what was named does not exist (a cell, a team, a noun, a run card)
    ├── InputRejected      a file or a batch is refused whole, with its faults listed
    ├── Unreadable         a file cannot be read as what it claims to be
    ├── StoreFault         the database is missing, foreign, locked, read-only or of another version
    ├── NotAllowed         an account may not do what it asks for, by role, area, department or time
    └── Conflict           a change clashes with what is recorded (a plan in force, a team already sent)

``code`` is a dotted name such as ``credit_code.check``. The catalogues ``maps/web/words/zh.json`` and ``en.json`` hold,
under ``errors``, what is wrong (``what``) and how to mend it (``mend``) for each code; fields fill their braces.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


class GridGISError(Exception):
    """Anything GridGIS refuses, as a code with fields.

    Args:
        code: Dotted name of the fault, a key of the catalogues.
        fields: Values that fill the words and say where: ``file``, ``layer``, ``sheet``, ``row``, ``column``,
            ``feature``, ``value`` and whatever else the words of that code name.
    """

    def __init__(self, code: str, /, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields

    def __str__(self) -> str:
        """The code and its fields, for logs; people are shown the catalogue's words."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.code}({shown})" if shown else self.code


class InvalidValue(GridGISError):
    """One value breaks its rule."""


class NotKnown(GridGISError):
    """What was named does not exist."""


class Unreadable(GridGISError):
    """A file cannot be read as what it claims to be."""


class StoreFault(GridGISError):
    """The database is missing, foreign, locked, read-only or of another version."""


class NotAllowed(GridGISError):
    """An account may not do what it asks for."""


class Conflict(GridGISError):
    """A change clashes with what is recorded."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in an input, where, and by which rule.

    Attributes:
        code: Dotted name of the rule that was broken, a key of the catalogues under ``errors``.
        fields: Values that fill the words.
        sheet: Sheet or layer, empty when the file has none.
        row: Row as a person counts it (the heading is row 1), or feature number from 1; 0 for the whole file.
        column: Heading as it stands in the file, empty for the whole row.
        value: The value as it was read.
    """

    code: str
    fields: dict[str, Any] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""


class InputRejected(GridGISError):
    """A file or a batch is refused whole; ``faults`` lists why."""

    def __init__(self, code: str, /, faults: Iterable[Fault] = (), **fields: Any) -> None:
        super().__init__(code, **fields)
        self.faults = tuple(faults)
