"""`gridgis backup` and `gridgis restore`: copies of the database that are read through before they count."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.shared import Console
from api.moments import LOCAL_TIME

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
        from geodata.store import backups

        taken, contents = backups.back_up(db, folder, now=datetime.now(LOCAL_TIME))
        told: dict[str, Any] = {
            "backup": str(taken.path),
            "bytes": taken.path.stat().st_size,
            "events": contents.events,
            "revision": contents.revision,
        }
        if drill:
            _, seconds = backups.drill(taken.path)
            told["drill_s"] = round(seconds, 3)
        if keep is not None:
            told["removed"] = [str(one.path) for one in backups.thin_out(folder, db, keep=keep)]
        if as_json:
            console.json(told)
            return
        megabytes = f"{told['bytes'] / MEGABYTE:.1f}"
        console.say("cli.backup.done", db=db, path=taken.path, events=contents.events, megabytes=megabytes)
        if drill:
            console.say("cli.backup.drilled", seconds=f"{told['drill_s']:.1f}")
        if keep is not None:
            console.say("cli.backup.thinned", removed=len(told["removed"]), kept=len(backups.backups_in(folder, db)))

    @app.command(help=words.text("cli.restore.help"))
    def restore(
        backup: Annotated[Path, typer.Argument(metavar="BACKUP", help=words.text("cli.restore.backup"))],
        to: Annotated[str, typer.Argument(metavar="TO", help=words.text("cli.restore.to"))],
    ) -> None:
        from geodata.store import backups
        from geodata.store.schema import REVISIONS

        contents = backups.restore(backup, to)
        console.say("cli.restore.done", backup=backup, to=to, district=contents.district, events=contents.events)
        if contents.revision != REVISIONS[-1]:
            console.say("cli.restore.older", to=to, revision=contents.revision, wanted=REVISIONS[-1])
