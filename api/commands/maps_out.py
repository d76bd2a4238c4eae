"""`gridgis map DB OUT.html`: one page of the district that opens with no network, with an alarm's answer when asked."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console, moment_or_now, parse_place, write_text
from gridgis.dispatch.alarms import ResponseLevel


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command("map", help=words.text("cli.map.help"))
    def map_(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        out: Annotated[Path, typer.Argument(metavar="OUT.html", help=words.text("cli.map.out"))],
        at: Annotated[str | None, typer.Option(metavar="LON,LAT", help=words.text("cli.map.at"))] = None,
        alarm_type: Annotated[str, typer.Option("--type", metavar="T", help=words.text("cli.respond.type"))] = "fire",
        level: Annotated[ResponseLevel, typer.Option(help=words.text("cli.respond.level"))] = ResponseLevel.III,
        when: Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))] = None,
    ) -> None:
        from api.questions import propose
        from geodata import open_district
        from maps.reports import district_map

        place = None if at is None else parse_place(at)
        moment = moment_or_now(when)
        state = open_district(db)
        response = None if place is None else propose(state, place, alarm_type, level, moment)
        write_text(out, district_map(state, response=response, words=words, when=moment))
        console.say("cli.map.done", path=out, megabytes=f"{out.stat().st_size / 1e6:.1f}")
