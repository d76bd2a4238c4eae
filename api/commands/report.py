"""`gridgis report NAME DB --from --to`: the figures of a span of days, each with its written definition."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console, writing
from api.moments import LOCAL_TIME, check_span, parse_day


class Name(StrEnum):
    """Reports that can be asked for."""

    DISPATCH = "dispatch"


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.report.help"))
    def report(
        name: Annotated[Name, typer.Argument(help=words.text("cli.report.name"))],
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        since: Annotated[str, typer.Option("--from", metavar="DATE", help=words.text("cli.report.from"))],
        to: Annotated[str, typer.Option("--to", metavar="DATE", help=words.text("cli.report.to"))],
        xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help=words.text("cli.report.xlsx"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from geodata import open_district
        from gridgis.figures import dispatch_figures

        first, last = parse_day(since), parse_day(to)
        check_span(first, last)
        figures = dispatch_figures(open_district(db), first, last, LOCAL_TIME)
        headings = ("cli.report.figure", "cli.report.value", "cli.report.definition")
        rows = [
            (words.text(f"figure.{key}"), value, words.text(f"figure.{key}.definition"))
            for key, value in figures.items()
        ]
        if xlsx is not None:
            write_sheet(xlsx, f"{first}–{last}", [tuple(words.text(heading) for heading in headings), *rows])
        if as_json:
            console.json({"report": name.value, "from": first.isoformat(), "to": last.isoformat(), **figures})
        elif xlsx is None:
            table = console.table(*headings)
            for figure, value, definition in rows:
                table.add_row(figure, words.text("unit.unknown") if value is None else str(value), definition)
            console.out.print(table)
        else:
            console.say("cli.report.written", path=xlsx)


def write_sheet(path: Path, title: str, rows: list[tuple[str | float | None, ...]]) -> None:
    """Write rows as the one sheet of a workbook.

    Raises:
        StoreFault: ``output.unwritable``.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    with writing(path):
        book.save(path)
