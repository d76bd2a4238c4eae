"""Import a file of any register: read it, set bad rows aside, put the rest in one transaction, and report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from geodata.crs import parse_crs
from geodata.mapping import MappingFile, read_mapping
from geodata.progress import NoProgress, Progress
from geodata.registers import (
    alarms,
    boundaries,
    cells,
    dispatches,
    enterprises,
    entrances,
    officers,
    posts,
    run_cards,
    team_duties,
    team_kit,
    team_members,
    teams,
    units,
)
from geodata.registers.batch import Batch, read_batch
from geodata.registers.register import Brought, Intake, Register
from geodata.sources import read_source, source_parts
from geodata.store.sources import SourceFile
from gridgis.errors import Fault, InputRejected, NotKnown, Unreadable

if TYPE_CHECKING:
    from geodata.store import Store, UnitOfWork

REGISTERS: Mapping[str, Register] = {
    "boundaries": boundaries.REGISTER,
    "cells": cells.REGISTER,
    "units": units.REGISTER,
    "enterprises": enterprises.REGISTER,
    "entrances": entrances.REGISTER,
    "officers": officers.REGISTER,
    "posts": posts.REGISTER,
    "teams": teams.REGISTER,
    "run-cards": run_cards.REGISTER,
    "alarms": alarms.REGISTER,
    "dispatches": dispatches.REGISTER,
    "team-members": team_members.REGISTER,
    "team-duties": team_duties.REGISTER,
    "team-kit": team_kit.REGISTER,
}
ROADS = "roads"
KEPT = frozenset({"boundaries", "cells", "units", ROADS})
"""Nouns whose files are kept in the database: their events tell of the file, and the rows are derived from it again."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        noun: What the file holds.
        file: Its name.
        added: Records that are new.
        updated: Records that changed.
        unchanged: Records that are stored as they are.
        set_aside: Why rows were set aside, and where; a row may be named more than once.
        warnings: What did not stop the import but ought to be known.
        unplaced: Records without a place.
        mapping: Heading to field, as used.
        unused: Headings that no field takes.
        waiting: The rows of the records without a place.
    """

    noun: str
    file: str
    added: int
    updated: int
    unchanged: int
    set_aside: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    unplaced: int
    mapping: Mapping[str, str]
    unused: tuple[str, ...] = ()
    waiting: tuple[Fault, ...] = ()

    @property
    def rows_set_aside(self) -> int:
        """How many rows were set aside."""
        return count_rows(self.set_aside)


def count_rows(faults: tuple[Fault, ...]) -> int:
    """How many rows some faults are about."""
    return len({(fault.sheet, fault.row) for fault in faults})


class Reading(Protocol):
    """A file that was read and can be brought in."""

    @property
    def file(self) -> str:
        """Its name."""

    @property
    def sha256(self) -> str:
        """SHA-256 of its bytes."""

    @property
    def batch(self) -> Batch:
        """Its rows, with faults and warnings; complete when it was brought in."""

    def bring(self, work: UnitOfWork) -> Brought:
        """Make records of the good rows and put them."""


def import_file(
    noun: str,
    store: Store,
    path: str | Path,
    *,
    mapping: str | Path | None = None,
    crs: str | None = None,
    layer: str | None = None,
    effective: datetime | None = None,
    dry_run: bool = False,
    strict: bool = False,
    now: datetime,
    actor: str,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a file in, all of it or nothing.

    Rows that break a rule are set aside, kept whole, and reported; the others go in. The same file again changes
    nothing; changed rows update their records.

    Args:
        noun: What the file holds: one of `REGISTERS`, or ``roads``.
        store: Where it goes.
        path: The file.
        mapping: Mapping file, see `geodata.mapping`; without one, columns are found by their headings.
        crs: System of the coordinates, against what the file says: ``EPSG:4549``, ``GCJ02``, ``BD09`` …
        layer: Sheet or layer, needed where a vector file has several.
        effective: From when changed cells or units are to be in force, as a new plan.
        dry_run: Do everything but keep it.
        strict: Refuse the file when a single row is bad.
        now: The moment of the import, aware.
        actor: Who imports.
        progress: Told of the work.

    Raises:
        NotKnown: ``import.noun``.
        Unreadable: The file, or the mapping file, can't be read as what it claims to be.
        InputRejected: The file as a whole is refused, with its faults: columns that are missing or ambiguous, no row
            that could be used, or with ``strict`` any bad row.
        Conflict: ``plan.in_force`` when a plan in force would change and ``effective`` names no later moment.
        StoreFault: What the database refuses.
    """
    told = read_mapping(mapping) if mapping is not None else MappingFile()
    system = parse_crs(crs) if crs else None
    watched = progress or NoProgress()
    intake = Intake(Path(path).name, now, effective, system)
    reading: Reading
    if noun == ROADS:
        from geodata.registers.roads import read_roads

        reading = read_roads(Path(path), told, crs=crs, layer=layer, intake=intake, progress=watched)
    else:
        register = find_register(noun)
        reading = read_register(register, Path(path), told, crs=crs, layer=layer, intake=intake, progress=watched)
    watched.start("progress.import.write", None)
    try:
        with store.unit_of_work(actor=actor, now=now) as work:
            brought = reading.bring(work)
            faults = reading.batch.faults
            _refuse(reading, brought, faults, strict=strict)
            source = None
            if noun in KEPT and brought.changes and not dry_run:
                source = _source(Path(path), mapping, reading, crs=crs, layer=layer, effective=effective)
            _note(work, noun, reading, brought, faults, source=source)
            if not dry_run:
                work.commit()
    finally:
        watched.finish()
    return _report(noun, reading, brought, faults)


