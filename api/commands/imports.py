"""`gridgis import NOUN DB FILE`: bring an office's file in, with a report of every row that was set aside."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.shared import Console, now
from api.moments import parse_moment
from gridgis.errors import Fault

if TYPE_CHECKING:
    from geodata.importing import ImportReport


class Noun(StrEnum):
    """What a file holds."""

    ROADS = "roads"
    BOUNDARIES = "boundaries"
    CELLS = "cells"
    UNITS = "units"
    ENTERPRISES = "enterprises"
    ENTRANCES = "entrances"
    OFFICERS = "officers"
    POSTS = "posts"
    TEAMS = "teams"
    RUN_CARDS = "run-cards"
    ALARMS = "alarms"
    DISPATCHES = "dispatches"
    TEAM_MEMBERS = "team-members"
    TEAM_DUTIES = "team-duties"
    TEAM_KIT = "team-kit"


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command("import", help=words.text("cli.import.help"))
    def import_(
        noun: Annotated[Noun, typer.Argument(help=words.text("cli.import.noun"))],
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        file: Annotated[Path, typer.Argument(metavar="FILE", help=words.text("cli.import.file"))],
        mapping: Annotated[Path | None, typer.Option(metavar="TOML", help=words.text("cli.import.mapping"))] = None,
        crs: Annotated[str | None, typer.Option(metavar="EPSG|GCJ02|BD09", help=words.text("cli.import.crs"))] = None,
        layer: Annotated[str | None, typer.Option(help=words.text("cli.import.layer"))] = None,
        effective: Annotated[
            str | None, typer.Option(metavar="ISO8601", help=words.text("cli.import.effective"))
        ] = None,
        rejects: Annotated[Path | None, typer.Option(metavar="CSV", help=words.text("cli.import.rejects"))] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=words.text("cli.import.dry_run"))] = False,
        strict: Annotated[bool, typer.Option("--strict", help=words.text("cli.import.strict"))] = False,
    ) -> None:
        from geodata.importing import import_file
        from geodata.rejects import write_faults
        from geodata.store import open_store
        from gridgis.errors import InputRejected

        with open_store(db) as store, console.progress() as progress:
            try:
                report = import_file(
                    noun.value,
                    store,
                    file,
                    mapping=mapping,
                    crs=crs,
                    layer=layer,
                    effective=parse_moment(effective) if effective else None,
                    dry_run=dry_run,
                    strict=strict,
                    now=now(),
                    actor="cli",
                    progress=progress,
                )
            except InputRejected as error:
                if rejects is not None:
                    write_faults(rejects, file.name, error.faults, words.fault)
                raise
        _show(console, report, dry_run=dry_run)
        if rejects is not None:
            write_faults(rejects, file.name, report.set_aside, words.fault)
            console.say("cli.import.rejects_written", path=rejects, count=len(report.set_aside))


def _show(console: Console, report: "ImportReport", *, dry_run: bool) -> None:
    """How columns were taken, what came in, and what a person has to look at."""
    if report.mapping:
        console.say("cli.import.mapping_used")
        for heading, field in report.mapping.items():
            console.out.print(f"  {heading} → {field}", markup=False)
    if report.unused:
        console.say("cli.import.unused", columns="、".join(report.unused))
    console.say(
        "cli.import.dry_run_done" if dry_run else "cli.import.done",
        file=report.file,
        added=report.added,
        updated=report.updated,
        unchanged=report.unchanged,
        set_aside=report.rows_set_aside,
    )
    if report.unplaced:
        console.say("cli.import.unplaced", count=report.unplaced)
        console.faults(report.waiting)
    for warning in report.warnings:
        console.out.print(f"! {_where(warning)}{console.words.fault(warning)}", markup=False, style="yellow")
    console.faults(report.set_aside)


def _where(warning: Fault) -> str:
    """Sheet and column of a warning, where it has them."""
    told = " ".join(part for part in (warning.sheet, warning.column) if part)
    return f"[{told}] " if told else ""
