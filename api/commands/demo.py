"""`gridgis demo`: write the files a demo office would send, and import them when a database is named."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console, now, writing
from gridgis.errors import Conflict


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.demo.help"))
    def demo(
        directory: Annotated[Path, typer.Argument(metavar="DIR", help=words.text("cli.demo.directory"))],
        seed: Annotated[int, typer.Option(help=words.text("cli.demo.seed"), min=0)] = 20200101,
        db: Annotated[str, typer.Option("--db", metavar="DB", help=words.text("cli.demo.db"))] = "",
    ) -> None:
        from api.auth.demo import FILE, make_demo_accounts
        from geodata.demo import import_demo, write_demo
        from geodata.demo.files import EFFECTIVE
        from geodata.store import is_taken, open_store, shown
        from gridgis.access import Role

        if db and is_taken(db):
            raise Conflict("store.exists", db=shown(db))
        with console.progress() as progress:
            files = write_demo(directory, seed=seed, progress=progress)
            console.say("cli.demo.written", directory=directory, files=len(files.paths))
            if db:
                for report in import_demo(files, db, now=now(), progress=progress):
                    console.say(
                        "cli.import.done",
                        file=report.file,
                        added=report.added,
                        updated=report.updated,
                        unchanged=report.unchanged,
                        set_aside=report.rows_set_aside,
                    )
                    console.faults(report.set_aside)
                with open_store(db) as store, writing(directory / FILE):
                    titles = {role: console.text(f"access.role.{role}") for role in Role}
                    kept = make_demo_accounts(store, directory, titles, since=EFFECTIVE, now=now())
                console.say("cli.demo.imported", db=shown(db))
                console.say("cli.demo.accounts", path=kept)