def find_register(noun: str) -> Register:
    """The register of a noun.

    Raises:
        NotKnown: ``import.noun``.
    """
    found = REGISTERS.get(noun)
    if found is None:
        raise NotKnown("import.noun", value=noun, known=", ".join((*REGISTERS, ROADS)))
    return found


@dataclass(frozen=True)
class RegisterReading:
    """The rows of a register's file."""

    file: str
    sha256: str
    batch: Batch
    register: Register
    intake: Intake

    def bring(self, work: UnitOfWork) -> Brought:
        """Make records of the good rows and put them."""
        return self.register.bring(self.batch, work, self.intake)


def read_register(
    register: Register,
    path: Path,
    mapping: MappingFile,
    *,
    crs: str | None,
    layer: str | None,
    intake: Intake,
    progress: Progress,
) -> RegisterReading:
    """Read a register's file into rows with values by field."""
    mapping.refuse_road_sections()
    mapping.check_fields(column.field for column in register.columns)
    tables = read_source(path, layer=layer, crs=crs, progress=progress)
    batch = read_batch(tables, register.columns, mapping, progress)
    return RegisterReading(intake.file, tables[0].sha256, batch, register, intake)


def _refuse(reading: Reading, brought: Brought, faults: tuple[Fault, ...], *, strict: bool) -> None:
    """Refuse a file with any bad row when asked to, and one without any good row."""
    rows = count_rows(faults)
    if strict and faults:
        raise InputRejected("import.strict", faults, file=reading.file, count=rows)
    changes = brought.changes
    if faults and not (changes.added or changes.updated or changes.unchanged):
        raise InputRejected("import.nothing_left", faults, file=reading.file, count=rows)


def _source(
    path: Path,
    mapping: str | Path | None,
    reading: Reading,
    *,
    crs: str | None,
    layer: str | None,
    effective: datetime | None,
) -> SourceFile:
    """The file as it is, to be kept with what it brought.

    Raises:
        Unreadable: ``file.changed`` when it is no longer the one that was read.
    """
    try:
        parts = {name: part.read_bytes() for name, part in source_parts(path).items()}
        told = {} if mapping is None else {Path(mapping).name: Path(mapping).read_bytes()}
    except OSError as error:
        raise Unreadable("file.changed", file=reading.file) from error
    source = SourceFile(parts, told, crs=crs, layer=layer, effective=effective)
    if source.sha256 != reading.sha256:
        raise Unreadable("file.changed", file=reading.file)
    return source


def _note(
    work: UnitOfWork,
    noun: str,
    reading: Reading,
    brought: Brought,
    faults: tuple[Fault, ...],
    *,
    source: SourceFile | None,
) -> None:
    """Record the import, but for one that repeats the last import of the file to the letter."""
    mapping = reading.batch.headings
    last = next((one for one in reversed(work.imports()) if (one.noun, one.file) == (noun, reading.file)), None)
    if last is not None and not brought.changes and (last.sha256, last.mapping) == (reading.sha256, mapping):
        held = [one.fault for one in work.set_aside() if one.import_id == last.id]
        if list(map(_place, held)) == list(map(_place, faults)):
            return
    work.record_import(
        noun=noun,
        file=reading.file,
        sha256=reading.sha256,
        changes=brought.changes,
        set_aside=faults,
        whole_rows=reading.batch.whole_rows,
        mapping=mapping,
        unplaced=len(brought.waiting),
        source=source,
    )


def _place(fault: Fault) -> tuple[str, str, int, str, str]:
    return fault.code, fault.sheet, fault.row, fault.column, fault.value


def _report(noun: str, reading: Reading, brought: Brought, faults: tuple[Fault, ...]) -> ImportReport:
    return ImportReport(
        noun=noun,
        file=reading.file,
        added=brought.changes.added,
        updated=brought.changes.updated,
        unchanged=brought.changes.unchanged,
        set_aside=faults,
        warnings=tuple(reading.batch.warnings),
        unplaced=len(brought.waiting),
        mapping=dict(reading.batch.headings),
        unused=tuple(reading.batch.unused),
        waiting=brought.waiting,
    )
