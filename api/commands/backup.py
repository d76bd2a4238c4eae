"""`gridgis backup` and `gridgis restore`: copies of the database that are read through before they count."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.shared import Console
from api.moments import LOCAL_TIME
from gridgis.errors import GridGISError

if TYPE_CHECKING:
    from geodata.store.examining import Examined

BROKEN = 1
MEGABYTE = 1_000_000


def add(app: typer.Typer, console: Console) -> None:
    """Add the commands to the command line."""
    words = console.words

    @app.command(help=words.text("cli.backup.help"))
    def backup(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        folder: Annotated[Path, typer.Argument(metavar="DIR", help=words.text("cli.backup.folder"))],
        keep: Annotated[int | None, typer.Option(metavar="N", min=1, help=words.text("cli.backup.keep"))] = None,
        drill: Annotated[bool, typer.Option("--drill", help=words.text("cli.backup.drill"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from geodata.store import backups, shown

        taken, found = backups.back_up(db, folder, now=datetime.now(LOCAL_TIME))
        told: dict[str, Any] = {
            "backup": str(taken.path),
            "bytes": taken.path.stat().st_size,
            "events": found.contents.events,
            "revision": found.contents.revision,
            "chain": None if found.broken is None else found.broken.code,
        }
        if drill:
            _, seconds = backups.drill(taken.path)
            told["drill_s"] = round(seconds, 3)
        if keep is not None and found.broken is None:  # older ones may be all that is left whole
            told["removed"] = [str(one.path) for one in backups.thin_out(folder, db, keep=keep)]
        if as_json:
            console.json(told)
        else:
            megabytes = f"{told['bytes'] / MEGABYTE:.1f}"
            console.say("cli.backup.done", db=shown(db), path=taken.path, events=told["events"], megabytes=megabytes)
            if drill:
                console.say("cli.backup.drilled", seconds=f"{told['drill_s']:.1f}")
            if "removed" in told:
                kept = len(backups.backups_in(folder, db))
                console.say("cli.backup.thinned", removed=len(told["removed"]), kept=kept)
        refuse_broken(found, console)

    @app.command(help=words.text("cli.restore.help"))
    def restore(
        backup: Annotated[Path, typer.Argument(metavar="BACKUP", help=words.text("cli.restore.backup"))],
        to: Annotated[str, typer.Argument(metavar="TO", help=words.text("cli.restore.to"))],
    ) -> None:
        from geodata.store import backups, may_be_shared, shown
        from geodata.store.schema import REVISIONS

        found = backups.restore(backup, to)
        contents = found.contents
        console.say("cli.restore.done", backup=backup, to=shown(to), district=contents.district, events=contents.events)
        if contents.revision != REVISIONS[-1] and not may_be_shared(to):
            console.say("cli.restore.older", to=to, revision=contents.revision, wanted=REVISIONS[-1])
        refuse_broken(found, console)


def refuse_broken(found: "Examined", console: Console) -> None:
    """Say where the chain of events breaks, though the copy is sound in itself, and end with exit code 1."""
    if found.broken is not None:
        console.error(GridGISError(found.broken.code, **found.broken.fields))
        raise typer.Exit(BROKEN)
