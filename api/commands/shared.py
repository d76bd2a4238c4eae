"""Show results, faults and progress on a terminal in one language, and read the options that many commands take."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from api.moments import clock, parse_moment
from gridgis.errors import Fault, GridGISError, InputRejected, InvalidValue, StoreFault
from maps.words import Words

FAULTS_SHOWN = 20


def now(environment: Mapping[str, str] = os.environ) -> datetime:
    """The clock: ``GRIDGIS_NOW`` when set, else the machine's."""
    fixed = environment.get("GRIDGIS_NOW", "")
    return clock(parse_moment(fixed) if fixed else None)()


def moment_or_now(text: str | None) -> datetime:
    """The moment of an option, the clock's when it was not given.

    Raises:
        InvalidValue: See `api.moments.parse_moment`.
    """
    return now() if text is None else parse_moment(text)


def parse_place(text: str) -> tuple[float, float]:
    """``LON,LAT`` in degrees; a Chinese comma or blanks do as well.

    Raises:
        InvalidValue: ``place.form`` or ``place.coordinates``.
    """
    parts = text.replace("\N{FULLWIDTH COMMA}", ",").replace(",", " ").split()
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError as error:
        raise InvalidValue("place.form", value=text) from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004  the degrees of a globe
        raise InvalidValue("place.coordinates", lon=lon, lat=lat)
    return lon, lat


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Write a file that a command was asked for.

    Raises:
        StoreFault: ``output.unwritable``.
    """
    try:
        yield
    except OSError as error:
        raise StoreFault("output.unwritable", path=str(path), reason=error.strerror or "") from error


def write_text(path: Path, text: str) -> None:
    """Write a text that a command was asked for.

    Raises:
        StoreFault: ``output.unwritable``.
    """
    with writing(path):
        path.write_text(text, "utf-8")


@dataclass
class Console:
    """A terminal that speaks one language: results on standard output, everything else on standard error."""

    words: Words
    out: RichConsole = field(default_factory=lambda: RichConsole(highlight=False, soft_wrap=True))
    err: RichConsole = field(default_factory=lambda: RichConsole(stderr=True, highlight=False, soft_wrap=True))

    def text(self, key: str, /, **fields: Any) -> str:
        """The words of a key."""
        return self.words.text(key, **fields)

    def say(self, key: str, /, **fields: Any) -> None:
        """A line of words on standard output."""
        self.out.print(self.text(key, **fields), markup=False)

    def note(self, key: str, /, **fields: Any) -> None:
        """A line of words on standard error."""
        self.err.print(self.text(key, **fields), markup=False)

    def json(self, value: Any) -> None:
        """One JSON document on standard output, Chinese kept as it is."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")

    def error(self, error: GridGISError) -> None:
        """What is wrong and how to mend it, on standard error; of a refused file its first faults too."""
        self.refuse(self.words.error(error))
        if isinstance(error, InputRejected):
            self.faults(error.faults, self.err)

    def refuse(self, text: str) -> None:
        """A refusal in words on standard error."""
        self.err.print(f"✗ {text}", markup=False, style="red")

    def faults(self, faults: Iterable[Fault], console: RichConsole | None = None) -> None:
        """A table of faults: where, what, how to mend; the first ones only, with the count of the rest."""
        listed = tuple(faults)
        if not listed:
            return
        table = self.table(
            "cli.column.sheet", "cli.column.row", "cli.column.column", "cli.column.value", "cli.column.what"
        )
        for fault in listed[:FAULTS_SHOWN]:
            row = str(fault.row) if fault.row else ""
            cells = (fault.sheet, row, fault.column, fault.value[:40], self.words.fault(fault))
            table.add_row(*map(Text, cells))
        (console or self.out).print(table)
        if len(listed) > FAULTS_SHOWN:
            self.note("cli.more_faults", count=len(listed) - FAULTS_SHOWN)

    def table(self, *headings: str, title: str = "") -> Table:
        """An empty table with headings in words."""
        table = Table(title=title or None, title_justify="left", header_style="bold", pad_edge=False)
        for heading in headings:
            table.add_column(self.text(heading), overflow="fold")
        return table

    def progress(self) -> Bars:
        """Progress bars on standard error, silent where it is no terminal."""
        return Bars(self)


class Bars:
    """Progress of long work as bars, one a task; used as a context."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console.err,
            transient=True,
            disable=not console.err.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def start(self, task: str, total: int | None) -> None:
        """Begin a task named by a words key, with its number of steps where known."""
        self.finish()
        self._task = self._bars.add_task(self._console.text(task), total=total)

    def advance(self, done: int) -> None:
        """Say that so many more steps are done."""
        if self._task is not None:
            self._bars.advance(self._task, done)

    def finish(self) -> None:
        """End the task."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
