"""Say what a register of the office is to the importer: its columns, and how its rows become records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from geodata.crs import Crs
from geodata.headings import Column
from geodata.registers.batch import Batch
from geodata.store import Changes, UnitOfWork
from gridgis.errors import Fault


@dataclass(frozen=True, slots=True)
class Intake:
    """The circumstances of one import.

    Attributes:
        file: Name of the file.
        now: The moment, aware.
        effective: From when a changed plan is to be in force, None for no word about it.
        crs: System of coordinates in columns, None for longitude and latitude.
    """

    file: str
    now: datetime
    effective: datetime | None = None
    crs: Crs | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of the good rows of a file.

    Attributes:
        changes: Records added, changed and left as they were.
        waiting: Rows whose place is not known, for the list of what has to be placed.
    """

    changes: Changes
    waiting: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """A kind of file.

    Attributes:
        columns: What its columns hold.
        bring: Makes records of the good rows of a batch and puts them; sets rows aside and warns in the batch.
    """

    columns: tuple[Column, ...]
    bring: Callable[[Batch, UnitOfWork, Intake], Brought]
