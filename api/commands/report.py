"""`gridgis report NAME DB --from --to`: the figures of a span of days, each with its written definition."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from api.commands.shared import LOCAL_TIME, Console
from gridgis.errors import InvalidValue


class Name(StrEnum):
    """Reports that can be asked for."""

    DISPATCH = "dispatch"


def parse_day(text: str) -> date:
    """A calendar day, ISO 8601.

    Raises:
        InvalidValue: ``time.day``.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidValue("time.day", value=text) from error


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.report.help"))
    def report(
        name: Annotated[Name, typer.Argument(help=words.text("cli.report.name"))],
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        since: Annotated[str, typer.Option("--from", metavar="DATE", help=words.text("cli.report.from"))],
        to: Annotated[str, typer.Option("--to", metavar="DATE", help=words.text("cli.report.to"))],
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from geodata import open_district
        from gridgis.figures import dispatch_figures

        first, last = parse_day(since), parse_day(to)
        if last < first:
            raise InvalidValue("time.span", since=since, to=to)
        state = open_district(db)
        figures = dispatch_figures(state, first, last, LOCAL_TIME)
        if as_json:
            console.json({"report": name.value, "from": since, "to": to, **figures})
            return
        table = console.table("cli.report.figure", "cli.report.value", "cli.report.definition")
        for key, value in figures.items():
            table.add_row(words.text(f"figure.{key}"), str(value), words.text(f"figure.{key}.definition"))
        console.out.print(table)
