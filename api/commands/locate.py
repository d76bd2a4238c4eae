"""`gridgis locate DB --at LON,LAT`: the cells of a place and who answers for them."""

from typing import Annotated

import typer

from api.commands.shared import Console, moment_or_now, parse_place

NOWHERE = 1
FOUND = "found"


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.locate.help"))
    def locate(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        at: Annotated[str, typer.Option(metavar="LON,LAT", help=words.text("cli.at"))],
        when: Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from api.questions import whereabouts
        from geodata import open_district

        place, moment = parse_place(at), moment_or_now(when)
        found = whereabouts(open_district(db), place, moment)
        reason = found.reason.name.lower()
        cells = [
            {
                "level": served.cell.level,
                "code": served.cell.code,
                "name": served.cell.name,
                "officers": [
                    {"name": officer.name, "role": post.role.value, "phone": officer.phone}
                    for officer, post in served.people
                ],
            }
            for served in found.cells
        ]
        if as_json:
            shown = {"lon": place[0], "lat": place[1], "cells": cells}
            console.json({**shown, "reason": reason, "on_border": found.on_border})
        else:
            if found.cells:
                table = console.table("cli.locate.level", "cli.locate.code", "cli.locate.name", "cli.locate.officers")
                for served in found.cells:
                    cell = served.cell
                    people = "\n".join(
                        f"{officer.name} {words.text(f'role.{post.role}')} {officer.phone}".strip()
                        for officer, post in served.people
                    )
                    table.add_row(words.text(f"cell_level.{cell.level}"), cell.code, cell.name, people)
                console.out.print(table)
            if found.on_border:
                console.say("cli.locate.on_border")
            if reason != FOUND:
                console.say(f"no_cell.{reason}")
        if not cells:
            raise typer.Exit(NOWHERE)
