"""`gridgis locate DB --at LON,LAT`: the cells of a place and who answers for them."""

from typing import Annotated

import typer

from api.commands.shared import LOCAL_TIME, Console, now, parse_moment, parse_place

NOWHERE = 1


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
        from geodata import open_district
        from gridgis.cells.plan import NoCell
        from gridgis.errors import NotKnown
        from gridgis.people.officers import officers_of

        place = parse_place(at)
        moment = parse_moment(when) if when else now()
        state = open_district(db)
        plan = state.plan_at(moment)
        if plan is None:
            raise NotKnown("plan.none", when=moment.isoformat())
        located = plan.locate(place)
        reason = NoCell(int(located.reason[0]))
        day = moment.astimezone(LOCAL_TIME).date()
        people = {officer.id: officer for officer in state.officers}
        cells = [
            {
                "level": cell.level,
                "code": cell.code,
                "name": cell.name,
                "officers": [
                    {
                        "name": people[post.officer_id].name,
                        "role": post.role.value,
                        "phone": people[post.officer_id].phone,
                    }
                    for post in officers_of(cell.code, state.posts, day)
                ],
            }
            for cell in located.cells(0)
            if cell is not None
        ]
        if as_json:
            shown = {"lon": place[0], "lat": place[1], "cells": cells, "reason": reason.name.lower()}
            console.json({**shown, "on_border": bool(located.on_border[0])})
        else:
            table = console.table("cli.locate.level", "cli.locate.code", "cli.locate.name", "cli.locate.officers")
            for cell in cells:
                names = "、".join(
                    f"{officer['name']}({words.text('role.' + officer['role'])}) {officer['phone']}".strip()
                    for officer in cell["officers"]  # type: ignore[attr-defined]
                )
                table.add_row(words.text(f"cell_level.{cell['level']}"), str(cell["code"]), str(cell["name"]), names)
            if cells:
                console.out.print(table)
            if located.on_border[0]:
                console.say("cli.locate.on_border")
            if reason is not NoCell.FOUND:
                console.say(f"no_cell.{reason.name.lower()}")
        if not cells:
            raise typer.Exit(NOWHERE)
