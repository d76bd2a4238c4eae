"""`gridgis doctor [DB]`: check an installation, and say what to mend."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console

UNSOUND = 1
STYLES = {"✓": "green", "!": "yellow", "✗": "red"}


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.doctor.help"))
    def doctor(
        db: Annotated[str | None, typer.Argument(metavar="[DB]", help=words.text("cli.serve.db"))] = None,
        config: Annotated[Path | None, typer.Option(metavar="FILE", help=words.text("cli.serve.config"))] = None,
        backups: Annotated[Path | None, typer.Option(metavar="DIR", help=words.text("cli.doctor.backups"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from api.doctor import Verdict, examine_installation

        found = list(examine_installation(db, config=config, backups=backups))
        if as_json:
            listed = [
                {"check": one.check, "verdict": one.verdict.name.lower(), "text": one.text(words)} for one in found
            ]
            console.json({"checks": listed})
        else:
            table = console.table("cli.doctor.verdict", "cli.doctor.check", "cli.doctor.found")
            for one in found:
                sign = f"[{STYLES[one.verdict]}]{one.verdict}[/]"
                table.add_row(sign, words.text(f"doctor.{one.check}"), one.text(words))
            console.out.print(table)
            wrong = sum(one.verdict is Verdict.BAD for one in found)
            cautions = sum(one.verdict is Verdict.CAUTION for one in found)
            console.say("cli.doctor.unsound" if wrong else "cli.doctor.sound", wrong=wrong, cautions=cautions)
        if any(one.verdict is Verdict.BAD for one in found):
            raise typer.Exit(UNSOUND)
